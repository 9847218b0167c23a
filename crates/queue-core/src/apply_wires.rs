//! Booking what the wires report: presses and paper.

use crate::{Branch, Event, JobId, PressMark, PressResult, PrintJob, PrintState, Timestamp};

/// Digits that wait for their key: as many as the unit's display shows. More than that is a stuck key.
const TYPED_MAX: usize = 12;

impl Branch {
    pub(crate) fn apply_desk(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::Pressed { desk, mark, key, result, age_ms } => {
                let desk = self.desks.entry(desk.clone()).or_default();
                desk.mark = Some(*mark);
                desk.refused = matches!(result, PressResult::Refused { .. });
                match crate::decide::pressing::digit(*key) {
                    Some(digit) if *result == PressResult::Typed => {
                        let at = at.plus(-age_ms);
                        if at.since(desk.typed_at) > self.plan.rules.typing_ms {
                            desk.typed.clear();
                        }
                        if desk.typed.len() < TYPED_MAX {
                            desk.typed.push(digit);
                        }
                        desk.typed_at = at;
                    }
                    // The customer's keys are not the clerk's.
                    _ if crate::decide::pressing::score(*key).is_some() => {}
                    _ => desk.typed.clear(),
                }
                self.apply_walk(at, fact);
            }
            Event::DeskBaseline { desk, mark, .. } => {
                let desk = self.desks.entry(desk.clone()).or_default();
                desk.mark = Some(*mark);
                desk.typed.clear();
            }
            Event::PressesMissed { desk, mark, count } => self.book_missed(desk, *mark, *count),
            _ => {}
        }
    }

    fn book_missed(&mut self, desk: &crate::DeskId, mark: PressMark, count: u32) {
        let desk = self.desks.entry(desk.clone()).or_default();
        if desk.mark.is_none_or(|known| mark.is_after(known)) {
            desk.mark = Some(mark);
        }
        desk.missed += u64::from(count);
    }

    pub(crate) fn apply_print(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::PrintOrdered { job, ticket, printer, copy } => {
                let (id, ordered) = (*job, ticket.clone());
                let job = PrintJob {
                    id,
                    ticket: ordered,
                    printer: printer.clone(),
                    copy: *copy,
                    ordered_at: at,
                    state: PrintState::Queued,
                    started_at: None,
                    ended_at: None,
                    voided: None,
                };
                self.last_job = self.last_job.max(id.0);
                self.jobs.insert(id, job);
                self.unfinished.insert(id);
                self.at_ticket(ticket, |ticket| ticket.job = Some(id));
            }
            Event::PrintStarted { job } => self.at_job(*job, |job| {
                (job.state, job.started_at) = (PrintState::Started, Some(at));
            }),
            Event::PrintEnded { job, outcome } => {
                self.unfinished.remove(job);
                self.at_job(*job, |job| {
                    (job.state, job.ended_at) = (PrintState::Ended(outcome.clone()), Some(at));
                });
            }
            Event::PrintVoided { job, by, reason } => {
                self.at_job(*job, |job| job.voided = Some((at, by.clone(), reason.clone())));
            }
            Event::PaperChangeStarted { printer } => {
                self.paper_changes.insert(printer.clone(), at);
            }
            Event::PaperChangeEnded { printer } => {
                self.paper_changes.remove(printer);
            }
            _ => {}
        }
    }

    fn at_job(&mut self, job: JobId, change: impl FnOnce(&mut PrintJob)) {
        if let Some(job) = self.jobs.get_mut(&job) {
            change(job);
        }
    }
}
