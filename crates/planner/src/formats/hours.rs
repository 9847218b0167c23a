//! What recorded days and profiles say in `config` besides the rule: hours, services, who is to be where.

use super::{Branch, FormatError, Ordered, TimeUnit};
use crate::change::time_of_day;
use queue_core::Millis;
use serde::Deserialize;
use serde_json::Number;

/// Instants beyond four days are a mistake, and would overflow nothing but sense; milliseconds.
const LATEST: Millis = 4 * 86_400_000;

/// A time of day: a number in the file's unit since local midnight, or `"09:30"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum DayTime {
    /// In the file's unit.
    Number(Number),
    /// `HH:MM`.
    Text(String),
}

impl DayTime {
    /// Milliseconds since local midnight.
    ///
    /// # Errors
    /// It is no time of a day.
    pub fn millis(&self, unit: TimeUnit) -> Result<Millis, FormatError> {
        let at = match self {
            DayTime::Number(written) => Some(unit.to_millis(written)?),
            DayTime::Text(text) => time_of_day(text),
        };
        let at = at.filter(|at| (0..LATEST).contains(at));
        at.ok_or_else(|| FormatError::new(format!("{self} is no time of a day since local midnight")))
    }
}

impl std::fmt::Display for DayTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DayTime::Number(written) => written.fmt(f),
            DayTime::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

/// The keys of `config` besides the rule.
#[derive(Clone, Debug, Deserialize)]
pub struct HoursConfig {
    /// By name.
    pub services: Ordered<ServiceConfig>,
    /// By counter; one that is not listed stays closed.
    #[serde(default)]
    pub schedule: Ordered<ShiftConfig>,
    /// First ticket.
    pub open: DayTime,
    /// Last ticket.
    pub close: DayTime,
}

/// A service.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct ServiceConfig {
    /// Mean length, seconds.
    pub mean_s: f64,
    /// Its deviation over its mean.
    #[serde(default)]
    pub cv: Option<f64>,
}

/// The plan of one counter's day.
#[derive(Clone, Debug, Deserialize)]
pub struct ShiftConfig {
    /// When it opens.
    pub open: DayTime,
    /// When it closes; with the last customer without it.
    #[serde(default)]
    pub close: Option<DayTime>,
    /// Start and end.
    #[serde(default)]
    pub breaks: Vec<(DayTime, DayTime)>,
}

/// The same, checked, milliseconds since local midnight.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    /// First ticket.
    pub open: Millis,
    /// Last ticket.
    pub close: Millis,
    /// By service: mean length, seconds, and deviation over mean.
    pub services: Vec<(f64, Option<f64>)>,
    /// By counter; none for one that is not planned.
    pub shifts: Vec<Option<PlannedShift>>,
}

/// The plan of one counter's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedShift {
    /// When it opens.
    pub open: Millis,
    /// When it closes.
    pub close: Option<Millis>,
    /// Start and end, in order.
    pub breaks: Vec<(Millis, Millis)>,
}

impl HoursConfig {
    /// Checks it against the branch that it is of.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn hours(&self, unit: TimeUnit, branch: &Branch) -> Result<Hours, FormatError> {
        let (open, close) = (self.open.millis(unit), self.close.millis(unit));
        let open = open.map_err(|error| error.within("`open`"))?;
        let close = close.map_err(|error| error.within("`close`"))?;
        if close <= open {
            return Err(FormatError::new(format!(
                "`close` ({}) does not come after `open` ({})",
                self.close, self.open
            )));
        }
        let mut shifts = vec![None; branch.counters.len()];
        for (name, shift) in &self.schedule.0 {
            let place = branch.counter(name).map_err(|error| error.within("`schedule`"))?;
            let planned = shift.planned(unit).map_err(|error| error.within(format!("`schedule`: {name}")))?;
            shifts[place] = Some(planned);
        }
        Ok(Hours { open, close, services: self.service_laws(branch)?, shifts })
    }

    fn service_laws(&self, branch: &Branch) -> Result<Vec<(f64, Option<f64>)>, FormatError> {
        let law = |name: &String| {
            let known = self.services.0.iter().find(|(known, _)| known == name);
            let (_, service) = known.ok_or_else(|| FormatError::new(format!("`services` does not list {name}")))?;
            let fits = |value: f64| value.is_finite() && value >= 0.0;
            if !fits(service.mean_s) || service.mean_s <= 0.0 {
                let mean = service.mean_s;
                return Err(FormatError::new(format!("service {name}: `mean_s` is {mean}; it is over 0")));
            }
            match service.cv.filter(|cv| !fits(*cv)) {
                Some(cv) => Err(FormatError::new(format!("service {name}: `cv` is {cv}; it is not negative"))),
                None => Ok((service.mean_s, service.cv)),
            }
        };
        branch.services.iter().map(law).collect()
    }
}

impl ShiftConfig {
    fn planned(&self, unit: TimeUnit) -> Result<PlannedShift, FormatError> {
        let mut breaks = Vec::with_capacity(self.breaks.len());
        for (start, end) in &self.breaks {
            let (from, to) = (start.millis(unit)?, end.millis(unit)?);
            if to <= from {
                return Err(FormatError::new(format!("the break [{start}, {end}] ends before it starts")));
            }
            breaks.push((from, to));
        }
        breaks.sort_unstable();
        let open = self.open.millis(unit)?;
        let close = self.close.as_ref().map(|close| close.millis(unit)).transpose()?;
        if close.is_some_and(|close| close <= open) {
            return Err(FormatError::new("it closes before it opens"));
        }
        Ok(PlannedShift { open, close, breaks })
    }
}
