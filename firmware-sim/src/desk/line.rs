//! One wire: a port with desk units, call boxes and displays that all hear everything and answer when they are asked, or
//! speak by themselves.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use counter::profile::Speech;
use tokio::sync::{Notify, watch};

use super::display::Display;
use super::log::PressLog;
use super::unit::Desk;
use crate::config::{DisplayConfig, LineConfig};
use crate::wire::Wire;

/// Time that a unit needs to think before it answers. Source: HARDWARE §1, arithmetic.
const TURNAROUND: Duration = Duration::from_millis(1);
/// Longest frame. Source: Modbus over Serial Line V1.02, 2.5.1: 256 bytes.
const LONGEST_FRAME: usize = 256;
/// Late answers kept; more than a lobby can ask for before it gives a unit up.
const LATE_KEPT: usize = 64;
/// Pause before the port is made again when the system refused.
const REPLUG: Duration = Duration::from_secs(1);

/// Bytes that a device says, and how late it is.
type Said = (Vec<u8>, Duration);

/// Wakes a line because one of its units wants to speak.
pub(crate) type Poke = Arc<Notify>;

/// One line and its units.
#[derive(Debug)]
pub struct Line {
    config: LineConfig,
    port: PathBuf,
    desks: Vec<Arc<Desk>>,
    /// Units that were given the address of another by mistake.
    twins: Vec<Desk>,
    displays: Vec<Arc<Display>>,
    poke: Poke,
    unplug: watch::Sender<bool>,
    /// Everything that the devices say arrives as noise.
    noise: watch::Sender<bool>,
    /// Speed that the lobby last used, for the page.
    baud: watch::Sender<u32>,
}

impl Line {
    /// A line with its units and displays powered up; `port` is the symlink it will have.
    pub(crate) fn new(
        config: LineConfig,
        displays: &[&DisplayConfig],
        port: PathBuf,
        seed: u64,
        log: &Arc<PressLog>,
    ) -> Self {
        let poke = Poke::default();
        let desk = |unit: &u8| Arc::new(Desk::new(&config, *unit, seed, Arc::clone(&poke), Arc::clone(log)));
        let desks = config.units.iter().map(desk).collect();
        let twin = |unit: &u8| {
            let twin = Desk::new(&config, *unit, seed, Arc::clone(&poke), Arc::clone(log));
            twin.reboot(); // into another boot id than that of the first
            twin
        };
        let twins = config.twins.iter().map(twin).collect();
        let displays = displays.iter().filter_map(|display| Display::new(display, seed)).map(Arc::new).collect();
        let baud = watch::Sender::new(config.baud);
        let (unplug, noise) = (watch::Sender::new(false), watch::Sender::new(false));
        Self { config, port, desks, twins, displays, poke, unplug, noise, baud }
    }

    /// The port of a display that has it to itself.
    pub(crate) fn of_display(display: &DisplayConfig, port: PathBuf, seed: u64) -> Self {
        let config = LineConfig {
            id: display.id.clone(),
            port: None,
            baud: display.baud,
            units: Vec::new(),
            rater: false,
            profile: display.profile.clone(),
            echoes: false,
            twins: Vec::new(),
            fixed_speed: false,
            model: display.model.clone(),
        };
        Self::new(config, &[display], port, seed, &Arc::default())
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

    /// Its displays.
    pub fn displays(&self) -> &[Arc<Display>] {
        &self.displays
    }

    /// Makes noise of everything that the devices say, or lets it be.
    pub fn set_noise(&self, on: bool) {
        self.noise.send_replace(on);
    }

    /// Whether what the devices say arrives as noise.
    pub fn noisy(&self) -> bool {
        *self.noise.borrow()
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
        let mut late = Late::default();
        let mut hearing = Hearing::default();
        loop {
            let due = late.due().into_iter().chain(self.desks.iter().filter_map(|desk| desk.due())).min();
            let (frame, end) = tokio::select! {
                heard = hearing.frame(wire) => heard?,
                () = until(due) => {
                    self.note_speed(wire);
                    for said in self.desks.iter().filter_map(|desk| desk.speak()) {
                        late.push(Instant::now(), said);
                    }
                    self.send_due(wire, &mut late).await?;
                    continue;
                }
                () = self.poke.notified() => continue,
            };
            self.note_speed(wire);
            if self.hears_noise() {
                continue;
            }
            for (reply, lateness) in collided(self.replies(&frame)) {
                late.push(end + TURNAROUND, (reply, lateness));
                if lateness.is_zero() {
                    wire.quiet_until(end + TURNAROUND).await?;
                    self.send_due(wire, &mut late).await?;
                }
            }
        }
    }

    fn replies(&self, frame: &[u8]) -> Vec<Said> {
        let desks = self.desks.iter().map(Arc::as_ref).chain(&self.twins).filter_map(|desk| desk.hear(frame));
        desks.chain(self.displays.iter().filter_map(|display| display.hear(frame))).collect()
    }

    /// Whether the devices run at another speed than the lobby. Desk units of `desk-modbus` follow it.
    fn hears_noise(&self) -> bool {
        let modbus = matches!(self.config.model.as_ref().map(|model| &model.speech), Some(Speech::DeskModbus) | None);
        let follows = modbus && !self.config.fixed_speed;
        (!follows || self.desks.is_empty()) && self.baud() != self.config.baud
    }

    async fn send_due(&self, wire: &mut Wire, late: &mut Late) -> std::io::Result<()> {
        let now = Instant::now();
        while let Some(mut said) = late.take(now) {
            if self.noisy() || self.hears_noise() {
                said = noise(&said);
            }
            wire.send(&said).await?;
        }
        Ok(())
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

/// What is still to be said, and when.
#[derive(Debug, Default)]
struct Late(VecDeque<(Instant, Vec<u8>)>);

impl Late {
    fn push(&mut self, at: Instant, (said, lateness): (Vec<u8>, Duration)) {
        if self.0.len() == LATE_KEPT {
            self.0.pop_front();
        }
        self.0.push_back((at + lateness, said));
    }

    fn due(&self) -> Option<Instant> {
        self.0.iter().map(|(due, _)| *due).min()
    }

    fn take(&mut self, now: Instant) -> Option<Vec<u8>> {
        let place = self.0.iter().position(|(due, _)| *due <= now)?;
        self.0.remove(place).map(|(_, said)| said)
    }
}

/// Two that drive one wire at the same time: a bit is high only where it is for both.
fn collided(replies: Vec<Said>) -> Vec<Said> {
    let (at_once, mut all): (Vec<Said>, Vec<Said>) = replies.into_iter().partition(|(_, late)| late.is_zero());
    let over = |(one, _): Said, (other, _): Said| {
        let length = one.len().max(other.len());
        let byte = |said: &[u8], at: usize| said.get(at).copied().unwrap_or(0xFF);
        ((0..length).map(|at| byte(&one, at) & byte(&other, at)).collect(), Duration::ZERO)
    };
    all.extend(at_once.into_iter().reduce(over));
    all
}

/// What a receiver makes of bytes at another speed: as many, and none of them right.
fn noise(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte.rotate_left(3) ^ 0x96).collect()
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
