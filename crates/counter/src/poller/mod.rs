//! The host end of the wire: polls the units of one line, keeps their displays true, reports presses.
//!
//! It owns no port and no clock. Whoever drives it hands in what arrived ([`Poller::received`]) and asks what to do
//! next ([`Poller::step`]); reports come out of [`Poller::report`]. Time is a [`Duration`] since any start that stays
//! the same for one poller.
//!
//! Round robin over the units that answer; registers 1–2 each time, the ring when the sequence moved, everything on
//! connect and every 5 s; at most one picture written between two polls; one retry, then back-off, and a unit that
//! does not answer is tried so rarely that the others do not feel it.

mod condition;
mod display;
mod output;
mod peer;
mod schedule;

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use crate::frame::{Ask, Reply, Request};
use crate::garbage::Garbage;
use crate::registers::{MAP_VERSION, Picture, Text};
use crate::sequence::Mark;
use crate::timing::LineTiming;
use peer::Peer;
use schedule::Choice;

pub use condition::Condition;
pub use display::REFRESH;
pub use output::{Cause, Counters, Output, Press};

/// A unit is not polled more often than this, however short the line is: a person feels no difference.
pub const POLL_EVERY: Duration = Duration::from_millis(40);
/// Everything is read again after this time.
pub const REREAD: Duration = Duration::from_secs(5);
/// A unit that was out of reach for this long is caught up with: of several *next*, only the last counts.
pub const ABSENT: Duration = Duration::from_secs(2);
/// A unit is reported offline when it has not answered for this long.
pub const REPORT_AFTER: Duration = Duration::from_millis(500);
/// How long after its request a reply may still straggle in.
pub const LATEST: Duration = Duration::from_secs(2);
/// How long a unit may be behind its mark before that is reported.
pub const OUT_OF_STEP: Duration = Duration::from_secs(5);
/// Pause after a failed attempt at a silent unit before the next such attempt on this line, while others answer.
const PROBE_GAP: Duration = Duration::from_millis(200);
/// More bytes than any late replies can bring: older ones are forgotten.
const ARRIVED_MAX: usize = 512;

/// One unit of a line.
#[derive(Clone, Copy, Debug)]
pub struct UnitSetup {
    /// Address on the line, 1–247.
    pub unit: u8,
    /// The newest press known from the journal.
    pub remembered: Option<Mark>,
    /// What the unit should show.
    pub picture: Picture,
}

/// Units that cannot stand on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// Not an address. Source: Modbus over Serial Line V1.02, 2.2.
    #[error("unit {0} is no address on a line: use 1 to 247")]
    Address(u8),
    /// Two units with one address.
    #[error("unit {0} is on the line twice: every unit needs its own address")]
    Twice(u8),
}

/// No unit with this address is on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no unit {0} on this line")]
pub struct UnknownUnit(pub u8);

/// What the driver should do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Write these bytes. What arrived before belongs to older requests: hand it in or drop it first.
    Send(Vec<u8>),
    /// Nothing to send: come back when bytes arrive, a picture changes, or at this time; `None`: no time.
    Wait(Option<Duration>),
}

#[derive(Clone, Debug)]
struct Pending {
    peer: usize,
    request: Request,
    retry: bool,
    deadline: Duration,
}

/// The host end of one line.
#[derive(Clone, Debug)]
pub struct Poller {
    timing: LineTiming,
    peers: Vec<Peer>,
    open: bool,
    pending: Option<Pending>,
    /// A retry, or the ring after a poll that moved: before anything else.
    follow_up: Option<(usize, Ask, bool)>,
    turn: usize,
    /// Polls since the last picture was written.
    polls: usize,
    quiet_until: Duration,
    probe_from: Duration,
    arrived: Vec<u8>,
    garbage: Garbage,
    reports: VecDeque<Output>,
}

/// Checks the addresses on one line.
///
/// # Errors
/// [`SetupError`] when one is out of range or stands twice.
pub(crate) fn addresses(units: impl IntoIterator<Item = u8>) -> Result<(), SetupError> {
    let mut seen = BTreeSet::new();
    for unit in units {
        if !(1..=247).contains(&unit) {
            return Err(SetupError::Address(unit));
        }
        if !seen.insert(unit) {
            return Err(SetupError::Twice(unit));
        }
    }
    Ok(())
}

impl Poller {
    /// A poller whose port is not open yet.
    ///
    /// `first_picture` is the first picture sequence: any number that differs from start to start (seconds of the
    /// day, say), so that a unit which kept its picture through a restart notices the next one.
    ///
    /// # Errors
    /// [`SetupError`] when an address is out of range or stands twice.
    pub fn new(timing: LineTiming, units: &[UnitSetup], first_picture: u16, now: Duration) -> Result<Self, SetupError> {
        addresses(units.iter().map(|setup| setup.unit))?;
        Ok(Self {
            timing,
            peers: units.iter().map(|setup| Peer::new(setup, first_picture, now)).collect(),
            open: false,
            pending: None,
            follow_up: None,
            turn: 0,
            polls: 0,
            quiet_until: now,
            probe_from: now,
            arrived: Vec::new(),
            garbage: Garbage::default(),
            reports: VecDeque::new(),
        })
    }

    /// The port is open: every unit is greeted anew.
    pub fn port_opened(&mut self, now: Duration) {
        self.forget_exchange();
        self.open = true;
        self.garbage.start(now);
        // A frame of whoever used the port before may still be under way.
        self.quiet_until = now + self.timing.gap();
        self.probe_from = now;
        for peer in &mut self.peers {
            peer.try_now(now);
        }
    }

    /// The port is gone, or could not be opened.
    pub fn port_lost(&mut self, now: Duration) {
        self.forget_exchange();
        self.open = false;
        for peer in &mut self.peers {
            peer.lost(Cause::Port, now, &mut self.reports);
        }
    }

    fn forget_exchange(&mut self) {
        self.pending = None;
        self.follow_up = None;
        self.polls = 0;
        self.arrived.clear();
    }

    /// Gives a unit another picture. A picture equal to the last changes nothing.
    ///
    /// # Errors
    /// [`UnknownUnit`] when no such unit is on the line.
    pub fn set_picture(&mut self, unit: u8, picture: Picture, now: Duration) -> Result<(), UnknownUnit> {
        let peer = self.peers.iter_mut().find(|peer| peer.unit == unit).ok_or(UnknownUnit(unit))?;
        // What a desk unit cannot show is no reason to write to it.
        peer.display.set(Picture { takes_over: Text::default(), ..picture }, now);
        Ok(())
    }

    /// The next report, oldest first. Take them all after every call of another method.
    pub fn report(&mut self) -> Option<Output> {
        self.reports.pop_front()
    }

    /// Frames of one unit; `None` when it is not on the line.
    pub fn counters(&self, unit: u8) -> Option<Counters> {
        self.peers.iter().find(|peer| peer.unit == unit).map(|peer| peer.counters)
    }

    /// Takes bytes from the line.
    pub fn received(&mut self, bytes: &[u8], now: Duration) {
        let Some(pending) = &self.pending else { return };
        self.arrived.extend_from_slice(bytes);
        let reply = pending.request.find(&self.arrived);
        if self.arrived.len() > ARRIVED_MAX {
            self.arrived.drain(..self.arrived.len() - ARRIVED_MAX);
        }
        if let Some(reply) = reply
            && let Some(pending) = self.pending.take()
        {
            self.quiet_until = now + self.timing.gap();
            self.reports.extend(self.garbage.good(now));
            self.replied(&pending, reply, now);
        }
    }

    fn replied(&mut self, pending: &Pending, reply: Reply, now: Duration) {
        let peer = &mut self.peers[pending.peer];
        match reply {
            Reply::Refused(code) => {
                peer.counters.refused += 1;
                return self.failed(pending, Cause::Refused(code), now);
            }
            Reply::All(inputs) if inputs.version != MAP_VERSION => {
                return self.failed(pending, Cause::Map(inputs.version), now);
            }
            _ => peer.met(now, &mut self.reports),
        }
        match reply {
            Reply::Moved { boot, sequence } => {
                if peer.moved(boot, sequence, now, &mut self.reports) {
                    self.follow_up = Some((pending.peer, Ask::Ring, false));
                }
            }
            Reply::Ring(ring) => peer.ring(&ring, now, &mut self.reports),
            Reply::All(inputs) => peer.all(&inputs, now, &mut self.reports),
            Reply::Shown => peer.display.confirmed(now, peer.doubtful_until),
            Reply::Refused(_) => {}
        }
    }

    fn timed_out(&mut self, pending: &Pending, now: Duration) {
        let counters = &mut self.peers[pending.peer].counters;
        let cause = if self.arrived.is_empty() {
            counters.silent += 1;
            Cause::Silent
        } else {
            counters.garbled += 1;
            self.reports.extend(self.garbage.bad(now));
            Cause::Garbled
        };
        self.failed(pending, cause, now);
    }

    fn failed(&mut self, pending: &Pending, cause: Cause, now: Duration) {
        let peer = &mut self.peers[pending.peer];
        peer.doubtful_until = now + LATEST;
        if peer.answers() && !pending.retry {
            self.follow_up = Some((pending.peer, pending.request.ask, true));
            return;
        }
        peer.lost(cause, now, &mut self.reports);
        self.probe_from = now + PROBE_GAP;
    }

    /// Lends the wire to something else on it for at most `time`, as if a picture were written: between two of those
    /// stands a poll. `false` when the wire is in use or no unit was polled since the last writing.
    pub fn lend(&mut self, time: Duration, now: Duration) -> bool {
        let polled = self.polls > 0 || !self.peers.iter().any(Peer::answers);
        let free = self.open && self.pending.is_none() && self.follow_up.is_none() && self.quiet_until <= now && polled;
        if free {
            self.polls = 0;
            self.quiet_until = now + time;
        }
        free
    }

    /// The wire that was lent is free again.
    pub fn returned(&mut self, now: Duration) {
        self.quiet_until = now + self.timing.gap();
    }

    /// What to do now.
    pub fn step(&mut self, now: Duration) -> Step {
        if !self.open {
            return Step::Wait(None);
        }
        if let Some(pending) = self.pending.take() {
            if now < pending.deadline {
                let deadline = pending.deadline;
                self.pending = Some(pending);
                return Step::Wait(Some(deadline));
            }
            self.timed_out(&pending, now);
        }
        if now < self.quiet_until {
            return Step::Wait(Some(self.quiet_until));
        }
        match self.choose(now) {
            Some(choice) => Step::Send(self.send(&choice, now)),
            None => Step::Wait(self.next_due()),
        }
    }

    fn send(&mut self, choice: &Choice, now: Duration) -> Vec<u8> {
        let peer = &mut self.peers[choice.peer];
        peer.counters.requests += 1;
        peer.counters.retries += u64::from(choice.retry);
        let ask = match choice.ask {
            Ask::Show(_) => Ask::Show(peer.display.compose(now)),
            ask => ask,
        };
        if matches!(ask, Ask::Show(_)) {
            self.polls = 0;
        } else {
            self.polls = self.polls.saturating_add(1);
            peer.poll_at = now + POLL_EVERY;
        }
        let request = Request { unit: peer.unit, ask };
        let deadline = now + self.timing.patience(&ask);
        self.arrived.clear();
        self.pending = Some(Pending { peer: choice.peer, request, retry: choice.retry, deadline });
        request.encode()
    }
}
