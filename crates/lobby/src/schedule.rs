//! What time alone brings about: delays that open, pins that run out, a business day that is over.

use crate::{
    clock::Clock,
    config::DayOpening,
    controller::{Handle, Stopped},
};
use queue_core::{BusinessDay, Command, Millis, Refusal, Timestamp};
use std::time::Duration;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How often the schedule looks at the business day.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// How long a day that is over waits for the last customers before it is closed over their heads.
const GRACE_MS: Millis = 3_600_000;

/// Wakes the queue whenever time alone changes who may be called, until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub(crate) async fn wake(
    handle: Handle,
    clock: Clock,
    mut due: watch::Receiver<Option<Timestamp>>,
    stop: CancellationToken,
) -> Result<(), Stopped> {
    loop {
        let next = *due.borrow_and_update();
        let wait = async {
            match next {
                Some(when) => sleep(clock.until(when)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            changed = due.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
            }
            () = wait => {
                // Never refused; a queue with nothing due makes no fact of it.
                let _ = handle.tell("system:queue", Command::Wake).await?;
                // The controller publishes the next instant only when facts came of it.
                let next = handle.ask(|view| view.branch.next_wake(view.at)).await?;
                if next.is_none() && due.changed().await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

/// Rolls the business day over where the configuration leaves that to the lobby, until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub(crate) async fn roll_over(handle: Handle, clock: Clock, stop: CancellationToken) -> Result<(), Stopped> {
    if handle.config().day.open != DayOpening::AtStart {
        return Ok(());
    }
    let mut over: Option<(BusinessDay, Timestamp)> = None;
    while stop.run_until_cancelled(sleep(LOOK_EVERY)).await.is_some() {
        let now = clock.now();
        let today = handle.config().business_day(now);
        let open = handle.ask(|view| view.branch.day().clone()).await?;
        if open.open && open.day.as_ref() != Some(&today) {
            let (_, since) = over.get_or_insert_with(|| (today.clone(), now));
            let force = now.since(*since) >= GRACE_MS;
            match handle.tell("system:schedule", Command::CloseDay { force }).await? {
                Ok(()) => info!(day = ?open.day, "the business day is over and closed"),
                Err(Refusal::DayBusy(numbers)) => {
                    info!(?numbers, "the business day is over; these are still being served");
                    continue;
                }
                Err(refusal) => warn!(%refusal, "the business day cannot be closed"),
            }
        }
        over = None;
        if let Err(refusal) = handle.tell("system:schedule", Command::OpenDay { day: today }).await? {
            warn!(%refusal, "the business day cannot be opened");
        }
    }
    Ok(())
}
