//! `lobby appointments import`: a list of booked times into the running lobby, whole or not at all.
//!
//! The journal belongs to the running lobby, so the list goes through its API.

use crate::{
    accounts::{AccountsError, Role},
    config::{Config, Mistakes},
    errand::{Errand, ErrandError, address},
};
use csv::StringRecord;
use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

/// Columns that the first line names, in any order.
const COLUMNS: [&str; 3] = ["code", "service", "at"];
/// Rows in one call; that many fit a body.
const ROWS: usize = 250;

/// What to do with appointments.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum AppointmentsCommand {
    /// Book every row of a CSV file (columns code, service, at) in the running lobby, or none if one is wrong
    Import {
        /// The list; `at` is RFC 3339, or local time of the branch such as 2026-11-23 09:30
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// The configuration that the lobby runs with; tells the data directory
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Data directory of the running lobby; var/BRANCH without it
        #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
        data: Option<PathBuf>,
        /// Address of the lobby as a URL; without it, where the data directory says
        #[arg(long, value_name = "URL")]
        url: Option<Url>,
        /// Token of a manager or of headquarters; without it one is made for this errand in the data directory
        #[arg(long, env = "LOBBY_TOKEN", value_name = "TOKEN", hide_env_values = true)]
        token: Option<String>,
    },
}

/// Why a list was not booked. The sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum ImportError {
    #[error("{path}: {cause}")]
    Unreadable { path: PathBuf, cause: std::io::Error },
    #[error("{0}\nnothing was booked")]
    Wrong(String),
    #[error("{0}")]
    Config(#[from] Mistakes),
    #[error("say which lobby is meant: --config FILE, --data DIR, or --url with --token")]
    WhichLobby,
    #[error("no lobby runs on {0}; start it with `lobby run`, then import again. Nothing was booked")]
    NotRunning(PathBuf),
    #[error(
        "the lobby at {url} does not answer ({cause}); rows before may be booked, import again: what is booked stays"
    )]
    NoAnswer { url: Url, cause: reqwest::Error },
    #[error("{0} is not the address of a lobby; write it as http://127.0.0.1:8700")]
    BadAddress(String),
    #[error("the lobby refuses: {0}")]
    Refused(String),
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    #[error("the system refuses: {0}")]
    Io(#[from] std::io::Error),
}

impl From<ErrandError> for ImportError {
    fn from(error: ErrandError) -> ImportError {
        match error {
            ErrandError::NotRunning(data) => ImportError::NotRunning(data),
            ErrandError::BadAddress(text) => ImportError::BadAddress(text),
            ErrandError::Accounts(cause) => ImportError::Accounts(cause),
        }
    }
}

impl ImportError {
    /// Whether the command line or the list is at fault.
    pub fn is_wrong_use(&self) -> bool {
        use ImportError::{BadAddress, Config, Unreadable, WhichLobby, Wrong};
        matches!(self, Unreadable { .. } | Wrong(_) | Config(_) | WhichLobby | BadAddress(_))
    }
}

impl AppointmentsCommand {
    /// Does it, and tells `out` what came of it. `usual` is the data directory where none is named.
    ///
    /// # Errors
    /// [`ImportError`], whose sentence says what to do.
    pub fn run(self, usual: Option<PathBuf>, out: &mut dyn Write) -> Result<(), ImportError> {
        let AppointmentsCommand::Import { file, config, data, url, token } = self;
        let rows = read(&file)?;
        let data = match (data, config) {
            (Some(data), _) => Some(data),
            (None, Some(config)) => Some(PathBuf::from("var").join(Config::load(&config)?.branch.id)),
            (None, None) => usual.filter(|_| url.is_none()),
        };
        let url = match (url, &data) {
            (Some(url), _) => url,
            (None, Some(data)) => address(data)?,
            (None, None) => return Err(ImportError::WhichLobby),
        };
        let errand = match (token, &data) {
            (Some(token), _) => Errand::with_token(token),
            (None, Some(data)) => Errand::begin(data, Role::Manager, "import")?,
            (None, None) => return Err(ImportError::WhichLobby),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let lobby = Lobby { client: Client::new(), url, token: errand.token.clone(), data };
        let booked = runtime.block_on(lobby.book(&file, &rows));
        errand.end()?;
        let Told { booked, changed, same, .. } = booked?;
        writeln!(out, "{booked} booked, {changed} changed, {same} booked like that before")?;
        Ok(())
    }
}

/// A row of the list and the line that it begins in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    line: u64,
    code: String,
    service: String,
    at: String,
}

/// Reads the list; every mistake of its shape is told at once.
fn read(file: &Path) -> Result<Vec<Row>, ImportError> {
    let text =
        std::fs::read_to_string(file).map_err(|cause| ImportError::Unreadable { path: file.to_owned(), cause })?;
    // What spreadsheets put before UTF-8 text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut lines = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let mut mistakes = Vec::new();
    let heading = lines.headers().cloned().unwrap_or_default();
    let places = places(&heading).map_err(|mistake| ImportError::Wrong(format!("{}:1: {mistake}", file.display())))?;
    let (mut rows, mut seen, mut place) = (Vec::new(), BTreeMap::new(), Place { byte: 0, line: 1 });
    for record in lines.records() {
        // Text of this program is UTF-8 already, and rows of any length are taken: nothing else can be wrong here.
        let record = record.map_err(|cause| ImportError::Wrong(format!("{}: {cause}", file.display())))?;
        let line = place.line_at(text, record.position().map_or(0, csv::Position::byte));
        if record.len() != heading.len() {
            mistakes.push((line, format!("{} columns in place of {}", record.len(), heading.len())));
            continue;
        }
        let [code, service, at] = places.map(|place| record.get(place).unwrap_or_default().to_owned());
        if let Some(first) = seen.insert(code.to_ascii_uppercase(), line) {
            mistakes.push((line, format!("appointment {code} is also in line {first}; keep one")));
        }
        rows.push(Row { line, code, service, at });
    }
    if rows.is_empty() && mistakes.is_empty() {
        mistakes.push((1, "there is no appointment in the list".to_owned()));
    }
    if mistakes.is_empty() { Ok(rows) } else { Err(wrong(file, mistakes)) }
}

/// How far a text was read.
struct Place {
    byte: usize,
    line: u64,
}

impl Place {
    /// The line of a row that is read from `byte` on: the reader counts empty lines before a row as the row's own.
    fn line_at(&mut self, text: &str, byte: u64) -> u64 {
        let rest = |from: usize| text.get(from..).unwrap_or_default();
        let byte = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
        let row = byte + rest(byte).len() - rest(byte).trim_start_matches(['\r', '\n']).len();
        let passed = text.get(self.byte..row).unwrap_or_default().matches('\n').count();
        *self = Place { byte: row, line: self.line + u64::try_from(passed).unwrap_or(u64::MAX) };
        self.line
    }
}

/// Where the columns stand.
fn places(heading: &StringRecord) -> Result<[usize; 3], String> {
    let place = |name: &str| heading.iter().position(|column| column.eq_ignore_ascii_case(name));
    match COLUMNS.map(place) {
        [Some(code), Some(service), Some(at)] => Ok([code, service, at]),
        _ => Err(format!("the first line has to name the columns {}", COLUMNS.join(","))),
    }
}

fn wrong(file: &Path, mut mistakes: Vec<(u64, String)>) -> ImportError {
    mistakes.sort();
    let lines: Vec<String> =
        mistakes.into_iter().map(|(line, what)| format!("{}:{line}: {what}", file.display())).collect();
    ImportError::Wrong(lines.join("\n"))
}

/// What came of a call, as [`crate::views::AppointmentImport`] words it.
#[derive(Debug, Default, Deserialize)]
struct Told {
    booked: usize,
    changed: usize,
    same: usize,
    mistakes: Vec<Mistake>,
}

#[derive(Debug, Deserialize)]
struct Mistake {
    index: usize,
    detail: String,
}

/// The running lobby.
struct Lobby {
    client: Client,
    url: Url,
    token: String,
    data: Option<PathBuf>,
}

impl Lobby {
    /// Asks what stands against any row, and books only when nothing does.
    async fn book(&self, file: &Path, rows: &[Row]) -> Result<Told, ImportError> {
        let mut mistakes = Vec::new();
        for some in rows.chunks(ROWS) {
            let told = self.post(some, true).await?;
            let of_line = |mistake: Mistake| Some((some.get(mistake.index)?.line, mistake.detail));
            mistakes.extend(told.mistakes.into_iter().filter_map(of_line));
        }
        if !mistakes.is_empty() {
            return Err(wrong(file, mistakes));
        }
        let mut sum = Told::default();
        for some in rows.chunks(ROWS) {
            let told = self.post(some, false).await.map_err(|error| match error {
                ImportError::Refused(why) if sum.booked + sum.changed > 0 => {
                    let line = some.first().map_or(0, |row| row.line);
                    ImportError::Refused(format!("{why}. The rows before line {line} are booked; import again"))
                }
                error => error,
            })?;
            sum.booked += told.booked;
            sum.changed += told.changed;
            sum.same += told.same;
        }
        Ok(sum)
    }

    async fn post(&self, rows: &[Row], check: bool) -> Result<Told, ImportError> {
        let items: Vec<Value> =
            rows.iter().map(|row| json!({"code": row.code, "service": row.service, "at": row.at})).collect();
        let address =
            self.url.join("/api/v1/appointments").map_err(|_| ImportError::BadAddress(self.url.to_string()))?;
        let body = json!({"appointments": items, "check": check});
        let call = self.client.post(address).bearer_auth(&self.token).json(&body);
        let answer = call.send().await.map_err(|cause| self.silent(cause))?;
        let status = answer.status();
        let body: Value = answer.json().await.map_err(|cause| self.silent(cause))?;
        let detail = || body["detail"].as_str().unwrap_or("without saying why").to_owned();
        match status {
            StatusCode::OK => serde_json::from_value(body.clone()).map_err(|_| ImportError::Refused(detail())),
            _ => Err(ImportError::Refused(detail())),
        }
    }

    fn silent(&self, cause: reqwest::Error) -> ImportError {
        match &self.data {
            Some(data) if cause.is_connect() => ImportError::NotRunning(data.clone()),
            _ => ImportError::NoAnswer { url: self.url.clone(), cause },
        }
    }
}
