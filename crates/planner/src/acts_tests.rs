//! Acts on a hall small enough to know which of them helps.

use super::*;
use queue_core::{LanePlan, Rules, ServicePlan, Skill};
use std::cell::Cell;

/// Cash and loans; counters 1 and 2 take cash, 3 loans, 4 everything.
fn plan() -> Plan {
    let lane = LanePlan { id: "regular".into(), h100: 0, p100: 100, guard_after_ms: 0, share1000: 0, target_s: 900 };
    let service = |id: &str| ServicePlan { id: id.into(), series: id.to_owned(), mean_s: 240, quota: None };
    let counter = |id: &str, services: &[&str]| CounterPlan {
        id: id.into(),
        skills: services
            .iter()
            .map(|service| Skill { service: Some((*service).into()), lane: None, delay_ms: Some(0) })
            .collect(),
        affinity: [].into(),
        auto_next: false,
    };
    Plan {
        services: vec![service("cash"), service("loan")],
        lanes: vec![lane],
        counters: vec![
            counter("1", &["cash"]),
            counter("2", &["cash"]),
            counter("3", &["loan"]),
            counter("4", &["cash", "loan"]),
        ],
        rules: Rules::default(),
    }
}

fn words(states: &[CounterState]) -> Vec<String> {
    candidates(&plan(), states).iter().map(ToString::to_string).collect()
}

#[test]
fn every_kind_of_act_is_thought_of_and_none_that_changes_nothing() {
    use CounterState::{Closed, Open, Paused, Pausing};
    assert_eq!(words(&[Closed, Closed, Open, Paused]), ["open:4", "open:1", "help:3:cash:5", "move:3:cash"]);
    // Counter 2 takes what 1 takes: one of them is enough. Who serves everything cannot help more.
    assert_eq!(
        words(&[Open, Open, Pausing, Open]),
        ["help:1:loan:5", "help:3:cash:5", "move:1:loan", "move:3:cash", "move:4:cash", "move:4:loan"]
    );
    assert_eq!(words(&[Paused, Paused, Paused, Paused]).len(), 3);
}

#[test]
fn a_large_hall_is_not_looked_at_for_ever() {
    let mut plan = plan();
    for n in 10..300_u32 {
        let id = n.to_string();
        let delay = Some(i64::from(n) * 1_000_000);
        let skills = vec![Skill { service: Some("cash".into()), lane: None, delay_ms: delay }];
        plan.counters.push(CounterPlan { id: id.as_str().into(), skills, affinity: [].into(), auto_next: false });
    }
    let states = vec![CounterState::Closed; plan.counters.len()];
    assert_eq!(candidates(&plan, &states).len(), MOST);
}

#[test]
fn changes_are_typed_as_they_are_read() {
    for text in ["open:1", "close:2@15:00", "open:4@10:30-12:00", "move:3:cash+loan", "help:3:cash:8", "rule:fifo"] {
        assert_eq!(Change::parse(text, &plan()).unwrap().to_string(), text);
    }
    let joined = "help:3:cash:8,lane:regular:target=5";
    assert_eq!(Change::parse(joined, &plan()).unwrap().to_string(), joined);
    for bad in ["help:3", "help:3:cash", "help:3:tea:5", "help:9:cash:5", "help:3:cash:soon", "help:3:cash:5:1"] {
        Change::parse(bad, &plan()).unwrap_err();
    }
}

#[test]
fn help_is_given_later_and_takes_nothing_away() {
    let helped = Change::parse("help:3:cash+loan:8", &plan()).unwrap().plan(&plan());
    let third = &helped.counters[2];
    assert_eq!(third.delay(&"loan".into(), &"regular".into()), Some(0), "its own as before");
    assert_eq!(third.delay(&"cash".into(), &"regular".into()), Some(480_000));
}

fn toll(late: f64, wait_s: f64) -> Toll {
    Toll { people: 20.0, late, wait_s }
}

#[test]
fn those_who_spare_most_people_come_first_and_what_helps_nobody_is_left_out() {
    use CounterState::{Closed, Open};
    let changes = candidates(&plan(), &[Closed, Closed, Open, Closed]);
    let of = |change: &Change| match change.to_string().as_str() {
        "open:1" => toll(4.0, 9_000.0),
        "open:4" => toll(2.0, 8_000.0),
        // The same people, and less of a wait.
        "help:3:cash:5" => toll(6.0, 7_000.0),
        // Somebody pays for it.
        "move:3:cash" => toll(7.0, 5_000.0),
        other => panic!("{other} was not thought of"),
    };
    let ranked = rank(toll(6.0, 10_000.0), changes.clone(), of, || true);
    let names: Vec<String> = ranked.iter().map(|act| act.change.to_string()).collect();
    assert_eq!(names, ["open:4", "open:1", "help:3:cash:5"]);
    assert!(rank(toll(6.0, 10_000.0), changes.clone(), |_| toll(3.0, 11_000.0), || true).is_empty(), "others pay");
    assert!(rank(toll(2.0, 8_000.0), changes.clone(), |_| toll(2.0, 8_000.0), || true).is_empty());

    let left = Cell::new(2);
    let ranked = rank(toll(6.0, 10_000.0), changes, of, || left.replace(left.get() - 1) > 0);
    assert_eq!(ranked.len(), 2, "what was found until time was up");
}
