//! Who comes and how long they take, as the file says it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::profile::Profile;
use crate::rng::Chance;

const SECONDS_A_MINUTE: f64 = 60.0;

/// The crowd of a branch.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrowdConfig {
    /// How many times faster than life; `--speed` comes first. As fast as the lobby's clock where waits should be those
    /// of a branch.
    pub speed: f64,
    /// Which of `profiles` is the day; `--profile` comes first.
    pub profile: Option<String>,
    /// The day itself, where there is no profile: steps `[local hour, factor]`.
    pub day: Vec<(f64, f64)>,
    /// Days by name.
    pub profiles: BTreeMap<String, Profile>,
    /// Name of the kiosk at which tickets are taken.
    pub kiosk: String,
    /// Bearer token of that kiosk.
    pub token: String,
    /// Bearer token of the greeter, who gives the numbers that the kiosk does not offer.
    pub greeter_token: String,
    /// Seconds from the call to the customer at the counter, on average.
    pub walk_s: f64,
    /// Seconds that a clerk pauses, on average.
    pub pause_s: f64,
    /// Share of customers in the priority lane.
    pub priority: f64,
    /// Share of customers in the VIP lane.
    pub vip: f64,
    /// Share of customers who choose English.
    pub english: f64,
    /// Chance that a called customer does not come, though nobody saw him leave.
    pub no_show: f64,
    /// Steps `[minutes, chance]`: that chance in place of `no_show` for whoever has waited so long.
    pub no_show_after: Vec<(f64, f64)>,
    /// Minutes after which half of the customers have left; for ever without it.
    pub patience_min: Option<f64>,
    /// Spread of patience: the deviation of its logarithm.
    pub patience_spread: f64,
    /// Share of those who leave that give their number back by the link on the ticket; the others just go.
    pub gives_back: f64,
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
            greeter_token: "demo-greeter".to_owned(),
            profile: None,
            day: Vec::new(),
            profiles: BTreeMap::new(),
            walk_s: 25.0,
            pause_s: 300.0,
            priority: 0.08,
            vip: 0.0,
            english: 0.15,
            no_show: 0.05,
            no_show_after: Vec::new(),
            patience_min: None,
            patience_spread: 0.5,
            gives_back: 0.4,
            recall: 0.08,
            hold: 0.03,
            pause: 0.02,
            services: Vec::new(),
        }
    }
}

impl CrowdConfig {
    /// The course of the day that is in force.
    pub fn course(&self) -> Profile {
        let named = self.profile.as_ref().and_then(|name| self.profiles.get(name));
        named.cloned().unwrap_or_else(|| Profile { day: self.day.clone(), ..Profile::default() })
    }

    /// Takes another of the profiles.
    ///
    /// # Errors
    /// When there is none of that name, with those that there are.
    pub fn choose(&mut self, profile: &str) -> Result<(), String> {
        if !self.profiles.contains_key(profile) {
            return Err(self.unknown(profile));
        }
        self.profile = Some(profile.to_owned()); // goes before `day`
        Ok(())
    }

    fn unknown(&self, profile: &str) -> String {
        let known: Vec<_> = self.profiles.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none, so add [crowd.profiles.NAME]".to_owned() } else { known.join(", ") };
        format!("there is no profile `{profile}` for the crowd; there is {known}")
    }

    /// How long somebody waits before leaving; `None` for ever.
    pub fn patience(&self, chance: &mut Chance) -> Option<Duration> {
        let median = Duration::from_secs_f64(self.patience_min? * SECONDS_A_MINUTE);
        Some(chance.log_normal_around(median, self.patience_spread))
    }

    /// Chance that somebody who waited so long does not come when called.
    pub fn no_show_after(&self, waited: Duration) -> f64 {
        let minutes = waited.as_secs_f64() / SECONDS_A_MINUTE;
        let step = self.no_show_after.iter().rev().find(|(from, _)| *from <= minutes);
        step.map_or(self.no_show, |(_, share)| *share)
    }

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
        positive("patience_spread", self.patience_spread);
        if let Some(median) = self.patience_min {
            positive("patience_min", median);
        }
        for service in &self.services {
            positive(&format!("every_s of `{}`", service.id), service.every_s);
            positive(&format!("mean_s of `{}`", service.id), service.mean_s);
        }
        let shares = [
            ("priority", self.priority),
            ("vip", self.vip),
            ("priority + vip", self.priority + self.vip),
            ("gives_back", self.gives_back),
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
        found.extend(self.mistakes_of_days());
        found
    }

    fn mistakes_of_days(&self) -> Vec<String> {
        let mut found = Profile { day: self.day.clone(), ..Profile::default() }.mistakes("the crowd");
        for (name, profile) in &self.profiles {
            found.extend(profile.mistakes(&format!("profile `{name}`")));
        }
        if let Some(name) = self.profile.as_ref().filter(|name| !self.profiles.contains_key(*name)) {
            found.push(self.unknown(name));
        }
        if self.profile.is_some() && !self.day.is_empty() {
            found.push("the crowd has both profile and day; keep the one that is meant".to_owned());
        }
        let mut last = 0.0;
        for (minutes, share) in &self.no_show_after {
            if !(*minutes > last && *minutes < 1e6 && (0.0..=1.0).contains(share)) {
                found.push(format!(
                    "[{minutes}, {share}] in no_show_after of the crowd; write [minutes, share from 0 to 1], minutes \
                     above 0 and rising"
                ));
            }
            last = *minutes;
        }
        found
    }
}
