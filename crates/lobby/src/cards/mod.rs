//! A card at the kiosk: its reader types the number, the number is hashed at once, and what is left of it is a pass
//! that the kiosk shows when a ticket is taken. `read` says what a number is, `lookup` asks who may know more, `pass`
//! keeps what is left.
//!
//! Never here: a number in a log, an answer or an error.

mod lookup;
mod pass;
mod read;

pub use pass::CardPass;
pub use read::{BadCard, Card, CardKind};

use crate::config::CardsConfig;

/// What became of the question where a card's holder waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Nobody is asked in this branch.
    None,
    /// Somebody answered.
    Answered,
    /// Nobody answered in time: the regular way.
    Failed,
}

impl Lookup {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Lookup::None => "none",
            Lookup::Answered => "answered",
            Lookup::Failed => "failed",
        }
    }
}

/// The lane of a card's holder: as the lookup says; where there is none, or it fails, as the rules say. `known` tells
/// which lanes there are.
pub async fn lane_of(cards: &CardsConfig, card: &Card, known: impl Fn(&str) -> bool) -> (Option<String>, Lookup) {
    let Some(config) = &cards.lookup else { return (card.lane.clone(), Lookup::None) };
    match lookup::ask(config, card).await {
        Ok(lane) if lane.as_deref().is_none_or(known) => (lane, Lookup::Answered),
        Ok(_) => {
            tracing::warn!("the card lookup named a lane that this branch does not have; the rules count");
            (card.lane.clone(), Lookup::Failed)
        }
        Err(cause) => {
            tracing::warn!(%cause, "the card lookup failed; the rules count");
            (card.lane.clone(), Lookup::Failed)
        }
    }
}
