//! What a kiosk learns of a card: no number, a mask, and a pass.

use super::{Text, TextSchema, Time};
use crate::{
    cards::{Card, CardKind, CardPass, Lookup},
    controller::View,
};
use queue_core::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A card that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Card)]
pub struct CardView {
    /// Give this as `card` with `POST /api/v1/tickets`. Opaque; says nothing without the lobby.
    pub card: String,
    /// Until when that is good.
    pub until: Time,
    /// `id`, `card` or `member`.
    #[schema(schema_with = kinds)]
    pub kind: &'static str,
    /// What the customer compares with the card, such as `110***********1234`.
    pub mask: String,
    /// Where the holder waits, where the branch says so; `null` is the regular way.
    #[schema(required)]
    pub lane: Option<String>,
    /// Its name for people.
    #[schema(required, value_type = Option<TextSchema>)]
    pub lane_name: Option<Text>,
    /// Whether somebody was asked for the lane: `none`, `answered`, or `failed`, which is the regular way.
    #[schema(schema_with = lookups)]
    pub lookup: &'static str,
    /// Live numbers of the same person.
    pub live: Vec<CardLive>,
}

/// A live number of somebody whose card was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardLive {
    /// Service.
    pub service: String,
    /// What is printed.
    pub number: String,
    /// Address of the customer's own page.
    pub track: String,
}

fn kinds() -> utoipa::openapi::Object {
    super::one_of(&[CardKind::Id, CardKind::Card, CardKind::Member].map(CardKind::name))
}

fn lookups() -> utoipa::openapi::Object {
    super::one_of(&[Lookup::None, Lookup::Answered, Lookup::Failed].map(Lookup::name))
}

/// The answer to a card, or `None` between two days.
pub fn card(view: &View<'_>, card: &Card, lane: Option<String>, lookup: Lookup) -> Option<CardView> {
    let key = view.day_key()?;
    let config = view.config;
    let live = config.services.iter().filter_map(|service| {
        let ticket = view.branch.ticket(view.live_of(&card.identity, &service.id.as_str().into())?)?;
        let track = format!("/t/{}", view.track_token(&ticket.id)?);
        Some(CardLive { service: service.id.clone(), number: ticket.number.clone(), track })
    });
    let lane_name = config.lanes.iter().find(|known| Some(&known.id) == lane.as_ref()).map(|lane| lane.name.clone());
    let pass = CardPass::new(card, lane.clone(), key, view.at)?;
    Some(CardView {
        card: pass.seal(key)?,
        until: Time(Timestamp(pass.until)),
        kind: card.kind.name(),
        mask: pass.mask,
        lane,
        lane_name,
        lookup: lookup.name(),
        live: live.collect(),
    })
}
