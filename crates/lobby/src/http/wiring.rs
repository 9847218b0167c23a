//! Walking a line: every key of every counter is pressed once, ticked in place of being obeyed, and listed.

use super::{
    AppState, Named as PathName,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    spec::Problems,
    wish::{Act, Nothing, wish},
};
use crate::{
    controller::Answer,
    views::{self, LineFacts, LineList, LineView},
};
use axum::{extract::State, response::Response};
use queue_core::{Command, CounterId, Refusal};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(lines)).routes(routes!(state, start)).routes(routes!(stop))
}

/// The wiring list: every line, its units, and which of their keys came through when they were last walked.
#[utoipa::path(get, path = "/api/v1/lines", tag = "wiring", responses((status = 200, body = LineList), Problems))]
async fn lines(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let facts = state.lines.clone();
    let list =
        state.handle.ask(move |view| facts.iter().map(|facts| views::line(view.branch, facts)).collect()).await?;
    Ok(answer(Answer { status: 200, body: json(&LineList { lines: list }) }))
}

/// One line, and the walk that is on.
#[utoipa::path(get, path = "/api/v1/lines/{line}/walk", tag = "wiring", params(("line" = String, Path)),
    responses((status = 200, body = LineView), Problems))]
async fn state(State(state): State<Arc<AppState>>, _: Caller, PathName(line): PathName) -> Result<Response, ApiError> {
    let place = place(&state, &line)?;
    let facts = state.lines.clone();
    let shown = state.handle.ask(move |view| facts.get(place).map(|facts| views::line(view.branch, facts))).await?;
    Ok(answer(Answer { status: 200, body: json(&shown) }))
}

/// What to walk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WalkBody {
    /// These counters; all of the line without it.
    counters: Option<Vec<String>>,
}

/// Begins a walk: from here on presses of these units are ticked and not obeyed. It ends when every key was pressed,
/// when somebody ends it, or ten minutes after the last press. Refused while a customer is at one of the counters.
#[utoipa::path(post, path = "/api/v1/lines/{line}/walk", tag = "wiring", params(("line" = String, Path)),
    request_body = Option<WalkBody>, responses((status = 200, body = LineView), Problems))]
async fn start(
    State(state): State<Arc<AppState>>,
    by: Caller,
    PathName(line): PathName,
    Asked { body, request }: Asked<WalkBody>,
) -> Result<Response, ApiError> {
    let place = place(&state, &line)?;
    let Some(facts) = state.lines.get(place) else { return Err(unknown(&line)) };
    let units = facts.walk(body.counters.as_deref()).map_err(|counter| {
        let refusal = Refusal::UnknownCounter(CounterId::from(counter.as_str()));
        let detail = format!("counter `{counter}` has no unit on line {line}");
        ApiError::BadValue { code: refusal.code(), detail }
    })?;
    let command = Command::StartWalk { line: facts.line.clone(), units };
    act(&state, place, &by, request, command).await
}

/// Ends a walk; what was pressed stands in the list. Repeating it changes nothing.
#[utoipa::path(post, path = "/api/v1/lines/{line}/walk/stop", tag = "wiring", params(("line" = String, Path)),
    responses((status = 200, body = LineView), Problems))]
async fn stop(
    State(state): State<Arc<AppState>>,
    by: Caller,
    PathName(line): PathName,
    Asked { body: Nothing {}, request }: Asked<Nothing>,
) -> Result<Response, ApiError> {
    let place = place(&state, &line)?;
    let command = Command::StopWalk { line: line.as_str().into() };
    act(&state, place, &by, request, command).await
}

async fn act(
    state: &AppState,
    place: usize,
    by: &Caller,
    request: Option<crate::controller::RequestKey>,
    command: Command,
) -> Result<Response, ApiError> {
    let act = Act { actor: by.actor(), request, command, named: Named::default(), status: 200 };
    let facts: Arc<Vec<LineFacts>> = state.lines.clone();
    wish(state, act, move |view, _| facts.get(place).map(|facts| views::line(view.branch, facts))).await
}

/// Where the line stands in the list.
fn place(state: &AppState, line: &str) -> Result<usize, ApiError> {
    state.lines.iter().position(|known| known.line.as_str() == line).ok_or_else(|| unknown(line))
}

fn unknown(line: &str) -> ApiError {
    ApiError::NotFound { code: "unknown_line", detail: format!("there is no line `{line}` here") }
}
