//! Ratings: whether the service is over, whose it was, and whether it is said already.

use super::{Judgement, expect_state};
use crate::{
    Branch, CounterId, Event, Refusal, Ticket, TicketId, TicketState, Timestamp,
    rating::{BEST_SCORE, CORRECTION_MS, LEAVING_MS, Rated, Served},
};

impl Branch {
    pub(super) fn decide_rate(&self, at: Timestamp, of: &Rated, score: u8) -> Judgement {
        if !(1..=BEST_SCORE).contains(&score) {
            return Err(Refusal::UnknownScore(score));
        }
        let (ticket, served) = match of {
            Rated::At(counter) => self.just_served(at, counter)?,
            Rated::Ticket(id) => self.served(id)?,
        };
        let changed = match served.rating {
            Some((said, _)) if said == score => return Ok(Vec::new()), // a key that bounced
            Some((_, first)) if at.since(first) > CORRECTION_MS => {
                return Err(Refusal::RatedBefore(ticket.number.clone()));
            }
            said => said.is_some(),
        };
        let (counter, staff) = (served.counter.clone(), served.staff.clone());
        Ok(vec![Event::Rated { ticket: ticket.id.clone(), counter, score, staff, changed }])
    }

    /// Whoever was served last at a counter, while nobody else can stand before its unit.
    fn just_served(&self, at: Timestamp, id: &CounterId) -> Result<(&Ticket, &Served), Refusal> {
        let counter = self.known_counter(id)?;
        let nobody = || Refusal::NobodyToRate(id.clone());
        let ticket = counter.served.as_ref().and_then(|ticket| self.tickets.get(ticket)).ok_or_else(nobody)?;
        let served = ticket.served.as_ref().filter(|served| served.counter == *id).ok_or_else(nobody)?;
        let next = counter.ticket.as_ref().and_then(|next| self.tickets.get(next));
        let alone = next.is_none_or(|next| {
            next.state == TicketState::Called && next.called_at.is_some_and(|called| at.since(called) <= LEAVING_MS)
        });
        let fresh = at.since(served.at) < self.plan.rules.rating_ms;
        if alone && fresh { Ok((ticket, served)) } else { Err(nobody()) }
    }

    /// A ticket whose service is over.
    fn served(&self, id: &TicketId) -> Result<(&Ticket, &Served), Refusal> {
        let ticket = self.known_ticket(id)?;
        expect_state(ticket, TicketState::Done)?;
        let served = ticket.served.as_ref().ok_or_else(|| Refusal::WrongState {
            number: ticket.number.clone(),
            state: ticket.state.name(),
            wanted: "served",
        })?;
        Ok((ticket, served))
    }

    /// Whether whoever has the link of a ticket may say what they think of the service.
    pub fn can_rate(&self, at: Timestamp, id: &TicketId) -> bool {
        let open = |served: &Served| served.rating.is_none_or(|(_, first)| at.since(first) <= CORRECTION_MS);
        self.served(id).is_ok_and(|(_, served)| open(served))
    }
}
