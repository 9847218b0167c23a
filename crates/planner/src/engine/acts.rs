//! What happens in a lobby: one method an event. None of them calls anybody; [`Engine::assign`] does.

use super::{
    Counter, CounterIx, CounterState, Engine, LaneIx, MAX_INSTANT_MS, ServiceIx, Ticket, TicketIx, TicketState,
};
use queue_core::Millis;

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
}

impl Engine {
    /// A ticket is taken, or an appointment checks in. The answer is its index: the number of tickets before it.
    ///
    /// # Errors
    /// [`ActError::OutOfRange`] for an instant beyond [`MAX_INSTANT_MS`].
    pub fn issue(
        &mut self,
        at: Millis,
        service: ServiceIx,
        lane: LaneIx,
        appointment: Option<Millis>,
    ) -> Result<TicketIx, ActError> {
        let (mut lane, mut origin) = (lane, at);
        if let Some(booked) = appointment {
            if at <= booked.saturating_add(self.rules.appointments.grace_ms) {
                origin = booked;
            } else {
                lane = self.rules.appointments.late_lane.unwrap_or(lane);
            }
        }
        in_range(origin)?;
        let ticket = TicketIx::at(self.tickets.len());
        let state = TicketState::Waiting;
        self.tickets.push(Ticket { service, lane, origin, state, waited_ms: 0, pin: None });
        self.queue(ticket, at);
        Ok(ticket)
    }

    /// A counter opens, or comes back from a break.
    pub fn open(&mut self, at: Millis, counter: CounterIx) {
        let opened = self.counter_mut(counter);
        opened.state = CounterState::Idle;
        opened.idle_since = at;
    }

    /// The customer at the counter is done. A counter without one only becomes idle.
    pub fn finish(&mut self, at: Millis, counter: CounterIx) {
        if let Some(ticket) = self.free(at, counter) {
            self.tickets[ticket.index()].state = TicketState::Gone;
        }
    }

    /// The counter goes on a break.
    pub fn pause(&mut self, counter: CounterIx) {
        self.counter_mut(counter).state = CounterState::Paused;
    }

    /// Whoever was called to the counter did not come.
    ///
    /// # Errors
    /// [`ActError::NobodyThere`].
    pub fn miss(&mut self, at: Millis, counter: CounterIx) -> Result<TicketIx, ActError> {
        let ticket = self.serving(counter)?;
        self.free(at, counter);
        self.tickets[ticket.index()].state = TicketState::Missed(at);
        Ok(ticket)
    }

    /// A no-show is back: the absence and the penalty are added to its clock.
    ///
    /// # Errors
    /// [`ActError::NotMissed`], [`ActError::OutOfRange`].
    pub fn come_back(&mut self, at: Millis, ticket: TicketIx) -> Result<(), ActError> {
        let penalty = self.rules.return_penalty_ms;
        let returned = &mut self.tickets[ticket.index()];
        let TicketState::Missed(missed) = returned.state else { return Err(ActError::NotMissed) };
        let origin = returned.origin.saturating_add((at - missed).saturating_add(penalty));
        in_range(origin)?;
        returned.origin = origin;
        self.queue(ticket, at);
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
        counter: CounterIx,
        service: ServiceIx,
        lane: Option<LaneIx>,
        pin: Option<CounterIx>,
    ) -> Result<TicketIx, ActError> {
        let ticket = self.serving(counter)?;
        let moved = &mut self.tickets[ticket.index()];
        moved.service = service;
        moved.lane = lane.unwrap_or(moved.lane);
        moved.origin = at - moved.waited_ms.max(0);
        moved.pin = pin.map(|pin| (pin, at.saturating_add(self.rules.pin_ms)));
        self.free(at, counter);
        self.queue(ticket, at);
        Ok(ticket)
    }

    /// The ticket waits no longer. One that was called stays with its counter.
    pub fn cancel(&mut self, ticket: TicketIx) {
        let cancelled = &mut self.tickets[ticket.index()];
        if cancelled.state != TicketState::Waiting {
            return;
        }
        cancelled.state = TicketState::Gone;
        let class = self.rules.class(cancelled.service, cancelled.lane);
        self.queues[class].retain(|place| place.ticket != ticket);
        self.pinned.retain(|pinned| pinned.place.ticket != ticket);
    }

    /// Last-ticket time: every finite delay is nought from now on.
    pub fn close(&mut self) {
        self.draining = true;
    }

    fn serving(&self, counter: CounterIx) -> Result<TicketIx, ActError> {
        self.counters[counter.index()].serving.ok_or(ActError::NobodyThere)
    }

    /// Makes the counter idle and answers who was there.
    fn free(&mut self, at: Millis, counter: CounterIx) -> Option<TicketIx> {
        let desk = self.counter_mut(counter);
        desk.state = CounterState::Idle;
        desk.idle_since = at;
        desk.serving.take()
    }

    fn counter_mut(&mut self, counter: CounterIx) -> &mut Counter {
        &mut self.counters[counter.index()]
    }
}

fn in_range(instant: Millis) -> Result<(), ActError> {
    if instant.unsigned_abs() <= MAX_INSTANT_MS.unsigned_abs() { Ok(()) } else { Err(ActError::OutOfRange) }
}
