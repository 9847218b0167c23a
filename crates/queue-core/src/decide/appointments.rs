//! Booking times and checking in by code.

use super::Judgement;
use crate::{
    Appointment, AppointmentCode, AppointmentWish, Branch, CheckIn, Event, IssueWish, LaneId, Refusal, TicketId,
    Timestamp,
};
use std::collections::BTreeSet;

impl Branch {
    /// Booking again what is booked is nothing new; another time or service replaces it while nobody has come.
    pub(super) fn decide_put_appointment(&self, at: Timestamp, wish: &AppointmentWish) -> Judgement {
        self.appointments_lane()?;
        if self.plan.service(&wish.service).is_none() {
            return Err(Refusal::UnknownService(wish.service.clone()));
        }
        let known = self.appointment(&wish.code);
        if let Some(known) = known {
            if known.service == wish.service && known.at == wish.at {
                return Ok(Vec::new());
            }
            self.refuse_if_used(known)?;
        }
        if wish.at < at {
            return Err(Refusal::AppointmentPast { at: wish.at, now: at });
        }
        Ok(vec![Event::AppointmentBooked {
            code: wish.code.clone(),
            service: wish.service.clone(),
            at: wish.at,
            day: wish.day.clone(),
            changed: known.is_some(),
        }])
    }

    /// All of them or none.
    pub(super) fn decide_put_appointments(&self, at: Timestamp, wishes: &[AppointmentWish]) -> Judgement {
        let (mut facts, mut mistakes) = (Vec::new(), Vec::new());
        for (place, judged) in self.judge_appointments(at, wishes).into_iter().enumerate() {
            match judged {
                Ok(booked) => facts.extend(booked),
                Err(refusal) => mistakes.push((place, refusal)),
            }
        }
        let of = wishes.len();
        if mistakes.is_empty() { Ok(facts) } else { Err(Refusal::AppointmentMistakes { of, mistakes }) }
    }

    /// What would come of booking all of these, one by one in the order of the list: the fact, none where it is
    /// booked like that already, or what stands against it.
    pub fn judge_appointments(&self, at: Timestamp, wishes: &[AppointmentWish]) -> Vec<Result<Option<Event>, Refusal>> {
        let mut seen = BTreeSet::new();
        let judge = |wish: &AppointmentWish| {
            if !seen.insert(wish.code.as_str().to_ascii_uppercase()) {
                return Err(Refusal::AppointmentTwice(wish.code.clone()));
            }
            Ok(self.decide_put_appointment(at, wish)?.pop())
        };
        wishes.iter().map(judge).collect()
    }

    pub(super) fn decide_delete_appointment(&self, code: &AppointmentCode) -> Judgement {
        let known = self.known_appointment(code)?;
        self.refuse_if_used(known)?;
        let (code, service) = (known.code.clone(), known.service.clone());
        Ok(vec![Event::AppointmentCancelled { code, service, at: known.at }])
    }

    /// A number for a booked time. Whoever is punctual waits from that time on, which may lie ahead; whoever is
    /// later than the grace allows waits like somebody who has just come.
    pub(super) fn decide_check_in(&self, at: Timestamp, wish: &CheckIn) -> Judgement {
        let day = self.day.day.as_ref().filter(|_| self.day.open).ok_or(Refusal::DayClosed)?;
        let lane = self.appointments_lane()?;
        let known = self.known_appointment(&wish.code)?;
        if wish.service.as_ref().is_some_and(|service| *service != known.service) {
            return Err(Refusal::AppointmentService { code: known.code.clone(), service: known.service.clone() });
        }
        if let Some(ticket) = self.live_of_appointment(known) {
            // Asking again is asking for the paper again.
            let again = wish.printer.as_ref().map(|printer| self.order_print(ticket, printer, true));
            return Ok(again.unwrap_or_default());
        }
        self.refuse_if_used(known)?;
        if known.day != *day {
            return Err(Refusal::AppointmentOtherDay { code: known.code.clone(), day: known.day.clone() });
        }
        let late = at > known.at.plus(self.plan.rules.grace_ms);
        let (lane, counts_from) = if late { (self.plan.late_lane().unwrap_or(lane), at) } else { (lane, known.at) };
        let mut facts = self.issue(at, &issue_wish(wish, known, lane), true)?;
        if let Some(Event::Issued { origin, appointment, .. }) = facts.first_mut() {
            *origin = counts_from;
            *appointment = Some(known.code.to_string());
        }
        Ok(facts)
    }

    /// The ticket that this appointment became, while its customer is still to be served.
    fn live_of_appointment(&self, known: &Appointment) -> Option<&TicketId> {
        let ticket = self.tickets.get(&known.checked_in.as_ref()?.ticket)?;
        ticket.state.is_live().then_some(&ticket.id)
    }

    fn appointments_lane(&self) -> Result<&LaneId, Refusal> {
        self.plan.appointment_lane().ok_or(Refusal::NoAppointments)
    }

    fn known_appointment(&self, code: &AppointmentCode) -> Result<&Appointment, Refusal> {
        self.appointment(code).ok_or_else(|| Refusal::UnknownAppointment(code.clone()))
    }

    /// A code is good for one ticket. It is free again when its business day is over.
    fn refuse_if_used(&self, known: &Appointment) -> Result<(), Refusal> {
        let today = self.day.day.as_ref().is_none_or(|today| known.day >= *today);
        match &known.checked_in {
            Some(used) if today => {
                Err(Refusal::AppointmentUsed { code: known.code.clone(), number: used.number.clone() })
            }
            _ => Ok(()),
        }
    }
}

fn issue_wish(wish: &CheckIn, known: &Appointment, lane: &LaneId) -> IssueWish {
    IssueWish {
        service: known.service.clone(),
        lane: lane.clone(),
        language: wish.language.clone(),
        kiosk: wish.kiosk.clone(),
        identity: wish.identity.clone(),
        needs: wish.needs.clone(),
        then: wish.then.clone(),
        printer: wish.printer.clone(),
        // What is told is for those who begin to wait now, not from a booked time on.
        promise: None,
    }
}
