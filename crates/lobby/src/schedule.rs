//! What time alone brings about: delays that open, pins that run out, sessions that begin and end, a business day that
//! is over. Everything here follows the one clock, however fast it runs.

mod keeper;

use crate::{
    clock::Clock,
    config::DayOpening,
    controller::{Handle, Stopped},
};
use keeper::{Keeper, Seen, Step};
use queue_core::{BusinessDay, Command, Millis, Refusal, Timestamp};
use std::time::Duration;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How often the schedule looks at the business day, by the lobby's clock.
const LOOK_EVERY_MS: Millis = 20_000;
/// However fast the clock runs, there is this much time between two looks.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(50);

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
    let mut next = *due.borrow_and_update();
    loop {
        let wait = async {
            match next {
                Some(when) => sleep(clock.until(when)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            changed = due.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                next = *due.borrow_and_update();
            }
            () = wait => {
                // Never refused; a queue with nothing due makes no fact of it, and then nothing is published.
                let _ = handle.tell("system:queue", Command::Wake).await?;
                next = handle.ask(|view| view.branch.next_wake(view.at)).await?;
            }
        }
    }
}

/// Opens, closes and rolls over the business day where the configuration leaves that to the lobby, until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub(crate) async fn keep_day(handle: Handle, clock: Clock, stop: CancellationToken) -> Result<(), Stopped> {
    if handle.config().day.open == DayOpening::ByManager {
        return Ok(());
    }
    let mut keeper = Keeper::default();
    loop {
        let pause = clock.until(clock.now().plus(LOOK_EVERY_MS)).max(LOOK_AT_MOST_EVERY);
        if stop.run_until_cancelled(sleep(pause)).await.is_none() {
            return Ok(());
        }
        let seen = handle.ask(Seen::of).await?;
        match keeper.step(handle.config(), &seen) {
            Step::Rest => {}
            Step::Open(day) => open(&handle, day).await?,
            Step::Close { force } => {
                close(&handle, force, &seen).await?;
            }
            Step::RollOver { force, day } => {
                if close(&handle, force, &seen).await? {
                    open(&handle, day).await?;
                }
            }
        }
    }
}

async fn open(handle: &Handle, day: BusinessDay) -> Result<(), Stopped> {
    let hours = handle.config().hours(&day);
    for command in [Command::SetHours { day: day.clone(), hours }, Command::OpenDay { day }] {
        if let Err(refusal) = handle.tell("system:schedule", command).await? {
            warn!(%refusal, "the business day cannot be opened");
            return Ok(());
        }
    }
    Ok(())
}

/// Whether the day is closed now.
async fn close(handle: &Handle, force: bool, seen: &Seen) -> Result<bool, Stopped> {
    let (day, numbers) = (&seen.day.day, &seen.live);
    match handle.tell("system:schedule", Command::CloseDay { force }).await? {
        Ok(()) if numbers.is_empty() => info!(?day, "the business day is over and closed"),
        Ok(()) => warn!(?day, ?numbers, "the business day is over and closed; these numbers have expired"),
        Err(Refusal::DayBusy(numbers)) => {
            info!(?day, ?numbers, "the business day is over; these are still being served");
            return Ok(false);
        }
        Err(refusal) => {
            warn!(?day, %refusal, "the business day cannot be closed");
            return Ok(false);
        }
    }
    Ok(true)
}
