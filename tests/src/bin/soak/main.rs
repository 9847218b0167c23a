//! `cargo xtask soak`: a whole simulated day of the demo branch with faults from a seed, in minutes, and a judge
//! afterwards. Prints counts; ends with 1, and with the seed, when anything was lost, doubled or made up.
#![allow(clippy::print_stdout)] // the counts are what it is for

use clap::Parser;
use firmware_sim::Script;
use lobby_tests::{
    hall::root,
    soak::{Hours, report},
};
use std::{fs, path::PathBuf, process::ExitCode};

/// Letters of a failure that are printed at the end.
const WHY: usize = 600;

/// Why the soak could not be run: a sentence.
type Fault = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(about = "Hours of a simulated hall with faults from a seed, judged afterwards")]
struct Arguments {
    /// Times as fast as life; 60 otherwise, and 600 for several days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=600))]
    speed: Option<u32>,
    /// Rules crowd, faults and kills
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Length in hours of the hall; the script says it otherwise
    #[arg(long, value_name = "H", conflicts_with = "minutes")]
    hours: Option<f64>,
    /// So many business days of one lobby, each rolled over into the next: memory at the end must be that of the first
    /// day's end, to a tenth
    #[arg(long, value_name = "N", conflicts_with_all = ["minutes", "hours"], value_parser = clap::value_parser!(u32).range(2..=60))]
    days: Option<u32>,
    /// Length in minutes of the hall
    #[arg(long, value_name = "M")]
    minutes: Option<f64>,
    /// Kills of the lobby
    #[arg(long, value_name = "N", default_value_t = 10)]
    kills: usize,
    /// Customers come so many times as often as at the demo, and are served as much faster; 3 otherwise, and half for
    /// several days, so that paper keeps up
    #[arg(long, value_name = "N")]
    busy: Option<f64>,
    /// Script of faults, as for firmware-sim; config/demo/faults.toml otherwise
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Write counts and breaches there as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed;
    match soak(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("soak: seed {seed} found a breach");
            ExitCode::FAILURE
        }
        Err(why) => {
            // What never came to rest brings the lobby's whole log along; it was told on stderr.
            let why: String = why.to_string().chars().take(WHY).collect();
            println!("soak: seed {seed} did not come to its end: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is well.
fn soak(arguments: Arguments) -> Result<bool, Fault> {
    let file = arguments.faults.unwrap_or_else(|| root().join("config/demo/faults.toml"));
    let mut script = Script::load(&file)?;
    let days = arguments.days.map(|days| f64::from(days) * 24.0);
    let span = days.or(arguments.hours).or(arguments.minutes.map(|minutes| minutes / 60.0));
    script.span_h = span.unwrap_or(script.span_h);
    let (usual_speed, usual_busy) = if arguments.days.is_some() { (600, 0.5) } else { (60, 3.0) };
    let speed = arguments.speed.unwrap_or(usual_speed);
    let hours = Hours {
        seed: arguments.seed,
        speed,
        script,
        kills: arguments.kills,
        busy: arguments.busy.unwrap_or(usual_busy),
        told: true,
        days: arguments.days,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // On a task of its own: what never comes to rest is told like any other failure.
    let outcome = runtime.block_on(async { tokio::spawn(async move { hours.live().await }).await })?;
    let report = report::of(&outcome, arguments.seed, speed, arguments.days);
    println!("{}", report.text());
    if let Some(file) = &arguments.json {
        fs::write(file, report.json())?;
    }
    Ok(report.is_well())
}
