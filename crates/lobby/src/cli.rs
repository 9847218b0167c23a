//! The command line. Exit status 0 is done, 1 failed, 2 wrong use.

mod journal;

use crate::{
    accounts::{AccountsError, StaffCommand, TokenCommand},
    appointments::{AppointmentsCommand, ImportError},
    backup::{
        BackupError,
        cli::{BackupArgs, KeyArgs, RestoreArgs},
    },
    config,
    doctor::{self, DoctorArgs, DoctorError},
    journal as journals,
    lines::{LineCommand, LineToolError},
    net::cli::{TlsCommand, TlsError},
    report, run,
    selftest::cli::{SelfTestArgs, SelfTestError},
    simulate, voice,
};
use clap::{Parser, Subcommand};
use planner::formats::JournalQuestion;
use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Runs one branch and its hardware.
#[derive(Debug, Parser)]
#[command(name = "lobby", version, about)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the branch until SIGTERM
    Run(RunArgs),
    /// Report every mistake of a configuration at once
    Check {
        /// The configuration
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Data directory of a lobby: its last days say which targets cannot be kept
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Copy everything into one file, also beside a running lobby
    Backup(BackupArgs),
    /// Fill a new data directory from such a file
    Restore(RestoreArgs),
    /// The record of everything that happened
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Tokens and enrolment codes of devices and scripts
    Token {
        /// Data directory; the only one under var without it
        #[arg(long, global = true, env = "STATE_DIRECTORY", value_name = "DIR")]
        data: Option<PathBuf>,
        /// What to do
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// The people who sign in: clerks, greeters, managers, engineers
    Staff {
        /// Data directory; the only one under var without it
        #[arg(long, global = true, env = "STATE_DIRECTORY", value_name = "DIR")]
        data: Option<PathBuf>,
        /// What to do
        #[command(subcommand)]
        command: StaffCommand,
    },
    /// What was: figures from the journal, also beside a running lobby
    #[command(subcommand)]
    Report(ReportCommand),
    /// Times booked ahead
    #[command(subcommand)]
    Appointments(AppointmentsCommand),
    /// Play days through the rule, queues with known answers through the simulator, or a journal's days under a change
    Simulate(SimulateArgs),
    /// Look at every device of a running lobby before the hall opens
    Selftest(SelfTestArgs),
    /// Look at the machine of a branch: what is wrong, and the command that mends it
    Doctor(DoctorArgs),
    /// Make, judge and try the voice of the hall
    #[command(subcommand)]
    Voice(voice::cli::VoiceCommand),
    /// Certificates: make an authority of the branch's own, renew, show
    #[command(subcommand)]
    Tls(TlsCommand),
    /// Find, name and walk the desk units of a line
    #[command(subcommand)]
    Line(LineCommand),
}

/// Options of `lobby run`.
#[derive(Clone, Debug, clap::Args)]
pub struct RunArgs {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// Data directory; var/BRANCH without it
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Directory that relative port names are relative to
    #[arg(long, value_name = "DIR", default_value = "var/wires")]
    pub wires: PathBuf,
    /// Address to listen on, in place of the configuration's
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Run the clock N times as fast (demo only)
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub speed: u32,
}

/// Options of `lobby simulate`.
#[derive(Clone, Debug, clap::Args)]
struct SimulateArgs {
    /// What to play; its key `format` says what it is
    #[arg(value_name = "FILE", required_unless_present = "journal", conflicts_with = "journal")]
    file: Option<PathBuf>,
    /// Play days of the journal in this data directory
    #[arg(long, value_name = "DIR")]
    journal: Option<PathBuf>,
    /// A day of it; several by repeating, the last one without it
    #[arg(long, value_name = "DATE", requires = "journal")]
    day: Vec<String>,
    /// What to do about it, such as open:5@10:30-12:00,move:3:cash+account,rule:targets,lane:vip:target=5
    #[arg(long, value_name = "CHANGE", requires = "journal", default_value = "", hide_default_value = true)]
    change: String,
    /// Search how many counters must be open when, for nine in ten within their target
    #[arg(long, requires = "journal")]
    staff: bool,
    /// Time zone of the branch, such as Asia/Shanghai; the machine's without it
    #[arg(long, value_name = "ZONE", requires = "journal")]
    time_zone: Option<String>,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Recompute the chain of hashes
    Verify {
        /// Data directory; the only one under var without it
        #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
        data: Option<PathBuf>,
        /// Hash that the chain must run through, as printed when a day was closed
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
        /// Answer with one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Put a damaged journal together again, from what can be read and a backup; nothing is made up
    Recover {
        /// Data directory of a lobby that does not run
        #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
        data: Option<PathBuf>,
        /// The last backup
        #[arg(long, value_name = "FILE")]
        backup: Option<PathBuf>,
        #[command(flatten)]
        key: KeyArgs,
        /// Answer with one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Write all rows as JSON lines; who did so stands in the audit
    Export {
        /// What it is wanted for; may be left out
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
        /// Data directory; the only one under var without it
        #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
        data: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum ReportCommand {
    /// One business day: waits, services, no-shows, and how true the promised waits were
    Day {
        /// Which, YYYY-MM-DD
        #[arg(value_name = "DATE")]
        date: String,
        /// Data directory; the only one under var without it
        #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
        data: Option<PathBuf>,
        /// Answer with one JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the configuration has mistakes; nothing was started")]
    Mistakes,
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    #[error(transparent)]
    Run(#[from] run::RunError),
    #[error(transparent)]
    Journal(#[from] journals::JournalError),
    #[error(transparent)]
    Voice(#[from] voice::VoiceError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    SelfTest(#[from] SelfTestError),
    #[error(transparent)]
    Simulate(#[from] simulate::SimulateError),
    #[error(transparent)]
    Report(#[from] report::ReportError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Line(#[from] LineToolError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Doctor(#[from] DoctorError),
    #[error(transparent)]
    Date(#[from] queue_core::InvalidDay),
    #[error("the journal is not as it was written: {0}")]
    Broken(String),
    #[error("say which lobby is meant: --data DIR, the directory that `lobby run` keeps its journal in")]
    WhichData,
    #[error("standard output: {0}")]
    Output(#[from] std::io::Error),
}

impl Failure {
    fn status(&self) -> u8 {
        match self {
            Failure::Mistakes | Failure::WhichData | Failure::Date(_) => 2,
            Failure::Run(error) if error.is_wrong_use() => 2,
            Failure::Voice(error) if error.is_wrong_use() => 2,
            Failure::Doctor(error) if error.is_wrong_use() => 2,
            Failure::Backup(error) if error.is_wrong_use() => 2,
            Failure::Import(error) if error.is_wrong_use() => 2,
            Failure::Tls(error) if error.is_wrong_use() => 2,
            Failure::Line(error) if error.is_wrong_use() => 2,
            Failure::SelfTest(error) if error.is_wrong_use() => 2,
            Failure::Simulate(error) if error.is_wrong_use() => 2,
            _ => 1,
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    crate::log::start();
    match execute(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Standard error may be closed; the status still tells.
            let _ = writeln!(std::io::stderr(), "lobby: {failure}");
            ExitCode::from(failure.status())
        }
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run(args) => Ok(run::main(&args)?),
        Command::Check { config, data } => check(&config, data.as_deref()),
        Command::Journal(JournalCommand::Verify { data, head, json }) => {
            journal::verify(&data_dir(data)?, head.as_deref(), json)
        }
        Command::Journal(JournalCommand::Export { data, reason }) => {
            journal::export(&data_dir(data)?, reason.as_deref())
        }
        Command::Journal(JournalCommand::Recover { data, backup, key, json }) => {
            journal::recover(&data_dir(data)?, backup.as_deref(), &key, json)
        }
        Command::Backup(args) => Ok(args.run(&data_dir(args.data.clone())?, &mut std::io::stdout().lock())?),
        Command::Restore(args) => Ok(args.run(&mut std::io::stdout().lock())?),
        Command::Token { data, command } => Ok(command.run(&data_dir(data)?, &mut std::io::stdout().lock())?),
        Command::Staff { data, command } => {
            Ok(command.run(&data_dir(data)?, &StaffCommand::ask, &mut std::io::stdout().lock())?)
        }
        Command::Report(ReportCommand::Day { date, data, json }) => report_day(date, data, json),
        Command::Appointments(command) => Ok(command.run(data_dir(None).ok(), &mut std::io::stdout().lock())?),
        Command::Simulate(args) => simulate(args),
        Command::Selftest(args) => Ok(args.run(data_dir(None).ok(), &mut std::io::stdout().lock())?),
        Command::Doctor(args) => Ok(args.run(&mut std::io::stdout().lock())?),
        Command::Voice(command) => Ok(command.run()?),
        Command::Tls(command) => Ok(command.run(&mut std::io::stdout().lock())?),
        Command::Line(command) => Ok(command.run(|| data_dir(None).ok(), &mut std::io::stdout().lock())?),
    }
}

fn simulate(args: SimulateArgs) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let SimulateArgs { file, journal, day, change, staff, time_zone, json } = args;
    match (file, journal) {
        (Some(file), _) => Ok(simulate::main(&file, json, &mut out)?),
        (None, Some(journal)) => {
            let question = JournalQuestion {
                journal: journal.display().to_string(),
                days: day,
                change,
                search: staff.then_some(planner::whatif::GOAL),
                time_zone,
            };
            Ok(simulate::journal_days(&question, json, &mut out)?)
        }
        (None, None) => Err(Failure::WhichData),
    }
}

/// The directory that was named, or the only one that a lobby has used under `var`, or that of the package's service.
fn data_dir(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(dir) = named {
        return Ok(dir);
    }
    let used = std::fs::read_dir("var").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut used = used.filter(|dir| dir.join(journals::FILE).is_file());
    match (used.next(), used.next()) {
        (Some(dir), None) => Ok(dir),
        (None, _) if Path::new(doctor::INSTALLED_DATA).join(journals::FILE).is_file() => {
            Ok(PathBuf::from(doctor::INSTALLED_DATA))
        }
        _ => Err(Failure::WhichData),
    }
}

fn report_day(date: String, data: Option<PathBuf>, json: bool) -> Result<(), Failure> {
    let day = queue_core::BusinessDay::new(date)?;
    let report = report::day(&journals::open_read_only(&data_dir(data)?)?, &day)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if json {
        writeln!(out, "{}", serde_json::to_string(&report).map_err(std::io::Error::from)?)?;
    } else {
        report::table(&report, &mut out)?;
    }
    Ok(out.flush()?)
}

/// Mistakes are what was asked for, so they go to standard output; the file is checked also where the past cannot be read.
fn check(path: &Path, data: Option<&Path>) -> Result<(), Failure> {
    let past = data.map(report::past).transpose();
    let (told, status) = config::check_file(path, past.as_ref().ok().and_then(Option::as_ref));
    writeln!(std::io::stdout().lock(), "{told}")?;
    if status != 0 {
        return Err(Failure::Mistakes);
    }
    past.map(drop).map_err(Failure::from)
}
