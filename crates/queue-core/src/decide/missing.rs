//! Calling again and giving up: how often a number is recalled, and from when its customer counts as missing.

use super::Judgement;
use crate::{Branch, CounterId, Event, Refusal, Ticket, TicketState, Timestamp};

impl Branch {
    pub(super) fn decide_recall(&self, id: &CounterId) -> Judgement {
        let (_, ticket) = self.customer_at(id)?;
        if ticket.state == TicketState::Serving {
            return Err(Refusal::AlreadyArrived(ticket.number.clone()));
        }
        let (limit, recalls) = (self.plan.rules.recall_limit, ticket.times.saturating_sub(1));
        if limit > 0 && recalls >= limit {
            return Err(Refusal::RecallLimit { number: ticket.number.clone(), recalls });
        }
        Ok(vec![Event::Recalled { ticket: ticket.id.clone(), counter: id.clone() }])
    }

    pub(super) fn decide_no_show(&self, at: Timestamp, id: &CounterId) -> Judgement {
        let (counter, ticket) = self.customer_at(id)?;
        if ticket.state == TicketState::Serving {
            return Err(Refusal::AlreadyArrived(ticket.number.clone()));
        }
        self.refuse_too_early(at, ticket)?;
        if let Some(alert) = self.look_for(at, id, ticket)? {
            return Ok(vec![alert]);
        }
        let gone = Event::NoShow { ticket: ticket.id.clone(), counter: id.clone() };
        Ok([Some(gone), Self::pause_if_pausing(counter)].into_iter().flatten().collect())
    }

    /// The branch may want several calls, and a while after the last one, before a customer counts as missing.
    fn refuse_too_early(&self, at: Timestamp, ticket: &Ticket) -> Result<(), Refusal> {
        let rules = &self.plan.rules;
        let recalls = rules.no_show_after_calls.saturating_sub(ticket.times);
        let since = at.since(ticket.last_called_at.unwrap_or(at));
        // A last call in the future means that the clock was set back; that must not keep the counter waiting.
        let left = if since < 0 { 0 } else { (rules.no_show_gap_ms - since).max(0) };
        let wait_s = left.unsigned_abs().div_ceil(1_000);
        if recalls == 0 && wait_s == 0 {
            return Ok(());
        }
        Err(Refusal::TooEarly { number: ticket.number.clone(), recalls, wait_s })
    }
}
