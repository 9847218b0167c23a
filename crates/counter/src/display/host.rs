//! The host end of displays on one wire: writes what changed, and everything again now and then.

use std::collections::VecDeque;
use std::time::Duration;

use super::modbus::Registers;
use super::{Call, DisplayProfile, Showing};
use crate::garbage::Garbage;
use crate::host::Host;
use crate::poller::{Cause, Output, SetupError, Step, UnknownUnit};
use crate::registers::{Light, Picture};
use crate::timing::{GRACE, LineTiming, TURNAROUND};
use crate::unit::FLASH;

/// A display is written again after this time although nothing changed.
const REFRESH: Duration = Duration::from_secs(5);
/// Replies missed in a row after which a display counts as gone.
const MISSES: u32 = 3;
/// How often one that is gone is tried.
const PROBE: Duration = Duration::from_secs(2);
/// More bytes than any reply has: older ones are noise.
const ARRIVED_MAX: usize = 64;

/// One display of a wire.
#[derive(Clone, Debug)]
pub struct DisplaySetup {
    /// Address, 1–247; on a wire of its own any.
    pub unit: u8,
    /// Counter that it stands at.
    pub counter: String,
    /// Its model.
    pub profile: DisplayProfile,
    /// What it should show.
    pub picture: Picture,
}

#[derive(Clone, Debug)]
struct Slot {
    unit: u8,
    counter: String,
    profile: DisplayProfile,
    picture: Picture,
    flash_until: Duration,
    written: Option<Showing>,
    write_at: Duration,
    misses: u32,
    reported: Option<Output>,
    /// Of a board.
    calls: Vec<Call>,
}

impl Slot {
    fn showing(&self, now: Duration) -> Showing {
        let flash = now < self.flash_until;
        if self.profile.calls.is_some() {
            return self.profile.showing_calls(&self.calls, flash);
        }
        self.profile.showing(&self.picture, flash)
    }

    /// Only what can be seen is worth a writing; how many wait is not.
    fn changed(&mut self, now: Duration) {
        if self.written.as_ref() != Some(&self.showing(now)) && self.misses < MISSES {
            self.write_at = now;
        }
    }

    fn tell(&mut self, report: Output, reports: &mut VecDeque<Output>) {
        if self.reported != Some(report) {
            self.reported = Some(report);
            reports.push_back(report);
        }
    }

    /// Time for the newest bytes and their reply.
    fn exchange(&self, timing: LineTiming, now: Duration) -> Duration {
        let out = self.profile.bytes(self.unit, &self.counter, &self.showing(now)).len();
        let answer = self.profile.reply_len().map_or(Duration::ZERO, |_| GRACE + TURNAROUND);
        timing.characters(out + self.profile.reply_len().unwrap_or(0)) + 2 * timing.gap() + answer
    }

    fn due(&self) -> Duration {
        if self.flash_until > Duration::ZERO { self.write_at.min(self.flash_until) } else { self.write_at }
    }
}

#[derive(Clone, Debug)]
struct Pending {
    slot: usize,
    request: Vec<u8>,
    deadline: Duration,
}

/// The host end of one wire with displays.
#[derive(Clone, Debug)]
pub struct DisplayHost {
    timing: LineTiming,
    slots: Vec<Slot>,
    pending: Option<Pending>,
    arrived: Vec<u8>,
    garbage: Garbage,
    open: bool,
    quiet_until: Duration,
    turn: usize,
    reports: VecDeque<Output>,
}

impl DisplayHost {
    /// A host whose port is not open yet.
    ///
    /// # Errors
    /// [`SetupError`] when an address is out of range or stands twice.
    pub fn new(timing: LineTiming, displays: Vec<DisplaySetup>, now: Duration) -> Result<Self, SetupError> {
        crate::poller::addresses(displays.iter().map(|display| display.unit))?;
        let slot = |display: DisplaySetup| Slot {
            unit: display.unit,
            counter: display.counter,
            profile: display.profile,
            picture: display.picture,
            flash_until: Duration::ZERO,
            written: None,
            write_at: now,
            misses: 0,
            reported: None,
            calls: Vec::new(),
        };
        Ok(Self {
            timing,
            slots: displays.into_iter().map(slot).collect(),
            pending: None,
            arrived: Vec::new(),
            garbage: Garbage::default(),
            open: false,
            quiet_until: now,
            turn: 0,
            reports: VecDeque::new(),
        })
    }

    /// Whether a display with this address is on the wire.
    pub fn knows(&self, unit: u8) -> bool {
        self.slots.iter().any(|slot| slot.unit == unit)
    }

    /// Whether a reply is waited for.
    pub fn waits(&self) -> bool {
        self.pending.is_some()
    }

    /// Gives up a reply that is overdue.
    pub fn settle(&mut self, now: Duration) {
        if let Some(pending) = self.pending.take_if(|pending| pending.deadline <= now) {
            self.missed(&pending, now);
        }
    }

    /// Time on the wire that the next writing needs; `None` when nothing is due.
    pub fn needs(&self, now: Duration) -> Option<Duration> {
        self.open.then(|| self.next(now)).flatten().map(|slot| self.slots[slot].exchange(self.timing, now))
    }

    /// When something is due.
    pub fn due(&self) -> Option<Duration> {
        self.slots.iter().map(Slot::due).min()
    }

    fn next(&self, now: Duration) -> Option<usize> {
        let count = self.slots.len();
        (0..count).map(|step| (self.turn + step) % count).find(|slot| self.slots[*slot].due() <= now)
    }

    fn write(&mut self, place: usize, now: Duration) -> Vec<u8> {
        self.turn = place + 1;
        let slot = &mut self.slots[place];
        if slot.flash_until <= now {
            slot.flash_until = Duration::ZERO;
        }
        let showing = slot.showing(now);
        let bytes = slot.profile.bytes(slot.unit, &slot.counter, &showing);
        slot.written = Some(showing);
        slot.write_at = now + REFRESH;
        self.quiet_until = now + slot.exchange(self.timing, now);
        if slot.profile.reply_len().is_some() {
            self.arrived.clear();
            self.pending = Some(Pending { slot: place, request: bytes.clone(), deadline: self.quiet_until });
        } else {
            slot.tell(Output::Presumed { unit: slot.unit }, &mut self.reports);
        }
        bytes
    }

    fn missed(&mut self, pending: &Pending, now: Duration) {
        let slot = &mut self.slots[pending.slot];
        slot.misses = slot.misses.saturating_add(1);
        // Not the bytes that were missed are sent again, but what is to be seen then.
        slot.write_at = if slot.misses < MISSES { now } else { now + PROBE };
        let cause = if self.arrived.is_empty() { Cause::Silent } else { Cause::Garbled };
        if cause == Cause::Garbled {
            self.reports.extend(self.garbage.bad(now));
        }
        if slot.misses >= MISSES {
            slot.tell(Output::Offline { unit: slot.unit, cause }, &mut self.reports);
        }
    }
}

impl Host for DisplayHost {
    fn port_opened(&mut self, now: Duration) {
        self.open = true;
        self.pending = None;
        self.garbage.start(now);
        self.quiet_until = now + self.timing.gap();
        for slot in &mut self.slots {
            (slot.write_at, slot.misses) = (now, 0);
        }
    }

    fn port_lost(&mut self, now: Duration) {
        self.open = false;
        self.pending = None;
        self.garbage.start(now);
        for slot in &mut self.slots {
            slot.tell(Output::Offline { unit: slot.unit, cause: Cause::Port }, &mut self.reports);
        }
    }

    fn set_picture(&mut self, unit: u8, picture: Picture, now: Duration) -> Result<(), UnknownUnit> {
        let slot = self.slots.iter_mut().find(|slot| slot.unit == unit).ok_or(UnknownUnit(unit))?;
        if picture == slot.picture {
            return Ok(());
        }
        if picture.light == Light::Flashing && picture.attention != slot.picture.attention {
            slot.flash_until = now + FLASH;
        }
        slot.picture = picture;
        slot.changed(now);
        Ok(())
    }

    fn set_calls(&mut self, calls: &[Call], now: Duration) {
        for slot in self.slots.iter_mut().filter(|slot| slot.profile.calls.is_some() && slot.calls != calls) {
            let known = |call: &Call| slot.calls.contains(call);
            if calls.first().is_some_and(|newest| !known(newest)) {
                slot.flash_until = now + FLASH;
            }
            slot.calls = calls.to_vec();
            slot.changed(now);
        }
    }

    fn received(&mut self, bytes: &[u8], now: Duration) {
        let Some(pending) = &self.pending else { return };
        self.arrived.extend_from_slice(bytes);
        if self.arrived.len() > ARRIVED_MAX {
            self.arrived.drain(..self.arrived.len() - ARRIVED_MAX);
        }
        let length = self.slots[pending.slot].profile.reply_len().unwrap_or(1);
        if !self.arrived.windows(length).any(|window| Registers::confirms(&pending.request, window)) {
            return;
        }
        let slot = &mut self.slots[pending.slot];
        slot.misses = 0;
        slot.tell(Output::Online { unit: slot.unit }, &mut self.reports);
        self.reports.extend(self.garbage.good(now));
        self.pending = None;
        self.quiet_until = now + self.timing.gap();
    }

    fn step(&mut self, now: Duration) -> Step {
        if !self.open {
            return Step::Wait(None);
        }
        self.settle(now);
        if let Some(pending) = &self.pending {
            return Step::Wait(Some(pending.deadline));
        }
        if now < self.quiet_until {
            return Step::Wait(Some(self.quiet_until));
        }
        match self.next(now) {
            Some(slot) => Step::Send(self.write(slot, now)),
            None => Step::Wait(self.due()),
        }
    }

    fn report(&mut self) -> Option<Output> {
        self.reports.pop_front()
    }

    fn lend(&mut self, time: Duration, now: Duration) -> bool {
        let free = self.open && self.pending.is_none() && self.quiet_until <= now;
        if free {
            self.quiet_until = now + time;
        }
        free
    }

    fn returned(&mut self, now: Duration) {
        self.quiet_until = now + self.timing.gap();
    }
}
