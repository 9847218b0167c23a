//! Who says what where: from calls and notices of the journal to the loudspeakers of the zones, and back to the journal,
//! the board and the devices.
//!
//! [`hall`] takes every announcement, has notices made into sound, hands each to its zones ([`crate::voice::Voice`]), and
//! books what became of it. Numbers of quiet lanes are not spoken: staff are alerted to invite the customer.
//! [`programme`] says the broadcast programme by the clock. Never here: how something sounds, or whose turn it is in a zone.

pub mod hall;
pub mod programme;

use crate::{views::Speaking, voice::Shelf};
use std::sync::Arc;
use tokio::sync::watch;

/// What the loudspeakers say now, and the sound for screens. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Voices {
    shelf: Shelf,
    speaking: watch::Receiver<Arc<Vec<Speaking>>>,
}

impl Default for Voices {
    /// Those of a branch whose voice is off.
    fn default() -> Voices {
        Voices { shelf: Shelf::default(), speaking: watch::channel(Arc::default()).1 }
    }
}

impl Voices {
    /// What is being said, by zone.
    pub fn speaking(&self) -> Arc<Vec<Speaking>> {
        self.speaking.borrow().clone()
    }

    /// Clips that screens play.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }
}
