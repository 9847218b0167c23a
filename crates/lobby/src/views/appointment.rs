//! Appointments as those see them who book and prepare.

use super::Time;
use crate::controller::View;
use queue_core::{Appointment, Branch, BusinessDay, Event, Timestamp};
use serde::Serialize;
use utoipa::{ToSchema, openapi};

/// A booked time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Appointment)]
pub struct AppointmentView {
    /// As it was written when it was booked; upper and lower case are the same code.
    pub code: String,
    /// What for.
    pub service: String,
    /// The booked time.
    pub at: Time,
    /// The business day of that time, `YYYY-MM-DD`.
    pub date: String,
    /// `booked`; `late` when the grace is over and the customer can still check in, to the late lane; `checked_in`;
    /// `missed` when the day is over; `cancelled` in the answer to `DELETE` only.
    #[schema(schema_with = states)]
    pub state: &'static str,
    /// What it became.
    #[schema(required)]
    pub ticket: Option<AppointmentTicket>,
}

/// The ticket that an appointment became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppointmentTicket {
    /// Opaque; authorises nothing.
    pub id: String,
    /// What was printed.
    pub number: String,
}

/// Appointments of one business day, by their times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppointmentList {
    /// The business day, `YYYY-MM-DD`.
    pub date: String,
    /// Earliest first.
    pub appointments: Vec<AppointmentView>,
}

/// What came of booking many at once, or with `check` what would come of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppointmentImport {
    /// Booked under new codes.
    pub booked: usize,
    /// Booked in place of what stood under the code.
    pub changed: usize,
    /// Booked like that before.
    pub same: usize,
    /// What stands against it; with one mistake nothing is booked.
    pub mistakes: Vec<AppointmentMistake>,
}

/// What stands against one of many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppointmentMistake {
    /// Place in the list, from 0.
    pub index: usize,
    /// Stable, as of a problem.
    pub code: String,
    /// For people.
    pub detail: String,
}

fn states() -> openapi::Object {
    super::one_of(&["booked", "late", "checked_in", "missed", "cancelled"])
}

/// One appointment.
pub fn appointment(view: &View<'_>, known: &Appointment) -> AppointmentView {
    AppointmentView {
        code: known.code.to_string(),
        service: known.service.to_string(),
        at: Time(known.at),
        date: known.day.to_string(),
        state: state(view.branch, known, view.at),
        ticket: known
            .checked_in
            .as_ref()
            .map(|ticket| AppointmentTicket { id: ticket.ticket.to_string(), number: ticket.number.clone() }),
    }
}

fn state(branch: &Branch, known: &Appointment, at: Timestamp) -> &'static str {
    let today = branch.day();
    let over = today.day.as_ref().is_some_and(|day| known.day < *day || (known.day == *day && !today.open));
    if known.checked_in.is_some() {
        "checked_in"
    } else if at <= known.at.plus(branch.plan().rules.grace_ms) {
        "booked"
    } else if over {
        "missed"
    } else {
        "late"
    }
}

/// An appointment that was taken back just now.
pub fn cancelled_appointment(view: &View<'_>, fact: &Event) -> Option<AppointmentView> {
    let Event::AppointmentCancelled { code, service, at } = fact else { return None };
    Some(AppointmentView {
        code: code.to_string(),
        service: service.to_string(),
        at: Time(*at),
        date: view.config.business_day(*at).to_string(),
        state: "cancelled",
        ticket: None,
    })
}

/// All appointments of a business day.
pub fn appointments(view: &View<'_>, day: &BusinessDay) -> AppointmentList {
    let found = view.branch.appointments_of(day);
    AppointmentList {
        date: day.to_string(),
        appointments: found.into_iter().map(|known| appointment(view, known)).collect(),
    }
}
