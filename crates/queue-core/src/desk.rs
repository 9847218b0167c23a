//! What the branch remembers of a desk unit, so that one press is one command across every kind of failure.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// Identity of one press. `(boot, wraps, seq)` counts up while a unit stays powered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PressMark {
    /// New at every power-up of the unit.
    pub boot: u16,
    /// How often the sequence went around since this boot was first seen.
    pub wraps: u32,
    /// Press sequence of the unit, +1 a press.
    pub seq: u16,
}

impl PressMark {
    /// Whether `self` is a press after `other`. A new boot starts over and is always later.
    pub fn is_after(self, other: PressMark) -> bool {
        self.boot != other.boot || (self.wraps, self.seq) > (other.wraps, other.seq)
    }
}

/// A desk unit as the journal knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The last press that was judged, or the baseline.
    pub mark: Option<PressMark>,
    /// Digits typed so far, and when the last of them came.
    pub typed: String,
    /// When the last digit was typed.
    pub typed_at: Timestamp,
    /// Whether the last press was refused; a lamp of the unit says so.
    pub refused: bool,
    /// Presses that were lost for good, as far as the unit could tell.
    pub missed: u64,
}
