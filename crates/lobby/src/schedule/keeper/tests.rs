//! Days as the schedule sees them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

const MINUTE: Millis = 60_000;

fn config(day: &str) -> Config {
    let branch = include_str!("../../../../../config/demo/branch.toml");
    let at_start = "open = \"at_start\"                 # in session around the clock";
    assert!(branch.contains(at_start));
    toml::from_str(&branch.replace(at_start, day)).unwrap()
}

fn scheduled() -> Config {
    config("open = \"by_schedule\"\nsessions = [{ from = \"08:30\", last_ticket = \"16:45\", until = \"17:00\" }]")
}

/// Minutes after midnight on Monday, 2026-11-23, in Shanghai.
fn monday(minutes: Millis) -> Timestamp {
    Timestamp(1_795_363_200_000 + minutes * MINUTE)
}

fn seen(at: Timestamp, day: &str, open: bool, live: &[&str]) -> Seen {
    let day = BusinessDay::new(day).ok();
    let live = live.iter().map(|&number| number.to_owned()).collect();
    Seen { at, day: DayState { day, open, opened_at: Timestamp(0) }, live }
}

fn today() -> BusinessDay {
    BusinessDay::new("2026-11-23").unwrap()
}

#[test]
fn a_day_by_the_schedule() {
    let config = scheduled();
    let mut keeper = Keeper::default();
    let mut step =
        |minutes, day: &str, open, live: &[&str]| keeper.step(&config, &seen(monday(minutes), day, open, live));
    assert_eq!(step(7 * 60, "2026-11-20", false, &[]), Step::Rest);
    assert_eq!(step(8 * 60, "2026-11-20", false, &[]), Step::Open(today()));
    assert_eq!(step(8 * 60, "", false, &[]), Step::Open(today()), "the first day of all");
    assert_eq!(step(9 * 60, "2026-11-23", false, &[]), Step::Rest, "a manager has closed it");
    assert_eq!(step(12 * 60, "2026-11-23", true, &[]), Step::Rest);
    assert_eq!(step(16 * 60 + 59, "2026-11-23", true, &[]), Step::Rest);
    assert_eq!(step(17 * 60, "2026-11-23", true, &["A001 waiting"]), Step::Rest);
    assert_eq!(step(17 * 60 + 1, "2026-11-23", true, &[]), Step::Close { force: false });
    assert_eq!(step(17 * 60 + 2, "2026-11-23", false, &[]), Step::Rest);
}

#[test]
fn who_took_a_number_in_time_is_waited_for_as_long_as_something_happens() {
    let config = scheduled();
    let mut keeper = Keeper::default();
    let mut step = |minutes, live: &[&str]| keeper.step(&config, &seen(monday(minutes), "2026-11-23", true, live));
    assert_eq!(step(17 * 60, &["A001 waiting", "A002 waiting"]), Step::Rest);
    assert_eq!(step(17 * 60 + 59, &["A001 serving", "A002 waiting"]), Step::Rest);
    assert_eq!(step(18 * 60 + 30, &["A002 called"]), Step::Rest, "an hour and a half, and still served");
    assert_eq!(step(19 * 60 + 29, &["A002 called"]), Step::Rest);
    assert_eq!(step(19 * 60 + 30, &["A002 called"]), Step::Close { force: true }, "forgotten");
}

#[test]
fn a_day_that_was_left_open_makes_room() {
    let config = scheduled();
    let mut keeper = Keeper::default();
    let mut step = |minutes| keeper.step(&config, &seen(monday(minutes), "2026-11-20", true, &["A001 serving"]));
    let force = |force| Step::RollOver { force, day: today() };
    assert_eq!(step(5 * 60), Step::Close { force: false }, "before the new day should open");
    assert_eq!(step(5 * 60 + 59), Step::Close { force: false });
    assert_eq!(step(8 * 60), force(true));
    let mut keeper = Keeper::default();
    let always = config_at_start();
    let mut step = |minutes| keeper.step(&always, &seen(monday(minutes), "2026-11-22", true, &["A001 serving"]));
    assert_eq!(step(4 * 60 - 1), Step::Rest, "still the business day before");
    assert_eq!(step(4 * 60), force(false));
    assert_eq!(step(5 * 60), force(true));
}

fn config_at_start() -> Config {
    config("open = \"at_start\"")
}

#[test]
fn a_manager_closes_a_day_that_opens_at_start_and_it_stays_closed() {
    let config = config_at_start();
    let mut keeper = Keeper::default();
    let mut step = |minutes, day: &str, open| keeper.step(&config, &seen(monday(minutes), day, open, &[]));
    assert_eq!(step(12 * 60, "2026-11-23", false), Step::Rest);
    assert_eq!(step(28 * 60, "2026-11-23", false), Step::Open(BusinessDay::new("2026-11-24").unwrap()));
}

#[test]
fn a_clock_that_was_set_back_a_day_closes_nothing_and_opens_nothing() {
    let always = config_at_start();
    let mut keeper = Keeper::default();
    let mut step = |day: &str, open| keeper.step(&always, &seen(monday(12 * 60), day, open, &["A001 waiting"]));
    assert_eq!(step("2026-11-24", true), Step::Rest, "who has a number of tomorrow keeps it");
    assert_eq!(step("2026-11-24", false), Step::Rest, "numbers of today were given before");
}

#[test]
fn a_day_of_the_night_goes_on_over_midnight() {
    let always = config_at_start();
    let mut keeper = Keeper::default();
    let mut step = |minutes| keeper.step(&always, &seen(monday(minutes), "2026-11-23", true, &["A001 waiting"]));
    assert_eq!(step(24 * 60 - 1), Step::Rest);
    assert_eq!(step(24 * 60), Step::Rest, "midnight is not the end of a business day");
    assert_eq!(step(28 * 60 - 1), Step::Rest);
    let day = BusinessDay::new("2026-11-24").unwrap();
    assert_eq!(step(28 * 60), Step::RollOver { force: false, day }, "04:00 is");
}
