//! Format `whatif`: days of a journal, or a written profile, under another rule or with other counters.

use super::{BranchConfig, FormatError, Hours, HoursConfig, Ordered, TimeUnit, services_of};
use crate::cases::ServiceShape;
use crate::change::Change;
use crate::random::Random;
use crate::whatif::{Duty, GOAL, HALF_HOUR, Order, People, Profile, Scenario, ServiceLaw};
use queue_core::Millis;
use serde::Deserialize;
use serde_json::{Number, Value};

/// Days that are drawn from a profile where it does not say.
const DAYS: usize = 100;
/// Most of them.
const MOST_DAYS: usize = 10_000;
/// Most customers of one half hour: more are a slip of the pen.
const MOST_CUSTOMERS: f64 = 10_000.0;
/// Deviation over mean of a service where a profile does not say: that of σ = 0.7 (`DISCIPLINE` §2).
const CV: f64 = 0.8;
/// How long a no-show takes where a profile does not say, seconds.
const NO_SHOW_S: f64 = 45.0;

/// A file of this format.
#[derive(Clone, Debug)]
pub enum WhatifFile {
    /// Days that stand in a journal; whoever has it fetches them.
    Journal(JournalQuestion),
    /// Days that are drawn.
    Profile(Box<Scenario>),
}

/// A question about days of a journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JournalQuestion {
    /// Data directory, as written.
    pub journal: String,
    /// Dates; the last day of the journal where there are none.
    pub days: Vec<String>,
    /// As written.
    pub change: String,
    /// The share to be kept, where counters are searched.
    pub search: Option<f64>,
    /// Of the branch, such as `Asia/Shanghai`; that of the machine without it.
    pub time_zone: Option<String>,
}

#[derive(Deserialize)]
struct RawFile {
    journal: Option<String>,
    #[serde(default)]
    days: Vec<String>,
    profile: Option<ProfileConfig>,
    #[serde(default)]
    change: String,
    #[serde(default)]
    search: Option<Value>,
    time_zone: Option<String>,
}

#[derive(Deserialize)]
struct ProfileConfig {
    arrivals: Ordered<HalfHours>,
    #[serde(default)]
    no_show: f64,
    #[serde(default)]
    no_show_s: Option<f64>,
    #[serde(default)]
    days: Option<Number>,
}

/// The same number for every half hour, or one for each from opening.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum HalfHours {
    All(f64),
    Each(Vec<f64>),
}

#[derive(Deserialize)]
struct RawBranch {
    #[serde(default)]
    time_unit: TimeUnit,
    config: BranchConfig,
}

#[derive(Deserialize)]
struct RawHours {
    config: HoursConfig,
}

impl WhatifFile {
    /// Reads a file. `seed` is of the days that are drawn.
    ///
    /// # Errors
    /// The first mistake, with its line or the key it stands at.
    pub fn parse(text: &str, seed: u64) -> Result<Self, FormatError> {
        let raw: RawFile = serde_json::from_str(text)?;
        let search = goal(raw.search.as_ref())?;
        match (raw.journal, raw.profile) {
            (Some(journal), None) => {
                let (days, change, time_zone) = (raw.days, raw.change, raw.time_zone);
                Ok(WhatifFile::Journal(JournalQuestion { journal, days, change, search, time_zone }))
            }
            (None, Some(profile)) => {
                Ok(WhatifFile::Profile(Box::new(drawn(text, &profile, raw.change, search, seed)?)))
            }
            _ => Err(FormatError::new(
                "write either `journal`, the data directory of a lobby, or `profile`, what is usual on a day",
            )),
        }
    }
}

/// `true`, or `{"goal": 0.9}`.
fn goal(search: Option<&Value>) -> Result<Option<f64>, FormatError> {
    match search {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(Value::Bool(true)) => Ok(Some(GOAL)),
        Some(search) => {
            let goal = search.get("goal").and_then(Value::as_f64).filter(|goal| (0.5..1.0).contains(goal));
            let wrong = || FormatError::new("`search` is true, or {\"goal\": 0.9} with a share from 0.5 and under 1");
            goal.map(Some).ok_or_else(wrong)
        }
    }
}

fn drawn(
    text: &str,
    config: &ProfileConfig,
    written: String,
    search: Option<f64>,
    seed: u64,
) -> Result<Scenario, FormatError> {
    let RawBranch { time_unit: unit, config: branch } = serde_json::from_str(text)?;
    let RawHours { config: hours } = serde_json::from_str(text)?;
    let services = services_of(&branch, &[])?;
    let plan = branch.plan(unit, &services)?;
    let names = branch.branch(unit, services)?;
    let hours = hours.hours(unit, &names).map_err(|error| error.within("config"))?;
    if config.arrivals.0.is_empty() {
        return Err(FormatError::new("profile: `arrivals` is empty: nobody comes on any day"));
    }
    let lanes = names.lanes.len();
    let halves = usize::try_from((hours.close - hours.open + HALF_HOUR - 1) / HALF_HOUR).unwrap_or(0);
    let mut arrivals = vec![Vec::new(); names.rule.classes()];
    for (key, rates) in &config.arrivals.0 {
        let at = |error: FormatError| error.within(format!("profile: arrivals of `{key}`"));
        let parts = key.split_once('/').ok_or_else(|| at(FormatError::new("write `service/lane`")))?;
        let (service, lane) = (names.service(parts.0).map_err(at)?, names.lane(parts.1).map_err(at)?);
        arrivals[service * lanes + lane] = rates.each(halves).map_err(at)?;
    }
    let profile = Profile {
        open: hours.open,
        close: hours.close,
        arrivals,
        people: People::Drawn(config.services(&hours)?),
        orders: orders(&hours),
    };
    let count = config.day_count()?;
    let change = Change::parse(&written, &plan).map_err(|bad| FormatError::new(bad.to_string()).within("change"))?;
    let seeds = (0_u64..).take(count).map(|day| Random::seed_of(seed, &[day]));
    Ok(Scenario {
        plan,
        change,
        written,
        dates: Vec::new(),
        days: seeds.map(|seed| profile.draw(lanes, seed)).collect(),
        recorded: Vec::new(),
        search: search.map(|goal| (profile, goal)),
        // Not the days that the search saw.
        seed: Random::seed_of(seed, &[u64::MAX]),
    })
}

impl HalfHours {
    fn each(&self, halves: usize) -> Result<Vec<f64>, FormatError> {
        let each = match self {
            HalfHours::All(rate) => vec![*rate; halves],
            HalfHours::Each(rates) if rates.len() == halves => rates.clone(),
            HalfHours::Each(rates) => {
                let given = rates.len();
                return Err(FormatError::new(format!("{given} numbers for the {halves} half hours that it is open")));
            }
        };
        match each.iter().find(|rate| !(0.0..=MOST_CUSTOMERS).contains(*rate)) {
            Some(rate) => Err(FormatError::new(format!("{rate} customers in half an hour; write 0 to 10,000"))),
            None => Ok(each),
        }
    }
}

impl ProfileConfig {
    fn services(&self, hours: &Hours) -> Result<Vec<ServiceLaw>, FormatError> {
        if !(0.0..1.0).contains(&self.no_show) {
            return Err(FormatError::new(format!("profile: `no_show` is {}; it is a share under 1", self.no_show)));
        }
        let no_show_s = self.no_show_s.unwrap_or(NO_SHOW_S);
        if !(0.0..=3_600.0).contains(&no_show_s) {
            return Err(FormatError::new(format!("profile: `no_show_s` is {no_show_s}; it lies from 0 to 3600")));
        }
        let law = |(mean_s, cv): &(f64, Option<f64>)| ServiceLaw {
            length: ServiceShape::log_normal(mean_s * 1_000.0, cv.unwrap_or(CV)),
            no_show: self.no_show,
            no_show_length: millis(no_show_s),
        };
        Ok(hours.services.iter().map(law).collect())
    }

    fn day_count(&self) -> Result<usize, FormatError> {
        let Some(written) = &self.days else { return Ok(DAYS) };
        let days = written.as_u64().and_then(|days| usize::try_from(days).ok());
        let days = days.filter(|days| (1..=MOST_DAYS).contains(days));
        days.ok_or_else(|| FormatError::new(format!("profile: `days` is {written}; it lies from 1 to {MOST_DAYS}")))
    }
}

/// What the plan of the day tells its counters.
fn orders(hours: &Hours) -> Vec<Order> {
    let mut orders = Vec::new();
    for (counter, shift) in hours.shifts.iter().enumerate() {
        let Some(shift) = shift else { continue };
        orders.push(Order { at: shift.open, counter, duty: Duty::Open });
        let breaks = shift.breaks.iter();
        orders.extend(breaks.map(|(from, to)| Order { at: *from, counter, duty: Duty::Pause(to - from) }));
        orders.extend(shift.close.map(|close| Order { at: close, counter, duty: Duty::Close }));
    }
    orders.sort_by_key(|order| order.at);
    orders
}

#[allow(clippy::cast_possible_truncation, reason = "at most an hour")]
fn millis(seconds: f64) -> Millis {
    (seconds * 1_000.0) as Millis
}
