//! A customer's own number, for whoever has the link. Reachable from outside through the public listener.

use super::{
    AppState, Named as PathName,
    body::Asked,
    error::{ApiError, Named, answer, json},
    spec::Problems,
    wish::{Act, Nothing, wish},
};
use crate::{
    controller::Answer,
    views::{self, Track},
};
use axum::{extract::State, response::Response};
use queue_core::{Actor, Command};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(track)).routes(routes!(cancel))
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
    let asked = token.clone();
    let ticket = state.handle.ask(move |view| view.tracked(&asked).cloned()).await?.ok_or_else(unknown)?;
    let command = Command::Cancel { ticket: ticket.clone(), customer: true, reason: None };
    let named = Named { ticket: Some(ticket), ..Named::default() };
    let act = Act { actor: Actor::from("customer:link"), request, command, named, status: 200 };
    wish(&state, act, move |view, _| views::track(view, &token)).await
}

fn unknown() -> ApiError {
    ApiError::NotFound {
        code: "unknown_link",
        detail: "this link is of no number today; links end with the business day".to_owned(),
    }
}
