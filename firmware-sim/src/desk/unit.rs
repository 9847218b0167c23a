//! One desk unit: `counter::Unit` with the faults of its cable and what a person in front of it sees.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use counter::{Key, Lamps, Light, Status, Unit};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::clock;
use crate::rng::Chance;

/// What can be wrong with a desk unit and its data wire. A stuck key is not here: the unit itself knows it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct DeskFaults {
    /// Hears and obeys, but never answers.
    pub mute: bool,
    /// The data wire is parted: neither hears nor answers; power stays.
    pub unplug: bool,
    /// Chance per frame, either direction, that one byte flips; 0 to 1.
    pub garble: f64,
    /// Milliseconds by which answers are late.
    pub late_ms: u64,
}

/// Frames of one unit since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Frames {
    /// Requests to this unit (and to all) that came over the wire.
    pub heard: u64,
    /// Answers it sent.
    pub answered: u64,
    /// Requests it did not answer: broken, to all, or it is mute.
    pub unanswered: u64,
    /// Frames in which a byte was flipped, both directions.
    pub garbled: u64,
}

/// The lamps as the control port says them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools)] // five lamps are five bools
pub struct LampsView {
    /// Somebody waits for this counter.
    pub waiting: bool,
    /// The counter is paused.
    pub paused: bool,
    /// Help is coming.
    pub help: bool,
    /// The last press was refused.
    pub refused: bool,
    /// The last picture beeped.
    pub beep: bool,
}

impl From<Lamps> for LampsView {
    fn from(lamps: Lamps) -> Self {
        let Lamps { waiting, paused, help, refused, beep } = lamps;
        Self { waiting, paused, help, refused, beep }
    }
}

/// What a person in front of the unit sees, and what a technician would read from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeskView {
    /// Address on the line.
    pub unit: u8,
    /// The line it hangs on.
    pub line: String,
    /// Registers 1–6 without the blanks at the end, also in a dark phase of the flash.
    pub text: String,
    /// `dark`, `steady` or `flashing`, as the unit shows it now.
    pub display: Light,
    /// Whether it flashes now.
    pub flash: bool,
    /// Whether the digits can be seen at this moment.
    pub lit: bool,
    /// The lamps.
    pub lamps: LampsView,
    /// People waiting for this counter.
    pub waiting: u16,
    /// When the picture last changed, RFC 3339 UTC.
    pub changed_at: String,
    /// Boot id.
    pub boot: u16,
    /// Press sequence.
    pub sequence: u16,
    /// The last presses, newest first.
    pub presses: Vec<Press>,
    /// The status register.
    pub status: Status,
    /// The key that is stuck.
    pub stuck: Option<Key>,
    /// Faults in force.
    pub faults: DeskFaults,
    /// Frames since the start.
    pub frames: Frames,
    /// Beeps since the start.
    pub beeps: u32,
    /// Blinks of the refusal lamp since the start.
    pub refusals: u32,
    /// Whether the crowd leaves this unit to the person who pressed it.
    pub human: bool,
}

/// One press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Press {
    /// The key.
    pub key: Key,
    /// Press sequence after it.
    pub seq: u16,
    /// When, RFC 3339 UTC.
    pub at: String,
}

/// How long the crowd keeps its hands off a unit that a person pressed.
pub const LEFT_TO_PEOPLE: Duration = Duration::from_mins(5);
/// Presses remembered for the page.
const PRESSES: usize = 8;

/// One desk unit.
#[derive(Debug)]
pub struct Desk {
    line: String,
    address: u8,
    /// The unit's clock starts here.
    started: Instant,
    started_at: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    unit: Unit,
    faults: DeskFaults,
    frames: Frames,
    presses: Vec<Press>,
    person: Option<Instant>,
    chance: Chance,
}

impl Desk {
    /// A unit that was just powered up on `line`. `seed` rules its faults; its boot id is new at every start.
    pub fn new(line: &str, address: u8, rater: bool, seed: u64) -> Self {
        let started_at = Timestamp::now();
        let unit = Unit::new(address, boot_id(started_at, address, None)).with_rater(rater);
        let chance = Chance::new(seed, &format!("desk-{address}"));
        let state = State {
            unit,
            faults: DeskFaults::default(),
            frames: Frames::default(),
            presses: Vec::new(),
            person: None,
            chance,
        };
        Self { line: line.to_owned(), address, started: Instant::now(), started_at, state: Mutex::new(state) }
    }

    /// Address on the line.
    pub fn address(&self) -> u8 {
        self.address
    }

    /// A person presses a key; the crowd then leaves this unit alone for five minutes.
    pub fn press(&self, key: Key) -> Press {
        self.lock().person = Some(Instant::now());
        self.press_by_crowd(key)
    }

    /// A simulated clerk presses a key.
    pub fn press_by_crowd(&self, key: Key) -> Press {
        let mut state = self.lock();
        let seq = state.unit.press(key);
        let press = Press { key, seq, at: clock::rfc3339(Timestamp::now()) };
        state.presses.insert(0, press.clone());
        state.presses.truncate(PRESSES);
        drop(state);
        tracing::info!(unit = self.address, %key, seq, "pressed");
        press
    }

    /// Whether a person pressed a key within the last five minutes.
    pub fn left_to_people(&self) -> bool {
        self.lock().person.is_some_and(|pressed| pressed.elapsed() < LEFT_TO_PEOPLE)
    }

    /// Changes the faults of cable and answers.
    pub fn change_faults(&self, change: impl FnOnce(&mut DeskFaults)) {
        change(&mut self.lock().faults);
    }

    /// Holds a key down, or lets it go.
    pub fn stick(&self, key: Option<Key>) {
        let now = self.now();
        let mut state = self.lock();
        state.unit.let_go();
        if let Some(key) = key {
            state.unit.hold_down(key, now);
        }
    }

    /// Power off and on: a new boot id, an empty ring, a dark display.
    pub fn reboot(&self) {
        let now = self.now();
        let mut state = self.lock();
        let boot = boot_id(Timestamp::now(), self.address, Some(state.unit.boot()));
        state.unit.reboot(boot, now);
    }

    /// What the unit shows and says at this moment.
    pub fn view(&self) -> DeskView {
        let now = self.now();
        let human = self.left_to_people();
        let state = self.lock();
        let (unit, picture) = (&state.unit, state.unit.picture());
        let changed = SignedDuration::try_from(unit.changed()).unwrap_or_default();
        DeskView {
            unit: self.address,
            line: self.line.clone(),
            text: picture.text().to_owned(),
            display: unit.light(now),
            flash: unit.light(now) == Light::Flashing,
            lit: unit.lit(now),
            lamps: picture.lamps.into(),
            waiting: picture.waiting,
            changed_at: clock::rfc3339(self.started_at.saturating_add(changed).unwrap_or(self.started_at)),
            boot: unit.boot(),
            sequence: unit.sequence(),
            presses: state.presses.clone(),
            status: unit.status(now),
            stuck: unit.held(),
            faults: state.faults,
            frames: state.frames,
            beeps: unit.beeps(),
            refusals: unit.blinks(),
            human,
        }
    }

    /// One frame from the line. Answers the reply and how late it is.
    pub(crate) fn hear(&self, frame: &[u8]) -> Option<(Vec<u8>, Duration)> {
        let for_us = frame.first().is_some_and(|to| *to == 0 || *to == self.address);
        let now = self.now();
        let mut guard = self.lock();
        let state = &mut *guard;
        if !for_us || state.faults.unplug {
            return None;
        }
        state.frames.heard += 1;
        let mut heard = frame.to_vec();
        state.garble(&mut heard);
        let Some(mut reply) = state.unit.answer(&heard, now).filter(|_| !state.faults.mute) else {
            state.frames.unanswered += 1;
            return None;
        };
        state.garble(&mut reply);
        state.frames.answered += 1;
        Some((reply, Duration::from_millis(state.faults.late_ms)))
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Flips one bit of one byte with the chance that the fault says.
    fn garble(&mut self, frame: &mut [u8]) {
        if self.chance.happens(self.faults.garble) {
            let place = self.chance.index(frame.len());
            if let Some(byte) = frame.get_mut(place) {
                *byte ^= 1 << self.chance.index(8);
                self.frames.garbled += 1;
            }
        }
    }
}

/// New at every power-up, also when the simulator starts again with the same seed: a lobby must be able to tell a
/// rebooted unit from one that was out of reach.
fn boot_id(at: Timestamp, address: u8, before: Option<u16>) -> u16 {
    let seed = u64::from_ne_bytes(at.as_microsecond().to_ne_bytes());
    let mut chance = Chance::new(seed, &format!("boot-{address}"));
    loop {
        let [low, high, ..] = chance.bits().to_le_bytes();
        let boot = u16::from_le_bytes([low, high]);
        if boot != 0 && Some(boot) != before {
            return boot;
        }
    }
}
