//! Whether the lobby lives. Devices and sound never count: a dead printer does not stop the queue.

use super::{
    AppState,
    error::{ApiError, answer, json},
    spec::Problems,
};
use crate::controller::Answer;
use axum::{extract::State, response::Response};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// How long the writer may take to answer: a group commit on a very slow disk, several times over.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// That all is well.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`; anything else is a problem with its own status.
    status: &'static str,
}

/// Whether the writer lives. 503 says that a restart would help.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()),
    responses((status = 200, body = Health), Problems))]
async fn healthz(State(state): State<Arc<AppState>>) -> Result<Response, ApiError> {
    writer(&state).await
}

/// Whether numbers can be taken: the journal is replayed, the writer lives, HTTP is bound and not on its way down.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()),
    responses((status = 200, body = Health), Problems))]
async fn readyz(State(state): State<Arc<AppState>>) -> Result<Response, ApiError> {
    if state.stop.is_cancelled() {
        return Err(ApiError::NotReady("http: the lobby is stopping"));
    }
    writer(&state).await
}

async fn writer(state: &AppState) -> Result<Response, ApiError> {
    match timeout(PATIENCE, state.handle.ask(|_| ())).await {
        Ok(Ok(())) => Ok(answer(Answer { status: 200, body: json(&Health { status: "ok" }) })),
        Ok(Err(_)) => Err(ApiError::NotReady("journal: its writer has ended")),
        Err(_) => Err(ApiError::NotReady("journal: its writer does not answer")),
    }
}
