//! The one clock of the lobby. Everything that asks what time it is asks here, so that a whole hall can run on
//! another time than the wall's.

use queue_core::Timestamp;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Wall time from the moment of its making, running `speed` times as fast.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    origin: Timestamp,
    speed: u32,
}

impl Clock {
    /// Wall time at its own pace.
    pub fn real() -> Clock {
        Clock::fast(1)
    }

    /// Wall time now, and from here on `speed` times as fast; 0 counts as 1.
    pub fn fast(speed: u32) -> Clock {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let origin = Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX));
        Clock { started: Instant::now(), origin, speed: speed.max(1) }
    }

    /// The same, but not before `last`: a fast clock has run ahead of the wall's, and a lobby that starts again on the
    /// facts of such a day goes on where they end.
    #[must_use]
    pub fn going_on_from(self, last: Timestamp) -> Clock {
        Clock { origin: self.origin.max(last), ..self }
    }

    /// What time it is. At its own pace it follows corrections of the wall clock.
    pub fn now(&self) -> Timestamp {
        if self.speed == 1 {
            return Clock::real_now();
        }
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.origin.plus(passed.saturating_mul(i64::from(self.speed)))
    }

    fn real_now() -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    /// How long to really wait until it is `when` here; nothing when that has passed.
    pub fn until(&self, when: Timestamp) -> Duration {
        let here = u64::try_from(when.since(self.now())).unwrap_or(0);
        Duration::from_millis(here.div_ceil(u64::from(self.speed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_day_goes_on_where_its_facts_end() {
        let ahead = Clock::real_now().plus(3_600_000);
        assert!(Clock::fast(60).going_on_from(ahead).now() >= ahead);
        assert!(Clock::fast(1).going_on_from(ahead).now() < ahead, "a real clock follows the wall's");
        assert!(Clock::fast(60).going_on_from(Timestamp(0)).now() > Timestamp(0));
    }
}
