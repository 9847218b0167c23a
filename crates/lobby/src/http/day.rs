//! Opening and closing the business day by hand. The schedule does both where the configuration says so.

use super::{
    AppState,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json, refused},
    spec::Problems,
    wish::{Act, Nothing, wish},
};
use crate::{
    controller::Answer,
    views::{self, DayView, sentence},
};
use axum::{extract::State, response::Response};
use queue_core::{Command, Refusal};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(day)).routes(routes!(open)).routes(routes!(close))
}

/// The business day, its sessions and its numbers.
#[utoipa::path(get, path = "/api/v1/day", tag = "day", responses((status = 200, body = DayView), Problems))]
async fn day(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let day = state.handle.ask(views::day).await?;
    Ok(answer(Answer { status: 200, body: json(&day) }))
}

/// Opens today's business day; repeating it changes nothing. Numbers are still given in its sessions only.
#[utoipa::path(post, path = "/api/v1/day/open", tag = "day", responses((status = 200, body = DayView), Problems))]
async fn open(State(state): State<Arc<AppState>>, by: Caller, asked: Asked<Nothing>) -> Result<Response, ApiError> {
    let (config, now) = (state.handle.config(), state.clock.now());
    let day = config.business_day(now);
    let hours = config.hours(&day);
    let before = state.handle.ask(|view| view.branch.day().clone()).await?;
    let is_open = before.open && before.day.as_ref() == Some(&day);
    if !is_open && hours.sessions.as_ref().is_some_and(|sessions| sessions.iter().all(|session| session.until <= now)) {
        let coming = sentence(config, now, &Refusal::OutsideSession { next: None });
        let detail = format!("{day} has no session any more: {coming}; a workday more stands in `workdays` of [day]");
        return Err(ApiError::Conflict { code: "no_session", detail });
    }
    let named = Named::default();
    // Nobody can take a number before the day is open, so its hours stand before it does.
    if let Err(refusal) = state.handle.tell(by.actor(), Command::SetHours { day: day.clone(), hours }).await? {
        return Ok(answer(refused(&refusal, &named, config, now)));
    }
    let command = Command::OpenDay { day };
    let act = Act { actor: by.actor(), request: asked.request, command, named, status: 200 };
    wish(&state, act, |view, _| Some(views::day(view))).await
}

/// How it is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseDayBody {
    /// Also while somebody is called, served or held; their numbers expire.
    #[serde(default)]
    confirm: bool,
}

/// Closes the business day: whoever still waits expires, and the answer says how many; counters close.
#[utoipa::path(post, path = "/api/v1/day/close", tag = "day", request_body = Option<CloseDayBody>,
    responses((status = 200, body = DayView), Problems))]
async fn close(
    State(state): State<Arc<AppState>>,
    by: Caller,
    asked: Asked<CloseDayBody>,
) -> Result<Response, ApiError> {
    let command = Command::CloseDay { force: asked.body.confirm };
    let act = Act { actor: by.actor(), request: asked.request, command, named: Named::default(), status: 200 };
    wish(&state, act, |view, _| Some(views::day(view))).await
}
