//! Days small enough to know what must come out.

use super::*;
use crate::change::Span;
use crate::engine::{CounterRule, LaneRule, Skill};
use crate::estimate::Staffing;
use crate::whatif::{Leg, Order};

const MINUTE: Millis = 60_000;

/// One service, two lanes of which the second is three times as fast, two counters that serve all.
fn law() -> Law {
    let lane = |p100| LaneRule { h100: 0, p100, guard_after: 0, share1000: 0 };
    let skills = vec![Skill { class: 0, lane: 0, delay: 0, b100: 0 }, Skill { class: 1, lane: 1, delay: 0, b100: 0 }];
    let counter = |rank| CounterRule { skills: skills.clone(), breadth: 1, rank };
    Law {
        rule: Rule { lanes: vec![lane(100), lane(300)], counters: vec![counter(0), counter(1)], services: 1 },
        targets: vec![15 * MINUTE, 5 * MINUTE],
        return_penalty: 5 * MINUTE,
        pin: 15 * MINUTE,
    }
}

fn leg(class: usize, minutes: i64) -> Leg {
    Leg { class, pin: None, length: minutes * MINUTE, turnaround: 0, end: LegEnd::Served }
}

fn comes(minute: i64, legs: Vec<Leg>) -> Customer {
    Customer { at: minute * MINUTE, origin: minute * MINUTE, legs, gives_up: None }
}

fn order(minute: i64, counter: usize, duty: Duty) -> Order {
    Order { at: minute * MINUTE, counter, duty }
}

fn called(day: &Day) -> Vec<Option<i64>> {
    day.play(&law()).called.into_iter().map(|at| at.map(|at| at / MINUTE)).collect()
}

fn day(customers: Vec<Customer>, orders: Vec<Order>) -> Day {
    Day { customers, orders, close: None }
}

#[test]
fn customers_keep_their_lengths_and_lanes_their_speeds() {
    let people = vec![comes(0, vec![leg(0, 10)]), comes(1, vec![leg(0, 10)]), comes(5, vec![leg(1, 4)])];
    let one = day(people, vec![order(0, 0, Duty::Open)]);
    // At 10 the regular one has waited 9 minutes, the fast one 5 that count three times.
    assert_eq!(called(&one), [Some(0), Some(14), Some(10)]);
    let two = one.told(&[(1, Staffing::Open, Span { from: Some(2 * MINUTE), until: None })]);
    assert_eq!(called(&two), [Some(0), Some(2), Some(10)]);
}

#[test]
fn a_counter_is_told_and_finishes_first() {
    let people: Vec<Customer> = (0..5).map(|minute| comes(minute, vec![leg(0, 10)])).collect();
    let told = |orders| called(&day(people.clone(), orders));
    assert_eq!(told(vec![]), [None; 5]);
    let close = vec![order(0, 0, Duty::Open), order(5, 0, Duty::Close)];
    assert_eq!(told(close), [Some(0), None, None, None, None]);
    let pause = vec![order(0, 0, Duty::Open), order(5, 0, Duty::Pause(30 * MINUTE))];
    assert_eq!(told(pause), [Some(0), Some(40), Some(50), Some(60), Some(70)]);
    let again = vec![order(0, 0, Duty::Open), order(5, 0, Duty::Close), order(25, 0, Duty::Open)];
    assert_eq!(told(again), [Some(0), Some(25), Some(35), Some(45), Some(55)]);
    let slow: Vec<Customer> =
        people.iter().map(|one| comes(one.at / MINUTE, vec![Leg { turnaround: MINUTE, ..one.legs[0] }])).collect();
    assert_eq!(called(&day(slow, vec![order(0, 0, Duty::Open)])), [Some(0), Some(11), Some(22), Some(33), Some(44)]);
}

#[test]
fn further_legs_keep_the_time_and_a_no_show_comes_back() {
    let on = comes(0, vec![leg(0, 10), Leg { pin: Some(1), ..leg(0, 10) }]);
    let sent = day(vec![on, comes(1, vec![leg(0, 5)])], vec![order(0, 0, Duty::Open), order(12, 1, Duty::Open)]);
    assert_eq!(sent.play(&law()).end, 22 * MINUTE, "the second leg waits for its counter");
    let miss = Leg { end: LegEnd::Missed { back_after: 3 * MINUTE, to_the_tail: false }, ..leg(0, 1) };
    let back = |to_the_tail| {
        let end = LegEnd::Missed { back_after: 3 * MINUTE, to_the_tail };
        let first = comes(0, vec![Leg { end, ..miss }, leg(0, 10)]);
        let people = vec![first, comes(0, vec![leg(0, 20)]), comes(6, vec![leg(0, 7)])];
        called(&day(people, vec![order(0, 0, Duty::Open)]))
    };
    // Back at 4 with a clock of 0 + 3 + 5: behind the one of 6. With a clock of 4: before.
    assert_eq!(back(false), [Some(0), Some(1), Some(21)]);
    assert_eq!(back(true), [Some(0), Some(1), Some(31)]);
}

#[test]
fn who_gives_up_is_not_called_and_whoever_is_never_called_waits_to_the_end() {
    let mut gone = comes(1, vec![leg(0, 10)]);
    gone.gives_up = Some(5 * MINUTE);
    let people = vec![comes(0, vec![leg(0, 10)]), gone, comes(2, vec![leg(0, 10)])];
    let one = day(people, vec![order(0, 0, Duty::Open), order(20, 0, Duty::Close)]);
    let played = one.play(&law());
    assert_eq!(played.called, [Some(0), None, Some(10 * MINUTE)]);
    let table = &crate::whatif::tables(&law(), [(&one, &played)])[0];
    assert!((table.day.arrivals - 3.0).abs() < 1e-9 && (table.day.never_called - 1.0).abs() < 1e-9);
    assert!((table.day.wait_s - (0.0 + 240.0 + 480.0) / 3.0).abs() < 1e-9, "{table:?}");
    assert!((table.day.p90_s - 480.0).abs() < 1e-9 && (table.day.in_target - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(table.half_hours.len(), 1);
}

#[test]
fn a_change_of_counters_ends_as_the_day_went_on() {
    let plain = day(
        vec![comes(0, vec![leg(0, 1)])],
        vec![
            order(0, 0, Duty::Open),
            order(20, 0, Duty::Pause(MINUTE)),
            order(30, 1, Duty::Open),
            order(60, 0, Duty::Close),
        ],
    );
    let span = |from, until| Span { from: Some(from * MINUTE), until: Some(until * MINUTE) };
    let orders = |counter, staffing, span| plain.told(&[(counter, staffing, span)]).orders;
    let shut = orders(0, Staffing::Close, span(10, 40));
    assert_eq!(
        shut[1..],
        [order(10, 0, Duty::Close), order(30, 1, Duty::Open), order(40, 0, Duty::Open), order(60, 0, Duty::Close),]
    );
    let open = orders(0, Staffing::Open, Span::default());
    assert_eq!(open, [order(0, 0, Duty::Open), order(20, 0, Duty::Pause(MINUTE)), order(30, 1, Duty::Open)]);
    assert_eq!(orders(1, Staffing::Open, span(5, 10))[1..3], [order(5, 1, Duty::Open), order(10, 1, Duty::Close)]);
}
