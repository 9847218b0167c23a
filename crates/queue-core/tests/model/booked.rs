//! Appointments of the naive branch: one list, scanned from end to end.

use super::naive::Naive;
use queue_core::*;

#[derive(Clone, Debug)]
pub struct Booked {
    pub code: String,
    pub service: ServiceId,
    pub at: i64,
    pub day: String,
    pub ticket: Option<TicketId>,
}

impl Naive {
    fn booked(&self, code: &AppointmentCode) -> Option<usize> {
        self.booked.iter().position(|known| known.code.eq_ignore_ascii_case(code.as_str()))
    }

    /// A code that became a ticket is spent until its day is over.
    fn spent(&self, place: usize) -> bool {
        let known = &self.booked[place];
        known.ticket.is_some() && known.day >= self.last_day
    }

    pub fn book(&mut self, t: i64, wish: &AppointmentWish) -> Result<(), &'static str> {
        if self.plan.rules.appointment_lane.is_none() {
            return Err("no_appointments");
        }
        let known = self.booked(&wish.code);
        if known.is_some_and(|i| self.booked[i].at == wish.at.0 && self.booked[i].service == wish.service) {
            return Ok(());
        }
        if known.is_some_and(|i| self.spent(i)) {
            return Err("appointment_used");
        } else if wish.at.0 < t {
            return Err("appointment_past");
        }
        if let Some(i) = known {
            self.booked.remove(i);
        }
        let (code, day) = (wish.code.to_string(), wish.day.to_string());
        self.booked.push(Booked { code, service: wish.service.clone(), at: wish.at.0, day, ticket: None });
        Ok(())
    }

    pub fn unbook(&mut self, code: &AppointmentCode) -> Result<(), &'static str> {
        let i = self.booked(code).ok_or("unknown_appointment")?;
        if self.spent(i) {
            return Err("appointment_used");
        }
        self.booked.remove(i);
        Ok(())
    }

    pub fn check_in(&mut self, t: i64, wish: &CheckIn) -> Result<(), &'static str> {
        let day = self.day.clone().ok_or("day_closed")?;
        let lane = self.plan.rules.appointment_lane.clone().ok_or("no_appointments")?;
        let i = self.booked(&wish.code).ok_or("unknown_appointment")?;
        let known = self.booked[i].clone();
        if wish.service.as_ref().is_some_and(|service| *service != known.service) {
            return Err("appointment_service");
        }
        let ticket = self.tickets.iter().find(|ticket| Some(&ticket.id) == known.ticket.as_ref());
        if ticket.is_some_and(|ticket| ticket.state.is_live()) {
            return Ok(());
        } else if self.spent(i) {
            return Err("appointment_used");
        } else if known.day != day {
            return Err("appointment_other_day");
        }
        let punctual = t - known.at <= self.plan.rules.grace_ms;
        let late = self.plan.rules.late_lane.clone().unwrap_or_else(|| self.plan.lanes[0].id.clone());
        let asked = IssueWish {
            service: known.service,
            lane: if punctual { lane } else { late },
            language: None,
            kiosk: None,
            identity: None,
            needs: Vec::new(),
            then: wish.then.clone(),
            printer: None,
            promise: None,
        };
        self.issue(t, &asked, true)?;
        let issued = self.tickets.last_mut().unwrap();
        if punctual {
            issued.origin = known.at;
        }
        self.booked[i].ticket = Some(issued.id.clone());
        Ok(())
    }
}
