//! `counter-agent`: serves the desk unit of one counter on a port of a clerk's own PC, and tells the lobby over HTTP
//! what is pressed. `README.md` beside this crate says how to set it up and what is promised.
//!
//! `agent` wires the parts; `hardware` has the port, `listener` the picture that the lobby wants shown, `courier` what
//! the lobby has to be told, in order and once, from the `outbox`.

mod agent;
mod config;
mod courier;
mod events;
mod hardware;
mod listener;
mod lobby;
mod outbox;
mod screen;

use clap::{Parser, Subcommand};
use config::Settings;
use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Serves the desk unit on this PC for the lobby of the branch.
#[derive(Debug, Parser)]
#[command(name = "counter-agent", version, about)]
struct Args {
    /// What to do
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the unit until this program is stopped
    Run {
        /// The agent's file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Report every mistake of the agent's file at once
    Check {
        /// The agent's file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

/// Why the program ended badly.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Mistakes(#[from] config::Mistakes),
    #[error(transparent)]
    Agent(#[from] agent::AgentError),
    #[error("the system refuses: {0}")]
    System(#[from] std::io::Error),
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Check { config } => Settings::load(&config).map(drop).map_err(Failure::from),
        Command::Run { config } => {
            start_log();
            run(&config)
        }
    };
    let Err(failure) = done else { return ExitCode::SUCCESS };
    let told = writeln!(std::io::stderr().lock(), "{failure}");
    drop(told); // without stderr there is nobody to tell
    ExitCode::from(if matches!(failure, Failure::Mistakes(_)) { 2 } else { 1 })
}

fn run(config: &std::path::Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(async {
        let stop = CancellationToken::new();
        tokio::select! {
            done = agent::run(settings, stop.clone()) => Ok(done?),
            asked = asked_to_stop() => {
                stop.cancel();
                tracing::info!("asked to stop; presses stay in the unit until the agent is back");
                Ok(asked?)
            }
        }
    });
    // A name lookup may still hold a thread; the process does not wait for it.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    done
}

#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// For people on a terminal, as JSON otherwise; `RUST_LOG` chooses what.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.with_target(false).compact().init();
    } else {
        log.json().flatten_event(true).init();
    }
}
