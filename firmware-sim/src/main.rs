//! `firmware-sim`: the hardware of a hall on pseudo-terminals, from the command line.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use firmware_sim::crowd::CrowdError;
use firmware_sim::faults::{ScriptError, draw};
use firmware_sim::{Config, ConfigError, Crowd, Faults, Script, Sim, StartError, Timetable};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// The hardware of a hall: printers and desk units on pseudo-terminals, with faults at the pull of a lever.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the devices of a file and a control port, until SIGTERM.
    Run(Run),
}

#[derive(Debug, clap::Args)]
struct Run {
    /// Which devices there are, e.g. config/demo/sim.toml.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Directory of the ports' symlinks; made if missing.
    #[arg(long, value_name = "DIR", default_value = "var/wires")]
    wires: PathBuf,
    /// Address of the control port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8701")]
    listen: SocketAddr,
    /// Sends simulated customers and clerks to the lobby at this address, e.g. `http://127.0.0.1:8700`.
    #[arg(long, value_name = "URL")]
    crowd: Option<reqwest::Url>,
    /// Breaks devices by this script and mends them again, e.g. config/demo/faults.toml; GET /faults shows when.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// How many times faster than life crowd and faults come, as `lobby run --speed`; the file says it otherwise.
    #[arg(long, value_name = "N", value_parser = positive)]
    speed: Option<f64>,
    /// Which day of the file the crowd has, e.g. bank-day; the file says it otherwise.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Seed of faults and crowd; the file says it otherwise.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Why the program ended badly.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Crowd(#[from] CrowdError),
    #[error(transparent)]
    Script(#[from] ScriptError),
    #[error("{0}")]
    Profile(String),
    #[error("{0}")]
    System(#[from] std::io::Error),
}

fn main() -> ExitCode {
    let Command::Run(run) = Args::parse().command; // clap itself exits with 2 on wrong use
    start_log();
    match live(&run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let mut stderr = std::io::stderr().lock();
            let _gone = writeln!(stderr, "firmware-sim: {failure}"); // without stderr there is nobody to tell
            let wrong_use = matches!(
                failure,
                Failure::Config(_) | Failure::Script(_) | Failure::Profile(_) | Failure::Crowd(CrowdError::Address(_))
            );
            ExitCode::from(if wrong_use { 2 } else { 1 })
        }
    }
}

#[tokio::main]
async fn live(run: &Run) -> Result<(), Failure> {
    let mut config = Config::load(&run.config)?;
    config.seed = run.seed.unwrap_or(config.seed);
    config.crowd.speed = run.speed.unwrap_or(config.crowd.speed);
    if let Some(profile) = &run.profile {
        config.crowd.choose(profile).map_err(Failure::Profile)?;
    }
    let timetable = run.faults.as_deref().map(|file| timetable(file, &config, run)).transpose()?;
    let stop = CancellationToken::new();
    let mut signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
    let sim = Sim::start(&config, &run.wires, run.listen, stop.clone()).await?;
    let wires = run.wires.display();
    tracing::info!(%wires, "devices are ready; watch, press and break them at http://{}/", sim.address());
    let faults = timetable.map(|timetable| Faults::start(timetable, sim.hall(), &stop));
    let crowd = match &run.crowd {
        Some(lobby) => Some(Crowd::start(&config, lobby, sim.hall(), &stop)?),
        None => None,
    };
    let [terminate, interrupt] = &mut signals;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("going home");
    stop.cancel();
    if let Some(crowd) = crowd {
        crowd.ended().await;
    }
    if let Some(faults) = faults {
        faults.ended().await;
    }
    sim.ended().await;
    Ok(())
}

/// Draws the timetable of a script and says it. Without a crowd its time is real, unless `--speed` says otherwise.
fn timetable(file: &Path, config: &Config, run: &Run) -> Result<Timetable, Failure> {
    let script = Script::load(file)?;
    let wrong = |what| ScriptError::Wrong { file: file.to_owned(), what };
    let faults = draw(&script, config).map_err(wrong)?;
    for fault in &faults {
        let (n, device, at_s, until_s) = (fault.n, &fault.device, fault.at.as_secs_f64(), fault.until.as_secs_f64());
        tracing::info!(n, device, fault = fault.fault, at_s, until_s, pull = %fault.pull, "planned");
    }
    let speed = if run.crowd.is_some() || run.speed.is_some() { config.crowd.speed } else { 1.0 };
    Ok(Timetable::new(faults, &script, config.seed, speed))
}

/// Human on a terminal, JSON otherwise; `RUST_LOG` chooses what.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if value > 0.0 && value <= 10_000.0 => Ok(value),
        _ => Err("give a number above 0 and up to 10000".to_owned()),
    }
}
