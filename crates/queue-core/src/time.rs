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
