//! What is counted about a device, and when it last gave a sign of life: cheap enough for every frame, since nobody is
//! woken by it. Pages and `/metrics` read it when they look.

use crate::clock::Clock;
use queue_core::Timestamp;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
};

/// Something that is counted. Those that went well are traffic, the others are errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names under which they are shown say it")]
pub enum Count {
    Requests,
    Replies,
    JobsPrinted,
    CallsSpoken,
    Streams,
    Retries,
    Timeouts,
    Garbled,
    Refused,
    Late,
    Reopened,
    MissedPresses,
    Strangers,
    JobsFailed,
    JobsUncertain,
    CallsFailed,
    CallsDropped,
    Dropouts,
}

use Count::{
    CallsDropped, CallsFailed, CallsSpoken, Dropouts, Garbled, JobsFailed, JobsPrinted, JobsUncertain, Late,
    MissedPresses, Refused, Reopened, Replies, Requests, Retries, Strangers, Streams, Timeouts,
};

/// How many there are.
const COUNTS: usize = Dropouts as usize + 1;

impl Count {
    /// Its name in JSON and in `/metrics`.
    pub fn name(self) -> &'static str {
        match self {
            Requests => "requests",
            Replies => "replies",
            JobsPrinted => "jobs_printed",
            CallsSpoken => "calls_spoken",
            Streams => "streams",
            Retries => "retries",
            Timeouts => "timeouts",
            Garbled => "garbled",
            Refused => "refused",
            Late => "late",
            Reopened => "reopened",
            MissedPresses => "missed_presses",
            Strangers => "strangers",
            JobsFailed => "jobs_failed",
            JobsUncertain => "jobs_uncertain",
            CallsFailed => "calls_failed",
            CallsDropped => "calls_dropped",
            Dropouts => "dropouts",
        }
    }
}

/// What is counted of a kind of device: what went well, and what did not.
fn of_kind(kind: &str) -> (&'static [Count], &'static [Count]) {
    match kind {
        "printer" => (&[Replies, JobsPrinted], &[Timeouts, Reopened, JobsFailed, JobsUncertain]),
        "desk" => (&[Requests, Replies], &[Timeouts, Garbled, Retries, Refused, Late, MissedPresses]),
        "display" => (&[Requests, Replies], &[Timeouts, Garbled, Retries, Reopened]),
        "line" => (&[], &[Reopened, Strangers]),
        "screen" => (&[Streams], &[Dropouts]),
        "voice" => (&[CallsSpoken], &[CallsFailed, CallsDropped]),
        _ => (&[], &[]),
    }
}

/// The counts of one device since the lobby started. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Tally {
    cells: Arc<Cells>,
    clock: Clock,
}

#[derive(Debug)]
struct Cells {
    counts: [AtomicU64; COUNTS],
    /// Milliseconds since 1970; nought before the first.
    contact: AtomicI64,
}

impl Default for Tally {
    /// One that nobody looks at.
    fn default() -> Tally {
        Tally::new(Clock::real())
    }
}

impl Tally {
    /// Nothing yet.
    pub fn new(clock: Clock) -> Tally {
        let cells = Cells { counts: std::array::from_fn(|_| AtomicU64::new(0)), contact: AtomicI64::new(0) };
        Tally { cells: Arc::new(cells), clock }
    }

    /// One more.
    pub fn add(&self, count: Count) {
        self.cells.counts[count as usize].fetch_add(1, Relaxed);
    }

    /// So many in all, where somebody else counts.
    pub fn set(&self, count: Count, value: u64) {
        self.cells.counts[count as usize].store(value, Relaxed);
    }

    /// So many so far.
    pub fn get(&self, count: Count) -> u64 {
        self.cells.counts[count as usize].load(Relaxed)
    }

    /// The device has just given a sign of life that can be trusted: a good reply, a whole status, a spoken call.
    pub fn contact(&self) {
        self.cells.contact.store(self.clock.now().0, Relaxed);
    }

    /// When it last did.
    pub fn last_contact(&self) -> Option<Timestamp> {
        Some(self.cells.contact.load(Relaxed)).filter(|at| *at != 0).map(Timestamp)
    }

    /// What went well, by name, for a device of this kind.
    pub fn traffic(&self, kind: &str) -> BTreeMap<&'static str, u64> {
        self.named(of_kind(kind).0)
    }

    /// What did not, by name: all that are counted of such a device, also those that never happened.
    pub fn errors(&self, kind: &str) -> BTreeMap<&'static str, u64> {
        self.named(of_kind(kind).1)
    }

    fn named(&self, counts: &[Count]) -> BTreeMap<&'static str, u64> {
        counts.iter().map(|count| (count.name(), self.get(*count))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_shows_all_that_is_counted_of_its_kind() {
        let tally = Tally::new(Clock::real());
        assert_eq!(tally.last_contact(), None);
        tally.add(JobsFailed);
        tally.clone().add(JobsFailed);
        tally.set(Replies, 7);
        tally.contact();
        let errors = [("jobs_failed", 2), ("jobs_uncertain", 0), ("reopened", 0), ("timeouts", 0)];
        assert_eq!(tally.errors("printer"), BTreeMap::from(errors));
        assert_eq!(tally.traffic("printer"), BTreeMap::from([("jobs_printed", 0), ("replies", 7)]));
        assert!(tally.last_contact().is_some());
        for kind in ["printer", "desk", "display", "line", "screen", "voice"] {
            assert!(!tally.errors(kind).is_empty(), "{kind}");
        }
    }
}
