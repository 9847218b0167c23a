//! Plays of halls small enough to know what must come out.

use super::*;
use crate::engine::Hall;
use crate::engine::Rule;
use crate::estimate::Estimate;
use crate::estimate::learn::{Fact, Learner, Shift, tests::small};

const MINUTE: i64 = 60_000;

fn queue_of(setup: &Setup, people: u32) -> Hall {
    let mut hall = Hall::new(&setup.rule);
    for tag in 0..people {
        hall.wait(0, Waiting { origin: setup.open + i64::from(tag), seq: tag, tag });
    }
    hall
}

fn busy(hall: &mut Hall, counter: usize, since: i64) {
    let ticket = Waiting { origin: since, seq: 1000, tag: 1000 };
    hall.set(counter, Doing::Busy(Serving { ticket, class: 0, since }));
}

#[test]
fn one_pass_knows_everyone_and_whoever_is_behind_waits_longer() {
    let setup = small();
    let mut hall = queue_of(&setup, 20);
    busy(&mut hall, 0, setup.open);
    let at = setup.open + MINUTE;
    let all = Learner::new(&setup).estimate_all(&setup, &hall, at, 1);
    assert_eq!(all.iter().map(|(tag, _)| *tag).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    for pair in all.windows(2) {
        assert!(pair[0].1.p50_s < pair[1].1.p50_s, "{pair:?}");
    }
    for (_, estimate) in &all {
        assert!(0.0 <= estimate.low_s && estimate.low_s < estimate.p50_s && estimate.p50_s < estimate.high_s);
    }
    assert_eq!(all, Learner::new(&setup).estimate_all(&setup, &hall, at, 1));
    assert_ne!(all, Learner::new(&setup).estimate_all(&setup, &hall, at, 2));
}

#[test]
fn what_is_left_of_a_service_depends_on_what_has_passed() {
    let setup = small();
    let at = setup.open + 60 * MINUTE;
    let p50 = |since: i64| {
        let mut hall = queue_of(&setup, 1);
        busy(&mut hall, 0, since);
        Learner::new(&setup).estimate_all(&setup, &hall, at, 3)[0].1.p50_s
    };
    // Log-normal services: who has stayed an hour stays on; who came just now needs the usual median.
    assert!((p50(at) - 7.2 * 60.0).abs() < 90.0, "{}", p50(at));
    assert!(p50(at - 60 * MINUTE) > p50(at));
    assert!(p50(at - 8 * MINUTE) < p50(at));
}

#[test]
fn a_free_counter_calls_at_once_and_a_planned_one_when_it_opens() {
    let mut setup = small();
    let mut hall = queue_of(&setup, 1);
    hall.set(1, Doing::Idle(setup.open));
    let learner = Learner::new(&setup);
    let at = setup.open;
    assert_eq!(learner.estimate_all(&setup, &hall, at, 1)[0].1, Estimate::NOW);
    setup.shifts[0] = Shift { open: Some(at + 20 * MINUTE), breaks: Vec::new() };
    let shut = queue_of(&setup, 1);
    let opens = learner.estimate_all(&setup, &shut, at, 1)[0].1;
    assert!(opens.low_s >= 1200.0 && opens.high_s <= 1320.0, "{opens:?}");
}

#[test]
fn a_break_of_the_plan_is_waited_out() {
    let mut setup = small();
    let at = setup.open + 60 * MINUTE;
    setup.shifts[0] = Shift { open: Some(setup.open), breaks: vec![(at, at + 30 * MINUTE)] };
    let mut learner = Learner::new(&setup);
    learner.book(&setup, setup.open, &Fact::Opened { counter: 0 });
    let mut hall = queue_of(&setup, 1);
    busy(&mut hall, 0, at - MINUTE);
    let estimate = learner.estimate_all(&setup, &hall, at, 5)[0].1;
    assert!(estimate.low_s > 29.0 * 60.0, "{estimate:?}");
}

#[test]
fn nobody_to_serve_is_half_a_day_and_comes_to_an_end() {
    let setup = small();
    let hall = queue_of(&setup, 3);
    let estimates = Learner::new(&setup).estimate_all(&setup, &hall, setup.open, 1);
    assert!(estimates.iter().all(|(_, estimate)| (estimate.p50_s - 43_200.0).abs() < 1e-9));
    let nobody = Hall::new(&setup.rule);
    assert!(Learner::new(&setup).estimate_all(&setup, &nobody, setup.open, 1).is_empty());
}

#[test]
fn who_comes_later_can_pass() {
    let mut setup = small();
    // A second lane, ten times as fast, in which half of all people come.
    let mut fast = setup.rule.lanes[0];
    fast.p100 *= 10;
    setup.rule.lanes.push(fast);
    for counter in &mut setup.rule.counters {
        let mut skill = counter.skills[0];
        (skill.class, skill.lane) = (1, 1);
        counter.skills.push(skill);
    }
    let p50 = |rule: &Rule, comers: i64| {
        let setup = Setup { rule: rule.clone(), ..setup.clone() };
        let mut learner = Learner::new(&setup);
        for i in 0..comers {
            learner.book(&setup, setup.open + i, &Fact::Issued { service: 0, lane: 1, booked: None });
        }
        let mut hall = queue_of(&setup, 5);
        busy(&mut hall, 0, setup.open);
        learner.estimate_all(&setup, &hall, setup.open + MINUTE, 9)[4].1.p50_s
    };
    assert!(p50(&setup.rule, 30) > 1.2 * p50(&setup.rule, 0), "future arrivals are part of the wait");
}
