//! The task of one printer: it owns the port and the queue of jobs, through unplugging, until it is stopped.
//!
//! A job's start is durable before its first byte, so that after a crash nobody takes what may have been printed for
//! what was not. What is uncertain stays so: it is never printed again by itself.

use super::ear::Ear;
use super::link::{Link, Lost, Torn};
use super::paper::{EncodeError, TicketPaper};
use super::profile::{Chinese, Profile};
use super::queue::Queue;
use super::status::{PrinterState, PrinterStatus};
use super::typeface::Typeface;
use crate::devices::health::Tally;
use crate::devices::port::{Backoff, Port, PortError, PortOpener, PortSettings};
use queue_core::{JobId, PrintOutcome};
use std::future::Future;
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

    /// Whether the last job that was started there, by a lobby before this one, may hang half from the printer.
    fn half_done(&self) -> BoxFuture<'_, bool> {
        Box::pin(async { false })
    }
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
    /// Staff change the paper: jobs wait.
    pub changing: watch::Receiver<bool>,
    /// Finds the font of drawn tickets. Asked again before each ticket while there is none. Slow.
    pub font: fn() -> Option<Typeface>,
    /// Where its replies are counted.
    pub tally: Tally,
}

impl PrinterSetup {
    /// A printer with the usual timing whose paper nobody changes.
    pub fn new(id: impl Into<String>, port: PortSettings, profile: Profile) -> PrinterSetup {
        let (_, changing) = watch::channel(false);
        let (id, timing) = (id.into(), Timing::default());
        let tally = Tally::default();
        PrinterSetup { id, port, profile, timing, changing, font: Typeface::installed, tally }
    }
}

impl PrinterSetup {
    /// The font for drawn tickets; `None` also where none is needed.
    async fn find_font(&self) -> Option<Typeface> {
        if self.profile.chinese != Chinese::Raster {
            return None;
        }
        // A panic in there is told by the runtime; the tickets come out in English.
        tokio::task::spawn_blocking(self.font).await.unwrap_or_default()
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
    let queue = Queue::new(jobs, setup.timing.patience, setup.changing.clone());
    let mut task =
        Task { setup: &setup, log: &*log, stop: &stop, ear: &ear, queue, torn: false, out: None, face: None };
    if task.meanwhile(setup.find_font()).await.map(|face| task.took(face)).is_none() {
        return;
    }
    match task.meanwhile(log.half_done()).await {
        Some(torn) => task.torn = torn,
        None => return,
    }
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

/// A ticket in the presenter.
struct HeldOut {
    /// When it is taken back, if ever.
    until: Option<Instant>,
}

struct Task<'a> {
    setup: &'a PrinterSetup,
    log: &'a dyn PrintLog,
    stop: &'a CancellationToken,
    ear: &'a Ear,
    queue: Queue,
    /// Half a job may hang from the printer.
    torn: bool,
    /// A ticket is held out to the customer.
    out: Option<HeldOut>,
    /// What tickets are drawn with.
    face: Option<Typeface>,
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
            let over = self.out.as_ref().and_then(|ticket| ticket.until);
            tokio::select! {
                biased;
                () = self.stop.cancelled() => {}
                () = ear.until(|heard| heard.lost) => return Err(Lost),
                () = sleep_until(over.unwrap_or(look_at)), if over.is_some() => self.take_back(&mut link).await?,
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
        let bytes = match self.encode(&order.paper).await {
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
        if self.out.is_some() && self.setup.profile.retract_before_next {
            // A port that is gone is told of by the ticket itself.
            let _ = self.take_back(link).await;
        }
        let (outcome, reopen) = self.print_bytes(link, job, &bytes).await;
        if !self.setup.profile.retract.is_empty() {
            let after = self.setup.profile.retract_after_s.map(|after| Duration::from_secs(after.into()));
            self.out = Some(HeldOut { until: after.map(|after| Instant::now() + after) });
        }
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

    /// The bytes of a ticket. Drawing takes a while and is done beside.
    async fn encode(&mut self, paper: &TicketPaper) -> Result<Vec<u8>, EncodeError> {
        let profile = &self.setup.profile;
        if profile.chinese != Chinese::Raster {
            return paper.encode(profile, None);
        }
        if self.face.is_none() {
            let face = self.setup.find_font().await;
            self.took(face);
        }
        let (drawn, by, face) = (paper.clone(), profile.clone(), self.face.clone());
        match tokio::task::spawn_blocking(move || drawn.encode(&by, face.as_ref())).await {
            Ok(bytes) => bytes,
            Err(_) => paper.encode(profile, None), // the runtime has told why; in English, then
        }
    }

    fn took(&mut self, face: Option<Typeface>) {
        self.ear.miss_font(self.setup.profile.chinese == Chinese::Raster && face.is_none());
        self.face = face;
    }

    /// Takes a ticket back that nobody took.
    async fn take_back<W: AsyncWrite + Unpin>(&mut self, link: &mut Link<'_, W>) -> Result<(), Lost> {
        self.out = None;
        link.retract().await
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
