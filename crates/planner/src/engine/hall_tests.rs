//! The rule on halls of a few tickets; whole days are in `tests/recorded_days.rs`.

use super::*;
use crate::engine::{CounterRule, LaneRule, Skill};

fn ticket(tag: u32, origin: i64) -> Waiting {
    Waiting { origin, seq: tag, tag }
}

/// One lane, one service, two counters.
fn pair() -> Rule {
    let counter = |rank| CounterRule { skills: vec![Skill { class: 0, lane: 0, delay: 0, b100: 0 }], breadth: 1, rank };
    let lane = LaneRule { h100: 0, p100: 100, guard_after: 0, share1000: 0 };
    Rule { lanes: vec![lane], counters: vec![counter(0), counter(1)], services: 1 }
}

fn calls(hall: &mut Hall, rule: &Rule, at: i64) -> Vec<(usize, u32, CallReason)> {
    let mut calls = Vec::new();
    hall.assign(rule, at, |call| calls.push((call.counter, call.serving.ticket.tag, call.reason)));
    calls
}

#[test]
fn a_pin_goes_first_at_its_counter_and_waits_for_it_until_it_ends() {
    let rule = pair();
    let mut hall = Hall::new(&rule);
    hall.pin(Pinned { ticket: ticket(2, 50), class: 0, counter: 1, until: 900 });
    hall.set(0, Doing::Idle(0));
    assert_eq!(calls(&mut hall, &rule, 100), []);
    assert_eq!(hall.wake(&rule, 100), Some(900));
    hall.wait(0, ticket(1, 10));
    let mut other = hall.clone();
    other.set(0, Doing::Closed);
    other.set(1, Doing::Idle(100));
    assert_eq!(calls(&mut other, &rule, 100), [(1, 2, CallReason::Pin)]);
    assert_eq!(calls(&mut hall, &rule, 100), [(0, 1, CallReason::Points)]);
    hall.set(0, Doing::Idle(200));
    assert_eq!(calls(&mut hall, &rule, 900), [(0, 2, CallReason::Points)]);
    assert_eq!(hall.waiting().count(), 0);
}

#[test]
fn a_delay_is_waited_out_unless_the_hall_drains() {
    let mut rule = pair();
    rule.counters[0].skills[0].delay = 500;
    let mut hall = Hall::new(&rule);
    hall.set(0, Doing::Idle(0));
    hall.wait(0, ticket(1, 100));
    assert_eq!(calls(&mut hall, &rule, 599), []);
    assert_eq!(hall.wake(&rule, 599), Some(600));
    let mut draining = hall.clone();
    draining.drain();
    assert_eq!(calls(&mut draining, &rule, 599), [(0, 1, CallReason::Points)]);
    assert_eq!(calls(&mut hall, &rule, 600), [(0, 1, CallReason::Points)]);
    assert_eq!(hall.wake(&rule, 600), None);
}

#[test]
fn out_of_order_tickets_are_called_in_the_order_of_their_clocks() {
    let rule = pair();
    let mut hall = Hall::new(&rule);
    for (tag, origin) in [(1, 300), (2, 100), (3, 200), (4, 100)] {
        hall.wait(0, ticket(tag, origin));
    }
    let mut order = Vec::new();
    for at in 400..404 {
        hall.set(0, Doing::Idle(at));
        order.extend(calls(&mut hall, &rule, at).into_iter().map(|(_, tag, _)| tag));
    }
    assert_eq!(order, [2, 4, 3, 1]);
}
