//! The thread that learns and foresees: off the controller's loop, on copies, at low priority, and idle most of the time.

use super::{lookout::Lookout, memory::Memory, names::Names, pass::pass, picture::Picture};
use crate::{
    clock::Clock,
    config::Config,
    controller::{Handle, Stopped},
    journal::{self, JournalError},
};
use queue_core::Millis;
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{runtime, sync::oneshot, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

/// Least pause between two passes: a burst of facts is one change.
const REST: Duration = Duration::from_millis(500);
/// A pass is followed by a pause of so many times its length: at most a fifth of one core.
const REST_PER_PASS: u32 = 4;
/// Estimates change as time passes; how often they are looked at when nothing else changes, milliseconds of the clock.
const REFRESH_MS: Millis = 10_000;
/// Niceness of the thread: everything else of the lobby goes first.
const NICENESS: i32 = 19;

/// Why estimates are not made any more.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Starts learning from the journal in `data`, and from then on keeps the estimates of the branch fresh until `stop`.
/// The answer resolves when that has ended; the queue goes on without it.
///
/// # Errors
/// The system's, when there can be no other thread.
pub fn start(
    handle: Handle,
    clock: Clock,
    data: &Path,
    stop: CancellationToken,
) -> std::io::Result<oneshot::Receiver<()>> {
    let (ended, end) = oneshot::channel();
    let (runtime, data) = (runtime::Handle::current(), data.to_owned());
    std::thread::Builder::new().name("promise".to_owned()).spawn(move || {
        if let Err(cause) = rustix::process::nice(NICENESS) {
            debug!(%cause, "the thread of the estimates keeps its priority");
        }
        match runtime.block_on(keep(handle, clock, data, &stop)) {
            Ok(()) | Err(Ended::Stopped(_)) => {}
            Err(cause) => error!(%cause, "no more waits are foreseen; the queue goes on without estimates"),
        }
        // Nobody may be waiting for the end.
        let _ = ended.send(());
    })?;
    Ok(end)
}

async fn keep(handle: Handle, clock: Clock, data: PathBuf, stop: &CancellationToken) -> Result<(), Ended> {
    let db = journal::open_read_only(&data)?;
    let mut facts = handle.facts();
    let mut memory = learn(&handle, &db, stop).await?;
    let mut lookout = Lookout::default();
    while !stop.is_cancelled() {
        facts.borrow_and_update();
        let names = Arc::new(memory.names().clone());
        let asked = names.clone();
        let mut picture = handle.ask(move |view| Picture::of(view, &asked)).await?;
        if picture.digest != names.digest {
            memory = learn(&handle, &db, stop).await?;
            continue;
        }
        if let Some(plan) = picture.replanned.take() {
            memory.replan(plan);
        }
        let began = Instant::now();
        memory.read(&db, || !stop.is_cancelled())?;
        memory.settle(picture.at);
        let before = handle.promises();
        let promises = pass(&memory, &picture, &before);
        let rest = REST.max(began.elapsed() * REST_PER_PASS);
        let moment = promises.moment().cloned();
        handle.foresee(promises).await?;
        lookout.look(&handle, moment.as_deref()).await?;
        let refresh = clock.until(clock.now().plus(REFRESH_MS));
        tokio::select! {
            () = stop.cancelled() => {}
            () = async {
                sleep(rest).await;
                tokio::select! {
                    // The writer has ended; the next question says so.
                    _ = facts.changed() => {}
                    () = sleep(refresh) => {}
                }
            } => {}
        }
    }
    Ok(())
}

/// Everything that the journal's newest days teach about the Plan in force.
async fn learn(handle: &Handle, db: &Connection, stop: &CancellationToken) -> Result<Memory, Ended> {
    let began = Instant::now();
    let config: Arc<Config> = handle.config().clone();
    let names =
        handle.ask(|view| Names { plan: view.branch.plan().clone(), digest: view.branch.digest().clone() }).await?;
    let mut memory = Memory::new(config, names);
    memory.read(db, || !stop.is_cancelled())?;
    info!(took_ms = began.elapsed().as_millis(), "waits are foreseen from what the journal has taught");
    Ok(memory)
}
