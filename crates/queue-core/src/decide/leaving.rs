//! Leaving a counter: served, kept, sent on.

use super::Judgement;
use crate::{
    Branch, CounterId, CounterState, Event, FurtherLeg, LaneId, Millis, Outcome, Pin, Refusal, ServiceId, Ticket,
    TicketId, Timestamp, TransferTo,
};

impl Branch {
    pub(super) fn decide_finish(&self, at: Timestamp, id: &CounterId, outcome: Outcome) -> Judgement {
        let mut facts = self.leave_finished(at, id, outcome, false)?;
        let pauses = facts.iter().any(|fact| matches!(fact, Event::CounterPaused { .. }));
        if !pauses && self.plan.counter(id).is_some_and(|plan| plan.auto_next) {
            facts.push(Event::CounterReady { counter: id.clone() });
        }
        Ok(facts)
    }

    /// Served, and a counter that was about to pause pauses.
    pub(super) fn leave_finished(&self, at: Timestamp, id: &CounterId, outcome: Outcome, by_next: bool) -> Judgement {
        let (counter, ticket) = self.customer_at(id)?;
        let next = self.further_leg(at, id, ticket);
        let sham = self.is_sham(at, ticket, by_next);
        let finished = Event::Finished { ticket: ticket.id.clone(), counter: id.clone(), outcome, by_next, next, sham };
        Ok([Some(finished), Self::pause_if_pausing(counter)].into_iter().flatten().collect())
    }

    /// Whether this was hardly a service: ended within seconds of the customer's arrival (of the call, where nobody
    /// said that the customer had come), or by *next* within seconds of the call. A leg is judged like a whole visit.
    fn is_sham(&self, at: Timestamp, ticket: &Ticket, by_next: bool) -> bool {
        let rules = &self.plan.rules;
        // Nothing is suspected of a clock that was set back.
        let within =
            |since: Option<Timestamp>, limit: Millis| since.is_some_and(|since| (0..limit).contains(&at.since(since)));
        within(ticket.arrived_at.or(ticket.called_at), rules.sham_under_ms)
            || (by_next && within(ticket.called_at, rules.sham_next_ms))
    }

    /// What a ticket with several services waits for next. Those that this counter can do are done in one go.
    fn further_leg(&self, at: Timestamp, id: &CounterId, ticket: &Ticket) -> Option<FurtherLeg> {
        let plan = self.plan.counter(id)?;
        let mut left = ticket.then.iter().filter(|service| plan.delay(service, &ticket.lane).is_none()).cloned();
        let service = left.next()?;
        Some(FurtherLeg { service, origin: keep_time(at, ticket), then: left.collect() })
    }

    pub(super) fn decide_hold(&self, id: &CounterId) -> Judgement {
        let (counter, ticket) = self.customer_at(id)?;
        let held = Event::Held { ticket: ticket.id.clone(), counter: id.clone() };
        Ok([Some(held), Self::pause_if_pausing(counter)].into_iter().flatten().collect())
    }

    pub(super) fn decide_resume_ticket(&self, id: &CounterId, ticket: &TicketId) -> Judgement {
        let counter = self.free_counter(id)?;
        let ticket = self.known_ticket(ticket)?;
        if !counter.held.contains(&ticket.id) {
            return Err(Refusal::NotHeldHere(ticket.number.clone()));
        }
        Ok(vec![Event::TicketResumed { ticket: ticket.id.clone(), counter: id.clone() }])
    }

    pub(super) fn decide_transfer(
        &self,
        at: Timestamp,
        id: &CounterId,
        to: &TransferTo,
        lane: Option<&LaneId>,
        confirm: bool,
    ) -> Judgement {
        let (counter, ticket) = self.customer_at(id)?;
        let lane = lane.unwrap_or(&ticket.lane);
        if self.plan.lane(lane).is_none() {
            return Err(Refusal::UnknownLane(lane.clone()));
        }
        let (service, pinned) = match to {
            TransferTo::Service { service, pin } => (service, pin.as_ref()),
            TransferTo::Counter(counter) => (&ticket.service, Some(counter)),
        };
        if self.plan.service(service).is_none() {
            return Err(Refusal::UnknownService(service.clone()));
        }
        if let Some(target) = pinned {
            self.known_counter(target)?;
        }
        if !confirm {
            self.refuse_if_nobody_open(service, lane, pinned)?;
        }
        let pin = pinned.map(|target| Pin { counter: target.clone(), until: at.plus(self.plan.rules.pin_ms) });
        let sent = Event::Transferred {
            ticket: ticket.id.clone(),
            counter: id.clone(),
            service: service.clone(),
            lane: lane.clone(),
            origin: keep_time(at, ticket),
            pin,
        };
        Ok([Some(sent), Self::pause_if_pausing(counter)].into_iter().flatten().collect())
    }

    /// A customer is not sent where nobody can help, unless the clerk knows better and says so.
    fn refuse_if_nobody_open(
        &self,
        service: &ServiceId,
        lane: &LaneId,
        pin: Option<&CounterId>,
    ) -> Result<(), Refusal> {
        let works = |id: &CounterId| self.counters.get(id).is_some_and(|counter| counter.state != CounterState::Closed);
        let mut able = self.plan.counters.iter().filter(|plan| match pin {
            Some(pin) => plan.id == *pin,
            None => plan.delay(service, lane).is_some(),
        });
        if able.any(|plan| works(&plan.id)) { Ok(()) } else { Err(Refusal::NobodyOpen(service.clone())) }
    }
}

/// The clock origin that keeps the minutes waited before the call, and none of those at the counter.
fn keep_time(at: Timestamp, ticket: &Ticket) -> Timestamp {
    at.plus(-ticket.waited_ms.max(0))
}
