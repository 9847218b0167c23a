//! The wiring list: which unit hangs on which wire at which counter, and which of its keys came through.

use super::{Time, one_of};
use counter::{Key, ff68::CALL_BACK};
use queue_core::{Branch, CounterId, DeskId, LineId, WalkUnit};
use serde::{Deserialize, Serialize};
use utoipa::{ToSchema, openapi};

/// A line as the configuration and its profile have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFacts {
    /// Name in the configuration.
    pub line: LineId,
    /// Port.
    pub port: String,
    /// Profile of its units.
    pub profile: String,
    /// Bits per second.
    pub baud: u32,
    /// 8E1 in place of 8N1.
    pub even_parity: bool,
    /// Address, counter and desk of each unit.
    pub units: Vec<(u8, CounterId, DeskId)>,
    /// Codes of the keys that a unit has.
    pub keys: Vec<u16>,
}

impl LineFacts {
    /// What to walk: these counters, or all.
    ///
    /// # Errors
    /// The first counter that is not on this line.
    pub fn walk(&self, counters: Option<&[String]>) -> Result<Vec<WalkUnit>, String> {
        let here = |wanted: &String| self.units.iter().any(|(_, counter, _)| counter.as_str() == wanted);
        if let Some(unknown) = counters.into_iter().flatten().find(|wanted| !here(wanted)) {
            return Err(unknown.clone());
        }
        let wanted = |counter: &CounterId| counters.is_none_or(|all| all.iter().any(|id| id == counter.as_str()));
        let units = self.units.iter().filter(|(_, counter, _)| wanted(counter));
        let unit = |(_, counter, desk): &(u8, CounterId, DeskId)| WalkUnit {
            desk: desk.clone(),
            counter: counter.clone(),
            keys: self.keys.clone(),
            seen: Vec::new(),
        };
        Ok(units.map(unit).collect())
    }
}

/// Every line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineList {
    /// In the order of the configuration.
    pub lines: Vec<LineView>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Line)]
pub struct LineView {
    /// Name in the configuration.
    pub line: String,
    /// Its port.
    pub port: String,
    /// What its units speak.
    pub profile: String,
    /// Bits per second and the form of a character, such as `115200 8N1`.
    pub speed: String,
    /// The walk that is on, or `null`.
    #[schema(required)]
    pub walk: Option<WalkView>,
    /// Its units, in the order of the configuration.
    pub units: Vec<LineUnitView>,
}

/// A walk that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Walk)]
pub struct WalkView {
    /// Who walks, `role:name`.
    pub by: String,
    /// Since when.
    pub since: Time,
    /// When it ends by itself unless a key is pressed.
    pub until: Time,
    /// Keys that were pressed.
    pub ticked: usize,
    /// Keys that there are.
    pub keys: usize,
}

/// One unit and its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LineUnit)]
pub struct LineUnitView {
    /// Address on the line.
    pub unit: u8,
    /// The counter that it stands at.
    pub counter: String,
    /// Whether it is being walked.
    pub walking: bool,
    /// Whether every key came through.
    pub complete: bool,
    /// When the keys were walked, `null` while they are, and where nobody has yet.
    #[schema(required)]
    pub walked_at: Option<Time>,
    /// By whom, `role:name`.
    #[schema(required)]
    pub walked_by: Option<String>,
    /// The keys that it has.
    pub keys: Vec<KeyView>,
    /// Keys that came and that its profile does not name.
    pub others: Vec<String>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LineKey)]
pub struct KeyView {
    /// Its name, such as `next`, `no-show` or `7`.
    #[schema(schema_with = key_names)]
    pub key: String,
    /// Whether it came through.
    pub ticked: bool,
}

fn key_names() -> openapi::Object {
    let all: Vec<&str> = Key::ALL.iter().map(|(_, name)| *name).chain(["call-back"]).collect();
    one_of(&all)
}

fn key_name(code: u16) -> String {
    match Key::from_code(code) {
        Some(key) => key.name().to_owned(),
        None if code == CALL_BACK => "call-back".to_owned(),
        None => format!("#{code}"),
    }
}

/// Bits per second and the form of a character.
pub fn speed(baud: u32, even_parity: bool) -> String {
    format!("{baud} {}", if even_parity { "8E1" } else { "8N1" })
}

/// One line with what is known of its keys.
pub fn line(branch: &Branch, facts: &LineFacts) -> LineView {
    let walk = branch.walk(&facts.line).map(|walk| WalkView {
        by: walk.by.to_string(),
        since: Time(walk.since),
        until: Time(walk.until),
        ticked: walk.units.iter().map(|unit| unit.keys.len() - unit.missing().count()).sum(),
        keys: walk.units.iter().map(|unit| unit.keys.len()).sum(),
    });
    LineView {
        line: facts.line.to_string(),
        port: facts.port.clone(),
        profile: facts.profile.clone(),
        speed: speed(facts.baud, facts.even_parity),
        walk,
        units: facts.units.iter().map(|unit| of_unit(branch, facts, unit)).collect(),
    }
}

fn of_unit(branch: &Branch, facts: &LineFacts, (unit, counter, desk): &(u8, CounterId, DeskId)) -> LineUnitView {
    let walking = branch.walk_of(desk);
    let walked = branch.walked(desk).filter(|_| walking.is_none());
    let seen = walking.or(walked.map(|walked| &walked.unit)).map_or(&[][..], |unit| unit.seen.as_slice());
    let key = |code: &u16| KeyView { key: key_name(*code), ticked: seen.contains(code) };
    LineUnitView {
        unit: *unit,
        counter: counter.to_string(),
        walking: walking.is_some(),
        complete: facts.keys.iter().all(|code| seen.contains(code)),
        walked_at: walked.map(|walked| Time(walked.at)),
        walked_by: walked.map(|walked| walked.by.to_string()),
        keys: facts.keys.iter().map(key).collect(),
        others: seen.iter().filter(|code| !facts.keys.contains(code)).map(|code| key_name(*code)).collect(),
    }
}
