//! What everybody in a simulated hall stands in: its clock, its wires, its disk, and the lobby, which is started, killed
//! and cut off from its power here.

use super::{
    cable::{Ports, Wire},
    cast::{Cast, Group},
    day::{DayPlan, Defect},
    desks::Desk,
};
use crate::torture::scratch;
use axum::Router;
use crash_disk::{Disk, Rng};
use firmware_sim::{desk::Latched, printer::Printer, rng::Chance};
use lobby::{
    chance::Chance as Keys,
    clock::{Clock, Steps},
    config::Config,
    controller::{Handle, SNAPSHOT, prepare},
    devices::registry::Registry,
    http,
    journal::Journal,
    run::{self, Ground, Hall},
};
use queue_core::Timestamp;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

/// Name of the desk line.
pub(super) const LINE: &str = "desks";
/// Name of the printer.
pub(super) const PRINTER: &str = "kiosk-1";
/// Noon of a Monday in Shanghai.
const NOON: Timestamp = Timestamp(1_795_406_400_000);

/// A lobby that runs.
#[derive(Clone)]
pub(super) struct Up {
    pub(super) router: Router,
    pub(super) handle: Handle,
    pub(super) registry: Registry,
}

/// An answer that somebody got.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// Under which request id.
    pub(super) key: String,
    /// HTTP status.
    pub(super) status: u16,
    /// Body.
    pub(super) body: String,
}

/// How a lobby ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kill {
    /// The process is killed: what it wrote is there.
    Process,
    /// The power fails: what it did not sync may be there, or not, or in parts.
    Power,
}

/// What the day was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Starts of the lobby.
    pub starts: u64,
    /// Kills right after a commit, before anybody saw it.
    pub kills_at_commit: u64,
    /// Of all kills, those that took the power.
    pub power_cuts: u64,
    /// Requests that were sent again.
    pub retries: u64,
    /// Boards that screens received.
    pub boards: u64,
    /// Steps of the clock.
    pub clock_steps: u64,
    /// Other faults, by name.
    pub faults: BTreeMap<&'static str, u64>,
}

/// The world of one seed.
pub(super) struct World {
    pub(super) plan: DayPlan,
    pub(super) cast: Cast,
    pub(super) clock: Clock,
    pub(super) steps: Steps,
    pub(super) config: Arc<Config>,
    pub(super) dir: TempDir,
    disk: RefCell<Option<Disk>>,
    cuts: RefCell<Rng>,
    pub(super) line: Wire,
    pub(super) desks: RefCell<Vec<Desk>>,
    pub(super) presses: RefCell<Vec<Latched>>,
    pub(super) paper: Wire,
    pub(super) printer: Arc<Printer>,
    up: RefCell<Option<Up>>,
    /// The lobby came up.
    came_up: Notify,
    /// The lobby was killed.
    killed: Notify,
    /// Commits until the lobby is killed, and how.
    pub(super) trap: Cell<Option<(u32, Kill)>>,
    /// Moments of the disk before and after the last turn of the writer that wrote something.
    turn: Cell<(usize, usize)>,
    before: Cell<usize>,
    pub(super) told: RefCell<Vec<Told>>,
    /// The newest row that any screen has seen.
    pub(super) seen_row: Cell<i64>,
    /// The last board of each screen.
    pub(super) boards: RefCell<BTreeMap<&'static str, String>>,
    pub(super) happened: RefCell<Happened>,
    pub(super) breaches: RefCell<Vec<String>>,
    pub(super) over: Cell<bool>,
}

impl World {
    pub(super) fn new(plan: DayPlan, config: Config, printer: Printer) -> Rc<World> {
        let (clock, steps) = Clock::simulated(NOON);
        let dir = scratch();
        let disk = Disk::watch(dir.path()).expect("a directory that can be read");
        let units = config.lines.iter().flat_map(|line| &line.units).map(|unit| Desk::new(unit.unit, plan.seed));
        let line = Wire::default();
        line.set_plugged(true);
        Rc::new(World {
            plan,
            cast: Cast::new(plan.seed),
            clock,
            steps,
            desks: RefCell::new(units.collect()),
            config: Arc::new(config),
            dir,
            disk: RefCell::new(Some(disk)),
            cuts: RefCell::new(Rng::new(plan.seed)),
            line,
            presses: RefCell::default(),
            paper: Wire::default(),
            printer: Arc::new(printer),
            up: RefCell::default(),
            came_up: Notify::new(),
            killed: Notify::new(),
            trap: Cell::default(),
            turn: Cell::default(),
            before: Cell::default(),
            told: RefCell::default(),
            seen_row: Cell::default(),
            boards: RefCell::default(),
            happened: RefCell::default(),
            breaches: RefCell::default(),
            over: Cell::default(),
        })
    }

    /// Stream of chance of one purpose.
    pub(super) fn chance(&self, purpose: &str) -> Chance {
        Chance::new(self.plan.seed, purpose)
    }

    pub(super) fn breach(&self, what: String) {
        self.breaches.borrow_mut().push(what);
    }

    pub(super) fn count(&self, fault: &'static str) {
        *self.happened.borrow_mut().faults.entry(fault).or_default() += 1;
    }

    /// The running lobby, if one runs.
    pub(super) fn up(&self) -> Option<Up> {
        self.up.borrow().clone()
    }

    /// Waits until a lobby runs.
    pub(super) async fn when_up(&self) -> Up {
        loop {
            let news = self.came_up.notified();
            if let Some(up) = self.up() {
                return up;
            }
            news.await;
        }
    }

    /// Starts the lobby, and again after each kill, all day.
    pub(super) async fn keep_up(self: Rc<World>) {
        let mut chance = self.chance("away");
        loop {
            self.start();
            self.killed.notified().await;
            let away = u64::try_from(chance.index(1_500)).unwrap_or(0);
            sleep(Duration::from_millis(away)).await;
        }
    }

    fn start(self: &Rc<World>) {
        let number = {
            let mut happened = self.happened.borrow_mut();
            happened.starts += 1;
            happened.starts
        };
        if let Err(why) = self.try_start(number) {
            self.breach(format!("start {number}: {why}"));
            self.over.set(true);
        }
    }

    fn try_start(self: &Rc<World>, number: u64) -> Result<(), String> {
        let said = |cause: &dyn std::fmt::Display| cause.to_string();
        let journal = Journal::open(self.dir.path()).map_err(|cause| said(&cause))?;
        if journal.seq() < self.seen_row.get() {
            let seen = self.seen_row.get();
            self.breach(format!("a screen has shown row {seen}, and after a restart there are {}", journal.seq()));
        }
        let accounts = run::accounts(&self.config, self.dir.path(), &self.clock).map_err(|cause| said(&cause))?;
        let ground = Ground {
            config: self.config.clone(),
            base: ".".into(),
            data: self.dir.path().to_owned(),
            journal,
            accounts,
            clock: self.clock.clone(),
            chance: Keys::from_seed(self.plan.seed.wrapping_mul(1_000).wrapping_add(number)),
            ports: Arc::new(Ports(vec![(LINE, self.line.clone()), (PRINTER, self.paper.clone())])),
            port: 8_700,
            stop: CancellationToken::new(),
        };
        let (setup, wired) = ground.wire().map_err(|cause| said(&cause))?;
        let (handle, writer) = prepare(setup).map_err(|cause| said(&cause))?;
        let world = Rc::clone(self);
        self.cast.enter(Group::Writer, async move {
            let ended = writer.await;
            world.breach(format!("the writer has ended: {ended:?}"));
        });
        let world = Rc::clone(self);
        self.cast.enter(Group::Lobby, async move {
            match wired.start(&handle).await {
                Ok(hall) => world.open(hall, handle),
                Err(cause) => world.breach(format!("the hall did not start: {cause}")),
            }
        });
        Ok(())
    }

    fn open(self: &Rc<World>, hall: Hall, handle: Handle) {
        let Hall { state, registry, tasks } = hall;
        for task in tasks {
            let world = Rc::clone(self);
            self.cast.enter(Group::Lobby, async move {
                if let Err(cause) = task.await {
                    world.breach(format!("a part of the lobby has ended: {cause}"));
                }
            });
        }
        self.up.replace(Some(Up { router: http::router(state), handle, registry }));
        self.came_up.notify_waiters();
    }

    /// Hears of everybody who acts: what the writer wrote, and whether it was the last thing that it did.
    pub(super) fn acted(&self, group: Group, done: bool) {
        if group != Group::Writer {
            return;
        }
        let now = self.disk.borrow().as_ref().map_or(0, Disk::operations);
        if !done {
            self.before.set(now);
            return;
        }
        if now == self.before.get() {
            return;
        }
        self.turn.set((self.before.get(), now));
        match self.trap.get() {
            Some((0 | 1, kill)) => {
                self.trap.set(None);
                self.happened.borrow_mut().kills_at_commit += 1;
                // Nobody has seen anything of it: of what was written in this turn, any part may be there.
                let within = self.before.get() + self.cuts.borrow_mut().below(now + 1 - self.before.get());
                self.kill(kill, within);
            }
            Some((left, kill)) => self.trap.set(Some((left - 1, kill))),
            None => {}
        }
    }

    /// The lobby is killed now.
    pub(super) fn kill_now(&self, kill: Kill) {
        let now = self.disk.borrow().as_ref().map_or(0, Disk::operations);
        self.kill(kill, now);
    }

    fn kill(&self, kill: Kill, moment: usize) {
        if !self.cast.any(Group::Writer) {
            return;
        }
        let (kill, moment) = match self.plan.defect {
            // As if answers and effects had left before the commit.
            Some(Defect::EffectBeforeCommit) => (Kill::Power, self.turn.get().0.min(moment)),
            _ => (kill, moment),
        };
        let cuts = self.disk.borrow().as_ref().map(Disk::cuts).expect("a disk");
        self.up.replace(None);
        self.trap.set(None);
        self.cast.leave(Group::Lobby);
        self.cast.leave(Group::Writer);
        if self.plan.defect == Some(Defect::PrintsAgain)
            && let Some(last) = self.printer.tray().newest(1).first()
        {
            self.paper.haunt(last.bytes.clone());
        }
        if kill == Kill::Power {
            self.happened.borrow_mut().power_cuts += 1;
            self.cut_power(cuts, moment);
        }
        self.killed.notify_one();
    }

    fn cut_power(&self, mut cuts: crash_disk::Cuts, moment: usize) {
        while cuts.moment() < moment && cuts.step() {}
        let image = cuts.image(&mut self.cuts.borrow_mut());
        let dir = self.dir.path();
        // Synced with its directory before anybody used it, by no layer that is watched.
        let snapshot = std::fs::read(dir.join(SNAPSHOT)).ok();
        drop(self.disk.replace(None));
        image.write(dir).expect("a directory that can be written");
        if let Some(snapshot) = snapshot {
            std::fs::write(dir.join(SNAPSHOT), snapshot).expect("a directory that can be written");
        }
        self.disk.replace(Some(Disk::watch(dir).expect("a directory that can be read")));
        self.turn.set((0, 0));
    }
}
