//! Rules about lines, desk units, printers, kiosks and screens: everything that hangs on a wire hangs there once.

use super::super::{
    document::{At, Node},
    mistake::Mistakes,
    shape,
};
use super::{ids, refers, unique, usable_name};
use crate::devices::printer::Profile;
use counter::timing::LineTiming;
use std::{collections::BTreeMap, path::Path};

/// What lines of desk units speak.
const LINE_PROFILES: [&str; 1] = ["desk-modbus"];

pub(super) fn check(root: Node<'_>, base: &Path, out: &mut Mistakes) {
    for (list, what) in [("lines", "line"), ("printers", "printer"), ("kiosks", "kiosk"), ("screens", "screen")] {
        let ids = ids(root, list, "id");
        for id in &ids {
            usable_name(*id, out);
        }
        unique(ids, what, &format!("Give each {what} an id of its own."), out);
    }
    ports(root, out);
    units(root, out);
    load(root, out);
    profiles(root, base, out);
    references(root, out);
}

fn ports(root: Node<'_>, out: &mut Mistakes) {
    let ports: Vec<At<&str>> = ids(root, "lines", "port").into_iter().chain(ids(root, "printers", "port")).collect();
    for port in &ports {
        if let Some(address) = port.value.strip_prefix("tcp://")
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
            if let Some(counter) = unit.text("counter")
                && let Some(first) = at_counter.insert(counter.value, counter.line)
            {
                let what = format!("counter \"{}\" already has the unit of line {first}", counter.value);
                out.error(counter.line, what, "Write one unit for each counter.");
            }
        }
    }
}

/// A line whose units cannot all be asked soon enough works, but its keys feel slow.
fn load(root: Node<'_>, out: &mut Mistakes) {
    for line in root.list("lines") {
        let baud = line.whole("baud").map_or(Ok(crate::config::DEFAULT_BAUD), |baud| u32::try_from(baud.value));
        let Some(timing) = baud.ok().and_then(|baud| LineTiming::new(baud).ok()) else { continue };
        let units = line.list("units").count();
        let budget = timing.budget(units);
        if budget.overloaded() {
            let place = line.get("units").map_or(line.line(), Node::line);
            let what = format!(
                "{units} units at {} baud are asked only every {} ms, and keys feel slow",
                timing.baud(),
                budget.round.as_millis()
            );
            let remedy = format!("Put at most {} units on this line, or raise its baud.", budget.units_in_100_ms);
            out.warn(place, what, remedy);
        }
    }
}

fn profiles(root: Node<'_>, base: &Path, out: &mut Mistakes) {
    for profile in ids(root, "lines", "profile") {
        if !LINE_PROFILES.contains(&profile.value) {
            let remedy = format!("Write {}.", shape::quoted(&LINE_PROFILES));
            out.error(profile.line, format!("no line profile is called \"{}\"", profile.value), remedy);
        }
    }
    for profile in ids(root, "printers", "profile") {
        if let Err(error) = Profile::load(profile.value, base) {
            let remedy = "Write \"escpos-80\", \"escpos-58\" or the path of a file like those in config/devices.";
            out.error(profile.line, error.to_string(), remedy);
        }
    }
}

fn references(root: Node<'_>, out: &mut Mistakes) {
    let counters = ids(root, "counters", "id");
    let printers = ids(root, "printers", "id");
    for unit in root.list("lines").flat_map(|line| line.list("units")) {
        unit.text("counter").into_iter().for_each(|counter| refers(counter, "counters", &counters, out));
    }
    for screen in root.list("screens") {
        screen.text("counter").into_iter().for_each(|counter| refers(counter, "counters", &counters, out));
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
