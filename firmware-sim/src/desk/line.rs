//! One RS-485 line: a port with several desk units that all hear everything and answer when they are asked.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::unit::Desk;
use crate::config::LineConfig;
use crate::wire::Wire;

/// Time that a unit needs to think before it answers. Source: HARDWARE §1, arithmetic.
const TURNAROUND: Duration = Duration::from_millis(1);
/// Longest frame. Source: Modbus over Serial Line V1.02, 2.5.1: 256 bytes.
const LONGEST_FRAME: usize = 256;
/// Late answers kept; more than a lobby can ask for before it gives a unit up.
const LATE_KEPT: usize = 64;
/// Pause before the port is made again when the system refused.
const REPLUG: Duration = Duration::from_secs(1);

/// One line and its units.
#[derive(Debug)]
pub struct Line {
    config: LineConfig,
    port: PathBuf,
    desks: Vec<Arc<Desk>>,
    unplug: watch::Sender<bool>,
    /// Speed that the lobby last used, for the page.
    baud: watch::Sender<u32>,
}

impl Line {
    /// A line with its units powered up; `port` is the symlink it will have.
    pub fn new(config: LineConfig, port: PathBuf, seed: u64) -> Self {
        let desks =
            config.units.iter().map(|unit| Arc::new(Desk::new(&config.id, *unit, config.rater, seed))).collect();
        let baud = watch::Sender::new(config.baud);
        Self { config, port, desks, unplug: watch::Sender::new(false), baud }
    }

    /// Its entry in the configuration.
    pub fn config(&self) -> &LineConfig {
        &self.config
    }

    /// The symlink that the lobby opens.
    pub fn port(&self) -> &PathBuf {
        &self.port
    }

    /// Its units.
    pub fn desks(&self) -> &[Arc<Desk>] {
        &self.desks
    }

    /// Pulls the whole line's plug at the lobby, or puts it back.
    pub fn set_unplug(&self, out: bool) {
        self.unplug.send_replace(out);
    }

    /// Whether the line's plug is out.
    pub fn unplugged(&self) -> bool {
        *self.unplug.borrow()
    }

    /// Speed that the lobby last used.
    pub fn baud(&self) -> u32 {
        *self.baud.borrow()
    }

    /// Is the line, for ever. `wire` is its plug, already in.
    pub(crate) async fn run(&self, wire: Wire) {
        let mut unplug = self.unplug.subscribe();
        let mut wire = Some(wire);
        loop {
            if *unplug.borrow_and_update() {
                wire = None;
                if unplug.changed().await.is_err() {
                    return;
                }
                continue;
            }
            let Some(mut plugged) = wire.take().or_else(|| self.plug_in()) else {
                tokio::time::sleep(REPLUG).await;
                continue;
            };
            tokio::select! {
                changed = unplug.changed() => if changed.is_err() { return },
                Err(error) = self.serve(&mut plugged) => {
                    tracing::warn!(line = self.config.id, %error, "the port broke; making it again");
                }
            }
        }
    }

    fn plug_in(&self) -> Option<Wire> {
        let wire = Wire::open(&self.port, self.config.baud);
        wire.inspect_err(|error| tracing::error!(line = self.config.id, %error, "no port; trying again")).ok()
    }

    /// Hears frames and answers them until the port breaks.
    async fn serve(&self, wire: &mut Wire) -> std::io::Result<std::convert::Infallible> {
        let mut late: VecDeque<(Instant, Vec<u8>)> = VecDeque::new();
        let mut hearing = Hearing::default();
        loop {
            let due = late.iter().map(|(due, _)| *due).min();
            let (frame, end) = tokio::select! {
                heard = hearing.frame(wire) => heard?,
                () = until(due) => {
                    send_due(wire, &mut late).await?;
                    continue;
                }
            };
            self.note_speed(wire);
            for desk in &self.desks {
                let Some((reply, lateness)) = desk.hear(&frame) else {
                    continue;
                };
                if late.len() == LATE_KEPT {
                    late.pop_front();
                }
                late.push_back((end + TURNAROUND + lateness, reply));
                if lateness.is_zero() {
                    wire.quiet_until(end + TURNAROUND).await?;
                    send_due(wire, &mut late).await?;
                }
            }
        }
    }

    /// A unit that is set to another speed would hear noise; this one follows the lobby, but says so.
    fn note_speed(&self, wire: &Wire) {
        let baud = wire.baud();
        let changed = self.baud.send_if_modified(|known| std::mem::replace(known, baud) != baud);
        if changed && baud != self.config.baud {
            let units = self.config.baud;
            tracing::warn!(line = self.config.id, baud, units, "the lobby uses another speed than real units would");
        }
    }
}

/// A frame on its way in.
#[derive(Debug, Default)]
struct Hearing {
    bytes: Vec<u8>,
    /// When the silence after the last byte will have been long enough to end the frame.
    end: Option<Instant>,
}

impl Hearing {
    /// Gathers bytes until silence ends the frame; answers it with the moment at which the silence was long enough.
    /// A frame that is too long is heard to its end and given out cut, too long still for any unit to take. Safe to
    /// cancel.
    async fn frame(&mut self, wire: &mut Wire) -> std::io::Result<(Vec<u8>, Instant)> {
        loop {
            if let Some(end) = self.end
                && wire.quiet_until(end).await?
            {
                self.end = None;
                return Ok((std::mem::take(&mut self.bytes), end));
            }
            let (bytes, at) = wire.receive().await?;
            self.bytes.extend(bytes);
            self.bytes.truncate(LONGEST_FRAME + 1);
            self.end = Some(at + wire.frame_gap());
        }
    }
}

async fn send_due(wire: &mut Wire, late: &mut VecDeque<(Instant, Vec<u8>)>) -> std::io::Result<()> {
    let now = Instant::now();
    while let Some(place) = late.iter().position(|(due, _)| *due <= now) {
        if let Some((_, reply)) = late.remove(place) {
            wire.send(&reply).await?;
        }
    }
    Ok(())
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
