//! Reads the `days` format: recorded days of one branch (its shape: `discipline/days.md` of the
//! specification). Every complaint names the day and the event.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::arrivals::Appointment;
use super::learn::{Setup, Shift};
use super::rule::{CounterRule, LaneRule, Rule, Skill};
use crate::formats::FormatError;

/// Milliseconds of one second: the format counts in seconds.
const SECOND: i64 = 1000;
/// Instants beyond four days are a mistake, and would overflow nothing but sense.
const LATEST: i64 = 4 * 86_400;

pub(super) fn wrong<T>(what: impl Into<String>) -> Result<T, FormatError> {
    Err(FormatError::new(what.into()))
}

/// A checked file: names are indices, seconds are milliseconds.
#[derive(Debug, Clone)]
pub struct DaysFile {
    /// The branch.
    pub setup: Setup,
    /// Its days.
    pub days: Vec<Day>,
}

/// One recorded day.
#[derive(Debug, Clone)]
pub struct Day {
    /// Its date, as written.
    pub date: String,
    /// Known before opening.
    pub appointments: Vec<Appointment>,
    /// Instant and event, in order.
    pub events: Vec<(i64, Event)>,
}

/// One event. Counters, services and lanes are indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A counter opens or is back.
    Open(usize),
    /// A ticket is issued.
    Issue {
        /// Its number.
        id: String,
        /// Its service.
        service: usize,
        /// Its lane.
        lane: usize,
        /// Booked time.
        booked: Option<i64>,
    },
    /// A counter ends its call.
    End {
        /// The counter.
        counter: usize,
        /// How.
        how: End,
        /// Whether it pauses then, and whether that is planned.
        then_pause: Option<bool>,
    },
    /// A free counter pauses; planned or not.
    Pause(usize, bool),
    /// Last ticket.
    Close,
    /// A wake-up for engines that need one.
    Tick,
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Served.
    Finish,
    /// Nobody came.
    Miss,
    /// Sent on to a service.
    Transfer(usize),
}

#[derive(Deserialize)]
struct RawFile {
    format: String,
    config: RawConfig,
    days: Vec<RawDay>,
}

#[derive(Deserialize)]
struct RawConfig {
    lanes: BTreeMap<String, RawLane>,
    counters: BTreeMap<String, RawCounter>,
    #[serde(default)]
    appt_grace: i64,
    appt_late_lane: Option<String>,
    services: BTreeMap<String, RawService>,
    #[serde(default)]
    schedule: BTreeMap<String, RawShift>,
    open: i64,
    close: i64,
}

#[derive(Deserialize)]
struct RawLane {
    rank: i64,
    h100: i64,
    p100: i64,
    #[serde(default)]
    guard_after: i64,
    #[serde(default)]
    share1000: i64,
}

#[derive(Deserialize)]
struct RawCounter {
    rank: i64,
    skills: BTreeMap<String, Option<i64>>,
    #[serde(default)]
    affinity: BTreeMap<String, i64>,
}

#[derive(Deserialize)]
struct RawService {
    mean_s: f64,
}

#[derive(Deserialize)]
struct RawShift {
    open: i64,
    #[serde(default)]
    breaks: Vec<(i64, i64)>,
}

#[derive(Deserialize)]
struct RawDay {
    date: String,
    #[serde(default)]
    appointments: Vec<RawAppointment>,
    events: Vec<Value>,
}

#[derive(Deserialize)]
struct RawAppointment {
    at: i64,
    service: String,
}

#[derive(Deserialize)]
struct RawEvent(i64, String, Args);

#[derive(Deserialize)]
struct Args {
    k: Option<String>,
    id: Option<String>,
    service: Option<String>,
    lane: Option<String>,
    appt: Option<i64>,
    then: Option<String>,
    #[serde(default)]
    planned: bool,
}

/// Names in the order of their indices.
struct Names {
    lanes: Vec<String>,
    services: Vec<String>,
    counters: Vec<String>,
}

fn place(names: &[String], what: &str, name: &str) -> Result<usize, FormatError> {
    let known = names.iter().position(|known| known == name);
    known.ok_or_else(|| FormatError::new(format!("{what} {name:?} is not in config; there are {}", names.join(", "))))
}

fn by_rank<T>(items: &BTreeMap<String, T>, rank: impl Fn(&T) -> i64) -> Vec<String> {
    let mut names: Vec<(i64, &String)> = items.iter().map(|(name, item)| (rank(item), name)).collect();
    names.sort();
    names.into_iter().map(|(_, name)| name.clone()).collect()
}

impl DaysFile {
    /// Reads and checks a whole file.
    ///
    /// # Errors
    /// A sentence with the line and column of bad JSON (`NaN` is none), or the day and event of bad content.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let raw: RawFile = serde_json::from_str(text)
            .map_err(|error| FormatError::new(format!("This is not a file of recorded days: {error}")))?;
        if raw.format != "days" {
            return wrong(format!("format is {:?}; recorded days have \"days\"", raw.format));
        }
        let (setup, names) = setup(&raw.config)?;
        let mut days = Vec::with_capacity(raw.days.len());
        let mut dates = BTreeSet::new();
        for (index, day) in raw.days.into_iter().enumerate() {
            if !dates.insert(day.date.clone()) {
                return wrong(format!("days[{index}]: the date {} stands twice", day.date));
            }
            days.push(read_day(day, &names).map_err(|error| FormatError::new(format!("days[{index}]{error}")))?);
        }
        Ok(Self { setup, days })
    }
}

fn read_day(raw: RawDay, names: &Names) -> Result<Day, FormatError> {
    let mut appointments = Vec::with_capacity(raw.appointments.len());
    for (index, booked) in raw.appointments.iter().enumerate() {
        let at = |error: FormatError| FormatError::new(format!(".appointments[{index}]: {error}"));
        let service = place(&names.services, "service", &booked.service).map_err(at)?;
        let time = instant(booked.at).map_err(at)?;
        appointments.push(Appointment { at: time, service });
    }
    let mut events: Vec<(i64, Event)> = Vec::with_capacity(raw.events.len());
    for (index, value) in raw.events.into_iter().enumerate() {
        let after = events.last().map(|(at, _)| *at);
        let event = read_event(value, after, names);
        events.push(event.map_err(|error| FormatError::new(format!(".events[{index}]: {error}")))?);
    }
    Ok(Day { date: raw.date, appointments, events })
}

fn instant(seconds: i64) -> Result<i64, FormatError> {
    if (0..LATEST).contains(&seconds) {
        Ok(seconds * SECOND)
    } else {
        wrong(format!("{seconds} is no time of a day in seconds since local midnight"))
    }
}

fn read_event(value: Value, after: Option<i64>, names: &Names) -> Result<(i64, Event), FormatError> {
    let RawEvent(t, kind, args) = serde_json::from_value(value)
        .map_err(|error| FormatError::new(format!("an event is [whole seconds, kind, {{…}}]: {error}")))?;
    let at = instant(t)?;
    if let Some(after) = after.filter(|after| at <= *after) {
        return wrong(format!("t = {t} does not come after {}: times must rise", after / SECOND));
    }
    let missing = |what: &str| FormatError::new(format!("{kind} needs {what:?}"));
    let counter = || place(&names.counters, "counter", args.k.as_deref().ok_or_else(|| missing("k"))?);
    let service = || place(&names.services, "service", args.service.as_deref().ok_or_else(|| missing("service"))?);
    let then_pause = match args.then.as_deref() {
        None => None,
        Some("pause") => Some(args.planned),
        Some(other) => return wrong(format!("then is {other:?}; only \"pause\" is known")),
    };
    let end = |how| Ok::<_, FormatError>(Event::End { counter: counter()?, how, then_pause });
    let event = match kind.as_str() {
        "open" => Event::Open(counter()?),
        "issue" => Event::Issue {
            id: args.id.clone().ok_or_else(|| missing("id"))?,
            service: service()?,
            lane: place(&names.lanes, "lane", args.lane.as_deref().ok_or_else(|| missing("lane"))?)?,
            booked: args.appt.map(instant).transpose()?,
        },
        "finish" => end(End::Finish)?,
        "miss" => end(End::Miss)?,
        "transfer" => end(End::Transfer(service()?))?,
        "pause" => Event::Pause(counter()?, args.planned),
        "close" => Event::Close,
        "tick" => Event::Tick,
        other => return wrong(format!("kind {other:?} is unknown")),
    };
    Ok((at, event))
}

fn setup(raw: &RawConfig) -> Result<(Setup, Names), FormatError> {
    let names = Names {
        lanes: by_rank(&raw.lanes, |lane| lane.rank),
        services: raw.services.keys().cloned().collect(),
        counters: by_rank(&raw.counters, |counter| counter.rank),
    };
    if names.lanes.is_empty() || names.services.is_empty() || names.counters.is_empty() {
        return wrong("config needs at least one lane, one service and one counter");
    }
    let lanes = names.lanes.iter().map(|name| raw.lanes[name].rule());
    let mut rule = Rule { lanes: lanes.collect(), counters: Vec::new(), services: names.services.len() };
    for name in &names.counters {
        let counter = counter_rule(&raw.counters[name], &rule, &names);
        rule.counters.push(counter.map_err(|error| FormatError::new(format!("config.counters.{name}: {error}")))?);
    }
    let mut mean_minutes = Vec::new();
    for (name, service) in &raw.services {
        if !(service.mean_s.is_finite() && service.mean_s > 0.0) {
            return wrong(format!("config.services.{name}: mean_s is {}; it must be over 0", service.mean_s));
        }
        mean_minutes.push(service.mean_s / 60.0);
    }
    let late = raw.appt_late_lane.as_deref().unwrap_or(&names.lanes[0]);
    let hours = |error: FormatError| FormatError::new(format!("config: {error}"));
    let (open, close) = (instant(raw.open).map_err(hours)?, instant(raw.close).map_err(hours)?);
    if close <= open {
        return wrong(format!("config: close ({}) must come after open ({})", raw.close, raw.open));
    }
    let setup = Setup {
        rule,
        mean_minutes,
        shifts: shifts(raw, &names)?,
        open,
        close,
        // The format's own word for the lane of punctual appointments.
        appointment_lane: names.lanes.iter().position(|lane| lane == "APT"),
        late_lane: place(&names.lanes, "lane", late).map_err(hours)?,
        grace: raw.appt_grace * SECOND,
    };
    Ok((setup, names))
}

fn shifts(raw: &RawConfig, names: &Names) -> Result<Vec<Shift>, FormatError> {
    for name in raw.schedule.keys() {
        place(&names.counters, "counter", name)
            .map_err(|error| FormatError::new(format!("config.schedule: {error}")))?;
    }
    let mut shifts = Vec::with_capacity(names.counters.len());
    for name in &names.counters {
        let Some(shift) = raw.schedule.get(name) else {
            shifts.push(Shift::default());
            continue;
        };
        let at = |error: FormatError| FormatError::new(format!("config.schedule.{name}: {error}"));
        let mut breaks = Vec::with_capacity(shift.breaks.len());
        for (start, end) in &shift.breaks {
            if end <= start {
                return Err(at(FormatError::new(format!("the break [{start}, {end}] ends before it starts"))));
            }
            breaks.push((instant(*start).map_err(at)?, instant(*end).map_err(at)?));
        }
        breaks.sort_unstable();
        shifts.push(Shift { open: Some(instant(shift.open).map_err(at)?), breaks });
    }
    Ok(shifts)
}

impl RawLane {
    fn rule(&self) -> LaneRule {
        let guard_after = self.guard_after * SECOND;
        LaneRule { h100: self.h100, p100: self.p100, guard_after, share1000: self.share1000 }
    }
}

fn counter_rule(raw: &RawCounter, rule: &Rule, names: &Names) -> Result<CounterRule, FormatError> {
    let mut skills = Vec::new();
    for (s, service) in names.services.iter().enumerate() {
        for (l, lane) in names.lanes.iter().enumerate() {
            let keys = [format!("{service}/{lane}"), format!("{service}/*"), format!("*/{lane}")];
            let Some(delay) = keys.iter().find_map(|key| raw.skills.get(key)).copied().flatten() else { continue };
            if !(0..LATEST).contains(&delay) {
                return wrong(format!("a delay of {delay} s is none"));
            }
            let b100 = raw.affinity.get(lane).copied().unwrap_or(0);
            skills.push(Skill { class: rule.class(s, l), lane: l, delay: delay * SECOND, b100 });
        }
    }
    Ok(CounterRule { skills, breadth: raw.skills.len(), rank: raw.rank })
}
