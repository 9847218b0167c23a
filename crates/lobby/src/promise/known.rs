//! What the translator remembers of today: tickets, counters, and ends that can still be taken back.

use planner::estimate::Fact;
use queue_core::{Promise, TicketId, Timestamp};

/// A ticket of today.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) issued: Timestamp,
    /// The lane in which it was issued: promises are held to account by lane.
    pub(super) lane: usize,
    pub(super) promise: Option<Promise>,
    pub(super) first_called: bool,
    pub(super) service: Option<usize>,
    pub(super) class_lane: Option<usize>,
    /// From when its waiting counts, and since when it waits in this queue.
    pub(super) origin: Timestamp,
    pub(super) queued: Timestamp,
    pub(super) then: usize,
    /// At a counter, or held by it.
    pub(super) call: Option<Call>,
    pub(super) held_after: Option<i64>,
}

/// A call that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) since: Timestamp,
    pub(super) service: usize,
    pub(super) waited: i64,
    pub(super) gap: Option<i64>,
}

/// The end of a call, until nobody can take it back.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    pub(super) at: Timestamp,
    pub(super) ticket: TicketId,
    pub(super) call: Call,
    /// `None` where it teaches nothing.
    pub(super) fact: Option<Fact>,
}

/// What is known of a counter.
#[derive(Clone, Debug, Default)]
pub(super) struct Station {
    /// Since when it could have called somebody.
    pub(super) free: Option<Timestamp>,
    pub(super) paused: Option<(Timestamp, bool)>,
    pub(super) ending: Option<Ending>,
}

impl Known {
    pub(super) fn move_on(&mut self, at: Timestamp, service: Option<usize>, origin: Timestamp, then: usize) {
        (self.service, self.origin, self.queued, self.then) = (service, origin, at, then);
    }
}
