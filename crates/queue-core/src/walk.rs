//! Walking a line: an installer presses every key of every counter once, and sees what came through. While a walk is
//! on, presses of its units are ticked and not obeyed; what was found is a fact and stays as the line's wiring list.

use crate::{Actor, Branch, CounterId, DeskId, Event, LineId, Millis, PressResult, Timestamp};
use serde::{Deserialize, Serialize};

/// A walk ends by itself when no key was pressed for so long: whoever walked has gone home.
const IDLE_MS: Millis = 600_000;

/// One unit of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkUnit {
    /// Which unit.
    pub desk: DeskId,
    /// The counter that it stands at.
    pub counter: CounterId,
    /// Codes of the keys that it has, in the order of its profile.
    pub keys: Vec<u16>,
    /// Codes that came from it, in the order of their first press; also of keys that it should not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<u16>,
}

impl WalkUnit {
    /// Keys that were not pressed yet.
    pub fn missing(&self) -> impl Iterator<Item = u16> {
        self.keys.iter().copied().filter(|key| !self.seen.contains(key))
    }

    /// Whether every key was pressed.
    pub fn is_complete(&self) -> bool {
        self.missing().next().is_none()
    }

    pub(crate) fn tick(&mut self, key: u16) {
        if !self.seen.contains(&key) {
            self.seen.push(key);
        }
    }
}

/// A walk that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// Who walks.
    pub by: Actor,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself unless a key is pressed.
    pub until: Timestamp,
    /// Its units.
    pub units: Vec<WalkUnit>,
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalkEnd {
    /// Every key was pressed.
    Complete,
    /// Somebody ended it.
    Stopped,
    /// No key was pressed for a long time.
    Forgotten,
}

impl WalkEnd {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            WalkEnd::Complete => "complete",
            WalkEnd::Stopped => "stopped",
            WalkEnd::Forgotten => "forgotten",
        }
    }
}

/// What the last walk found at one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// When that walk ended.
    pub at: Timestamp,
    /// Who walked.
    pub by: Actor,
    /// The unit and its keys.
    pub unit: WalkUnit,
}

impl Branch {
    /// The walk on a line.
    pub fn walk(&self, line: &LineId) -> Option<&Walk> {
        self.walks.get(line)
    }

    /// What the walk under way has found at a unit.
    pub fn walk_of(&self, desk: &DeskId) -> Option<&WalkUnit> {
        self.walks.values().flat_map(|walk| &walk.units).find(|unit| unit.desk == *desk)
    }

    /// What the last walk that is over found at a unit.
    pub fn walked(&self, desk: &DeskId) -> Option<&Walked> {
        self.walked.get(desk)
    }

    /// When the next walk ends by itself.
    pub(crate) fn next_forgotten_walk(&self) -> Option<Timestamp> {
        self.walks.values().map(|walk| walk.until).min()
    }

    pub(crate) fn apply_walk(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::WalkStarted { line, by, units } => {
                let walk = Walk { by: by.clone(), since: at, until: at.plus(IDLE_MS), units: units.clone() };
                self.walks.insert(line.clone(), walk);
            }
            Event::LineWalked { line, by, units, .. } => {
                self.walks.remove(line);
                // A walk that was begun by mistake does not wipe out what is known.
                for unit in units.iter().filter(|unit| !unit.seen.is_empty()) {
                    let walked = Walked { at, by: by.clone(), unit: unit.clone() };
                    self.walked.insert(unit.desk.clone(), walked);
                }
            }
            Event::Pressed { desk, key, result: PressResult::Ticked, .. } => {
                for walk in self.walks.values_mut() {
                    if let Some(unit) = walk.units.iter_mut().find(|unit| unit.desk == *desk) {
                        unit.tick(*key);
                        walk.until = at.plus(IDLE_MS);
                    }
                }
            }
            _ => {}
        }
    }
}
