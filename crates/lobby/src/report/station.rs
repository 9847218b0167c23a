//! What a counter, or whoever works at one, did in a day.

use super::{CounterReport, visit::seconds};
use queue_core::{CounterId, Timestamp};

/// One counter's day, or one clerk's.
#[derive(Clone, Debug, Default)]
pub(super) struct Station {
    pub(super) calls: usize,
    pub(super) served: usize,
    pub(super) open_ms: i64,
    pub(super) paused_ms: i64,
    pub(super) busy_ms: i64,
    pub(super) open: Option<Timestamp>,
    pub(super) paused: Option<Timestamp>,
    pub(super) busy: Option<Timestamp>,
}

impl Station {
    /// The customer leaves; for how long the counter was busy.
    pub(super) fn leave(&mut self, at: Timestamp) -> i64 {
        let busy = self.busy.take().map_or(0, |since| at.since(since));
        self.busy_ms += busy;
        busy
    }

    pub(super) fn resume(&mut self, at: Timestamp) {
        if let Some(since) = self.paused.take() {
            self.paused_ms += at.since(since);
        }
    }

    pub(super) fn close(&mut self, at: Timestamp) {
        self.leave(at);
        self.resume(at);
        if let Some(since) = self.open.take() {
            self.open_ms += at.since(since);
        }
    }

    pub(super) fn report(&self, id: &CounterId) -> CounterReport {
        CounterReport {
            counter: id.as_str().to_owned(),
            calls: self.calls,
            served: self.served,
            open_s: seconds(self.open_ms),
            paused_s: seconds(self.paused_ms),
            busy_s: seconds(self.busy_ms),
            utilisation: self.utilisation(),
        }
    }

    /// Busy over open minus paused.
    pub(super) fn utilisation(&self) -> Option<f64> {
        let working = self.open_ms - self.paused_ms;
        (working > 0).then(|| seconds(self.busy_ms) / seconds(working))
    }
}
