//! `lobby selftest`: starts a self-test of a running lobby, waits for its end and tells what came of it.

use crate::{
    accounts::{AccountsError, Role},
    config::{Config, Mistakes},
    errand::{Errand, ErrandError, address},
};
use reqwest::{Client, RequestBuilder, Url};
use serde_json::{Value, json};
use std::{io::Write, path::PathBuf, time::Duration};

/// How often it is asked whether the test is over.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A test takes half a minute; a lobby that needs longer has not run it.
const PATIENCE: Duration = Duration::from_mins(2);

/// Options of `lobby selftest`.
#[derive(Clone, Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct SelfTestArgs {
    /// The configuration that the lobby runs with; tells the data directory
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data directory of the running lobby; var/BRANCH without it
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address of the lobby as a URL; without it, where the data directory says
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// Token of a manager or an engineer; without it one is made for this errand in the data directory
    #[arg(long, env = "LOBBY_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Also print a slip on every printer
    #[arg(long)]
    slips: bool,
    /// Also play the chime
    #[arg(long)]
    chime: bool,
    /// No test picture at the counters
    #[arg(long)]
    no_pictures: bool,
    /// Language of the table: zh-CN or en
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

/// Why there is no result, or none that is well. The sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum SelfTestError {
    #[error("{0}")]
    Config(#[from] Mistakes),
    #[error("say which lobby is meant: --config FILE, --data DIR, or --url with --token")]
    WhichLobby,
    #[error("no lobby runs on {0}; start it with `lobby run`, then test again")]
    NotRunning(PathBuf),
    #[error("{0} is not the address of a lobby; write it as http://127.0.0.1:8700")]
    BadAddress(String),
    #[error("the lobby does not answer ({0}); is it running?")]
    NoAnswer(#[from] reqwest::Error),
    #[error("the lobby refuses: {0}")]
    Refused(String),
    #[error("the test has not come to its end in {} s; the log of the lobby says why", PATIENCE.as_secs())]
    Endless,
    #[error("{0} failed; what to do stands beside it")]
    Failed(u64),
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    #[error("the system refuses: {0}")]
    Io(#[from] std::io::Error),
}

impl SelfTestError {
    /// Whether the command line is at fault.
    pub fn is_wrong_use(&self) -> bool {
        matches!(self, SelfTestError::Config(_) | SelfTestError::WhichLobby | SelfTestError::BadAddress(_))
    }
}

impl From<ErrandError> for SelfTestError {
    fn from(error: ErrandError) -> SelfTestError {
        match error {
            ErrandError::NotRunning(data) => SelfTestError::NotRunning(data),
            ErrandError::BadAddress(text) => SelfTestError::BadAddress(text),
            ErrandError::Accounts(cause) => SelfTestError::Accounts(cause),
        }
    }
}

impl SelfTestArgs {
    /// Does it, and tells `out` what came of it. `usual` is the data directory where none is named.
    ///
    /// # Errors
    /// [`SelfTestError`]; also when the test has run and something failed.
    pub fn run(self, usual: Option<PathBuf>, out: &mut dyn Write) -> Result<(), SelfTestError> {
        let data = match (&self.data, &self.config) {
            (Some(data), _) => Some(data.clone()),
            (None, Some(config)) => Some(PathBuf::from("var").join(Config::load(config)?.branch.id)),
            (None, None) => usual.filter(|_| self.url.is_none()),
        };
        let url = match (&self.url, &data) {
            (Some(url), _) => url.clone(),
            (None, Some(data)) => address(data)?,
            (None, None) => return Err(SelfTestError::WhichLobby),
        };
        let errand = match (&self.token, &data) {
            (Some(token), _) => Errand::with_token(token.clone()),
            (None, Some(data)) => Errand::begin(data, Role::Engineer, "selftest")?,
            (None, None) => return Err(SelfTestError::WhichLobby),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let tested = runtime.block_on(self.test(&url, &errand.token));
        errand.end()?;
        self.tell(&tested?, out)
    }

    async fn test(&self, url: &Url, token: &str) -> Result<Value, SelfTestError> {
        let client = Client::new();
        let at = url.join("/api/v1/selftest").map_err(|_| SelfTestError::BadAddress(url.to_string()))?;
        let wish = json!({ "pictures": !self.no_pictures, "slips": self.slips, "chime": self.chime });
        let started = asked(client.post(at.clone()).bearer_auth(token).json(&wish)).await?;
        let id = started["selftest"]["id"].clone();
        let ended = async {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let now = asked(client.get(at.clone()).bearer_auth(token)).await?;
                if now["selftest"]["id"] != id || now["selftest"]["state"] == "done" {
                    return Ok(now);
                }
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.map_err(|_| SelfTestError::Endless)?
    }

    fn tell(&self, answer: &Value, out: &mut dyn Write) -> Result<(), SelfTestError> {
        let test = &answer["selftest"];
        if self.json {
            writeln!(out, "{answer}")?;
        } else {
            for item in test["items"].as_array().into_iter().flatten() {
                let words = |field: &str| item[field][&self.language].as_str().unwrap_or_default().to_owned();
                let said = [words("cause"), words("remedy")].join(" ");
                let line = format!("{:<8} {}  {}", item["outcome"].as_str().unwrap_or("?"), words("name"), said.trim());
                writeln!(out, "{}", line.trim_end())?;
            }
            let count = |name: &str| test["counts"][name].as_u64().unwrap_or(0);
            let (ok, failed, skipped, open) = (count("ok"), count("failed"), count("skipped"), count("open"));
            writeln!(out, "{ok} ok, {failed} failed, {skipped} skipped, {open} for people to look at")?;
        }
        match test["counts"]["failed"].as_u64() {
            Some(failed) if failed > 0 => Err(SelfTestError::Failed(failed)),
            _ => Ok(()),
        }
    }
}

async fn asked(request: RequestBuilder) -> Result<Value, SelfTestError> {
    let response = request.send().await?;
    let fine = response.status().is_success();
    let answer: Value = response.json().await?;
    if fine {
        return Ok(answer);
    }
    Err(SelfTestError::Refused(answer["detail"].as_str().unwrap_or("without a word").to_owned()))
}
