//! Opening, closing and pausing counters.

use super::Judgement;
use crate::{Branch, Counter, CounterId, CounterState, Event, PauseReason, Refusal, TicketId, TicketState, Timestamp};

impl Branch {
    pub(super) fn decide_open_counter(&self, id: &CounterId, staff: Option<&String>) -> Judgement {
        let counter = self.known_counter(id)?;
        if counter.state == CounterState::Closed {
            return Ok(vec![Event::CounterOpened { counter: id.clone(), staff: staff.cloned(), stars: None }]);
        }
        let renamed = staff.filter(|staff| counter.staff.as_ref() != Some(*staff));
        let named =
            |staff: &String| Event::StaffNamed { counter: id.clone(), staff: staff.clone(), stars: None, from: None };
        Ok(renamed.map(named).into_iter().collect())
    }

    pub(super) fn decide_close_counter(
        &self,
        at: Timestamp,
        id: &CounterId,
        held_to: Option<&CounterId>,
        reason: Option<&str>,
        authorised: bool,
    ) -> Judgement {
        let counter = self.known_counter(id)?;
        if counter.state == CounterState::Closed {
            return Ok(Vec::new());
        }
        let mut facts = Vec::new();
        if let Some(ticket) = self.ticket_at(id) {
            if ticket.state == TicketState::Serving {
                return Err(Refusal::CounterBusy { counter: id.clone(), number: ticket.number.clone() });
            }
            // It waits for another counter again, if it did so before it was called here by hand.
            let pin = ticket.pin_before.clone().filter(|pin| pin.counter != *id && pin.until > at);
            facts.push(Event::Returned { ticket: ticket.id.clone(), counter: id.clone(), pin });
        }
        let last = self.is_last_for_somebody(id);
        if last && !authorised {
            return Err(Refusal::LastCounter(id.clone()));
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
        if last && reason.is_none() {
            return Err(Refusal::ReasonMissing);
        }
        facts.extend(self.rehome_held(counter, held_to)?);
        // Who waited for this very counter waits in the queue from now on, not for a place where nobody is.
        let waiting_here = self.queues.all_pinned().filter(|(counter, _)| *counter == id);
        facts.extend(waiting_here.map(|(_, place)| Event::PinExpired { ticket: place.ticket.clone() }));
        facts.push(Event::CounterClosed { counter: id.clone(), reason });
        facts.extend(last.then(|| self.alert_of_last(id)).flatten());
        Ok(facts)
    }

    /// Held tickets of a closing counter go to another counter's keeping, or back to their queue.
    fn rehome_held(&self, counter: &Counter, held_to: Option<&CounterId>) -> Judgement {
        let Some(keeper) = held_to else {
            let back =
                |ticket: &TicketId| Event::Returned { ticket: ticket.clone(), counter: counter.id.clone(), pin: None };
            return Ok(counter.held.iter().map(back).collect());
        };
        let keeper = self.working_counter(keeper)?;
        if keeper.id == counter.id {
            return Err(Refusal::CounterClosed(keeper.id.clone()));
        }
        let moved = |ticket: &TicketId| Event::HeldMoved { ticket: ticket.clone(), counter: keeper.id.clone() };
        Ok(counter.held.iter().map(moved).collect())
    }

    pub(super) fn decide_pause(&self, id: &CounterId, reason: PauseReason) -> Judgement {
        let counter = self.known_counter(id)?;
        let busy = counter.ticket.is_some();
        let known = counter.reason == Some(reason);
        // A pause is granted all the same; staff are told that people wait for nobody.
        let stops = counter.state == CounterState::Open && self.is_last_for_somebody(id);
        let (counter, paused) = (id.clone(), counter.state);
        let fact = match paused {
            CounterState::Closed => return Err(Refusal::CounterClosed(counter)),
            CounterState::Paused | CounterState::Pausing if known => return Ok(Vec::new()),
            CounterState::Open | CounterState::Pausing if busy => Event::CounterPausing { counter, reason },
            _ => Event::CounterPaused { counter, reason },
        };
        let alert = stops.then(|| self.alert_of_last(id)).flatten();
        Ok([Some(fact), alert].into_iter().flatten().collect())
    }

    pub(super) fn decide_resume(&self, id: &CounterId) -> Judgement {
        match self.known_counter(id)?.state {
            CounterState::Closed => Err(Refusal::CounterClosed(id.clone())),
            CounterState::Open => Ok(Vec::new()),
            CounterState::Paused | CounterState::Pausing => Ok(vec![Event::CounterResumed { counter: id.clone() }]),
        }
    }
}
