//! A Plan, looked up once: what a counter may take after how long is a table by class.

use super::{CounterIx, LaneIx, MINUTE_MS, ServiceIx};
use queue_core::{CounterId, LaneId, Millis, Plan, ServiceId};

/// What becomes of the clock of a ticket with an appointment. `DISCIPLINE` §1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointments {
    /// Checked in at most this long after the appointment, the clock starts at the appointment.
    pub grace_ms: Millis,
    /// Where later ones wait, from their check-in; `None` leaves them in their lane.
    pub late_lane: Option<LaneIx>,
}

/// A lane of the rule, in the units that points are summed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneRule {
    /// What files and pages call it.
    pub id: LaneId,
    /// Head start, in 1/6,000,000 points.
    pub head_start: i64,
    /// Speed, in 1/6,000,000 points a millisecond (which is 1/100 points a minute).
    pub speed: i64,
    /// Waiting time from which the guarantee counts.
    pub guard_after_ms: Millis,
    /// Guaranteed share of the calls, in 1/1000.
    pub share1000: i64,
}

/// A counter of the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterRule {
    /// The number over the counter.
    pub id: CounterId,
    /// By class: wait from which it may take such a ticket; `None` is never.
    pub(super) delays: Vec<Option<Millis>>,
    /// By lane: points added to its tickets, in 1/6,000,000 points.
    pub(super) affinity: Vec<i64>,
    /// Keys of the skills as written; of equally suited counters the one with fewer is called into.
    pub(super) skills: usize,
}

/// The rule in force over one simulated day. Shared between all copies of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayRules {
    /// In the order of the Plan.
    pub services: Vec<ServiceId>,
    /// In rank order.
    pub lanes: Vec<LaneRule>,
    /// In rank order.
    pub counters: Vec<CounterRule>,
    /// Clocks of appointments.
    pub appointments: Appointments,
    /// Added to the clock of a no-show who returns, besides the absence.
    pub return_penalty_ms: Millis,
    /// How long a transferred ticket waits for the counter that it was sent to.
    pub pin_ms: Millis,
}

impl PlayRules {
    /// Looks a Plan up. The order of its lanes and counters is their rank.
    pub fn new(plan: &Plan, appointments: Appointments) -> Self {
        let lanes = plan.lanes.iter().map(|lane| LaneRule {
            id: lane.id.clone(),
            head_start: lane.h100.saturating_mul(MINUTE_MS),
            speed: lane.p100,
            guard_after_ms: lane.guard_after_ms,
            share1000: lane.share1000,
        });
        let counters = plan.counters.iter().map(|counter| CounterRule {
            id: counter.id.clone(),
            delays: classes(plan).map(|(service, lane)| counter.delay(service, lane)).collect(),
            affinity: plan.lanes.iter().map(|lane| counter.affinity(&lane.id).saturating_mul(MINUTE_MS)).collect(),
            skills: counter.skills.len(),
        });
        PlayRules {
            services: plan.services.iter().map(|service| service.id.clone()).collect(),
            lanes: lanes.collect(),
            counters: counters.collect(),
            appointments,
            return_penalty_ms: plan.rules.return_penalty_ms,
            pin_ms: plan.rules.pin_ms,
        }
    }

    /// The service of that name.
    pub fn service(&self, id: &str) -> Option<ServiceIx> {
        self.services.iter().position(|known| known.as_str() == id).map(ServiceIx::at)
    }

    /// The lane of that name.
    pub fn lane(&self, id: &str) -> Option<LaneIx> {
        self.lanes.iter().position(|known| known.id.as_str() == id).map(LaneIx::at)
    }

    /// The counter of that name.
    pub fn counter(&self, id: &str) -> Option<CounterIx> {
        self.counters.iter().position(|known| known.id.as_str() == id).map(CounterIx::at)
    }

    /// Wait from which the counter may take a ticket of the class; `None` is never.
    pub fn delay(&self, counter: CounterIx, service: ServiceIx, lane: LaneIx) -> Option<Millis> {
        *self.counters.get(counter.index())?.delays.get(self.class(service, lane))?
    }

    /// The place of a service and lane in lists by class.
    pub fn class(&self, service: ServiceIx, lane: LaneIx) -> usize {
        service.index() * self.lanes.len() + lane.index()
    }

    /// The service and lane of a place in lists by class.
    pub fn class_parts(&self, class: usize) -> (ServiceIx, LaneIx) {
        (ServiceIx::at(class / self.lanes.len()), LaneIx::at(class % self.lanes.len()))
    }
}

/// All services × lanes, services first; see [`PlayRules::class`].
fn classes(plan: &Plan) -> impl Iterator<Item = (&ServiceId, &LaneId)> {
    plan.services.iter().flat_map(|service| plan.lanes.iter().map(|lane| (&service.id, &lane.id)))
}
