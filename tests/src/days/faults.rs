//! What breaks in a day, and when: cables, units, paper, the clock of the machine, and the lobby itself.
#![allow(clippy::unnecessary_wraps, reason = "every fault has one shape: how long it lasts, if it does")]

use super::{
    cast::Group,
    world::{Kill, World},
};
use firmware_sim::{
    printer::{PaperState, PrinterFaults},
    rng::Chance,
};
use std::{rc::Rc, time::Duration};
use tokio::time::sleep;

const HOUR_MS: i64 = 3_600_000;

/// Everything that breaks today.
pub(super) fn enter(world: &Rc<World>) {
    let enter = |purpose: &'static str, every_s: u64, what: fn(&Rc<World>, &mut Chance) -> Option<u64>| {
        let (world, mut chance) = (Rc::clone(world), world.chance(purpose));
        let (cast, rest) = (Rc::clone(&world), Duration::from_secs(every_s));
        cast.cast.enter(Group::People, async move {
            loop {
                sleep(chance.arrival(rest)).await;
                if let Some(lasts_ms) = what(&world, &mut chance) {
                    sleep(Duration::from_millis(lasts_ms)).await;
                    heal_one(&world, purpose);
                }
            }
        });
    };
    enter("kills", 5, kill);
    enter("line", 15, line);
    enter("units", 5, unit);
    enter("printer", 6, printer);
    enter("clock", 12, clock);
}

fn lasts(chance: &mut Chance, most_ms: usize) -> u64 {
    200 + u64::try_from(chance.index(most_ms)).unwrap_or(0)
}

fn kill(world: &Rc<World>, chance: &mut Chance) -> Option<u64> {
    let how = if chance.happens(0.5) { Kill::Power } else { Kill::Process };
    if chance.happens(0.6) {
        let commits = 1 + u32::try_from(chance.index(6)).unwrap_or(0);
        world.trap.set(Some((commits, how)));
    } else {
        world.kill_now(how);
    }
    None
}

fn line(world: &Rc<World>, chance: &mut Chance) -> Option<u64> {
    world.count("line pulled");
    world.line.set_plugged(false);
    Some(lasts(chance, 3_000))
}

fn unit(world: &Rc<World>, chance: &mut Chance) -> Option<u64> {
    let mut desks = world.desks.borrow_mut();
    let place = chance.index(desks.len());
    let desk = &mut desks[place];
    match chance.index(5) {
        0 => {
            world.count("unit mute");
            desk.mute = true;
        }
        1 => {
            world.count("unit unplugged");
            desk.unplugged = true;
        }
        2 => {
            world.count("unit garbled");
            desk.garble = 0.1 + chance.unit() * 0.4;
        }
        3 => {
            world.count("unit late");
            desk.late = Duration::from_millis(lasts(chance, 1_500));
        }
        _ => {
            world.count("unit powered off and on");
            desk.reboot(Duration::ZERO);
        }
    }
    Some(lasts(chance, 4_000))
}

fn printer(world: &Rc<World>, chance: &mut Chance) -> Option<u64> {
    let which = chance.index(7);
    world.count(
        ["paper out", "paper low", "cover open", "cutter jam", "printer stalled", "printer silent", "printer pulled"]
            [which],
    );
    world.printer.change_faults(|faults| match which {
        0 => faults.paper = PaperState::Out,
        1 => faults.paper = PaperState::Low,
        2 => faults.cover_open = true,
        3 => faults.cutter_jam = true,
        4 => faults.stalled = true,
        5 => faults.silent = true,
        _ => faults.unplug = true,
    });
    Some(lasts(chance, 5_000))
}

fn clock(world: &Rc<World>, chance: &mut Chance) -> Option<u64> {
    let small = i64::try_from(chance.index(20_000)).unwrap_or(0) - 10_000;
    let step = match chance.index(12) {
        0..=5 => small,
        6 | 7 => HOUR_MS,
        8 | 9 => -HOUR_MS,
        10 => 17 * HOUR_MS, // over the border of the business day
        _ => -(17 * HOUR_MS),
    };
    world.happened.borrow_mut().clock_steps += 1;
    world.steps.step(step);
    None
}

fn heal_one(world: &World, what: &str) {
    match what {
        "line" => world.line.set_plugged(true),
        "units" => world.desks.borrow_mut().iter_mut().for_each(super::desks::Desk::heal),
        _ => world.printer.change_faults(|faults| *faults = PrinterFaults::default()),
    }
}

/// Everything is whole again.
pub(super) fn heal(world: &World) {
    for what in ["line", "units", "printer"] {
        heal_one(world, what);
    }
    world.trap.set(None);
}
