//! Rules about lines, desk units, printers, kiosks and screens: everything that hangs on a wire hangs there once.
//! Displays have theirs in `displays.rs`.

use super::super::{
    document::{At, Node},
    mistake::Mistakes,
    shape,
};
use super::{ids, printers, refers, unique, usable_name};
use crate::devices::models::{self, ModelError};
use counter::{ff68, profile::Speech, timing::LineTiming};
use std::{collections::BTreeMap, path::Path, time::Duration};

/// Longest time until the last box of a line shows how many wait.
const LAST_BOX: Duration = Duration::from_secs(1);

pub(super) fn check(root: Node<'_>, base: &Path, out: &mut Mistakes) {
    for (list, what) in [
        ("lines", "line"),
        ("printers", "printer"),
        ("kiosks", "kiosk"),
        ("screens", "screen"),
        ("displays", "display"),
        ("agents", "agent"),
    ] {
        let ids = ids(root, list, "id");
        for id in &ids {
            usable_name(*id, out);
        }
        unique(ids, what, &format!("Give each {what} an id of its own."), out);
    }
    ports(root, out);
    units(root, out);
    for line in root.list("lines") {
        speech(line, base, out);
    }
    printers::check(root, base, out);
    references(root, out);
}

fn ports(root: Node<'_>, out: &mut Mistakes) {
    let ports: Vec<At<&str>> = ids(root, "lines", "port").into_iter().chain(ids(root, "printers", "port")).collect();
    for port in ports.iter().chain(&ids(root, "displays", "port")) {
        if let Some(address) = port.value.strip_prefix("tcp://").or_else(|| port.value.strip_prefix("udp://"))
            && !address.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        {
            let remedy = "Write tcp://, host and port, such as \"tcp://192.168.1.20:9100\".";
            out.error(port.line, format!("port \"{}\" cannot be reached", port.value), remedy);
        }
    }
    unique(ports, "port", "Give each device a port of its own: two cannot share one.", out);
}

fn units(root: Node<'_>, out: &mut Mistakes) {
    let mut at_counter: BTreeMap<&str, usize> = BTreeMap::new();
    for line in root.list("lines") {
        let mut on_line: BTreeMap<i64, usize> = BTreeMap::new();
        for unit in line.list("units") {
            if let Some(address) = unit.whole("unit")
                && let Some(first) = on_line.insert(address.value, address.line)
            {
                let what = format!("unit {} is already on this line, in line {first}", address.value);
                out.error(address.line, what, "Set another address on one of the two units and write it here.");
            }
        }
    }
    let units = root.list("lines").flat_map(|line| line.list("units")).chain(root.list("agents"));
    for counter in units.filter_map(|unit| unit.text("counter")) {
        if let Some(first) = at_counter.insert(counter.value, counter.line) {
            let what = format!("counter \"{}\" already has the unit of line {first}", counter.value);
            out.error(counter.line, what, "Write one unit for each counter.");
        }
    }
}

/// The profile of a line, and whether the line can carry all its units.
fn speech(line: Node<'_>, base: &Path, out: &mut Mistakes) {
    let name = line.text("profile");
    let place = name.as_ref().map_or(line.line(), |name| name.line);
    let profile = match models::load(name.as_ref().map_or("desk-modbus", |name| name.value), base) {
        Ok(profile) => profile,
        Err(error) => return no_profile(name, &error, true, out),
    };
    let said = line.whole("baud").and_then(|baud| u32::try_from(baud.value).ok());
    let Ok(timing) = LineTiming::new(said.unwrap_or(profile.baud)) else { return };
    match profile.speech {
        Speech::DeskModbus => desk_load(line, timing, out),
        Speech::CallboxFf68(_) => box_load(line, timing, out),
        Speech::Display(_) => {
            let what = "this profile is one of displays, which have no keys";
            let remedy =
                "Leave `profile` out here and write it in [[displays]], with the id of this line as line = \"…\".";
            out.error(place, what, remedy);
        }
    }
}

/// Speed of a line as its file or its profile says; `None` when neither can be read.
pub(super) fn baud(line: Node<'_>, base: &Path) -> Option<u32> {
    let usual = || Some(models::load(line.text("profile").map_or("desk-modbus", |name| name.value), base).ok()?.baud);
    match line.whole("baud") {
        Some(said) => u32::try_from(said.value).ok(),
        None => usual(),
    }
}

/// Complains about a profile that cannot be read. `keys`: it should be one of units, else one of displays.
pub(super) fn no_profile(name: Option<At<&str>>, error: &ModelError, keys: bool, out: &mut Mistakes) {
    let Some(name) = name else { return }; // the usual one is part of the program
    let kind = if keys { "line" } else { "display" };
    match error {
        ModelError::Missing { path, .. } => {
            let known = with_keys(keys);
            let remedy = match shape::nearest(name.value, &known) {
                Some(near) => format!("Write \"{near}\"."),
                None => format!("Write {} or the path of a file like those in config/devices.", shape::quoted(&known)),
            };
            let told = if Path::new(name.value).extension().is_some_and(|end| end == "toml") {
                format!("there is no file {}", path.display())
            } else {
                format!("no {kind} profile is called \"{}\"", name.value)
            };
            out.error(name.line, told, remedy);
        }
        ModelError::Wrong(wrong) => {
            out.error(name.line, wrong.to_string(), "crates/counter/README.md says how a profile is written.");
        }
    }
}

/// Profiles that are part of the program, with keys or without.
fn with_keys(keys: bool) -> Vec<&'static str> {
    let fits = |name: &&str| {
        let profile = counter::Profile::built_in(name).map(|text| counter::Profile::parse(name, text));
        profile.is_some_and(|profile| profile.is_ok_and(|profile| profile.has_keys() == keys))
    };
    counter::Profile::built_in_names().filter(fits).collect()
}

/// A line whose units cannot all be asked soon enough works, but its keys feel slow.
fn desk_load(line: Node<'_>, timing: LineTiming, out: &mut Mistakes) {
    let units = line.list("units").count();
    let budget = timing.budget(units);
    if budget.overloaded() {
        let place = line.get("units").map_or(line.line(), Node::line);
        let what = format!(
            "{units} units at {} baud are asked only every {} ms, and keys feel slow: answered after {} ms on average",
            timing.baud(),
            budget.round.as_millis(),
            budget.answer.as_millis()
        );
        let remedy = format!("Put at most {} units on this line, or raise its baud.", budget.units_in_100_ms);
        out.warn(place, what, remedy);
    }
}

/// Boxes speak by themselves, so keys are quick; but one call changes how many wait at every counter.
fn box_load(line: Node<'_>, timing: LineTiming, out: &mut Mistakes) {
    let boxes = line.list("units").count();
    // Written and echoed.
    let all = timing.writing(ff68::Frame::new(1, ff68::DISPLAY, &ff68::digits(None, "")).wire_len()) * 2;
    let last = all.saturating_mul(u32::try_from(boxes).unwrap_or(u32::MAX));
    if last > LAST_BOX {
        let place = line.get("units").map_or(line.line(), Node::line);
        let what = format!(
            "{boxes} call boxes at {} baud: the last one shows a change {} ms late",
            timing.baud(),
            last.as_millis()
        );
        let most = LAST_BOX.as_nanos() / all.as_nanos().max(1);
        out.warn(place, what, format!("Put at most {most} boxes on this line."));
    }
}

fn references(root: Node<'_>, out: &mut Mistakes) {
    let counters = ids(root, "counters", "id");
    let printers = ids(root, "printers", "id");
    for unit in root.list("lines").flat_map(|line| line.list("units")).chain(root.list("agents")) {
        unit.text("counter").into_iter().for_each(|counter| refers(counter, "counters", &counters, out));
    }
    for kiosk in root.list("kiosks") {
        match kiosk.text("printer") {
            Some(printer) => refers(printer, "printers", &printers, out),
            None if kiosk.get("printer").is_some() => {}
            None => {
                let what = "this kiosk has no printer: customers must note their number";
                out.warn(kiosk.line(), what, "Write printer = \"…\" with the id of a [[printers]] block.");
            }
        }
    }
}
