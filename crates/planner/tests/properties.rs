//! What `DISCIPLINE` §1 promises of the rule, on random worlds. The naive model is another implementation; the engine
//! agrees with it call by call, so a property of its states is one of the engine's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
// How long to test is asked of the environment; the crate itself asks it nothing.
#![allow(clippy::disallowed_methods)]

mod naive;
mod worlds;

use naive::{Choice, Naive};
use planner::{
    engine::{Engine, Rule, Terms},
    formats::{self, BranchConfig, TimeUnit, TraceEvent, read_events},
    random::Random,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;
use worlds::World;

const SERVICES: [&str; 3] = ["A", "B", "C"];

/// All counters alike: every service at once.
fn pooled(mut config: Value) -> Value {
    for counter in config["counters"].as_object_mut().unwrap().values_mut() {
        counter["skills"] = json!({ "A/*": 0, "B/*": 0, "C/*": 0 });
        counter["affinity"] = json!({});
    }
    config
}

fn set_lanes(config: &mut Value, set: impl Fn(&mut Value, i64)) {
    config["lanes"].as_object_mut().unwrap().values_mut().for_each(|lane| {
        let rank = lane["rank"].as_i64().unwrap();
        set(lane, rank);
    });
}

fn naive_of(config: &Value) -> Naive {
    let branch: BranchConfig = serde_json::from_value(config.clone()).unwrap();
    let plan = branch.plan(TimeUnit::Second, &SERVICES.map(str::to_owned)).unwrap();
    Naive::new(plan, config["appt_grace"].as_i64().unwrap() * 1_000, "REG")
}

/// Plays a day in the naive model, showing it before each call and after each event; answers the calls.
fn watch(
    world: &World,
    mut before: impl FnMut(&Naive, i64, usize, Choice),
    mut after: impl FnMut(&Naive, &TraceEvent),
) -> Value {
    let mut naive = naive_of(&world.config);
    let mut calls = Vec::new();
    for event in read_events(TimeUnit::Second, &world.events).unwrap() {
        naive.book(&event);
        while let Some((counter, choice)) = naive.next_call(event.at) {
            before(&naive, event.at, counter, choice);
            let k = naive.plan.counters[counter].id.to_string();
            calls.push(json!([event.written, k, naive.tickets[choice.0].id, choice.1]));
            naive.call(event.at, counter, choice);
        }
        after(&naive, &event);
    }
    Value::Array(calls)
}

fn engine_calls(world: &World) -> Value {
    serde_json::to_value(formats::answer_trace(&world.file()).unwrap()).unwrap()["calls"].clone()
}

/// P3, P5, P8 and P9: what holds of every single choice.
fn judge_choice(naive: &Naive, at: i64, counter: usize, (place, why): Choice, chance: u64) {
    if why == "pin" {
        return;
    }
    let called = &naive.tickets[place];
    let plan = &naive.plan.counters[counter];
    let law = naive.lane(called);
    for other in naive.eligible(counter, at).into_iter().filter(|other| *other != place) {
        let left = &naive.tickets[other];
        if (&left.service, &left.lane) == (&called.service, &called.lane) {
            assert!((called.origin, called.number) < (left.origin, left.number), "P3: {called:?} passed {left:?}");
        }
        if why == "points" {
            let theirs = naive.lane(left);
            let ahead = law.h100 + plan.affinity(&law.id) - theirs.h100 - plan.affinity(&theirs.id);
            let bound = (law.p100 - theirs.p100) * (at - left.origin) + 60_000 * ahead;
            assert!(law.p100 * (called.origin - left.origin) <= bound, "P5: {called:?} passed {left:?}");
        }
    }
    let mut raised = naive.clone();
    let lane = raised.plan.lanes.iter_mut().find(|lane| lane.id.as_str() == called.lane).unwrap();
    lane.h100 += i64::try_from(chance % 5_000).unwrap();
    let now = raised.choose(counter, at).unwrap();
    assert_eq!(raised.tickets[now.0].lane, called.lane, "P8");
    if naive.plan.lanes.iter().all(|lane| lane.share1000 == 0) {
        let mut fewer = naive.clone();
        let gone = usize::try_from(chance).unwrap_or(usize::MAX) % fewer.tickets.len();
        if gone != place {
            fewer.tickets[gone].waiting = false;
            assert_eq!(fewer.choose(counter, at), Some((place, why)), "P9");
        }
    }
}

/// More than ten thousand worlds over all properties; another number for each by `PROPTEST_CASES`.
fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").is_ok();
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { default } else { ProptestConfig { cases: count, ..default } }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn p1_p2_p3_p5_p8_p9_hold_of_every_choice(seed: u64, guarded: bool) {
        let mut random = Random::new(seed);
        let mut config = worlds::config(&mut random);
        if !guarded {
            set_lanes(&mut config, |lane, _| lane["share1000"] = json!(0));
        }
        let world = worlds::day_in(config, &mut random, 40);
        let calls = watch(
            &world,
            |naive, at, counter, choice| judge_choice(naive, at, counter, choice, random.bits() >> 1),
            |naive, event| {
                let idle = (0..naive.counters.len()).filter(|counter| naive.counters[*counter].idle);
                for counter in idle {
                    assert!(naive.eligible(counter, event.at).is_empty(), "P2: counter {counter} at {}", event.at);
                }
            },
        );
        let ours = engine_calls(&world);
        prop_assert!(ours == calls, "P1: {}\n{ours}\n{calls}", world.file());
        prop_assert!(engine_calls(&world) == ours, "P1: another run, other calls");
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn p6_a_lane_past_its_limit_gets_its_share(seed: u64) {
        let mut random = Random::new(seed);
        let config = pooled(worlds::config(&mut random));
        let world = worlds::day_in(config, &mut random, 60);
        let lanes = world.config["lanes"].as_object().unwrap().len();
        let most_behind = -1_000 * i64::try_from(lanes).unwrap();
        // By lane: the worst sum of (received − share) over the calls that end here, in 1/1000 calls.
        let mut worst = vec![0_i64; lanes];
        watch(
            &world,
            |naive, at, counter, (place, why)| {
                for (lane, worst) in worst.iter_mut().enumerate().filter(|_| why != "pin") {
                    let law = &naive.plan.lanes[lane];
                    let got = if naive.tickets[place].lane == law.id.as_str() { 1_000 } else { 0 };
                    let accrues = naive.accrues(lane, counter, at);
                    *worst = if accrues { (*worst).min(0) + got - law.share1000 } else { 0 };
                    assert!(*worst > most_behind, "lane {lane} is {worst} behind at {at}");
                }
            },
            |_, _| (),
        );
    }

    #[test]
    fn p7_the_hour_and_the_unit_of_points_do_not_matter(seed: u64, shift in -100_000_i64..100_000, by in 1_i64..20, up in -500_i64..500) {
        let mut random = Random::new(seed);
        let world = worlds::world(&mut random, 40);
        let calls = engine_calls(&world);
        let mut later = World { config: world.config.clone(), events: world.events.clone(), wakes: Vec::new() };
        for event in &mut later.events {
            event[0] = json!(event[0].as_i64().unwrap() + shift);
            if let Some(appt) = event[2].get("appt").and_then(Value::as_i64) {
                event[2]["appt"] = json!(appt + shift);
            }
        }
        let mut shifted = engine_calls(&later);
        for call in shifted.as_array_mut().unwrap() {
            call[0] = json!(call[0].as_i64().unwrap() - shift);
        }
        prop_assert!(shifted == calls, "P7: shift");
        let mut scaled = World { config: world.config.clone(), events: world.events, wakes: Vec::new() };
        set_lanes(&mut scaled.config, |lane, _| {
            lane["h100"] = json!(lane["h100"].as_i64().unwrap() * by + up);
            lane["p100"] = json!(lane["p100"].as_i64().unwrap() * by);
        });
        for counter in scaled.config["counters"].as_object_mut().unwrap().values_mut() {
            counter["affinity"].as_object_mut().unwrap().values_mut().for_each(|b| *b = json!(b.as_i64().unwrap() * by));
        }
        // Affinity decides between counters, too, but only by its order.
        prop_assert!(engine_calls(&scaled) == calls, "P7: scale");
    }

    #[test]
    fn p10_presets_are_fifo_and_strict_priority(seed: u64, strict: bool) {
        let mut random = Random::new(seed);
        let mut config = pooled(worlds::config(&mut random));
        set_lanes(&mut config, |lane, rank| {
            let head_start = if strict { rank * 1_000_000 } else { 0 };
            *lane = json!({ "rank": rank, "h100": head_start, "p100": 100, "guard_after": 0, "share1000": 0 });
        });
        let world = worlds::day_in(config, &mut random, 40);
        let calls = watch(
            &world,
            |naive, at, counter, (place, why)| {
                let order = |place: usize| {
                    let ticket = &naive.tickets[place];
                    let class = if strict { -naive.lane(ticket).h100 } else { 0 };
                    (class, ticket.origin, ticket.number)
                };
                let first = naive.eligible(counter, at).into_iter().min_by_key(|place| order(*place));
                assert!(why == "pin" || first == Some(place), "{place} was called before {first:?} at {at}");
            },
            |_, _| (),
        );
        prop_assert!(engine_calls(&world) == calls);
    }
}

/// A lobby of alike counters and three lanes of these head starts, speeds and shares.
fn pool(counters: usize, lanes: &[(i64, i64, i64)]) -> Engine {
    let counters: serde_json::Map<String, Value> =
        (0..counters).map(|k| (format!("K{k}"), json!({ "skills": { "A/*": 0 } }))).collect();
    let lanes: serde_json::Map<String, Value> = (0..)
        .zip(lanes)
        .map(|(lane, (h, p, s)): (usize, _)| {
            (format!("L{lane}"), json!({ "h100": h, "p100": p, "guard_after": 60, "share1000": s }))
        })
        .collect();
    let config: BranchConfig = serde_json::from_value(json!({ "lanes": lanes, "counters": counters })).unwrap();
    let plan = config.plan(TimeUnit::Second, &["A".to_owned()]).unwrap();
    Engine::new(Arc::new(Rule::new(&plan)), Terms { grace: 0, late_lane: None, return_penalty: 0, pin: 0 })
}

/// When calls are made, with people coming at `comes` and the n-th call's service lasting `lasts[n]`.
fn instants(mut engine: Engine, comes: &[(i64, usize)], lasts: &[i64]) -> Vec<i64> {
    let mut calls = Vec::new();
    let mut ends: Vec<(i64, usize)> = (0..engine.rule().counters.len()).map(|k| (0, k)).collect();
    let mut comes = comes.iter().peekable();
    loop {
        ends.sort_unstable();
        let next_end = ends.first().copied();
        let arrives = comes.peek().is_some_and(|(at, _)| next_end.is_none_or(|(end, _)| *at <= end));
        let at = if arrives {
            let (at, lane) = *comes.next().unwrap();
            engine.issue(at, 0, lane, None).unwrap();
            at
        } else {
            let Some((end, counter)) = next_end else { return calls };
            ends.remove(0);
            engine.finish(end, counter);
            end
        };
        engine.assign(at, |_, call| {
            ends.push((at + lasts[calls.len()], call.counter));
            calls.push(at);
        });
    }
}

type LaneLaw = (i64, i64, i64);

fn lane_laws() -> impl Strategy<Value = Vec<LaneLaw>> {
    proptest::collection::vec((0_i64..5_000, 1_i64..1_000, 0_i64..=333), 3)
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn p4_only_a_faster_lane_takes_the_lead(
        comes in proptest::collection::vec((0_i64..3_600_000, 0_usize..3), 2..12),
        mut lanes in lane_laws(),
        later in 1_i64..7_200_000,
    ) {
        for lane in &mut lanes {
            lane.2 = 0;
        }
        let mut engine = pool(1, &lanes);
        for (at, lane) in comes {
            engine.issue(at, 0, lane, None).unwrap();
        }
        let leader = |at: i64| {
            let mut asked = engine.clone();
            asked.open(at, 0);
            let mut first = None;
            asked.assign(at, |ticket, _| first = Some(ticket));
            first.unwrap()
        };
        let speed = |ticket: usize| lanes[engine.rule().lane(engine.tickets()[ticket].class)].1;
        let (first, then) = (leader(3_600_000), leader(3_600_000 + later));
        prop_assert!(first == then || speed(then) > speed(first));
    }

    #[test]
    fn p12_lanes_share_out_the_calls_and_make_none(
        mut comes in proptest::collection::vec((0_i64..600_000, 0_usize..3), 1..40),
        lasts in proptest::collection::vec(1_i64..300_000, 40),
        counters in 1_usize..4,
        one in lane_laws(),
        other in lane_laws(),
    ) {
        comes.sort_unstable();
        let ours = instants(pool(counters, &one), &comes, &lasts);
        prop_assert_eq!(ours.len(), comes.len());
        prop_assert_eq!(ours, instants(pool(counters, &other), &comes, &lasts));
    }
}
