//! The host end of a line of call boxes: hears presses and acknowledges them, keeps displays true.
//!
//! Boxes are not polled; they speak by themselves. The host waits for silence before it speaks, acknowledges before
//! anything else, and writes one frame at a time, box after box.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::frame::{Deframer, Frame};
use super::keys::KeyMap;
use super::of_host;
use super::peer::Peer;
use crate::garbage::Garbage;
use crate::host::Host;
use crate::poller::{Counters, Output, SetupError, Step, UnitSetup, UnknownUnit};
use crate::registers::Picture;
use crate::sequence::Mark;
use crate::timing::{LineTiming, TURNAROUND};

/// The same frame of the same box again within this time, counted from the echo, is the same press. Source: HARDWARE §1.
pub const REPEAT: Duration = Duration::from_millis(300);
/// How long after another host's turn its bytes may still be given up as noise.
const FOREIGN: Duration = Duration::from_millis(200);
/// Strangers that are remembered, so that each is told once.
const STRANGERS: usize = 32;

/// The host end of one line of call boxes.
#[derive(Clone, Debug)]
pub struct Ff68Host {
    timing: LineTiming,
    keys: KeyMap,
    peers: Vec<Peer>,
    deframer: Deframer,
    garbage: Garbage,
    noise: u64,
    open: bool,
    /// Until then a frame may repeat a press of before the port was opened.
    stale_until: Duration,
    quiet_until: Duration,
    /// Until then bytes that are no frames may be those of another host on this wire.
    lent_until: Duration,
    turn: usize,
    strangers: BTreeSet<u8>,
    reports: VecDeque<Output>,
}

impl Ff68Host {
    /// A host whose port is not open yet.
    ///
    /// `run` is the mark from which presses count: boxes have no sequence, so it must differ from that of every run of
    /// the lobby before (a random boot id, and the second of the start as wraps).
    ///
    /// # Errors
    /// [`SetupError`] when an address is out of range or stands twice.
    pub fn new(
        timing: LineTiming,
        keys: KeyMap,
        boxes: &[UnitSetup],
        run: Mark,
        now: Duration,
    ) -> Result<Self, SetupError> {
        crate::poller::addresses(boxes.iter().map(|setup| setup.unit))?;
        let peers: Vec<Peer> = boxes.iter().map(|setup| Peer::new(setup, run, now)).collect();
        let known = boxes.iter().map(|setup| setup.remembered.is_some());
        let reports = peers.iter().zip(known).map(|(peer, known)| peer.baseline(known)).collect();
        Ok(Self {
            timing,
            keys,
            peers,
            deframer: Deframer::default(),
            garbage: Garbage::default(),
            noise: 0,
            open: false,
            stale_until: now,
            quiet_until: now,
            lent_until: now,
            turn: 0,
            strangers: BTreeSet::new(),
            reports,
        })
    }

    fn hear(&mut self, frame: Frame, now: Duration) {
        let Some(peer) = self.peers.iter_mut().find(|peer| peer.unit == frame.address) else {
            if self.strangers.len() < STRANGERS && self.strangers.insert(frame.address) {
                self.reports.push_back(Output::Stranger { unit: frame.address });
            }
            return;
        };
        let stale = now < self.stale_until;
        peer.heard(frame, &self.keys, stale, now, &mut self.reports);
    }

    fn speak(&mut self, now: Duration) -> Option<Vec<u8>> {
        let count = self.peers.len();
        let acknowledging = self.peers.iter().position(|peer| peer.acknowledge.is_some());
        let mut order = acknowledging.into_iter().chain((0..count).map(|step| (self.turn + step) % count));
        let (place, frame) = order.find_map(|place| Some((place, self.peers[place].next(now)?)))?;
        self.turn = place + 1;
        self.peers[place].counters.requests += 1;
        let bytes = frame.encode();
        // The box may answer with the same frame; speaking to the next one would run into it.
        let echo = if of_host(&frame) { self.timing.writing(bytes.len()) + TURNAROUND } else { Duration::ZERO };
        self.quiet_until = now + self.timing.writing(bytes.len()) + echo;
        Some(bytes)
    }
}

impl Host for Ff68Host {
    fn port_opened(&mut self, now: Duration) {
        self.open = true;
        self.deframer.clear();
        self.garbage.start(now);
        self.stale_until = now + REPEAT;
        self.quiet_until = now + self.timing.gap();
        for peer in &mut self.peers {
            peer.port_opened(now, &mut self.reports);
        }
    }

    fn port_lost(&mut self, now: Duration) {
        self.open = false;
        self.deframer.clear();
        self.garbage.start(now);
        for peer in &mut self.peers {
            peer.port_lost(&mut self.reports);
        }
    }

    fn set_picture(&mut self, unit: u8, picture: Picture, now: Duration) -> Result<(), UnknownUnit> {
        let peer = self.peers.iter_mut().find(|peer| peer.unit == unit).ok_or(UnknownUnit(unit))?;
        peer.set(picture, now);
        Ok(())
    }

    fn received(&mut self, bytes: &[u8], now: Duration) {
        if !self.open {
            return;
        }
        self.quiet_until = self.quiet_until.max(now + self.timing.gap());
        let frames = self.deframer.feed(bytes, now);
        if frames.is_empty() {
            return;
        }
        self.noise = self.deframer.noise();
        self.reports.extend(self.garbage.good(now));
        for frame in frames {
            self.hear(frame, now);
        }
    }

    fn step(&mut self, now: Duration) -> Step {
        if !self.open {
            return Step::Wait(None);
        }
        self.deframer.expire(now);
        if self.deframer.noise() > self.noise {
            self.noise = self.deframer.noise();
            if now >= self.lent_until {
                self.reports.extend(self.garbage.bad(now));
            }
        }
        for peer in &mut self.peers {
            peer.pass(now, &mut self.reports);
        }
        if now < self.quiet_until {
            return Step::Wait(Some(self.quiet_until));
        }
        match self.speak(now) {
            Some(bytes) => Step::Send(bytes),
            None => Step::Wait(self.peers.iter().map(Peer::due).chain(self.deframer.due()).min()),
        }
    }

    fn report(&mut self) -> Option<Output> {
        self.reports.pop_front()
    }

    fn lend(&mut self, time: Duration, now: Duration) -> bool {
        let free = self.open && self.quiet_until <= now && self.peers.iter().all(|peer| peer.acknowledge.is_none());
        if free {
            self.quiet_until = now + time;
            self.lent_until = now + time + FOREIGN;
        }
        free
    }

    fn returned(&mut self, now: Duration) {
        self.quiet_until = now + self.timing.gap();
    }

    fn counters(&self, unit: u8) -> Option<Counters> {
        self.peers.iter().find(|peer| peer.unit == unit).map(|peer| peer.counters)
    }
}
