//! A lobby's printer task and a simulated printer at its port, and what the journal was told.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use firmware_sim::printer::{Printer, PrinterFaults};
use firmware_sim::{Config, Sim};
use lobby::devices::printer::{
    BoxFuture, LogRefused, PrintLog, PrintOrder, PrinterSetup, PrinterState, PrinterStatus, Profile, TicketPaper,
    Timing, Typeface, run,
};
use queue_core::{JobId, PrintOutcome};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use wires::port::{PortSettings, SystemPorts};

/// Longest that anything may take; far beyond what it takes.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What the journal was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Started(u64),
    Ended(u64, PrintOutcome),
}

pub type Hook = Box<dyn Fn(JobId) -> Result<(), LogRefused> + Send + Sync>;

/// A journal for print jobs.
pub struct Book {
    pub facts: watch::Sender<Vec<Fact>>,
    /// Called when a start is wished, before it is granted.
    pub on_start: Hook,
}

impl PrintLog for Book {
    fn started(&self, job: JobId) -> BoxFuture<'_, Result<(), LogRefused>> {
        Box::pin(async move {
            (self.on_start)(job)?;
            self.facts.send_modify(|facts| facts.push(Fact::Started(job.0)));
            Ok(())
        })
    }

    fn ended(&self, job: JobId, outcome: PrintOutcome) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.facts.send_modify(|facts| facts.push(Fact::Ended(job.0, outcome))) })
    }
}

/// A lobby's printer task.
pub struct Task {
    pub orders: mpsc::Sender<PrintOrder>,
    pub status: watch::Receiver<PrinterStatus>,
    pub book: Arc<Book>,
    pub stop: CancellationToken,
    pub handle: JoinHandle<()>,
}

impl Task {
    pub fn start(wires: &Path, profile: &str, timing: Timing, on_start: Hook) -> Task {
        Task::of(wires, Profile::load(profile, Path::new("")).unwrap(), timing, on_start, Typeface::installed)
    }

    /// With a profile that no file has, and a machine with other fonts.
    pub fn of(wires: &Path, profile: Profile, timing: Timing, on_start: Hook, font: fn() -> Option<Typeface>) -> Task {
        let port = PortSettings { name: "kiosk-1".to_owned(), baud: 115_200, even_parity: false };
        let setup = PrinterSetup { timing, font, ..PrinterSetup::new("kiosk-1", port, profile) };
        let (orders, jobs) = mpsc::channel(8);
        let (tell, status) = watch::channel(PrinterStatus::default());
        let book = Arc::new(Book { facts: watch::Sender::default(), on_start });
        let stop = CancellationToken::new();
        let ports = Arc::new(SystemPorts::new(wires));
        let handle = tokio::spawn(run(setup, ports, jobs, book.clone(), tell, stop.clone()));
        Task { orders, status, book, stop, handle }
    }

    pub async fn order(&self, job: u64) {
        let text = |words: &str| [("zh-CN".to_owned(), words.to_owned())].into();
        let paper = TicketPaper {
            branch: text("示范网点"),
            number: number(job),
            service: text("现金业务"),
            languages: vec!["zh-CN".to_owned()],
            track_url: Some("http://127.0.0.1:8700/t/abc".to_owned()),
            ..TicketPaper::default()
        };
        self.orders.send(PrintOrder { job: JobId(job), paper }).await.unwrap();
    }

    pub async fn state(&self, wanted: PrinterState) -> PrinterStatus {
        let mut status = self.status.clone();
        let reached = timeout(PATIENCE, status.wait_for(|status| status.state == wanted)).await;
        let Ok(status) = reached else { panic!("waited for {wanted:?}; it is {:?}", self.status.borrow()) };
        status.unwrap().clone()
    }

    pub async fn fact(&self, what: &str, found: impl Fn(&Fact) -> bool) -> Fact {
        let mut facts = self.book.facts.subscribe();
        let Ok(facts) = timeout(PATIENCE, facts.wait_for(|facts| facts.iter().any(&found))).await else {
            panic!("waited for {what}; told so far: {:?}", self.facts())
        };
        facts.unwrap().iter().find(|fact| found(fact)).unwrap().clone()
    }

    pub async fn started(&self, job: u64) {
        self.fact("a start", |fact| *fact == Fact::Started(job)).await;
    }

    pub async fn ended(&self, job: u64) -> PrintOutcome {
        match self.fact("an end", |fact| matches!(fact, Fact::Ended(id, _) if *id == job)).await {
            Fact::Ended(_, outcome) => outcome,
            Fact::Started(_) => unreachable!("asked for an end"),
        }
    }

    pub fn facts(&self) -> Vec<Fact> {
        self.book.facts.borrow().clone()
    }

    pub async fn stop(self) -> Vec<Fact> {
        self.stop.cancel();
        timeout(PATIENCE, self.handle).await.expect("the task ends when it is stopped").unwrap();
        self.book.facts.borrow().clone()
    }
}

pub fn number(job: u64) -> String {
    format!("A{job:03}")
}

pub fn printed_fact(job: u64) -> [Fact; 2] {
    [Fact::Started(job), Fact::Ended(job, PrintOutcome::Printed)]
}

pub fn failed(cause: &str) -> PrintOutcome {
    PrintOutcome::Failed { cause: cause.to_owned() }
}

pub fn uncertain(cause: &str) -> PrintOutcome {
    PrintOutcome::Uncertain { cause: cause.to_owned() }
}

/// A printer and a lobby's task at its port.
pub struct Bench {
    pub dir: TempDir,
    pub sim: Option<Sim>,
    pub task: Task,
}

/// Quick looks; long patience, so that a slow machine is no failure.
pub fn timing() -> Timing {
    Timing { poll: Duration::from_millis(200), ..Timing::default() }
}

pub async fn plug_in(wires: &Path, mm_per_s: u32) -> Sim {
    plug_in_model(wires, &format!("mm_per_s = {mm_per_s}")).await
}

/// A printer as firmware-sim's configuration says it, a line or several.
pub async fn plug_in_model(wires: &Path, lines: &str) -> Sim {
    let config = Config::parse(&format!("[[printer]]\nid = 'kiosk-1'\n{lines}")).unwrap();
    Sim::start(&config, wires, ([127, 0, 0, 1], 0).into(), CancellationToken::new()).await.unwrap()
}

/// As fast as the simulator goes.
pub const FAST: u32 = 500;
/// Some seconds a ticket, so that something can happen in the middle of it.
pub const SLOW: u32 = 40;

impl Bench {
    pub async fn start(mm_per_s: u32, profile: &str, timing: Timing) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let sim = plug_in(dir.path(), mm_per_s).await;
        let task = Task::start(dir.path(), profile, timing, Box::new(|_| Ok(())));
        Bench { dir, sim: Some(sim), task }
    }

    pub fn printer(&self) -> &Arc<Printer> {
        self.sim.as_ref().unwrap().printer("kiosk-1").unwrap()
    }

    pub fn fault(&self, change: impl FnOnce(&mut PrinterFaults)) {
        self.printer().change_faults(change);
    }

    /// How many tickets bear each number, `A001` first, up to job `jobs`.
    pub fn came_out(&self, jobs: u64) -> Vec<usize> {
        let tickets: Vec<Vec<String>> = self.printer().tray().all().iter().map(|t| t.view().lines).collect();
        (1..=jobs).map(|job| tickets.iter().flatten().filter(|line| **line == number(job)).count()).collect()
    }

    /// What stands on each piece of paper.
    pub fn strips(&self) -> Vec<String> {
        self.printer().tray().all().iter().map(|ticket| ticket.view().lines.join("\n")).collect()
    }

    pub async fn finish(self) -> Vec<Fact> {
        let facts = self.task.stop().await;
        if let Some(sim) = self.sim {
            sim.stop().await;
        }
        drop(self.dir);
        facts
    }
}
