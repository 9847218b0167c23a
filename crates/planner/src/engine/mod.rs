//! The selection rule, played fast: the same choices as [`queue_core::Branch`], on indices instead of names.
//!
//! The core books facts and can be asked anything about them; a forecast only wants to know who is called when,
//! thousands of times. So a [`Hall`] is the little that the rule asks about, on small integers, and is cheap to copy:
//! take a copy of the state, play it forward, throw it away. It has no opinion about what may happen in a lobby;
//! [`Engine`] keeps the tickets of a whole day around one and has one method an event.
//!
//! A counter that is idle is always ready. Nothing happens between events: whoever plays forward asks when the hall
//! wakes next. Times are milliseconds.

mod acts;
mod choose;
mod hall;
mod rule;

pub use acts::{ActError, Engine, Terms, Ticket, TicketState};
pub use hall::{Call, CallReason, Doing, Hall, Pinned, Serving, Waiting};
pub use rule::{CounterRule, LaneRule, Rule, Skill};

use queue_core::Millis;

/// Largest distance of an instant from the origin of time, 4·10¹² ms (127 years): with it and [`MAX_SPEED`] no sum of
/// points leaves 64 bits.
pub const MAX_INSTANT_MS: Millis = 4_000_000_000_000;
/// Largest speed of a lane, in 1/100 points a minute.
pub const MAX_SPEED: i64 = 1_000_000;
/// Largest head start or affinity either way, in 1/100 points: both together stay within a tenth of 64 bits.
pub const MAX_POINTS: i64 = 1_000_000_000_000;
