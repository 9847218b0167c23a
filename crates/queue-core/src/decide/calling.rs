//! Calling: the next one by the rule, that one by hand.

use super::{Judgement, expect_state, require_reason};
use crate::{
    Branch, Choice, Counter, CounterId, CounterState, Event, Outcome, Refusal, TicketId, TicketState, Timestamp, Why,
};
use std::borrow::Cow;

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
        let left = self.after_leaving(at, &facts);
        facts.push(match left.choose(id, at) {
            Some(choice) => left.call(id, at, choice),
            None => Event::CounterReady { counter: id.clone() },
        });
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
        let call = self.after_leaving(at, &facts).call(id, at, Choice { ticket: ticket.clone(), why });
        facts.push(call);
        Ok(facts)
    }

    /// One press a customer: calling the next finishes whoever is there.
    fn finish_by_next(&self, at: Timestamp, counter: &Counter) -> Judgement {
        if counter.ticket.is_none() {
            return Ok(Vec::new());
        }
        self.leave_finished(at, &counter.id, Outcome::Done, true)
    }

    /// The state in which the next one is chosen. Only a ticket that goes on to a further service changes who waits,
    /// and with it the guarantee accounts; every other finish is seen without a copy.
    fn after_leaving(&self, at: Timestamp, facts: &[Event]) -> Cow<'_, Branch> {
        if !facts.iter().any(|fact| matches!(fact, Event::Finished { next: Some(_), .. })) {
            return Cow::Borrowed(self);
        }
        let mut then = self.clone();
        for fact in facts {
            then.apply(at, fact);
        }
        Cow::Owned(then)
    }

    fn refuse_too_soon(&self, at: Timestamp, counter: &Counter) -> Result<(), Refusal> {
        // A last call in the future means that the clock was set back; that must not lock the counter.
        let too_soon = |last: Timestamp| (0..self.plan.rules.min_call_gap_ms).contains(&at.since(last));
        if counter.last_call.is_some_and(too_soon) { Err(Refusal::TooSoon(counter.id.clone())) } else { Ok(()) }
    }

    pub(super) fn decide_arrived(&self, id: &CounterId) -> Judgement {
        let (_, ticket) = self.customer_at(id)?;
        if ticket.state == TicketState::Serving {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Arrived { ticket: ticket.id.clone(), counter: id.clone() }])
    }
}
