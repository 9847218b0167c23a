//! The formulas of DISCIPLINE §2 on examples small enough to do by hand.

use super::*;
use crate::engine::{CounterRule, LaneRule, Skill};

const MINUTE: i64 = 60_000;

/// One lane, one service of ten minutes, two counters.
pub(crate) fn small() -> Setup {
    let counter = |rank| CounterRule { skills: vec![Skill { class: 0, lane: 0, delay: 0, b100: 0 }], breadth: 1, rank };
    Setup {
        rule: Rule {
            lanes: vec![LaneRule { h100: 0, p100: 100, guard_after: 0, share1000: 0 }],
            counters: vec![counter(0), counter(1)],
            services: 1,
        },
        mean_minutes: vec![10.0],
        shifts: vec![Shift::default(), Shift::default()],
        open: 9 * 60 * MINUTE,
        close: 17 * 60 * MINUTE,
        appointment_lane: None,
        late_lane: 0,
        grace: 0,
    }
}

fn serve(learner: &mut Learner, setup: &Setup, counter: usize, waited: i64, took: i64, end: &Fact) {
    let at = setup.open + waited;
    learner.book(setup, at, &Fact::Called { counter, service: 0, waited, gap: None });
    learner.book(setup, at + took, end);
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

#[test]
fn a_service_moves_its_mean_spread_clerk_and_day() {
    let setup = small();
    let mut learner = Learner::new(&setup);
    let m0 = 10_f64.ln() - 0.245;
    near(learner.services[0].m, m0);
    serve(&mut learner, &setup, 0, 0, 12 * MINUTE, &Fact::Finished { counter: 0 });
    let r = 12_f64.ln() - m0;
    near(learner.services[0].m, m0 + r / 11.0);
    near(learner.services[0].variance, 0.49 + (r * r / 0.977 - 0.49) / 11.0);
    near(learner.clerks[0].f, r / 31.0);
    near(learner.clerks[1].f, 0.0);
    near(learner.day_effect(), r / 26.0);
    learner.book(&setup, 0, &Fact::DayBegins(Vec::new()));
    near(learner.day_effect(), 0.0);
}

#[test]
fn an_outlier_counts_two_and_a_half_sigma() {
    let setup = small();
    let mut learner = Learner::new(&setup);
    let m0 = learner.services[0].m;
    serve(&mut learner, &setup, 0, 0, 100_000 * MINUTE, &Fact::Finished { counter: 0 });
    near(learner.services[0].m, m0 + 2.5 * 0.7 / 11.0);
}

#[test]
fn weights_stop_growing() {
    let setup = small();
    let mut learner = Learner::new(&setup);
    for _ in 0..1000 {
        serve(&mut learner, &setup, 1, 0, 5 * MINUTE, &Fact::Finished { counter: 1 });
    }
    near(learner.services[0].n, 400.0);
    near(learner.clerks[1].n, 300.0);
    let usual = learner.services[0].m + learner.clerks[1].f + learner.day_effect();
    assert!((usual - 5_f64.ln()).abs() < 0.01, "a wrong configured mean is unlearned");
}

#[test]
fn misses_are_kept_by_time_waited_and_out_of_the_means() {
    let setup = small();
    let mut learner = Learner::new(&setup);
    let m0 = learner.services[0].m;
    for (bucket, waited) in [0, 5, 15, 30].into_iter().enumerate() {
        near(learner.no_show()[bucket], 2.0 / 25.0);
        serve(&mut learner, &setup, 0, waited * MINUTE, MINUTE, &Fact::Missed { counter: 0 });
        near(learner.no_show()[bucket], 3.0 / 26.0);
    }
    near(learner.services[0].m, m0);
    for _ in 0..500 {
        serve(&mut learner, &setup, 0, 0, MINUTE, &Fact::Missed { counter: 0 });
    }
    near(learner.no_show()[0], 0.6);
}

#[test]
fn unplanned_pauses_have_a_rate_and_a_length() {
    let setup = small();
    let mut learner = Learner::new(&setup);
    let hall = Hall::new(&setup.rule);
    let before = learner.outlook(&setup, setup.open, &hall);
    near(before.pause_rate, 0.5 / 120.0);
    near(before.pause_minutes, 6.0);
    serve(&mut learner, &setup, 0, 0, 10 * MINUTE, &Fact::Finished { counter: 0 });
    let at = setup.open + 10 * MINUTE;
    learner.book(&setup, at, &Fact::Paused { counter: 0, planned: false });
    learner.book(&setup, at + 12 * MINUTE, &Fact::Opened { counter: 0 });
    learner.book(&setup, at, &Fact::Paused { counter: 1, planned: true });
    learner.book(&setup, at + 45 * MINUTE, &Fact::Opened { counter: 1 });
    let after = learner.outlook(&setup, at, &hall);
    near(after.pause_rate, 1.5 / 130.0);
    near(after.pause_minutes, 42.0 / 6.0);
}

#[test]
fn a_break_of_the_plan_is_taken_once() {
    let mut setup = small();
    let noon = 12 * 60 * MINUTE;
    setup.shifts[0] = Shift { open: Some(setup.open), breaks: vec![(noon, noon + 45 * MINUTE)] };
    let mut learner = Learner::new(&setup);
    let hall = Hall::new(&setup.rule);
    assert_eq!(learner.outlook(&setup, noon - 1, &hall).counters[0].breaks.len(), 1);
    learner.book(&setup, noon, &Fact::Paused { counter: 0, planned: true });
    let during = learner.outlook(&setup, noon + 1, &hall);
    assert!(during.counters[0].breaks.is_empty());
    assert_eq!(during.counters[0].pause_planned, Some(45 * MINUTE));
    learner.book(&setup, 0, &Fact::DayBegins(Vec::new()));
    assert_eq!(learner.outlook(&setup, 0, &hall).counters[0].breaks.len(), 1);
}

#[test]
fn ends_without_a_call_teach_nothing() {
    let setup = small();
    let mut learner = Learner::new(&setup);
    let before = format!("{learner:?}");
    for fact in [Fact::Finished { counter: 0 }, Fact::Missed { counter: 1 }] {
        learner.book(&setup, setup.open, &fact);
    }
    assert_eq!(format!("{learner:?}"), before);
}
