//! Whole days of the real lobby on simulated time, each from a seed: no promise is broken, the same seed is the same day,
//! and every planted defect is seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::days::{DayPlan, Defect, Many, live};
use std::time::Duration;

/// Days of the normal test run, and the time after which it is content with fewer.
const DAYS: u64 = 1_000;
const WITHIN: Duration = Duration::from_secs(50);
/// So many it must be on any machine.
const LEAST: u64 = 100;
/// Within so many days every planted defect must be seen.
const SEEN_WITHIN: u64 = 40;

#[test]
fn days_break_no_promise() {
    let sum = Many { within: WITHIN, ..Many::new(1, DAYS) }.live(DayPlan::of);
    let days = sum.days;
    eprintln!("{}", sum.text());
    for (seed, breaches) in &sum.broken {
        eprintln!("seed {seed}: cargo xtask days --seed {seed}\n  {}", breaches.join("\n  "));
    }
    assert!(sum.broken.is_empty(), "{} of {days} days broke a promise", sum.broken.len());
    // A simulation in which nothing happens proves nothing.
    for (what, times) in
        [("kills at a commit", sum.kills_at_commit), ("power cuts", sum.power_cuts), ("retries", sum.retries)]
    {
        assert!(times > days / 4, "{times} {what} in {days} days");
    }
    assert!(days >= LEAST, "only {days} days in {} s", WITHIN.as_secs());
    assert!(sum.called > 3 * days && sum.papers > 5 * days && sum.presses > 5 * days, "{sum:?}");
}

#[test]
fn the_same_seed_is_the_same_day() {
    for seed in [3, 11, 12] {
        let plan = DayPlan::of(seed);
        let (one, same) = (live(plan), live(plan));
        assert_eq!(one.verdict.head, same.verdict.head, "seed {seed}");
        assert_eq!(one, same, "seed {seed}");
        assert_ne!(one.verdict.head, live(DayPlan::of(seed + 100)).verdict.head);
    }
}

#[test]
fn every_planted_defect_is_seen() {
    for defect in [Defect::EffectBeforeCommit, Defect::RequestIdIgnored, Defect::PrintsAgain] {
        let many = Many { stop_at_first: true, ..Many::new(1, SEEN_WITHIN) };
        let sum = many.live(|seed| DayPlan { defect: Some(defect), ..DayPlan::of(seed) });
        let (seed, breaches) =
            sum.broken.first().unwrap_or_else(|| panic!("{defect:?} was not seen in {SEEN_WITHIN} days"));
        eprintln!("{defect:?}: seen in the day of seed {seed}: {:?}", breaches.first());
    }
}
