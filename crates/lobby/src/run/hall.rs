//! A hall put together: controller, wires, devices, schedule and pages, on whatever clock, chance and wires it is given.
//! [`super::run`] gives it those of the machine; a simulation gives it its own and polls the tasks itself.

use super::{RunError, parts, printers, screens, voice};
use crate::{
    accounts::Accounts,
    chance::Chance,
    clock::Clock,
    config::Config,
    controller::{Handle, Setup},
    devices::{
        agents::Agents,
        alerts,
        desks::{DeskLevels, DeskLine},
        feed,
        port::PortOpener,
        registry::{self, Registry},
        wires,
    },
    journal::Journal,
    schedule,
};
use counter::Mark;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
};
use tokio_util::sync::CancellationToken;

/// A part of a lobby that lives until the lobby stops.
pub type Task = Pin<Box<dyn Future<Output = Result<(), RunError>> + Send>>;

/// Parts that nobody runs yet.
#[derive(Default)]
pub struct Tasks(Vec<Task>);

impl Tasks {
    /// Adds a part.
    pub fn add(&mut self, task: impl Future<Output = Result<(), RunError>> + Send + 'static) {
        self.0.push(Box::pin(task));
    }

    /// Adds a part that ends without a word.
    pub fn add_quiet(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.add(async {
            task.await;
            Ok(())
        });
    }
}

impl IntoIterator for Tasks {
    type Item = Task;
    type IntoIter = std::vec::IntoIter<Task>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// What a hall stands on.
pub struct Ground {
    /// The branch.
    pub config: Arc<Config>,
    /// The folder of its file: profiles are found from there.
    pub base: PathBuf,
    /// Its data directory.
    pub data: PathBuf,
    /// Its journal, held by this process.
    pub journal: Journal,
    /// Its accounts.
    pub accounts: Accounts,
    /// The one clock.
    pub clock: Clock,
    /// The one source of keys and salts.
    pub chance: Chance,
    /// The one opener of ports.
    pub ports: Arc<dyn PortOpener>,
    /// Port of the listener: cookies carry it in their name.
    pub port: u16,
    /// Ends it.
    pub stop: CancellationToken,
}

/// A hall that is wired and waits for its controller.
pub struct Wired {
    ground: Foundation,
    parts: parts::Parts,
    wires: Vec<wires::Wire>,
    registry: Registry,
}

/// What is left of the ground once the controller has its part.
struct Foundation {
    config: Arc<Config>,
    data: PathBuf,
    accounts: Accounts,
    clock: Clock,
    chance: Chance,
    ports: Arc<dyn PortOpener>,
    port: u16,
    stop: CancellationToken,
}

/// A hall whose parts only have to be run.
pub struct Hall {
    /// What the routes work with.
    pub state: Arc<crate::http::AppState>,
    /// How its devices are.
    pub registry: Registry,
    /// Its parts.
    pub tasks: Tasks,
}

impl Ground {
    /// Wires everything. The controller is started from the first value, and the hall from the second.
    ///
    /// # Errors
    /// [`RunError`] when a profile is missing or wrong.
    pub fn wire(self) -> Result<(Setup, Wired), RunError> {
        let Ground { config, base, data, journal, accounts, clock, chance, ports, port, stop } = self;
        let registry = Registry::new(clock.clone());
        let wires = wires::all(&config, &base)?;
        let (outputs, parts) = parts::wire(&config, &clock, &data, &base, &registry)?;
        let setup = Setup { config: config.clone(), clock: clock.clone(), chance: chance.clone(), journal, outputs };
        let ground = Foundation { config, data, accounts, clock, chance, ports, port, stop };
        Ok((setup, Wired { ground, parts, wires, registry }))
    }
}

impl Wired {
    /// Joins the parts to the controller, which must live meanwhile: it is asked what it remembers.
    ///
    /// # Errors
    /// [`RunError`] when the controller has ended, or the system gives no random numbers.
    pub async fn start(self, handle: &Handle) -> Result<Hall, RunError> {
        let Wired { ground, parts, wires, registry } = self;
        let mut tasks = Tasks::default();
        let Foundation { config, data, accounts, clock, chance, ports, port, stop } = ground;
        let parts::Parts { board, alerts, wake, desk_levels, print_queues, desk_frames, .. } = parts;
        let parts::Parts { reach, test_orders, voice: voice_wires, .. } = parts;
        let lines = Arc::new(wires::facts(&wires));
        printers::start_printers(print_queues, &reach.slips, handle, &registry, &ports, &stop, &mut tasks);
        let at = Start { handle, clock: &clock, chance: &chance, registry: &registry, stop: &stop };
        start_lines(wires, &at, &ports, desk_levels, &mut tasks).await?;
        start_clockwork(&at, wake, &mut tasks);
        parts::start_selftests(reach, test_orders, handle, &registry, &clock, &stop, &mut tasks);
        let (screens, heard) = screens::start(&config, &registry, &stop, &mut tasks);
        let voices = voice::start(voice_wires, &data, &heard, handle, &registry, &clock, &stop, &mut tasks);
        let (frames, device_frames) = feed::frames(clock.now().0);
        tasks.add_quiet(feed::run(registry.clone(), frames, stop.clone()));
        let state = Arc::new(crate::http::AppState {
            handle: handle.clone(),
            board: board.subscribe(),
            alerts: alerts.subscribe(),
            devices: registry.clone(),
            device_frames,
            accounts,
            records: crate::http::Records::new(&data),
            screens,
            greeters: crate::http::Greeters::default(),
            metrics: crate::http::Metrics::default(),
            lines,
            clock,
            port,
            tls: config.tls.is_some(),
            limits: crate::http::Limits::new(&config.limits, config.demo),
            door: crate::net::Door::new(&config.limits, config.demo),
            agents: Agents::new(&config, &registry),
            desk_frames,
            voices,
            guidance: voice::guidance(&config, &data),
            stop,
        });
        Ok(Hall { state, registry, tasks })
    }
}

/// What the parts of a hall begin with.
struct Start<'a> {
    handle: &'a Handle,
    clock: &'a Clock,
    chance: &'a Chance,
    registry: &'a Registry,
    stop: &'a CancellationToken,
}

async fn start_lines(
    wires: Vec<wires::Wire>,
    at: &Start<'_>,
    ports: &Arc<dyn PortOpener>,
    levels: DeskLevels,
    tasks: &mut Tasks,
) -> Result<(), RunError> {
    let remembered: BTreeMap<_, _> =
        at.handle.ask(|view| view.branch.desks().map(|(id, desk)| (id.clone(), desk.clone())).collect()).await?;
    for wire in wires {
        let mut number = [0; 2];
        at.chance.fill(&mut number)?;
        // The second of the start, so that no two starts agree even if the number does.
        let second = u32::try_from(at.clock.now().0 / 1_000).unwrap_or_default();
        let line = DeskLine {
            wire,
            levels: levels.clone(),
            remembered: remembered.clone(),
            run: Mark { boot: u16::from_le_bytes(number), wraps: second, seq: 0 },
        };
        let run = line.run(at.handle.clone(), at.registry.clone(), ports.clone(), at.stop.clone());
        tasks.add(async { Ok(run.await?) });
    }
    Ok(())
}

fn start_clockwork(
    at: &Start<'_>,
    wake: tokio::sync::watch::Receiver<Option<queue_core::Timestamp>>,
    tasks: &mut Tasks,
) {
    let (handle, clock, stop) = (|| at.handle.clone(), || at.clock.clone(), || at.stop.clone());
    let woken = schedule::wake(handle(), clock(), wake, stop());
    tasks.add(async { Ok(woken.await?) });
    let kept = schedule::keep_day(handle(), clock(), stop());
    tasks.add(async { Ok(kept.await?) });
    let journaled = registry::journal_changes(at.registry.clone(), handle(), stop());
    tasks.add(async { Ok(journaled.await?) });
    let after = queue_core::Millis::from(at.handle.config().health.alert_after_s) * 1_000;
    let alerted = alerts::run(at.registry.clone(), handle(), clock(), after, stop());
    tasks.add(async { Ok(alerted.await?) });
    let watched = crate::hallwatch::run(handle(), clock(), stop());
    tasks.add(async { Ok(watched.await?) });
}

/// Opens the accounts of a data directory for a branch.
///
/// # Errors
/// [`RunError::Accounts`].
pub fn accounts(config: &Config, data: &Path, clock: &Clock) -> Result<Accounts, RunError> {
    Ok(Accounts::open(data, clock.clone(), config.demo, (&config.accounts).into())?)
}
