//! What can be said of every fact: the ticket that it is about, and the name of its kind.

use crate::{Event, TicketId};

impl Event {
    /// The ticket that the fact is about, where it is about one.
    pub fn ticket(&self) -> Option<&TicketId> {
        match self {
            Event::Issued { ticket, .. }
            | Event::Cancelled { ticket, .. }
            | Event::Expired { ticket }
            | Event::LaneChanged { ticket, .. }
            | Event::Reinstated { ticket, .. }
            | Event::PinExpired { ticket }
            | Event::Called { ticket, .. }
            | Event::Recalled { ticket, .. }
            | Event::Arrived { ticket, .. }
            | Event::Finished { ticket, .. }
            | Event::NoShow { ticket, .. }
            | Event::Held { ticket, .. }
            | Event::TicketResumed { ticket, .. }
            | Event::HeldMoved { ticket, .. }
            | Event::Transferred { ticket, .. }
            | Event::Returned { ticket, .. }
            | Event::Undone { ticket, .. }
            | Event::PrintOrdered { ticket, .. }
            | Event::NeedsSet { ticket, .. }
            | Event::Flagged { ticket, .. }
            | Event::Deferred { ticket, .. }
            | Event::NoteKept { ticket, .. }
            | Event::ThenSet { ticket, .. }
            | Event::Rated { ticket, .. } => Some(ticket),
            Event::AlertRaised { subject, .. } => subject.ticket.as_ref(),
            _ => None,
        }
    }

    /// The name of the kind, as in the journal's `kind` column.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::PlanAdopted { .. } => "plan_adopted",
            Event::DayOpened { .. } => "day_opened",
            Event::DrainingStarted => "draining_started",
            Event::HoursSet { .. } => "hours_set",
            Event::DrainingEnded => "draining_ended",
            Event::DayClosed { .. } => "day_closed",
            Event::Issued { .. } => "issued",
            Event::Cancelled { .. } => "cancelled",
            Event::Expired { .. } => "expired",
            Event::LaneChanged { .. } => "lane_changed",
            Event::Reinstated { .. } => "reinstated",
            Event::PinExpired { .. } => "pin_expired",
            Event::CounterOpened { .. } => "counter_opened",
            Event::CounterClosed { .. } => "counter_closed",
            Event::StaffNamed { .. } => "staff_named",
            Event::StaffLeft { .. } => "staff_left",
            Event::CounterPausing { .. } => "counter_pausing",
            Event::CounterPaused { .. } => "counter_paused",
            Event::CounterResumed { .. } => "counter_resumed",
            Event::CounterReady { .. } => "counter_ready",
            Event::Called { .. } => "called",
            Event::Recalled { .. } => "recalled",
            Event::Arrived { .. } => "arrived",
            Event::Finished { .. } => "finished",
            Event::NoShow { .. } => "no_show",
            Event::Held { .. } => "held",
            Event::TicketResumed { .. } => "ticket_resumed",
            Event::HeldMoved { .. } => "held_moved",
            Event::Transferred { .. } => "transferred",
            Event::Returned { .. } => "returned",
            Event::Undone { .. } => "undone",
            Event::Pressed { .. } => "pressed",
            Event::DeskBaseline { .. } => "desk_baseline",
            Event::PressesMissed { .. } => "presses_missed",
            Event::PrintOrdered { .. } => "print_ordered",
            Event::PrintStarted { .. } => "print_started",
            Event::PrintEnded { .. } => "print_ended",
            Event::DeviceChanged { .. } => "device_changed",
            Event::AlertRaised { .. } => "alert_raised",
            Event::AlertAcked { .. } => "alert_acked",
            Event::AlertEscalated { .. } => "alert_escalated",
            Event::NeedsSet { .. } => "needs_set",
            Event::Flagged { .. } => "flagged",
            Event::Deferred { .. } => "deferred",
            Event::AppointmentBooked { .. } => "appointment_booked",
            Event::AppointmentCancelled { .. } => "appointment_cancelled",
            Event::WalkStarted { .. } => "walk_started",
            Event::LineWalked { .. } => "line_walked",
            Event::Rated { .. } => "rated",
            Event::PaperChangeStarted { .. } => "paper_change_started",
            Event::PaperChangeEnded { .. } => "paper_change_ended",
            Event::PrintVoided { .. } => "print_voided",
            Event::AlertCleared { .. } => "alert_cleared",
            Event::SelfTestStarted(_) => "self_test_started",
            Event::SelfTestFinished { .. } => "self_test_finished",
            Event::SelfTestTicked(_) => "self_test_ticked",
            Event::NoteKept { .. } => "note_kept",
            Event::ThenSet { .. } => "then_set",
            Event::CounterPlanned { .. } => "counter_planned",
            Event::CounterPlanEnded { .. } => "counter_plan_ended",
            Event::NoticeAsked { .. } => "notice_asked",
            Event::NoticeEnded { .. } => "notice_ended",
        }
    }
}
