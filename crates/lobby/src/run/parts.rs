//! The parts of a running lobby, wired to each other.

use super::{RunError, printers::PrintQueue};
use crate::{
    clock::Clock,
    config::Config,
    devices::{
        desks::DeskLevels,
        port::PortSettings,
        printer::{self, Profile},
        registry::Registry,
    },
    orders::{Captions, DeskFrames, DeskPictures, Frame, OpenCalls, Outputs},
    voice::{self, Announcement, Voice, VoiceEvent, VoiceOutput, VoiceSettings, VoiceState, wording::WordingOptions},
};
use axum::Router;
use counter::{Picture, display::CallBoard};
use queue_core::{CounterId, PRINT_QUEUE, PrinterId, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

pub(super) type Tasks = JoinSet<Result<(), RunError>>;

/// Orders that may wait for a printer's task: what the core admits, and as many again from before a restart.
const PRINT_ORDERS: usize = 2 * PRINT_QUEUE;

/// Ends the lobby on SIGTERM and SIGINT.
pub(super) fn stop_on_signals(stop: &CancellationToken) -> std::io::Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    let stop = stop.clone();
    // Owned by the runtime of the process; it ends with it.
    tokio::spawn(async move {
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        info!("asked to stop");
        stop.cancel();
    });
    Ok(())
}

/// Both ends of every wire between the controller and the rest.
pub(super) struct Wired {
    pub(super) outputs: Outputs,
    pub(super) board: Arc<watch::Sender<Arc<Frame>>>,
    pub(super) alerts: Arc<watch::Sender<Arc<Frame>>>,
    pub(super) wake: watch::Receiver<Option<Timestamp>>,
    pub(super) desk_levels: DeskLevels,
    pub(super) print_queues: Vec<PrintQueue>,
    pub(super) desk_frames: BTreeMap<CounterId, watch::Receiver<Arc<Frame>>>,
}

pub(super) fn wire(
    config: &Config,
    clock: &Clock,
    data: &Path,
    base: &Path,
    registry: &Registry,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Result<Wired, RunError> {
    let epoch = clock.now().0;
    let first = Arc::new(Frame { epoch, seq: 0, json: "{}".into() });
    let board = Arc::new(watch::Sender::new(first.clone()));
    let alerts = Arc::new(watch::Sender::new(first.clone()));
    let (wake_sender, wake) = watch::channel(None);
    let (calls_sender, calls) = watch::channel(OpenCalls::default());

    let units = config.lines.iter().flat_map(|line| &line.units).map(|unit| unit.counter.as_str());
    let shown = units.chain(config.displays.iter().filter_map(|display| display.counter.as_deref()));
    let desks: DeskPictures = shown.map(|counter| (counter.into(), watch::Sender::new(Picture::default()))).collect();
    let desk_pictures = desks.iter().map(|(counter, sender)| (counter.clone(), sender.subscribe())).collect();

    let (call_board, board_calls) = watch::channel(CallBoard::default());
    let agents: DeskFrames =
        config.agents.iter().map(|agent| (agent.counter.as_str().into(), watch::Sender::new(first.clone()))).collect();
    let desk_frames = agents.iter().map(|(counter, sender)| (counter.clone(), sender.subscribe())).collect();

    let mut printers = BTreeMap::new();
    let mut paper_changes = BTreeMap::new();
    let mut print_queues = Vec::new();
    for printer in &config.printers {
        let (sender, orders) = mpsc::channel(PRINT_ORDERS);
        printers.insert(PrinterId::from(printer.id.as_str()), sender);
        registry.declare(&printer.id, "printer");
        let port = PortSettings { name: printer.port.clone(), baud: printer.baud, even_parity: false };
        let profile = Profile::load(&printer.profile, base)?;
        let (turn, changing) = watch::channel(false);
        paper_changes.insert(PrinterId::from(printer.id.as_str()), turn);
        let setup =
            printer::PrinterSetup { changing, ..printer::PrinterSetup::new(printer.id.as_str(), port, profile) };
        print_queues.push(PrintQueue { setup, orders });
    }
    for screen in &config.screens {
        let cause = Some("its page has not been opened since the lobby started".to_owned());
        registry.report(&format!("screen-{}", screen.id), "screen", "offline", cause);
    }
    let voice = start_voice(config, clock, data, registry, calls, stop, tasks);
    let captions = Captions::new(&config.branch.languages);
    let outputs = Outputs {
        epoch,
        board: board.clone(),
        alerts: alerts.clone(),
        desks,
        call_board,
        agents,
        printers,
        paper_changes,
        voice,
        calls: calls_sender,
        wake: wake_sender,
        captions,
    };
    let desk_levels = DeskLevels { pictures: desk_pictures, calls: board_calls };
    Ok(Wired { outputs, board, alerts, wake, desk_levels, print_queues, desk_frames })
}

/// Makes the clips of the hall's voice where there are none and espeak-ng is installed. The voice looks again by itself.
async fn make_clips(pack: PathBuf, languages: Vec<String>) -> Result<(), RunError> {
    let made = tokio::task::spawn_blocking(move || voice::load_or_build(&pack, &languages).map(drop)).await;
    match made {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => warn!(%cause, "the clips of the voice cannot be made; calls stay on the screens"),
        Err(panic) => warn!(%panic, "making the clips of the voice has failed; calls stay on the screens"),
    }
    Ok(())
}

fn start_voice(
    config: &Config,
    clock: &Clock,
    data: &Path,
    registry: &Registry,
    calls: watch::Receiver<OpenCalls>,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Option<mpsc::Sender<Announcement>> {
    let output: VoiceOutput = config.voice.output.parse().unwrap_or_default();
    if output == VoiceOutput::Off {
        return None;
    }
    let pack = config.voice.pack.clone().unwrap_or_else(|| voice::pack_dir(Some(data)));
    let settings = VoiceSettings {
        languages: config.branch.languages.clone(),
        wording: WordingOptions { one_as_yao: config.voice.yao },
        ..VoiceSettings::new(output, pack.clone())
    };
    tasks.spawn(make_clips(pack, config.branch.languages.clone()));
    registry.declare("voice-main", "voice");
    let clock = clock.clone();
    let now = Arc::new(move || jiff::Timestamp::from_millisecond(clock.now().0).unwrap_or_default());
    let overtaken = Arc::new(move |call: &Announcement| !calls.borrow().contains(&call.id));
    let (voice, events) = Voice::start(settings, now, overtaken, stop.clone());
    let jobs = voice.jobs();
    tasks.spawn(watch_voice(voice.state(), events, registry.clone(), stop.clone()));
    tasks.spawn(async {
        if let Err(cause) = voice.stopped().await {
            error!(%cause, "the voice has failed; calls stay on the screens");
        }
        Ok(())
    });
    Some(jobs)
}

/// The voice's state becomes a device's state. Its events are read so that it never waits; it logs them itself.
async fn watch_voice(
    mut state: watch::Receiver<VoiceState>,
    mut events: mpsc::Receiver<VoiceEvent>,
    registry: Registry,
    stop: CancellationToken,
) -> Result<(), RunError> {
    loop {
        let now = state.borrow_and_update().clone();
        registry.report("voice-main", "voice", now.state.as_str(), now.cause);
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            changed = state.changed() => if changed.is_err() { return Ok(()) },
            event = events.recv() => if event.is_none() { return Ok(()) },
        }
    }
}

/// Screens of the configuration that have no page open are shown to staff. A page that does not say which screen it is
/// counts for the first one that shows the whole hall.
pub(super) async fn watch_screens(
    config: Arc<Config>,
    mut open: watch::Receiver<BTreeMap<String, usize>>,
    registry: Registry,
    stop: CancellationToken,
) -> Result<(), RunError> {
    let default = config.screens.iter().find(|screen| screen.counter.is_none()).map(|screen| screen.id.as_str());
    let mut seen: BTreeSet<String> = BTreeSet::new();
    loop {
        let named: BTreeSet<String> = open.borrow_and_update().keys().cloned().collect();
        let unnamed = named.iter().any(|name| config.screens.iter().all(|screen| screen.id != *name));
        for screen in &config.screens {
            let id = format!("screen-{}", screen.id);
            if named.contains(&screen.id) || (unnamed && default == Some(&screen.id)) {
                seen.insert(screen.id.clone());
                registry.report(&id, "screen", "ok", None);
            } else if seen.contains(&screen.id) {
                let cause = "its page was closed, or its network is gone".to_owned();
                registry.report(&id, "screen", "offline", Some(cause));
            }
        }
        match stop.run_until_cancelled(open.changed()).await {
            Some(Ok(())) => {}
            Some(Err(_)) | None => return Ok(()),
        }
    }
}

/// Takes an address to listen on.
pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, RunError> {
    TcpListener::bind(address).await.map_err(|cause| RunError::Listen { address, cause })
}

/// Says where this run listens, in one step: whoever reads the file finds all of it or none.
pub(super) fn write_address(path: &Path, address: SocketAddr) -> std::io::Result<()> {
    let whole = path.with_extension("new");
    std::fs::write(&whole, format!("{address}\n"))?;
    std::fs::rename(whole, path)
}

/// The second listener, where the configuration has one.
pub(super) async fn public_socket(config: &Config) -> Result<Option<TcpListener>, RunError> {
    match config.branch.public_listen {
        Some(address) => bind(address).await.map(Some),
        None => Ok(None),
    }
}

/// Serves HTTP until the lobby stops; requests under way get to their end.
pub(super) async fn serve(socket: TcpListener, router: Router, stop: CancellationToken) -> Result<(), RunError> {
    Ok(axum::serve(socket, router).with_graceful_shutdown(stop.cancelled_owned()).await?)
}
