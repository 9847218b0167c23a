//! Decide and apply alone: no disk, no wire.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
};
use queue_core::{
    Actor, Branch, BusinessDay, Command, CounterPlan, IssueWish, LanePlan, Plan, PlanDigest, Rules, ServicePlan, Skill,
    Timestamp,
};
use std::time::Instant;

const WAITING: usize = 1_000;
const COUNTERS: usize = 100;
const ROUNDS: i64 = 4_000;

/// One call and one new ticket at a time, with 1,000 people waiting before 100 counters.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    let actor = Actor::from("bench:core");
    let mut branch = Branch::default();
    let start = Timestamp(1_800_000_000_000);
    let plan = Box::new(plan());
    branch.handle(start, &actor, &Command::AdoptPlan { plan, digest: PlanDigest("bench".to_owned()) })?;
    branch.handle(start, &actor, &Command::OpenDay { day: BusinessDay::new("2027-01-15")? })?;
    for number in 0..WAITING {
        branch.handle(start, &actor, &issue(number))?;
    }
    for counter in 0..COUNTERS {
        let counter = counter.to_string().as_str().into();
        branch.handle(start, &actor, &Command::OpenCounter { counter, staff: None })?;
    }
    let mut calls = Vec::new();
    let mut issues = Vec::new();
    for round in 0..ROUNDS {
        let at = start.plus(round * 1_000);
        let number = usize::try_from(round)?;
        let wish = Command::CallNext { counter: (number % COUNTERS).to_string().as_str().into() };
        let began = Instant::now();
        branch.handle(at, &actor, &wish)?;
        calls.push(began.elapsed());
        let wish = issue(number);
        let began = Instant::now();
        branch.handle(at, &actor, &wish)?;
        issues.push(began.elapsed());
    }
    let limit = Reach::AtMost(20.0);
    let micro = |samples: &mut [_], thousandths| ms(quantile(samples, thousandths)) * 1_000.0;
    Ok(vec![
        Figure::new("decide + apply a call, 1,000 waiting, 100 counters, p50", micro(&mut calls, 500), "µs", limit),
        Figure::new("  the same, p99", micro(&mut calls, 990), "µs", Reach::Beside),
        Figure::new("decide + apply an issue, the same hall, p50", micro(&mut issues, 500), "µs", limit),
        Figure::new("  the same, p99", micro(&mut issues, 990), "µs", Reach::Beside),
    ])
}

fn issue(number: usize) -> Command {
    let pick = |of: &[&str], by: usize| of.get(by % of.len()).copied().unwrap_or_default().to_owned();
    Command::Issue(IssueWish {
        service: pick(&["a", "b", "c", "d"], number).into(),
        lane: pick(&["regular", "regular", "priority", "vip"], number / 4).into(),
        language: None,
        kiosk: None,
        identity: None,
        needs: Vec::new(),
        then: Vec::new(),
        printer: None,
        promise: None,
    })
}

/// Four services in three lanes; every counter takes everything, the worst case for the choice.
fn plan() -> Plan {
    let service =
        |(id, series): (&str, &str)| ServicePlan { id: id.into(), series: series.to_owned(), mean_s: 300, quota: None };
    let lane = |(id, target): (&str, i64)| LanePlan {
        id: id.into(),
        h100: 0,
        p100: 1_500 / target,
        guard_after_ms: 0,
        share1000: 0,
        target_s: 900,
    };
    let services = [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")];
    let lanes = [("regular", 15), ("priority", 6), ("vip", 3)];
    let skill = |(service, _): &(&str, &str)| Skill { service: Some((*service).into()), lane: None, delay_ms: Some(0) };
    let counter = |number: usize| CounterPlan {
        id: number.to_string().as_str().into(),
        skills: services.iter().map(skill).collect(),
        affinity: std::collections::BTreeMap::default(),
        auto_next: false,
    };
    Plan {
        services: services.into_iter().map(service).collect(),
        lanes: lanes.into_iter().map(lane).collect(),
        counters: (0..COUNTERS).map(counter).collect(),
        rules: Rules { min_call_gap_ms: 0, ..Rules::default() },
    }
}
