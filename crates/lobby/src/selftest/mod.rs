//! The self-test before the hall opens (HALL I1): every printer, unit, screen and voice, the journal, the clock, the disk,
//! and a list for people. Started by somebody or by the schedule; all of it is in the journal.
//!
//! `bench` looks at everything at once, `schedule` starts it before the first session, `cli` is `lobby selftest`.

mod bench;
pub mod cli;
mod expected;
mod picture;
mod schedule;

pub use bench::{Bench, Reach, run};
pub use expected::Expected;
pub use schedule::keep;

use crate::config::Config;
use queue_core::{SelfTestId, SelfTestMeans, SelfTestPart};

/// Orders that may wait: one test runs at a time.
pub const ORDERS: usize = 1;
/// Print jobs and announcements from here on belong to tests and are no business of a ticket.
pub const FIRST_TEST_ID: u64 = 1 << 62;

/// A self-test that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTestOrder {
    /// Which.
    pub test: SelfTestId,
    /// What it may do.
    pub means: SelfTestMeans,
    /// What it looks at.
    pub parts: Vec<SelfTestPart>,
}

/// Everything that a self-test of this branch looks at, in the order in which people read it.
pub fn parts(config: &Config) -> Vec<SelfTestPart> {
    let printers = config.printers.iter().map(|printer| part(printer.id.clone(), "printer"));
    let lines = config.lines.iter().map(|line| part(format!("line-{}", line.id), "line"));
    let units = config.lines.iter().flat_map(|line| &line.units);
    let seats = config.agents.iter().map(|agent| &agent.counter);
    let desks = units.map(|unit| &unit.counter).chain(seats).map(|counter| part(format!("desk-{counter}"), "desk"));
    let displays = config.displays.iter().map(|display| part(format!("display-{}", display.id), "display"));
    let screens = config.screens.iter().map(|screen| part(format!("screen-{}", screen.id), "screen"));
    let voices = config.voice_zones().into_iter().map(|zone| part(format!("voice-{}", zone.id), "voice"));
    let machine = ["journal", "clock", "disk"].map(|name| part(name.to_owned(), name));
    let manual = config.selftest.manual.iter().map(|item| part(format!("manual-{}", item.id), SelfTestPart::MANUAL));
    printers
        .chain(lines)
        .chain(desks)
        .chain(displays)
        .chain(screens)
        .chain(voices)
        .chain(machine)
        .chain(manual)
        .collect()
}

fn part(item: String, of: &str) -> SelfTestPart {
    SelfTestPart { item: item.into(), of: of.to_owned() }
}
