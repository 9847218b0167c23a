//! Walks through the facts of one day and keeps what figures are made of.

use super::{
    DayReport,
    alerts::Alerts,
    clerks::Clerks,
    half_hours, measure,
    papers::Papers,
    ratings,
    station::Station,
    visit::{End, Leg, Visit, seconds},
};
use crate::views::Time;
use queue_core::{BusinessDay, CounterId, Event, LaneId, Plan, TicketId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The mean service of the naive estimate before it has seen one, seconds, and how much that counts.
const NAIVE_PRIOR: (f64, f64) = (420.0, 10.0);

/// The facts of a day, sorted by whom they are about.
pub(super) struct Collector {
    plan: Plan,
    opened: Option<Timestamp>,
    closed: Option<Timestamp>,
    last: Timestamp,
    visits: BTreeMap<TicketId, Visit>,
    stations: BTreeMap<CounterId, Station>,
    waiting: BTreeSet<TicketId>,
    /// Sum and number of the services so far, for the naive estimate.
    services: (f64, f64),
    ratings: ratings::Book,
    clerks: Clerks,
    alerts: Alerts,
    papers: Papers,
}

impl Collector {
    pub(super) fn new(plan: Plan) -> Collector {
        let (mean, n) = NAIVE_PRIOR;
        Collector {
            plan,
            opened: None,
            closed: None,
            last: Timestamp::default(),
            visits: BTreeMap::new(),
            stations: BTreeMap::new(),
            waiting: BTreeSet::new(),
            services: (mean * n, n),
            ratings: ratings::Book::default(),
            clerks: Clerks::default(),
            alerts: Alerts::default(),
            papers: Papers::default(),
        }
    }

    pub(super) fn book(&mut self, at: Timestamp, fact: &Event) {
        self.last = at;
        self.ratings.book(fact);
        self.clerks.book(at, fact);
        self.alerts.book(at, fact);
        self.papers.book(fact);
        match fact {
            Event::PlanAdopted { plan, .. } => self.plan = plan.as_ref().clone(),
            Event::DayOpened { .. } => {
                self.opened.get_or_insert(at);
                self.closed = None;
            }
            Event::DayClosed { .. } => self.closed = Some(at),
            Event::Issued { .. } => self.issued(at, fact),
            Event::CounterOpened { counter, .. } => _ = self.at_station(counter).open.get_or_insert(at),
            Event::CounterClosed { counter, .. } => self.at_station(counter).close(at),
            Event::CounterPaused { counter, .. } => _ = self.at_station(counter).paused.get_or_insert(at),
            Event::CounterResumed { counter } => self.at_station(counter).resume(at),
            Event::Undone { .. } => self.undone(at, fact),
            _ => {
                self.station(at, fact);
                self.visit(at, fact);
            }
        }
    }

    /// The counter's last act is taken back: the customer stands there as before, and whoever was called by it waits.
    fn undone(&mut self, at: Timestamp, fact: &Event) {
        let Event::Undone { ticket, counter, uncalled, .. } = fact else { return };
        let taken_back = self.visits.get_mut(ticket).and_then(Visit::take_back);
        self.waiting.remove(ticket);
        if let Some(uncalled) = uncalled {
            self.waiting.insert(uncalled.ticket.clone());
            if let Some(visit) = self.visits.get_mut(&uncalled.ticket) {
                visit.uncall();
            }
        }
        let served = matches!(taken_back, Some(End::Served { .. }));
        self.clerks.undone(at, counter, served, uncalled.is_some());
        let station = self.at_station(counter);
        station.leave(at);
        station.busy = Some(at);
        station.calls = station.calls.saturating_sub(usize::from(uncalled.is_some()));
        station.served = station.served.saturating_sub(usize::from(served));
        if served {
            self.ratings.take_back(ticket);
        }
    }

    fn at_station(&mut self, counter: &CounterId) -> &mut Station {
        self.stations.entry(counter.clone()).or_default()
    }

    fn issued(&mut self, at: Timestamp, fact: &Event) {
        let Event::Issued { ticket, service, lane, origin, promise, .. } = fact else { return };
        let open = self.stations.values().filter(|station| station.open.is_some() && station.paused.is_none()).count();
        let naive_s = measure::count(self.waiting.len()) * self.services.0 / self.services.1;
        let visit = Visit {
            issued: at,
            lane: lane.clone(),
            promise: *promise,
            naive_s: naive_s / measure::count(open.max(1)),
            legs: vec![Leg::new(service.clone(), lane.clone(), *origin)],
        };
        self.waiting.insert(ticket.clone());
        self.visits.insert(ticket.clone(), visit);
    }

    /// What a fact is for the counter.
    fn station(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::Called { counter, .. } => {
                let station = self.at_station(counter);
                station.calls += 1;
                station.busy = Some(at);
            }
            Event::TicketResumed { counter, .. } => self.at_station(counter).busy = Some(at),
            Event::Finished { counter, .. }
            | Event::NoShow { counter, .. }
            | Event::Held { counter, .. }
            | Event::Transferred { counter, .. }
            | Event::Returned { counter, .. } => {
                let station = self.at_station(counter);
                let busy_ms = station.leave(at);
                station.served += usize::from(matches!(fact, Event::Finished { .. }));
                if busy_ms > 0 && !matches!(fact, Event::Held { .. } | Event::Returned { .. }) {
                    self.services = (self.services.0 + seconds(busy_ms), self.services.1 + 1.0);
                }
            }
            _ => {}
        }
    }

    /// What a fact is for the customer.
    fn visit(&mut self, at: Timestamp, fact: &Event) {
        let Some(id) = fact.ticket() else { return };
        let Some(visit) = self.visits.get_mut(id) else { return };
        match fact {
            Event::LaneChanged { lane, .. } => _ = visit.leg().map(|leg| leg.lane = lane.clone()),
            Event::Called { .. } => visit.call(at),
            Event::Arrived { .. } => _ = visit.leg().map(|leg| leg.arrived = Some(at)),
            Event::Finished { next, sham, .. } => match next {
                Some(next) => {
                    let lane = visit.legs.last().map_or_else(|| visit.lane.clone(), |leg| leg.lane.clone());
                    visit.go_on(at, End::Served { sham: *sham }, Leg::new(next.service.clone(), lane, at));
                }
                None => visit.end(at, End::Served { sham: *sham }),
            },
            Event::Transferred { service, lane, .. } => {
                visit.go_on(at, End::SentOn, Leg::new(service.clone(), lane.clone(), at));
            }
            Event::NoShow { .. } => visit.end(at, End::NoShow),
            // Who lets others go first waits longer than was promised, and knows it.
            Event::Deferred { .. } => visit.promise = None,
            Event::Reinstated { .. } => _ = visit.take_back(),
            Event::Cancelled { customer: true, .. } => visit.end(at, End::CancelledByCustomer),
            Event::Cancelled { customer: false, .. } => visit.end(at, End::CancelledByStaff),
            Event::Expired { .. } => visit.end(at, End::Expired),
            Event::Held { .. } => visit.hold(at),
            Event::TicketResumed { .. } | Event::Returned { .. } => visit.unhold(at),
            _ => {}
        }
        let waits = matches!(
            fact,
            Event::Transferred { .. }
                | Event::Finished { next: Some(_), .. }
                | Event::Reinstated { .. }
                | Event::Returned { .. }
        );
        if waits {
            self.waiting.insert(id.clone());
        } else if matches!(fact, Event::Called { .. } | Event::Cancelled { .. } | Event::Expired { .. }) {
            self.waiting.remove(id);
        }
    }

    /// By whom a number was taken in which lane and how long each waited who was called, seconds; `None` unless the day is
    /// closed.
    pub(super) fn closed_waits(self) -> Option<Vec<(LaneId, f64)>> {
        self.closed?;
        let waits = self.visits.into_values().filter_map(|visit| Some((visit.wait_s()?, visit.lane)));
        Some(waits.map(|(wait_s, lane)| (lane, wait_s)).collect())
    }

    /// The report, or `None` when the day was never opened.
    pub(super) fn finish(mut self, day: &BusinessDay) -> Option<DayReport> {
        let opened_at = Time(self.opened?);
        let last = self.last;
        for station in self.stations.values_mut() {
            station.close(last);
        }
        let counters = self.stations.iter().map(|(id, station)| station.report(id));
        let visits: Vec<&Visit> = self.visits.values().collect();
        Some(DayReport {
            day: day.as_str().to_owned(),
            opened_at,
            closed_at: self.closed.map(Time),
            total: measure::total(&self.plan, &visits),
            queues: measure::queues(&self.plan, &visits),
            counters: counters.collect(),
            promise: measure::promise(&self.plan, &visits),
            ratings: self.ratings.report(),
            selftests: Vec::new(),
            head: None,
            half_hours: half_hours::of(&self.plan, &visits),
            staff: self.clerks.report(last),
            jumps: Vec::new(),
            alerts: self.alerts.report(),
            papers: self.papers.report(),
        })
    }
}
