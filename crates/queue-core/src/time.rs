//! Instants and business days. Both are given from outside: this crate never asks what time it is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A length of time in milliseconds; negative where a moment lies before its reference.
pub type Millis = i64;

/// An instant, in milliseconds since 1970-01-01T00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds from `earlier` to here; negative if `earlier` is the later one.
    pub fn since(self, earlier: Timestamp) -> Millis {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant `length` milliseconds later (earlier if negative).
    #[must_use]
    pub fn plus(self, length: Millis) -> Timestamp {
        Timestamp(self.0.saturating_add(length))
    }
}

/// RFC 3339 in UTC with whole seconds, such as `2026-11-23T01:30:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY_S: i64 = 86_400;
        let seconds = self.0.div_euclid(1_000);
        let (days, second) = (seconds.div_euclid(DAY_S), seconds.rem_euclid(DAY_S));
        // Days since 1970 as a date of the Gregorian calendar: the year begins in March, so that the leap day is its
        // last, and an era is 400 years of 146,097 days. 719,468 days lie between 0000-03-01 and 1970-01-01.
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// The name of a business day, `YYYY-MM-DD`. Numbers restart with each; it rolls over by a command, not by midnight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BusinessDay(String);

/// What was given is no date of the form `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a business day; write it as YYYY-MM-DD")]
pub struct InvalidDay(pub String);

impl BusinessDay {
    /// Takes a date of the form `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`InvalidDay`] for anything of another form. The calendar itself is not checked here.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidDay> {
        let text = text.into();
        let bytes = text.as_bytes();
        let well_formed = bytes.len() == 10
            && bytes
                .iter()
                .enumerate()
                .all(|(place, byte)| if place == 4 || place == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
        if well_formed { Ok(BusinessDay(text)) } else { Err(InvalidDay(text)) }
    }

    /// The day as written, `YYYY-MM-DD`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BusinessDay {
    type Error = InvalidDay;
    fn try_from(text: String) -> Result<Self, InvalidDay> {
        BusinessDay::new(text)
    }
}

impl From<BusinessDay> for String {
    fn from(day: BusinessDay) -> String {
        day.0
    }
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The day before all others, for a date that cannot be written.
impl Default for BusinessDay {
    fn default() -> Self {
        BusinessDay("0000-00-00".to_owned())
    }
}
