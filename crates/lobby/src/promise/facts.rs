//! Facts of the journal as the planner's learner knows them. The same facts in the same order teach the same, so what
//! is learned is rebuilt by reading the journal again.
//!
//! The end of a service is told a minute late, together with its call: until then it can be taken back, and what was
//! taken back stays out of every average.

use super::{
    booked::Booked,
    known::{Call, Ending, Known, Station},
    names::Names,
};
use planner::estimate::{Appointment, Estimate, Fact};
use queue_core::{
    BusinessDay, CounterId, Event, FurtherLeg, PauseReason, Plan, Promise, ServiceId, TicketId, Timestamp,
};
use std::collections::BTreeMap;

/// For how long an end can be taken back (`queue-core`'s undo).
const UNDO_MS: i64 = 60_000;
/// A longer gap between two customers is no gap but a break that nobody announced.
const LONGEST_GAP_MS: i64 = 300_000;

/// One thing to learn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lesson {
    /// A business day begins.
    DayBegins(BusinessDay),
    /// A fact, at milliseconds since the local midnight of its business day.
    Fact(i64, Fact),
    /// A promise was put to the test: what the plays had said at issue, and the wait until the first call.
    Outcome { lane: usize, played: Estimate, actual_s: f64 },
}

/// Turns facts into lessons, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Translator {
    names: Names,
    day: Option<BusinessDay>,
    midnight: Timestamp,
    tickets: BTreeMap<TicketId, Known>,
    stations: Vec<Station>,
    booked: Booked,
}

/// Whether an absence is of the kind that a branch plans.
fn is_planned(reason: PauseReason) -> bool {
    matches!(reason, PauseReason::Meal | PauseReason::Meeting)
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

/// What the plays had said, from the promise that was made of it.
pub(crate) fn played(promise: &Promise) -> Estimate {
    let raw = promise.raw;
    Estimate { low_s: raw.low_s.into(), p50_s: raw.p50_s.into(), high_s: raw.high_s.into() }
}

impl Translator {
    /// Knows nothing yet.
    /// Counters take something else from now on.
    pub(crate) fn replan(&mut self, plan: Plan) {
        self.names.plan = plan;
    }

    pub(crate) fn new(names: Names) -> Self {
        let stations = vec![Station::default(); names.plan.counters.len()];
        Self {
            names,
            day: None,
            midnight: Timestamp::default(),
            tickets: BTreeMap::new(),
            stations,
            booked: Booked::default(),
        }
    }

    /// Since when a counter is paused, and whether that is of the planned kind.
    pub(crate) fn paused(&self, counter: usize) -> Option<(Timestamp, bool)> {
        self.stations.get(counter).and_then(|station| station.paused)
    }

    /// The local midnight that milliseconds are counted from.
    pub(crate) fn midnight(&self) -> Timestamp {
        self.midnight
    }

    /// What a fact teaches. `midnight` answers the local midnight of a business day.
    pub(crate) fn book(
        &mut self,
        at: Timestamp,
        fact: &Event,
        midnight: impl FnOnce(&BusinessDay) -> Timestamp,
        lessons: &mut Vec<Lesson>,
    ) {
        self.settle(at, lessons);
        match fact {
            Event::DayOpened { day } if self.day.as_ref() != Some(day) => {
                self.settle(Timestamp(i64::MAX), lessons);
                if self.day.is_some() {
                    lessons.push(Lesson::Fact(self.of_day(at), Fact::DayEnds));
                }
                self.midnight = midnight(day);
                self.day = Some(day.clone());
                self.tickets.clear();
                self.stations.fill(Station::default());
                lessons.push(Lesson::DayBegins(day.clone()));
                let expected = self.booked.begin(day, self.midnight, &self.names);
                lessons.push(Lesson::Fact(self.of_day(at), Fact::DayBegins(expected)));
            }
            Event::AppointmentBooked { .. } | Event::AppointmentCancelled { .. } => {
                self.book_appointment(at, fact, lessons);
            }
            Event::Issued { .. }
            | Event::LaneChanged { .. }
            | Event::Reinstated { .. }
            | Event::PinExpired { .. }
            | Event::Deferred { .. }
            | Event::Cancelled { .. }
            | Event::Expired { .. } => self.book_ticket(at, fact, lessons),
            Event::CounterOpened { .. }
            | Event::CounterClosed { .. }
            | Event::CounterPaused { .. }
            | Event::CounterResumed { .. } => self.book_counter(at, fact, lessons),
            Event::Called { .. } => self.book_call(at, fact, lessons),
            Event::Finished { .. } | Event::NoShow { .. } | Event::Transferred { .. } => {
                self.book_end(at, fact, lessons);
            }
            Event::Held { .. } | Event::TicketResumed { .. } | Event::HeldMoved { .. } | Event::Returned { .. } => {
                self.book_hold(at, fact);
            }
            Event::Undone { .. } => self.book_undone(at, fact),
            _ => {}
        }
    }

    /// Tells the ends that nobody can take back any more.
    pub(crate) fn settle(&mut self, at: Timestamp, lessons: &mut Vec<Lesson>) {
        for place in 0..self.stations.len() {
            if self.stations[place].ending.as_ref().is_some_and(|ending| at.since(ending.at) > UNDO_MS) {
                self.tell_ending(place, lessons);
            }
        }
    }

    fn tell_ending(&mut self, counter: usize, lessons: &mut Vec<Lesson>) {
        let Some(Ending { at, call, fact, .. }) = self.stations[counter].ending.take() else { return };
        let Some(fact) = fact else { return };
        let Call { since, service, waited, gap } = call;
        lessons.push(Lesson::Fact(self.of_day(since), Fact::Called { counter, service, waited, gap }));
        lessons.push(Lesson::Fact(self.of_day(at), fact));
    }

    fn of_day(&self, at: Timestamp) -> i64 {
        at.since(self.midnight)
    }

    fn station(&mut self, id: &CounterId) -> Option<(usize, &mut Station)> {
        let place = self.names.counter(id)?;
        self.stations.get_mut(place).map(|station| (place, station))
    }

    fn book_appointment(&mut self, at: Timestamp, fact: &Event, lessons: &mut Vec<Lesson>) {
        let [gone, new] = self.booked.book(fact, self.day.as_ref());
        let mut tell = |booked: Option<(ServiceId, Timestamp)>, fact: fn(Appointment) -> Fact| {
            let Some((service, booked)) = booked else { return };
            let Some(service) = self.names.service(&service) else { return };
            let appointment = Appointment { at: booked.since(self.midnight), service };
            lessons.push(Lesson::Fact(at.since(self.midnight), fact(appointment)));
        };
        tell(gone, Fact::Unbooked);
        tell(new, Fact::Booked);
    }

    fn book_ticket(&mut self, at: Timestamp, fact: &Event, lessons: &mut Vec<Lesson>) {
        match fact {
            Event::Issued { ticket, service, lane, origin, then, promise, appointment, .. } => {
                let booked = appointment.as_ref().and_then(|code| self.booked.time(code));
                let booked = booked.map(|booked| self.of_day(booked));
                let (service, class_lane) = (self.names.service(service), self.names.lane(lane));
                if let (Some(service), Some(lane)) = (service, class_lane) {
                    lessons.push(Lesson::Fact(self.of_day(at), Fact::Issued { service, lane, booked }));
                }
                let known = Known {
                    issued: at,
                    lane: class_lane.unwrap_or(0),
                    promise: promise.filter(|_| class_lane.is_some()),
                    first_called: false,
                    service,
                    class_lane,
                    origin: *origin,
                    queued: at,
                    then: then.len(),
                    call: None,
                    held_after: None,
                };
                self.tickets.insert(ticket.clone(), known);
            }
            Event::LaneChanged { ticket, lane, .. } => {
                let lane = self.names.lane(lane);
                // What was promised was promised in another lane.
                self.at_ticket(ticket, |known| {
                    (known.class_lane, known.queued, known.promise) = (lane, at, None);
                });
            }
            Event::Reinstated { ticket, origin } => {
                self.at_ticket(ticket, |known| (known.origin, known.queued) = (*origin, at));
            }
            // Who lets others go first waits longer than was promised, and knows it.
            Event::Deferred { ticket, origin, .. } => self.at_ticket(ticket, |known| {
                (known.origin, known.queued, known.promise) = (*origin, at, None);
            }),
            Event::PinExpired { ticket } => self.at_ticket(ticket, |known| known.queued = at),
            Event::Cancelled { ticket, .. } | Event::Expired { ticket } => {
                self.tickets.remove(ticket);
            }
            _ => {}
        }
    }

    fn at_ticket(&mut self, id: &TicketId, change: impl FnOnce(&mut Known)) {
        if let Some(known) = self.tickets.get_mut(id) {
            change(known);
        }
    }

    fn book_counter(&mut self, at: Timestamp, fact: &Event, lessons: &mut Vec<Lesson>) {
        let time = self.of_day(at);
        match fact {
            Event::CounterOpened { counter, .. } | Event::CounterResumed { counter } => {
                let Some((counter, station)) = self.station(counter) else { return };
                let resumes = matches!(fact, Event::CounterResumed { .. });
                // Staying open although it was about to pause is no opening.
                if !resumes || station.paused.take().is_some() {
                    station.free = Some(at);
                    lessons.push(Lesson::Fact(time, Fact::Opened { counter }));
                }
            }
            Event::CounterClosed { counter, .. } => {
                let Some((counter, station)) = self.station(counter) else { return };
                station.free = None;
                if station.paused.take().is_some() {
                    // The pause ends here; how long it stays closed is none of its length.
                    lessons.push(Lesson::Fact(time, Fact::Opened { counter }));
                }
            }
            Event::CounterPaused { counter, reason } => {
                let planned = is_planned(*reason);
                let Some((counter, station)) = self.station(counter) else { return };
                station.free = None;
                if station.paused.is_none() {
                    station.paused = Some((at, planned));
                    lessons.push(Lesson::Fact(time, Fact::Paused { counter, planned }));
                }
            }
            _ => {}
        }
    }

    fn book_call(&mut self, at: Timestamp, fact: &Event, lessons: &mut Vec<Lesson>) {
        let Event::Called { ticket, counter, waited_ms, .. } = fact else { return };
        let Some(place) = self.names.counter(counter) else { return };
        let free = self.stations[place].free.take();
        let Some(known) = self.tickets.get_mut(ticket) else { return };
        if !std::mem::replace(&mut known.first_called, true)
            && at > known.issued
            && let Some(promise) = &known.promise
        {
            let actual_s = seconds(at.since(known.issued));
            lessons.push(Lesson::Outcome { lane: known.lane, played: played(promise), actual_s });
        }
        let (Some(service), Some(lane)) = (known.service, known.class_lane) else { return };
        let plan = &self.names.plan;
        let delay = plan.counters[place].delay(&plan.services[service].id, &plan.lanes[lane].id);
        // A gap only where the counter could have called this ticket as soon as it was free.
        let could = |free: &Timestamp| known.queued <= *free && delay.is_some_and(|d| free.since(known.origin) >= d);
        let gap = free.filter(could).map(|free| at.since(free)).filter(|gap| *gap <= LONGEST_GAP_MS);
        known.call = Some(Call { since: at, service, waited: (*waited_ms).max(0), gap });
        known.held_after = None;
    }

    fn book_end(&mut self, at: Timestamp, fact: &Event, lessons: &mut Vec<Lesson>) {
        let (Event::Finished { ticket, counter, .. }
        | Event::NoShow { ticket, counter }
        | Event::Transferred { ticket, counter, .. }) = fact
        else {
            return;
        };
        let Some(place) = self.names.counter(counter) else { return };
        self.tell_ending(place, lessons);
        self.stations[place].free = Some(at);
        let Some(known) = self.tickets.get_mut(ticket) else { return };
        let Some(call) = known.call.take() else { return };
        let counter = place;
        let fact = match fact {
            Event::NoShow { .. } => Some(Fact::Missed { counter }),
            Event::Finished { next, .. } => {
                let left = next.as_ref().map_or(0, |next| 1 + next.then.len());
                let in_one_go = known.then > left;
                if let Some(FurtherLeg { service, origin, .. }) = next {
                    known.move_on(at, self.names.service(service), *origin, left - 1);
                }
                // Several services in one go say nothing of how long each takes.
                (!in_one_go && !teaches_nothing(fact)).then_some(Fact::Finished { counter })
            }
            Event::Transferred { service, lane, origin, .. } => {
                let then = known.then;
                let to = self.names.service(service);
                known.class_lane = self.names.lane(lane);
                known.move_on(at, to, *origin, then);
                to.map(|service| Fact::Transferred { counter, service })
            }
            _ => None,
        };
        self.stations[place].ending = Some(Ending { at, ticket: ticket.clone(), call, fact });
    }

    fn book_hold(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::Held { ticket, counter } => {
                self.at_ticket(ticket, |known| known.held_after = known.call.map(|call| at.since(call.since)));
                if let Some((_, station)) = self.station(counter) {
                    station.free = Some(at);
                }
            }
            Event::TicketResumed { ticket, counter } => {
                self.at_ticket(ticket, |known| {
                    let Some(spent) = known.held_after.take() else { return };
                    // As if it had been called later by as long as it was away.
                    known.call = known.call.map(|call| Call { since: at.plus(-spent), gap: None, ..call });
                });
                if let Some((_, station)) = self.station(counter) {
                    station.free = None;
                }
            }
            Event::Returned { ticket, .. } => self.at_ticket(ticket, |known| {
                (known.call, known.held_after, known.queued) = (None, None, at);
            }),
            _ => {}
        }
    }

    fn book_undone(&mut self, at: Timestamp, fact: &Event) {
        let Event::Undone { ticket, counter, service, lane, origin, then, uncalled, .. } = fact else { return };
        let (service, lane) = (self.names.service(service), self.names.lane(lane));
        let Some((_, station)) = self.station(counter) else { return };
        station.free = None;
        let ending = station.ending.take_if(|ending| ending.ticket == *ticket);
        self.at_ticket(ticket, |known| {
            if let Some(ending) = ending {
                known.call = Some(ending.call);
            }
            known.held_after = None;
            (known.service, known.class_lane, known.origin, known.then) = (service, lane, *origin, then.len());
        });
        if let Some(uncalled) = uncalled {
            self.at_ticket(&uncalled.ticket, |known| (known.call, known.queued) = (None, at));
        }
    }
}

/// Whether a finish stays out of averages for what it is.
fn teaches_nothing(finished: &Event) -> bool {
    matches!(finished, Event::Finished { sham: true, .. })
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
