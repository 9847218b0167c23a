//! What the customers of each lane really waited on a branch's newest days: what its targets are compared with.

use super::{ReportError, collect::Collector};
use crate::journal;
use queue_core::LaneId;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Most days that count, the newest ones.
const DAYS: usize = 10;
/// Most days that are looked at to find them.
const LOOKED_AT: usize = 60;
/// Calls from which a day counts: fewer are a day off or a try.
const CALLS: usize = 20;

/// The newest days of a journal that were closed and had customers enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// The data directory.
    pub data: PathBuf,
    /// How many days there are.
    pub days: usize,
    /// By lane in which a number was taken: the waits of all who were called, seconds, shortest first. A visit's wait is
    /// the sum over its legs.
    pub waits_s: BTreeMap<LaneId, Vec<f64>>,
}

/// Reads them, beside a running lobby.
///
/// # Errors
/// [`ReportError::Journal`] when there is no journal or it cannot be read.
pub fn past(data: &Path) -> Result<Past, ReportError> {
    let db = journal::open_read_only(data)?;
    let mut past = Past { data: data.to_owned(), days: 0, waits_s: BTreeMap::new() };
    for day in journal::days(&db)?.iter().rev().take(LOOKED_AT) {
        let mut collector = Collector::new(journal::plan_before(&db, day)?);
        journal::day(&db, day, |row| collector.book(row.at, &row.fact))?;
        let waits = collector.closed_waits().filter(|waits| waits.len() >= CALLS);
        let Some(waits) = waits else { continue };
        for (lane, wait_s) in waits {
            past.waits_s.entry(lane).or_default().push(wait_s);
        }
        past.days += 1;
        if past.days == DAYS {
            break;
        }
    }
    for waits in past.waits_s.values_mut() {
        waits.sort_unstable_by(f64::total_cmp);
    }
    Ok(past)
}
