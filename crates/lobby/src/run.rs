//! Starting one branch and its hardware, and stopping it again.

use crate::{
    cli::RunArgs,
    clock::Clock,
    config::{Config, Mistakes},
    controller::{self, Handle, Setup, StartError, Stopped},
    devices::{
        agents::Agents,
        alerts,
        desks::{DeskLevels, DeskLine, DeskLineError},
        feed,
        port::{PortOpener, SystemPorts},
        registry::{self, Registry},
        wires,
    },
    journal::JournalError,
    orders::Frame,
    schedule,
};
use counter::Mark;
use queue_core::DeviceReport;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

mod network;
mod parts;
mod printers;
mod screens;
mod supervisor;
mod voice;

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
    let accounts = crate::accounts::Accounts::open(&data, clock.clone(), config.demo, (&config.accounts).into())?;
    let base = args.config.parent().unwrap_or(Path::new("."));
    let network = network::Network::open(&config, base, address).await?;
    let registry = Registry::new(clock.clone());
    let ports: Arc<dyn PortOpener> = Arc::new(SystemPorts::new(&args.wires));
    let mut tasks: JoinSet<Result<(), RunError>> = JoinSet::new();
    let wires = wires::all(&config, base)?;
    let lines = Arc::new(wires::facts(&wires));
    let wired = parts::wire(&config, &clock, &data, base, &registry)?;
    let parts::Wired { outputs, board, alerts: told, wake, desk_levels, print_queues, desk_frames, .. } = wired;
    let parts::Wired { reach, test_orders, voice: voice_wires, .. } = wired;

    let (handle, writer) = controller::spawn(Setup { config: config.clone(), clock: clock.clone(), journal, outputs })?;
    printers::start_printers(print_queues, &reach.slips, &handle, &registry, &ports, &stop, &mut tasks);
    start_lines(wires, &handle, &clock, &registry, &ports, desk_levels, &stop, &mut tasks).await?;
    start_clockwork(&handle, &clock, wake, &registry, &stop, &mut tasks);
    parts::start_selftests(reach, test_orders, &handle, &registry, &clock, &stop, &mut tasks);
    start_foreseeing(&handle, &clock, &data, &stop, &mut tasks)?;
    start_keeping(&config, &handle, &data, &clock, &registry, &stop, &mut tasks).await?;
    let (screens, heard) = screens::start(&config, &registry, &stop, &mut tasks);
    let voices = voice::start(voice_wires, &data, &heard, &handle, &registry, &clock, &stop, &mut tasks);
    let device_frames = start_feed(&registry, &clock, &stop, &mut tasks);
    let state = Arc::new(crate::http::AppState {
        handle: handle.clone(),
        board: board.subscribe(),
        alerts: told.subscribe(),
        devices: registry.clone(),
        device_frames,
        accounts: accounts.clone(),
        records: crate::http::Records::new(&data),
        screens,
        greeters: crate::http::Greeters::default(),
        metrics: crate::http::Metrics::default(),
        lines,
        clock: clock.clone(),
        port: network.address().port(),
        tls: config.tls.is_some(),
        limits: crate::http::Limits::new(&config.limits, config.demo),
        door: network.door(),
        agents: Agents::new(&config, &registry),
        desk_frames,
        voices,
        guidance: voice::guidance(&config, &data),
        stop: stop.clone(),
    });
    parts::write_address(&data.join(ADDRESS), network.for_programs())?;
    let address = network.address();
    network.serve(&state, &registry, &mut tasks);
    start_following(accounts, &handle, &stop, &mut tasks);
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
fn start_following(
    accounts: crate::accounts::Accounts,
    handle: &Handle,
    stop: &CancellationToken,
    tasks: &mut JoinSet<Result<(), RunError>>,
) {
    parts::follow_shifts(accounts, handle, stop, tasks);
    let watched = supervisor::run(handle.clone(), stop.clone());
    tasks.spawn(async { Ok(watched.await?) });
}

/// Writes the list of devices anew whenever it changes, for all pages that follow it.
fn start_feed(
    registry: &Registry,
    clock: &Clock,
    stop: &CancellationToken,
    tasks: &mut JoinSet<Result<(), RunError>>,
) -> watch::Receiver<Arc<Frame>> {
    let (frames, followed) = feed::frames(clock.now().0);
    let fed = feed::run(registry.clone(), frames, stop.clone());
    tasks.spawn(async {
        fed.await;
        Ok(())
    });
    followed
}

fn start_foreseeing(
    handle: &Handle,
    clock: &Clock,
    data: &Path,
    stop: &CancellationToken,
    tasks: &mut JoinSet<Result<(), RunError>>,
) -> Result<(), RunError> {
    let foreseen = crate::promise::start(handle.clone(), clock.clone(), data, stop.clone())?;
    tasks.spawn(async {
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
    tasks: &mut JoinSet<Result<(), RunError>>,
) -> Result<(), RunError> {
    // A state of before the start is only taken back by a new one.
    let was_listed = handle.ask(|view| view.branch.devices().any(|(id, _)| id.as_str() == DeviceReport::DISK)).await?;
    let watched = crate::storage::watch(data.to_owned(), config.storage, was_listed, registry.clone(), stop.clone());
    let kept = crate::backup::keep(config.clone(), data.to_owned(), clock.clone(), registry.clone(), stop.clone());
    tasks.spawn(async {
        watched.await;
        Ok(())
    });
    tasks.spawn(async {
        kept.await;
        Ok(())
    });
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

#[allow(clippy::too_many_arguments, reason = "everything that a wire is joined to")]
async fn start_lines(
    wires: Vec<wires::Wire>,
    handle: &Handle,
    clock: &Clock,
    registry: &Registry,
    ports: &Arc<dyn PortOpener>,
    levels: DeskLevels,
    stop: &CancellationToken,
    tasks: &mut JoinSet<Result<(), RunError>>,
) -> Result<(), RunError> {
    let remembered: BTreeMap<_, _> =
        handle.ask(|view| view.branch.desks().map(|(id, desk)| (id.clone(), desk.clone())).collect()).await?;
    for wire in wires {
        let mut number = [0; 2];
        getrandom::fill(&mut number).map_err(|cause| std::io::Error::other(cause.to_string()))?;
        // The second of the start, so that no two starts agree even if the number does.
        let second = u32::try_from(clock.now().0 / 1_000).unwrap_or_default();
        let line = DeskLine {
            wire,
            levels: levels.clone(),
            remembered: remembered.clone(),
            run: Mark { boot: u16::from_ne_bytes(number), wraps: second, seq: 0 },
        };
        let run = line.run(handle.clone(), registry.clone(), ports.clone(), stop.clone());
        tasks.spawn(async { Ok(run.await?) });
    }
    Ok(())
}

fn start_clockwork(
    handle: &Handle,
    clock: &Clock,
    wake: watch::Receiver<Option<queue_core::Timestamp>>,
    registry: &Registry,
    stop: &CancellationToken,
    tasks: &mut JoinSet<Result<(), RunError>>,
) {
    let woken = schedule::wake(handle.clone(), clock.clone(), wake, stop.clone());
    tasks.spawn(async { Ok(woken.await?) });
    let kept = schedule::keep_day(handle.clone(), clock.clone(), stop.clone());
    tasks.spawn(async { Ok(kept.await?) });
    let journaled = registry::journal_changes(registry.clone(), handle.clone(), stop.clone());
    tasks.spawn(async { Ok(journaled.await?) });
    let after = queue_core::Millis::from(handle.config().health.alert_after_s) * 1_000;
    let alerted = alerts::run(registry.clone(), handle.clone(), clock.clone(), after, stop.clone());
    tasks.spawn(async { Ok(alerted.await?) });
    let watched = crate::hallwatch::run(handle.clone(), clock.clone(), stop.clone());
    tasks.spawn(async { Ok(watched.await?) });
}
