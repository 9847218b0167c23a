//! `lobby line …`: an installer's tools. `scan` and `identify` own the port and need the lobby stopped; `walk` goes
//! through the running lobby, which ticks keys in place of obeying them; `list` prints what the journal knows.
//!
//! There is no walk without a lobby: units count their presses, so keys pressed behind its back would be obeyed when it
//! starts.

mod ask;
mod identify;
mod list;
mod report;
mod scan;
mod walk;

use crate::{
    config::{Config, Mistakes},
    devices::{
        line::LineError,
        models::{self, ModelError},
        port::{PortError, SystemPorts},
        wires::{self, Wire, WireError},
    },
    errand::ErrandError,
    journal::JournalError,
};
use list::Language;
use reqwest::Url;
use scan::Search;
use std::{
    io::{self, Write},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// What to do with a line.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum LineCommand {
    /// Find who is on a wire, and at which speed; with --config, whether those are there whom the file names
    Scan(ScanArgs),
    /// Let every unit and display show its own address, until Enter
    Identify(IdentifyArgs),
    /// Tick every key of every counter as it is pressed, through the running lobby
    Walk(WalkArgs),
    /// Print the wiring list: counters, units, ports, and which keys came through
    List(ListArgs),
}

/// Options of `lobby line scan`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ScanArgs {
    /// The port: a path, relative to --wires, or `tcp://host:port`
    #[arg(long, value_name = "PORT", required_unless_present = "config", conflicts_with = "config")]
    port: Option<String>,
    /// The configuration to compare with
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One line of it; all without it
    #[arg(long, value_name = "ID", requires = "config")]
    line: Option<String>,
    /// What is looked for: a profile by name, or a file
    #[arg(long, value_name = "PROFILE", default_value = "desk-modbus", conflicts_with = "config")]
    profile: String,
    /// At this speed only; all usual ones without it
    #[arg(long, value_name = "N", conflicts_with = "config")]
    baud: Option<u32>,
    /// 8E1 in place of 8N1, with --baud
    #[arg(long, requires = "baud")]
    even_parity: bool,
    /// Addresses that are asked, such as 1-32
    #[arg(long, value_name = "FROM-TO", default_value = "1-247", value_parser = addresses)]
    units: RangeInclusive<u8>,
    /// Directory that relative port names are relative to
    #[arg(long, value_name = "DIR", default_value = "var/wires")]
    wires: PathBuf,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

/// Options of `lobby line identify`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct IdentifyArgs {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Which line
    #[arg(long, value_name = "ID")]
    line: String,
    /// For so long, in place of until Enter
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
    /// Directory that relative port names are relative to
    #[arg(long, value_name = "DIR", default_value = "var/wires")]
    wires: PathBuf,
}

/// Options of `lobby line walk`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct WalkArgs {
    /// Which line
    #[arg(long, value_name = "ID")]
    line: String,
    /// Only this counter; several by repeating
    #[arg(long, value_name = "ID")]
    counter: Vec<String>,
    /// Address of the lobby as a URL; without it, where the data directory says
    #[arg(long, value_name = "URL")]
    lobby: Option<Url>,
    /// Token of an engineer or a manager; without it one is made in the data directory
    #[arg(long, env = "LOBBY_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Data directory of the running lobby
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Language of the list
    #[arg(long, value_name = "LANG", default_value = "zh-CN")]
    lang: Language,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

/// Options of `lobby line list`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// One line of it; all without it
    #[arg(long, value_name = "ID")]
    line: Option<String>,
    /// Data directory of the lobby, running or not; var/BRANCH without it
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Language of the list
    #[arg(long, value_name = "LANG", default_value = "zh-CN")]
    lang: Language,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

/// Why a line was not looked at. The sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub(crate) enum LineToolError {
    #[error("{0}")]
    Use(String),
    #[error("{0}")]
    Config(#[from] Mistakes),
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("profile `{0}` never answers, so nobody can be found by asking; `lobby line identify` shows addresses")]
    CannotAnswer(String),
    #[error(
        "port {} is in use, most likely by the running lobby: stop that first, or walk the line through it \
         (`lobby line walk`, page /wiring)",
        .0.display()
    )]
    Busy(PathBuf),
    #[error("{0}")]
    Port(PortError),
    #[error("the port does not work any more ({0}): is the cable plugged in?")]
    Lost(#[from] io::Error),
    #[error(transparent)]
    Line(#[from] LineError),
    #[error("not all is as it should be; see above")]
    NotWell,
    #[error(transparent)]
    Errand(#[from] ErrandError),
    #[error("the lobby refuses: {0}")]
    Refused(String),
    #[error("the lobby does not answer ({0}); the walk goes on there: ask again, or look at its page /wiring")]
    NoAnswer(#[from] reqwest::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<PortError> for LineToolError {
    fn from(error: PortError) -> LineToolError {
        match error {
            PortError::Busy(path) => LineToolError::Busy(path),
            other => LineToolError::Port(other),
        }
    }
}

impl LineToolError {
    /// Whether the command line or a file is at fault.
    pub(crate) fn is_wrong_use(&self) -> bool {
        use LineToolError::{CannotAnswer, Config, Model, Use, Wire};
        matches!(self, Use(_) | Config(_) | Wire(_) | Model(_) | CannotAnswer(_))
    }
}

impl LineCommand {
    /// Does it, and tells `out` what came of it. `usual` is the data directory where none is named.
    pub(crate) fn run(self, usual: impl FnOnce() -> Option<PathBuf>, out: &mut dyn Write) -> Result<(), LineToolError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let done = match self {
            LineCommand::Scan(args) => runtime.block_on(scan(args, out)),
            LineCommand::Identify(args) => runtime.block_on(identify(args, out)),
            LineCommand::Walk(args) => runtime.block_on(walk::walk(args, usual, out)),
            LineCommand::List(args) => list::print(args, out),
        };
        // A read of standard input may still hold a thread.
        runtime.shutdown_timeout(Duration::from_millis(100));
        done
    }
}

async fn scan(args: ScanArgs, out: &mut dyn Write) -> Result<(), LineToolError> {
    let opener = SystemPorts::new(&args.wires);
    // Standard error may be closed; what was found still stands in the answer.
    let progress = |words: &str| drop(writeln!(io::stderr(), "{words}"));
    let search = Search { opener: &opener, units: args.units, progress: &progress };
    let reports = match (&args.config, &args.port) {
        (Some(config), _) => {
            let mut reports = Vec::new();
            for wire in wires_of(config, args.line.as_deref())? {
                reports.push(search.wire(&wire).await?);
            }
            reports
        }
        (None, Some(port)) => {
            let profile = models::load(&args.profile, Path::new(""))?;
            let only = args.baud.map(|baud| (baud, args.even_parity));
            vec![search.port(port, &args.profile, &profile.speech, only).await?]
        }
        (None, None) => return Err(LineToolError::Use("say where to look: --port PORT, or --config FILE".to_owned())),
    };
    if args.json {
        writeln!(out, "{}", serde_json::json!({ "lines": reports }))?;
    } else {
        reports.iter().try_for_each(|report| report.tell(out))?;
    }
    if reports.iter().all(report::LineReport::is_well) { Ok(()) } else { Err(LineToolError::NotWell) }
}

async fn identify(args: IdentifyArgs, out: &mut dyn Write) -> Result<(), LineToolError> {
    let wire = wires_of(&args.config, Some(&args.line))?.into_iter().next();
    let Some(wire) = wire else { return Err(no_line(&args.line)) };
    let opener = Arc::new(SystemPorts::new(&args.wires));
    identify::identify(wire, opener, args.seconds.map(Duration::from_secs), out).await
}

/// The wires of a configuration: one line, or all.
fn wires_of(config: &Path, line: Option<&str>) -> Result<Vec<Wire>, LineToolError> {
    let base = config.parent().unwrap_or(Path::new("."));
    let mut wires = wires::all(&Config::load(config)?, base)?;
    if let Some(line) = line {
        wires.retain(|wire| wire.line.as_deref() == Some(line));
        if wires.is_empty() {
            return Err(no_line(line));
        }
    }
    Ok(wires)
}

fn no_line(line: &str) -> LineToolError {
    LineToolError::Use(format!("the file has no line `{line}`; see its [[lines]]"))
}

/// `1-32`, or one address.
fn addresses(text: &str) -> Result<RangeInclusive<u8>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if (1..=247).contains(&first) && (first..=247).contains(&last) => Ok(first..=last),
        _ => Err("write addresses from 1 to 247, such as 1-32".to_owned()),
    }
}
