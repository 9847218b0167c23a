//! Spoken guidance for kiosks whose browser has no voice.

use super::{AppState, Asking, auth::Caller, error::ApiError, spec::Problems, tickets::spoken_here};
use crate::voice::aloud;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest text that is read aloud, in characters.
const LONGEST: usize = 400;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(speech))
}

/// What is said.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SpeechQuery {
    /// One of the branch's languages.
    language: String,
    /// At most 400 characters.
    #[param(min_length = 1, max_length = 400)]
    text: String,
}

/// A text read aloud, as a WAV file. `?role=kiosk` says whose cookie counts.
#[utoipa::path(get, path = "/api/v1/speech", tag = "kiosk", params(SpeechQuery),
    responses((status = 200, body = Vec<u8>, content_type = "audio/wav"), Problems))]
async fn speech(
    State(state): State<Arc<AppState>>,
    _: Caller,
    Asking(asked): Asking<SpeechQuery>,
) -> Result<Response, ApiError> {
    let language = spoken_here(state.handle.config(), Some(asked.language))?.unwrap_or_default();
    let text = asked.text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(ApiError::BadQuery(format!("`text` has to be 1 to {LONGEST} characters")));
    }
    let wav = aloud(&language, text).await.map_err(|cause| {
        tracing::warn!(%cause, "a kiosk asked for a voice");
        let detail = "this machine cannot speak; install espeak-ng, or a voice for the kiosk's browser".to_owned();
        ApiError::Conflict { code: "no_voice", detail }
    })?;
    Ok(([(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")], wav).into_response())
}
