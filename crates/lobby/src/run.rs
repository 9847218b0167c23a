//! Starting one branch and its hardware, and stopping it again.

use crate::{
    chance::Chance,
    cli::RunArgs,
    clock::Clock,
    config::{Config, Mistakes},
    controller::{self, Handle, StartError, Stopped},
    devices::{desks::DeskLineError, port::SystemPorts, registry::Registry, wires},
    journal::JournalError,
};
use queue_core::DeviceReport;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

mod hall;
mod network;
mod parts;
mod printers;
mod screens;
mod supervisor;
mod voice;

use network::Network;

pub use hall::{Ground, Hall, Task, Tasks, Wired, accounts};

/// File in the data directory that says where this run listens: `--listen 127.0.0.1:0` takes any free port.
pub(crate) const ADDRESS: &str = "address";
/// How long everything may take to end; SIGTERM is answered within 2 s.
const STOP_WITHIN: Duration = Duration::from_millis(1_500);

/// Why the lobby does not run, or does not run any more.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum RunError {
    #[error("{0}")]
    Mistakes(#[from] Mistakes),
    #[error("--speed is for the demo: a real hall's clock runs at its own pace")]
    Speed,
    #[error(
        "demo = true opens the built-in tokens to everybody who can connect; it listens on loopback only, not on {0}"
    )]
    DemoNotLoopback(std::net::SocketAddr),
    #[error("{address} cannot be listened on: {cause}; is another lobby running? Use another --listen address")]
    Listen { address: std::net::SocketAddr, cause: std::io::Error },
    #[error(transparent)]
    Certificate(#[from] crate::net::CertificateError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Accounts(#[from] crate::accounts::AccountsError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Profile(#[from] crate::devices::printer::ProfileError),
    #[error(transparent)]
    Wire(#[from] wires::WireError),
    #[error("{0}")]
    Line(#[from] DeskLineError),
    #[error("the system refuses: {0}")]
    Io(#[from] std::io::Error),
    #[error("the journal has stopped; the process ends so that a restart can settle what is unknown")]
    WriterEnded,
}

impl RunError {
    /// Whether the command line or the configuration is at fault.
    pub fn is_wrong_use(&self) -> bool {
        matches!(
            self,
            RunError::Mistakes(_)
                | RunError::Profile(_)
                | RunError::Wire(_)
                | RunError::Speed
                | RunError::DemoNotLoopback(_)
        )
    }
}

/// `lobby run`.
///
/// # Errors
/// [`RunError`], whose sentence says what to do.
pub fn main(args: &RunArgs) -> Result<(), RunError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let stop = CancellationToken::new();
        parts::stop_on_signals(&stop)?;
        crate::net::take_open_files()?;
        run(args, stop).await
    });
    // A sound device or a name lookup may still hold a thread; the process does not wait for it.
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

/// Runs the branch until `stop`.
///
/// # Errors
/// [`RunError`], whose sentence says what to do.
pub async fn run(args: &RunArgs, stop: CancellationToken) -> Result<(), RunError> {
    let config = Arc::new(Config::load(&args.config)?);
    if args.speed != 1 && !config.demo {
        return Err(RunError::Speed);
    }
    let address = args.listen.unwrap_or(config.branch.listen);
    if config.demo && !address.ip().is_loopback() {
        return Err(RunError::DemoNotLoopback(address));
    }
    let data = args.data.clone().unwrap_or_else(|| PathBuf::from("var").join(&config.branch.id));
    let journal = parts::open_journal(&data, &config)?;
    let clock = Clock::fast(args.speed).going_on_from(journal.last_at()?);
    let accounts = hall::accounts(&config, &data, &clock)?;
    let base = args.config.parent().unwrap_or(Path::new("."));
    let network = Network::open(&config, base, address).await?;
    let ground = Ground {
        config: config.clone(),
        base: base.to_owned(),
        data: data.clone(),
        journal,
        accounts: accounts.clone(),
        clock: clock.clone(),
        chance: Chance::of_system(),
        ports: Arc::new(SystemPorts::new(&args.wires)),
        port: network.address().port(),
        stop: stop.clone(),
    };
    let (setup, wired) = ground.wire()?;
    let (handle, writer) = controller::spawn(setup)?;
    let Hall { state, registry, tasks: mut parts } = wired.start(&handle).await?;
    start_foreseeing(&handle, &clock, &data, &stop, &mut parts)?;
    start_keeping(&config, &handle, &data, &clock, &registry, &stop, &mut parts).await?;
    start_following(accounts, &handle, &stop, &mut parts);
    parts::write_address(&data.join(ADDRESS), network.for_programs())?;
    let address = network.address();
    network.serve(&state, &registry, &mut parts);
    // Not held while the parts end: it holds a way to the writer.
    drop(state);
    let mut tasks = JoinSet::new();
    parts.into_iter().for_each(|part| drop(tasks.spawn(part)));
    info!(%address, tls = config.tls.is_some(), data = %data.display(), branch = config.branch.id, "the lobby is open for business");

    let result = wait(&mut tasks, writer, &stop).await;
    stop.cancel();
    drop(handle);
    let_end(&mut tasks).await;
    result
}

/// Waits for everything that still runs, and not for long.
async fn let_end(tasks: &mut JoinSet<Result<(), RunError>>) {
    if tokio::time::timeout(STOP_WITHIN, async { while tasks.join_next().await.is_some() {} }).await.is_err() {
        info!("some connections did not end in time; they are cut");
    }
    info!("the lobby is closed; every number is in the journal");
}

/// Those who follow what happens: sessions end with the day, and systemd hears that the branch is served.
fn start_following(accounts: crate::accounts::Accounts, handle: &Handle, stop: &CancellationToken, tasks: &mut Tasks) {
    let shift = crate::accounts::follow_day(accounts, handle.clone(), stop.clone());
    tasks.add(async { Ok(shift.await?) });
    let watched = supervisor::run(handle.clone(), stop.clone());
    tasks.add(async { Ok(watched.await?) });
}

fn start_foreseeing(
    handle: &Handle,
    clock: &Clock,
    data: &Path,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Result<(), RunError> {
    let foreseen = crate::promise::start(handle.clone(), clock.clone(), data, stop.clone())?;
    tasks.add(async {
        // Resolves however it ends; the thread itself has said why.
        let _ = foreseen.await;
        Ok(())
    });
    Ok(())
}

/// Room on the disk, and copies of what is on it.
async fn start_keeping(
    config: &Arc<Config>,
    handle: &Handle,
    data: &Path,
    clock: &Clock,
    registry: &Registry,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Result<(), RunError> {
    // A state of before the start is only taken back by a new one.
    let was_listed = handle.ask(|view| view.branch.devices().any(|(id, _)| id.as_str() == DeviceReport::DISK)).await?;
    let watched = crate::storage::watch(data.to_owned(), config.storage, was_listed, registry.clone(), stop.clone());
    let kept = crate::backup::keep(config.clone(), data.to_owned(), clock.clone(), registry.clone(), stop.clone());
    tasks.add_quiet(watched);
    tasks.add_quiet(kept);
    Ok(())
}

/// Until somebody stops the lobby, or a part of it ends that must not.
async fn wait(
    tasks: &mut JoinSet<Result<(), RunError>>,
    writer: tokio::sync::oneshot::Receiver<Result<(), JournalError>>,
    stop: &CancellationToken,
) -> Result<(), RunError> {
    tokio::pin!(writer);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            ended = &mut writer => return match ended {
                Ok(Err(cause)) => Err(cause.into()),
                Ok(Ok(())) | Err(_) => Err(RunError::WriterEnded),
            },
            Some(task) = tasks.join_next() => match task {
                Ok(Ok(())) => {}
                Ok(Err(RunError::Line(cause))) => error!(%cause, "a desk line is given up; the pages still call"),
                Ok(Err(cause)) => return Err(cause),
                Err(panic) => error!(%panic, "a part of the lobby has failed; the queue goes on without it"),
            },
        }
    }
}
