//! The picture that one unit should show, and when it must be written.

use std::time::Duration;

use crate::registers::{Holding, Light, Picture};
use crate::unit::FLASH;

/// A picture is written again after this time although nothing changed: whatever happened to the unit, it shows the
/// truth soon.
pub const REFRESH: Duration = Duration::from_secs(5);

/// How soon a picture has to be written. One call changes the number at one counter and the count of people waiting at
/// all of them: the number must not queue behind the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Somebody looks for it: a number, a lamp that answers a key.
    Now,
    /// Only how many wait.
    Soon,
    /// Nothing changed.
    Repetition,
}

/// What one unit should show.
#[derive(Clone, Debug)]
pub(super) struct Display {
    wanted: Picture,
    sequence: u16,
    /// When attention was last drawn, while the unit has not been told.
    untold: Option<Duration>,
    flash_until: Duration,
    changed: Option<(Urgency, Duration)>,
    refresh_at: Duration,
    /// Sequence of the picture composed last, and when the attention that it carries was drawn.
    sent: Option<(u16, Option<Duration>)>,
}

impl Display {
    /// Starts with a picture that nobody needs to be alarmed about: it was there before.
    pub(super) fn new(picture: Picture, sequence: u16, now: Duration) -> Self {
        Self {
            wanted: picture,
            sequence: sequence.max(1),
            untold: None,
            flash_until: now,
            changed: Some((Urgency::Now, now)),
            refresh_at: now,
            sent: None,
        }
    }

    /// Takes a newer picture. Another attention, and a flash that was not there, are to be told.
    pub(super) fn set(&mut self, picture: Picture, now: Duration) {
        if picture == self.wanted {
            return;
        }
        let flashes = picture.light == Light::Flashing
            && (self.wanted.light != Light::Flashing || self.wanted.text != picture.text);
        if flashes || picture.attention != self.wanted.attention {
            self.untold = Some(now);
            self.flash_until = now + FLASH;
        }
        let urgency = if only_waiting(&self.wanted, &picture) { Urgency::Soon } else { Urgency::Now };
        self.wanted = picture;
        // 0 is what a unit has after power-up: never used, so that a picture is always a new one to it.
        self.sequence = self.sequence.checked_add(1).unwrap_or(1);
        self.change(urgency, now);
    }

    /// How soon it has to be written, and since when; `None` when nothing is due.
    pub(super) fn due(&self, now: Duration) -> Option<(Urgency, Duration)> {
        match self.changed {
            Some(change) => Some(change),
            None => (self.refresh_at <= now).then_some((Urgency::Repetition, self.refresh_at)),
        }
    }

    /// A change that waits already keeps its time, and becomes as urgent as the new one.
    fn change(&mut self, urgency: Urgency, now: Duration) {
        let (waits, since) = self.changed.unwrap_or((urgency, now));
        self.changed = Some(if urgency < waits { (urgency, now) } else { (waits, since) });
    }

    /// The registers to write now. What is done once is in them only until the unit was told, and a flash only
    /// while it is young: a unit that comes back after a minute is not to beep for an old call.
    pub(super) fn compose(&mut self, now: Duration) -> Holding {
        let alarming = self.untold.is_some_and(|since| now.saturating_sub(since) < FLASH);
        let mut picture = self.wanted;
        if !alarming {
            picture.lamps.beep = false;
            picture.lamps.refused = false;
        }
        if picture.light == Light::Flashing && now >= self.flash_until {
            picture.light = Light::Steady;
        }
        self.sent = Some((self.sequence, self.untold));
        picture.encode(self.sequence)
    }

    /// The unit took what was composed last. `repeat_at`: not before this time, when the confirmation may belong to
    /// an older picture.
    pub(super) fn confirmed(&mut self, now: Duration, doubtful_until: Duration) {
        if let Some((sequence, drawn)) = self.sent.take() {
            if drawn == self.untold {
                self.untold = None;
            }
            if sequence == self.sequence {
                self.changed = None;
            }
        }
        self.refresh_at = if now < doubtful_until { doubtful_until } else { now + REFRESH };
    }

    /// The unit may have forgotten everything: write again.
    pub(super) fn repeat(&mut self, now: Duration) {
        self.change(Urgency::Now, now);
    }
}

/// Whether two pictures differ in nothing but how many wait.
fn only_waiting(before: &Picture, after: &Picture) -> bool {
    let mut same = *after;
    same.waiting = before.waiting;
    same.lamps.waiting = before.lamps.waiting;
    same == *before
}
