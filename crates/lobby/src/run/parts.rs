//! The parts of a running lobby, wired to each other.

use super::{RunError, Tasks, printers::PrintQueue, voice::VoiceWires};
use crate::{
    clock::Clock,
    config::Config,
    controller::Handle,
    devices::{
        desks::DeskLevels,
        port::PortSettings,
        printer::{self, PrintOrder, Profile},
        registry::Registry,
    },
    journal::Journal,
    orders::{Captions, DeskFrames, DeskPictures, Frame, OpenCalls, Outputs},
    selftest::{self, Expected, Reach, SelfTestOrder},
};
use counter::{Picture, display::CallBoard};
use queue_core::{CounterId, PRINT_QUEUE, PrinterId, Timestamp};
use std::{collections::BTreeMap, net::SocketAddr, path::Path, sync::Arc};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{mpsc, watch},
};
use tokio_util::sync::CancellationToken;
use tracing::info;

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

/// Takes the data directory, with room for a start on a full disk.
pub(super) fn open_journal(data: &Path, config: &Config) -> Result<Journal, RunError> {
    crate::storage::prepare(data, &config.storage)?;
    Ok(Journal::open(data)?)
}

/// What the rest holds of every wire between the controller and the rest; the controller holds the [`Outputs`].
pub(super) struct Parts {
    pub(super) board: Arc<watch::Sender<Arc<Frame>>>,
    pub(super) alerts: Arc<watch::Sender<Arc<Frame>>>,
    pub(super) wake: watch::Receiver<Option<Timestamp>>,
    pub(super) desk_levels: DeskLevels,
    pub(super) print_queues: Vec<PrintQueue>,
    pub(super) desk_frames: BTreeMap<CounterId, watch::Receiver<Arc<Frame>>>,
    pub(super) reach: Reach,
    pub(super) test_orders: mpsc::Receiver<SelfTestOrder>,
    pub(super) voice: VoiceWires,
}

pub(super) fn wire(
    config: &Config,
    clock: &Clock,
    data: &Path,
    base: &Path,
    registry: &Registry,
) -> Result<(Outputs, Parts), RunError> {
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

    let Printers { orders: printers, paper_changes, queues: print_queues } = printers(config, base, registry)?;
    let chimes = Expected::default();
    for screen in &config.screens {
        let cause = Some("its page has not been opened since the lobby started".to_owned());
        registry.report(&format!("screen-{}", screen.id), "screen", "offline", cause);
    }
    let (voice, voice_wires) = super::voice::wire(config, calls, chimes.clone());
    let (selftests, test_orders) = mpsc::channel(selftest::ORDERS);
    let reach = Reach {
        desks: desks.clone(),
        printers: printers.clone(),
        slips: Expected::default(),
        voice: voice.clone(),
        chimes,
        data: data.to_owned(),
    };
    let captions = Captions::new(&config.branch.languages, &super::voice::pack(config, data));
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
        selftests,
        captions,
    };
    let desk_levels = DeskLevels { pictures: desk_pictures, calls: board_calls };
    let voice = voice_wires;
    let parts = Parts { board, alerts, wake, desk_levels, print_queues, desk_frames, reach, test_orders, voice };
    Ok((outputs, parts))
}

/// The ways to the printers.
struct Printers {
    orders: BTreeMap<PrinterId, mpsc::Sender<PrintOrder>>,
    paper_changes: BTreeMap<PrinterId, watch::Sender<bool>>,
    queues: Vec<PrintQueue>,
}

fn printers(config: &Config, base: &Path, registry: &Registry) -> Result<Printers, RunError> {
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
        let tally = registry.tally(&printer.id);
        let usual = printer::PrinterSetup::new(printer.id.as_str(), port, profile);
        let setup = printer::PrinterSetup { changing, tally, ..usual };
        print_queues.push(PrintQueue { setup, orders });
    }
    Ok(Printers { orders: printers, paper_changes, queues: print_queues })
}

/// Runs self-tests, and starts those of the schedule.
pub(super) fn start_selftests(
    reach: Reach,
    orders: mpsc::Receiver<SelfTestOrder>,
    handle: &Handle,
    registry: &Registry,
    clock: &Clock,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) {
    let bench = selftest::Bench { handle: handle.clone(), registry: registry.clone(), clock: clock.clone(), reach };
    let run = selftest::run(bench, orders, stop.clone());
    tasks.add(async { Ok(run.await?) });
    let kept = selftest::keep(handle.clone(), clock.clone(), stop.clone());
    tasks.add(async { Ok(kept.await?) });
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
