//! Printers and what hangs on them: the task of each, its state for staff, the journal's facts about paper, and the end of
//! paper changes that somebody forgot.

use super::{RunError, Tasks};
use crate::{
    controller::{Handle, Stopped},
    devices::{
        health::{Count, Tally},
        port::PortOpener,
        printer::{self, BoxFuture, Forgotten, LogRefused, PrintLog, PrintOrder, PrinterStatus, forgotten},
        registry::Registry,
    },
    selftest::{Expected, FIRST_TEST_ID},
};
use queue_core::{Command, JobId, PrintOutcome, PrintState, PrinterId};
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// A printer that is not started yet: it needs the controller, which needs its queue.
pub(super) struct PrintQueue {
    pub(super) setup: printer::PrinterSetup,
    pub(super) orders: mpsc::Receiver<PrintOrder>,
}

pub(super) fn start_printers(
    queues: Vec<PrintQueue>,
    slips: &Expected<PrintOutcome>,
    handle: &Handle,
    registry: &Registry,
    ports: &Arc<dyn PortOpener>,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) {
    for PrintQueue { setup, orders } in queues {
        let (id, changing) = (setup.id.clone(), setup.changing.clone());
        let (status, told) = watch::channel(PrinterStatus::default());
        let log: Arc<dyn PrintLog> = Arc::new(Log {
            handle: handle.clone(),
            printer: id.clone(),
            tally: registry.tally(&id),
            slips: slips.clone(),
        });
        let task = printer::run(setup, ports.clone(), orders, log, status, stop.clone());
        tasks.add_quiet(task);
        let ends = end_forgotten(id.clone(), told.clone(), changing.clone(), handle.clone());
        tasks.add(until(stop.clone(), ends));
        tasks.add(watch_printer(id, told, changing, registry.clone()));
    }
}

/// A task that ends when the lobby does, or the controller has.
async fn until(
    stop: CancellationToken,
    task: impl Future<Output = Result<(), Stopped>> + Send,
) -> Result<(), RunError> {
    Ok(stop.run_until_cancelled_owned(task).await.unwrap_or(Ok(()))?)
}

async fn watch_printer(
    id: String,
    mut status: watch::Receiver<PrinterStatus>,
    mut changing: watch::Receiver<bool>,
    registry: Registry,
) -> Result<(), RunError> {
    loop {
        let now = status.borrow_and_update().clone();
        if *changing.borrow_and_update() {
            let cause = now.cause.map_or_else(String::new, |cause| format!(" ({cause})"));
            let cause = format!("staff are changing the paper{cause}; tickets wait and are printed afterwards");
            registry.report(&id, "printer", "paper_change", Some(cause));
        } else {
            registry.report(&id, "printer", now.state.name(), now.cause);
        }
        tokio::select! {
            biased;
            news = status.changed() => if news.is_err() { return Ok(()) },
            turned = changing.changed() => if turned.is_err() { return Ok(()) },
        }
    }
}

/// Ends paper changes that nobody ended.
async fn end_forgotten(
    printer: String,
    status: watch::Receiver<PrinterStatus>,
    mut changing: watch::Receiver<bool>,
    handle: Handle,
) -> Result<(), Stopped> {
    loop {
        forgotten(status.clone(), changing.clone(), Forgotten::default()).await;
        info!(printer, "the paper is in and nobody said so; printing goes on");
        let end = Command::SetPaperChange { printer: PrinterId::from(printer.as_str()), on: false };
        // Never refused: a change that has ended meanwhile becomes no fact.
        let _ = handle.tell(format!("printer:{printer}"), end).await?;
        if changing.wait_for(|on| !on).await.is_err() {
            return Ok(());
        }
    }
}

/// Print facts go into the journal before and after the paper.
struct Log {
    handle: Handle,
    printer: String,
    tally: Tally,
    slips: Expected<PrintOutcome>,
}

impl PrintLog for Log {
    fn started(&self, job: JobId) -> BoxFuture<'_, Result<(), LogRefused>> {
        Box::pin(async move {
            if job.0 >= FIRST_TEST_ID {
                return Ok(()); // that the test has begun is in the journal, and what it may print
            }
            let told = self.handle.tell(format!("printer:{}", self.printer), Command::StartPrint { job }).await;
            match told {
                Ok(Ok(())) => Ok(()),
                Ok(Err(refusal)) => Err(LogRefused(refusal.to_string())),
                Err(stopped) => Err(LogRefused(stopped.to_string())),
            }
        })
    }

    fn ended(&self, job: JobId, outcome: PrintOutcome) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.tally.add(match &outcome {
                PrintOutcome::Printed => Count::JobsPrinted,
                PrintOutcome::Failed { .. } => Count::JobsFailed,
                PrintOutcome::Uncertain { .. } => Count::JobsUncertain,
            });
            if job.0 >= FIRST_TEST_ID {
                return self.slips.tell(job.0, outcome);
            }
            let wish = Command::EndPrint { job, outcome };
            match self.handle.tell(format!("printer:{}", self.printer), wish).await {
                Ok(Ok(())) => {}
                Ok(Err(refusal)) => {
                    warn!(printer = self.printer, %job, %refusal, "the outcome of a ticket is not kept");
                }
                Err(_) => {
                    info!(printer = self.printer, %job, "the lobby stops; this ticket's outcome will be uncertain");
                }
            }
        })
    }

    fn half_done(&self) -> BoxFuture<'_, bool> {
        let printer = PrinterId::from(self.printer.as_str());
        Box::pin(async move {
            let last = self.handle.ask(move |view| {
                let started = view.branch.jobs().filter(|job| job.printer == printer && job.started_at.is_some());
                started.last().map(|job| job.state.clone())
            });
            // A printer that never proves anything cuts every ticket off all the same.
            matches!(last.await, Ok(Some(PrintState::Ended(PrintOutcome::Uncertain { cause }))) if cause != "no_proof")
        })
    }
}
