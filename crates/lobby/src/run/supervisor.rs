//! What systemd is told: that the lobby is ready, that its writer lives, that it stops. Without systemd nobody is told.
//!
//! A sign of life is an answer of the writer thread, so one that hangs (on a disk, on a lock, in a loop) gives none, and
//! systemd ends and restarts the lobby: the journal has every number. The sign itself is sent from elsewhere, since a system
//! manager that does not read must not stop the queue.

use crate::controller::{Handle, Stopped};
use sd_notify::NotifyState;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Signs of life within the time after which systemd loses patience: two may be late.
const SIGNS: u32 = 3;

/// Tells systemd how the lobby is, until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub(super) async fn run(handle: Handle, stop: CancellationToken) -> Result<(), Stopped> {
    // What `/readyz` asks: the journal is replayed and HTTP is bound, or we would not be here; and the writer answers.
    handle.ask(|_| ()).await?;
    tell(&[NotifyState::Ready, NotifyState::Status("open for business")]).await;
    if let Some(patience) = sd_notify::watchdog_enabled() {
        let mut signs = interval((patience / SIGNS).max(Duration::from_millis(1)));
        signs.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let lives = async {
            loop {
                signs.tick().await;
                handle.ask(|_| ()).await?;
                tell(&[NotifyState::Watchdog]).await;
            }
        };
        if let Some(ended) = stop.run_until_cancelled(lives).await {
            return ended;
        }
    }
    stop.cancelled().await;
    tell(&[NotifyState::Stopping, NotifyState::Status("closing")]).await;
    Ok(())
}

async fn tell(state: &'static [NotifyState<'static>]) {
    let told = tokio::task::spawn_blocking(|| sd_notify::notify(state)).await;
    let told = told.map_err(std::io::Error::other).and_then(|told| told);
    if let Err(cause) = told {
        warn!(%cause, "systemd cannot be told how the lobby is");
    }
}
