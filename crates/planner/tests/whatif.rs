//! What-if files: profiles, changes, the search for staffing, and mistakes in them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use planner::{
    formats::WhatifFile,
    random::Random,
    whatif::{Law, Profile, Scenario, staff, tables},
};
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("../../../config/demo/whatif.json");

fn sample(change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(SAMPLE).unwrap();
    change(&mut file);
    file.to_string()
}

fn scenario(text: &str, seed: u64) -> Scenario {
    match WhatifFile::parse(text, seed).unwrap() {
        WhatifFile::Profile(scenario) => *scenario,
        WhatifFile::Journal(question) => panic!("{question:?}"),
    }
}

#[test]
fn what_is_drawn_is_what_is_usual() {
    let asked = scenario(&sample(|file| file["search"] = json!(false)), 1);
    let lanes = asked.plan.lanes.len();
    let come: usize = asked.days.iter().map(|day| day.customers.len()).sum();
    // The sum of the sample's arrivals is 247.6 a day; the standard error of 100 days is 1.6.
    assert!((243.0..252.0).contains(&(f64::from(u32::try_from(come).unwrap()) / 100.0)), "{come}");
    let cash = asked.plan.services.iter().position(|service| service.id.as_str() == "cash").unwrap();
    let legs = asked.days.iter().flat_map(|day| &day.customers).flat_map(|customer| &customer.legs);
    let lengths: Vec<i64> =
        legs.filter(|leg| leg.class / lanes == cash && leg.length != 45_000).map(|leg| leg.length).collect();
    let mean = lengths.iter().sum::<i64>() / i64::try_from(lengths.len()).unwrap();
    assert!((235_000..245_000).contains(&mean), "cash takes 240 s: {mean}");
    let again = |seed| scenario(&sample(|_| ()), seed).days;
    assert!(again(1) == asked.days, "one seed, one answer");
    assert!(again(2) != asked.days);
}

#[test]
fn one_more_counter_at_half_past_ten_helps_those_who_come_then() {
    let asked = scenario(
        &sample(|file| {
            file["change"] = json!("open:4@10:30-12:00");
            file["search"] = json!(false);
        }),
        1,
    );
    let answer = asked.answer();
    let regular = &answer.lanes[0];
    assert!(regular.changed.unwrap().wait_s < regular.as_is.wait_s);
    for half in &regular.half_hours {
        let (as_is, changed) = (half.as_is, half.changed.unwrap());
        assert!((changed.arrivals - as_is.arrivals).abs() < 1e-9, "the same people");
        match half.from.as_str() {
            // Those of ten o'clock partly wait until half past.
            before if before < "10:00" => assert_eq!(changed, as_is, "{before}: nobody knows yet"),
            "10:30" | "11:00" | "11:30" => assert!(changed.wait_s < 0.8 * as_is.wait_s, "{half:?}"),
            _ => {}
        }
    }
}

/// A search, and what its plan achieves on days that it has not seen: the worst share of a lane in a half hour in which
/// at least so many come a day, and the hours of open counters.
fn verified(scenario: &Scenario, goal: f64, at_least: f64) -> (f64, f64) {
    let (profile, _) = scenario.search.as_ref().unwrap();
    let law = Law::of(&scenario.plan);
    let staffed = staff(&law, profile, goal, 7, &|| true);
    assert!(staffed.reaches(goal), "{staffed:?}");
    let unseen = Profile { orders: staffed.orders.clone(), ..profile.clone() };
    let days: Vec<_> = (0..300).map(|day| unseen.draw(law.rule.lanes.len(), Random::seed_of(99, &[day]))).collect();
    let played: Vec<_> = days.iter().map(|day| day.play(&law)).collect();
    let mut worst: f64 = 1.0;
    for lane in tables(&law, days.iter().zip(&played)) {
        assert!(lane.day.never_called.abs() < 1e-9);
        for half in lane.half_hours.iter().filter(|half| half.measure.arrivals >= at_least) {
            worst = worst.min(half.measure.in_target);
        }
    }
    let open: usize = staffed.half_hours.iter().flat_map(|half| &half.open).sum();
    (worst, f64::from(u32::try_from(open).unwrap()) / 2.0)
}

#[test]
fn the_counters_that_a_search_opens_keep_the_target_on_days_it_has_not_seen() {
    let asked = scenario(SAMPLE, 3);
    let (worst, hours) = verified(&asked, 0.9, 0.5);
    // 92 % were kept on the days of the search; 150 customers have a standard error of 2 %.
    assert!(worst >= 0.87, "the worst half hour of a lane keeps {worst}");
    let load: f64 = 23.0;
    assert!(hours > load && hours < 2.2 * load, "{hours} counter hours for {load} hours of work");
    let (less, fewer) = verified(&asked, 0.6, 2.0);
    assert!(fewer < hours && less >= 0.55, "{fewer} {less}");
}

#[test]
fn what_all_counters_cannot_keep_is_said() {
    let asked = scenario(
        &sample(|file| {
            file["config"]["counters"].as_object_mut().unwrap().retain(|counter, _| counter == "1" || counter == "6");
            file["config"]["schedule"].as_object_mut().unwrap().retain(|counter, _| counter == "1" || counter == "6");
            file["change"] = json!("");
        }),
        1,
    );
    let answer = asked.answer();
    let staffing = answer.staffing.unwrap();
    assert!(!staffing.reached && staffing.half_hours.iter().any(|half| half.open == [1, 1]), "{staffing:?}");
    assert!(staffing.half_hours[4].in_target[0].unwrap() < 0.9);
}

#[test]
fn a_mistake_is_told_with_its_key() {
    let said = |text: &str| WhatifFile::parse(text, 1).unwrap_err().to_string();
    for (pointer, value, expected) in [
        ("/profile/arrivals/cash~1regular", json!([1, 2]), "profile: arrivals of `cash/regular`: 2 numbers for the 16"),
        ("/profile/arrivals/cash~1regular", json!(-1), "profile: arrivals of `cash/regular`: -1 customers"),
        ("/profile/arrivals", json!({}), "profile: `arrivals` is empty"),
        ("/profile/no_show", json!(1.5), "profile: `no_show` is 1.5"),
        ("/profile/days", json!(0), "profile: `days` is 0; it lies from 1"),
        ("/config/open", json!("25:00"), "config: `open`: \"25:00\" is no time of a day"),
        ("/config/close", json!("08:00"), "config: `close` (\"08:00\") does not come after `open` (\"09:00\")"),
        ("/config/services/cash/mean_s", json!(0), "config: service cash: `mean_s` is 0; it is over 0"),
        ("/config/schedule/1/breaks", json!([["12:00", "11:00"]]), "config: `schedule`: 1: the break"),
        ("/config/lanes/vip/target", json!(null), "config: lane vip: it has neither a speed `p100` nor a `target`"),
        ("/change", json!("open:12"), "change: `open:12`: there is no counter `12`; the branch has 1, 2"),
        ("/search", json!({ "goal": 2 }), "`search` is true, or {\"goal\": 0.9}"),
        ("/profile", json!(null), "write either `journal`"),
    ] {
        let text = sample(|file| *file.pointer_mut(pointer).unwrap() = value);
        let told = said(&text);
        assert!(told.starts_with(expected), "{pointer}\n  said {told}\n  not  {expected}");
    }
    let unknown = sample(|file| file["profile"]["arrivals"]["gold/regular"] = json!(1));
    assert!(said(&unknown).starts_with("profile: arrivals of `gold/regular`: service `gold` is not in the config"));
    assert!(said(&SAMPLE.replace("\"no_show\": 0.05", "\"no_show\": NaN")).contains("line "));
    let both = sample(|file| file["journal"] = json!("var/demo"));
    assert!(said(&both).starts_with("write either `journal`"));
}
