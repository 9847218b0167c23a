//! The task of one printer: it owns the port and the queue of jobs, through unplugging, until it is stopped.
//!
//! A job's start is durable before its first byte, so that after a crash nobody takes what may have been printed for
//! what was not. What is uncertain stays so: it is never printed again by itself.

use super::ear::Ear;
use super::link::{Link, Lost, Torn};
use super::paper::TicketPaper;
use super::profile::Profile;
use super::status::{PrinterState, PrinterStatus};
use crate::devices::health::Tally;
use crate::devices::port::{Backoff, Port, PortError, PortOpener, PortSettings};
use queue_core::{JobId, PRINT_QUEUE, PrintOutcome};
use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWrite;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One ticket to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintOrder {
    /// Its job in the journal.
    pub job: JobId,
    /// What stands on it.
    pub paper: TicketPaper,
}

/// The start of a job was refused: it is unknown, or somebody started it before. It is not printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LogRefused(pub String);

/// Where the facts about jobs become durable.
pub trait PrintLog: Send + Sync {
    /// Says that the first byte is about to be sent. Done means durable.
    fn started(&self, job: JobId) -> BoxFuture<'_, Result<(), LogRefused>>;

    /// Says how the job ended. May come twice for one job; the first counts.
    fn ended(&self, job: JobId, outcome: PrintOutcome) -> BoxFuture<'_, ()>;
}

/// One printer of the branch.
#[derive(Clone, Debug)]
pub struct PrinterSetup {
    /// Name in the log, such as `kiosk-1`.
    pub id: String,
    /// Where it is plugged in.
    pub port: PortSettings,
    /// What the model can do.
    pub profile: Profile,
    /// How long everything may take.
    pub timing: Timing,
    /// Where its replies are counted.
    pub tally: Tally,
}

impl PrinterSetup {
    /// A printer with the usual timing.
    pub fn new(id: impl Into<String>, port: PortSettings, profile: Profile) -> PrinterSetup {
        PrinterSetup { id: id.into(), port, profile, timing: Timing::default(), tally: Tally::default() }
    }
}

/// How long everything may take; the defaults suit every printer known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// A job waits so long for a printer that cannot print; then it failed. Waiting behind other jobs of a printer
    /// that prints never fails one.
    pub patience: Duration,
    /// Pause between two looks at the state.
    pub poll: Duration,
    /// Longest way of an answer to `DLE EOT`.
    pub answer: Duration,
    /// A job that is not taken in such time of a printer that reports no trouble is given up.
    pub write: Duration,
    /// Time from the last byte to the proof, as far as the printer reports no trouble.
    pub proof: Duration,
    /// Longest wait, in the middle of a job, for somebody who changes the paper or frees the cutter.
    pub repair: Duration,
    /// What is left for the job under way when the task is stopped.
    pub stop: Duration,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            patience: Duration::from_mins(1),
            poll: Duration::from_millis(1_500),
            answer: Duration::from_secs(1),
            write: Duration::from_secs(10),
            proof: Duration::from_secs(6),
            repair: Duration::from_mins(10),
            stop: Duration::from_secs(1),
        }
    }
}

/// Is the printer's task until `stop`: prints `jobs` in order, each at most once, and keeps `status` true within
/// 5 s. Never ends by itself and never blocks; a job that cannot be printed ends as failed with its cause.
///
/// Stopping leaves jobs that were not started as they are: the journal still has them as ordered.
pub async fn run(
    setup: PrinterSetup,
    opener: Arc<dyn PortOpener>,
    jobs: mpsc::Receiver<PrintOrder>,
    log: Arc<dyn PrintLog>,
    status: watch::Sender<PrinterStatus>,
    stop: CancellationToken,
) {
    let ear = Ear::new(setup.id.clone(), setup.profile.clone(), status, setup.tally.clone());
    let queue = Queue { jobs, waiting: VecDeque::new(), closed: false, patience: setup.timing.patience };
    let mut task = Task { setup: &setup, log: &*log, stop: &stop, ear: &ear, queue, torn: false };
    let mut pauses = Backoff::default();
    while !stop.is_cancelled() {
        match task.open(&*opener).await {
            None => return,
            Some(Ok(port)) => task.serve(port, &mut pauses).await,
            Some(Err(error)) => ear.tell(trouble(&error)),
        }
        let pause = pauses.step();
        task.meanwhile(sleep(pause)).await;
    }
}

/// What staff are told of a port that cannot be opened.
fn trouble(error: &PortError) -> PrinterStatus {
    let state = match error {
        PortError::Missing(_) => PrinterState::Unplugged,
        PortError::Unreachable { .. } => PrinterState::Offline,
        PortError::Denied(_)
        | PortError::Busy(_)
        | PortError::Name(_)
        | PortError::NotADevice(_)
        | PortError::Failed { .. } => PrinterState::Error,
    };
    PrinterStatus { state, cause: Some(error.to_string()) }
}

struct Task<'a> {
    setup: &'a PrinterSetup,
    log: &'a dyn PrintLog,
    stop: &'a CancellationToken,
    ear: &'a Ear,
    queue: Queue,
    /// Half a job may hang from the printer.
    torn: bool,
}

impl Task<'_> {
    async fn open(&mut self, opener: &dyn PortOpener) -> Option<Result<Port, PortError>> {
        let setup = self.setup;
        self.meanwhile(opener.open(&setup.port)).await
    }

    /// Waits for something while the queue goes on; `None` when stopped.
    async fn meanwhile<T>(&mut self, something: impl Future<Output = T>) -> Option<T> {
        let mut something = pin!(something);
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return None,
                done = &mut something => return Some(done),
                () = self.queue.step(self.log, self.ear) => {}
            }
        }
    }

    /// Uses an open port until it is gone or the task is stopped.
    async fn serve(&mut self, port: Port, pauses: &mut Backoff) {
        let (ear, setup) = (self.ear, self.setup);
        ear.reset();
        let link = Link::new(port.writer, ear, &setup.profile, &setup.timing);
        tokio::select! {
            biased;
            never = ear.listen(port.reader) => match never {},
            worked = self.work(link, pauses) => if worked.is_err() {
                debug!(printer = setup.id, "the port is opened afresh");
            },
        }
    }

    async fn work<W: AsyncWrite + Unpin>(&mut self, mut link: Link<'_, W>, pauses: &mut Backoff) -> Result<(), Lost> {
        let ear = self.ear;
        let torn = std::mem::take(&mut self.torn);
        match self.meanwhile(link.greet(torn)).await {
            None => return Ok(()),
            Some(greeted) => greeted?,
        }
        pauses.reset();
        let mut look_at = Instant::now() + self.setup.timing.poll;
        while !self.stop.is_cancelled() {
            if ear.state().prints()
                && let Some(order) = self.queue.next()
            {
                self.print(&mut link, order).await?;
                look_at = Instant::now(); // the state first, then the next job
                self.meanwhile(link.look()).await.transpose()?;
                continue;
            }
            tokio::select! {
                biased;
                () = self.stop.cancelled() => {}
                () = ear.until(|heard| heard.lost) => return Err(Lost),
                () = sleep_until(look_at) => {
                    self.meanwhile(link.look()).await.transpose()?;
                    look_at = Instant::now() + self.setup.timing.poll;
                }
                () = ear.news() => {}
                () = self.queue.step(self.log, ear) => {}
            }
        }
        Ok(())
    }

    /// Prints one job. `Err` when the port has to be opened afresh; the job is settled in any case.
    async fn print<W: AsyncWrite + Unpin>(&mut self, link: &mut Link<'_, W>, order: PrintOrder) -> Result<(), Lost> {
        let (job, printer) = (order.job, &self.setup.id);
        let bytes = match order.paper.encode(&self.setup.profile) {
            Ok(bytes) => bytes,
            Err(error) => {
                warn!(printer, %job, %error, "a ticket could not be printed; its number is valid all the same");
                self.log.ended(job, PrintOutcome::Failed { cause: "not_encodable".to_owned() }).await;
                return Ok(());
            }
        };
        if let Err(refused) = self.log.started(job).await {
            warn!(printer, %job, %refused, "a print job is not printed");
            return Ok(());
        }
        let (outcome, reopen) = self.print_bytes(link, job, &bytes).await;
        match &outcome {
            PrintOutcome::Printed => info!(printer, %job, number = order.paper.number, "a ticket is out"),
            PrintOutcome::Failed { cause } => {
                warn!(printer, %job, number = order.paper.number, cause, "a ticket was not printed");
            }
            PrintOutcome::Uncertain { cause } => warn!(
                printer, %job, number = order.paper.number, cause,
                "nobody knows whether this ticket came out; it is printed again only when somebody asks for a copy"
            ),
        }
        self.log.ended(job, outcome).await;
        match reopen {
            None => Ok(()),
            Some(Torn(torn)) => {
                self.torn = torn;
                Err(Lost)
            }
        }
    }

    /// The part that waits for the printer. Jobs that lose their patience meanwhile end; when the task is stopped,
    /// the printer gets a moment to finish.
    async fn print_bytes<W: AsyncWrite + Unpin>(
        &mut self,
        link: &mut Link<'_, W>,
        job: JobId,
        bytes: &[u8],
    ) -> (PrintOutcome, Option<Torn>) {
        let (stop, last) = (self.stop, self.setup.timing.stop);
        let stopped = async {
            stop.cancelled().await;
            sleep(last).await;
        };
        let (mut printing, mut stopped) = (pin!(link.print(job, bytes)), pin!(stopped));
        loop {
            tokio::select! {
                biased;
                done = &mut printing => return done,
                () = &mut stopped => return (PrintOutcome::Uncertain { cause: "stopped".to_owned() }, None),
                () = self.queue.step(self.log, self.ear) => {}
            }
        }
    }
}

/// Jobs in order, each with the moment when its patience ends.
struct Queue {
    jobs: mpsc::Receiver<PrintOrder>,
    waiting: VecDeque<(PrintOrder, Instant)>,
    closed: bool,
    patience: Duration,
}

impl Queue {
    /// Takes the next job out.
    fn next(&mut self) -> Option<PrintOrder> {
        self.waiting.pop_front().map(|(order, _)| order)
    }

    /// Waits until a job comes in or loses its patience, and sees to it. Safe to cancel.
    async fn step(&mut self, log: &dyn PrintLog, ear: &Ear) {
        let room = !self.closed && self.waiting.len() < PRINT_QUEUE;
        let first = self.waiting.front().map(|(order, until)| (order.job, *until));
        let over = async {
            match first {
                Some((job, until)) => {
                    sleep_until(until).await;
                    job
                }
                None => pending().await,
            }
        };
        tokio::select! {
            order = self.jobs.recv(), if room => match order {
                Some(order) => self.waiting.push_back((order, Instant::now() + self.patience)),
                None => self.closed = true,
            },
            job = over => {
                if ear.state().prints() {
                    let until = Instant::now() + self.patience;
                    self.waiting.front_mut().into_iter().for_each(|first| first.1 = until);
                    return;
                }
                let cause = ear.state().name();
                warn!(%job, cause, "a ticket waited too long for its printer; the kiosk shows the number");
                // Told before it is forgotten: when this is cancelled in between, it is told once more.
                log.ended(job, PrintOutcome::Failed { cause: cause.to_owned() }).await;
                self.waiting.pop_front();
            }
        }
    }
}
