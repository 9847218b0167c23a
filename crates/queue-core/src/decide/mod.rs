//! Judging wishes: one arm a command, one function each. Nothing here changes the state.

pub(crate) mod alerts;
mod appointments;
mod calling;
mod clerks;
mod counters;
mod day;
mod leaving;
mod missing;
mod notices;
mod planning;
pub(crate) mod pressing;
mod printing;
mod rating;
mod selftest;
mod tickets;
mod waiting;
mod walking;

use crate::{
    Actor, Branch, Command, Counter, CounterId, CounterState, Event, Refusal, Ticket, TicketId, TicketState, Timestamp,
};

type Judgement = Result<Vec<Event>, Refusal>;

impl Branch {
    /// Judges a wish against the state. Changes nothing. No facts means that all is as wished already.
    ///
    /// # Errors
    /// The [`Refusal`] that says what stands against it and what to do.
    pub fn decide(&self, at: Timestamp, actor: &Actor, wish: &Command) -> Judgement {
        match wish {
            Command::AdoptPlan { plan, digest } => self.decide_adopt_plan(plan, digest),
            Command::OpenDay { day } => self.decide_open_day(day),
            Command::StartDraining => self.decide_start_draining(),
            Command::CloseDay { force } => self.decide_close_day(*force),
            Command::SetHours { day, hours } => self.decide_set_hours(at, day, hours),
            Command::Issue(wish) => self.decide_issue(at, wish),
            Command::Cancel { ticket, customer, reason } => self.decide_cancel(ticket, *customer, reason.as_ref()),
            Command::Reinstate { ticket } => self.decide_reinstate(at, ticket),
            Command::ChangeLane { ticket, lane, reason } => self.decide_change_lane(ticket, lane, reason),
            Command::Reprint { ticket, printer } => self.decide_reprint(ticket, printer),
            Command::OpenCounter { counter, staff } => self.decide_open_counter(counter, staff.as_ref()),
            Command::AsClerk { clerk, wish } => self.decide_as_clerk(at, actor, clerk, wish),
            Command::NameClerk { counter, clerk, from } => self.decide_name_clerk(counter, clerk, from.as_deref()),
            Command::LeaveCounters { staff } => Ok(self.decide_leave(staff)),
            Command::CloseCounter { counter, held_to, reason, authorised } => {
                self.decide_close_counter(at, counter, held_to.as_ref(), reason.as_deref(), *authorised)
            }
            Command::Pause { counter, reason } => self.decide_pause(counter, *reason),
            Command::Resume { counter } => self.decide_resume(counter),
            Command::CallNext { counter } => self.decide_call_next(at, counter),
            Command::CallTicket { counter, ticket, reason } => self.decide_call_ticket(at, counter, ticket, reason),
            Command::Recall { counter } => self.decide_recall(counter),
            Command::Arrived { counter } => self.decide_arrived(counter),
            Command::Finish { counter, outcome } => self.decide_finish(at, counter, *outcome),
            Command::NoShow { counter } => self.decide_no_show(at, counter),
            Command::Hold { counter } => self.decide_hold(counter),
            Command::ResumeTicket { counter, ticket } => self.decide_resume_ticket(counter, ticket),
            Command::Undo { counter } => self.decide_undo(at, counter),
            Command::Transfer { counter, to, lane, confirm } => {
                self.decide_transfer(at, counter, to, lane.as_ref(), *confirm)
            }
            Command::Press(press) => Ok(self.decide_press(at, actor, press)),
            Command::SetDeskBaseline { desk, mark, why } => Ok(self.decide_baseline(desk, *mark, why)),
            Command::ReportMissed { desk, mark, count } => Ok(self.decide_missed(desk, *mark, *count)),
            Command::StartPrint { job } => self.decide_start_print(*job),
            Command::EndPrint { job, outcome } => self.decide_end_print(*job, outcome),
            Command::ReportDevice { device, state, cause } => Ok(self.decide_device(device, state, cause.as_ref())),
            Command::Wake => Ok(self.decide_wake(at)),
            Command::RaiseAlert { subject, reason, language } => {
                self.decide_raise(subject, reason.as_deref(), language.as_deref())
            }
            Command::AckAlert { alert } => self.decide_ack(actor, *alert),
            Command::SetNeeds { ticket, needs } => self.decide_set_needs(ticket, needs),
            Command::Flag { ticket, flag, reason, authoriser } => self.decide_flag(ticket, *flag, reason, authoriser),
            Command::Defer { ticket, pass } => self.decide_defer(ticket, *pass),
            Command::PutAppointment(wish) => self.decide_put_appointment(at, wish),
            Command::PutAppointments(wishes) => self.decide_put_appointments(at, wishes),
            Command::DeleteAppointment { code } => self.decide_delete_appointment(code),
            Command::CheckIn(wish) => self.decide_check_in(at, wish),
            Command::StartWalk { line, units } => self.decide_start_walk(actor, line, units),
            Command::StopWalk { line } => Ok(self.decide_stop_walk(line)),
            Command::Rate { of, score } => self.decide_rate(at, of, *score),
            Command::SetPaperChange { printer, on } => Ok(self.decide_paper_change(printer, *on)),
            Command::VoidPrint { job, reason } => self.decide_void_print(at, actor, *job, reason.as_deref()),
            Command::ClearAlert { subject } => Ok(self.decide_clear(subject)),
            Command::StartSelfTest { .. } | Command::FinishSelfTest { .. } | Command::TickSelfTest { .. } => {
                self.decide_selftest(actor, wish)
            }
            Command::KeepNote { ticket, digest } => self.decide_note(ticket, digest),
            Command::SetThen { ticket, then } => self.decide_set_then(ticket, then),
            Command::Expecting { counter, ticket, act } => self.decide_seen(at, actor, counter, ticket.as_ref(), act),
            Command::PlanCounter { counter, skills, reason, confirm } => {
                self.decide_plan_counter(counter, skills, reason, *confirm)
            }
            Command::EndCounterPlan { counter, confirm } => self.decide_end_counter_plan(counter, *confirm),
            Command::Announce(_) | Command::EndNotice { .. } => self.decide_notices(actor, wish),
        }
    }

    fn known_counter(&self, id: &CounterId) -> Result<&Counter, Refusal> {
        self.counters.get(id).ok_or_else(|| Refusal::UnknownCounter(id.clone()))
    }

    /// A counter that takes customers, or finishes its last one.
    fn working_counter(&self, id: &CounterId) -> Result<&Counter, Refusal> {
        let counter = self.known_counter(id)?;
        match counter.state {
            CounterState::Closed => Err(Refusal::CounterClosed(id.clone())),
            CounterState::Paused => Err(Refusal::CounterPaused(id.clone())),
            CounterState::Open | CounterState::Pausing => Ok(counter),
        }
    }

    fn known_ticket(&self, id: &TicketId) -> Result<&Ticket, Refusal> {
        self.tickets.get(id).ok_or_else(|| Refusal::UnknownTicket(id.clone()))
    }

    /// The counter and the ticket that stands at it.
    fn customer_at(&self, id: &CounterId) -> Result<(&Counter, &Ticket), Refusal> {
        let counter = self.working_counter(id)?;
        let ticket = counter.ticket.as_ref().and_then(|ticket| self.tickets.get(ticket));
        ticket.map(|ticket| (counter, ticket)).ok_or_else(|| Refusal::NothingCalled(id.clone()))
    }

    /// What time alone brings about.
    fn decide_wake(&self, at: Timestamp) -> Vec<Event> {
        let by_hours = self.due_by_hours(at).into_iter().collect();
        [self.expired_pins(at), self.overdue_alerts(at), by_hours, self.forgotten_walks(at)].concat()
    }

    /// Whoever wishes the act has this ticket in view; another one there means that the view is old.
    fn decide_seen(
        &self,
        at: Timestamp,
        actor: &Actor,
        id: &CounterId,
        ticket: Option<&TicketId>,
        act: &Command,
    ) -> Judgement {
        let now = self.known_counter(id)?.ticket.as_ref();
        if now == ticket {
            return self.decide(at, actor, act);
        }
        let number = now.and_then(|now| self.tickets.get(now)).map(|now| now.number.clone());
        Err(Refusal::OtherTicket { counter: id.clone(), now: number })
    }

    fn free_counter(&self, id: &CounterId) -> Result<&Counter, Refusal> {
        let counter = self.working_counter(id)?;
        match counter.ticket.as_ref().and_then(|ticket| self.tickets.get(ticket)) {
            Some(ticket) => Err(Refusal::CounterBusy { counter: id.clone(), number: ticket.number.clone() }),
            None => Ok(counter),
        }
    }

    /// The pause that a counter about to pause goes into when its customer leaves.
    fn pause_if_pausing(counter: &Counter) -> Option<Event> {
        (counter.state == CounterState::Pausing)
            .then(|| Event::CounterPaused { counter: counter.id.clone(), reason: counter.reason.unwrap_or_default() })
    }
}

fn expect_state(ticket: &Ticket, wanted: TicketState) -> Result<(), Refusal> {
    if ticket.state == wanted {
        return Ok(());
    }
    Err(Refusal::WrongState { number: ticket.number.clone(), state: ticket.state.name(), wanted: wanted.name() })
}

fn require_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() { Err(Refusal::ReasonMissing) } else { Ok(()) }
}
