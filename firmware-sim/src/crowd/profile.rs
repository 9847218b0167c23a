//! How many come when: the course of a day, and arrivals at random that follow it.

use std::time::Duration;

use serde::Deserialize;

use crate::rng::Chance;

/// Hours in a day.
const DAY_H: f64 = 24.0;
/// Largest factor that a file may ask for; far beyond any rush.
const MOST: f64 = 100.0;

/// The course of a day: how the rates of the services change with the hour.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// Factor on every rate, all day.
    pub load: f64,
    /// Steps `[local hour, factor]`: from that hour on so many times the rate of the services. Half past nine is 9.5.
    /// Before the first step the last one of the day before holds; without steps the factor is 1.
    pub day: Vec<(f64, f64)>,
}

impl Default for Profile {
    fn default() -> Self {
        Self { load: 1.0, day: Vec::new() }
    }
}

impl Profile {
    /// Factor at that local hour, from 0 up to but without 24.
    pub fn factor(&self, hour: f64) -> f64 {
        let step = self.day.iter().rev().find(|(from, _)| *from <= hour).or(self.day.last());
        self.load * step.map_or(1.0, |(_, factor)| *factor)
    }

    /// Factor of the busiest step.
    pub fn highest(&self) -> f64 {
        self.load * self.day.iter().map(|(_, factor)| *factor).reduce(f64::max).unwrap_or(1.0)
    }

    /// What is wrong with it, each with what to write instead; `name` says which it is.
    pub(super) fn mistakes(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        if !(self.load > 0.0 && self.load <= MOST) {
            found.push(format!("load = {} in {name}; write a factor above 0 and up to {MOST}", self.load));
        }
        let mut last = f64::NEG_INFINITY;
        for (hour, factor) in &self.day {
            if !(0.0..DAY_H).contains(hour) || *hour <= last {
                found.push(format!(
                    "hour {hour} in day of {name}; write hours from 0 to below 24, each after the one before"
                ));
            }
            if !(0.0..=MOST).contains(factor) {
                found.push(format!("factor {factor} in day of {name}; write 0 (nobody) to {MOST}"));
            }
            last = *hour;
        }
        if !self.day.is_empty() && self.day.iter().all(|(_, factor)| *factor <= 0.0) {
            found.push(format!(
                "nobody ever comes in day of {name}; write a factor above 0 somewhere, or leave day out"
            ));
        }
        found
    }
}

/// Arrivals at random at a rate that changes with the hour (a non-homogeneous Poisson process), by thinning: candidates
/// come at the highest rate, and each is kept with the share that its hour has of it.
/// Source: Lewis, Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", 1979.
#[derive(Debug, Clone)]
pub struct Arrivals {
    /// Mean time between candidates.
    gap: Duration,
    profile: Profile,
    chance: Chance,
    /// The last candidate, since the doors opened.
    last: Duration,
    first: bool,
}

impl Arrivals {
    /// Customers `every` apart on average while the profile's factor is 1.
    pub fn new(every: Duration, profile: Profile, chance: Chance) -> Self {
        let gap = every.div_f64(profile.highest());
        Self { gap, profile, chance, last: Duration::ZERO, first: true }
    }

    /// When the next one comes, since the doors opened; `hour_at` tells the local hour of such a time.
    pub fn next(&mut self, hour_at: impl Fn(Duration) -> f64) -> Duration {
        loop {
            // The doors open to somebody who already waited outside.
            let gap =
                if self.first { self.gap.mul_f64(self.chance.unit() / 4.0) } else { self.chance.arrival(self.gap) };
            self.first = false;
            self.last += gap;
            if self.chance.happens(self.profile.factor(hour_at(self.last)) / self.profile.highest()) {
                return self.last;
            }
        }
    }
}
