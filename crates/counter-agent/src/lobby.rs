//! The lobby as an agent sees it: HTTP with a token. What it answers stands in `openapi.json` of the lobby, under `desk`.

use crate::{
    config::{Settings, Token},
    events::{Event, Reader, TooLong},
    outbox::Report,
};
use counter::Mark;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header,
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{path::Path, pin::Pin, sync::Arc, time::Duration};
use tokio::time::timeout;
use url::Url;

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

/// The innermost cause is what helps: "Connection refused", not "error sending request".
fn unreachable(error: &dyn std::error::Error) -> Trouble {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Trouble::Unreachable(cause.to_string())
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
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// Everything of this desk is below it.
    desk: Url,
    token: Token,
}

impl Lobby {
    /// Trusts the authority in the settings' `ca` and nobody else: the PC's own list is for the internet.
    ///
    /// # Errors
    /// A sentence, when that file cannot be used.
    pub(crate) fn new(settings: &Settings) -> Result<Lobby, String> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| cause.to_string())?
            .with_root_certificates(settings.ca.as_deref().map_or_else(|| Ok(RootCertStore::empty()), trusted)?)
            .with_no_client_auth();
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        plain.set_connect_timeout(Some(CONNECT));
        plain.set_nodelay(true);
        let either = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let http = Client::builder(TokioExecutor::new()).build(either.wrap_connector(plain));
        let mut desk = settings.lobby.clone();
        desk.set_path(&format!("{}/api/v1/desks/{}", desk.path().trim_end_matches('/'), settings.desk));
        Ok(Lobby { http, desk, token: settings.token.clone() })
    }

    /// Asks, and waits until the head of the answer is there. A wish with a `key` is one, however often it is told.
    async fn ask(
        &self,
        method: Method,
        below: &str,
        body: Option<&Value>,
        key: Option<String>,
    ) -> Result<Response<Incoming>, Trouble> {
        let token = self.token.read().map_err(Trouble::Token)?;
        let mut url = self.desk.clone();
        url.set_path(&format!("{}{below}", url.path()));
        let mut request = Request::builder().method(method).uri(url.as_str());
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::from(body)).map_err(|cause| Trouble::Token(cause.to_string()))?;
        let answer = timeout(ANSWER, self.http.request(request)).await.map_err(|_| silent())?;
        answer.map_err(|cause| unreachable(&cause))
    }

    async fn read<T: DeserializeOwned>(
        &self,
        method: Method,
        below: &str,
        body: Option<&Value>,
        key: Option<String>,
    ) -> Result<T, Trouble> {
        read(self.ask(method, below, body, key).await?).await
    }

    /// What the lobby remembers of the unit.
    pub(crate) async fn known(&self) -> Result<Known, Trouble> {
        self.read(Method::GET, "", None, None).await
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
        if !matches!(report, Report::Press { .. }) {
            let _: Known = self.read(Method::POST, below, Some(&body), None).await?;
            return Ok(None);
        }
        self.read(Method::POST, below, Some(&body), Some(report.mark().to_string())).await.map(Some)
    }

    /// Tells how the unit is.
    pub(crate) async fn say(&self, state: &'static str, cause: Option<String>) -> Result<(), Trouble> {
        let body = json!({ "state": state, "cause": cause });
        let _: Known = self.read(Method::POST, "/state", Some(&body), None).await?;
        Ok(())
    }

    /// Listens to what the unit is to show.
    pub(crate) async fn listen(&self) -> Result<Pictures, Trouble> {
        let answer = self.ask(Method::GET, "/picture/events", None, None).await?;
        if !answer.status().is_success() {
            return Err(turned(answer).await);
        }
        let pieces = answer.into_body().into_data_stream();
        let pieces = pieces.map(|piece| piece.map(Vec::from).map_err(|cause| unreachable(&cause)));
        Ok(Pictures { pieces: Box::pin(pieces), reader: Reader::default(), ready: Vec::new() })
    }
}

fn silent() -> Trouble {
    Trouble::Unreachable("it does not answer".to_owned())
}

/// Certificates of an authority.
pub(crate) fn trusted(file: &Path) -> Result<RootCertStore, String> {
    let bad = |cause: &dyn std::fmt::Display| {
        format!("{}: {cause}; copy the `ca.pem` there that `lobby tls init` made", file.display())
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|cause| bad(&cause))? {
        roots.add(certificate.map_err(|cause| bad(&cause))?).map_err(|cause| bad(&cause))?;
    }
    if roots.is_empty() { Err(bad(&"it holds no certificate")) } else { Ok(roots) }
}

async fn text(answer: Response<Incoming>) -> Result<String, Trouble> {
    let body = timeout(ANSWER, answer.into_body().collect()).await.map_err(|_| silent())?;
    let body = body.map_err(|cause| unreachable(&cause))?;
    Ok(String::from_utf8_lossy(&body.to_bytes()).into_owned())
}

async fn read<T: DeserializeOwned>(answer: Response<Incoming>) -> Result<T, Trouble> {
    if !answer.status().is_success() {
        return Err(turned(answer).await);
    }
    let text = text(answer).await?;
    serde_json::from_str(&text).map_err(|cause| Trouble::Turned {
        status: 200,
        code: "not_understood".to_owned(),
        detail: format!(
            "{cause}; is `lobby` in the agent's file the address of a lobby, of a version like this agent?"
        ),
    })
}

/// A problem as trouble: one that a person or time can end, or one of this very report.
async fn turned(answer: Response<Incoming>) -> Trouble {
    let status = answer.status();
    let problem = match text(answer).await {
        Ok(text) => serde_json::from_str(&text).unwrap_or(Problem { code: "no_problem".to_owned(), detail: text }),
        Err(error) => return error,
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
