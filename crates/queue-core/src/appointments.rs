//! Appointments: booked under a code, days ahead or minutes, and checked in once.
//!
//! They outlive business days. Those of the last days that are over stay for lists, and so that a clock that ran
//! ahead for a while takes nothing with it.

use crate::{AppointmentCode, Branch, BusinessDay, Event, LaneId, Plan, ServiceId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Business days that are over whose appointments are still known.
const PAST_DAYS: usize = 40;

/// A booked time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// As it was written when it was booked; upper and lower case are the same code.
    pub code: AppointmentCode,
    /// What for.
    pub service: ServiceId,
    /// The booked time.
    pub at: Timestamp,
    /// The business day that the booked time belongs to, by the calendar of the branch.
    pub day: BusinessDay,
    /// What it became at check-in.
    pub checked_in: Option<CheckedIn>,
}

/// The ticket that an appointment became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedIn {
    /// Its id.
    pub ticket: TicketId,
    /// Its number, which is kept when the ticket is forgotten with its day.
    pub number: String,
}

/// What somebody wants booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentWish {
    /// Under which code.
    pub code: AppointmentCode,
    /// What for.
    pub service: ServiceId,
    /// When.
    pub at: Timestamp,
    /// The business day of `at`, named by whoever knows the calendar.
    pub day: BusinessDay,
}

impl Plan {
    /// The lane of punctual appointments; `None` where the branch takes none.
    pub fn appointment_lane(&self) -> Option<&LaneId> {
        self.rules.appointment_lane.as_ref().filter(|lane| self.lane(lane).is_some())
    }

    /// The lane of those who come later than the grace allows: the one that is set, else the first.
    pub fn late_lane(&self) -> Option<&LaneId> {
        let set = self.rules.late_lane.as_ref().filter(|lane| self.lane(lane).is_some());
        set.or_else(|| self.lanes.first().map(|lane| &lane.id))
    }
}

impl Branch {
    /// The appointment of that code, in upper or lower case.
    pub fn appointment(&self, code: &AppointmentCode) -> Option<&Appointment> {
        self.appointments.get(&folded(code))
    }

    /// All appointments of a business day in the order of their times.
    pub fn appointments_of(&self, day: &BusinessDay) -> Vec<&Appointment> {
        let mut found: Vec<&Appointment> = self.appointments.values().filter(|known| known.day == *day).collect();
        found.sort_by_key(|known| (known.at, &known.code));
        found
    }

    pub(crate) fn apply_appointment(&mut self, fact: &Event) {
        match fact {
            Event::AppointmentBooked { code, service, at, day, .. } => {
                let booked = Appointment {
                    code: code.clone(),
                    service: service.clone(),
                    at: *at,
                    day: day.clone(),
                    checked_in: None,
                };
                self.appointments.insert(folded(code), booked);
            }
            Event::AppointmentCancelled { code, .. } => {
                self.appointments.remove(&folded(code));
            }
            Event::Issued { ticket, number, appointment: Some(code), .. } => {
                if let Some(known) = self.appointments.get_mut(&folded(&code.as_str().into())) {
                    known.checked_in = Some(CheckedIn { ticket: ticket.clone(), number: number.clone() });
                }
            }
            _ => {}
        }
    }

    /// A business day begins: the oldest of those that are over are forgotten.
    pub(crate) fn forget_old_appointments(&mut self, today: &BusinessDay) {
        let over: BTreeSet<&BusinessDay> =
            self.appointments.values().map(|known| &known.day).filter(|day| *day < today).collect();
        if let Some(oldest_kept) = over.iter().rev().nth(PAST_DAYS - 1).map(|day| (*day).clone()) {
            self.appointments.retain(|_, known| known.day >= oldest_kept);
        }
    }
}

/// People say and type codes; case is not heard.
fn folded(code: &AppointmentCode) -> String {
    code.as_str().to_ascii_uppercase()
}
