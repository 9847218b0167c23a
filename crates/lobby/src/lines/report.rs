//! What a scan found, as JSON and in words.

use crate::devices::wires::{UnitModel, Wire};
use counter::{registers::MAP_VERSION, scan::Verdict};
use serde::Serialize;
use std::io::{self, Write};

/// What was found on one wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct LineReport {
    /// Name of the line in the file; `null` for a port that was named by hand, or one with a single display.
    pub(super) line: Option<String>,
    pub(super) port: String,
    pub(super) profile: String,
    /// Speed and form of a character at which it was asked; `null` where nobody answered at any.
    pub(super) speed: Option<String>,
    /// By address.
    pub(super) units: Vec<FoundUnit>,
    /// What is wrong, or cannot be known, and what to do: a sentence each.
    pub(super) notes: Vec<String>,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct FoundUnit {
    pub(super) unit: u8,
    /// The counter that the file gives it.
    pub(super) counter: Option<String>,
    pub(super) state: UnitState,
    /// Version of the register map of a desk unit.
    pub(super) map: Option<u16>,
    /// Boot id of a desk unit.
    pub(super) boot: Option<u16>,
    /// Whether a desk unit has rating keys.
    pub(super) rater: Option<bool>,
}

/// What one address is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnitState {
    Ok,
    /// Answers, and some of them arrive damaged.
    Damaged,
    /// Two units with this address, each heard by itself.
    Two,
    /// Answers every time, and can never be read.
    Unreadable,
    /// A Modbus device that is none of ours.
    Foreign,
    /// A desk unit with another register map.
    OtherMap,
    /// Named by the file, and silent.
    Silent,
    /// There, and not named by the file.
    NotInConfig,
    /// It cannot answer, so only eyes can tell.
    CannotAnswer,
}

impl UnitState {
    pub(super) fn of(verdict: Verdict) -> UnitState {
        match verdict {
            Verdict::Nobody => UnitState::Silent,
            Verdict::Well => UnitState::Ok,
            Verdict::Damaged => UnitState::Damaged,
            Verdict::Two => UnitState::Two,
            Verdict::Unreadable => UnitState::Unreadable,
            Verdict::Foreign(_) => UnitState::Foreign,
            Verdict::OtherMap(_) => UnitState::OtherMap,
        }
    }

    fn words(self) -> &'static str {
        match self {
            UnitState::Ok => "ok",
            UnitState::Damaged => "answers, but some of it arrives damaged: check plugs, shield and end resistors",
            UnitState::Two => "TWO UNITS with this address: give one of them another",
            UnitState::Unreadable => "answers, and none of it can be read",
            UnitState::Foreign => "a Modbus device that is none of ours",
            UnitState::OtherMap => "a desk unit whose register map this lobby does not speak",
            UnitState::Silent => "does not answer: check power, plug and address",
            UnitState::NotInConfig => "is there, and the file does not name it",
            UnitState::CannotAnswer => "cannot answer: look at it while `lobby line identify` runs",
        }
    }
}

impl LineReport {
    pub(super) fn nobody(port: &str, profile: &str, boxes: bool) -> LineReport {
        let note = if boxes {
            "nobody echoes at any speed: check power and wires. Boxes that do not echo cannot be found by asking: name \
             them in the file, run the lobby and press their keys (`lobby line walk`)"
        } else {
            "nobody answers at any speed: check power, the two wires (A and B the right way round) and the port"
        };
        LineReport {
            line: None,
            port: port.to_owned(),
            profile: profile.to_owned(),
            speed: None,
            units: Vec::new(),
            notes: vec![note.to_owned()],
        }
    }

    /// Whether all is as it should be.
    pub(super) fn is_well(&self) -> bool {
        let fine = |unit: &FoundUnit| matches!(unit.state, UnitState::Ok | UnitState::CannotAnswer);
        !self.units.is_empty() && self.units.iter().all(fine)
    }

    /// Says what the answers of a whole line mean that a single one cannot tell.
    pub(super) fn remark(&mut self) {
        let unreadable: Vec<u8> =
            self.units.iter().filter(|unit| unit.state == UnitState::Unreadable).map(|unit| unit.unit).collect();
        let others = self.units.len() > unreadable.len();
        match unreadable.as_slice() {
            [] => {}
            [unit] => {
                let but = if others { ", while the others are well heard" } else { "" };
                let note = format!(
                    "two units with address {unit}? What comes from there is garbage every time{but}: unplug one unit \
                     after the other until it can be read"
                );
                self.notes.push(note);
            }
            many => {
                let note = format!(
                    "{} addresses answer garbage: noise on the line, units at another speed or parity, or several \
                     units with one address",
                    many.len()
                );
                self.notes.push(note);
            }
        }
        if let Some(map) = self.units.iter().filter_map(|unit| unit.map).find(|map| *map != MAP_VERSION) {
            self.notes.push(format!("register map {map} was found; this lobby speaks {MAP_VERSION}: update the units"));
        }
    }

    /// Puts beside what was found what the file says.
    pub(super) fn compare(&mut self, wire: &Wire) {
        let named = wire.units.iter().map(|(unit, counter)| (*unit, Some(counter), None));
        let displays =
            wire.displays.iter().map(|display| (display.unit, display.counter.as_ref(), Some(&display.profile)));
        let named: Vec<_> = named.chain(displays).collect();
        for found in self.units.iter_mut().filter(|found| named.iter().all(|(unit, ..)| *unit != found.unit)) {
            if found.state == UnitState::Ok {
                found.state = UnitState::NotInConfig;
            }
        }
        for (unit, counter, display) in named {
            let counter = counter.map(ToString::to_string);
            if let Some(found) = self.units.iter_mut().find(|found| found.unit == unit) {
                found.counter = counter;
                continue;
            }
            let mute = display.is_some_and(|profile| profile.reply_len().is_none());
            let state = if mute { UnitState::CannotAnswer } else { UnitState::Silent };
            self.units.push(FoundUnit { unit, counter, state, map: None, boot: None, rater: None });
        }
        self.units.sort_by_key(|found| found.unit);
        let boxes = matches!(wire.model, UnitModel::CallboxFf68(_));
        if boxes && self.units.iter().any(|found| found.state == UnitState::Silent) {
            let note = "not every model of call box echoes: one that does not is well although it seems silent here; \
                        press its keys while the lobby runs (`lobby line walk`)";
            self.notes.push(note.to_owned());
        }
    }

    /// The same in words.
    pub(super) fn tell(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = self.line.as_ref().map(|line| format!("line {line}: ")).unwrap_or_default();
        let speed = self.speed.as_deref().unwrap_or("no speed");
        writeln!(out, "{name}{} at {speed}, {}", self.port, self.profile)?;
        for found in &self.units {
            let counter = found.counter.as_ref().map(|counter| format!(" counter {counter}:")).unwrap_or_default();
            let map = found.map.map(|map| format!(", map {map}")).unwrap_or_default();
            let boot = found.boot.map(|boot| format!(", boot {boot}")).unwrap_or_default();
            let rater = if found.rater == Some(true) { ", with rating keys" } else { "" };
            writeln!(out, "  unit {:>3}:{counter} {}{map}{boot}{rater}", found.unit, found.state.words())?;
        }
        for note in &self.notes {
            writeln!(out, "  {note}")?;
        }
        Ok(())
    }
}
