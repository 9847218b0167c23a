//! What customers say of a service: five levels, asked of nobody and given by the customer alone. Who says nothing
//! stays unrated.
//!
//! A rating belongs to one leg: the service that a counter finished last. The unit at the counter rates whoever was
//! served there last, for as long as that can only be the one who stands before it: until a while has passed, somebody
//! else is served there, or the next customer has had time to walk up. Nobody is rated before the service is over, so
//! keys pressed in between count for nothing.

use crate::{Branch, CounterId, Event, Millis, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

/// Best level; 1 is the worst.
pub const BEST_SCORE: u8 = 5;
/// A customer who slipped may press again for so long; the last press counts.
pub(crate) const CORRECTION_MS: Millis = 10_000;
/// After the next call the one who was served may still press for so long: it takes longer to walk up from a seat.
pub(crate) const LEAVING_MS: Millis = 15_000;

/// Whose service is rated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rated {
    /// Of whoever was served last at that counter.
    At(CounterId),
    /// Of that ticket, by whoever has its link.
    Ticket(TicketId),
}

/// A service that was finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// Where.
    pub counter: CounterId,
    /// Staff number of who worked there, where known.
    pub staff: Option<String>,
    /// When it was finished.
    pub at: Timestamp,
    /// What the customer said of it, and when first.
    pub rating: Option<(u8, Timestamp)>,
}

impl Branch {
    pub(crate) fn apply_rated(&mut self, at: Timestamp, fact: &Event) {
        let Event::Rated { ticket, score, .. } = fact else { return };
        self.at_ticket(ticket, |ticket| {
            if let Some(served) = &mut ticket.served {
                let first = served.rating.map_or(at, |(_, first)| first);
                served.rating = Some((*score, first));
            }
        });
    }

    /// Remembers whom a counter has served, before the ticket moves on.
    pub(crate) fn remember_served(&mut self, at: Timestamp, id: &TicketId, counter: &CounterId) {
        let Some(station) = self.counters.get_mut(counter) else { return };
        station.served = Some(id.clone());
        let served = Served { counter: counter.clone(), staff: station.staff.clone(), at, rating: None };
        self.at_ticket(id, |ticket| ticket.served = Some(served));
    }
}
