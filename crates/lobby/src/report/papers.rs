//! Paper of a day, printer by printer.

use queue_core::{Event, JobId, PrintOutcome, PrinterId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What became of a printer's paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaperReport {
    /// Printer.
    pub printer: String,
    /// Asked for.
    pub ordered: usize,
    /// Of them, copies of a number that was printed before.
    pub copies: usize,
    /// Came out.
    pub printed: usize,
    /// Did not come out.
    pub failed: usize,
    /// Nobody knows.
    pub uncertain: usize,
    /// Struck off the list by a person.
    pub voided: usize,
}

#[derive(Debug, Default)]
pub(super) struct Papers {
    printers: BTreeMap<PrinterId, PaperReport>,
    jobs: BTreeMap<JobId, PrinterId>,
}

impl Papers {
    pub(super) fn book(&mut self, fact: &Event) {
        match fact {
            Event::PrintOrdered { job, printer, copy, .. } => {
                self.jobs.insert(*job, printer.clone());
                let report = self
                    .printers
                    .entry(printer.clone())
                    .or_insert_with(|| PaperReport { printer: printer.to_string(), ..PaperReport::default() });
                report.ordered += 1;
                report.copies += usize::from(*copy);
            }
            Event::PrintEnded { job, outcome } => self.with(*job, |report| match outcome {
                PrintOutcome::Printed => report.printed += 1,
                PrintOutcome::Failed { .. } => report.failed += 1,
                PrintOutcome::Uncertain { .. } => report.uncertain += 1,
            }),
            Event::PrintVoided { job, .. } => self.with(*job, |report| report.voided += 1),
            _ => {}
        }
    }

    fn with(&mut self, job: JobId, change: impl FnOnce(&mut PaperReport)) {
        if let Some(report) = self.jobs.get(&job).and_then(|printer| self.printers.get_mut(printer)) {
            change(report);
        }
    }

    pub(super) fn report(self) -> Vec<PaperReport> {
        self.printers.into_values().collect()
    }
}
