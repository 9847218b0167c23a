//! The figures of DESIGN §10, each beside this machine's own limit in the same run: `cargo xtask bench`.
//!
//! Ratios count: the machine may be slow or busy, but it is so for both sides. Nothing here judges; it prints what
//! was reached and what the design asks for.
#![allow(clippy::print_stdout)] // the table is what it is for

mod core;
mod desk;
mod figure;
mod foresee;
mod hall;
mod http;
mod issue;
mod paper;
mod process;
mod restart;
mod screen;
mod screens;
mod voice;
mod year;

use clap::Parser;
use figure::{Bench, Figure};
use std::{fs, path::PathBuf, process::ExitCode};

/// Why a figure could not be taken: a sentence.
type Fault = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(about = "Measures the figures of the design on this machine")]
struct Arguments {
    /// Write the figures there as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only these: core, foresee, issue, http, paper, desk, screen, screens, restart, voice, year, memory, size
    #[arg(value_parser = ["core", "foresee", "issue", "http", "paper", "desk", "screen", "screens", "restart", "voice", "year", "memory", "size"])]
    only: Vec<String>,
}

const BENCHES: [(&str, Bench); 13] = [
    ("core", core::run),
    ("foresee", foresee::run),
    ("issue", issue::run),
    ("http", http::run),
    ("paper", paper::run),
    ("desk", desk::run),
    ("screen", screen::run),
    ("screens", screens::run),
    ("restart", restart::run),
    ("voice", voice::run),
    ("year", year::run),
    ("memory", process::memory),
    ("size", process::size),
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let wanted = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == name);
    let mut figures: Vec<Figure> = Vec::new();
    let mut failed = false;
    for (name, bench) in BENCHES.into_iter().filter(|(name, _)| wanted(name)) {
        eprintln!("measuring: {name} …");
        match bench() {
            Ok(found) => figures.extend(found),
            Err(why) => {
                eprintln!("{name} could not be measured: {why}");
                failed = true;
            }
        }
    }
    println!("\n{}", figure::table(&figures));
    if let Some(file) = &arguments.json
        && let Err(error) = fs::write(file, figure::json(&figures))
    {
        eprintln!("{} cannot be written: {error}", file.display());
        failed = true;
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
