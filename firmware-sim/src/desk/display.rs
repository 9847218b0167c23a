//! One display that only shows: `counter`'s device end with the faults of its cable.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use counter::display::Sign;
use counter::profile::Speech;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::unit::{DeskFaults, Frames};
use crate::clock;
use crate::config::DisplayConfig;
use crate::rng::Chance;

/// What a person in front of the display sees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DisplayView {
    /// Name.
    pub id: String,
    /// The line it hangs on; `null` with a port of its own.
    pub line: Option<String>,
    /// Address.
    pub unit: u8,
    /// What it hears.
    pub profile: String,
    /// What it shows, without blanks around it.
    pub text: String,
    /// Whether it flashes.
    pub flash: bool,
    /// When it last changed, RFC 3339 UTC.
    pub changed_at: String,
    /// Faults in force.
    pub faults: DeskFaults,
    /// Frames since the start.
    pub frames: Frames,
}

/// One display.
#[derive(Debug)]
pub struct Display {
    config: DisplayConfig,
    started: Instant,
    started_at: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    sign: Sign,
    faults: DeskFaults,
    frames: Frames,
    chance: Chance,
}

impl Display {
    /// A dark display; `None` when its profile is none of a display, which the configuration refuses.
    pub(crate) fn new(config: &DisplayConfig, seed: u64) -> Option<Self> {
        let Some(Speech::Display(profile)) = config.model.as_ref().map(|model| &model.speech) else { return None };
        let sign = Sign::new(config.unit, &config.counter, profile.clone());
        let chance = Chance::new(seed, &format!("display-{}", config.id));
        let state = State { sign, faults: DeskFaults::default(), frames: Frames::default(), chance };
        let (started, started_at) = (Instant::now(), Timestamp::now());
        Some(Self { config: config.clone(), started, started_at, state: Mutex::new(state) })
    }

    /// Its entry in the configuration.
    pub fn config(&self) -> &DisplayConfig {
        &self.config
    }

    /// Changes the faults of cable and answers.
    pub fn change_faults(&self, change: impl FnOnce(&mut DeskFaults)) {
        change(&mut self.lock().faults);
    }

    /// Power off and on: dark until it is written again.
    pub fn reboot(&self) {
        let now = self.started.elapsed();
        self.lock().sign.reboot(now);
    }

    /// What it shows at this moment.
    pub fn view(&self) -> DisplayView {
        let state = self.lock();
        let changed = SignedDuration::try_from(state.sign.changed()).unwrap_or_default();
        DisplayView {
            id: self.config.id.clone(),
            line: self.config.line.clone(),
            unit: self.config.unit,
            profile: self.config.profile.clone(),
            text: state.sign.text().to_owned(),
            flash: state.sign.flashes(),
            changed_at: clock::rfc3339(self.started_at.saturating_add(changed).unwrap_or(self.started_at)),
            faults: state.faults,
            frames: state.frames,
        }
    }

    /// One frame from the wire. Answers the reply and how late it is.
    pub(crate) fn hear(&self, frame: &[u8]) -> Option<(Vec<u8>, Duration)> {
        let now = self.started.elapsed();
        let mut guard = self.lock();
        let state = &mut *guard;
        if state.faults.unplug {
            return None;
        }
        let mut heard = frame.to_vec();
        let garbled = state.faults.garble(&mut heard, &mut state.chance);
        let reply = state.sign.hear(&heard, now);
        if reply.is_none() && !garbled {
            return None; // for somebody else
        }
        state.frames.heard += 1;
        state.frames.garbled += u64::from(garbled);
        let Some(mut reply) = reply.filter(|reply| !reply.is_empty() && !state.faults.mute) else {
            state.frames.unanswered += 1;
            return None;
        };
        state.frames.garbled += u64::from(state.faults.garble(&mut reply, &mut state.chance));
        state.frames.answered += 1;
        Some((reply, Duration::from_millis(state.faults.late_ms)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
