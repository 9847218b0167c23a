//! The promise and the simulated day alone: no journal, no wire, one core.

use crate::{
    Fault,
    figure::{Figure, Reach, median},
};
use planner::{
    engine::{Doing, Engine, Hall, Rule, Serving, Terms, Waiting},
    estimate::{Learner, Setup, Shift, newcomers},
};
use queue_core::{CounterPlan, LanePlan, Plan, Rules, ServicePlan, Skill};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

const WAITING: u32 = 300;
const COUNTERS: usize = 20;
const DAY_TICKETS: i64 = 3_000;
const ROUNDS: usize = 5;
const HOUR: i64 = 3_600_000;
const SERVICE: i64 = 210_000;

/// 300 people who wait, refreshed in one pass; a newcomer to every class; and a day of 3,000 through the rule.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    let rule = Rule::new(&plan());
    let setup = Setup {
        mean_minutes: vec![3.5; rule.services],
        shifts: vec![Shift::default(); rule.counters.len()],
        open: 8 * HOUR,
        close: 18 * HOUR,
        appointment_lane: None,
        late_lane: 0,
        grace: 0,
        rule,
    };
    let (at, hall) = (10 * HOUR, full(&setup.rule)?);
    let learner = Learner::new(&setup);
    let classes: Vec<usize> = (0..setup.rule.classes()).collect();
    let (mut passes, mut asks, mut days) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let found = learner.estimate_all(&setup, &hall, at, 7).len();
        passes.push(began.elapsed().as_secs_f64());
        if found != usize::try_from(WAITING)? {
            return Err(format!("{found} estimates for {WAITING} tickets").into());
        }
        let outlook = learner.outlook(&setup, at, &hall);
        let began = Instant::now();
        newcomers(&setup, &outlook, &hall, at, &classes, 7);
        asks.push(began.elapsed().as_secs_f64());
        let began = Instant::now();
        let calls = day(&setup.rule)?;
        days.push(began.elapsed().as_secs_f64());
        if calls != DAY_TICKETS {
            return Err(format!("{calls} calls for {DAY_TICKETS} tickets").into());
        }
    }
    let pass = median(passes);
    Ok(vec![
        Figure::new("300 waiting estimated anew, 20 counters, one core", pass, "s", Reach::AtMost(0.5)),
        Figure::new("  the same, a ticket", pass * 1_000.0 / f64::from(WAITING), "ms", Reach::AtMost(1.0)),
        Figure::new("  a newcomer to each of 16 classes behind them", median(asks), "s", Reach::Beside),
        Figure::new("a simulated day of 3,000 tickets", median(days), "s", Reach::AtMost(0.1)),
    ])
}

/// A full hall: every counter busy, everybody else in four services and four lanes.
fn full(rule: &Rule) -> Result<Hall, Fault> {
    let mut hall = Hall::new(rule);
    for tag in 0..WAITING {
        let class = usize::try_from(tag)? % rule.classes();
        hall.wait(class, Waiting { origin: 9 * HOUR + i64::from(tag) * 10_000, seq: tag, tag });
    }
    for counter in 0..rule.counters.len() {
        let ticket = Waiting { origin: 9 * HOUR, seq: 0, tag: u32::MAX };
        let since = 10 * HOUR - i64::try_from(counter)? * 10_000;
        hall.set(counter, Doing::Busy(Serving { ticket, class: counter % rule.classes(), since }));
    }
    Ok(hall)
}

/// Plays a day of arrivals and services through the rule; how many were called.
fn day(rule: &Rule) -> Result<i64, Fault> {
    let terms = Terms { grace: 0, late_lane: None, return_penalty: 0, pin: 0 };
    let mut engine = Engine::new(Arc::new(rule.clone()), terms);
    for counter in 0..rule.counters.len() {
        engine.open(8 * HOUR, counter);
    }
    let mut ends: BTreeSet<(i64, usize)> = BTreeSet::new();
    let (mut issued, mut calls) = (0, 0);
    loop {
        let arrival = (issued < DAY_TICKETS).then_some(8 * HOUR + issued * 10 * HOUR / DAY_TICKETS);
        let end = ends.first().map(|(at, _)| *at);
        let wake = engine.next_wake(end.or(arrival).unwrap_or(0));
        let Some(at) = [arrival, end, wake].into_iter().flatten().min() else { return Ok(calls) };
        if end == Some(at) {
            if let Some((_, counter)) = ends.pop_first() {
                engine.finish(at, counter);
            }
        } else if arrival == Some(at) {
            let number = usize::try_from(issued)?;
            engine.issue(at, number % rule.services, number / 4 % rule.lanes.len(), None)?;
            issued += 1;
        }
        engine.assign(at, |_, call| {
            calls += 1;
            ends.insert((at + SERVICE + i64::from(call.serving.ticket.tag % 7) * 5_000, call.counter));
        });
    }
}

/// Four services in four lanes; a quarter of the counters helps out only after eight minutes.
fn plan() -> Plan {
    let names = ["a", "b", "c", "d"];
    let service = |id: &str| ServicePlan { id: id.into(), series: id.to_uppercase(), mean_s: 210, quota: None };
    let lane = |(id, target): (&str, u32)| LanePlan {
        id: id.into(),
        h100: 0,
        p100: 1_500 / i64::from(target),
        guard_after_ms: 45 * 60_000,
        share1000: if target == 15 { 250 } else { 0 },
        target_s: target * 60,
    };
    let counter = |number: usize| {
        let delay_ms = Some(if number.is_multiple_of(4) { 480_000 } else { 0 });
        let skill = |service: &&str| Skill { service: Some((*service).into()), lane: None, delay_ms };
        CounterPlan {
            id: number.to_string().as_str().into(),
            skills: names.iter().map(skill).collect(),
            affinity: BTreeMap::default(),
            auto_next: false,
        }
    };
    Plan {
        services: names.into_iter().map(service).collect(),
        lanes: [("regular", 15), ("priority", 6), ("vip", 3), ("appointment", 5)].into_iter().map(lane).collect(),
        counters: (0..COUNTERS).map(counter).collect(),
        rules: Rules::default(),
    }
}
