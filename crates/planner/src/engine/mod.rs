//! The selection rule, played fast: the same choices as [`queue_core::Branch`], on indices instead of names.
//!
//! The core books facts and can be asked anything about them; a forecast only wants to know who is called when,
//! thousands of times. So the engine keeps one queue of small records a class, never allocates in a choice, and is
//! cheap to clone: take a copy of the state, play it forward, throw it away.
//!
//! One event is one method of [`Engine`] followed by [`Engine::assign`], which makes the calls that follow. A counter
//! that is idle is always ready. Nothing happens between events: whoever plays forward asks [`Engine::next_wake`].

mod acts;
mod choose;
mod rules;
mod state;

pub use acts::ActError;
pub use rules::{Appointments, CounterRule, LaneRule, PlayRules};
pub use state::{Call, CallReason, Counter, CounterState, Engine, Ticket, TicketState};

use queue_core::Millis;

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in the list.
            pub const fn index(self) -> usize { self.0 as usize }

            /// The name of a place in a list. No list here comes near 2³² entries.
            pub fn at(place: usize) -> Self { $name(u32::try_from(place).unwrap_or(u32::MAX)) }
        }
    )*};
}

indices! {
    /// A service, by its place in [`PlayRules::services`].
    ServiceIx
    /// A lane, by its place in [`PlayRules::lanes`], which is its rank.
    LaneIx
    /// A counter, by its place in [`PlayRules::counters`], which is its rank.
    CounterIx
    /// A ticket, by the order of issue; the sequence of the rule.
    TicketIx
}

/// Milliseconds in a minute: points are counted in 1/6,000,000, so that a sum is exact.
const MINUTE_MS: i64 = 60_000;

/// Largest distance of an instant from the origin of time, 4·10¹² ms (127 years): with it and [`MAX_SPEED`] no sum of
/// points leaves 64 bits.
pub const MAX_INSTANT_MS: Millis = 4_000_000_000_000;
/// Largest speed of a lane, in 1/100 points a minute.
pub const MAX_SPEED: i64 = 1_000_000;
/// Largest head start or affinity either way, in 1/100 points.
pub const MAX_POINTS: i64 = 1_000_000_000_000;
/// Lanes of one branch that can have a guarantee; a set of them is one machine word.
pub const MAX_LANES: usize = 128;
