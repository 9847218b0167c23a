//! Forecasts of a hall small enough to know what must come out.

use super::*;
use crate::engine::{Doing, Serving as At, Waiting};
use crate::estimate::learn::{Fact, Learner, tests::small};

const MINUTE: i64 = 60_000;
const TARGETS: [i64; 1] = [15 * MINUTE];

/// A morning of 12 walk-ins an hour behind the learner, both counters' customers just called, `people` waiting.
fn morning(people: u32) -> (Setup, Learner, Hall, i64) {
    let setup = small();
    let mut learner = Learner::new(&setup);
    learner.book(&setup, setup.open, &Fact::DayBegins(Vec::new()));
    for minute in (0..480).step_by(5) {
        let issued = Fact::Issued { service: 0, lane: 0, booked: None };
        learner.book(&setup, setup.open + minute * MINUTE, &issued);
    }
    learner.book(&setup, setup.close, &Fact::DayEnds);
    learner.book(&setup, setup.open, &Fact::DayBegins(Vec::new()));
    let at = setup.open + 60 * MINUTE;
    for minute in (0..60).step_by(5) {
        let issued = Fact::Issued { service: 0, lane: 0, booked: None };
        learner.book(&setup, setup.open + minute * MINUTE, &issued);
    }
    let mut hall = Hall::new(&setup.rule);
    let ticket = Waiting { origin: at, seq: 1000, tag: 1000 };
    hall.set(0, Doing::Busy(At { ticket, class: 0, since: at }));
    for seq in 0..people {
        hall.wait(0, Waiting { origin: at - MINUTE, seq, tag: seq });
    }
    (setup, learner, hall, at)
}

fn told(people: u32, staffing: &[(i64, usize, Staffing)], seed: u64) -> Vec<Step> {
    let (setup, learner, hall, at) = morning(people);
    let outlook = learner.outlook(&setup, at, &hall);
    let present = Present { outlook: &outlook, hall: &hall, at };
    forecast(present, Course { setup: &setup, targets: &TARGETS, staffing }, seed)
}

/// Mean wait of all who come in the two hours.
fn mean_wait(steps: &[Step]) -> f64 {
    let lanes = || steps.iter().flat_map(|step| &step.lanes);
    let come: f64 = lanes().map(|lane| lane.come).sum();
    lanes().filter_map(|lane| Some(lane.wait_s? * lane.come)).sum::<f64>() / come
}

#[test]
fn one_seed_has_one_forecast_and_a_course_without_effect_changes_nothing() {
    let plain = told(6, &[], 1);
    assert_eq!(plain.len(), STEPS);
    assert_eq!(plain, told(6, &[], 1));
    assert_ne!(plain, told(6, &[], 2));
    let at = plain[0].from;
    // It is open, and it closes long after the last of them.
    assert_eq!(plain, told(6, &[(at, 0, Staffing::Open), (at + 400 * MINUTE, 1, Staffing::Close)], 1));
    assert!((plain[0].lanes[0].waiting - 6.0).abs() < 1e-9, "the present is known: {:?}", plain[0]);
    let come: f64 = plain.iter().map(|step| step.lanes[0].come).sum();
    assert!((20.0..28.0).contains(&come), "12 an hour: {come}");
    for lane in plain.iter().flat_map(|step| &step.lanes) {
        assert!(lane.wait_s.unwrap() >= 0.0 && (0.0..=1.0).contains(&lane.in_target.unwrap()));
    }
}

#[test]
fn another_counter_helps_everybody_and_one_less_nobody() {
    let plain = told(6, &[], 3);
    let at = plain[0].from;
    let more = told(6, &[(at, 1, Staffing::Open)], 3);
    let later = told(6, &[(at + 60 * MINUTE, 1, Staffing::Open)], 3);
    let none = told(6, &[(at, 0, Staffing::Close)], 3);
    let [plain_s, more_s, later_s, none_s] = [&plain, &more, &later, &none].map(|steps| mean_wait(steps));
    assert!(more_s < 0.5 * plain_s, "{more_s} {plain_s}");
    assert!(more_s < later_s && later_s < plain_s && plain_s < none_s, "{later_s} {none_s}");
    // The same people come, whatever is done.
    for (one, other) in plain.iter().zip(&none) {
        assert!((one.lanes[0].come - other.lanes[0].come).abs() < 1e-9);
    }
    for (with, without) in more.iter().zip(&plain).skip(1) {
        assert!(with.lanes[0].waiting <= without.lanes[0].waiting, "{with:?} {without:?}");
        assert!(with.lanes[0].in_target >= without.lanes[0].in_target);
    }
}

#[test]
fn a_counter_closes_after_its_customer() {
    let shut = told(3, &[(0, 0, Staffing::Close)], 5);
    let last = shut.last().unwrap().lanes[0];
    let come: f64 = shut.iter().rev().skip(1).map(|step| step.lanes[0].come).sum();
    assert!((last.waiting - come - 3.0).abs() < 1e-6, "nobody is called: {last:?}, {come} came");
    assert!(last.in_target.unwrap().abs() < 1e-9);
}

#[test]
fn nobody_comes_after_the_last_ticket() {
    let (setup, learner, mut hall, at) = morning(2);
    hall.drain();
    let outlook = learner.outlook(&setup, at, &hall);
    let present = Present { outlook: &outlook, hall: &hall, at };
    let steps = forecast(present, Course { setup: &setup, targets: &TARGETS, staffing: &[] }, 1);
    assert!(steps.iter().all(|step| step.lanes[0].wait_s.is_none() && step.lanes[0].come.abs() < 1e-9));
    assert!((steps[0].lanes[0].waiting - 2.0).abs() < 1e-9 && steps[11].lanes[0].waiting < 0.1);
}

#[test]
fn a_toll_counts_who_waits_and_who_comes_and_every_counter_lowers_it() {
    use crate::estimate::toll;
    let (setup, learner, hall, at) = morning(6);
    let outlook = learner.outlook(&setup, at, &hall);
    let present = Present { outlook: &outlook, hall: &hall, at };
    let cost = |staffing: &[(i64, usize, Staffing)]| {
        toll(present, Course { setup: &setup, targets: &TARGETS, staffing }, 5, 40)
    };
    let plain = cost(&[]);
    assert_eq!(plain, cost(&[]), "one seed has one toll");
    assert!((26.0..34.0).contains(&plain.people), "6 wait, 12 an hour come: {plain:?}");
    assert!(plain.late <= plain.people && plain.wait_s > 0.0, "{plain:?}");
    let more = cost(&[(at, 1, Staffing::Open)]);
    assert!((more.people - plain.people).abs() < 0.5, "the same people: {more:?}");
    assert!(more.wait_s < plain.wait_s && more.late <= plain.late, "{more:?} against {plain:?}");
    let none = cost(&[(at, 0, Staffing::Close)]);
    assert!(none.late > plain.late, "{none:?}: who is never called is late");
}
