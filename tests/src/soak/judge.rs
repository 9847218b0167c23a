//! The judge: reads the record of the hours and says what became of everything, and what should not have.

use super::{
    calls::{self, CallCounts},
    papers::{self, PaperCounts},
    presses::{self, PressCounts},
    record::Record,
};
use serde::Serialize;

/// What the judge found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Presses.
    pub presses: PressCounts,
    /// Customers.
    pub calls: CallCounts,
    /// Paper.
    pub paper: PaperCounts,
    /// Everything that must not be, a sentence each; empty when all is well.
    pub breaches: Vec<String>,
}

/// Reads the whole record.
pub fn judge(record: &Record) -> Verdict {
    let mut breaches = Vec::new();
    let kept = u64::try_from(record.presses.len()).unwrap_or(u64::MAX);
    if kept != record.latched {
        breaches.push(format!("{} presses were latched and {kept} are kept: nobody can judge", record.latched));
    }
    let presses = presses::judge(&record.rows, &record.presses, &mut breaches);
    let calls = calls::judge(&record.rows, &mut breaches);
    let paper = papers::judge(&record.rows, &record.papers, &mut breaches);
    Verdict { presses, calls, paper, breaches }
}
