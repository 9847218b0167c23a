//! Names of the branch as the small integers that the planner counts with.

use planner::estimate::{Rule, Setup, Shift};
use queue_core::{CounterId, LaneId, Plan, PlanDigest, ServiceId};

/// The Plan that estimates are made by, and the place of every name in it. What another Plan knew and this one does not
/// is left out of everything learned.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The Plan itself.
    pub(crate) plan: Plan,
    /// Its fingerprint.
    pub(crate) digest: PlanDigest,
}

impl Names {
    pub(crate) fn service(&self, id: &ServiceId) -> Option<usize> {
        self.plan.services.iter().position(|known| known.id == *id)
    }

    pub(crate) fn lane(&self, id: &LaneId) -> Option<usize> {
        self.plan.lanes.iter().position(|known| known.id == *id)
    }

    pub(crate) fn counter(&self, id: &CounterId) -> Option<usize> {
        self.plan.counters.iter().position(|known| known.id == *id)
    }

    /// The class of a service and a lane.
    pub(crate) fn class(&self, service: &ServiceId, lane: &LaneId) -> Option<usize> {
        Some(self.service(service)? * self.plan.lanes.len() + self.lane(lane)?)
    }

    /// Every class that some counter ever takes, with its names.
    pub(crate) fn served(&self) -> Vec<(usize, ServiceId, LaneId)> {
        let mut served = Vec::new();
        for (s, service) in self.plan.services.iter().enumerate() {
            for (l, lane) in self.plan.lanes.iter().enumerate() {
                if self.plan.counters.iter().any(|counter| counter.delay(&service.id, &lane.id).is_some()) {
                    served.push((s * self.plan.lanes.len() + l, service.id.clone(), lane.id.clone()));
                }
            }
        }
        served
    }

    /// The branch as the planner knows it; hours in milliseconds since local midnight.
    pub(crate) fn setup(&self, open: i64, close: i64) -> Setup {
        let rule = Rule::new(&self.plan);
        Setup {
            mean_minutes: self.plan.services.iter().map(|service| f64::from(service.mean_s) / 60.0).collect(),
            shifts: vec![Shift::default(); rule.counters.len()],
            open,
            close,
            appointment_lane: self.plan.appointment_lane().and_then(|lane| self.lane(lane)),
            late_lane: self.plan.late_lane().and_then(|lane| self.lane(lane)).unwrap_or(0),
            grace: self.plan.rules.grace_ms,
            rule,
        }
    }
}
