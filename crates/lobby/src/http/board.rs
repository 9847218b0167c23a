//! The board, once or as a stream that never ends by itself, and what each screen shows of it.

use super::{
    AppState, Asking,
    auth::Caller,
    error::{ApiError, answer, json},
    spec::Problems,
    stream,
};
use crate::{
    accounts::Role,
    controller::Answer,
    views::{self, Board, ScreenList},
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(board)).routes(routes!(events)).routes(routes!(screens))
}

/// What every screen may show, as one value.
#[utoipa::path(get, path = "/api/v1/board", tag = "screen", responses((status = 200, body = Board), Problems))]
async fn board(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    state.handle.drawn().await?;
    let frame = state.board.borrow().clone();
    Ok(answer(Answer { status: 200, body: frame.json.to_string() }))
}

/// Who is listening.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// The screen's name in the configuration; the name of its credential without it.
    screen: Option<String>,
    /// Whose cookie counts: a stream cannot send `X-Role`.
    #[allow(dead_code, reason = "read before the route is reached; stands here for openapi.json")]
    role: Option<String>,
}

/// The board now and whenever it changes: `event: board` with the whole value; `event: ping` every 10 s.
#[utoipa::path(get, path = "/api/v1/board/events", tag = "screen", params(EventsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
async fn events(
    State(state): State<Arc<AppState>>,
    Caller(caller): Caller,
    Asking(query): Asking<EventsQuery>,
) -> Result<Response, ApiError> {
    let name = query.screen.or_else(|| (caller.role == Role::Screen).then_some(caller.name));
    let presence = name.map(|name| state.screens.enter(name));
    stream::stream(&state, "board", &state.board, presence).await
}

/// What each screen of the configuration shows of the board, and how: layout, services, counters, languages, colours.
#[utoipa::path(get, path = "/api/v1/screens", tag = "screen", responses((status = 200, body = ScreenList), Problems))]
async fn screens(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let list = state.handle.ask(views::screens).await?;
    Ok(answer(Answer { status: 200, body: json(&list) }))
}
