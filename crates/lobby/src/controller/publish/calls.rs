//! Which spoken call of a number is the newest, and whether it is still of use.

use crate::orders::OpenCalls;
use queue_core::{Branch, Event, TicketState};
use std::{collections::BTreeMap, sync::Arc};

/// The journal's row of the newest call, by number.
#[derive(Debug, Default)]
pub(super) struct Calls {
    newest: BTreeMap<String, u64>,
}

impl Calls {
    pub(super) fn book(&mut self, seq: i64, fact: &Event, branch: &Branch) {
        match fact {
            Event::DayOpened { .. } => self.newest.clear(),
            Event::Called { ticket, .. } | Event::Recalled { ticket, .. } => {
                if let Some(ticket) = branch.ticket(ticket) {
                    self.newest.insert(ticket.number.clone(), u64::try_from(seq).unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    /// The calls that are still to be heard: whoever has arrived, was held or sent on needs no voice any more.
    pub(super) fn current(&self, branch: &Branch) -> OpenCalls {
        let called = branch.counters().filter_map(|counter| branch.ticket_at(&counter.id));
        let called = called.filter(|ticket| ticket.state == TicketState::Called);
        Arc::new(called.filter_map(|ticket| self.newest.get(&ticket.number).copied()).collect())
    }
}
