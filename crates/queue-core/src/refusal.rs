//! Why a wish was not granted, in words for people and as a stable code for programs.

use crate::{BusinessDay, CounterId, LaneId, ServiceId, TicketId};

/// A wish that was judged and not granted. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the names of the fields say it; units are in their types")]
pub enum Refusal {
    #[error("there is no configuration in force yet")]
    NoPlan,
    #[error("the configuration still has to serve {}: finish or transfer them first", .0.join(", "))]
    PlanInUse(Vec<String>),
    #[error("the business day is not open; a manager opens it")]
    DayClosed,
    #[error("no more numbers are given today; those taken are still served")]
    AfterLastTicket,
    #[error("the business day {0} is already open; close it first")]
    DayOpen(BusinessDay),
    #[error("{} still called, served or held: finish them, or confirm that the day is closed anyway", .0.join(", "))]
    DayBusy(Vec<String>),
    #[error("there is no service `{0}` here; the menu lists what there is")]
    UnknownService(ServiceId),
    #[error("there is no lane `{0}` here; the menu lists what there is")]
    UnknownLane(LaneId),
    #[error("there is no counter `{0}` here")]
    UnknownCounter(CounterId),
    #[error("there is no ticket `{0}` today")]
    UnknownTicket(TicketId),
    #[error("series {0} has used all its 9,999 numbers today; take a number of another service")]
    SeriesExhausted(String),
    #[error("a number carries at most {} further services", crate::Ticket::MAX_THEN)]
    TooManyServices,
    #[error("counter {0} is closed; open it first")]
    CounterClosed(CounterId),
    #[error("counter {0} is paused; resume it first")]
    CounterPaused(CounterId),
    #[error("counter {counter} has {number}; finish, hold or transfer it first")]
    CounterBusy { counter: CounterId, number: String },
    #[error("counter {0} has called nobody")]
    NothingCalled(CounterId),
    #[error("counter {0} called a moment ago; wait a second and press again")]
    TooSoon(CounterId),
    #[error("{number} is {state}; this can be done only while it is {wanted}")]
    WrongState { number: String, state: &'static str, wanted: &'static str },
    #[error("{0} has arrived and is being served; finish it instead")]
    AlreadyArrived(String),
    #[error("{0} is not held at this counter")]
    NotHeldHere(String),
    #[error("{0} has missed its call and is void by the rule of this branch; take a new number")]
    Void(String),
    #[error("{0} has missed its call a second time; take a new number")]
    ReturnedBefore(String),
    #[error("no open counter can serve {0}; confirm to send the customer there anyway")]
    NobodyOpen(ServiceId),
    #[error("counter {counter} cannot serve {service}")]
    CannotServe { counter: CounterId, service: ServiceId },
    #[error("counter {0} has done nothing in the last minute that can be taken back")]
    NothingToUndo(CounterId),
    #[error("{0} has moved on, or the next customer has arrived; it cannot be taken back any more")]
    MovedOn(String),
    #[error("say why: an act out of turn needs a reason")]
    ReasonMissing,
    #[error("an older press, found after the unit was out of reach; only the last one counts")]
    StalePress,
    #[error("nothing was typed before the key")]
    NothingTyped,
    #[error("`{0}` stands for nothing on the list")]
    UnknownEntry(String),
    #[error("this key has no meaning here")]
    UnknownKey(u16),
    #[error("there is no such print job")]
    UnknownJob,
    // Call boxes.
    #[error("counter {0} holds nobody")]
    NobodyHeld(CounterId),
}

impl Refusal {
    /// Stable code for programs, such as `counter_closed`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoPlan => "no_plan",
            Refusal::PlanInUse(_) => "plan_in_use",
            Refusal::DayClosed => "day_closed",
            Refusal::AfterLastTicket => "after_last_ticket",
            Refusal::DayOpen(_) => "day_open",
            Refusal::DayBusy(_) => "day_busy",
            Refusal::UnknownService(_) => "unknown_service",
            Refusal::UnknownLane(_) => "unknown_lane",
            Refusal::UnknownCounter(_) => "unknown_counter",
            Refusal::UnknownTicket(_) => "unknown_ticket",
            Refusal::SeriesExhausted(_) => "series_exhausted",
            Refusal::TooManyServices => "too_many_services",
            Refusal::CounterClosed(_) => "counter_closed",
            Refusal::CounterPaused(_) => "counter_paused",
            Refusal::CounterBusy { .. } => "counter_busy",
            Refusal::NothingCalled(_) => "nothing_called",
            Refusal::TooSoon(_) => "too_soon",
            Refusal::WrongState { .. } => "wrong_state",
            Refusal::AlreadyArrived(_) => "already_arrived",
            Refusal::NotHeldHere(_) => "not_held_here",
            Refusal::Void(_) => "void",
            Refusal::ReturnedBefore(_) => "returned_before",
            Refusal::NobodyOpen(_) => "nobody_open",
            Refusal::CannotServe { .. } => "cannot_serve",
            Refusal::NothingToUndo(_) => "nothing_to_undo",
            Refusal::MovedOn(_) => "moved_on",
            Refusal::ReasonMissing => "reason_missing",
            Refusal::StalePress => "stale",
            Refusal::NothingTyped => "nothing_typed",
            Refusal::UnknownEntry(_) => "unknown_entry",
            Refusal::UnknownKey(_) => "unknown_key",
            Refusal::UnknownJob => "unknown_job",
            Refusal::NobodyHeld(_) => "nobody_held",
        }
    }
}
