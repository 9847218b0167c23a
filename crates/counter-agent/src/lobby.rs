//! The lobby as an agent sees it: HTTP with a token. What it answers stands in `openapi.json` of the lobby, under `desk`.

use crate::{
    config::{Settings, Token},
    events::{Event, Reader, TooLong},
    outbox::Report,
};
use counter::Mark;
use futures_util::StreamExt as _;
use reqwest::{Method, RequestBuilder, StatusCode, Url};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{pin::Pin, time::Duration};
use tokio::time::timeout;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(5);
/// A stream that is silent for so long is dead: the lobby says every ten seconds that it lives.
const SILENT: Duration = Duration::from_secs(25);

/// Why the lobby could not be told or asked something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// No answer: nobody knows whether it was heard.
    #[error("the lobby cannot be reached: {0}")]
    Unreachable(String),
    /// It does not know or allow this agent, or cannot answer now.
    #[error("the lobby answers {status} {code}: {detail}")]
    Turned {
        /// HTTP status.
        status: u16,
        /// Stable code.
        code: String,
        /// A sentence that says what to do.
        detail: String,
    },
    /// It will never take this.
    #[error("the lobby does not take this ({code}): {detail}")]
    Refused {
        /// Stable code.
        code: String,
        /// A sentence.
        detail: String,
    },
    /// The token cannot be read.
    #[error("{0}")]
    Token(String),
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Trouble {
        // The innermost cause is what helps: "Connection refused", not "error sending request".
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Trouble::Unreachable(cause.to_string())
    }
}

impl From<TooLong> for Trouble {
    fn from(error: TooLong) -> Trouble {
        Trouble::Unreachable(error.to_string())
    }
}

/// What the lobby remembers of the unit.
#[derive(Debug, Deserialize)]
pub(crate) struct Known {
    /// The counter that it stands at.
    pub(crate) counter: String,
    /// The last press that was judged, or where counting began.
    pub(crate) mark: Option<Mark>,
}

/// What became of a press.
#[derive(Debug, Deserialize)]
pub(crate) struct Judged {
    /// `obeyed`, `typed`, `refused` or `known`.
    pub(crate) result: String,
    /// Why it was refused.
    pub(crate) code: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
}

/// The way to the lobby. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Lobby {
    http: reqwest::Client,
    /// Everything of this desk is below it.
    desk: Url,
    token: Token,
}

impl Lobby {
    /// # Errors
    /// When the system gives no HTTP client.
    pub(crate) fn new(settings: &Settings) -> Result<Lobby, reqwest::Error> {
        // A proxy of the PC is for the internet; the lobby stands in the branch.
        let http = reqwest::Client::builder().connect_timeout(CONNECT).no_proxy().build()?;
        let mut desk = settings.lobby.clone();
        desk.set_path(&format!("{}/api/v1/desks/{}", desk.path().trim_end_matches('/'), settings.desk));
        Ok(Lobby { http, desk, token: settings.token.clone() })
    }

    fn request(&self, method: Method, below: &str) -> Result<RequestBuilder, Trouble> {
        let token = self.token.read().map_err(Trouble::Token)?;
        let mut url = self.desk.clone();
        url.set_path(&format!("{}{below}", url.path()));
        Ok(self.http.request(method, url).bearer_auth(token))
    }

    /// What the lobby remembers of the unit.
    pub(crate) async fn known(&self) -> Result<Known, Trouble> {
        read(self.request(Method::GET, "")?).await
    }

    /// Tells a report. A press is its own request id, so telling it twice is telling it once.
    pub(crate) async fn tell(&self, report: Report) -> Result<Option<Judged>, Trouble> {
        let Mark { boot, wraps, seq } = report.mark();
        let (below, mut body) = match &report {
            Report::Press { key, stale, since, .. } => {
                let age = since.map(|since| u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
                ("/presses", json!({ "key": key, "stale": stale, "age_ms": age }))
            }
            Report::Missed { count, .. } => ("/missed", json!({ "count": count })),
            Report::Baseline { why, .. } => ("/baseline", json!({ "why": why })),
        };
        for (name, value) in [("boot", Value::from(boot)), ("wraps", wraps.into()), ("seq", seq.into())] {
            body[name] = value;
        }
        let request = self.request(Method::POST, below)?.json(&body);
        if !matches!(report, Report::Press { .. }) {
            let _: Known = read(request).await?;
            return Ok(None);
        }
        read(request.header("Idempotency-Key", report.mark().to_string())).await.map(Some)
    }

    /// Tells how the unit is.
    pub(crate) async fn say(&self, state: &'static str, cause: Option<String>) -> Result<(), Trouble> {
        let body = json!({ "state": state, "cause": cause });
        let _: Known = read(self.request(Method::POST, "/state")?.json(&body)).await?;
        Ok(())
    }

    /// Listens to what the unit is to show.
    pub(crate) async fn listen(&self) -> Result<Pictures, Trouble> {
        let request = self.request(Method::GET, "/picture/events")?;
        let answer = timeout(ANSWER, request.send()).await.map_err(|_| silent())??;
        if !answer.status().is_success() {
            return Err(turned(answer).await);
        }
        let pieces = answer.bytes_stream().map(|piece| piece.map(Vec::from).map_err(Trouble::from));
        Ok(Pictures { pieces: Box::pin(pieces), reader: Reader::default(), ready: Vec::new() })
    }
}

fn silent() -> Trouble {
    Trouble::Unreachable("it does not answer".to_owned())
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Trouble> {
    let answer = request.timeout(ANSWER).send().await?;
    if !answer.status().is_success() {
        return Err(turned(answer).await);
    }
    let text = answer.text().await?;
    serde_json::from_str(&text).map_err(|cause| Trouble::Turned {
        status: 200,
        code: "not_understood".to_owned(),
        detail: format!(
            "{cause}; is `lobby` in the agent's file the address of a lobby, of a version like this agent?"
        ),
    })
}

/// A problem as trouble: one that a person or time can end, or one of this very report.
async fn turned(answer: reqwest::Response) -> Trouble {
    let status = answer.status();
    let problem = match answer.text().await {
        Ok(text) => serde_json::from_str(&text).unwrap_or(Problem { code: "no_problem".to_owned(), detail: text }),
        Err(error) => return error.into(),
    };
    let Problem { code, detail } = problem;
    let of_this_report = [StatusCode::BAD_REQUEST, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    if of_this_report.contains(&status) {
        Trouble::Refused { code, detail }
    } else {
        Trouble::Turned { status: status.as_u16(), code, detail }
    }
}

/// A stream of pictures.
pub(crate) struct Pictures {
    pieces: Pin<Box<dyn futures_util::Stream<Item = Result<Vec<u8>, Trouble>> + Send>>,
    reader: Reader,
    /// Read and not given yet, newest first.
    ready: Vec<Event>,
}

impl Pictures {
    /// The next event.
    ///
    /// # Errors
    /// [`Trouble`] when the stream has ended, or has been silent for too long.
    pub(crate) async fn next(&mut self) -> Result<Event, Trouble> {
        loop {
            if let Some(event) = self.ready.pop() {
                return Ok(event);
            }
            let ended = || Trouble::Unreachable("it has ended the connection".to_owned());
            let piece = timeout(SILENT, self.pieces.next()).await.map_err(|_| silent())?.ok_or_else(ended)??;
            self.ready = self.reader.take(&piece)?;
            self.ready.reverse();
        }
    }
}
