//! Days of a journal as the planner plays them: who came when and for what, how long each of them took, and when which
//! counter was there. Everything stays attached to whom it happened to, so that another rule meets the same people.
//!
//! Where something did not happen, what is usual stands in: who gave up and would now have been called takes as long as
//! the others of that service that day. A service that was interrupted by a hold is played in one piece.

use planner::whatif::{Customer, Day, Duty, Leg, LegEnd, Order, Played};
use queue_core::{CounterId, Event, LaneId, Millis, NoShowPolicy, Plan, ServiceId, TicketId, Timestamp};
use std::collections::BTreeMap;

/// A day as it was, and how it went.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub(super) day: Day,
    pub(super) went: Played,
}

/// A ticket of the day.
#[derive(Debug)]
struct Known {
    at: Millis,
    origin: Millis,
    service: ServiceId,
    lane: LaneId,
    /// Since when it waits in its present queue.
    queued: Millis,
    pin: Option<usize>,
    legs: Vec<Leg>,
    /// Beginnings of the legs, for what is taken back.
    begun: Vec<Begun>,
    call: Option<Begun>,
    first_call: Option<Millis>,
    missed: Option<Millis>,
    gone: Option<Millis>,
}

/// A call: since when, how long it was held back from the counter, and since when it is now.
#[derive(Clone, Copy, Debug)]
struct Begun {
    at: Millis,
    pin: Option<usize>,
    away: Millis,
    held: Option<Millis>,
}

/// What is known of a counter.
#[derive(Clone, Debug, Default)]
struct Station {
    /// Whether the day tells it to open already.
    told_open: bool,
    /// Opened or back since, and not ready yet.
    opening: Option<Millis>,
    /// Asked to pause since; paused since.
    pausing: Option<Millis>,
    paused: Option<(Millis, Millis)>,
    /// The stay that ended here last, until the counter is ready again.
    ended: Option<(usize, usize, Millis)>,
}

/// Reads the facts of one day.
pub(super) struct Reader<'a> {
    plan: &'a Plan,
    midnight: Timestamp,
    tickets: Vec<Known>,
    places: BTreeMap<TicketId, usize>,
    stations: Vec<Station>,
    orders: Vec<Order>,
    close: Option<Millis>,
    last: Millis,
}

impl<'a> Reader<'a> {
    pub(super) fn new(plan: &'a Plan, midnight: Timestamp) -> Self {
        Reader {
            plan,
            midnight,
            tickets: Vec::new(),
            places: BTreeMap::new(),
            stations: vec![Station::default(); plan.counters.len()],
            orders: Vec::new(),
            close: None,
            last: 0,
        }
    }

    /// Books a fact. What names something that the Plan no longer has is left out.
    pub(super) fn book(&mut self, at: Timestamp, fact: &Event) {
        let at = at.since(self.midnight);
        self.last = self.last.max(at);
        match fact {
            Event::Issued { ticket, service, lane, origin, .. } => self.issued(at, ticket, (service, lane), *origin),
            Event::DrainingStarted => self.close = Some(at),
            Event::Called { ticket, counter, .. } => self.called(at, ticket, counter),
            Event::CounterReady { counter } => {
                if let Some(place) = self.counter(counter) {
                    self.ready(place, at, Millis::MAX);
                }
            }
            Event::CounterOpened { counter, .. }
            | Event::CounterClosed { counter, .. }
            | Event::CounterPausing { counter, .. }
            | Event::CounterPaused { counter, .. }
            | Event::CounterResumed { counter } => {
                if let Some(place) = self.counter(counter) {
                    self.station(place, at, fact);
                }
            }
            _ => {
                if let Some(place) = fact.ticket().and_then(|ticket| self.places.get(ticket).copied()) {
                    self.ticket(place, at, fact);
                }
            }
        }
    }

    fn counter(&self, id: &CounterId) -> Option<usize> {
        self.plan.counters.iter().position(|known| known.id == *id)
    }

    fn class(&self, service: &ServiceId, lane: &LaneId) -> Option<usize> {
        let service = self.plan.services.iter().position(|known| known.id == *service)?;
        Some(service * self.plan.lanes.len() + self.plan.lanes.iter().position(|known| known.id == *lane)?)
    }

    fn issued(&mut self, at: Millis, ticket: &TicketId, (service, lane): (&ServiceId, &LaneId), origin: Timestamp) {
        if self.class(service, lane).is_none() {
            return;
        }
        self.places.insert(ticket.clone(), self.tickets.len());
        self.tickets.push(Known {
            at,
            origin: origin.since(self.midnight),
            service: service.clone(),
            lane: lane.clone(),
            queued: at,
            pin: None,
            legs: Vec::new(),
            begun: Vec::new(),
            call: None,
            first_call: None,
            missed: None,
            gone: None,
        });
    }

    fn called(&mut self, at: Millis, ticket: &TicketId, counter: &CounterId) {
        let Some(place) = self.places.get(ticket).copied() else { return };
        let known = &mut self.tickets[place];
        known.first_call.get_or_insert(at);
        known.call = Some(Begun { at, pin: known.pin.take(), away: 0, held: None });
        let waited = at - known.queued;
        if let Some(counter) = self.counter(counter) {
            self.ready(counter, at, waited);
        }
    }

    /// The counter calls, or would: from here on, or from when the ticket that it calls had come, if that is later.
    fn ready(&mut self, counter: usize, at: Millis, waited: Millis) {
        let station = &mut self.stations[counter];
        let slow = |since: Millis| (at - since).min(waited).max(0);
        if let Some((place, leg, since)) = station.ended.take()
            && let Some(leg) = self.tickets[place].legs.get_mut(leg)
        {
            leg.turnaround = slow(since);
        }
        if let Some(since) = station.opening.take() {
            let ready = since + slow(since);
            match station.paused.take().filter(|_| station.told_open) {
                Some((asked, paused)) => {
                    self.orders.push(Order { at: asked, counter, duty: Duty::Pause(ready - paused) });
                }
                None => self.orders.push(Order { at: ready, counter, duty: Duty::Open }),
            }
            station.told_open = true;
        }
    }

    fn station(&mut self, counter: usize, at: Millis, fact: &Event) {
        let station = &mut self.stations[counter];
        match fact {
            Event::CounterPausing { .. } => station.pausing = Some(at),
            Event::CounterPaused { .. } => {
                station.ended = None;
                if station.opening.take().is_none() || station.paused.is_none() {
                    station.paused = Some((station.pausing.take().unwrap_or(at), at));
                }
            }
            // Staying open although it was about to pause is no opening.
            Event::CounterResumed { .. } if station.paused.is_none() => station.pausing = None,
            Event::CounterOpened { .. } | Event::CounterResumed { .. } => station.opening = Some(at),
            _ => {
                if let Some((asked, paused)) = station.paused.take().filter(|_| station.told_open) {
                    self.orders.push(Order { at: asked, counter, duty: Duty::Pause(at - paused) });
                }
                *station = Station::default();
                self.orders.push(Order { at, counter, duty: Duty::Close });
            }
        }
    }

    fn ticket(&mut self, place: usize, at: Millis, fact: &Event) {
        let midnight = self.midnight;
        match fact {
            Event::Finished { counter, next, .. } => {
                self.ended(place, at, counter, LegEnd::Served);
                if let Some(next) = next {
                    let known = &mut self.tickets[place];
                    (known.service, known.queued) = (next.service.clone(), at);
                }
            }
            Event::NoShow { counter, .. } => {
                let to_the_tail = self.plan.rules.no_show == NoShowPolicy::Tail;
                self.ended(place, at, counter, LegEnd::Missed { back_after: 0, to_the_tail });
                self.tickets[place].missed = Some(at);
            }
            Event::Transferred { counter, service, lane, pin, .. } => {
                self.ended(place, at, counter, LegEnd::Served);
                let pin = pin.as_ref().and_then(|pin| self.counter(&pin.counter));
                let known = &mut self.tickets[place];
                (known.service, known.lane) = (service.clone(), lane.clone());
                (known.queued, known.pin) = (at, pin);
            }
            Event::Reinstated { .. } => self.tickets[place].back(at),
            Event::LaneChanged { lane, .. } => {
                (self.tickets[place].lane, self.tickets[place].queued) = (lane.clone(), at);
            }
            Event::Deferred { origin, .. } => {
                let known = &mut self.tickets[place];
                known.origin = if known.legs.is_empty() { origin.since(midnight) } else { known.origin };
            }
            Event::Held { .. } => {
                if let Some(call) = &mut self.tickets[place].call {
                    call.held = Some(at);
                }
            }
            Event::TicketResumed { .. } => {
                if let Some(call) = &mut self.tickets[place].call {
                    call.away += call.held.take().map_or(0, |since| at - since);
                }
            }
            Event::Cancelled { .. } | Event::Expired { .. } => {
                let known = &mut self.tickets[place];
                known.gone = Some(at);
                known.call = None;
            }
            Event::Returned { .. } => {
                self.tickets[place].uncall(at);
            }
            Event::Undone { uncalled, .. } => {
                self.tickets[place].undo();
                let other = uncalled.as_ref().and_then(|uncalled| self.places.get(&uncalled.ticket).copied());
                if let Some(other) = other {
                    self.tickets[other].uncall(at);
                }
            }
            _ => {}
        }
    }

    /// A stay at a counter is over.
    fn ended(&mut self, place: usize, at: Millis, counter: &CounterId, end: LegEnd) {
        let known = &self.tickets[place];
        let Some(class) = self.class(&known.service, &known.lane) else { return };
        let counter = self.counter(counter);
        let known = &mut self.tickets[place];
        let Some(call) = known.call.take() else { return };
        let away = call.away + call.held.map_or(0, |since| at - since);
        let length = (at - call.at - away).max(1);
        known.legs.push(Leg { class, pin: call.pin, length, turnaround: 0, end });
        known.begun.push(call);
        if let Some(counter) = counter {
            self.stations[counter].ended = Some((place, known.legs.len() - 1, at));
        }
    }

    /// The day, when all of it has been read.
    pub(super) fn day(mut self) -> Recorded {
        for counter in 0..self.stations.len() {
            // Paused to the end, or back and never ready again.
            let told_open = self.stations[counter].told_open;
            if let Some((asked, paused)) = self.stations[counter].paused.take().filter(|_| told_open) {
                let length = (self.last - paused).max(0);
                self.orders.push(Order { at: asked, counter, duty: Duty::Pause(length) });
                self.orders.push(Order { at: self.last, counter, duty: Duty::Close });
            }
        }
        self.orders.sort_by_key(|order| order.at);
        let usual = self.usual_lengths();
        let lanes = self.plan.lanes.len();
        let mut customers = Vec::with_capacity(self.tickets.len());
        let mut called = Vec::with_capacity(self.tickets.len());
        for known in &self.tickets {
            let mut legs = known.legs.clone();
            if legs.is_empty() || known.call.is_some() {
                let Some(class) = self.class(&known.service, &known.lane) else { continue };
                let length = usual[class / lanes];
                legs.push(Leg { class, pin: None, length, turnaround: 0, end: LegEnd::Served });
            }
            let gives_up = known.gone.filter(|_| known.first_call.is_none());
            customers.push(Customer { at: known.at, origin: known.origin, legs, gives_up });
            called.push(known.first_call);
        }
        Recorded {
            day: Day { customers, orders: self.orders, close: self.close },
            went: Played { called, end: self.last },
        }
    }

    /// By service: the mean length of what was served to the end, else what is configured.
    fn usual_lengths(&self) -> Vec<Millis> {
        let lanes = self.plan.lanes.len();
        let mut sums: Vec<(Millis, Millis)> = vec![(0, 0); self.plan.services.len()];
        for leg in self.tickets.iter().flat_map(|known| &known.legs).filter(|leg| leg.end == LegEnd::Served) {
            let (sum, count) = &mut sums[leg.class / lanes];
            (*sum, *count) = (*sum + leg.length, *count + 1);
        }
        let configured = self.plan.services.iter().map(|service| Millis::from(service.mean_s) * 1_000);
        sums.iter().zip(configured).map(|((sum, count), mean)| if *count > 0 { sum / count } else { mean }).collect()
    }
}

impl Known {
    /// A no-show is back.
    fn back(&mut self, at: Millis) {
        let Some(missed) = self.missed.take() else { return };
        self.queued = at;
        if let Some(Leg { end: LegEnd::Missed { back_after, .. }, .. }) = self.legs.last_mut() {
            *back_after = at - missed;
        }
    }

    /// The call did not count.
    fn uncall(&mut self, at: Millis) {
        self.call = None;
        self.queued = at;
        if self.legs.is_empty() {
            self.first_call = None;
        }
    }

    /// The last end, or the last hold, did not count.
    fn undo(&mut self) {
        if let Some(call) = &mut self.call {
            call.held = None;
        } else {
            self.legs.pop();
            self.call = self.begun.pop();
            (self.missed, self.gone) = (None, None);
        }
    }
}
