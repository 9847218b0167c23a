//! The crowd's days: how many come when, how long they wait, and what the clerk finds when a number is called.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::float_cmp, clippy::cast_precision_loss)] // written numbers and small counts

use std::path::Path;
use std::time::Duration;

use counter::Key;
use firmware_sim::Config;
use firmware_sim::crowd::{Arrivals, Clerk, CrowdConfig, Guest, Room, Screen};
use firmware_sim::rng::Chance;

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;

fn demo() -> CrowdConfig {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/sim.toml");
    Config::load(&file).unwrap().crowd
}

fn hour(at: Duration) -> f64 {
    at.as_secs_f64() % DAY / HOUR
}

#[test]
fn arrivals_follow_the_profile_half_hour_by_half_hour() {
    let (days, every) = (400.0, 210.0);
    for name in ["quiet", "bank-day", "lunch-rush", "overload"] {
        let mut crowd = demo();
        crowd.choose(name).unwrap();
        let course = crowd.course();
        let mut arrivals = Arrivals::new(Duration::from_secs_f64(every), course.clone(), Chance::new(11, name));
        let mut all = Vec::new();
        while all.last().is_none_or(|at: &Duration| at.as_secs_f64() < days * DAY) {
            all.push(arrivals.next(hour));
        }
        for from in (0_u8..48).map(|half| f64::from(half) / 2.0) {
            let seen = all.iter().filter(|at| (from..from + 0.5).contains(&hour(**at))).count() as f64;
            let expected = days * course.factor(from) * HOUR / 2.0 / every;
            // Poisson: the deviation is the root. Five of them, over 4 × 48 cells, is one false alarm in ten thousand runs.
            let off = (seen - expected).abs();
            assert!(off <= 5.0 * expected.sqrt() + 1.0, "{name}, from {from} h: {seen} where {expected} are due");
        }
    }
}

#[test]
fn a_step_holds_until_the_next_and_over_midnight() {
    let crowd = Config::parse("[crowd]\nday = [[8, 0.5], [9.5, 2], [17, 0.25]]").unwrap().crowd;
    let course = crowd.course();
    let factors = [0.0, 7.99, 8.0, 9.49, 9.5, 16.9, 17.0, 23.9].map(|hour| course.factor(hour));
    assert_eq!(factors, [0.25, 0.25, 0.5, 0.5, 2.0, 2.0, 0.25, 0.25]);
}

#[test]
fn half_of_the_customers_have_less_patience_than_the_median() {
    let crowd = CrowdConfig { patience_min: Some(20.0), patience_spread: 0.5, ..CrowdConfig::default() };
    let mut chance = Chance::new(3, "patience");
    let mut minutes: Vec<f64> =
        (0..10_000).map(|_| crowd.patience(&mut chance).unwrap().as_secs_f64() / 60.0).collect();
    minutes.sort_by(f64::total_cmp);
    assert!((19.5..20.5).contains(&minutes[5_000]), "median {}", minutes[5_000]);
    // One deviation of the logarithm above the median: 84.1 % leave before that.
    let above = minutes.iter().filter(|minutes| **minutes > 20.0 * 0.5_f64.exp()).count();
    assert!((1_480..1_700).contains(&above), "{above} of 10000 wait longer than one deviation");
    assert_eq!(CrowdConfig::default().patience(&mut chance), None, "without a median, for ever");
}

#[test]
fn who_waits_long_comes_less_often() {
    let crowd = Config::parse("[crowd]\nno_show = 0.02\nno_show_after = [[15, 0.1], [30, 0.3]]").unwrap().crowd;
    let shares = [0, 14, 15, 29, 30, 300].map(|minutes| crowd.no_show_after(Duration::from_mins(minutes)));
    assert_eq!(shares, [0.02, 0.02, 0.1, 0.1, 0.3, 0.3]);
}

#[test]
fn the_room_knows_who_is_still_there() {
    let (room, minute) = (Room::default(), Duration::from_mins);
    room.sits("A001", minute(1));
    room.sits("A002", minute(2));
    assert_eq!(room.called("A009", minute(3)), Guest::Stranger);
    assert_eq!(room.called("A001", minute(9)), Guest::Here { waited: minute(8) });
    assert_eq!(room.called("A001", minute(20)), Guest::Here { waited: minute(8) }, "walking is not waiting");
    assert!(!room.leaves("A001"), "whoever was called stays");
    assert!(room.leaves("A002") && !room.leaves("A002"));
    assert_eq!(room.called("A002", minute(30)), Guest::Gone);
    room.sits("A002", minute(40));
    assert_eq!(room.called("A002", minute(41)), Guest::Here { waited: minute(1) }, "a new day, a new customer");
}

#[test]
fn a_call_box_shows_digits_and_means_whoever_waits_longest() {
    let (room, minute) = (Room::default(), Duration::from_mins);
    room.sits("B001", minute(1));
    room.sits("A001", minute(2));
    room.sits("A002", minute(3));
    assert_eq!(room.number_of("001").as_deref(), Some("B001"));
    room.called("B001", minute(4));
    assert_eq!(room.number_of("001").as_deref(), Some("A001"));
    assert!(room.leaves("A001"));
    assert_eq!(room.number_of("001").as_deref(), Some("A001"), "called after they left");
    assert_eq!((room.number_of("003"), room.number_of("")), (None, None));
}

#[test]
fn a_clerk_at_a_call_box_presses_only_what_it_has() {
    let people = CrowdConfig { no_show: 0.0, hold: 1.0, pause: 1.0, ..CrowdConfig::default() };
    let mut clerk = Clerk::new(people, Chance::new(5, "clerk"));
    let mut keys = Vec::new();
    for second in 0..3_600 {
        let text = if keys.is_empty() { "" } else { "A001" };
        let guest = Guest::Stranger;
        let screen = Screen { text, guest, waiting: 1, rater: false, person: false, call_box: true };
        keys.extend(clerk.look(Duration::from_secs(second), &screen));
    }
    assert!(keys.len() > 3 && keys.iter().all(|key| matches!(key, Key::Next | Key::Recall)), "{keys:?}");
}

/// Keys that a clerk presses while the display shows one number, for ten minutes.
fn pressed(people: &CrowdConfig, guest: Guest, seed: u64) -> Vec<Key> {
    let mut clerk = Clerk::new(people.clone(), Chance::new(seed, "clerk"));
    let screen = Screen { text: "A001", guest, waiting: 1, rater: false, person: false, call_box: false };
    let mut keys = Vec::new();
    for second in 0..600 {
        keys.extend(clerk.look(Duration::from_secs(second), &screen));
        if keys.last().is_some_and(|key| matches!(key, Key::NoShow | Key::Arrived)) {
            break;
        }
    }
    keys
}

#[test]
fn a_customer_who_left_is_called_twice_and_given_up() {
    let people = CrowdConfig { no_show: 0.0, recall: 0.0, ..CrowdConfig::default() };
    for seed in 0..20 {
        assert_eq!(pressed(&people, Guest::Gone, seed), [Key::Recall, Key::NoShow]);
        assert_eq!(pressed(&people, Guest::Stranger, seed), [Key::Arrived]);
    }
    let weary = CrowdConfig { no_show_after: vec![(30.0, 1.0)], ..people };
    let waited = |minutes| Guest::Here { waited: Duration::from_mins(minutes) };
    assert_eq!(pressed(&weary, waited(29), 1), [Key::Arrived]);
    assert_eq!(pressed(&weary, waited(31), 1), [Key::Recall, Key::NoShow]);
}

#[test]
fn mistakes_of_a_crowd_say_what_to_write() {
    let text = "[crowd]\nprofile = 'rush'\nday = [[9, 1], [8, 1]]\npatience_min = 0\nvip = 0.6\npriority = 0.6\n\
                no_show_after = [[30, 0.1], [15, 2]]\n[crowd.profiles.empty]\nday = [[0, 0]]\nload = -1\n";
    let found = Config::parse(text).unwrap_err();
    let all: Vec<_> = found.iter().map(|mistake| mistake.what.as_str()).collect();
    for word in [
        "`rush`",
        "hour 8",
        "patience_min",
        "priority + vip",
        "no_show_after",
        "nobody ever comes",
        "load = -1",
        "both",
    ] {
        assert!(all.iter().any(|what| what.contains(word) && what.contains([';'])), "{word} is not in {all:#?}");
    }
    assert_eq!(CrowdConfig::default().choose("rush").unwrap_err().matches("[crowd.profiles.NAME]").count(), 1);
}
