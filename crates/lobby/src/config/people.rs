//! What the configuration says about who comes: known or unknown, by appointment or not.

use super::model::{Config, IdentityRule};
use queue_core::ServiceId;
use std::collections::BTreeSet;

impl Config {
    /// The lane of punctual appointments: the one that is set, else `appointment` where there is such a lane.
    pub fn appointment_lane(&self) -> Option<&str> {
        self.lane_of(self.rules.appointment_lane.as_deref(), "appointment")
    }

    /// The lane of those who come late for one: the one that is set, else the ordinary lane.
    pub fn late_lane(&self) -> Option<&str> {
        self.lane_of(self.rules.late_lane.as_deref(), "").or_else(|| self.default_lane())
    }

    fn lane_of(&self, set: Option<&str>, usual: &str) -> Option<&str> {
        let wanted = set.unwrap_or(usual);
        self.lanes.iter().map(|lane| lane.id.as_str()).find(|id| *id == wanted)
    }

    /// Whether it matters who takes a number of the service.
    pub fn identity_of(&self, service: &ServiceId) -> IdentityRule {
        let known = self.services.iter().find(|known| known.id == service.as_str());
        known.map(|service| service.identity).unwrap_or_default()
    }

    /// Services for which nobody gets a number unknown.
    pub(super) fn services_for_the_known(&self) -> BTreeSet<ServiceId> {
        let known = self.services.iter().filter(|service| service.identity == IdentityRule::Required);
        known.map(|service| service.id.as_str().into()).collect()
    }
}
