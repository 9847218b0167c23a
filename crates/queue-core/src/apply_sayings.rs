//! Booking what people say of a waiting ticket: needs, flags, and that others may go first.

use crate::{Branch, Event};

impl Branch {
    pub(crate) fn apply_saying(&mut self, fact: &Event) {
        match fact {
            Event::NeedsSet { ticket, needs } => self.at_ticket(ticket, |ticket| ticket.needs.clone_from(needs)),
            Event::Flagged { ticket, flag, .. } => self.at_ticket(ticket, |ticket| {
                ticket.flags.insert(*flag);
            }),
            Event::Deferred { ticket, origin, .. } => self.requeue(ticket, |ticket| {
                ticket.origin = *origin;
                ticket.deferred = true;
            }),
            _ => {}
        }
    }
}
