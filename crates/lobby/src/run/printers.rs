//! Printers and what hangs on them: the task of each, its state for staff, the journal's facts about paper, the end of
//! paper changes that somebody forgot, and alerts.

use super::{RunError, parts::Tasks};
use crate::{
    controller::{Handle, Stopped},
    devices::{
        port::PortOpener,
        printer::{
            self, BoxFuture, Forgotten, LogRefused, PrintLog, PrintOrder, PrinterState, PrinterStatus, forgotten,
        },
        registry::Registry,
    },
};
use queue_core::{AlertId, AlertKind, AlertSubject, Command, JobId, PrintOutcome, PrinterId};
use std::{sync::Arc, time::Duration};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Trouble that is over sooner is nobody's business but of whoever stands at the printer.
const ALERT_AFTER: Duration = Duration::from_secs(3);

/// A printer that is not started yet: it needs the controller, which needs its queue.
pub(super) struct PrintQueue {
    pub(super) setup: printer::PrinterSetup,
    pub(super) orders: mpsc::Receiver<PrintOrder>,
}

pub(super) fn start_printers(
    queues: Vec<PrintQueue>,
    handle: &Handle,
    registry: &Registry,
    ports: &Arc<dyn PortOpener>,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) {
    for PrintQueue { setup, orders } in queues {
        let (id, changing) = (setup.id.clone(), setup.changing.clone());
        let (status, told) = watch::channel(PrinterStatus::default());
        let log: Arc<dyn PrintLog> = Arc::new(Log { handle: handle.clone(), printer: id.clone() });
        let task = printer::run(setup, ports.clone(), orders, log, status, stop.clone());
        tasks.spawn(async {
            task.await;
            Ok(())
        });
        let (ends, alerts) = (handle.clone(), handle.clone());
        let (printer, watched, turned) = (id.clone(), told.clone(), changing.clone());
        tasks.spawn(until(stop.clone(), async move { end_forgotten(printer, watched, turned, ends).await }));
        let (printer, watched, turned) = (id.clone(), told.clone(), changing.clone());
        tasks.spawn(until(stop.clone(), async move { alert(printer, watched, turned, alerts).await }));
        tasks.spawn(watch_printer(id, told, changing, registry.clone()));
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

/// Alerts staff to a printer that needs somebody, and takes the alert back when it does no longer.
async fn alert(
    printer: String,
    mut status: watch::Receiver<PrinterStatus>,
    mut changing: watch::Receiver<bool>,
    handle: Handle,
) -> Result<(), Stopped> {
    loop {
        let state = status.borrow_and_update().state;
        // Whoever changes the paper needs no alert; a printer that was not looked at yet says nothing.
        let subject = if *changing.borrow_and_update() { None } else { trouble(&printer, state) };
        let mut told = state == PrinterState::Starting;
        loop {
            tokio::select! {
                news = status.changed() => if news.is_err() { return Ok(()) },
                turned = changing.changed() => if turned.is_err() { return Ok(()) },
                () = tokio::time::sleep(ALERT_AFTER), if !told => {
                    tell(&printer, subject.clone(), &handle).await?;
                    told = true;
                    continue;
                }
            }
            break;
        }
    }
}

fn trouble(printer: &str, state: PrinterState) -> Option<AlertSubject> {
    use PrinterState::{NoFont, Ok, Silent, Starting, WrongProfile};
    // What the engineer has to mend some day is no alert for the hall.
    let alerted = !matches!(state, Starting | Ok | Silent | NoFont | WrongProfile);
    let code = Some(format!("{printer}:{}", state.name()));
    alerted.then(|| AlertSubject { code, ..AlertSubject::of(AlertKind::Printer) })
}

/// Has exactly this alert of the printer open, or none.
async fn tell(printer: &str, subject: Option<AlertSubject>, handle: &Handle) -> Result<(), Stopped> {
    let (prefix, wanted) = (format!("{printer}:"), subject.clone());
    let over: Vec<AlertId> = handle
        .ask(move |view| {
            let own = |subject: &AlertSubject| {
                subject.alert_kind == AlertKind::Printer
                    && subject.code.as_ref().is_some_and(|code| code.starts_with(&prefix))
            };
            let over = view.branch.alerts().filter(|alert| alert.is_open() && own(&alert.subject));
            over.filter(|alert| Some(&alert.subject) != wanted.as_ref()).map(|alert| alert.id).collect()
        })
        .await?;
    let actor = format!("printer:{printer}");
    for alert in over {
        // Somebody may have answered it meanwhile, which is as good.
        let _ = handle.tell(actor.as_str(), Command::AckAlert { alert }).await?;
    }
    if let Some(subject) = subject {
        let raise = Command::RaiseAlert { subject, reason: None, language: None };
        if let Err(refusal) = handle.tell(actor, raise).await? {
            warn!(printer, %refusal, "staff are not alerted to this printer; the list of devices shows it");
        }
    }
    Ok(())
}

/// Print facts go into the journal before and after the paper.
struct Log {
    handle: Handle,
    printer: String,
}

impl PrintLog for Log {
    fn started(&self, job: JobId) -> BoxFuture<'_, Result<(), LogRefused>> {
        Box::pin(async move {
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
}
