//! Cards at the kiosk: a number is read once and hashed at once; what the kiosk keeps is a pass. And a second paper for
//! whoever has a number already.

use super::{
    AppState,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    limits::with_paper,
    spec::Problems,
    tickets::kiosk,
    wish::{Act, wish},
};
use crate::{
    cards::{BadCard, Card, CardPass, lane_of},
    controller::{Answer, View},
    views::{self, CardView, Issued},
};
use axum::{extract::State, response::Response};
use queue_core::{Command, Handled};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(card)).routes(routes!(copy))
}

/// What the reader typed. Not `Debug`: the number is for nobody's eyes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CardBody {
    /// The number of an identity card, a bank card, or a card of the branch, as a text.
    #[schema(value_type = String)]
    number: serde_json::Value,
}

/// Reads a card: hashes its number at once, and answers a pass for taking tickets, the lane of its holder, and the live
/// numbers that the holder has. Changes nothing.
#[utoipa::path(post, path = "/api/v1/cards", tag = "kiosk", request_body = CardBody,
    responses((status = 200, body = CardView), Problems))]
async fn card(
    State(state): State<Arc<AppState>>,
    _: Caller,
    Asked { body, .. }: Asked<CardBody>,
) -> Result<Response, ApiError> {
    let config = state.handle.config().clone();
    let cards = config.cards.clone().unwrap_or_default();
    let bad = |bad: BadCard| ApiError::BadValue { code: "bad_card", detail: bad.to_string() };
    let read = Card::read(&body.number, &cards.rules).map_err(bad)?;
    let (lane, lookup) = lane_of(&cards, &read, |lane| config.lanes.iter().any(|known| known.id == lane)).await;
    let shown = state.handle.ask(move |view| views::card(view, &read, lane, lookup)).await?;
    let shown = shown.ok_or_else(|| ApiError::Conflict {
        code: "day_closed",
        detail: "the business day is not open; cards are read when it is".to_owned(),
    })?;
    Ok(answer(Answer { status: 200, body: json(&shown) }))
}

/// The pass that a kiosk shows with a wish for a ticket.
pub(super) async fn pass(state: &AppState, sealed: Option<&str>) -> Result<Option<CardPass>, ApiError> {
    let Some(sealed) = sealed.map(str::to_owned) else { return Ok(None) };
    let found = state.handle.ask(move |view| CardPass::open(&sealed, view.day_key()?, view.at)).await?;
    let old = || ApiError::BadValue {
        code: "card_expired",
        detail: "the card was read too long ago; read it again, or go on without it".to_owned(),
    };
    found.map(Some).ok_or_else(old)
}

/// Which number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CopyBody {
    /// Its tracking page, `/t/{token}`, as the kiosk was given it: whoever has it has the number.
    track: String,
    /// Where the paper comes out; the caller's own kiosk without it.
    kiosk: Option<String>,
}

/// Prints the paper of a live number again, marked as a copy, for whoever stands at the kiosk with it.
#[utoipa::path(post, path = "/api/v1/copies", tag = "kiosk", request_body = CopyBody,
    responses((status = 200, body = Issued), Problems))]
async fn copy(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    Asked { body, request }: Asked<CopyBody>,
) -> Result<Response, ApiError> {
    let from = kiosk(state.handle.config(), &caller.0, body.kiosk.as_deref())?.map(|kiosk| kiosk.id.clone());
    let token = body.track.trim_start_matches("/t/").to_owned();
    let ticket = state.handle.ask(move |view| view.tracked(&token).cloned()).await?;
    let ticket = ticket.ok_or_else(|| ApiError::NotFound {
        code: "unknown_link",
        detail: "this link is of no number today; links end with the business day".to_owned(),
    })?;
    let printer = views::printer_for_copy(state.handle.config(), from.as_deref(), &state.devices.list());
    let printer = printer.ok_or_else(|| ApiError::Conflict {
        code: "no_printer",
        detail: "this branch has no ticket printer; note the number".to_owned(),
    })?;
    let named = Named { ticket: Some(ticket.clone()), ..Named::default() };
    let command = Command::Reprint { ticket: ticket.clone(), printer };
    let act = Act { actor: caller.actor(), request, command, named, status: 200 };
    let show = move |view: &View<'_>, _: &Handled| Some(Issued { again: true, ..views::issued(view, &ticket)? });
    wish(&state, act, show).await.map(with_paper)
}
