//! The shape of `[alerts]`: what in the hall staff are told of, and when (HALL, "Numbers and limits").

use super::Config;
use serde::Deserialize;

/// What staff are told of. Each can be switched off by 0 or false.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertsConfig {
    /// Lane whose guests staff go and talk to; the lane `vip`, if there is one, without it.
    pub vip_lane: Option<String>,
    /// After which wait (H1). Seconds.
    pub vip_wait_s: u32,
    /// Whether somebody who waits past the target of the lane is worth an alert (H3).
    pub lane_targets: bool,
    /// An open counter that calls nobody for so long while people wait (H5). Seconds.
    pub idle_s: u32,
    /// A service that takes so long, where the service itself does not say (H4). Minutes.
    pub overrun_min: u32,
    /// The same is not told again within this. Minutes.
    pub again_min: u32,
}

impl Default for AlertsConfig {
    fn default() -> AlertsConfig {
        AlertsConfig { vip_lane: None, vip_wait_s: 180, lane_targets: true, idle_s: 30, overrun_min: 30, again_min: 10 }
    }
}

impl Config {
    /// The lane of VIP guests, if the branch has one.
    pub fn vip_lane(&self) -> Option<&str> {
        let named = self.alerts.vip_lane.as_deref().unwrap_or("vip");
        self.lanes.iter().find(|lane| lane.id == named).map(|lane| lane.id.as_str())
    }

    /// How long a service may take before staff are told; `None` for as long as it takes. Seconds.
    pub fn overrun_s(&self, service: &str) -> Option<u32> {
        let own = self.services.iter().find(|known| known.id == service).and_then(|known| known.overrun_min);
        Some(own.unwrap_or(self.alerts.overrun_min).saturating_mul(60)).filter(|limit| *limit > 0)
    }
}
