//! Waiting for something to become true, and saying what was true instead when it does not.

use std::{future::Future, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Longest that anything in a test may take; far beyond what it takes, so that a busy machine is no failure.
pub const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Asks again and again until `probe` gives `Ok`, and gives that.
///
/// # Panics
/// With the last `Err` when [`PATIENCE`] is over.
pub async fn until<T, F: Future<Output = Result<T, String>>>(what: &str, mut probe: impl FnMut() -> F) -> T {
    let end = Instant::now() + PATIENCE;
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        match probe().await {
            Ok(found) => return found,
            Err(instead) => assert!(Instant::now() < end, "waited for {what}; at the end: {instead}"),
        }
    }
}
