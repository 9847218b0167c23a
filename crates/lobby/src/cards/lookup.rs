//! Asking a service of the branch's own network where the holder of a card waits. The customer stands there: it has a
//! second, and what fails is the regular way.

use super::Card;
use crate::config::CardLookupConfig;
use futures_util::StreamExt as _;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Largest answer that is read.
const ANSWER_LIMIT: usize = 16 * 1024;

/// Why there is no answer. Never says what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    /// No connection, or none in time.
    #[error("no answer: {0}")]
    Silent(reqwest::Error),
    /// Another status than 200 and 404.
    #[error("it answered {0}")]
    Status(u16),
    /// Something else than `{"lane": …}`.
    #[error("it answered something else than {{\"lane\": …}}")]
    Shape,
}

/// The lane of the holder; `None` is the regular way. 404 means that the card is not known there.
pub(super) async fn ask(config: &CardLookupConfig, card: &Card) -> Result<Option<String>, LookupError> {
    let limit = Duration::from_millis(config.timeout_ms.into());
    // The address carries nothing of the card: addresses end up in logs.
    let client =
        reqwest::Client::builder().timeout(limit).no_proxy().redirect(reqwest::redirect::Policy::none()).build();
    let body = json!({"kind": card.kind.name(), "number": card.identity.number()});
    let sent = client.map_err(silent)?.post(&config.url).json(&body).send().await.map_err(silent)?;
    match sent.status().as_u16() {
        200 => {}
        404 => return Ok(None),
        other => return Err(LookupError::Status(other)),
    }
    let mut bytes = Vec::new();
    let mut chunks = sent.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(silent)?);
        if bytes.len() > ANSWER_LIMIT {
            return Err(LookupError::Shape);
        }
    }
    let told: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| LookupError::Shape)?;
    match told.get("lane") {
        Some(Value::String(lane)) => Ok(Some(lane.clone())),
        Some(Value::Null) => Ok(None),
        _ => Err(LookupError::Shape),
    }
}

fn silent(cause: reqwest::Error) -> LookupError {
    LookupError::Silent(cause.without_url())
}
