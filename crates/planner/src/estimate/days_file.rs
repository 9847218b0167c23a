//! Reads the `days` format: recorded days of one branch (its shape: `discipline/days.md` of the
//! specification). Every complaint names the day and the event.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::arrivals::Appointment;
use super::learn::{Setup, Shift};
use crate::formats::{
    Branch, BranchConfig, DayTime, FormatError, Hours, HoursConfig, TimeUnit, TraceEvent, read_events, services_of,
};

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
struct RawDay {
    date: String,
    #[serde(default)]
    appointments: Vec<RawAppointment>,
    events: Vec<Value>,
}

#[derive(Deserialize)]
struct RawAppointment {
    at: DayTime,
    service: String,
}

impl DaysFile {
    /// Reads and checks a whole file.
    ///
    /// # Errors
    /// A sentence with the line and column of bad JSON (`NaN` is none), or the day and event of bad content; a day
    /// without events is bad content, too.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let raw: RawFile = serde_json::from_str(text)?;
        let RawHours { config: hours } = serde_json::from_str(text)?;
        if raw.format != "days" {
            return Err(FormatError::new(format!("format is `{}`; recorded days have `days`", raw.format)));
        }
        if raw.days.is_empty() {
            return Err(FormatError::new("`days` is empty: there is nothing to estimate"));
        }
        let unit = raw.time_unit;
        let branch = Arc::new(raw.config.branch(unit, services_of(&raw.config, &[])?)?);
        let hours = hours.hours(unit, &branch).map_err(|error| error.within("config"))?;
        let setup = setup(&branch, hours);
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
    if raw.events.is_empty() {
        return Err(FormatError::new("`events` is empty: nothing happens on this day; leave the day out"));
    }
    let mut appointments = Vec::with_capacity(raw.appointments.len());
    for (index, booked) in raw.appointments.iter().enumerate() {
        let appointment = branch
            .service(&booked.service)
            .and_then(|service| Ok(Appointment { at: booked.at.millis(unit)?, service }));
        appointments.push(appointment.map_err(|error| error.within(format!("appointments[{index}]")))?);
    }
    let events = read_events(unit, &raw.events)?;
    for (index, event) in events.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &events[before]).filter(|before| before.at == event.at);
        let fits = match before {
            Some(before) => Err(FormatError::new(format!("its time is {}, too; times rise in a day", before.written))),
            None => DayTime::Number(event.written.clone()).millis(unit),
        };
        fits.map_err(|error| error.within(format!("event {index}")))?;
    }
    Ok(Day { date: raw.date, appointments, events })
}

fn setup(branch: &Branch, hours: Hours) -> Setup {
    let shifts = hours.shifts.into_iter().map(|planned| {
        planned.map_or_else(Shift::default, |planned| Shift { open: Some(planned.open), breaks: planned.breaks })
    });
    Setup {
        rule: branch.rule.as_ref().clone(),
        mean_minutes: hours.services.iter().map(|(mean_s, _)| mean_s / 60.0).collect(),
        shifts: shifts.collect(),
        open: hours.open,
        close: hours.close,
        // The format's own word for the lane of punctual appointments.
        appointment_lane: branch.lanes.iter().position(|lane| lane == "APT"),
        late_lane: branch.terms.late_lane.unwrap_or(0),
        grace: branch.terms.grace,
    }
}
