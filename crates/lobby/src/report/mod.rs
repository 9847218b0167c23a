//! A business day in figures, from its facts: what people waited, how they were served, and how true the promise was.
//!
//! The measures are worded in DESIGN §2. `collect` walks through the facts of the day, `measure` makes figures of what it
//! found, `table` shows them to people; `past` is what `lobby check` compares targets with. Read-only, beside a running lobby.

mod alerts;
mod clerks;
mod collect;
mod csv;
mod half_hours;
mod jumps;
mod measure;
mod own;
mod papers;
mod past;
mod ratings;
mod selftest;
mod station;
mod table;
mod visit;

pub use alerts::AlertReport;
pub use clerks::StaffReport;
pub use csv::{Table, write as csv};
pub use half_hours::{HalfHourReport, ServiceVolume};
pub use jumps::JumpReport;
pub use own::{OwnBook, OwnDay, Targets, Whose};
pub use papers::PaperReport;
pub use past::{Past, past};
pub use ratings::{CounterRatings, RatingReport, Ratings, StaffRatings};
pub use selftest::SelfTestReport;
pub use table::write as table;

use crate::{
    journal::{self, JournalError},
    views::Time,
};
use queue_core::BusinessDay;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// Days that a sentence names.
const NAMED: usize = 10;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The journal has no such day.
    #[error("the journal has no business day {day}; {known}")]
    UnknownDay {
        /// Which.
        day: String,
        /// The days that there are, as a sentence.
        known: String,
    },
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// One business day. Lengths of time are seconds; shares go from 0 to 1 and are `null` where there is nobody to count.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DayReport {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// When it was opened first.
    pub opened_at: Time,
    /// When it was closed last; `null` while it is open.
    #[schema(required)]
    pub closed_at: Option<Time>,
    /// The whole day, in visits: a visit's wait is the sum over its legs, each from issue, booked time or transfer to its
    /// first call.
    pub total: Queue,
    /// Service by service and lane by lane, in legs: a customer who is sent on counts in every service.
    pub queues: Vec<QueueReport>,
    /// Counter by counter.
    pub counters: Vec<CounterReport>,
    /// How true the promise was that was made with the number.
    pub promise: PromiseReport,
    /// What customers said of the services.
    pub ratings: RatingReport,
    /// Self-tests of that day and of the hours before it.
    pub selftests: Vec<SelfTestReport>,
    /// By half hour of coming.
    pub half_hours: Vec<HalfHourReport>,
    /// By staff number, where somebody had named one.
    pub staff: Vec<StaffReport>,
    /// Who was taken out of turn, by whom and why.
    pub jumps: Vec<JumpReport>,
    /// Alerts by kind.
    pub alerts: Vec<AlertReport>,
    /// Paper by printer.
    pub papers: Vec<PaperReport>,
    /// Hash of the row that closed the day; `lobby journal verify --head HASH` says whether the journal still runs through
    /// it. `null` while the day is open.
    #[schema(required)]
    pub head: Option<String>,
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct QueueReport {
    /// Service.
    pub service: String,
    /// Lane.
    pub lane: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Queue,
}

/// Figures of people who waited for the same.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = QueueFigures)]
pub struct Queue {
    /// Who came: by a number, or sent on from another service.
    pub issued: usize,
    /// Served to the end.
    pub served: usize,
    /// Sent on to another service or counter.
    pub sent_on: usize,
    /// Called, did not come, and did not come back.
    pub no_shows: usize,
    /// Final no-shows, cancelled by the customer, expired.
    pub abandoned: usize,
    /// Not at their end when this was read.
    pub pending: usize,
    /// From coming to the first call, of everybody who was called.
    pub wait: Spread,
    /// From coming to the customer's arrival at the counter, of those whose arrival is known.
    pub time_to_desk: Spread,
    /// Wait that the branch aims at, where all of them have the same.
    #[schema(required)]
    pub target_s: Option<u32>,
    /// Share of those called whose wait was within the target of their lane.
    #[schema(required)]
    pub in_target: Option<f64>,
    /// From arrival, else call, to the end of the service; without suspected sham services.
    pub service_time: Spread,
    /// Of that, held.
    pub held_s: f64,
    /// Services that were suspiciously short; in no average.
    pub sham: usize,
}

/// How a length of time was spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Spread {
    /// How many.
    pub n: usize,
    /// Mean; `null` for nobody, like the others.
    #[schema(required)]
    pub mean_s: Option<f64>,
    /// Half of them had less.
    #[schema(required)]
    pub p50_s: Option<f64>,
    /// Nine of ten had less.
    #[schema(required)]
    pub p90_s: Option<f64>,
    /// Longest.
    #[schema(required)]
    pub max_s: Option<f64>,
}

/// One counter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CounterReport {
    /// Counter.
    pub counter: String,
    /// Numbers called to it.
    pub calls: usize,
    /// Served there to the end of the service.
    pub served: usize,
    /// Open, pauses included.
    pub open_s: f64,
    /// Paused.
    pub paused_s: f64,
    /// With a customer, from call to end.
    pub busy_s: f64,
    /// Busy over open minus paused.
    #[schema(required)]
    pub utilisation: Option<f64>,
}

/// What became of the promise of everybody who had to wait and was called. DISCIPLINE §2.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PromiseReport {
    /// All lanes together.
    #[serde(flatten)]
    pub total: Kept,
    /// Lane by lane, those in which anything was promised.
    pub lanes: Vec<LanePromise>,
}

/// The promise in one lane.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LanePromise {
    /// Lane.
    pub lane: String,
    /// How it was kept.
    #[serde(flatten)]
    pub kept: Kept,
}

/// How promises were kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Kept {
    /// How many were put to the test.
    pub n: usize,
    /// Mean distance of the wait from the middle that was told.
    #[schema(required)]
    pub mae_s: Option<f64>,
    /// Mean of wait minus middle: more than nought is a promise too short.
    #[schema(required)]
    pub bias_s: Option<f64>,
    /// Share of the waits within the range that was told; 0.8 is aimed at.
    #[schema(required)]
    pub coverage: Option<f64>,
    /// Share of the waits past the upper bound as it was printed, rounded up to five minutes.
    #[schema(required)]
    pub beyond_bound: Option<f64>,
    /// Mean distance of the wait from what peers say: people waiting × mean service / open counters.
    #[schema(required)]
    pub naive_mae_s: Option<f64>,
}

/// The report of a day.
///
/// # Errors
/// [`ReportError::UnknownDay`] names the days that there are.
pub fn day(db: &Connection, day: &BusinessDay) -> Result<DayReport, ReportError> {
    let mut collector = collect::Collector::new(journal::plan_before(db, day)?);
    journal::day(db, day, |row| collector.book(row.at, &row.fact))?;
    match collector.finish(day) {
        Some(mut report) => {
            report.selftests = selftest::of_day(db, day, report.opened_at.0, report.closed_at.map(|at| at.0))?;
            report.head = journal::head_of_close(db, day)?;
            report.jumps = jumps::of_day(db, day)?;
            Ok(report)
        }
        None => Err(unknown(db, day)?),
    }
}

fn unknown(db: &Connection, day: &BusinessDay) -> Result<ReportError, JournalError> {
    let days = journal::days(db)?;
    let newest: Vec<&str> = days.iter().rev().take(NAMED).map(BusinessDay::as_str).collect();
    let known = match (newest.len(), days.len()) {
        (0, _) => "it has none yet".to_owned(),
        (some, all) if some == all => format!("it has {}", newest.join(", ")),
        (some, all) => format!("it has {} and {} before them", newest.join(", "), all - some),
    };
    Ok(ReportError::UnknownDay { day: day.as_str().to_owned(), known })
}
