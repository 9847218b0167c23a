//! The hours themselves: a lobby on a fast clock, a crowd at the desk units, faults by script, two screens, and somebody
//! who kills the lobby again and again. Afterwards everything is given the time to come right by itself.

use super::record::{self, Record};
use crate::{Hall, HallPlan, hall::root};
use firmware_sim::{Config, Crowd, Faults, Script, Timetable, faults::draw, rng::Chance};
use futures_util::StreamExt;
use queue_core::{Event, PressMark};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, interval},
};
use tokio_util::sync::CancellationToken;

/// Longest time that everything may take to come right once nothing is broken any more, real.
const REST_WITHIN: Duration = Duration::from_mins(1);
/// Between two looks at the lobby's memory.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Share of the hours after which no more kills come, so that the last lobby is seen to stay as it is.
const KILLS_UNTIL: f64 = 0.9;
/// The same of the first of several days: the memory of one lobby is followed from its end on.
const KILLS_OF_DAYS: f64 = 0.5;
/// Longest time that the lobby is away after a kill, real.
const AWAY_MS: usize = 1_500;

/// Which hours.
#[derive(Clone, Debug)]
pub struct Hours {
    /// Rules everything: crowd, faults, kills.
    pub seed: u64,
    /// Times as fast as life.
    pub speed: u32,
    /// Which faults, and over how long.
    pub script: Script,
    /// Kills of the lobby.
    pub kills: usize,
    /// Customers come so many times as often, and are served as much faster, so that the keys are busy.
    pub busy: f64,
    /// Says what happens while it happens.
    pub told: bool,
    /// Business days that the script spans, where it is several: kills come in the first one only.
    pub days: Option<u32>,
}

/// Memory of the lobby at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Memory {
    /// Hours of the hall since the start.
    pub hour: f64,
    /// Resident, KiB.
    pub kib: u64,
}

/// What is left of the hours.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the judge reads.
    pub record: Record,
    /// What `lobby journal verify` found wrong, if anything.
    pub broken: Option<String>,
    /// The lobby's memory, over the hours.
    pub memory: Vec<Memory>,
    /// Faults that the script brought, by kind.
    pub faults: BTreeMap<String, usize>,
    /// Devices that were not `ok` at the end, presses and paper that were still on their way.
    pub restless: Vec<String>,
    /// The last lines of the lobby's log.
    pub log: String,
}

impl Hours {
    /// Lives through the hours.
    ///
    /// # Panics
    /// When something does not start, or never comes to rest: the message says what.
    pub async fn live(&self) -> Outcome {
        let config = self.config();
        let timetable = draw(&self.script, &config).unwrap();
        let mut faults = BTreeMap::new();
        for fault in &timetable {
            *faults
                .entry(format!("{} ({})", fault.fault, fault.device.split('/').next().unwrap_or_default()))
                .or_default() += 1;
        }
        let mut hall = Hall::start_with(HallPlan {
            hardware: Some(hardware()),
            speed: self.speed,
            keeps_address: true,
            ..HallPlan::default()
        })
        .await;
        let hardware = Arc::clone(hall.hardware());
        let lobby = hall.nobody().base().parse().unwrap();
        let (people, mending) = (CancellationToken::new(), CancellationToken::new());
        let crowd = Crowd::start(&config, &lobby, &hardware, &people).unwrap();
        let timetable = Timetable::new(timetable, &self.script, self.seed, f64::from(self.speed));
        let breaking = Faults::start(timetable, &hardware, &mending);
        let screens: Vec<_> =
            ["lobby", "window-3"].into_iter().map(|id| tokio::spawn(watch_screen(hall.role("screen"), id))).collect();
        let (process, seen) = watch::channel(hall.process());
        let memory = tokio::spawn(watch_memory(seen, self.speed));

        self.kill_and_restart(&mut hall, &hardware, &process).await;
        breaking.ended().await;
        self.tell("the script is over; the crowd goes home");
        people.cancel();
        crowd.ended().await;
        let restless = at_rest(&hall, &hardware).await;
        drop(process);
        let memory = memory.await.unwrap();
        hall.kill();
        for screen in screens {
            screen.abort();
        }
        let verified = lobby::journal::verify(&hall.data()).unwrap();
        let presses = hardware.presses();
        let record = Record {
            rows: record::journal(&hall.data()),
            presses: presses.after(0, usize::MAX),
            latched: presses.count(),
            papers: record::papers(&hardware),
        };
        let broken = verified.broken.map(|broken| format!("row {}: {}", broken.seq, broken.cause));
        Outcome { record, broken, memory, faults, restless, log: hall.log() }
    }

    fn config(&self) -> Config {
        let mut config = Config::parse(&hardware()).unwrap();
        config.seed = self.seed;
        config.crowd.speed = f64::from(self.speed);
        for service in &mut config.crowd.services {
            service.every_s /= self.busy;
            service.mean_s /= self.busy;
        }
        config
    }

    /// Length of the hours, time of the hall.
    fn span(&self) -> Duration {
        Duration::from_secs_f64(self.script.span_h * 3_600.0)
    }

    async fn kill_and_restart(
        &self,
        hall: &mut Hall,
        hardware: &Arc<firmware_sim::Hall>,
        process: &watch::Sender<Option<u32>>,
    ) {
        let mut chance = Chance::new(self.seed, "kills");
        let until = self.days.map_or(KILLS_UNTIL, |days| KILLS_OF_DAYS / f64::from(days.max(1)));
        let mut moments: Vec<f64> = (0..self.kills).map(|_| chance.unit() * until).collect();
        moments.sort_by(f64::total_cmp);
        let timetable = Arc::clone(hardware.timetable().expect("a script runs"));
        for (n, share) in (1..).zip(moments) {
            timetable.until(self.span().mul_f64(share)).await;
            let away = u64::try_from(chance.index(AWAY_MS)).unwrap_or(0);
            self.tell(&format!(
                "kill {n} of {} after {:.1} h, for {away} ms",
                self.kills,
                timetable.now().as_secs_f64() / 3600.0
            ));
            process.send_replace(None);
            hall.kill();
            tokio::time::sleep(Duration::from_millis(away)).await;
            hall.restart().await;
            process.send_replace(hall.process());
        }
    }

    fn tell(&self, what: &str) {
        if self.told {
            eprintln!("soak: {what}");
        }
    }
}

/// The demo's hardware, with a printer as quick as there are: paper takes its real time also in a hall at sixty times
/// its pace.
fn hardware() -> String {
    let demo = std::fs::read_to_string(root().join("config/demo/sim.toml")).unwrap();
    assert!(demo.contains("paper_mm = 80"), "the demo's printer has changed");
    demo.replace("paper_mm = 80", "paper_mm = 80\nmm_per_s = 500")
}

/// Waits until every device is well, every press is in the journal and every piece of paper has its outcome, all at one
/// look. Answers what does not come to rest.
async fn at_rest(hall: &Hall, hardware: &firmware_sim::Hall) -> Vec<String> {
    let staff = hall.role("engineer");
    let end = Instant::now() + REST_WITHIN;
    let mut looks = interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        let list = staff.get("/api/v1/devices").await;
        let devices = list["devices"].as_array().cloned().unwrap_or_default();
        let sick = devices.into_iter().filter(|device| device["state"] != "ok").map(|device| device.to_string());
        let left: Vec<String> = sick.chain(under_way(&record::journal(&hall.data()), hardware)).collect();
        if left.is_empty() || Instant::now() >= end {
            return left;
        }
    }
}

/// What the journal has not heard of yet.
fn under_way(rows: &[record::Row], hardware: &firmware_sim::Hall) -> Vec<String> {
    let mut marks: BTreeMap<&str, PressMark> = BTreeMap::new();
    let mut jobs = BTreeMap::new();
    for row in rows {
        match &row.fact {
            Event::Pressed { desk, mark, .. }
            | Event::DeskBaseline { desk, mark, .. }
            | Event::PressesMissed { desk, mark, .. } => drop(marks.insert(desk.as_str(), *mark)),
            Event::PrintOrdered { job, .. } => drop(jobs.insert(job, row.seq)),
            Event::PrintEnded { job, .. } => drop(jobs.remove(job)),
            _ => {}
        }
    }
    let mut left: Vec<String> = jobs.keys().map(|job| format!("job {job} has no outcome")).collect();
    for desk in hardware.desks() {
        let now = desk.view();
        let known = marks.get(format!("{}/{}", now.line, now.unit).as_str());
        if now.profile == "desk-modbus" && known.is_none_or(|mark| (mark.boot, mark.seq) != (now.boot, now.sequence)) {
            left.push(format!("unit {} is at {}:{}, the journal at {known:?}", now.unit, now.boot, now.sequence));
        }
    }
    left
}

/// A page of a screen: takes every board, and comes back when the lobby does.
async fn watch_screen(lobby: crate::Client, id: &'static str) {
    let again = Duration::from_millis(500);
    loop {
        if let Ok(mut boards) = lobby.stream(&format!("/api/v1/board/events?screen={id}")).await {
            while let Some(Ok(_)) = boards.next().await {}
        }
        tokio::time::sleep(again).await;
    }
}

/// Looks at the memory of whichever process is the lobby, until nobody says any more which it is.
async fn watch_memory(mut process: watch::Receiver<Option<u32>>, speed: u32) -> Vec<Memory> {
    let started = Instant::now();
    let mut looks = interval(LOOK_EVERY);
    let mut memory = Vec::new();
    loop {
        looks.tick().await;
        let id = *process.borrow_and_update();
        let hour = started.elapsed().as_secs_f64() * f64::from(speed) / 3_600.0;
        memory.extend(id.and_then(resident).map(|kib| Memory { hour, kib }));
        if process.has_changed().is_err() {
            return memory;
        }
    }
}

/// `VmRSS` of a process, KiB (proc(5): kB there means KiB).
fn resident(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
