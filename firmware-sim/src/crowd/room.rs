//! The hall as a customer sees it: who still sits there when a number is called.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Whom a called number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    /// Nobody of the crowd: a person who took a number at a page.
    Stranger,
    /// Somebody who has waited so long and is still there.
    Here {
        /// From the number to the call.
        waited: Duration,
    },
    /// Somebody who has left.
    Gone,
}

#[derive(Debug, Clone, Copy)]
enum Seat {
    Waits { since: Duration },
    Called { waited: Duration },
    Gone,
}

/// Customers by number. A number that is given again on another day is somebody else, so there are never more entries
/// than numbers of a day.
#[derive(Debug, Default)]
pub struct Room {
    seats: Mutex<BTreeMap<String, Seat>>,
}

impl Room {
    /// Somebody sits down with a number; or stays after all.
    pub fn sits(&self, number: &str, since: Duration) {
        self.seats().insert(number.to_owned(), Seat::Waits { since });
    }

    /// Somebody's patience is at an end. False when the number was called before that: then nobody leaves.
    pub fn leaves(&self, number: &str) -> bool {
        match self.seats().get_mut(number) {
            Some(seat @ Seat::Waits { .. }) => {
                *seat = Seat::Gone;
                true
            }
            _ => false,
        }
    }

    /// A clerk sees that a number is called.
    pub fn called(&self, number: &str, now: Duration) -> Guest {
        match self.seats().get_mut(number) {
            None => Guest::Stranger,
            Some(seat) => {
                let waited = match *seat {
                    Seat::Gone => return Guest::Gone,
                    Seat::Called { waited } => waited,
                    Seat::Waits { since } => now.saturating_sub(since),
                };
                *seat = Seat::Called { waited };
                Guest::Here { waited }
            }
        }
    }

    /// The number that a call box means, which shows digits only: of those that end so, whoever waits longest; else whoever
    /// left; else whoever was called before.
    pub fn number_of(&self, digits: &str) -> Option<String> {
        if digits.is_empty() {
            return None;
        }
        let seats = self.seats();
        let meant = seats.iter().filter(|(number, _)| number.ends_with(digits));
        let rank = |seat: &Seat| match seat {
            Seat::Waits { since } => (0, *since),
            Seat::Gone => (1, Duration::ZERO),
            Seat::Called { .. } => (2, Duration::ZERO),
        };
        meant.min_by_key(|(_, seat)| rank(seat)).map(|(number, _)| number.clone())
    }

    fn seats(&self) -> MutexGuard<'_, BTreeMap<String, Seat>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
