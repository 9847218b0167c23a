//! Booking what people say of a waiting ticket: needs, flags, notes, further services, and that
//! others may go first.

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
            Event::NoteKept { ticket, .. } => self.at_ticket(ticket, |ticket| ticket.notes += 1),
            Event::ThenSet { ticket, then } => self.at_ticket(ticket, |ticket| ticket.then.clone_from(then)),
            _ => {}
        }
    }
}
