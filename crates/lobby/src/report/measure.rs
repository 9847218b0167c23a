//! Figures of what was found.

use super::{
    Kept, LanePromise, PromiseReport, Queue, QueueReport, Spread,
    visit::{End, Leg, Visit},
};
use queue_core::{LaneId, Plan};
use std::collections::BTreeMap;

#[allow(clippy::cast_precision_loss, reason = "people of a day")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}

pub(super) fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| count(part) / count(of))
}

pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count(values.len()))
}

impl Spread {
    pub(super) fn of(mut values: Vec<f64>) -> Spread {
        values.sort_unstable_by(f64::total_cmp);
        // The least value that so many percent of all do not exceed.
        let quantile = |percent: usize| {
            let place = (values.len() * percent).div_ceil(100).saturating_sub(1);
            values.get(place).copied()
        };
        Spread {
            n: values.len(),
            mean_s: mean(&values),
            p50_s: quantile(50),
            p90_s: quantile(90),
            max_s: values.last().copied(),
        }
    }
}

/// The whole day, in visits.
pub(super) fn total(plan: &Plan, visits: &[&Visit]) -> Queue {
    let sum = |leg: fn(&Leg) -> Option<f64>| {
        let sum = |visit: &&Visit| visit.legs.iter().filter_map(leg).reduce(|a, b| a + b);
        visits.iter().filter_map(sum).collect::<Vec<f64>>()
    };
    let ends: Vec<Option<End>> = visits.iter().map(|visit| visit.ended()).collect();
    let within = visits.iter().filter(|visit| {
        let target = target(plan, &visit.lane).map(f64::from);
        visit.wait_s().zip(target).is_some_and(|(wait, target)| wait <= target)
    });
    let waits = sum(Leg::wait_s);
    let in_target = share(within.count(), waits.len());
    let legs = visits.iter().flat_map(|visit| &visit.legs);
    let sent_on = legs.clone().filter(|leg| matches!(leg.end, Some((_, End::SentOn)))).count();
    let desks = visits.iter().filter_map(|visit| visit.legs.first()?.time_to_desk_s());
    Queue {
        sent_on,
        time_to_desk: Spread::of(desks.collect()),
        held_s: held(legs),
        ..queue(&ends, waits, in_target, None, sum(Leg::service_s))
    }
}

/// Queue by queue, in the order of the Plan; what the Plan no longer knows comes last.
pub(super) fn queues(plan: &Plan, visits: &[&Visit]) -> Vec<QueueReport> {
    let mut queues: BTreeMap<(usize, usize, &str, &str), Vec<&Leg>> = BTreeMap::new();
    for leg in visits.iter().flat_map(|visit| &visit.legs) {
        let service = plan.services.iter().position(|known| known.id == leg.service).unwrap_or(usize::MAX);
        let lane = plan.lanes.iter().position(|known| known.id == leg.lane).unwrap_or(usize::MAX);
        queues.entry((service, lane, leg.service.as_str(), leg.lane.as_str())).or_default().push(leg);
    }
    let report = |((.., service, lane), legs): ((usize, usize, &str, &str), Vec<&Leg>)| {
        let ends: Vec<Option<End>> = legs.iter().map(|leg| leg.end.map(|(_, end)| end)).collect();
        let waits: Vec<f64> = legs.iter().filter_map(|leg| leg.wait_s()).collect();
        let target_s = target(plan, &LaneId::from(lane));
        let within = |target: u32| waits.iter().filter(|wait| **wait <= f64::from(target)).count();
        let in_target = target_s.and_then(|target| share(within(target), waits.len()));
        let services = legs.iter().filter_map(|leg| leg.service_s()).collect();
        let figures = Queue {
            time_to_desk: Spread::of(legs.iter().filter_map(|leg| leg.time_to_desk_s()).collect()),
            held_s: held(legs.iter().copied()),
            ..queue(&ends, waits, in_target, target_s, services)
        };
        QueueReport { service: service.to_owned(), lane: lane.to_owned(), figures }
    };
    queues.into_iter().map(report).collect()
}

fn target(plan: &Plan, lane: &LaneId) -> Option<u32> {
    plan.lane(lane).map(|lane| lane.target_s)
}

fn held<'a>(legs: impl Iterator<Item = &'a Leg>) -> f64 {
    super::visit::seconds(legs.map(|leg| leg.held_ms).sum())
}

/// The figures that follow from the ends, with the waits and services given.
fn queue(
    ends: &[Option<End>],
    waits: Vec<f64>,
    in_target: Option<f64>,
    target_s: Option<u32>,
    services: Vec<f64>,
) -> Queue {
    let counted = |which: fn(End) -> bool| ends.iter().flatten().filter(|end| which(**end)).count();
    Queue {
        issued: ends.len(),
        served: counted(|end| matches!(end, End::Served { .. })),
        sent_on: counted(|end| end == End::SentOn),
        no_shows: counted(|end| end == End::NoShow),
        abandoned: counted(End::is_abandoned),
        pending: ends.iter().filter(|end| end.is_none()).count(),
        wait: Spread::of(waits),
        time_to_desk: Spread::default(),
        target_s,
        in_target,
        service_time: Spread::of(services),
        held_s: 0.0,
        sham: counted(|end| end == End::Served { sham: true }),
    }
}

/// The promise against what came.
pub(super) fn promise(plan: &Plan, visits: &[&Visit]) -> PromiseReport {
    let lanes = plan.lanes.iter().map(|lane| {
        let its: Vec<&Visit> = visits.iter().copied().filter(|visit| visit.lane == lane.id).collect();
        LanePromise { lane: lane.id.as_str().to_owned(), kept: kept(&its) }
    });
    PromiseReport { total: kept(visits), lanes: lanes.filter(|lane| lane.kept.n > 0).collect() }
}

fn kept(visits: &[&Visit]) -> Kept {
    let tested: Vec<_> =
        visits.iter().filter_map(|visit| Some((visit.promise?, visit.naive_s, visit.first_wait_s()?))).collect();
    let errors: Vec<f64> = tested.iter().map(|(told, _, wait)| wait - f64::from(told.p50_s)).collect();
    let distances: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
    let naive: Vec<f64> = tested.iter().map(|(_, naive, wait)| (wait - naive).abs()).collect();
    let covered = tested.iter().filter(|(told, _, wait)| {
        (f64::from(told.low_s)..=f64::from(told.high_s)).contains(wait) // as the range was told, to the second
    });
    let beyond = tested.iter().filter(|(told, _, wait)| *wait > f64::from(told.bound_s()));
    Kept {
        n: tested.len(),
        mae_s: mean(&distances),
        bias_s: mean(&errors),
        coverage: share(covered.count(), tested.len()),
        beyond_bound: share(beyond.count(), tested.len()),
        naive_mae_s: mean(&naive),
    }
}
