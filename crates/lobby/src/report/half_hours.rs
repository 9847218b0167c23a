//! The day by half hours of coming: how many came for what, and what they waited.

use super::{
    Spread,
    visit::{End, Visit},
};
use crate::views::Time;
use planner::whatif::HALF_HOUR;
use queue_core::{Plan, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Who came in half an hour.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HalfHourReport {
    /// Its beginning.
    pub from: Time,
    /// Who came, in visits.
    pub issued: usize,
    /// Of them, served to the end.
    pub served: usize,
    /// Final no-shows, cancelled by the customer, expired.
    pub abandoned: usize,
    /// Their waits, summed over a visit.
    pub wait: Spread,
    /// Share of those called whose wait was within the target of their lane.
    #[schema(required)]
    pub in_target: Option<f64>,
    /// For what they came.
    pub services: Vec<ServiceVolume>,
}

/// How many came for a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceVolume {
    /// Service.
    pub service: String,
    /// Who came for it first.
    pub issued: usize,
}

/// From the first half hour in which somebody came to the last; those between are there, too.
pub(super) fn of(plan: &Plan, visits: &[&Visit]) -> Vec<HalfHourReport> {
    let mut halves: BTreeMap<i64, Vec<&Visit>> = BTreeMap::new();
    for visit in visits {
        halves.entry(visit.issued.0.div_euclid(HALF_HOUR)).or_default().push(visit);
    }
    let (Some(first), Some(last)) = (halves.keys().next().copied(), halves.keys().next_back().copied()) else {
        return Vec::new();
    };
    // A day is not longer than this, whatever the clock was set to.
    let last = last.min(first + 96);
    let half = |half: i64| report(plan, Timestamp(half * HALF_HOUR), halves.get(&half).map_or(&[], Vec::as_slice));
    (first..=last).map(half).collect()
}

fn report(plan: &Plan, from: Timestamp, visits: &[&Visit]) -> HalfHourReport {
    let ended =
        |which: fn(End) -> bool| visits.iter().filter_map(|visit| visit.ended()).filter(|end| which(*end)).count();
    let waits: Vec<f64> = visits.iter().filter_map(|visit| visit.wait_s()).collect();
    let within = visits.iter().filter(|visit| {
        let target = plan.lane(&visit.lane).map(|lane| f64::from(lane.target_s));
        visit.wait_s().zip(target).is_some_and(|(wait, target)| wait <= target)
    });
    let services = plan.services.iter().map(|service| ServiceVolume {
        service: service.id.to_string(),
        issued: visits.iter().filter(|visit| visit.legs.first().is_some_and(|leg| leg.service == service.id)).count(),
    });
    HalfHourReport {
        from: Time(from),
        issued: visits.len(),
        served: ended(|end| matches!(end, End::Served { .. })),
        abandoned: ended(End::is_abandoned),
        in_target: super::measure::share(within.count(), waits.len()),
        wait: Spread::of(waits),
        services: services.collect(),
    }
}
