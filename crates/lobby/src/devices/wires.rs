//! Which wires go to the counters and who hangs on each: the lines of the configuration with their displays, and the
//! displays with a port of their own.

use super::{
    desks::desk_id,
    models::{self, ModelError},
    port::PortSettings,
};
use crate::{
    config::{Config, DisplayConfig, LineConfig, Shows},
    views::LineFacts,
};
use counter::{Profile, display::DisplayProfile, ff68::KeyMap, profile::Speech};
use queue_core::CounterId;
use std::path::Path;

/// One wire.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Its line, or `None` for the port of a single display.
    pub line: Option<String>,
    /// Its port.
    pub port: PortSettings,
    /// The model of its units, as the configuration names it.
    pub profile: String,
    /// Codes of the keys of a unit.
    pub keys: Vec<u16>,
    /// What its units speak.
    pub model: UnitModel,
    /// Address and counter of each unit.
    pub units: Vec<(u8, CounterId)>,
    /// Its displays.
    pub displays: Vec<Display>,
}

/// What units speak.
#[derive(Clone, Debug)]
pub enum UnitModel {
    /// `desk-modbus`.
    DeskModbus,
    /// `callbox-ff68`.
    CallboxFf68(KeyMap),
}

/// One display.
#[derive(Clone, Debug)]
pub struct Display {
    /// Name in the configuration; the device is `display-<id>`.
    pub id: String,
    /// Address.
    pub unit: u8,
    /// Counter that it stands at; none for a board.
    pub counter: Option<CounterId>,
    /// Its model.
    pub profile: DisplayProfile,
}

/// Why a wire cannot be made.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum WireError {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("profile `{0}` is one of displays: a line of units needs one with keys")]
    NoKeys(String),
    #[error("profile `{0}` is one of units with keys: a display needs one that shows")]
    NoDisplay(String),
}

/// All wires of a branch.
///
/// # Errors
/// [`WireError`]; `lobby check` says the same with the line of the file.
pub fn all(config: &Config, base: &Path) -> Result<Vec<Wire>, WireError> {
    let on = |line: &LineConfig| {
        let own: Vec<&DisplayConfig> =
            config.displays.iter().filter(|display| display.line.as_deref() == Some(&line.id)).collect();
        of_line(line, &own, base)
    };
    let alone = config.displays.iter().filter_map(|display| Some((display, display.port.as_deref()?)));
    config.lines.iter().map(on).chain(alone.map(|(display, port)| of_display(display, port, base))).collect()
}

/// What pages and the wiring list know of each line.
pub fn facts(wires: &[Wire]) -> Vec<LineFacts> {
    let of_line = |wire: &Wire| {
        let line = wire.line.clone()?;
        let units = wire.units.iter().map(|(unit, counter)| (*unit, counter.clone(), desk_id(&line, *unit)));
        Some(LineFacts {
            port: wire.port.name.clone(),
            profile: wire.profile.clone(),
            baud: wire.port.baud,
            even_parity: wire.port.even_parity,
            units: units.collect(),
            keys: wire.keys.clone(),
            line: line.into(),
        })
    };
    wires.iter().filter_map(of_line).collect()
}

fn of_line(line: &LineConfig, displays: &[&DisplayConfig], base: &Path) -> Result<Wire, WireError> {
    let profile = models::load(&line.profile, base)?;
    let shown: Vec<Profile> =
        displays.iter().map(|display| models::load(&display.profile, base)).collect::<Result<_, _>>()?;
    // Displays alone run at their speed, not at that of units that are not there.
    let speed = shown.first().filter(|_| line.units.is_empty()).unwrap_or(&profile);
    let port = settings(&line.port, line.baud, line.even_parity, speed);
    let model = match profile.speech {
        Speech::DeskModbus => UnitModel::DeskModbus,
        Speech::CallboxFf68(keys) => UnitModel::CallboxFf68(keys),
        Speech::Display(_) => return Err(WireError::NoKeys(line.profile.clone())),
    };
    let displays = displays.iter().zip(shown).map(|(display, profile)| of_model(display, profile.speech));
    Ok(Wire {
        line: Some(line.id.clone()),
        port,
        profile: line.profile.clone(),
        keys: profile.keys,
        model,
        units: line.units.iter().map(|unit| (unit.unit, unit.counter.as_str().into())).collect(),
        displays: displays.collect::<Result<_, _>>()?,
    })
}

fn of_display(display: &DisplayConfig, port: &str, base: &Path) -> Result<Wire, WireError> {
    let profile = models::load(&display.profile, base)?;
    Ok(Wire {
        line: None,
        port: settings(port, display.baud, display.even_parity, &profile),
        profile: display.profile.clone(),
        keys: Vec::new(),
        model: UnitModel::DeskModbus, // of no unit
        units: Vec::new(),
        displays: vec![of_model(display, profile.speech)?],
    })
}

fn of_model(display: &DisplayConfig, speech: Speech) -> Result<Display, WireError> {
    let Speech::Display(mut profile) = speech else { return Err(WireError::NoDisplay(display.profile.clone())) };
    if display.shows == Shows::Number {
        profile.calls = None; // a board that stands at one counter shows its number
    }
    let (id, counter) = (display.id.clone(), display.counter.as_deref().map(CounterId::from));
    Ok(Display { id, unit: display.unit, counter, profile })
}

fn settings(port: &str, baud: Option<u32>, even_parity: Option<bool>, profile: &Profile) -> PortSettings {
    PortSettings {
        name: port.to_owned(),
        baud: baud.unwrap_or(profile.baud),
        even_parity: even_parity.unwrap_or(profile.even_parity),
    }
}
