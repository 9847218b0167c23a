//! Calling: the next one by the rule, that one by hand, the same one again.

use super::{Judgement, expect_state, require_reason};
use crate::{
    Branch, Choice, Counter, CounterId, CounterState, Event, Outcome, Refusal, TicketId, TicketState, Timestamp, Why,
};

impl Branch {
    pub(super) fn decide_call_next(&self, at: Timestamp, id: &CounterId) -> Judgement {
        let counter = self.working_counter(id)?;
        self.refuse_too_soon(at, counter)?;
        if counter.ticket.is_none() && counter.ready {
            return Ok(Vec::new());
        }
        let mut facts = self.finish_by_next(at, counter)?;
        if counter.state == CounterState::Pausing {
            return Ok(facts);
        }
        match self.choose(id, at) {
            Some(choice) => facts.push(self.call(id, at, choice)),
            None => facts.push(Event::CounterReady { counter: id.clone() }),
        }
        Ok(facts)
    }

    pub(super) fn decide_call_ticket(
        &self,
        at: Timestamp,
        id: &CounterId,
        ticket: &TicketId,
        reason: &str,
    ) -> Judgement {
        let counter = self.working_counter(id)?;
        let wanted = self.known_ticket(ticket)?;
        require_reason(reason)?;
        expect_state(wanted, TicketState::Waiting)?;
        if counter.state == CounterState::Pausing {
            return Err(Refusal::CounterPaused(id.clone()));
        }
        self.refuse_too_soon(at, counter)?;
        let mut facts = self.finish_by_next(at, counter)?;
        let why = Why::Manual { reason: reason.trim().to_owned() };
        facts.push(self.call(id, at, Choice { ticket: ticket.clone(), why }));
        Ok(facts)
    }

    /// One press a customer: calling the next finishes whoever is there.
    fn finish_by_next(&self, at: Timestamp, counter: &Counter) -> Judgement {
        if counter.ticket.is_none() {
            return Ok(Vec::new());
        }
        let mut facts = self.decide_finish(at, &counter.id, Outcome::Done)?;
        if let Some(Event::Finished { by_next, .. }) = facts.first_mut() {
            *by_next = true;
        }
        Ok(facts)
    }

    fn refuse_too_soon(&self, at: Timestamp, counter: &Counter) -> Result<(), Refusal> {
        let gap = self.plan.rules.min_call_gap_ms;
        match counter.last_call {
            Some(last) if at.since(last) < gap => Err(Refusal::TooSoon(counter.id.clone())),
            _ => Ok(()),
        }
    }

    pub(super) fn decide_recall(&self, id: &CounterId) -> Judgement {
        let (_, ticket) = self.customer_at(id)?;
        if ticket.state == TicketState::Serving {
            return Err(Refusal::AlreadyArrived(ticket.number.clone()));
        }
        Ok(vec![Event::Recalled { ticket: ticket.id.clone(), counter: id.clone() }])
    }

    pub(super) fn decide_arrived(&self, id: &CounterId) -> Judgement {
        let (_, ticket) = self.customer_at(id)?;
        if ticket.state == TicketState::Serving {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Arrived { ticket: ticket.id.clone(), counter: id.clone() }])
    }
}
