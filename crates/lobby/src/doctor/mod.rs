//! `lobby doctor`: what of a machine a branch needs, looked at without changing anything: what is wrong, and the command
//! that mends it. Works beside a running lobby, and best as its user: `runuser -u lobby -- lobby doctor`.

mod certificates;
mod data;
mod devices;
mod machine;
mod network;

use crate::config::Config;
use serde::Serialize;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Where the package puts the branch's file.
pub const INSTALLED_CONFIG: &str = "/etc/now-serving/branch.toml";
/// Where the package's service keeps its data.
pub const INSTALLED_DATA: &str = "/var/lib/now-serving";
/// Where the package's udev rules name ports.
pub const INSTALLED_WIRES: &str = "/dev/now-serving";

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// Works, and could be better.
    Warning,
    /// Has to be mended.
    Wrong,
    /// Not looked at; it is said why.
    Skipped,
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, such as `clock` or `port kiosk-1`.
    pub part: String,
    /// How it is.
    pub state: State,
    /// That in words.
    pub found: String,
    /// The command that mends it; there is one wherever something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    fn ok(part: impl Into<String>, found: impl Into<String>) -> Finding {
        Finding { part: part.into(), state: State::Ok, found: found.into(), remedy: None }
    }

    fn skipped(part: impl Into<String>, found: impl Into<String>) -> Finding {
        Finding { state: State::Skipped, ..Finding::ok(part, found) }
    }

    fn warning(part: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { state: State::Warning, remedy: Some(remedy.into()), ..Finding::ok(part, found) }
    }

    fn wrong(part: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { state: State::Wrong, ..Finding::warning(part, found, remedy) }
    }
}

/// Options of `lobby doctor`.
#[derive(Clone, Debug, clap::Args)]
pub struct DoctorArgs {
    /// The branch's file; /etc/now-serving/branch.toml without it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data directory; that of the service for its file, else var/BRANCH
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Directory that relative port names are relative to; that of the service for its file, else var/wires
    #[arg(long, value_name = "DIR")]
    wires: Option<PathBuf>,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

/// Why `lobby doctor` does not end well.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum DoctorError {
    #[error("say which branch: --config FILE; there is none at {INSTALLED_CONFIG}")]
    WhichBranch,
    #[error("{0} to mend; the command stands under each")]
    Wrong(usize),
    #[error("the system refuses: {0}")]
    Io(#[from] io::Error),
}

impl DoctorError {
    /// Whether the command line is at fault.
    pub fn is_wrong_use(&self) -> bool {
        matches!(self, DoctorError::WhichBranch)
    }
}

/// Where a branch lives on this machine.
struct Place<'a> {
    config: &'a Config,
    file: &'a Path,
    data: PathBuf,
    wires: PathBuf,
    /// The process that runs the branch now.
    runs: Option<u32>,
}

impl DoctorArgs {
    /// Looks at everything and tells `out`.
    ///
    /// # Errors
    /// [`DoctorError`], also when something is wrong.
    pub fn run(&self, out: &mut dyn Write) -> Result<(), DoctorError> {
        let installed = Path::new(INSTALLED_CONFIG);
        let file = match &self.config {
            Some(file) => file.as_path(),
            None if installed.is_file() => installed,
            None => return Err(DoctorError::WhichBranch),
        };
        let findings = self.examine(file)?;
        let wrong = findings.iter().filter(|finding| finding.state == State::Wrong).count();
        tell(&findings, wrong, self.json, out)?;
        if wrong == 0 { Ok(()) } else { Err(DoctorError::Wrong(wrong)) }
    }

    fn examine(&self, file: &Path) -> io::Result<Vec<Finding>> {
        let mut findings = machine::user();
        findings.extend(machine::clock());
        let config = match Config::load(file) {
            Ok(config) => config,
            Err(mistakes) => {
                let count = mistakes.to_string().lines().count();
                let found = format!("{} has mistakes ({count} lines); little else was looked at", file.display());
                let remedy = format!("lobby check --config {}", file.display());
                findings.push(Finding::wrong("configuration", found, remedy));
                findings.extend(certificates::all(file));
                return Ok(findings);
            }
        };
        findings.push(Finding::ok("configuration", format!("{} is in order", file.display())));
        let own = file == Path::new(INSTALLED_CONFIG);
        let usual = |installed: &str, checkout: PathBuf| if own { PathBuf::from(installed) } else { checkout };
        let data = usual(INSTALLED_DATA, PathBuf::from("var").join(&config.branch.id));
        let data = self.data.clone().unwrap_or(data);
        let wires = self.wires.clone().unwrap_or_else(|| usual(INSTALLED_WIRES, PathBuf::from("var/wires")));
        let runs = data::running(&data);
        let place = Place { config: &config, file, data, wires, runs };
        findings.push(machine::zone(&place));
        findings.extend(data::all(&place));
        findings.extend(network::all(&place));
        findings.extend(certificates::all(file));
        findings.extend(devices::all(&place)?);
        Ok(findings)
    }
}

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    findings: &'a [Finding],
}

fn tell(findings: &[Finding], wrong: usize, json: bool, out: &mut dyn Write) -> io::Result<()> {
    if json {
        let report = serde_json::to_string(&Report { ok: wrong == 0, findings })?;
        return writeln!(out, "{report}");
    }
    for Finding { part, state, found, remedy } in findings {
        let word = match state {
            State::Ok => "ok",
            State::Warning => "better",
            State::Wrong => "WRONG",
            State::Skipped => "-",
        };
        writeln!(out, "{word:<7} {part:<18} {found}")?;
        if let Some(remedy) = remedy {
            writeln!(out, "{:<7} {:<18} → {remedy}", "", "")?;
        }
    }
    Ok(())
}
