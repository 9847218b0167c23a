//! The rule of a trace: lanes, counters, clocks. `discipline/days.md` lists the keys.

use super::{FormatError, Ordered, TimeUnit};
use crate::engine::{MAX_POINTS, MAX_SPEED, Rule, Terms};
use queue_core::{
    CounterId, CounterPlan, LaneId, LanePlan, Millis, Plan, Preset, Rules, ServiceId, ServicePlan, Skill,
};
use serde::Deserialize;
use serde_json::{Number, Value};
use std::sync::Arc;

/// The key `config` of traces and days. Lengths are in the file's time unit.
#[derive(Clone, Debug, Deserialize)]
pub struct BranchConfig {
    /// By name.
    pub lanes: Ordered<LaneConfig>,
    /// By name.
    pub counters: Ordered<CounterConfig>,
    /// Checked in at most this long after the appointment, the clock starts at the appointment; 10 min without it.
    #[serde(default)]
    pub appt_grace: Option<Number>,
    /// Where later ones wait.
    #[serde(default)]
    pub appt_late_lane: Option<String>,
    /// Added to the clock of a no-show who returns; 5 min without it.
    #[serde(default)]
    pub return_penalty: Option<Number>,
    /// How long a transferred ticket waits for its counter; 15 min without it.
    #[serde(default)]
    pub pin_timeout: Option<Number>,
    /// All services by name, where the file lists them; then events may name no other.
    #[serde(default)]
    pub services: Option<Ordered<Value>>,
}

/// A lane of a trace.
#[derive(Clone, Debug, Deserialize)]
pub struct LaneConfig {
    /// Ties between owed lanes go to the smaller; the order in the file without it.
    #[serde(default)]
    pub rank: Option<i64>,
    /// Head start, in 1/100 points.
    #[serde(default)]
    pub h100: i64,
    /// Speed, in 1/100 points a minute; the shorter the `target` the faster without it.
    #[serde(default)]
    pub p100: Option<i64>,
    /// Wait from which the guarantee counts.
    #[serde(default)]
    pub guard_after: Option<Number>,
    /// Guaranteed share of the calls, in 1/1000.
    #[serde(default)]
    pub share1000: i64,
    /// Wait to be kept; none to be kept without it.
    #[serde(default)]
    pub target: Option<Number>,
}

/// A counter of a trace.
#[derive(Clone, Debug, Deserialize)]
pub struct CounterConfig {
    /// Of equally suited counters the smaller is called into; the order in the file without it.
    #[serde(default)]
    pub rank: Option<i64>,
    /// Wait from which it may take a ticket of `service/lane`, `service/*` or `*/lane`; null is never.
    pub skills: Ordered<Option<Number>>,
    /// By lane: points added to its tickets, in 1/100 points.
    #[serde(default)]
    pub affinity: Ordered<i64>,
}

/// `DISCIPLINE` §1: an appointment keeps its time if checked in by A + 10 min.
const GRACE_MS: Millis = 600_000;

/// A checked config: what its lanes, counters and services are called, by index, and the rule on indices.
#[derive(Clone, Debug)]
pub struct Branch {
    /// In the order of the file.
    pub services: Vec<String>,
    /// In rank order.
    pub lanes: Vec<String>,
    /// In rank order.
    pub counters: Vec<String>,
    /// Who is next.
    pub rule: Arc<Rule>,
    /// What becomes of clocks.
    pub terms: Terms,
}

impl Branch {
    /// The index of a service.
    ///
    /// # Errors
    /// The config has none of that name.
    pub fn service(&self, name: &str) -> Result<usize, FormatError> {
        place(&self.services, "service", name)
    }

    /// The index of a lane.
    ///
    /// # Errors
    /// The config has none of that name.
    pub fn lane(&self, name: &str) -> Result<usize, FormatError> {
        place(&self.lanes, "lane", name)
    }

    /// The index of a counter.
    ///
    /// # Errors
    /// The config has none of that name.
    pub fn counter(&self, name: &str) -> Result<usize, FormatError> {
        place(&self.counters, "counter", name)
    }
}

fn place(names: &[String], what: &str, name: &str) -> Result<usize, FormatError> {
    let known = names.iter().position(|known| known == name);
    known.ok_or_else(|| FormatError::new(format!("{what} `{name}` is not in the config; it has {}", names.join(", "))))
}

impl BranchConfig {
    /// The rule on indices, for days with these services.
    ///
    /// # Errors
    /// A number out of range, a skill of no known form, a guarantee without its limit; with the lane or counter.
    pub fn branch(&self, unit: TimeUnit, services: Vec<String>) -> Result<Branch, FormatError> {
        let plan = self.plan(unit, &services)?;
        let late = self.appt_late_lane.as_deref();
        let lanes: Vec<String> = plan.lanes.iter().map(|lane| lane.id.to_string()).collect();
        let terms = Terms {
            grace: length(unit, "appt_grace", self.appt_grace.as_ref(), GRACE_MS)?,
            late_lane: late.and_then(|late| lanes.iter().position(|lane| lane == late)),
            return_penalty: plan.rules.return_penalty_ms,
            pin: plan.rules.pin_ms,
        };
        let counters = plan.counters.iter().map(|counter| counter.id.to_string()).collect();
        Ok(Branch { services, lanes, counters, rule: Arc::new(Rule::new(&plan)), terms })
    }

    /// The same as the Plan of a branch, for other engines. Tickets of a service have the series of its name.
    ///
    /// # Errors
    /// As [`BranchConfig::branch`].
    pub fn plan(&self, unit: TimeUnit, services: &[String]) -> Result<Plan, FormatError> {
        if self.lanes.0.is_empty() || self.counters.0.is_empty() {
            return Err(FormatError::new("config: a lobby has at least one lane and one counter"));
        }
        let lanes = ranked(&self.lanes, |lane| lane.rank, true);
        let lanes = lanes.map(|(id, lane)| lane.plan(unit, id).map_err(|e| e.within(format!("config: lane {id}"))));
        let counters = ranked(&self.counters, |counter| counter.rank, false);
        let counters =
            counters.map(|(id, counter)| counter.plan(unit, id).map_err(|e| e.within(format!("config: counter {id}"))));
        let default = Rules::default();
        let service =
            |id: &String| ServicePlan { id: ServiceId::from(id.as_str()), series: id.clone(), mean_s: 60, quota: None };
        Ok(Plan {
            services: services.iter().map(service).collect(),
            lanes: lanes.collect::<Result<_, _>>()?,
            counters: counters.collect::<Result<_, _>>()?,
            rules: Rules {
                min_call_gap_ms: 0,
                return_penalty_ms: length(
                    unit,
                    "return_penalty",
                    self.return_penalty.as_ref(),
                    default.return_penalty_ms,
                )?,
                pin_ms: length(unit, "pin_timeout", self.pin_timeout.as_ref(), default.pin_ms)?,
                ..default
            },
        })
    }

    /// Services that the skills name, in the order written.
    pub fn skilled_services(&self) -> impl Iterator<Item = &str> {
        let keys = self.counters.0.iter().flat_map(|(_, counter)| &counter.skills.0);
        keys.filter_map(|(key, _)| key.split_once('/')).map(|(service, _)| service).filter(|service| *service != "*")
    }

    /// Whether a counter takes lanes of whatever service.
    pub fn has_wild_services(&self) -> bool {
        self.counters.0.iter().flat_map(|(_, counter)| &counter.skills.0).any(|(key, _)| key.starts_with("*/"))
    }
}

impl LaneConfig {
    fn plan(&self, unit: TimeUnit, id: &str) -> Result<LanePlan, FormatError> {
        in_range("h100", self.h100, -MAX_POINTS, MAX_POINTS)?;
        let target = length(unit, "target", self.target.as_ref(), 0)?;
        let target_s = u32::try_from(target / 1_000).unwrap_or(u32::MAX);
        let p100 = match self.p100 {
            Some(p100) => p100,
            None if target_s > 0 => speed_of(target_s),
            None => return Err(FormatError::new("it has neither a speed `p100` nor a `target` to take it from")),
        };
        in_range("p100", p100, 0, MAX_SPEED)?;
        in_range("share1000", self.share1000, 0, 1_000)?;
        if self.share1000 > 0 && self.guard_after.is_none() {
            return Err(FormatError::new("it has a share of the calls but no `guard_after` from which it counts"));
        }
        Ok(LanePlan {
            id: LaneId::from(id),
            h100: self.h100,
            p100,
            guard_after_ms: length(unit, "guard_after", self.guard_after.as_ref(), 0)?,
            share1000: self.share1000,
            target_s,
        })
    }
}

/// As the preset `targets` has it.
fn speed_of(target_s: u32) -> i64 {
    let mut lane = LanePlan { id: LaneId::from(""), h100: 0, p100: 0, guard_after_ms: 0, share1000: 0, target_s };
    Preset::Targets.apply(std::slice::from_mut(&mut lane));
    lane.p100
}

impl CounterConfig {
    fn plan(&self, unit: TimeUnit, id: &str) -> Result<CounterPlan, FormatError> {
        let affinity = self.affinity.0.iter().map(|(lane, points)| {
            in_range("affinity", *points, -MAX_POINTS, MAX_POINTS)?;
            Ok((LaneId::from(lane.as_str()), *points))
        });
        Ok(CounterPlan {
            id: CounterId::from(id),
            skills: self
                .skills
                .0
                .iter()
                .map(|(key, delay)| skill(unit, key, delay.as_ref()))
                .collect::<Result<_, _>>()?,
            affinity: affinity.collect::<Result<_, FormatError>>()?,
            auto_next: true,
        })
    }
}

fn skill(unit: TimeUnit, key: &str, delay: Option<&Number>) -> Result<Skill, FormatError> {
    let parts = key.split_once('/').filter(|(service, lane)| !service.is_empty() && !lane.is_empty());
    let (service, lane) = parts
        .ok_or_else(|| FormatError::new(format!("skill `{key}`: write `service/lane`, `service/*` or `*/lane`")))?;
    let delay_ms =
        delay.map(|delay| unit.to_millis(delay)).transpose().map_err(|e| e.within(format!("skill `{key}`")))?;
    if delay_ms.is_some_and(|delay| delay < 0) {
        return Err(FormatError::new(format!("skill `{key}`: a delay is 0, a length of time, or null for never")));
    }
    let named = |part: &str| (part != "*").then(|| part.to_owned());
    Ok(Skill { service: named(service).map(ServiceId::from), lane: named(lane).map(LaneId::from), delay_ms })
}

fn length(unit: TimeUnit, key: &str, written: Option<&Number>, default: Millis) -> Result<Millis, FormatError> {
    let Some(written) = written else { return Ok(default) };
    let millis = unit.to_millis(written).map_err(|e| e.within(format!("`{key}`")))?;
    if millis < 0 {
        Err(FormatError::new(format!("`{key}` is {written}; a length of time is not negative")))
    } else {
        Ok(millis)
    }
}

fn in_range(key: &str, value: i64, least: i64, most: i64) -> Result<(), FormatError> {
    let fits = (least..=most).contains(&value);
    if fits { Ok(()) } else { Err(FormatError::new(format!("`{key}` is {value}; it lies from {least} to {most}"))) }
}

/// In order of rank; of equal ranks by name or in the order written, as the reference engine does.
fn ranked<T>(
    entries: &Ordered<T>,
    rank: impl Fn(&T) -> Option<i64>,
    ties_by_name: bool,
) -> impl Iterator<Item = (&str, &T)> {
    let mut all: Vec<_> = entries.0.iter().enumerate().collect();
    all.sort_by_key(|(place, (id, entry))| {
        let written = i64::try_from(*place).unwrap_or(i64::MAX);
        (rank(entry).unwrap_or(written), if ties_by_name { id.as_str() } else { "" })
    });
    all.into_iter().map(|(_, (id, entry))| (id.as_str(), entry))
}
