//! The picture that one unit should show, and when it must be written.

use std::time::Duration;

use crate::registers::{Holding, Light, Picture};
use crate::unit::FLASH;

/// A picture is written again after this time although nothing changed: whatever happened to the unit, it shows the
/// truth soon.
pub const REFRESH: Duration = Duration::from_secs(5);

/// What one unit should show.
#[derive(Clone, Debug)]
pub(super) struct Display {
    wanted: Picture,
    sequence: u16,
    /// When attention was last drawn, while the unit has not been told.
    untold: Option<Duration>,
    flash_until: Duration,
    changed: Option<Duration>,
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
            changed: Some(now),
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
        self.wanted = picture;
        // 0 is what a unit has after power-up: never used, so that a picture is always a new one to it.
        self.sequence = self.sequence.checked_add(1).unwrap_or(1);
        self.changed.get_or_insert(now);
    }

    /// When it became necessary to write, changes before mere repetitions; `None` when nothing is due.
    pub(super) fn due(&self, now: Duration) -> Option<(bool, Duration)> {
        match self.changed {
            Some(since) => Some((false, since)),
            None => (self.refresh_at <= now).then_some((true, self.refresh_at)),
        }
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
        self.changed.get_or_insert(now);
    }
}
