//! Serial wires with serial time: bytes arrive when their last bit would have.

mod lock;
mod pty;
mod timer;

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

pub use lock::{LockError, WiresLock};
pub use pty::{Pty, PtyError, wire_time};
pub use timer::ExactTimer;

/// Most bytes taken from the port at once; larger pieces would arrive in visible jerks at low speed.
pub(crate) const PIECE: usize = 128;

/// The device end of one serial wire, both directions paced by the speed that the lobby chose.
#[derive(Debug)]
pub struct Wire {
    pty: Pty,
    timer: ExactTimer,
    /// Bytes on their way to us and the moment when the last of them is here.
    arriving: Option<(Vec<u8>, Instant)>,
}

impl Wire {
    /// Plugs in: makes the port behind `link`, at `baud` until the lobby chooses.
    ///
    /// # Errors
    /// See [`Pty::open`].
    pub fn open(link: &Path, baud: u32) -> Result<Self, PtyError> {
        let pty = Pty::open(link, baud)?;
        let timer = ExactTimer::new().map_err(|source| PtyError::System {
            step: "make a timer",
            link: link.to_owned(),
            source,
        })?;
        Ok(Self { pty, timer, arriving: None })
    }

    /// The next bytes from the lobby, given out when their time on the wire is over, with the moment at which the
    /// last one arrived. Safe to cancel: bytes under way stay under way.
    ///
    /// # Errors
    /// Whatever the system says; the wire is then of no more use.
    pub async fn receive(&mut self) -> io::Result<(Vec<u8>, Instant)> {
        self.some_under_way().await?;
        if let Some((_, here)) = &self.arriving {
            self.timer.until(*here).await?;
        }
        self.arriving.take().ok_or_else(|| io::Error::other("no bytes under way"))
    }

    /// Waits until `due`, unless bytes from the lobby show up before; answers whether it stayed quiet.
    /// Safe to cancel.
    ///
    /// # Errors
    /// Whatever the system says.
    pub async fn quiet_until(&mut self, due: Instant) -> io::Result<bool> {
        let Self { pty, timer, arriving } = self;
        if arriving.is_some() {
            return Ok(false);
        }
        tokio::select! {
            biased;
            found = next_piece(pty) => {
                *arriving = Some(found?);
                Ok(false)
            }
            waited = timer.until(due) => waited.map(|()| true),
        }
    }

    async fn some_under_way(&mut self) -> io::Result<()> {
        if self.arriving.is_none() {
            self.arriving = Some(next_piece(&self.pty).await?);
        }
        Ok(())
    }

    /// Sends bytes to the lobby; they are there when their time on the wire is over. Bytes that nobody reads
    /// are lost once the port's buffer is full, as on any wire.
    ///
    /// # Errors
    /// Whatever the system says; the wire is then of no more use.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let due = Instant::now() + wire_time(self.baud(), bytes.len());
        self.timer.until(due).await?;
        let sent = self.pty.put(bytes)?;
        if sent < bytes.len() {
            tracing::debug!(lost = bytes.len() - sent, "nobody reads at the other end; bytes lost");
        }
        Ok(())
    }

    /// Speed in force, bits per second; 9600 when the system does not say.
    pub fn baud(&self) -> u32 {
        baud(&self.pty)
    }

    /// Silence that ends a Modbus RTU frame at the speed in force.
    ///
    /// 3.5 characters of 11 bits, fixed at 1.75 ms above 19 200 baud. Source: Modbus over Serial Line V1.02,
    /// 2.5.1.1.
    pub fn frame_gap(&self) -> Duration {
        let baud = self.baud().max(50);
        if baud > 19_200 { Duration::from_micros(1_750) } else { Duration::from_micros(38_500_000 / u64::from(baud)) }
    }
}

fn baud(pty: &Pty) -> u32 {
    pty.baud().unwrap_or(9600)
}

/// Bytes that the lobby just wrote, and when the last of them will have arrived. Safe to cancel: nothing is
/// awaited once bytes are taken.
async fn next_piece(pty: &Pty) -> io::Result<(Vec<u8>, Instant)> {
    loop {
        pty.readable().await?;
        let mut piece = [0_u8; PIECE];
        let count = pty.take(&mut piece)?;
        if count > 0 {
            return Ok((piece[..count].to_vec(), Instant::now() + wire_time(baud(pty), count)));
        }
    }
}
