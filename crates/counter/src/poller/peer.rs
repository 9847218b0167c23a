//! What the poller knows of one unit: its mark, whether it answers, what it shows.

use std::collections::VecDeque;
use std::time::Duration;

use super::display::Display;
use super::output::{Cause, Counters, Output, Press};
use super::{ABSENT, LATEST, OUT_OF_STEP, REPORT_AFTER, REREAD, UnitSetup};
use crate::key::Key;
use crate::registers::{Inputs, Presses, RING, Status};
use crate::sequence::{BaselineWhy, Mark, Verdict, judge};

/// First and longest pause between two attempts to reach a unit that does not answer.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// [`RING`] as a number of presses.
const RING_LENGTH: u16 = 8;
const _: () = assert!(RING == RING_LENGTH as usize);

#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) unit: u8,
    pub(super) display: Display,
    pub(super) counters: Counters,
    /// When to read everything again.
    pub(super) reread_at: Duration,
    /// When to poll again.
    pub(super) poll_at: Duration,
    /// `Some` while the unit does not answer: when to try again.
    pub(super) probe_at: Option<Duration>,
    /// Until then a reply may belong to an older request.
    pub(super) doubtful_until: Duration,
    pause: Duration,
    /// What was last reported: `Some(true)` online, `Some(false)` offline.
    reported: Option<bool>,
    mark: Option<Mark>,
    status: Option<Status>,
    last_contact: Option<Duration>,
    unreached_since: Duration,
    catching_up: bool,
    /// Boot id before this one, and until when its late replies may still come.
    former_boot: Option<(u16, Duration)>,
    behind_since: Option<Duration>,
    /// When the unit was last known to have no other presses than those reported.
    seen_at: Option<Duration>,
}

impl Peer {
    pub(super) fn new(setup: &UnitSetup, first_picture: u16, now: Duration) -> Self {
        Self {
            unit: setup.unit,
            display: Display::new(setup.picture, first_picture, now),
            counters: Counters::default(),
            reread_at: now,
            poll_at: now,
            probe_at: Some(now),
            doubtful_until: now,
            pause: PAUSES.0,
            reported: None,
            mark: setup.remembered,
            status: None,
            last_contact: None,
            unreached_since: now,
            catching_up: true,
            former_boot: None,
            behind_since: None,
            seen_at: None,
        }
    }

    pub(super) fn answers(&self) -> bool {
        self.probe_at.is_none()
    }

    /// A fresh port: try at once.
    pub(super) fn try_now(&mut self, now: Duration) {
        self.probe_at = Some(now);
        self.pause = PAUSES.0;
        if self.reported != Some(false) {
            self.unreached_since = now;
        }
    }

    /// An exchange failed for good. Reports only what lasts: one damaged frame is no outage.
    pub(super) fn lost(&mut self, cause: Cause, now: Duration, reports: &mut VecDeque<Output>) {
        if self.answers() {
            self.unreached_since = self.last_contact.unwrap_or(now);
            self.pause = PAUSES.0;
        }
        self.probe_at = Some(now + self.pause);
        self.pause = (2 * self.pause).min(PAUSES.1);
        let lasting = now.saturating_sub(self.unreached_since) >= REPORT_AFTER;
        if self.reported != Some(false) && (lasting || cause == Cause::Port) {
            self.reported = Some(false);
            reports.push_back(Output::Offline { unit: self.unit, cause });
        }
    }

    /// A good reply came.
    pub(super) fn met(&mut self, now: Duration, reports: &mut VecDeque<Output>) {
        self.counters.replies += 1;
        if self.last_contact.is_none_or(|then| now.saturating_sub(then) >= ABSENT) {
            self.catching_up = true;
        }
        self.last_contact = Some(now);
        if self.probe_at.take().is_some() {
            self.display.repeat(now);
            self.reread_at = now;
        }
        if self.reported != Some(true) {
            self.reported = Some(true);
            self.status = None;
            reports.push_back(Output::Online { unit: self.unit });
        }
    }

    /// Judges a reading; a baseline is set at once. `true` when there are new presses to be read from the ring.
    pub(super) fn moved(&mut self, boot: u16, seq: u16, now: Duration, reports: &mut VecDeque<Output>) -> bool {
        let verdict = match self.former_boot {
            Some((former, until)) if former == boot && now < until => Verdict::Late,
            _ => judge(self.mark, boot, seq),
        };
        match verdict {
            Verdict::Late => self.behind(seq, now, reports),
            Verdict::Baseline(why) => self.start(boot, seq, why, now, reports),
            Verdict::Unchanged => {
                self.behind_since = None;
                self.catching_up = false;
                self.seen_at = Some(now);
            }
            Verdict::New(_) => self.behind_since = None,
        }
        matches!(verdict, Verdict::New(_))
    }

    fn start(&mut self, boot: u16, seq: u16, why: BaselineWhy, now: Duration, reports: &mut VecDeque<Output>) {
        let mark = Mark { boot, wraps: 0, seq };
        self.former_boot = self.mark.map(|old| (old.boot, now + LATEST));
        self.mark = Some(mark);
        self.behind_since = None;
        self.catching_up = false;
        self.seen_at = Some(now);
        self.display.repeat(now);
        self.reread_at = now;
        reports.push_back(Output::Baseline { unit: self.unit, mark, why });
    }

    fn behind(&mut self, seq: u16, now: Duration, reports: &mut VecDeque<Output>) {
        self.counters.late += 1;
        let since = *self.behind_since.get_or_insert(now);
        if let Some(mark) = self.mark
            && now.saturating_sub(since) >= OUT_OF_STEP
        {
            self.behind_since = Some(Duration::MAX); // told; a good reading starts over
            reports.push_back(Output::OutOfStep { unit: self.unit, mark, seq });
        }
    }

    /// Reports the new presses of one ring, oldest first.
    pub(super) fn ring(&mut self, ring: &Presses, now: Duration, reports: &mut VecDeque<Output>) {
        if !self.moved(ring.boot, ring.sequence, now, reports) {
            return;
        }
        let Some(mut mark) = self.mark else { return };
        let new = ring.sequence.wrapping_sub(mark.seq);
        let known = usize::from(new).min(RING);
        let missed = new.saturating_sub(RING_LENGTH);
        if missed > 0 {
            mark = mark.after(missed);
            reports.push_back(Output::Missed { unit: self.unit, count: missed, mark });
        }
        let age = self.seen_at.replace(now).map(|seen| now.saturating_sub(seen));
        let newest_next = ring.keys[..known].iter().position(|code| *code == Key::Next.code());
        for (place, code) in ring.keys[..known].iter().enumerate().rev() {
            mark = mark.after(1);
            let key = Key::from_code(*code);
            let stale = self.catching_up && key == Some(Key::Next) && newest_next != Some(place);
            let press = Press { unit: self.unit, mark, code: *code, key, stale, age };
            reports.push_back(Output::Press(press));
        }
        self.mark = Some(mark);
        self.catching_up = false;
    }

    /// Takes everything the unit says.
    pub(super) fn all(&mut self, inputs: &Inputs, now: Duration, reports: &mut VecDeque<Output>) {
        // First, so that a baseline in this very reply does not ask for another reading.
        self.ring(&inputs.presses, now, reports);
        self.reread_at = now + REREAD;
        if self.status != Some(inputs.status) {
            self.status = Some(inputs.status);
            reports.push_back(Output::Status { unit: self.unit, status: inputs.status });
        }
    }
}
