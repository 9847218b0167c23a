//! A customer's own number, for whoever has the link. Reachable from outside through the public listener.

use super::{
    AppState, Named as PathName,
    body::Asked,
    error::{ApiError, Named, answer, json},
    spec::Problems,
    wish::{Act, Nothing, wish},
};
use crate::{
    controller::{Answer, RequestKey},
    views::{self, Track},
};
use axum::{extract::State, response::Response};
use queue_core::{Actor, Command, Rated, TicketId};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(track)).routes(routes!(cancel)).routes(routes!(later)).routes(routes!(rate))
}

/// One's own number as it stands.
#[utoipa::path(get, path = "/api/v1/track/{token}", tag = "customer", params(("token" = String, Path)),
    security(()), responses((status = 200, body = Track), Problems))]
async fn track(State(state): State<Arc<AppState>>, PathName(token): PathName) -> Result<Response, ApiError> {
    let found = state.handle.ask(move |view| views::track(view, &token)).await?.ok_or_else(unknown)?;
    Ok(answer(Answer { status: 200, body: json(&found) }))
}

/// Gives one's own number back.
#[utoipa::path(post, path = "/api/v1/track/{token}/cancel", tag = "customer", params(("token" = String, Path)),
    security(()), responses((status = 200, body = Track), Problems))]
async fn cancel(
    State(state): State<Arc<AppState>>,
    PathName(token): PathName,
    Asked { body: Nothing {}, request }: Asked<Nothing>,
) -> Result<Response, ApiError> {
    act(&state, token, request, |ticket| Command::Cancel { ticket, customer: true, reason: None }).await
}

/// Fewest and most numbers that a customer may let go first.
const PASS: std::ops::RangeInclusive<u32> = 1..=20;

/// How many others go first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LaterBody {
    /// 1 to 20.
    #[serde(default = "three")]
    #[schema(default = 3, minimum = 1, maximum = 20)]
    pass: u32,
}

fn three() -> u32 {
    3
}

/// Lets so many others of the same service and lane go first: once, and only while waiting.
#[utoipa::path(post, path = "/api/v1/track/{token}/later", tag = "customer", params(("token" = String, Path)),
    security(()), request_body = Option<LaterBody>, responses((status = 200, body = Track), Problems))]
async fn later(
    State(state): State<Arc<AppState>>,
    PathName(token): PathName,
    Asked { body: LaterBody { pass }, request }: Asked<LaterBody>,
) -> Result<Response, ApiError> {
    if !PASS.contains(&pass) {
        let detail = format!("`pass` goes from {} to {}", PASS.start(), PASS.end());
        return Err(ApiError::BadValue { code: "bad_pass", detail });
    }
    act(&state, token, request, |ticket| Command::Defer { ticket, pass }).await
}

/// What the service was like.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RateBody {
    /// From 1, the worst, to 5.
    #[schema(minimum = 1, maximum = 5)]
    score: u8,
}

/// Says what the service was like, once it is over: once, and within ten seconds again, where a finger slipped.
#[utoipa::path(post, path = "/api/v1/track/{token}/rate", tag = "customer", params(("token" = String, Path)),
    security(()), request_body = RateBody, responses((status = 200, body = Track), Problems))]
async fn rate(
    State(state): State<Arc<AppState>>,
    PathName(token): PathName,
    Asked { body: RateBody { score }, request }: Asked<RateBody>,
) -> Result<Response, ApiError> {
    act(&state, token, request, |ticket| Command::Rate { of: Rated::Ticket(ticket), score }).await
}

/// A wish about one's own number.
async fn act(
    state: &AppState,
    token: String,
    request: Option<RequestKey>,
    command: impl FnOnce(TicketId) -> Command,
) -> Result<Response, ApiError> {
    let asked = token.clone();
    let ticket = state.handle.ask(move |view| view.tracked(&asked).cloned()).await?.ok_or_else(unknown)?;
    let named = Named { ticket: Some(ticket.clone()), ..Named::default() };
    let act = Act { actor: Actor::from("customer:link"), request, command: command(ticket), named, status: 200 };
    wish(state, act, move |view, _| views::track(view, &token)).await
}

fn unknown() -> ApiError {
    ApiError::NotFound {
        code: "unknown_link",
        detail: "this link is of no number today; links end with the business day".to_owned(),
    }
}
