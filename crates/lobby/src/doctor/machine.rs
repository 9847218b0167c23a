//! The machine itself: who we are on it, its clock, its time zone, its names of users and groups.

use super::{Finding, Place};
use jiff::tz::TimeZone;
use std::process::{Command, Stdio};

/// The user that the package makes for the service.
const SERVICE_USER: &str = "lobby";

pub(super) fn user() -> Vec<Finding> {
    let id = rustix::process::geteuid();
    let name = name_of("/etc/passwd", id.as_raw());
    let served = id_of("/etc/passwd", SERVICE_USER).is_some();
    vec![if id.is_root() && served {
        let found = "this is root, who may do everything: what the lobby may do is not seen";
        Finding::warning("user", found, format!("runuser -u {SERVICE_USER} -- lobby doctor"))
    } else {
        Finding::ok("user", format!("looked at as {name}"))
    }]
}

/// Whether somebody keeps the clock right.
pub(super) fn clock() -> Vec<Finding> {
    let part = "clock";
    let mut ask = Command::new("timedatectl");
    ask.args(["show", "--property=NTPSynchronized", "--value"]).stdin(Stdio::null()).stderr(Stdio::null());
    let told = ask.output().ok().filter(|told| told.status.success());
    let told = told.map(|told| String::from_utf8_lossy(&told.stdout).trim().to_owned());
    vec![match told.as_deref() {
        Some("yes") => Finding::ok(part, "synchronised with a time server"),
        Some(_) => Finding::wrong(
            part,
            "not synchronised with a time server: waits, days and sessions go by it",
            "apt install systemd-timesyncd && timedatectl set-ntp true",
        ),
        None => Finding::skipped(part, "there is no timedatectl here that says whether it is synchronised"),
    }]
}

pub(super) fn zone(place: &Place<'_>) -> Finding {
    let (part, wanted) = ("time zone", place.config.branch.time_zone.as_str());
    let system = TimeZone::system();
    match system.iana_name() {
        Some(name) if name == wanted => Finding::ok(part, format!("{name}, that of the branch")),
        other => {
            let name = other.unwrap_or("unknown");
            let found = format!("the machine's is {name} and the branch's {wanted}: logs show another time than pages");
            Finding::warning(part, found, format!("timedatectl set-timezone {wanted}"))
        }
    }
}

/// The user that this process runs as.
pub(super) fn own_name() -> String {
    name_of("/etc/passwd", rustix::process::geteuid().as_raw())
}

/// The name of a group; its number where it has none.
pub(super) fn group_name(id: u32) -> String {
    name_of("/etc/group", id)
}

fn entries(file: &str) -> Vec<(String, u32)> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let entry = |line: &str| {
        let mut fields = line.split(':');
        Some((fields.next()?.to_owned(), fields.nth(1)?.parse().ok()?))
    };
    text.lines().filter_map(entry).collect()
}

fn name_of(file: &str, id: u32) -> String {
    entries(file).into_iter().find(|(_, known)| *known == id).map_or_else(|| id.to_string(), |(name, _)| name)
}

fn id_of(file: &str, name: &str) -> Option<u32> {
    entries(file).into_iter().find(|(known, _)| known == name).map(|(_, id)| id)
}
