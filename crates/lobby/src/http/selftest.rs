//! The self-test: started, read, ticked.

use super::{
    AppState, Named as PathName,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    spec::Problems,
    wish::{Act, free_text, wish},
};
use crate::{
    controller::Answer,
    selftest::parts,
    views::{self, SelfTestAnswer},
};
use axum::{extract::State, response::Response};
use queue_core::{Command, Refusal, SelfTestId, SelfTestMeans};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(last, start)).routes(routes!(tick))
}

/// The last self-test; `null` before the first.
#[utoipa::path(get, path = "/api/v1/selftest", tag = "staff", responses((status = 200, body = SelfTestAnswer), Problems))]
async fn last(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let last = state.handle.ask(views::selftest).await?;
    Ok(answer(Answer { status: 200, body: json(&last) }))
}

/// What the test may do beyond looking.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct StartBody {
    /// A test picture at the counters; `true` without it. A counter with a customer keeps its digits.
    pictures: Option<bool>,
    /// A slip out of every printer; `false` without it.
    slips: bool,
    /// A chime from the loudspeakers; `false` without it.
    chime: bool,
}

/// Looks at every printer, unit, screen, the voice and the machine itself. The answer comes at once, the results within
/// half a minute: read them until `state` is `done`.
#[utoipa::path(post, path = "/api/v1/selftest", tag = "staff", request_body = Option<StartBody>,
    responses((status = 202, body = SelfTestAnswer), Problems))]
async fn start(
    State(state): State<Arc<AppState>>,
    by: Caller,
    Asked { body, request }: Asked<StartBody>,
) -> Result<Response, ApiError> {
    let StartBody { pictures, slips, chime } = body;
    let means = SelfTestMeans { pictures: pictures.unwrap_or(true), slips, chime };
    let command = Command::StartSelfTest { parts: parts(state.handle.config()), means };
    let act = Act { actor: by.actor(), request, command, named: Named::default(), status: 202 };
    wish(&state, act, |view, _| Some(views::selftest(view))).await
}

/// What a person found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TickBody {
    /// Which item.
    item: String,
    /// Whether it is well.
    ok: bool,
    /// One line about it.
    note: Option<String>,
}

/// Says how something is that only a person can look at. Saying it again replaces what was said.
#[utoipa::path(post, path = "/api/v1/selftest/{id}/tick", tag = "staff", params(("id" = String, Path)),
    request_body = TickBody, responses((status = 200, body = SelfTestAnswer), Problems))]
async fn tick(
    State(state): State<Arc<AppState>>,
    by: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<TickBody>,
) -> Result<Response, ApiError> {
    let unknown = |_| {
        let refusal = Refusal::UnknownSelfTest;
        ApiError::NotFound { code: refusal.code(), detail: refusal.to_string() }
    };
    let test = SelfTestId(id.parse().map_err(unknown)?);
    let note = body.note.map(|note| free_text("note", note)).transpose()?;
    let command = Command::TickSelfTest { test, item: body.item.as_str().into(), ok: body.ok, note };
    let act = Act { actor: by.actor(), request, command, named: Named::default(), status: 200 };
    wish(&state, act, |view, _| Some(views::selftest(view))).await
}
