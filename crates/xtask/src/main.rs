//! Every chore of the repository as a command: `cargo xtask demo | test | bench | soak | torture | days | screens | deb |
//! contract | deny | licences | pages | check`.
//!
//! Brings what a chore needs, says what and why first, and takes it from package registries only. Knows no other
//! member of the workspace, so that it builds before they can.
#![allow(clippy::print_stdout)] // what it prints is what it is for

mod bench;
mod browser;
mod contract;
mod deb;
mod demo;
mod deny;
mod http;
mod long;
mod machine;
mod node;
mod pages;
mod process;
mod python;
mod screens;
mod test;

use clap::{Parser, Subcommand};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A chore's end: nothing, or a sentence that says what went wrong and what to do.
type Done<T = ()> = Result<T, String>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Every chore of the repository")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Installs what is missing, builds, and serves a living branch until Ctrl-C
    Demo(demo::Options),
    /// Installs what tests need and runs every test there is
    Test(test::Options),
    /// Prints the figures of the design, measured on this machine
    Bench(bench::Options),
    /// A simulated day with faults from a seed, judged at its end
    Soak(long::Options),
    /// Power cuts at every write of random days, failing disks, lost answers and pulled cables, judged afterwards
    Torture(long::Options),
    /// Thousands of short days of a whole lobby on simulated time, each from a seed
    Days(long::Options),
    /// Pictures of every page at its real sizes, in every language, light and dark, in good and bad times
    Screens(screens::Options),
    /// Makes the Debian packages; --try installs, upgrades and removes them in a clean Debian
    Deb(deb::Options),
    /// schemathesis as each role against a running lobby: nothing is answered with 5xx or otherwise than `openapi.json` says
    Contract(contract::Options),
    /// Licences, sources and bans of all crates, by cargo-deny and `deny.toml`
    Deny {
        /// Known vulnerabilities, too: needs the network
        #[arg(long)]
        advisories: bool,
    },
    /// Every crate that is linked, by its licence
    Licences,
    /// Makes the pages anew
    Pages,
    /// Formatting, clippy and tidiness: what to run before a commit
    Check,
}

fn main() -> ExitCode {
    let Arguments { chore } = Arguments::parse();
    let root = root();
    let done = match chore {
        Chore::Demo(options) => demo::run(&root, &options),
        Chore::Test(options) => test::run(&root, &options),
        Chore::Bench(options) => bench::run(&root, &options),
        Chore::Soak(options) => long::run(&root, "soak", &options),
        Chore::Torture(options) => long::run(&root, "torture", &options),
        Chore::Days(options) => long::run(&root, "days", &options),
        Chore::Screens(options) => screens::run(&root, &options),
        Chore::Deb(options) => deb::run(&root, &options),
        Chore::Contract(options) => contract::run(&root, &options),
        Chore::Deny { advisories } => deny::run(&root, advisories),
        Chore::Licences => deny::licences(&root),
        Chore::Pages => pages::make(&root),
        Chore::Check => test::check(&root),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace: cargo names this crate's own, two below it.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    own.ancestors().nth(2).map_or_else(|| own.clone(), Path::to_path_buf)
}

/// Says what happens now, so that nobody waits before a silent screen.
fn say(what: &str) {
    println!("xtask: {what}");
}
