//! Paper and devices: what the wires report becomes state.

use super::Judgement;
use crate::{
    Actor, Branch, DeviceId, Event, JobId, PRINT_QUEUE, PrintOutcome, PrintState, PrinterId, Refusal, TicketId,
    Timestamp, VOID_AFTER_MS,
};

/// Why paper has no other outcome: its day was closed first.
const DAY_CLOSED: &str = "day_closed";

impl Branch {
    /// A print job; one that finds the printer's queue full fails at once, and issuing goes on.
    pub(super) fn order_print(&self, ticket: &TicketId, printer: &PrinterId, copy: bool) -> Vec<Event> {
        let job = self.next_job();
        let waits = |id: &JobId| self.jobs.get(id).is_some_and(|job| job.printer == *printer);
        let pending = self.unfinished.iter().filter(|id| waits(id)).count();
        let mut facts = vec![Event::PrintOrdered { job, ticket: ticket.clone(), printer: printer.clone(), copy }];
        if pending >= PRINT_QUEUE {
            facts.push(Event::PrintEnded { job, outcome: PrintOutcome::Failed { cause: "queue_full".to_owned() } });
        }
        facts
    }

    pub(super) fn decide_start_print(&self, job: JobId) -> Judgement {
        match self.jobs.get(&job).map(|job| &job.state) {
            None => Err(Refusal::UnknownJob),
            Some(PrintState::Queued) => Ok(vec![Event::PrintStarted { job }]),
            Some(state) => {
                let state = if *state == PrintState::Started { "started" } else { state.name() };
                Err(Refusal::WrongState { number: format!("print job {job}"), state, wanted: "queued" })
            }
        }
    }

    pub(super) fn decide_end_print(&self, job: JobId, outcome: &PrintOutcome) -> Judgement {
        match self.jobs.get(&job).map(|job| &job.state) {
            None => Err(Refusal::UnknownJob),
            Some(PrintState::Ended(_)) => Ok(Vec::new()),
            Some(_) => Ok(vec![Event::PrintEnded { job, outcome: outcome.clone() }]),
        }
    }

    /// Paper that was ordered and not begun: with the day its numbers are over.
    pub(super) fn end_queued_prints(&self) -> Vec<Event> {
        self.end_prints(&PrintState::Queued, &PrintOutcome::Failed { cause: DAY_CLOSED.to_owned() })
    }

    /// Paper that a printer still has in hand.
    pub(super) fn end_started_prints(&self) -> Vec<Event> {
        self.end_prints(&PrintState::Started, &PrintOutcome::Uncertain { cause: DAY_CLOSED.to_owned() })
    }

    fn end_prints(&self, state: &PrintState, outcome: &PrintOutcome) -> Vec<Event> {
        let stands = |id: &&JobId| self.jobs.get(id).is_some_and(|job| job.state == *state);
        let end = |id: &JobId| Event::PrintEnded { job: *id, outcome: outcome.clone() };
        self.unfinished.iter().filter(stands).map(end).collect()
    }

    pub(super) fn decide_paper_change(&self, printer: &PrinterId, on: bool) -> Vec<Event> {
        let printer = printer.clone();
        match (self.paper_changes.contains_key(&printer), on) {
            (false, true) => vec![Event::PaperChangeStarted { printer }],
            (true, false) => vec![Event::PaperChangeEnded { printer }],
            _ => Vec::new(),
        }
    }

    /// Only a person strikes paper off, and only what is spoiled: while it may be asked for, it stays on the list.
    pub(super) fn decide_void_print(&self, at: Timestamp, by: &Actor, id: JobId, reason: Option<&str>) -> Judgement {
        let job = self.jobs.get(&id).ok_or(Refusal::UnknownJob)?;
        if job.voided.is_some() {
            return Ok(Vec::new());
        }
        if !self.is_spoiled(job) {
            let state = if job.is_doubtful() { "printed again" } else { job.state.name() };
            let number = format!("print job {id}");
            return Err(Refusal::WrongState { number, state, wanted: "failed or uncertain" });
        }
        let left = VOID_AFTER_MS - at.since(job.ended_at.unwrap_or(job.ordered_at));
        if left > 0 {
            return Err(Refusal::PaperMayBeMissed { wait_s: left.unsigned_abs().div_ceil(1_000) });
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
        Ok(vec![Event::PrintVoided { job: id, by: by.clone(), reason }])
    }

    pub(super) fn decide_device(&self, device: &DeviceId, state: &str, cause: Option<&String>) -> Vec<Event> {
        let known = self.devices.get(device);
        if known.is_some_and(|known| known.state == state && known.cause.as_ref() == cause) {
            return Vec::new();
        }
        vec![Event::DeviceChanged { device: device.clone(), state: state.to_owned(), cause: cause.cloned() }]
    }
}
