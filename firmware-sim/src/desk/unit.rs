//! One desk unit: the electronics of `body.rs` with the faults of its cable and what a person in front of it sees.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use counter::{Key, Lamps, Light, Status};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::body::Body;
use super::line::Poke;
use super::log::{Latched, PressLog, PressedBy};
use crate::clock;
use crate::config::LineConfig;
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
    /// What it speaks: `desk-modbus`, `callbox-ff68`.
    pub profile: &'static str,
    /// Keys that it does not have.
    pub lacks: Vec<Key>,
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
    /// Wakes the line when the unit wants to speak.
    poke: Poke,
    log: Arc<PressLog>,
    /// The unit's clock starts here.
    started: Instant,
    started_at: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    body: Body,
    faults: DeskFaults,
    frames: Frames,
    presses: Vec<Press>,
    /// Since the last power-up.
    latched: u32,
    person: Option<Instant>,
    chance: Chance,
}

impl Desk {
    /// A unit that was just powered up on `line`. `seed` rules its faults; its boot id is new at every start.
    pub(crate) fn new(line: &LineConfig, address: u8, seed: u64, poke: Poke, log: Arc<PressLog>) -> Self {
        let started_at = Timestamp::now();
        let speech = line.model.as_ref().map(|model| &model.speech);
        let boot = boot_id(started_at, address, None);
        let body = Body::new(address, boot, speech, line.rater, line.echoes);
        let chance = Chance::new(seed, &format!("desk-{address}"));
        let state = State {
            body,
            faults: DeskFaults::default(),
            frames: Frames::default(),
            presses: Vec::new(),
            latched: 0,
            person: None,
            chance,
        };
        let line = line.id.clone();
        Self { line, address, poke, log, started: Instant::now(), started_at, state: Mutex::new(state) }
    }

    /// Address on the line.
    pub fn address(&self) -> u8 {
        self.address
    }

    /// Why this key cannot be pressed here; `None` when it can.
    pub fn lacks(&self, key: Key) -> Option<String> {
        self.lock().body.lacks(key)
    }

    /// A person presses a key; the crowd then leaves this unit alone for five minutes.
    pub fn press(&self, key: Key) -> Press {
        self.lock().person = Some(Instant::now());
        self.press_by(key, PressedBy::Person)
    }

    /// A simulated clerk presses a key.
    pub fn press_by_crowd(&self, key: Key) -> Press {
        self.press_by(key, PressedBy::Crowd)
    }

    fn press_by(&self, key: Key, by: PressedBy) -> Press {
        let now = self.now();
        let mut state = self.lock();
        let before = state.body.sequence();
        let seq = state.body.press(key, now);
        let press = Press { key, seq, at: clock::rfc3339(Timestamp::now()) };
        state.presses.insert(0, press.clone());
        state.presses.truncate(PRESSES);
        self.latch(&mut state, before, key, by);
        drop(state);
        self.poke.notify_one();
        tracing::info!(unit = self.address, %key, seq, "pressed");
        press
    }

    /// Writes down what the unit latched since its sequence was `before`; a key that is held already latches nothing.
    fn latch(&self, state: &mut State, before: u16, key: Key, by: PressedBy) {
        let seq = state.body.sequence();
        if seq == before {
            return;
        }
        state.latched += 1;
        let (line, boot, wraps) = (self.line.clone(), state.body.boot(), state.latched >> 16);
        self.log.write(Latched { n: 0, line, unit: self.address, boot, wraps, seq, key, at: Timestamp::now(), by });
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
        let before = state.body.sequence();
        state.body.stick(key, now);
        if let Some(key) = key {
            self.latch(&mut state, before, key, PressedBy::Stuck);
        }
        drop(state);
        self.poke.notify_one();
    }

    /// Power off and on: a new boot id, an empty ring, a dark display.
    pub fn reboot(&self) {
        let now = self.now();
        let mut state = self.lock();
        let boot = boot_id(Timestamp::now(), self.address, Some(state.body.boot()));
        state.body.reboot(boot, now);
        state.latched = 0;
    }

    /// What the unit shows and says at this moment.
    pub fn view(&self) -> DeskView {
        let now = self.now();
        let human = self.left_to_people();
        let state = self.lock();
        let look = state.body.look(now);
        let changed = SignedDuration::try_from(look.changed).unwrap_or_default();
        DeskView {
            unit: self.address,
            line: self.line.clone(),
            profile: state.body.profile(),
            lacks: Key::ALL.iter().map(|(key, _)| *key).filter(|key| state.body.lacks(*key).is_some()).collect(),
            text: look.text,
            display: look.light,
            flash: look.light == Light::Flashing,
            lit: look.lit,
            lamps: look.lamps.into(),
            waiting: look.waiting,
            changed_at: clock::rfc3339(self.started_at.saturating_add(changed).unwrap_or(self.started_at)),
            boot: state.body.boot(),
            sequence: state.body.sequence(),
            presses: state.presses.clone(),
            status: look.status,
            stuck: look.stuck,
            faults: state.faults,
            frames: state.frames,
            beeps: look.beeps,
            refusals: look.refusals,
            human,
        }
    }

    /// One frame from the line. Answers the reply and how late it is.
    pub(crate) fn hear(&self, frame: &[u8]) -> Option<(Vec<u8>, Duration)> {
        let now = self.now();
        let mut guard = self.lock();
        let state = &mut *guard;
        if state.faults.unplug || !state.body.is_for(self.address, frame) {
            return None;
        }
        state.frames.heard += 1;
        let mut heard = frame.to_vec();
        state.garble(&mut heard);
        let reply = state.body.hear(&heard, now);
        state.say(reply)
    }

    /// What the unit says by itself now, and how late it is.
    pub(crate) fn speak(&self) -> Option<(Vec<u8>, Duration)> {
        let now = self.now();
        let mut guard = self.lock();
        let state = &mut *guard;
        let said = state.body.speak(now)?;
        if state.faults.unplug { None } else { state.say(Some(said)) }
    }

    /// When [`Desk::speak`] has something to do.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.lock().body.due().map(|due| self.started + due)
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn say(&mut self, said: Option<Vec<u8>>) -> Option<(Vec<u8>, Duration)> {
        let Some(mut said) = said.filter(|_| !self.faults.mute) else {
            self.frames.unanswered += 1;
            return None;
        };
        self.garble(&mut said);
        self.frames.answered += 1;
        Some((said, Duration::from_millis(self.faults.late_ms)))
    }

    fn garble(&mut self, frame: &mut [u8]) {
        self.frames.garbled += u64::from(self.faults.garble(frame, &mut self.chance));
    }
}

impl DeskFaults {
    /// Flips one bit of one byte with the chance that the fault says; answers whether it did.
    pub(super) fn garble(&self, frame: &mut [u8], chance: &mut Chance) -> bool {
        if frame.is_empty() || !chance.happens(self.garble) {
            return false;
        }
        let place = chance.index(frame.len());
        frame[place] ^= 1 << chance.index(8);
        true
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
