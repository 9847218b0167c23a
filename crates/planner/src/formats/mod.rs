//! The files of `lobby simulate`, as text: what they may contain, and what is said when they do not. `DISCIPLINE` §3.
//!
//! Unknown keys are ignored, so that a file may carry its expected answers and its sources along. Every mistake is
//! told with the place it stands at, and nothing is answered for a file with one.

mod cases;
mod config;
mod event;
mod hours;
mod ordered;
mod play;
mod time_unit;
mod trace;
mod whatif;

pub use cases::{CaseAnswer, CasesAnswer, CasesFile, read_cases};
pub use config::{Branch, BranchConfig, CounterConfig, LaneConfig};
pub use event::{Act, TraceEvent, read_events};
pub use hours::{DayTime, Hours, HoursConfig, PlannedShift, ServiceConfig, ShiftConfig};
pub use ordered::Ordered;
pub use play::{Player, services_of};
pub use time_unit::TimeUnit;
pub use trace::{CallRow, NamedCalls, TraceAnswer, TracesAnswer, answer_trace, answer_traces};
pub use whatif::{JournalQuestion, WhatifFile};

use serde::Deserialize;

/// What is wrong with a file: a sentence that names the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormatError(String);

impl FormatError {
    /// A mistake, as a sentence without a full stop.
    pub fn new(sentence: impl Into<String>) -> Self {
        FormatError(sentence.into())
    }

    /// The same mistake, said to be in `place`, such as `event 17`.
    #[must_use]
    pub fn within(self, place: impl std::fmt::Display) -> Self {
        FormatError(format!("{place}: {}", self.0))
    }
}

impl From<serde_json::Error> for FormatError {
    /// With line and column, which `serde_json` tells itself.
    fn from(error: serde_json::Error) -> Self {
        let hint = if error.is_syntax() { " (NaN and Infinity are no numbers of JSON)" } else { "" };
        FormatError(format!("{error}{hint}"))
    }
}

/// What a file says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Queues with known answers.
    Cases,
    /// One day of events.
    Trace,
    /// Many days of events, each with its own rule.
    Traces,
    /// Recorded days of one branch, to be estimated.
    Days,
    /// A journal's days under another rule.
    Whatif,
}

/// Reads the key `format` of a file.
///
/// # Errors
/// The file is no JSON object, or says no format that is known.
pub fn format_of(text: &str) -> Result<Format, FormatError> {
    #[derive(Deserialize)]
    struct Envelope {
        format: Option<serde_json::Value>,
    }
    let known = "`cases`, `trace`, `traces`, `days` or `whatif`";
    let envelope: Envelope = serde_json::from_str(text)?;
    let format = envelope.format.ok_or_else(|| FormatError::new(format!("no key `format`; it says {known}")))?;
    Format::deserialize(&format).map_err(|_| FormatError::new(format!("format {format} is not known; it is {known}")))
}
