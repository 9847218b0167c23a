//! The business day as staff see it.

use super::Time;
use crate::controller::View;
use queue_core::Hours;
use serde::Serialize;
use utoipa::ToSchema;

/// The business day at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayView {
    /// When it was so.
    pub at: Time,
    /// The open business day or the last one, `YYYY-MM-DD`; `null` before the first.
    #[schema(required)]
    pub business_day: Option<String>,
    /// Whether it is open.
    pub open: bool,
    /// Since when.
    #[schema(required)]
    pub opened_at: Option<Time>,
    /// Whether the last number was given and the hall drains.
    pub draining: bool,
    /// Today's sessions; `null` for around the clock, an empty list on a day off.
    #[schema(required)]
    pub sessions: Option<Vec<DaySession>>,
    /// When the next session begins, today or later.
    #[schema(required)]
    pub next_session: Option<Time>,
    /// Of that business day so far.
    pub counts: DayNumbers,
}

/// A span in which the branch works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DaySession {
    /// The first number is given.
    pub from: Time,
    /// None from here on; those given before are served.
    pub last_ticket: Time,
    /// Its end.
    pub until: Time,
}

/// A business day in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayNumbers {
    /// Numbers given.
    pub issued: u64,
    /// Served to the end.
    pub done: u64,
    /// Called and did not come.
    pub no_show: u64,
    /// Given back.
    pub cancelled: u64,
    /// Still open when the day was closed.
    pub expired: u64,
}

/// The business day as it stands.
pub fn day(view: &View<'_>) -> DayView {
    let (state, counts) = (view.branch.day(), view.branch.counts());
    let sessions = hours_today(view).sessions.map(|sessions| {
        let session = |session: queue_core::Session| DaySession {
            from: Time(session.from),
            last_ticket: Time(session.last_ticket),
            until: Time(session.until),
        };
        sessions.into_iter().map(session).collect()
    });
    DayView {
        at: Time(view.at),
        business_day: state.day.as_ref().map(|day| day.as_str().to_owned()),
        open: state.open,
        opened_at: state.open.then_some(Time(state.opened_at)),
        draining: view.branch.is_draining(),
        sessions,
        next_session: view.config.next_session(view.at).map(Time),
        counts: DayNumbers {
            issued: counts.issued,
            done: counts.done,
            no_show: counts.no_show,
            cancelled: counts.cancelled,
            expired: counts.expired,
        },
    }
}

/// The hours in force, or, between two days, those that the calendar has for today.
pub(super) fn hours_today(view: &View<'_>) -> Hours {
    if view.branch.day().open {
        return view.branch.hours().clone();
    }
    view.config.hours(&view.config.business_day(view.at))
}
