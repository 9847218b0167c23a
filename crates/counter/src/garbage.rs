//! Tells a line on which nothing at all is understood from one where a single device fails: the wrong speed or parity
//! makes garbage of everything, a bad cable of something.

use std::time::Duration;

use crate::poller::Output;

/// So many pieces of garbage in a row, with nothing good between them.
const RUN: u32 = 6;
/// And for so long.
const LASTING: Duration = Duration::from_secs(2);

/// Garbage that is further apart is noise on the cable.
const TOGETHER: Duration = Duration::from_secs(10);

/// Counts garbage since the last good frame of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Garbage {
    since: Duration,
    last: Duration,
    run: u32,
    told: bool,
}

impl Garbage {
    /// The port was opened or lost: counting starts again.
    pub(crate) fn start(&mut self, now: Duration) {
        *self = Self { since: now, last: now, run: 0, told: false };
    }

    /// A good frame. Answers the report that garbage is over.
    pub(crate) fn good(&mut self, now: Duration) -> Option<Output> {
        let told = self.told;
        self.start(now);
        told.then_some(Output::Understood)
    }

    /// Bytes came that are no frame. Answers the report, once, that it lasts.
    pub(crate) fn bad(&mut self, now: Duration) -> Option<Output> {
        if self.run == 0 || now.saturating_sub(self.last) > TOGETHER {
            (self.run, self.since) = (0, now);
        }
        self.run = self.run.saturating_add(1);
        self.last = now;
        if self.told || self.run < RUN || now.saturating_sub(self.since) < LASTING {
            return None;
        }
        self.told = true;
        Some(Output::Garbage)
    }
}
