//! A line of desk units at the far end of a wire: the units are those of `counter`, as firmware would be; here are their
//! cable, its time, and what can be wrong with both.

use super::{
    cast::Group,
    world::{LINE, World},
};
use counter::{Key, Unit, timing::LineTiming};
use firmware_sim::{
    desk::{Latched, PressedBy},
    rng::Chance,
};
use std::{rc::Rc, time::Duration};
use tokio::time::{Instant, sleep};

/// One unit and what is wrong with it.
pub(super) struct Desk {
    unit: Unit,
    /// Since the last power-up.
    latched: u32,
    /// Hears and never answers.
    pub(super) mute: bool,
    /// Neither hears nor answers.
    pub(super) unplugged: bool,
    /// Chance for each frame, either way, that a bit flips.
    pub(super) garble: f64,
    /// By which answers are late.
    pub(super) late: Duration,
    chance: Chance,
}

impl Desk {
    pub(super) fn new(address: u8, seed: u64) -> Desk {
        let mut chance = Chance::new(seed, &format!("desk-{address}"));
        let unit = Unit::new(address, boot(&mut chance, 0));
        Desk { unit, latched: 0, mute: false, unplugged: false, garble: 0.0, late: Duration::ZERO, chance }
    }

    pub(super) fn unit(&self) -> &Unit {
        &self.unit
    }

    /// A finger presses a key; what was latched, if anything was.
    pub(super) fn press(&mut self, key: Key, at: jiff::Timestamp) -> Option<Latched> {
        let before = self.unit.sequence();
        let seq = self.unit.press(key);
        if seq == before {
            return None;
        }
        self.latched += 1;
        let (unit, boot, wraps) = (self.unit.address(), self.unit.boot(), self.latched >> 16);
        Some(Latched { n: 0, line: LINE.to_owned(), unit, boot, wraps, seq, key, at, by: PressedBy::Crowd })
    }

    /// Power off and on.
    pub(super) fn reboot(&mut self, now: Duration) {
        let boot = boot(&mut self.chance, self.unit.boot());
        self.unit.reboot(boot, now);
        self.latched = 0;
    }

    /// Everything is well again.
    pub(super) fn heal(&mut self) {
        (self.mute, self.unplugged, self.garble, self.late) = (false, false, 0.0, Duration::ZERO);
    }

    fn hear(&mut self, frame: &[u8], now: Duration) -> Option<(Vec<u8>, Duration)> {
        if self.unplugged || frame.first().is_none_or(|to| *to != 0 && *to != self.unit.address()) {
            return None;
        }
        let heard = self.garbled(frame.to_vec());
        let reply = self.unit.answer(&heard, now).filter(|_| !self.mute)?;
        Some((self.garbled(reply), self.late))
    }

    fn garbled(&mut self, mut frame: Vec<u8>) -> Vec<u8> {
        if !frame.is_empty() && self.chance.happens(self.garble) {
            let place = self.chance.index(frame.len());
            frame[place] ^= 1 << self.chance.index(8);
        }
        frame
    }
}

fn boot(chance: &mut Chance, before: u16) -> u16 {
    loop {
        let [low, high, ..] = chance.bits().to_le_bytes();
        let boot = u16::from_le_bytes([low, high]);
        if boot != 0 && boot != before {
            return boot;
        }
    }
}

/// Is the line, all day: hears frames and answers them after their time on the wire.
pub(super) async fn line(world: Rc<World>, timing: LineTiming) {
    let since = Instant::now();
    loop {
        let frame = world.line.heard().await;
        sleep(timing.characters(frame.len()) + timing.gap() + counter::timing::TURNAROUND).await;
        let now = since.elapsed();
        let said: Vec<_> = world.desks.borrow_mut().iter_mut().filter_map(|desk| desk.hear(&frame, now)).collect();
        for (reply, late) in said {
            if late.is_zero() {
                sleep(timing.characters(reply.len())).await;
                world.line.say(&reply);
            } else {
                let wire = world.line.clone();
                world.cast.enter(Group::Hall, async move {
                    sleep(late).await;
                    wire.say(&reply);
                });
            }
        }
    }
}
