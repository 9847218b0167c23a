//! `cargo xtask days`: thousands of short days of a whole lobby on simulated time, each from a seed, each in one thread.
//! Prints counts; ends with 1, and with the command that lives the same day again, when a promise was broken.
#![allow(clippy::print_stdout)] // the counts are what it is for

use clap::Parser;
use lobby_tests::days::{DayPlan, Many, live};
use std::{process::ExitCode, time::Duration};

#[derive(Parser)]
#[command(about = "Days of a simulated hall with faults, kills and power cuts, each from a seed")]
struct Arguments {
    /// How many days; without end when there is a number of minutes
    #[arg(long, value_name = "N", conflicts_with = "seed")]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    from: u64,
    /// Only this day, told in full
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Stop after so many minutes
    #[arg(long, value_name = "M")]
    minutes: Option<f64>,
    /// Length of each day in seconds of the hall; 6 to 13 otherwise
    #[arg(long, value_name = "S")]
    seconds: Option<u32>,
}

impl Arguments {
    fn plan(&self, seed: u64) -> DayPlan {
        let usual = DayPlan::of(seed);
        DayPlan { seconds: self.seconds.unwrap_or(usual.seconds), ..usual }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        let lived = live(arguments.plan(seed));
        println!("{lived:#?}");
        return if lived.verdict.breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let days = arguments.seeds.unwrap_or(if arguments.minutes.is_some() { u64::MAX } else { 5_000 });
    let many = Many {
        within: arguments.minutes.map_or(Duration::MAX, |minutes| Duration::from_secs_f64(minutes * 60.0)),
        ..Many::new(arguments.from, days)
    };
    let sum = many.live(|seed| arguments.plan(seed));
    let seconds = arguments.seconds.map_or_else(String::new, |seconds| format!(" --seconds {seconds}"));
    print!("{}{}", sum.text(), sum.broken_text(&seconds));
    if sum.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
