//! Taking a number, giving it back, coming back.

use super::{Judgement, expect_state, require_reason};
use crate::{
    Branch, DeviceReport, Event, IdentityHash, IssueWish, JobId, LaneId, NoShowPolicy, PrinterId, Refusal, ServiceId,
    Ticket, TicketId, TicketState, Timestamp,
};

/// Numbers of a series in one day; then it is exhausted.
const LAST_NUMBER: u32 = 9_999;

impl Branch {
    pub(super) fn decide_issue(&self, at: Timestamp, wish: &IssueWish) -> Judgement {
        self.issue(at, wish, false)
    }

    /// `booked` for a number that an appointment becomes.
    pub(super) fn issue(&self, at: Timestamp, wish: &IssueWish, booked: bool) -> Judgement {
        let day = self.day.day.as_ref().filter(|_| self.day.open).ok_or(Refusal::DayClosed)?;
        let plan = self.plan.service(&wish.service).ok_or_else(|| Refusal::UnknownService(wish.service.clone()))?;
        if self.plan.lane(&wish.lane).is_none() {
            return Err(Refusal::UnknownLane(wish.lane.clone()));
        }
        self.known_further(&wish.then)?;
        if let Some(ticket) = wish.identity.as_ref().and_then(|who| self.live_of(who, &wish.service)) {
            // One live number per person and service: asking again is asking for the paper again.
            let again = wish.printer.as_ref().map(|printer| self.order_print(ticket, printer, true));
            return Ok(again.unwrap_or_default());
        }
        self.refuse_by_hours(at, wish, plan, booked)?;
        if self.devices.get(DeviceReport::DISK).is_some_and(|disk| disk.state == DeviceReport::DISK_FULL) {
            return Err(Refusal::DiskFull);
        }
        let last = self.series.get(day).and_then(|series| series.get(&plan.series)).copied().unwrap_or(0);
        if last >= LAST_NUMBER {
            return Err(Refusal::SeriesExhausted(plan.series.clone()));
        }
        if wish.identity.is_none() && self.plan.rules.identity_required.contains(&wish.service) {
            return Err(Refusal::IdentityRequired(wish.service.clone()));
        }
        if let Some(who) = wish.identity.as_ref().filter(|_| !booked) {
            self.refuse_hoarding(who)?;
        }
        let number = format!("{}{:03}", plan.series, last + 1);
        let ticket = TicketId::from(format!("{}-{number}", day.as_str().replace('-', "")));
        let mut facts = vec![Event::Issued {
            ticket: ticket.clone(),
            number,
            service: wish.service.clone(),
            lane: wish.lane.clone(),
            sequence: self.sequence + 1,
            origin: at,
            language: wish.language.clone(),
            kiosk: wish.kiosk.clone(),
            identity: wish.identity.clone(),
            appointment: None,
            needs: wish.needs.clone(),
            then: wish.then.clone(),
            promise: wish.promise,
        }];
        if let Some(printer) = &wish.printer {
            facts.extend(self.order_print(&ticket, printer, false));
        }
        Ok(facts)
    }

    /// Nobody holds numbers by the dozen to pass them on. What was booked counts, and is not refused.
    fn refuse_hoarding(&self, who: &IdentityHash) -> Result<(), Refusal> {
        let theirs = self.by_identity.get(who).map_or(&[][..], Vec::as_slice);
        let over = |count: usize, most: u32| most > 0 && u32::try_from(count).is_ok_and(|count| count >= most);
        let rules = &self.plan.rules;
        let live =
            theirs.iter().filter(|id| self.tickets.get(*id).is_some_and(|ticket| ticket.state.is_live())).count();
        if over(live, rules.identity_live) {
            return Err(Refusal::IdentityLive(rules.identity_live));
        }
        if over(theirs.len(), rules.identity_day) {
            return Err(Refusal::IdentityDay(rules.identity_day));
        }
        Ok(())
    }

    /// The live ticket that the same person already has for the service, now or as a further one.
    pub fn live_of(&self, identity: &IdentityHash, service: &ServiceId) -> Option<&TicketId> {
        let theirs = self.by_identity.get(identity)?.iter().filter_map(|id| self.tickets.get(id));
        let same = |known: &&Ticket| known.service == *service || known.then.contains(service);
        theirs.filter(|known| known.state.is_live()).find(same).map(|ticket| &ticket.id)
    }

    /// The job that will be ordered next.
    pub(super) fn next_job(&self) -> JobId {
        JobId(self.last_job + 1)
    }

    pub(super) fn decide_cancel(&self, id: &TicketId, customer: bool, reason: Option<&String>) -> Judgement {
        let ticket = self.known_ticket(id)?;
        match ticket.state {
            TicketState::Cancelled => Ok(Vec::new()),
            TicketState::Waiting | TicketState::Held | TicketState::NoShow => {
                Ok(vec![Event::Cancelled { ticket: id.clone(), customer, reason: reason.cloned() }])
            }
            state => Err(Refusal::WrongState { number: ticket.number.clone(), state: state.name(), wanted: "waiting" }),
        }
    }

    pub(super) fn decide_reinstate(&self, at: Timestamp, id: &TicketId) -> Judgement {
        let ticket = self.known_ticket(id)?;
        expect_state(ticket, TicketState::NoShow)?;
        if !self.day.open {
            return Err(Refusal::DayClosed);
        }
        if self.plan.service(&ticket.service).is_none() {
            return Err(Refusal::UnknownService(ticket.service.clone()));
        }
        if self.plan.lane(&ticket.lane).is_none() {
            return Err(Refusal::UnknownLane(ticket.lane.clone()));
        }
        if let Some(other) = ticket.identity.as_ref().and_then(|who| self.live_of(who, &ticket.service)) {
            let number = self.tickets.get(other).map_or_else(|| other.to_string(), |other| other.number.clone());
            return Err(Refusal::LiveAlready(number));
        }
        let rules = &self.plan.rules;
        let origin = match rules.no_show {
            NoShowPolicy::Void => return Err(Refusal::Void(ticket.number.clone())),
            NoShowPolicy::Once if ticket.returns > 0 => return Err(Refusal::ReturnedBefore(ticket.number.clone())),
            NoShowPolicy::Once => {
                let absence = at.since(ticket.missed_at.unwrap_or(at));
                ticket.origin.plus(absence).plus(rules.return_penalty_ms)
            }
            NoShowPolicy::Tail => at,
        };
        Ok(vec![Event::Reinstated { ticket: id.clone(), origin }])
    }

    pub(super) fn decide_change_lane(&self, id: &TicketId, lane: &LaneId, reason: &str) -> Judgement {
        let ticket = self.known_ticket(id)?;
        if self.plan.lane(lane).is_none() {
            return Err(Refusal::UnknownLane(lane.clone()));
        }
        require_reason(reason)?;
        expect_state(ticket, TicketState::Waiting)?;
        if ticket.lane == *lane {
            return Ok(Vec::new());
        }
        Ok(vec![Event::LaneChanged { ticket: id.clone(), lane: lane.clone(), reason: reason.trim().to_owned() }])
    }

    pub(super) fn decide_reprint(&self, id: &TicketId, printer: &PrinterId) -> Judgement {
        let ticket = self.known_ticket(id)?;
        if !ticket.state.is_live() && ticket.state != TicketState::NoShow {
            let (number, state) = (ticket.number.clone(), ticket.state.name());
            return Err(Refusal::WrongState { number, state, wanted: "waiting" });
        }
        Ok(self.order_print(id, printer, true))
    }
}
