//! Spoken guidance for kiosks whose browser has no voice.

use super::{AppState, Asking, auth::Caller, error::ApiError, spec::Problems, tickets::spoken_here};
use crate::voice::wav_file;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Semaphore;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest text that is read aloud, in characters.
const LONGEST: usize = 400;
/// How many texts are made into sound at once; others wait.
static SPEAKING: Semaphore = Semaphore::const_new(2);

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
    let wav = aloud(&state, language, text.to_owned()).await.map_err(|cause| {
        tracing::warn!(cause, "a kiosk asked for a voice");
        let detail = "this machine cannot speak; install espeak-ng, or a voice for the kiosk's browser".to_owned();
        ApiError::Conflict { code: "no_voice", detail }
    })?;
    Ok(([(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")], wav).into_response())
}

/// The same voice as that of notices, slower. The same text is made once.
async fn aloud(state: &AppState, language: String, text: String) -> Result<Vec<u8>, String> {
    let guidance = state.guidance.clone();
    let _turn = SPEAKING.acquire().await.map_err(|closed| closed.to_string())?;
    let made = tokio::task::spawn_blocking(move || guidance.say(&language, &text)).await;
    let samples = made.map_err(|panic| panic.to_string())?.map_err(|cause| cause.to_string())?;
    Ok(wav_file(&samples))
}
