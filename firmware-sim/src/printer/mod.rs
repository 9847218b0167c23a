//! A ticket printer, on a pseudo-terminal or on whatever cable a simulated hall has.

mod faults;
mod mechanism;
mod model;
mod tickets;

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

pub use faults::{PaperState, PrinterFaults};
pub use mechanism::{BUFFER, Mechanism, Step};
pub use model::{Model, Says};
pub use tickets::{Ticket, TicketView, Tray};

use crate::config::PrinterConfig;
use crate::wire::{PIECE, Wire};

/// Pause before the port is made again when the system refused.
const REPLUG: Duration = Duration::from_secs(1);

/// The printer's end of a cable.
pub trait Cable: Send {
    /// The next bytes from the lobby, at most 128 at once. Safe to cancel.
    fn receive(&mut self) -> impl Future<Output = io::Result<Vec<u8>>> + Send;

    /// Sends bytes to the lobby; what nobody reads may be lost.
    fn send(&mut self, bytes: &[u8]) -> impl Future<Output = io::Result<()>> + Send;
}

/// Where a printer is plugged in. Dropping the cable pulls it.
pub trait Socket: Sync {
    /// What is plugged in there.
    type Cable: Cable;

    /// Plugs in.
    ///
    /// # Errors
    /// When that cannot be done now; the printer tries again.
    fn plug(&self) -> io::Result<Self::Cable>;
}

impl Cable for Wire {
    async fn receive(&mut self) -> io::Result<Vec<u8>> {
        Wire::receive(self).await.map(|(bytes, _)| bytes)
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        Wire::send(self, bytes).await
    }
}

/// A pseudo-terminal behind the symlink of the printer's port.
impl Socket for Printer {
    type Cable = Wire;

    fn plug(&self) -> io::Result<Wire> {
        Wire::open(&self.port, self.config.baud).map_err(io::Error::other)
    }
}

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

    /// Is the printer, for ever. `wire` is its plug, already in `socket`.
    pub async fn run<S: Socket>(&self, socket: &S, wire: S::Cable) {
        let mut faults = self.faults.subscribe();
        let mut mechanism = Mechanism::of(self.config.able.clone(), self.config.mm_per_s);
        let mut wire = Some(wire);
        let mut moving_until = None;
        let mut pushed = PrinterFaults::default();
        loop {
            let now = *faults.borrow_and_update();
            self.plug_as(socket, &mut wire, &mut mechanism, now).await;
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
                biased;
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
    async fn plug_as<S: Socket>(
        &self,
        socket: &S,
        wire: &mut Option<S::Cable>,
        mechanism: &mut Mechanism,
        now: PrinterFaults,
    ) {
        if now.unplug {
            if wire.take().is_some() {
                tracing::info!(printer = self.config.id, "unplugged");
            }
            return;
        }
        if wire.is_some() {
            return;
        }
        match socket.plug() {
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
    async fn work<C: Cable>(
        &self,
        mechanism: &mut Mechanism,
        wire: &mut Option<C>,
        now: PrinterFaults,
    ) -> Option<Instant> {
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

    async fn say<C: Cable>(&self, wire: &mut Option<C>, bytes: &[u8], now: PrinterFaults) {
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
async fn hear<C: Cable>(wire: &mut Option<C>) -> io::Result<Vec<u8>> {
    match wire {
        Some(wire) => wire.receive().await,
        None => std::future::pending().await,
    }
}

/// The end of a movement; never, without one.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
