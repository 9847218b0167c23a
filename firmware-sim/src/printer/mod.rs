//! A ticket printer on a pseudo-terminal.

mod faults;
mod mechanism;
mod model;
mod tickets;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

pub use faults::{PaperState, PrinterFaults};
pub use mechanism::{BUFFER, Mechanism, Step};
pub use model::{Model, Says};
pub use tickets::{Ticket, TicketView, Tray};

use crate::config::PrinterConfig;
use crate::wire::{PIECE, Wire};

/// Pause before the port is made again when the system refused.
const REPLUG: Duration = Duration::from_secs(1);

/// One printer: what a person sees of it and can do to it.
#[derive(Debug)]
pub struct Printer {
    config: PrinterConfig,
    port: PathBuf,
    faults: watch::Sender<PrinterFaults>,
    tray: Tray,
    received: AtomicU64,
    sent: AtomicU64,
}

impl Printer {
    /// A printer that is switched on and not yet plugged in; `port` is the symlink it will have.
    pub fn new(config: PrinterConfig, port: PathBuf) -> Self {
        Self {
            config,
            port,
            faults: watch::Sender::default(),
            tray: Tray::default(),
            received: AtomicU64::new(0),
            sent: AtomicU64::new(0),
        }
    }

    /// Its entry in the configuration.
    pub fn config(&self) -> &PrinterConfig {
        &self.config
    }

    /// The symlink that the lobby opens.
    pub fn port(&self) -> &PathBuf {
        &self.port
    }

    /// The tickets that came out.
    pub fn tray(&self) -> &Tray {
        &self.tray
    }

    /// Faults in force.
    pub fn faults(&self) -> PrinterFaults {
        *self.faults.borrow()
    }

    /// Changes faults; the printer notices at once.
    pub fn change_faults(&self, change: impl FnOnce(&mut PrinterFaults)) {
        self.faults.send_modify(change);
    }

    /// Bytes received and sent since the start.
    pub fn traffic(&self) -> (u64, u64) {
        (self.received.load(Ordering::Relaxed), self.sent.load(Ordering::Relaxed))
    }

    /// Is the printer, for ever. `wire` is its plug, already in.
    pub(crate) async fn run(&self, wire: Wire) {
        let mut faults = self.faults.subscribe();
        let mut mechanism = Mechanism::of(self.config.able.clone(), self.config.mm_per_s);
        let mut wire = Some(wire);
        let mut moving_until = None;
        let mut pushed = PrinterFaults::default();
        loop {
            let now = *faults.borrow_and_update();
            self.plug(&mut wire, &mut mechanism, now).await;
            if self.config.able.pushes() && now.pushes(&pushed, mechanism.automatic()) {
                self.say(&mut wire, &now.automatic(), now).await;
            }
            if !now.stalled {
                pushed = now; // what a hung printer did not say, it says when it wakes
            }
            if moving_until.is_none() {
                moving_until = self.work(&mut mechanism, &mut wire, now).await;
            }
            let listening = mechanism.room() >= PIECE && !now.stalled;
            tokio::select! {
                changed = faults.changed() => if changed.is_err() { return },
                () = until(moving_until) => moving_until = None,
                piece = hear(&mut wire), if listening => match piece {
                    Ok(bytes) => {
                        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                        self.received.fetch_add(count, Ordering::Relaxed);
                        let answers = mechanism.receive(&bytes, now);
                        self.say(&mut wire, &answers, now).await;
                    }
                    Err(error) => {
                        tracing::warn!(printer = self.config.id, %error, "the port broke; making it again");
                        wire = None;
                    }
                },
            }
        }
    }

    /// Pulls or makes the port as the faults say; retries until it can be made.
    async fn plug(&self, wire: &mut Option<Wire>, mechanism: &mut Mechanism, now: PrinterFaults) {
        if now.unplug {
            if wire.take().is_some() {
                tracing::info!(printer = self.config.id, "unplugged");
            }
            return;
        }
        if wire.is_some() {
            return;
        }
        match Wire::open(&self.port, self.config.baud) {
            Ok(fresh) => {
                tracing::info!(printer = self.config.id, port = %self.port.display(), "plugged in");
                mechanism.link_lost();
                *wire = Some(fresh);
            }
            Err(error) => {
                tracing::error!(printer = self.config.id, %error, "no port; trying again");
                tokio::time::sleep(REPLUG).await;
            }
        }
    }

    /// Prints until the paper moves or nothing is left to do; answers when the movement ends.
    async fn work(&self, mechanism: &mut Mechanism, wire: &mut Option<Wire>, now: PrinterFaults) -> Option<Instant> {
        loop {
            match mechanism.step(now) {
                Step::Idle => return None,
                Step::Move(time) => return Some(Instant::now() + time),
                Step::Say(bytes) => self.say(wire, &bytes, now).await,
                Step::Afterwards(bytes) => self.tray.add_bytes(&bytes),
                Step::Present => self.tray.present(),
                Step::Retract => self.tray.retract(),
                // Whoever comes back to a printer cuts off what may hang there: nothing, most of the time.
                Step::Cut(paper, _) if paper.is_blank() => {
                    tracing::info!(printer = self.config.id, "a blank strip was cut off");
                }
                Step::Cut(paper, bytes) => {
                    let lines = paper.text_lines().join(" | ");
                    let n = self.tray.drop_in(Timestamp::now(), paper, bytes);
                    tracing::info!(printer = self.config.id, n, lines, "a ticket came out");
                }
            }
        }
    }

    async fn say(&self, wire: &mut Option<Wire>, bytes: &[u8], now: PrinterFaults) {
        if bytes.is_empty() || now.silent || now.stalled || !self.config.able.speaks() {
            return;
        }
        let Some(plugged) = wire else { return };
        match plugged.send(bytes).await {
            Ok(()) => {
                self.sent.fetch_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
            }
            Err(error) => {
                tracing::warn!(printer = self.config.id, %error, "the port broke; making it again");
                *wire = None;
            }
        }
    }
}

/// The next bytes; never, without a wire.
async fn hear(wire: &mut Option<Wire>) -> std::io::Result<Vec<u8>> {
    match wire {
        Some(wire) => wire.receive().await.map(|(bytes, _)| bytes),
        None => std::future::pending().await,
    }
}

/// The end of a movement; never, without one.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
