//! Faults by script: how many of which kind comes from a file, which device and when from a seed, and then somebody
//! pulls the levers of the control port at those times and lets them go.

mod kinds;
mod plan;
mod script;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use plan::{Planned, draw};
pub use script::{DeskScript, LineScript, Often, PrinterScript, Script, ScriptError};

use crate::control;
use crate::hall::Hall;

/// A timetable under way.
#[derive(Debug)]
pub struct Timetable {
    faults: Vec<Planned>,
    seed: u64,
    speed: f64,
    span: Duration,
    started: Instant,
}

/// `GET /faults`.
#[derive(Debug, Clone, Serialize)]
pub struct TimetableView {
    /// Seed that the timetable was drawn by.
    pub seed: u64,
    /// Seconds of the hall a second.
    pub speed: f64,
    /// Length of the timetable, seconds of the hall.
    pub span_s: f64,
    /// Seconds of the hall since the start.
    pub now_s: f64,
    /// All faults, in the order of their beginning.
    pub faults: Vec<FaultView>,
}

/// One fault of `GET /faults`.
#[derive(Debug, Clone, Serialize)]
pub struct FaultView {
    /// What stands in the timetable.
    #[serde(flatten)]
    pub planned: Planned,
    /// `to_come`, `in_force` or `over`.
    pub state: &'static str,
}

impl Timetable {
    /// Begins now.
    pub fn new(faults: Vec<Planned>, script: &Script, seed: u64, speed: f64) -> Self {
        let span = Duration::from_secs_f64(script.span_h * 3600.0);
        Self { faults, seed, speed, span, started: Instant::now() }
    }

    /// The faults, in the order of their beginning.
    pub fn faults(&self) -> &[Planned] {
        &self.faults
    }

    /// Time of the hall since the start.
    pub fn now(&self) -> Duration {
        self.started.elapsed().mul_f64(self.speed)
    }

    /// Waits until so long after the start, time of the hall.
    pub async fn until(&self, at: Duration) {
        tokio::time::sleep_until(self.started + at.div_f64(self.speed)).await;
    }

    /// What stands in it and how far it is.
    pub fn view(&self) -> TimetableView {
        let now = self.now();
        let state = |fault: &Planned| match now {
            _ if now < fault.at => "to_come",
            _ if now < fault.until => "in_force",
            _ => "over",
        };
        let faults = self.faults.iter();
        TimetableView {
            seed: self.seed,
            speed: self.speed,
            span_s: self.span.as_secs_f64(),
            now_s: now.as_secs_f64(),
            faults: faults.map(|fault| FaultView { planned: fault.clone(), state: state(fault) }).collect(),
        }
    }
}

/// Whoever pulls the levers, at work until the timetable is over or everything stops.
#[derive(Debug)]
pub struct Faults {
    tasks: JoinSet<()>,
}

impl Faults {
    /// Goes through the timetable at the devices of `hall`, which shows it at `GET /faults`, until `stop` is cancelled.
    pub fn start(timetable: Timetable, hall: &Arc<Hall>, stop: &CancellationToken) -> Self {
        let timetable = Arc::new(timetable);
        hall.show_timetable(Arc::clone(&timetable));
        let (hall, stop) = (Arc::clone(hall), stop.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            stop.run_until_cancelled(go_through(&timetable, &hall)).await;
        });
        Self { tasks }
    }

    /// Waits until the timetable is over and every fault is mended, or everything was stopped.
    pub async fn ended(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "the script of faults broke down");
            }
        }
    }
}

async fn go_through(timetable: &Timetable, hall: &Hall) {
    let begins = timetable.faults.iter().map(|fault| (fault.at, false, fault));
    let ends = timetable.faults.iter().map(|fault| (fault.until, true, fault));
    let mut acts: Vec<(Duration, bool, &Planned)> = begins.chain(ends).collect();
    acts.sort_by_key(|(at, end, fault)| (*at, *end, fault.n));
    for (at, end, fault) in acts {
        timetable.until(at).await;
        match (end, &fault.release) {
            (false, _) => {
                tracing::info!(device = fault.device, fault = fault.fault, n = fault.n, "a fault begins");
                pull(hall, fault, &fault.pull);
            }
            (true, Some(release)) => {
                let by = fault.mended_by.unwrap_or("nobody");
                tracing::info!(device = fault.device, fault = fault.fault, n = fault.n, by, "a fault ends");
                pull(hall, fault, release);
            }
            (true, None) => {}
        }
    }
}

fn pull(hall: &Hall, fault: &Planned, body: &Value) {
    if let Err(problem) = control::pull(hall, &fault.device, body) {
        tracing::error!(device = fault.device, fault = fault.fault, ?problem, "a lever of the script does not move");
    }
}
