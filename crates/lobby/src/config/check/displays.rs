//! Rules about displays: each hangs on one wire, under an address that nobody else has there.

use super::super::{
    document::{At, Node},
    mistake::Mistakes,
};
use super::{ids, refers, wires};
use crate::devices::models;
use counter::{display::Form, profile::Speech};
use std::{collections::BTreeMap, path::Path};

pub(super) fn check(root: Node<'_>, base: &Path, out: &mut Mistakes) {
    let (counters, lines) = (ids(root, "counters", "id"), ids(root, "lines", "id"));
    for display in root.list("displays") {
        if let Some(counter) = display.text("counter") {
            refers(counter, "counters", &counters, out);
        }
        if let Some(line) = display.text("line") {
            refers(line, "lines", &lines, out);
        }
        subject(display, base, out);
        place(display, out);
        profile(root, display, base, out);
    }
    for line in root.list("lines") {
        addresses(root, line, out);
    }
    ports(root, out);
}

/// A display shares a wire by naming its line, never by naming its port.
fn ports(root: Node<'_>, out: &mut Mistakes) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for list in ["lines", "printers"] {
        seen.extend(ids(root, list, "port").iter().map(|port| (port.value, port.line)));
    }
    for port in ids(root, "displays", "port") {
        if let Some(first) = seen.get(port.value) {
            let remedy = "Write line = \"…\" here with the id of the [[lines]] block that has the port; make one for displays alone.";
            out.error(port.line, format!("port \"{}\" is also in line {first}", port.value), remedy);
        }
        seen.entry(port.value).or_insert(port.line);
    }
}

/// The number of a counter, or the calls of the hall.
fn subject(display: Node<'_>, base: &Path, out: &mut Mistakes) {
    let Some(shows) = display.text("shows").filter(|shows| shows.value == "calls") else {
        if display.get("counter").is_none() {
            let remedy =
                "Write counter = \"…\" with the one that it stands at, or shows = \"calls\" for a board of calls.";
            out.error(display.line(), "this display has no counter", remedy);
        }
        return;
    };
    if let Some(counter) = display.get("counter") {
        let what = "a board shows the calls of all counters";
        out.error(counter.line(), what, "Take out `counter`, or `shows` for the number of one counter.");
    }
    let name = display.text("profile").map_or("led-digits-modbus", |name| name.value);
    let board = |profile: counter::Profile| match profile.speech {
        Speech::Display(model) => model.calls.is_some(),
        _ => false,
    };
    // A profile that cannot be read is told elsewhere.
    if models::load(name, base).is_ok_and(|profile| !board(profile)) {
        let what = format!("profile \"{name}\" has no [calls]: it shows one number");
        out.error(
            shows.line,
            what,
            "Write profile = \"alpha-board\", or the path of a file that says how calls are written.",
        );
    }
}

/// A port of its own, or a line.
fn place(display: Node<'_>, out: &mut Mistakes) {
    match (display.get("port"), display.get("line")) {
        (Some(_), Some(line)) => {
            let remedy = "Take out `port` when it hangs on the line, or `line` when it has a port to itself.";
            out.error(line.line(), "this display has a port and a line", remedy);
        }
        (None, None) => {
            let remedy = "Write port = \"…\" for a port of its own, or line = \"…\" with the id of a [[lines]] block.";
            out.error(display.line(), "this display hangs on nothing", remedy);
        }
        (None, Some(_)) => {
            for key in ["baud", "even_parity"] {
                if let Some(wrong) = display.get(key) {
                    let what = format!("a display on a line has the line's `{key}`");
                    out.error(wrong.line(), what, "Take it out here and write it in the [[lines]] block.");
                }
            }
        }
        (Some(_), None) => {}
    }
}

fn profile(root: Node<'_>, display: Node<'_>, base: &Path, out: &mut Mistakes) {
    let name = display.text("profile");
    let place = name.as_ref().map_or(display.line(), |name| name.line);
    let profile = match models::load(name.as_ref().map_or("led-digits-modbus", |name| name.value), base) {
        Ok(profile) => profile,
        Err(error) => return wires::no_profile(name, &error, false, out),
    };
    let Speech::Display(model) = &profile.speech else {
        let what = "this profile is one of units with keys, not of a display";
        out.error(place, what, "Write \"led-digits-modbus\" or the path of a file like it, or use [[lines]].");
        return;
    };
    let Some(line) = display
        .text("line")
        .and_then(|id| root.list("lines").find(|line| line.text("id").is_some_and(|known| known.value == id.value)))
    else {
        return;
    };
    if line.list("units").count() == 0 {
        return;
    }
    if let Some(speed) = wires::baud(line, base).filter(|speed| *speed != profile.baud) {
        let what = format!("displays of this profile run at {} baud, this line at {speed}", profile.baud);
        let remedy =
            "Set the line to the display's speed, or the display to the line's and say so in a copy of its profile.";
        out.warn(place, what, remedy);
    }
    // Units of a Modbus line hear every byte; what is no Modbus frame may look like one to them.
    let desks = line.text("profile").is_none_or(|profile| profile.value == "desk-modbus");
    if desks && matches!(model.form, Form::Template(..)) {
        let what = "this display speaks another language than the Modbus units of its line";
        out.warn(place, what, "Give it a port of its own, or a line without units.");
    }
}

/// Units and displays of one line differ in their addresses, and somebody is there.
fn addresses(root: Node<'_>, line: Node<'_>, out: &mut Mistakes) {
    let Some(id) = line.text("id") else { return };
    let on_it = |display: &Node<'_>| display.text("line").is_some_and(|line| line.value == id.value);
    let displays: Vec<Node<'_>> = root.list("displays").filter(on_it).collect();
    let mut known: BTreeMap<i64, usize> = BTreeMap::new();
    for unit in line.list("units").filter_map(|unit| unit.whole("unit")) {
        known.insert(unit.value, unit.line);
    }
    for display in &displays {
        let unit = display.whole("unit").unwrap_or(At { value: 1, line: display.line() });
        if let Some(first) = known.get(&unit.value) {
            let what = format!("address {} is already on line \"{}\", in line {first}", unit.value, id.value);
            out.error(unit.line, what, "Set another address on one of the two and write it as unit = ….");
        }
        known.entry(unit.value).or_insert(unit.line);
    }
    if known.is_empty() {
        let remedy = "Write units = [{ unit = 1, counter = \"1\" }], or a [[displays]] block that names this line.";
        out.error(line.line(), "this line carries nobody", remedy);
    }
}
