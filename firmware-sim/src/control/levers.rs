//! The levers of faults: JSON objects read by hand, so that every mistake gets a sentence and none changes anything.

use axum::http::StatusCode;
use counter::Key;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::desk::{Desk, DeskFaults, Display, Line};
use crate::printer::{PaperState, Printer, PrinterFaults};

/// Most milliseconds by which a desk unit can be late.
pub(crate) const LATEST_MS: u64 = 60_000;

/// One lever of a desk unit, checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum DeskLever {
    Mute(bool),
    Unplug(bool),
    Garble(f64),
    LateMs(u64),
    Stuck(Option<Key>),
    Reboot(bool),
}

/// One lever of a printer, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrinterLever {
    Paper(PaperState),
    CoverOpen(bool),
    CutterJam(bool),
    Stalled(bool),
    Silent(bool),
    Unplug(bool),
    NoProof(bool),
}

/// A body that must be a JSON object. The content type does not matter: people use curl.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let wrong = |detail: String| Problem { status: StatusCode::BAD_REQUEST, code: "not_json", detail };
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(wrong("the body must be a JSON object, e.g. {\"key\":\"next\"}".to_owned())),
        Err(error) => Err(wrong(format!("the body is not JSON ({error}); send an object, e.g. {{\"key\":\"next\"}}"))),
    }
}

/// The key of a press.
pub(super) fn key(body: &[u8]) -> Result<Key, Problem> {
    let map = object(body)?;
    if let Some(other) = map.keys().find(|name| *name != "key") {
        return Err(Problem::invalid(
            "unknown_field",
            format!("there is no field `{other}`; send {{\"key\":\"next\"}}"),
        ));
    }
    let name = match map.get("key") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Number(digit)) => digit.to_string(),
        _ => {
            return Err(Problem::invalid("unknown_key", "`key` is missing; send {\"key\":\"next\"}"));
        }
    };
    name.parse().map_err(|unknown: counter::key::UnknownKey| Problem::invalid("unknown_key", unknown.to_string()))
}

/// All levers of a request for a desk unit, or the first mistake.
pub(super) fn desk(body: &[u8]) -> Result<Vec<DeskLever>, Problem> {
    each(body, "mute, unplug, garble, late_ms, stuck, reboot", |name, value| {
        Ok(Some(match name {
            "mute" => DeskLever::Mute(switch(name, value)?),
            "unplug" => DeskLever::Unplug(switch(name, value)?),
            "reboot" => DeskLever::Reboot(switch(name, value)?),
            "garble" if clears(value) => DeskLever::Garble(0.0),
            "garble" => match value.as_f64() {
                Some(chance) if (0.0..=1.0).contains(&chance) => DeskLever::Garble(chance),
                _ => return Err(wrong(name, value, "a chance from 0 to 1")),
            },
            "late_ms" if clears(value) => DeskLever::LateMs(0),
            "late_ms" => match value.as_u64() {
                Some(ms) if ms <= LATEST_MS => DeskLever::LateMs(ms),
                _ => return Err(wrong(name, value, "whole milliseconds from 0 to 60000")),
            },
            "stuck" if clears(value) => DeskLever::Stuck(None),
            "stuck" => match value.as_str().and_then(|key| key.parse().ok()) {
                Some(key) => DeskLever::Stuck(Some(key)),
                None => {
                    return Err(wrong(name, value, "the name of a key, such as next, or null"));
                }
            },
            _ => return Ok(None),
        }))
    })
}

/// All levers of a request for a printer, or the first mistake.
pub(super) fn printer(body: &[u8]) -> Result<Vec<PrinterLever>, Problem> {
    each(body, "paper, cover, cutter, stalled, silent, unplug, no_proof", |name, value| {
        Ok(Some(match name {
            "paper" => PrinterLever::Paper(match value.as_str() {
                _ if clears(value) => PaperState::Ok,
                Some("low") => PaperState::Low,
                Some("out") => PaperState::Out,
                _ => return Err(wrong(name, value, "ok, low or out")),
            }),
            "cover" => PrinterLever::CoverOpen(match value.as_str() {
                Some("closed") => false,
                Some("open") => true,
                _ if clears(value) => false,
                _ => return Err(wrong(name, value, "open or closed")),
            }),
            "cutter" => PrinterLever::CutterJam(match value.as_str() {
                _ if clears(value) => false,
                Some("jam") => true,
                _ => return Err(wrong(name, value, "jam or ok")),
            }),
            "stalled" => PrinterLever::Stalled(switch(name, value)?),
            "silent" => PrinterLever::Silent(switch(name, value)?),
            "unplug" => PrinterLever::Unplug(switch(name, value)?),
            "no_proof" => PrinterLever::NoProof(switch(name, value)?),
            _ => return Ok(None),
        }))
    })
}

/// One lever of a whole line, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineLever {
    Unplug(bool),
    Noise(bool),
}

/// All levers of a request for a line, `{"unplug":true}`, or the first mistake.
pub(super) fn line(body: &[u8]) -> Result<Vec<LineLever>, Problem> {
    each(body, "unplug, noise", |name, value| {
        Ok(Some(match name {
            "unplug" => LineLever::Unplug(switch(name, value)?),
            "noise" => LineLever::Noise(switch(name, value)?),
            _ => return Ok(None),
        }))
    })
}

/// Pulls checked levers.
pub(super) fn pull_line(line: &Line, levers: &[LineLever]) {
    tracing::info!(line = line.config().id, ?levers, "faults of a line changed");
    for lever in levers {
        match *lever {
            LineLever::Unplug(out) => line.set_unplug(out),
            LineLever::Noise(on) => line.set_noise(on),
        }
    }
}

/// Pulls checked levers of a display; a plug of its own is pulled with its port. It has no keys to be stuck.
pub(super) fn pull_display(display: &Display, port: Option<&Line>, levers: &[DeskLever]) -> Result<(), Problem> {
    if levers.iter().any(|lever| matches!(lever, DeskLever::Stuck(_))) {
        let detail = "a display has no keys; use mute, unplug, garble, late_ms, reboot";
        return Err(Problem::invalid("unknown_field", detail));
    }
    let id = &display.config().id;
    tracing::info!(display = id, ?levers, "faults of a display changed");
    for lever in levers {
        match (*lever, port) {
            (DeskLever::Reboot(true), _) => display.reboot(),
            (DeskLever::Unplug(out), Some(port)) => {
                port.set_unplug(out);
                display.change_faults(|faults| faults.unplug = out);
            }
            (lever, _) => display.change_faults(|faults| cable(faults, lever)),
        }
    }
    Ok(())
}

/// What a cable does.
fn cable(faults: &mut DeskFaults, lever: DeskLever) {
    match lever {
        DeskLever::Mute(on) => faults.mute = on,
        DeskLever::Unplug(on) => faults.unplug = on,
        DeskLever::Garble(chance) => faults.garble = chance,
        DeskLever::LateMs(ms) => faults.late_ms = ms,
        DeskLever::Stuck(_) | DeskLever::Reboot(_) => {}
    }
}

/// Pulls checked levers.
pub(super) fn pull_desk(desk: &Desk, levers: &[DeskLever]) {
    tracing::info!(unit = desk.address(), ?levers, "faults of a desk unit changed");
    for lever in levers {
        match *lever {
            DeskLever::Stuck(key) => desk.stick(key),
            DeskLever::Reboot(true) => desk.reboot(),
            lever => desk.change_faults(|faults| cable(faults, lever)),
        }
    }
}

/// Pulls checked levers, all in one movement.
pub(super) fn pull_printer(printer: &Printer, levers: &[PrinterLever]) {
    tracing::info!(printer = printer.config().id, ?levers, "faults of a printer changed");
    printer.change_faults(|faults: &mut PrinterFaults| {
        for lever in levers {
            match *lever {
                PrinterLever::Paper(state) => faults.paper = state,
                PrinterLever::CoverOpen(on) => faults.cover_open = on,
                PrinterLever::CutterJam(on) => faults.cutter_jam = on,
                PrinterLever::Stalled(on) => faults.stalled = on,
                PrinterLever::Silent(on) => faults.silent = on,
                PrinterLever::Unplug(on) => faults.unplug = on,
                PrinterLever::NoProof(on) => faults.no_proof = on,
            }
        }
    });
}

fn each<T>(
    body: &[u8],
    known: &str,
    read: impl Fn(&str, &Value) -> Result<Option<T>, Problem>,
) -> Result<Vec<T>, Problem> {
    let map = object(body)?;
    if map.is_empty() {
        return Err(Problem::invalid("no_fault", format!("name at least one of {known}")));
    }
    let levers = map.iter().map(|(name, value)| {
        let unknown = || Problem::invalid("unknown_field", format!("there is no fault `{name}`; use {known}"));
        read(name, value)?.ok_or_else(unknown)
    });
    levers.collect()
}

/// 0, false, null or "ok" clear a fault.
fn clears(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text == "ok",
        _ => false,
    }
}

fn switch(name: &str, value: &Value) -> Result<bool, Problem> {
    match value {
        Value::Bool(true) => Ok(true),
        _ if clears(value) => Ok(false),
        _ => Err(wrong(name, value, "true or false")),
    }
}

fn wrong(name: &str, value: &Value, expected: &str) -> Problem {
    Problem::invalid("wrong_value", format!("`{name}` cannot be {value}; send {expected}"))
}
