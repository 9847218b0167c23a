//! What somebody who takes a number now would wait: one more ticket at the end of a queue, played forward.

use super::calibrate::Estimate;
use super::learn::Setup;
use super::outlook::Outlook;
use super::play::{PLAYS, Player, Waits};
use crate::engine::{Hall, Waiting};

/// The tag of the newcomer; the one above it belongs to people whom a play invents.
const NEWCOMER: u32 = u32::MAX - 1;
/// After everybody who is here, before everybody who comes later.
const LAST_HERE: u32 = u32::MAX / 2;

/// How long a newcomer to each of these classes would wait, not calibrated. Every class has plays of its own: nobody
/// waits behind somebody who has only asked. The seed is the same for all, so that classes differ by their queues and
/// not by their luck.
pub fn newcomers(
    setup: &Setup,
    outlook: &Outlook,
    hall: &Hall,
    at: i64,
    classes: &[usize],
    seed: u64,
) -> Vec<Estimate> {
    let ask = |class: &usize| {
        let mut asked = hall.clone();
        asked.wait(*class, Waiting { origin: at, seq: LAST_HERE, tag: NEWCOMER });
        let waits = Player::new(setup, outlook, &asked, at, seed).play(&[NEWCOMER], PLAYS);
        waits.first().map_or(Estimate::NOW, Waits::estimate)
    };
    classes.iter().map(ask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Doing, Serving};
    use crate::estimate::learn::{Learner, tests::small};

    #[test]
    fn a_newcomer_waits_behind_the_queue_and_delays_nobody() {
        let setup = small();
        let at = setup.open + 60_000;
        let learner = Learner::new(&setup);
        let ask = |people: u32| {
            let mut hall = Hall::new(&setup.rule);
            let ticket = Waiting { origin: setup.open, seq: 1000, tag: 1000 };
            hall.set(0, Doing::Busy(Serving { ticket, class: 0, since: setup.open }));
            for tag in 0..people {
                hall.wait(0, Waiting { origin: setup.open, seq: tag, tag });
            }
            let before = hall.clone();
            let outlook = learner.outlook(&setup, at, &hall);
            let asked = newcomers(&setup, &outlook, &hall, at, &[0], 7)[0];
            assert_eq!(hall, before);
            asked
        };
        let (next, tenth) = (ask(0), ask(9));
        assert!(next.p50_s > 0.0 && next.p50_s < 900.0, "{next:?}");
        assert!(tenth.p50_s > 5.0 * next.p50_s, "{next:?} {tenth:?}");
        let mut free = Hall::new(&setup.rule);
        free.set(0, Doing::Idle(setup.open));
        let outlook = learner.outlook(&setup, at, &free);
        assert_eq!(newcomers(&setup, &outlook, &free, at, &[0], 7), [Estimate::NOW]);
    }
}
