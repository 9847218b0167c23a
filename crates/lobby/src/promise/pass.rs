//! One pass: everybody who waits and a newcomer to every class, played forward and calibrated.

use super::{
    Moment,
    memory::Memory,
    picture::Picture,
    shown::{Found, Promises},
};
use crate::views::Estimate as Told;
use planner::estimate::{Break, Estimate, HORIZON, PLAYS, Player, Waits, newcomers};
use queue_core::{Foreseen, Promise};

/// The seed of every pass: the same queue is foreseen the same, and what changes is the queue and not the luck.
const SEED: u64 = 0x7072_6f6d_6973_6564;
/// Waits from here on are "nobody can tell", seconds: no play called the ticket within half a day.
#[allow(clippy::cast_precision_loss, reason = "twelve hours in milliseconds")]
const NEVER_S: f64 = HORIZON as f64 / 1000.0;

/// The estimates of a moment, in the place of those before.
pub(crate) fn pass(memory: &Memory, picture: &Picture, before: &Promises) -> Promises {
    if !picture.open {
        return Promises::default().next(picture.at, [], []);
    }
    let setup = &memory.setup;
    let names = memory.names();
    let played = picture.hall(&setup.rule, memory.translator());
    let at = picture.at.since(memory.translator().midnight());
    let mut outlook = memory.learner.outlook(setup, at, &played.hall);
    let pause = Break { start: at, length: minutes_ms(outlook.pause_minutes) };
    for counter in played.pausing {
        outlook.counters[counter].breaks.insert(0, pause);
    }

    let tags: Vec<u32> = (0..).take(picture.waiting.len()).collect();
    let plays = Player::new(setup, &outlook, &played.hall, at, SEED).play(&tags, PLAYS);
    let tickets = picture.waiting.iter().zip(plays.iter().map(Waits::estimate)).map(|(waits, played)| {
        let lane = setup.rule.lane(waits.class);
        let waited_s = u32::try_from(picture.at.since(waits.issued) / 1000).unwrap_or(0);
        let promise = waits.promise.filter(|_| !waits.called_before);
        let left = promise_of(memory, lane, played).map(Told::from);
        (waits.ticket.clone(), Found { left, waited_s, promise })
    });

    let served = names.served();
    let classes: Vec<usize> = served.iter().map(|(class, ..)| *class).collect();
    let asked = newcomers(setup, &outlook, &played.hall, at, &classes, SEED);
    let told = served.into_iter().zip(asked).filter_map(|((class, service, lane), played)| {
        Some((service, lane, promise_of(memory, setup.rule.lane(class), played)?))
    });
    let told = told.filter(|_| !picture.draining());
    let next = before.next(picture.at, told, tickets);
    next.from(Moment {
        at: picture.at,
        plan: names.plan.clone(),
        midnight: memory.translator().midnight(),
        setup: setup.clone(),
        hall: played.hall,
        outlook,
    })
}

/// What to say where the plays said `played`; `None` where they cannot tell.
fn promise_of(memory: &Memory, lane: usize, played: Estimate) -> Option<Promise> {
    let said = memory.calibration.correct(lane, played);
    let tellable = played.high_s < NEVER_S && said.high_s < NEVER_S;
    let raw = Foreseen { low_s: whole(played.low_s), p50_s: whole(played.p50_s), high_s: whole(played.high_s) };
    tellable.then(|| Promise { low_s: whole(said.low_s), p50_s: whole(said.p50_s), high_s: whole(said.high_s), raw })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of half a day, not negative")]
fn whole(seconds: f64) -> u32 {
    seconds.round() as u32
}

#[allow(clippy::cast_possible_truncation, reason = "minutes of a day, in milliseconds")]
fn minutes_ms(minutes: f64) -> i64 {
    (minutes * 60_000.0) as i64
}
