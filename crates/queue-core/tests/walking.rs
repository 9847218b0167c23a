//! Walking a line: presses are ticked in place of being obeyed, and what came through is a fact.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
use queue_core::*;
use support::{Teller, plan, wishes};

const NEXT: u16 = 1;
const RECALL: u16 = 2;

fn unit(counter: &str) -> WalkUnit {
    let desk = format!("desks/{counter}").into();
    WalkUnit { desk, counter: counter.into(), keys: vec![NEXT, RECALL], seen: Vec::new() }
}

fn walk(counters: &[&str]) -> Command {
    Command::StartWalk { line: "desks".into(), units: counters.iter().map(|counter| unit(counter)).collect() }
}

fn stop() -> Command {
    Command::StopWalk { line: "desks".into() }
}

fn press(counter: &str, seq: u16, key: u16) -> Command {
    let mark = PressMark { boot: 7, wraps: 0, seq };
    let desk = format!("desks/{counter}").into();
    Command::Press(Press { desk, counter: counter.into(), mark, key, stale: false, age_ms: Some(0) })
}

fn said(teller: &mut Teller, line: &str) {
    let wish = wishes::parse(teller, &line.split_whitespace().collect::<Vec<_>>());
    teller.wish(&wish).unwrap();
}

fn kinds(teller: &mut Teller, wish: &Command) -> Vec<&'static str> {
    teller.wish(wish).unwrap().facts.iter().map(Event::kind).collect()
}

#[test]
fn keys_are_ticked_and_the_last_one_ends_the_walk() {
    let mut teller = Teller::new(plan());
    said(&mut teller, "take cash");
    assert_eq!(kinds(&mut teller, &walk(&["1", "2"])), ["walk_started"]);
    assert_eq!(teller.wish(&walk(&["1", "2"])).unwrap(), Handled::default(), "the same again is no change");
    assert_eq!(teller.wish(&walk(&["3"])), Err(Refusal::WalkIsOn("desks".into())));
    // *next* at a closed counter would open it and call.
    assert_eq!(kinds(&mut teller, &press("1", 1, NEXT)), ["pressed"]);
    assert_eq!(kinds(&mut teller, &press("1", 1, NEXT)), [""; 0], "one press is one tick");
    assert_eq!(kinds(&mut teller, &press("1", 2, 99)), ["pressed"], "a key that it should not have is seen too");
    assert_eq!(kinds(&mut teller, &press("1", 3, RECALL)), ["pressed"]);
    assert!(teller.branch.walk_of(&"desks/1".into()).unwrap().is_complete());
    assert_eq!(teller.branch.waiting().values().sum::<usize>(), 1, "nobody was called");
    // A counter that is not walked works as ever.
    assert_eq!(kinds(&mut teller, &press("3", 1, NEXT)), ["counter_opened", "called", "pressed"]);
    assert_eq!(kinds(&mut teller, &press("2", 1, RECALL)), ["pressed"]);
    assert_eq!(kinds(&mut teller, &press("2", 2, NEXT)), ["pressed", "line_walked"]);
    assert_eq!(teller.branch.walk(&"desks".into()), None);
    let found = teller.branch.walked(&"desks/1".into()).unwrap();
    assert_eq!(found.unit.seen, [NEXT, 99, RECALL]);
    // And from here on keys are obeyed again.
    assert_eq!(kinds(&mut teller, &press("1", 4, NEXT))[0], "counter_opened");
}

#[test]
fn a_counter_with_a_customer_is_not_walked() {
    let mut teller = Teller::new(plan());
    for line in ["take cash", "open 1", "next 1"] {
        said(&mut teller, line);
    }
    assert_eq!(teller.wish(&walk(&["1", "2"])), Err(Refusal::CustomersThere(vec!["1".into()])));
    assert_eq!(kinds(&mut teller, &walk(&["2"])), ["walk_started"], "the others may be walked");
    assert_eq!(teller.wish(&walk(&[])), Err(Refusal::NothingToWalk("desks".into())));
}

#[test]
fn a_walk_is_stopped_or_forgotten_and_keeps_what_it_found() {
    let mut teller = Teller::new(plan());
    kinds(&mut teller, &walk(&["1", "2"]));
    kinds(&mut teller, &press("1", 1, NEXT));
    assert_eq!(kinds(&mut teller, &stop()), ["line_walked"]);
    assert_eq!(kinds(&mut teller, &stop()), [""; 0], "nothing is on");
    let seen = |teller: &Teller, desk: &str| teller.branch.walked(&desk.into()).map(|walked| walked.unit.seen.clone());
    assert_eq!((seen(&teller, "desks/1"), seen(&teller, "desks/2")), (Some(vec![NEXT]), None));

    // Begun again by mistake: what is known stays.
    kinds(&mut teller, &walk(&["1", "2"]));
    let until = teller.branch.walk(&"desks".into()).unwrap().until;
    assert_eq!(teller.branch.next_wake(teller.at), Some(until));
    teller.at = Timestamp(until.0 - 1);
    assert!(!teller.branch.is_due(teller.at));
    kinds(&mut teller, &press("2", 1, RECALL));
    let later = teller.branch.walk(&"desks".into()).unwrap().until;
    assert!(later > until, "a key keeps it alive");
    teller.at = later;
    assert!(teller.branch.is_due(teller.at));
    let forgotten = teller.wish(&Command::Wake).unwrap().facts;
    assert!(matches!(forgotten.as_slice(), [Event::LineWalked { end: WalkEnd::Forgotten, .. }]), "{forgotten:?}");
    assert_eq!(seen(&teller, "desks/1"), Some(vec![NEXT]));
    assert_eq!(seen(&teller, "desks/2"), Some(vec![RECALL]));
}
