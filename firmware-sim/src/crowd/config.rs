//! Who comes and how long they take, as the file says it.

use serde::Deserialize;

/// The crowd of a branch.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrowdConfig {
    /// How many times faster than life; `--speed` comes first.
    pub speed: f64,
    /// Name of the kiosk at which tickets are taken.
    pub kiosk: String,
    /// Bearer token of that kiosk.
    pub token: String,
    /// Seconds from the call to the customer at the counter, on average.
    pub walk_s: f64,
    /// Seconds that a clerk pauses, on average.
    pub pause_s: f64,
    /// Share of customers in the priority lane.
    pub priority: f64,
    /// Share of customers who choose English.
    pub english: f64,
    /// Chance that a called customer does not come.
    pub no_show: f64,
    /// Chance that a clerk calls a second time before the customer comes.
    pub recall: f64,
    /// Chance that a ticket is held in the middle of its service.
    pub hold: f64,
    /// Chance that a clerk pauses after a customer.
    pub pause: f64,
    /// Services and their customers.
    #[serde(rename = "service")]
    pub services: Vec<ServiceConfig>,
}

/// Customers of one service.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    /// Id of the service at the kiosk API.
    pub id: String,
    /// Letters before its numbers, by which the clerk knows it.
    pub series: String,
    /// Seconds between two customers, on average.
    pub every_s: f64,
    /// Seconds of service, on average.
    pub mean_s: f64,
}

impl Default for CrowdConfig {
    fn default() -> Self {
        Self {
            speed: 1.0,
            kiosk: "k1".to_owned(),
            token: "demo-kiosk".to_owned(),
            walk_s: 25.0,
            pause_s: 300.0,
            priority: 0.08,
            english: 0.15,
            no_show: 0.05,
            recall: 0.08,
            hold: 0.03,
            pause: 0.02,
            services: Vec::new(),
        }
    }
}

impl CrowdConfig {
    /// What is wrong with the numbers, each with what to write instead.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut positive = |name: &str, value: f64| {
            if !(value > 0.0 && value < 1e6) {
                found.push(format!("{name} = {value} in the crowd; write a number above 0"));
            }
        };
        positive("speed", self.speed);
        positive("walk_s", self.walk_s);
        positive("pause_s", self.pause_s);
        for service in &self.services {
            positive(&format!("every_s of `{}`", service.id), service.every_s);
            positive(&format!("mean_s of `{}`", service.id), service.mean_s);
        }
        let shares = [
            ("priority", self.priority),
            ("english", self.english),
            ("no_show", self.no_show),
            ("recall", self.recall),
            ("hold", self.hold),
            ("pause", self.pause),
        ];
        for (name, value) in shares {
            if !(0.0..=1.0).contains(&value) {
                found.push(format!("{name} = {value} in the crowd; write a share from 0 to 1"));
            }
        }
        found
    }
}
