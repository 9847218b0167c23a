//! Every press that a unit latched, for whoever judges later what became of each.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use counter::Key;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::clock;

/// Presses kept; the oldest goes first. Ten units of a busy hall make some ten thousand a day.
const KEPT: usize = 1 << 16;

/// Why a key went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PressedBy {
    /// Somebody at the page or at `POST /desks/{unit}/press`.
    Person,
    /// A clerk of the crowd.
    Crowd,
    /// The key got stuck.
    Stuck,
}

/// One press as the unit latched it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Latched {
    /// Place in the record, from 1.
    pub n: u64,
    /// The line that the unit hangs on.
    pub line: String,
    /// Its address.
    pub unit: u8,
    /// Its boot id; 0 for call boxes, which have none.
    pub boot: u16,
    /// How often the sequence went past 65535 in this boot.
    pub wraps: u32,
    /// Press sequence after it.
    pub seq: u16,
    /// The key.
    pub key: Key,
    /// When, RFC 3339 UTC in JSON.
    #[serde(serialize_with = "as_rfc3339")]
    pub at: Timestamp,
    /// Why.
    pub by: PressedBy,
}

/// The record of one hall. Bounded: the last 65 536 presses, and how many went before them.
#[derive(Debug, Default)]
pub struct PressLog {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    presses: VecDeque<Latched>,
    written: u64,
}

impl PressLog {
    /// Writes a press down under the next place.
    pub(crate) fn write(&self, press: Latched) {
        let mut inner = self.lock();
        inner.written += 1;
        let n = inner.written;
        if inner.presses.len() == KEPT {
            inner.presses.pop_front();
        }
        inner.presses.push_back(Latched { n, ..press });
    }

    /// The presses after place `after` that are still kept, oldest first, at most `limit`.
    pub fn after(&self, after: u64, limit: usize) -> Vec<Latched> {
        self.lock().presses.iter().filter(|press| press.n > after).take(limit).cloned().collect()
    }

    /// How many were latched since the start, kept or not.
    pub fn count(&self) -> u64 {
        self.lock().written
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn as_rfc3339<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&clock::rfc3339(*at))
}
