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
