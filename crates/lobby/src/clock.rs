//! The one clock of the lobby. Everything that asks what time it is asks here, so that a whole hall can run on
//! another time than the wall's.

use queue_core::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::Instant;

/// Wall time from the moment of its making, running `speed` times as fast; or a time that is set by hand, or simulated.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    origin: Timestamp,
    speed: u32,
    by_hand: Option<Hands>,
    steps: Option<Steps>,
}

/// How far somebody has set a simulated clock, back or forth, while it runs.
#[derive(Clone, Debug, Default)]
pub struct Steps(Arc<AtomicI64>);

impl Steps {
    /// Sets the clock so many milliseconds on, or back where it is negative.
    pub fn step(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// All steps together, in milliseconds.
    pub fn sum(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The hands of a clock that stands still until somebody turns them: forth, or back.
#[derive(Clone, Debug)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    /// Turns them to this time.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Where they stand.
    pub fn at(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
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
        Clock { started: Instant::now(), origin, speed: speed.max(1), by_hand: None, steps: None }
    }

    /// A clock that stands at `at` until its hands are turned.
    pub fn by_hand(at: Timestamp) -> (Clock, Hands) {
        let hands = Hands(Arc::new(AtomicI64::new(at.0)));
        (Clock { started: Instant::now(), origin: at, speed: 1, by_hand: Some(hands.clone()), steps: None }, hands)
    }

    /// A clock that shows `at` now and goes as the time of the runtime does, which may be simulated; it can be set while
    /// it runs, as people and networks set the clocks of machines.
    pub fn simulated(at: Timestamp) -> (Clock, Steps) {
        let steps = Steps::default();
        (Clock { started: Instant::now(), origin: at, speed: 1, by_hand: None, steps: Some(steps.clone()) }, steps)
    }

    /// The same, but not before `last`: a fast clock has run ahead of the wall's, and a lobby that starts again on the
    /// facts of such a day goes on where they end.
    #[must_use]
    pub fn going_on_from(self, last: Timestamp) -> Clock {
        Clock { origin: self.origin.max(last), ..self }
    }

    /// What time it is. At its own pace it follows corrections of the wall clock.
    pub fn now(&self) -> Timestamp {
        if let Some(hands) = &self.by_hand {
            return hands.at();
        }
        let passed = || i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        if let Some(steps) = &self.steps {
            return self.origin.plus(passed().saturating_add(steps.sum()));
        }
        if self.speed == 1 {
            return Clock::real_now();
        }
        self.origin.plus(passed().saturating_mul(i64::from(self.speed)))
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

    #[tokio::test(start_paused = true)]
    async fn a_simulated_clock_goes_with_the_runtime_and_can_be_set() {
        let (clock, steps) = Clock::simulated(Timestamp(1_000_000));
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(clock.now(), Timestamp(1_003_000));
        steps.step(-2_500);
        assert_eq!(
            (clock.now(), clock.until(Timestamp(1_000_600))),
            (Timestamp(1_000_500), Duration::from_millis(100))
        );
    }
}
