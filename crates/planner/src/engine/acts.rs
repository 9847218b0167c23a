//! What happens in a lobby over a day: the tickets by order of issue, and one method an event. None of them calls
//! anybody; [`Engine::assign`] does.

use super::{Call, Doing, Hall, MAX_INSTANT_MS, Pinned, Rule, Waiting};
use queue_core::Millis;
use std::sync::Arc;

/// What cannot happen in the lobby as it stands. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Miss and transfer are about a customer.
    #[error("nobody is at the counter")]
    NobodyThere,
    /// Only a no-show returns.
    #[error("the ticket is not a no-show that could return")]
    NotMissed,
    /// A clock would leave the range in which points are exact.
    #[error("the clock of a ticket would leave the range of ±{MAX_INSTANT_MS} ms")]
    OutOfRange,
    /// A handle has 32 bits, and the upper half belongs to people whom a play invents.
    #[error("there are too many tickets in this day")]
    TooMany,
}

/// What becomes of clocks. `DISCIPLINE` §1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Checked in at most this long after the appointment, the clock starts at the appointment.
    pub grace: Millis,
    /// Where later ones wait, from their check-in; `None` leaves them in their lane.
    pub late_lane: Option<usize>,
    /// Added to the clock of a no-show who returns, besides the absence.
    pub return_penalty: Millis,
    /// How long a transferred ticket waits for the counter that it was sent to.
    pub pin: Millis,
}

/// Where a ticket is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// In the queue of its class, or in that of the counter it is pinned to.
    Waiting,
    /// At a counter, called or being served: a simulation makes no difference.
    AtCounter,
    /// Did not come when called, at this instant.
    Missed(Millis),
    /// Served, cancelled.
    Gone,
}

/// A ticket as far as the rule asks about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Service and lane; see [`Rule::class`].
    pub class: usize,
    /// Start of its clock.
    pub origin: Millis,
    /// Where it is.
    pub state: TicketState,
    /// Time waited before its last call; negative for one called before its appointment.
    pub waited: Millis,
}

/// One day in one lobby: a [`Hall`] and all tickets issued so far, named by their place in the order of issue.
#[derive(Clone, Debug)]
pub struct Engine {
    rule: Arc<Rule>,
    terms: Terms,
    tickets: Vec<Ticket>,
    /// By counter: who was called there and has not left. Files may close or pause a counter over its customer, whom
    /// the hall then knows nothing about.
    serving: Vec<Option<usize>>,
    hall: Hall,
}

impl Engine {
    /// An empty lobby, all counters closed.
    pub fn new(rule: Arc<Rule>, terms: Terms) -> Self {
        let (hall, serving) = (Hall::new(&rule), vec![None; rule.counters.len()]);
        Engine { rule, terms, tickets: Vec::new(), serving, hall }
    }

    /// The rule that is played.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// What becomes of clocks.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// All tickets issued so far, in the order of issue.
    pub fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }

    /// The lobby as the rule sees it; tickets have their place in the order of issue as sequence and tag.
    pub fn hall(&self) -> &Hall {
        &self.hall
    }

    /// Makes all calls that can be made at this instant, one after the other, and hands each to `called`, the place of
    /// its ticket first.
    pub fn assign(&mut self, at: Millis, mut called: impl FnMut(usize, Call)) {
        let (tickets, serving) = (&mut self.tickets, &mut self.serving);
        self.hall.assign(&self.rule, at, |call| {
            let place = place_of(call.serving.ticket.tag);
            let ticket = &mut tickets[place];
            ticket.state = TicketState::AtCounter;
            ticket.waited = at - ticket.origin;
            serving[call.counter] = Some(place);
            called(place, call);
        });
    }

    /// The earliest instant after `at` at which time alone changes who is called.
    pub fn next_wake(&self, at: Millis) -> Option<Millis> {
        self.hall.wake(&self.rule, at)
    }

    /// A ticket is taken, or an appointment checks in. The answer is its place.
    ///
    /// # Errors
    /// [`ActError::OutOfRange`] for an instant beyond [`MAX_INSTANT_MS`], [`ActError::TooMany`].
    pub fn issue(
        &mut self,
        at: Millis,
        service: usize,
        lane: usize,
        appointment: Option<Millis>,
    ) -> Result<usize, ActError> {
        let (mut lane, mut origin) = (lane, at);
        if let Some(booked) = appointment {
            if at <= booked.saturating_add(self.terms.grace) {
                origin = booked;
            } else {
                lane = self.terms.late_lane.unwrap_or(lane);
            }
        }
        in_range(origin)?;
        let place = self.tickets.len();
        let tag = u32::try_from(place).ok().filter(|tag| *tag < u32::MAX / 2).ok_or(ActError::TooMany)?;
        let class = self.rule.class(service, lane);
        self.tickets.push(Ticket { class, origin, state: TicketState::Waiting, waited: 0 });
        self.hall.wait(class, Waiting { origin, seq: tag, tag });
        Ok(place)
    }

    /// A counter opens, or comes back from a break.
    pub fn open(&mut self, at: Millis, counter: usize) {
        self.hall.set(counter, Doing::Idle(at));
    }

    /// The customer at the counter is done. A counter without one only becomes idle.
    pub fn finish(&mut self, at: Millis, counter: usize) {
        if let Some(place) = self.free(at, counter) {
            self.tickets[place].state = TicketState::Gone;
        }
    }

    /// The counter goes on a break, planned or not.
    pub fn pause(&mut self, at: Millis, counter: usize, planned: bool) {
        self.hall.set(counter, Doing::Paused(at, planned));
    }

    /// Whoever was called to the counter did not come.
    ///
    /// # Errors
    /// [`ActError::NobodyThere`].
    pub fn miss(&mut self, at: Millis, counter: usize) -> Result<usize, ActError> {
        let place = self.serving(counter)?;
        self.tickets[place].state = TicketState::Missed(at);
        self.free(at, counter);
        Ok(place)
    }

    /// A no-show is back: the absence and the penalty are added to its clock.
    ///
    /// # Errors
    /// [`ActError::NotMissed`], [`ActError::OutOfRange`].
    pub fn come_back(&mut self, at: Millis, place: usize) -> Result<(), ActError> {
        let returned = &mut self.tickets[place];
        let TicketState::Missed(missed) = returned.state else { return Err(ActError::NotMissed) };
        let origin = returned.origin.saturating_add((at - missed).saturating_add(self.terms.return_penalty));
        in_range(origin)?;
        returned.origin = origin;
        returned.state = TicketState::Waiting;
        let class = returned.class;
        self.hall.wait(class, waiting(place, origin));
        Ok(())
    }

    /// The customer at the counter goes on to another service, keeping the minutes waited before the call and,
    /// without a `lane`, the lane. With `pin` that counter alone may call the ticket for a while.
    ///
    /// # Errors
    /// [`ActError::NobodyThere`].
    pub fn transfer(
        &mut self,
        at: Millis,
        counter: usize,
        service: usize,
        lane: Option<usize>,
        pin: Option<usize>,
    ) -> Result<usize, ActError> {
        let place = self.serving(counter)?;
        let moved = &mut self.tickets[place];
        let class = self.rule.class(service, lane.unwrap_or_else(|| self.rule.lane(moved.class)));
        moved.class = class;
        moved.origin = at - moved.waited.max(0);
        moved.state = TicketState::Waiting;
        let ticket = waiting(place, moved.origin);
        match pin {
            Some(counter) => {
                self.hall.pin(Pinned { ticket, class, counter, until: at.saturating_add(self.terms.pin) });
            }
            None => self.hall.wait(class, ticket),
        }
        self.free(at, counter);
        Ok(place)
    }

    /// The ticket waits no longer. One that was called stays with its counter.
    pub fn cancel(&mut self, place: usize) {
        let cancelled = &mut self.tickets[place];
        if cancelled.state == TicketState::Waiting {
            cancelled.state = TicketState::Gone;
            self.hall.leave(cancelled.class, waiting(place, cancelled.origin).tag);
        }
    }

    /// Last-ticket time: every finite delay is nought from now on.
    pub fn close(&mut self) {
        self.hall.drain();
    }

    /// Who is at a counter.
    ///
    /// # Errors
    /// [`ActError::NobodyThere`].
    pub fn serving(&self, counter: usize) -> Result<usize, ActError> {
        self.serving[counter].ok_or(ActError::NobodyThere)
    }

    /// Makes the counter idle and answers who was there.
    fn free(&mut self, at: Millis, counter: usize) -> Option<usize> {
        self.hall.set(counter, Doing::Idle(at));
        self.serving[counter].take()
    }
}

/// A ticket as the hall knows it. Places were checked at issue.
fn waiting(place: usize, origin: Millis) -> Waiting {
    let tag = u32::try_from(place).unwrap_or(u32::MAX);
    Waiting { origin, seq: tag, tag }
}

fn place_of(tag: u32) -> usize {
    usize::try_from(tag).unwrap_or(usize::MAX)
}

fn in_range(instant: Millis) -> Result<(), ActError> {
    if instant.unsigned_abs() <= MAX_INSTANT_MS.unsigned_abs() { Ok(()) } else { Err(ActError::OutOfRange) }
}
