//! Reads the `days` format: recorded days of one branch (its shape: `discipline/days.md` of the
//! specification). Every complaint names the day and the event.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Number, Value};

use super::arrivals::Appointment;
use super::learn::{Setup, Shift};
use crate::formats::{Branch, BranchConfig, FormatError, Ordered, TimeUnit, TraceEvent, read_events, services_of};

/// Instants beyond four days are a mistake, and would overflow nothing but sense; milliseconds.
const LATEST: i64 = 4 * 86_400_000;

/// A checked file.
#[derive(Debug, Clone)]
pub struct DaysFile {
    /// What its names stand for, and the rule.
    pub branch: Arc<Branch>,
    /// The branch as the learner knows it.
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
    /// In order, no two at once.
    pub events: Vec<TraceEvent>,
}

#[derive(Deserialize)]
struct RawFile {
    format: String,
    #[serde(default)]
    time_unit: TimeUnit,
    config: BranchConfig,
    days: Vec<RawDay>,
}

/// What recorded days say in `config` besides the rule.
#[derive(Deserialize)]
struct RawHours {
    config: HoursConfig,
}

#[derive(Deserialize)]
struct HoursConfig {
    services: Ordered<ServiceConfig>,
    #[serde(default)]
    schedule: Ordered<ShiftConfig>,
    open: Number,
    close: Number,
}

#[derive(Deserialize)]
struct ServiceConfig {
    mean_s: f64,
}

#[derive(Deserialize)]
struct ShiftConfig {
    open: Number,
    #[serde(default)]
    breaks: Vec<(Number, Number)>,
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
    at: Number,
    service: String,
}

impl DaysFile {
    /// Reads and checks a whole file.
    ///
    /// # Errors
    /// A sentence with the line and column of bad JSON (`NaN` is none), or the day and event of bad content.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let raw: RawFile = serde_json::from_str(text)?;
        let RawHours { config: hours } = serde_json::from_str(text)?;
        if raw.format != "days" {
            return Err(FormatError::new(format!("format is `{}`; recorded days have `days`", raw.format)));
        }
        let unit = raw.time_unit;
        let branch = Arc::new(raw.config.branch(unit, services_of(&raw.config, &[])?)?);
        let setup = setup(unit, &branch, &hours).map_err(|error| error.within("config"))?;
        let mut days = Vec::with_capacity(raw.days.len());
        let mut dates = BTreeSet::new();
        for (index, day) in raw.days.into_iter().enumerate() {
            let is_new = dates.insert(day.date.clone());
            let day = if is_new {
                read_day(unit, day, &branch)
            } else {
                Err(FormatError::new(format!("the date {} stands twice", day.date)))
            };
            days.push(day.map_err(|error| error.within(format!("days[{index}]")))?);
        }
        Ok(Self { branch, setup, days })
    }
}

fn read_day(unit: TimeUnit, raw: RawDay, branch: &Branch) -> Result<Day, FormatError> {
    let mut appointments = Vec::with_capacity(raw.appointments.len());
    for (index, booked) in raw.appointments.iter().enumerate() {
        let appointment = branch
            .service(&booked.service)
            .and_then(|service| Ok(Appointment { at: instant(unit, &booked.at)?, service }));
        appointments.push(appointment.map_err(|error| error.within(format!("appointments[{index}]")))?);
    }
    let events = read_events(unit, &raw.events)?;
    for (index, event) in events.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &events[before]).filter(|before| before.at == event.at);
        let fits = match before {
            Some(before) => Err(FormatError::new(format!("its time is {}, too; times rise in a day", before.written))),
            None => instant(unit, &event.written),
        };
        fits.map_err(|error| error.within(format!("event {index}")))?;
    }
    Ok(Day { date: raw.date, appointments, events })
}

fn instant(unit: TimeUnit, written: &Number) -> Result<i64, FormatError> {
    let at = unit.to_millis(written)?;
    let fits = (0..LATEST).contains(&at);
    if fits { Ok(at) } else { Err(FormatError::new(format!("{written} is no time of a day since local midnight"))) }
}

fn setup(unit: TimeUnit, branch: &Branch, hours: &HoursConfig) -> Result<Setup, FormatError> {
    let mut mean_minutes = Vec::new();
    for (name, service) in &hours.services.0 {
        if !(service.mean_s.is_finite() && service.mean_s > 0.0) {
            return Err(FormatError::new(format!("service {name}: `mean_s` is {}; it is over 0", service.mean_s)));
        }
        mean_minutes.push(service.mean_s / 60.0);
    }
    if mean_minutes.is_empty() || mean_minutes.len() < branch.services.len() {
        return Err(FormatError::new("`services` lists every service with its `mean_s`"));
    }
    let open = instant(unit, &hours.open).map_err(|error| error.within("`open`"))?;
    let close = instant(unit, &hours.close).map_err(|error| error.within("`close`"))?;
    if close <= open {
        return Err(FormatError::new(format!("`close` ({}) does not come after `open` ({})", hours.close, hours.open)));
    }
    Ok(Setup {
        rule: branch.rule.as_ref().clone(),
        mean_minutes,
        shifts: shifts(unit, branch, &hours.schedule)?,
        open,
        close,
        // The format's own word for the lane of punctual appointments.
        appointment_lane: branch.lanes.iter().position(|lane| lane == "APT"),
        late_lane: branch.terms.late_lane.unwrap_or(0),
        grace: branch.terms.grace,
    })
}

fn shifts(unit: TimeUnit, branch: &Branch, schedule: &Ordered<ShiftConfig>) -> Result<Vec<Shift>, FormatError> {
    let mut shifts = vec![Shift::default(); branch.counters.len()];
    for (name, shift) in &schedule.0 {
        let place = branch.counter(name).map_err(|error| error.within("`schedule`"))?;
        shifts[place] = read_shift(unit, shift).map_err(|error| error.within(format!("`schedule`: {name}")))?;
    }
    Ok(shifts)
}

fn read_shift(unit: TimeUnit, shift: &ShiftConfig) -> Result<Shift, FormatError> {
    let mut breaks = Vec::with_capacity(shift.breaks.len());
    for (start, end) in &shift.breaks {
        let (from, to) = (instant(unit, start)?, instant(unit, end)?);
        if to <= from {
            return Err(FormatError::new(format!("the break [{start}, {end}] ends before it starts")));
        }
        breaks.push((from, to));
    }
    breaks.sort_unstable();
    Ok(Shift { open: Some(instant(unit, &shift.open)?), breaks })
}
