//! `lobby line scan`: who is on a wire, at which address and speed; or whether those are there whom a file names.

use super::{
    LineToolError,
    ask::ask,
    report::{FoundUnit, LineReport, UnitState},
};
use crate::{
    devices::{
        port::{Port, PortOpener, PortSettings},
        wires::{UnitModel, Wire},
    },
    views::speed,
};
use counter::{
    profile::Speech,
    scan::{Heard, Probe, Verdict, verdict},
    timing::{GRACE, LineTiming},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    time::Duration,
};

/// Speeds and parities in the order in which they are likely. Source: HARDWARE §1, profiles of the field.
const USUAL: [(u32, bool); 10] = [
    (115_200, false),
    (9_600, false),
    (19_200, false),
    (38_400, false),
    (57_600, false),
    (9_600, true),
    (19_200, true),
    (115_200, true),
    (38_400, true),
    (57_600, true),
];
/// Attempts at an address that said something, or should have.
const ATTEMPTS: usize = 3;
/// How long a late answer is waited for, once it is known that somebody is there: a serial server, a busy machine.
const PATIENCE: Duration = Duration::from_millis(120);
/// Addresses that are asked once more with patience where nobody at all was heard: on a busy machine every answer may be
/// late, and units are mostly numbered from the first one on.
const DOUBTED: usize = 8;
/// The same of an address that said something, or should have: few, so they may cost more.
const MOST_PATIENCE: Duration = Duration::from_millis(400);

/// How to look.
pub(super) struct Search<'a> {
    /// Where ports come from.
    pub(super) opener: &'a dyn PortOpener,
    /// Addresses that are asked.
    pub(super) units: RangeInclusive<u8>,
    /// Where to say how far it is.
    pub(super) progress: &'a (dyn Fn(&str) + Sync),
}

/// Everything that was heard at one setting, by address.
type Answers = BTreeMap<u8, Vec<Heard>>;

impl Search<'_> {
    async fn open(&self, port: &PortSettings) -> Result<(Port, LineTiming), LineToolError> {
        let open = self.opener.open(port).await.map_err(LineToolError::from)?;
        Ok((open, LineTiming::new(port.baud).map_err(|error| LineToolError::Use(error.to_string()))?))
    }

    /// Asks every address of the range once, and again where something came back; those of `expected` even if not. Where
    /// anybody is heard, all who were not heard well are asked once more with patience: a late answer reads like damage
    /// at the next address. Where nobody is, the first [`DOUBTED`] are.
    async fn listen(&self, settings: &PortSettings, probe: &Probe, expected: &[u8]) -> Result<Answers, LineToolError> {
        let (mut port, timing) = self.open(settings).await?;
        let mut answers = Answers::new();
        let wanted: BTreeSet<u8> = self.units.clone().chain(expected.iter().copied()).collect();
        for unit in wanted {
            answers.insert(unit, attempts(&mut port, timing, probe, unit, expected, GRACE).await?);
        }
        if expected.is_empty() && answers.values().flatten().all(|heard| *heard == Heard::Silence) {
            for (unit, heard) in answers.iter_mut().take(DOUBTED) {
                *heard = attempts(&mut port, timing, probe, *unit, expected, PATIENCE).await?;
            }
        }
        if answers.values().flatten().any(|heard| *heard != Heard::Silence) {
            tokio::time::sleep(PATIENCE).await; // what was late has passed then
            for (unit, heard) in answers.iter_mut().filter(|(_, heard)| verdict(heard) != Verdict::Well) {
                let there = expected.contains(unit) || heard.iter().any(|heard| *heard != Heard::Silence);
                let patience = if there { MOST_PATIENCE } else { PATIENCE };
                *heard = attempts(&mut port, timing, probe, *unit, expected, patience).await?;
            }
        }
        answers.retain(|_, heard| heard.iter().any(|heard| *heard != Heard::Silence));
        Ok(answers)
    }

    /// Looks at the usual speeds until somebody is there. `only`: at this speed and no other.
    pub(super) async fn port(
        &self,
        name: &str,
        profile: &str,
        speech: &Speech,
        only: Option<(u32, bool)>,
    ) -> Result<LineReport, LineToolError> {
        let probe = Probe::new(speech).ok_or_else(|| LineToolError::CannotAnswer(profile.to_owned()))?;
        // Only a terminal has a speed of its own.
        let settings = match only {
            Some(only) => vec![only],
            None if name.contains("://") => vec![USUAL[0]],
            None => USUAL.to_vec(),
        };
        let mut garbage = Vec::new();
        for (baud, even_parity) in settings {
            (self.progress)(&format!("asking {name} at {} …", speed(baud, even_parity)));
            let port = PortSettings { name: name.to_owned(), baud, even_parity };
            let answers = self.listen(&port, &probe, &[]).await?;
            let read = |heard: &Vec<Heard>| verdict(heard) != Verdict::Unreadable;
            if answers.values().any(read) {
                return Ok(report(None, &port, profile, &answers));
            }
            if !answers.is_empty() {
                garbage.push((port, answers));
            }
        }
        // The setting at which fewest addresses are unreadable is the least wrong one.
        let best = garbage.into_iter().min_by_key(|(_, answers)| answers.len());
        Ok(match best {
            Some((port, answers)) => report(None, &port, profile, &answers),
            None => LineReport::nobody(name, profile, matches!(probe, Probe::CallboxFf68)),
        })
    }

    /// Looks whether those are on a wire whom the file names, and who else is.
    pub(super) async fn wire(&self, wire: &Wire) -> Result<LineReport, LineToolError> {
        let speech = match &wire.model {
            UnitModel::DeskModbus => Speech::DeskModbus,
            UnitModel::CallboxFf68(keys) => Speech::CallboxFf68(keys.clone()),
        };
        (self.progress)(&format!("asking {} at {} …", wire.port.name, speed(wire.port.baud, wire.port.even_parity)));
        let named: Vec<u8> = wire.units.iter().map(|(unit, _)| *unit).collect();
        let mut answers = Answers::new();
        if let Some(probe) = Probe::new(&speech).filter(|_| !named.is_empty()) {
            answers = self.listen(&wire.port, &probe, &named).await?;
        }
        // A display is asked by its own model, and nobody else at its address.
        let alone = Search { units: RangeInclusive::new(1, 0), ..*self };
        for display in &wire.displays {
            answers.remove(&display.unit);
            if let Some(probe) = Probe::new(&Speech::Display(display.profile.clone())) {
                answers.extend(alone.listen(&wire.port, &probe, &[display.unit]).await?);
            }
        }
        let mut told = report(wire.line.clone(), &wire.port, &wire.profile, &answers);
        told.compare(wire);
        if answers.is_empty() && !named.is_empty() && !wire.port.name.contains("://") {
            told.notes.extend(self.elsewhere(wire, &speech, &named).await?);
        }
        Ok(told)
    }

    /// Nobody answers as configured: whether they do at another speed.
    async fn elsewhere(&self, wire: &Wire, speech: &Speech, named: &[u8]) -> Result<Option<String>, LineToolError> {
        let Some(probe) = Probe::new(speech) else { return Ok(None) };
        let alone = Search { units: RangeInclusive::new(1, 0), ..*self };
        for (baud, even_parity) in USUAL {
            let port = PortSettings { name: wire.port.name.clone(), baud, even_parity };
            if port == wire.port {
                continue;
            }
            (self.progress)(&format!("nobody there; asking at {} …", speed(baud, even_parity)));
            let answers = alone.listen(&port, &probe, named).await?;
            if answers.values().any(|heard| verdict(heard) != Verdict::Unreadable) {
                return Ok(Some(format!(
                    "units answer at {}; the file says {}: write baud = {baud} and even_parity = {even_parity}",
                    speed(baud, even_parity),
                    speed(wire.port.baud, wire.port.even_parity)
                )));
            }
        }
        Ok(None)
    }
}

async fn attempts(
    port: &mut Port,
    timing: LineTiming,
    probe: &Probe,
    unit: u8,
    expected: &[u8],
    grace: Duration,
) -> Result<Vec<Heard>, LineToolError> {
    let mut heard = vec![ask(port, timing, probe, unit, grace).await?];
    while heard.len() < ATTEMPTS && (heard[0] != Heard::Silence || expected.contains(&unit)) {
        heard.push(ask(port, timing, probe, unit, grace).await?);
    }
    Ok(heard)
}

fn report(line: Option<String>, port: &PortSettings, profile: &str, answers: &Answers) -> LineReport {
    let found = |(unit, heard): (&u8, &Vec<Heard>)| {
        let of_unit = heard.iter().find_map(|heard| match heard {
            Heard::Unit { map, boot, status } => Some((*map, *boot, *status)),
            _ => None,
        });
        FoundUnit {
            unit: *unit,
            counter: None,
            state: UnitState::of(verdict(heard)),
            map: of_unit.map(|(map, ..)| map),
            boot: of_unit.map(|(_, boot, _)| boot),
            rater: of_unit.map(|(.., status)| status.rater),
        }
    };
    let mut report = LineReport {
        line,
        port: port.name.clone(),
        profile: profile.to_owned(),
        speed: Some(speed(port.baud, port.even_parity)),
        units: answers.iter().map(found).collect(),
        notes: Vec::new(),
    };
    report.remark();
    report
}
