//! `cargo xtask torture`: random days with a power cut at every write, on disks that are well and on disks that fail; then
//! simulated days of a whole lobby whose callers vanish, ask again and are answered by another one; and at the end hours
//! of a hall with cables pulled and the lobby killed. Prints counts; ends with 1, and with the seed,
//! when anything was lost, doubled or made up. Each run proves first that its judge sees what is planted.
#![allow(clippy::print_stdout)] // the counts are what it is for

use clap::Parser;
use firmware_sim::Script;
use lobby_tests::{
    days::{DayPlan, Many},
    hall::root,
    soak::{Hours, report},
    torture::{Defect, TorturePlan, torture},
};
use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

/// Rounds of wishes in a run: a few hundred writes.
const ROUNDS: usize = 40;
/// Speed of the hall with pulled cables.
const HALL_SPEED: u32 = 60;
/// Part of the time that the hall gets.
const HALL_PART: f64 = 0.25;
/// Part of the time that simulated days get.
const DAYS_PART: f64 = 0.25;
/// Shortest hall that is worth its start.
const SHORTEST_HALL: Duration = Duration::from_secs(20);

#[derive(Parser)]
#[command(about = "Power cuts at every write, failing disks, lost answers and pulled cables, judged afterwards")]
struct Arguments {
    /// How long
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    minutes: f64,
    /// The first seed; alone with --once it is the one that is lived through again
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// That seed and no other
    #[arg(long)]
    once: bool,
    /// Plant this and expect to find it: exits with 1 when it is found, as with any breach
    #[arg(long, value_enum, default_value_t = Planted::Nothing)]
    defect: Planted,
}

/// As [`Defect`], on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Planted {
    Nothing,
    SynchronousNormal,
    SynchronousOff,
    LyingDisk,
    EffectBeforeCommit,
}

impl Planted {
    fn defect(self) -> Defect {
        match self {
            Planted::Nothing => Defect::None,
            Planted::SynchronousNormal => Defect::SynchronousNormal,
            Planted::SynchronousOff => Defect::SynchronousOff,
            Planted::LyingDisk => Defect::LyingDisk,
            Planted::EffectBeforeCommit => Defect::EffectBeforeCommit,
        }
    }
}

/// All runs together.
#[derive(Default)]
struct Sum {
    runs: usize,
    wishes: usize,
    faults: usize,
    images: usize,
    deep: usize,
    slowest: Duration,
    failed: Vec<u64>,
}

fn plan(seed: u64, defect: Defect) -> TorturePlan {
    // Every other day on a disk that also fails.
    let faults = seed.is_multiple_of(2) && defect == Defect::None;
    TorturePlan { seed, rounds: ROUNDS, faults, images: 2, deep: 40, defect }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let whole = Duration::from_secs_f64(arguments.minutes * 60.0);
    let mut sum = Sum::default();
    if arguments.defect == Planted::Nothing && !arguments.once && !controls(arguments.seed).await {
        return ExitCode::FAILURE;
    }
    let began = Instant::now();
    let hall = whole.mul_f64(HALL_PART);
    let hall = if hall < SHORTEST_HALL { Duration::ZERO } else { hall };
    let only_disks = arguments.once || arguments.defect != Planted::Nothing;
    let days = if only_disks { Duration::ZERO } else { whole.mul_f64(DAYS_PART) };
    let mut seed = arguments.seed;
    loop {
        run(seed, arguments.defect.defect(), &mut sum).await;
        seed += 1;
        if arguments.once || began.elapsed() + days + hall >= whole {
            break;
        }
    }
    let Sum { runs, wishes, faults, images, deep, slowest, failed } = &sum;
    println!("torture: {runs} days from seed {}, {wishes} wishes, {faults} failures of the disk", arguments.seed);
    println!("torture: {images} power cuts, a whole lobby started on {deep} of them, slowest start {slowest:.0?}");
    println!("torture: {} days with a breach", failed.len());
    for seed in failed {
        println!("torture: again with --once --seed {seed}");
    }
    let days_are_well = days.is_zero() || simulated_days(arguments.seed, days).await;
    let hall_is_well = arguments.once || hall.is_zero() || pulled_cables(arguments.seed, hall).await;
    if failed.is_empty() && days_are_well && hall_is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(seed: u64, defect: Defect, sum: &mut Sum) {
    let outcome = torture(plan(seed, defect)).await;
    sum.runs += 1;
    sum.wishes += outcome.wishes;
    sum.faults += outcome.faults;
    sum.images += outcome.judged.images;
    sum.deep += outcome.judged.deep;
    sum.slowest = sum.slowest.max(outcome.judged.slowest);
    if outcome.judged.breaches > 0 {
        sum.failed.push(seed);
        println!("torture: seed {seed}: {} of {} cuts", outcome.judged.breaches, outcome.judged.images);
        for breach in &outcome.judged.worded {
            println!("torture:   after write {}: {}", breach.moment, breach.what);
        }
    }
}

/// Whether every planted defect is seen: otherwise nothing that this prints is worth anything.
async fn controls(seed: u64) -> bool {
    use Defect::{EffectBeforeCommit, LyingDisk, SynchronousNormal, SynchronousOff};
    let mut all = true;
    for defect in [SynchronousNormal, SynchronousOff, LyingDisk, EffectBeforeCommit] {
        let judged = torture(plan(seed, defect)).await.judged;
        let seen = judged.breaches > 0;
        all &= seen;
        let word = if seen { "seen, as it must be" } else { "NOT SEEN: this torture proves nothing" };
        println!("torture: planted {defect:?}: {} of {} cuts: {word}", judged.breaches, judged.images);
    }
    all
}

/// Days of a whole lobby on simulated time, for about so long: lost requests and replies, retries, garble, kills.
async fn simulated_days(seed: u64, length: Duration) -> bool {
    let many = Many { within: length, ..Many::new(seed, u64::MAX) };
    match tokio::task::spawn_blocking(move || many.live(DayPlan::of)).await {
        Ok(sum) => {
            print!("{}{}", sum.text(), sum.broken_text(""));
            sum.broken.is_empty()
        }
        Err(why) => {
            println!("torture: the simulated days did not come to their end: {why}");
            false
        }
    }
}

/// A hall of the demo with cables pulled, paper out and the lobby killed, for about so long.
async fn pulled_cables(seed: u64, length: Duration) -> bool {
    let script = Script::load(&root().join("config/demo/faults.toml"));
    let mut script = match script {
        Ok(script) => script,
        Err(why) => {
            println!("torture: no hall: {why}");
            return false;
        }
    };
    script.span_h = length.as_secs_f64() * f64::from(HALL_SPEED) / 3_600.0;
    let hours = Hours { seed, speed: HALL_SPEED, script, kills: 3, busy: 3.0, told: false, days: None };
    match tokio::spawn(async move { hours.live().await }).await {
        Ok(outcome) => {
            let report = report::of(&outcome, seed, HALL_SPEED, None);
            println!("{}", report.text());
            report.is_well()
        }
        Err(why) => {
            println!("torture: the hall of seed {seed} did not come to its end: {why}");
            false
        }
    }
}
