//! What is set or changed while somebody waits: needs, flags, notes, further services, and letting others
//! go first.

use super::{Judgement, expect_state, require_reason};
use crate::{Branch, Event, Flag, LaneId, Need, Refusal, ServiceId, Ticket, TicketId, TicketState, queues::Place};

impl Branch {
    pub(super) fn decide_set_needs(&self, id: &TicketId, needs: &[Need]) -> Judgement {
        let ticket = self.known_ticket(id)?;
        if !ticket.state.is_live() && ticket.state != TicketState::NoShow {
            return expect_state(ticket, TicketState::Waiting).map(|()| Vec::new());
        }
        let mut needs = needs.to_vec();
        needs.sort_unstable();
        needs.dedup();
        if needs == ticket.needs {
            return Ok(Vec::new());
        }
        Ok(vec![Event::NeedsSet { ticket: id.clone(), needs }])
    }

    /// A note is about somebody who is here, or was a moment ago: any ticket of the day.
    pub(super) fn decide_note(&self, id: &TicketId, digest: &str) -> Judgement {
        self.known_ticket(id)?;
        Ok(vec![Event::NoteKept { ticket: id.clone(), digest: digest.to_owned() }])
    }

    /// What the number carries further, while the customer is still to be served.
    pub(super) fn decide_set_then(&self, id: &TicketId, then: &[ServiceId]) -> Judgement {
        let ticket = self.known_ticket(id)?;
        if !ticket.state.is_live() {
            return expect_state(ticket, TicketState::Serving).map(|()| Vec::new());
        }
        self.known_further(then)?;
        if ticket.then == then {
            return Ok(Vec::new());
        }
        Ok(vec![Event::ThenSet { ticket: id.clone(), then: then.to_vec() }])
    }

    /// Further services that a number can carry.
    pub(super) fn known_further(&self, then: &[ServiceId]) -> Result<(), Refusal> {
        if then.len() > Ticket::MAX_THEN {
            return Err(Refusal::TooManyServices);
        }
        match then.iter().find(|service| self.plan.service(service).is_none()) {
            Some(unknown) => Err(Refusal::UnknownService(unknown.clone())),
            None => Ok(()),
        }
    }

    /// An urgent ticket goes on waiting in the branch's lane for urgent ones, with its time kept; a special case is
    /// marked and no more.
    pub(super) fn decide_flag(&self, id: &TicketId, flag: Flag, reason: &str, authoriser: &str) -> Judgement {
        let ticket = self.known_ticket(id)?;
        require_reason(reason)?;
        if authoriser.trim().is_empty() {
            return Err(Refusal::AuthoriserMissing);
        }
        if flag == Flag::Urgent || !ticket.state.is_live() {
            expect_state(ticket, TicketState::Waiting)?;
        }
        if ticket.flags.contains(&flag) {
            return Ok(Vec::new());
        }
        let (ticket_id, reason) = (id.clone(), reason.trim().to_owned());
        let authoriser = authoriser.trim().to_owned();
        let moved = match flag {
            Flag::Urgent => Some(self.urgent_lane(ticket)?).filter(|lane| **lane != ticket.lane),
            Flag::Special => None,
        };
        let moved = moved.map(|lane| Event::LaneChanged {
            ticket: ticket_id.clone(),
            lane: lane.clone(),
            reason: reason.clone(),
        });
        let flagged = Event::Flagged { ticket: ticket_id, flag, reason, authoriser };
        Ok([Some(flagged), moved].into_iter().flatten().collect())
    }

    /// The lane for urgent tickets, if some counter ever takes the ticket from it.
    fn urgent_lane(&self, ticket: &Ticket) -> Result<&LaneId, Refusal> {
        let lane = self.plan.rules.urgent_lane.as_ref().filter(|lane| self.plan.lane(lane).is_some());
        let served = |lane: &&LaneId| self.plan.counters.iter().any(|c| c.delay(&ticket.service, lane).is_some());
        lane.filter(served).ok_or_else(|| Refusal::NoUrgentLane(ticket.number.clone()))
    }

    /// Lets `pass` tickets of the same service and lane go first, or all who are behind where they are fewer: the clock
    /// starts a millisecond after that of the last of them.
    pub(super) fn decide_defer(&self, id: &TicketId, pass: u32) -> Judgement {
        let ticket = self.known_ticket(id)?;
        expect_state(ticket, TicketState::Waiting)?;
        if ticket.pin.is_some() {
            return Err(Refusal::WaitsForCounter(ticket.number.clone()));
        }
        if ticket.deferred {
            return Err(Refusal::DeferredBefore(ticket.number.clone()));
        }
        let behind = self.behind(ticket).take(usize::try_from(pass.max(1)).unwrap_or(usize::MAX));
        let passed: Vec<&Place> = behind.collect();
        let last = passed.last().ok_or_else(|| Refusal::NobodyBehind(ticket.number.clone()))?;
        let count = u32::try_from(passed.len()).unwrap_or(u32::MAX);
        Ok(vec![Event::Deferred { ticket: id.clone(), origin: last.origin.plus(1), passed: count }])
    }

    fn behind<'a>(&'a self, ticket: &'a Ticket) -> impl Iterator<Item = &'a Place> {
        let queue = self.queues.class(&ticket.service, &ticket.lane);
        queue.filter(|place| (place.origin, place.sequence) > (ticket.origin, ticket.sequence))
    }

    /// Whether the customer may let others go first: once, while waiting for no counter of its own, and if somebody
    /// is behind.
    pub fn can_defer(&self, id: &TicketId) -> bool {
        let ticket = self.tickets.get(id).filter(|ticket| ticket.state == TicketState::Waiting);
        ticket.is_some_and(|ticket| ticket.pin.is_none() && !ticket.deferred && self.behind(ticket).next().is_some())
    }
}
