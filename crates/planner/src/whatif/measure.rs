//! Waits by lane and half hour, against targets.

use super::day::Day;
use super::play::{Law, Played};
use queue_core::Millis;
use serde::Serialize;

/// Half an hour in milliseconds.
pub const HALF_HOUR: Millis = 1_800_000;

/// The waits of some customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Measure {
    /// How many came a day.
    pub arrivals: f64,
    /// Mean wait until the first call; of who was never called, until they gave up or the day was over.
    pub wait_s: f64,
    /// Nine in ten waited no longer.
    pub p90_s: f64,
    /// Share that waited no longer than the target.
    pub in_target: f64,
    /// How many a day were never called.
    pub never_called: f64,
}

/// One lane over the day.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneTable {
    /// The whole day.
    pub day: Measure,
    /// By half hour of coming, those in which anybody came.
    pub half_hours: Vec<HalfHour>,
}

/// One lane in one half hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfHour {
    /// Its beginning, milliseconds since local midnight.
    pub from: Millis,
    /// Who came in it.
    pub measure: Measure,
}

/// One customer: half hour, seconds, whether called.
#[derive(Clone, Copy, Debug)]
struct Wait {
    half_hour: Millis,
    waited: Millis,
    called: bool,
}

/// By lane, the waits of days that were played by a law.
pub fn tables<'a>(law: &Law, days: impl IntoIterator<Item = (&'a Day, &'a Played)>) -> Vec<LaneTable> {
    let lanes = law.rule.lanes.len();
    let mut waits: Vec<Vec<Wait>> = vec![Vec::new(); lanes];
    let mut count = 0_u32;
    for (day, played) in days {
        count += 1;
        for (customer, called) in day.customers.iter().zip(&played.called) {
            let until = called.or(customer.gives_up).unwrap_or(played.end);
            let waited = (until - customer.at.max(customer.origin)).max(0);
            let half_hour = customer.at.div_euclid(HALF_HOUR) * HALF_HOUR;
            let lane = customer.legs.first().map_or(0, |leg| law.rule.lane(leg.class));
            waits[lane].push(Wait { half_hour, waited, called: called.is_some() });
        }
    }
    let targets = (0..lanes).map(|lane| law.targets.get(lane).copied().unwrap_or(Millis::MAX));
    waits.into_iter().zip(targets).map(|(waits, target)| table(waits, target, f64::from(count.max(1)))).collect()
}

fn table(mut waits: Vec<Wait>, target: Millis, days: f64) -> LaneTable {
    waits.sort_unstable_by_key(|wait| (wait.half_hour, wait.waited));
    let of = |half: &[Wait]| HalfHour { from: half[0].half_hour, measure: measure(half, target, days) };
    let half_hours = waits.chunk_by(|a, b| a.half_hour == b.half_hour).map(of).collect();
    waits.sort_unstable_by_key(|wait| wait.waited);
    LaneTable { day: measure(&waits, target, days), half_hours }
}

/// Of waits in rising order.
#[allow(clippy::cast_precision_loss, reason = "customers and milliseconds of some days")]
fn measure(waits: &[Wait], target: Millis, days: f64) -> Measure {
    let Some(last) = waits.len().checked_sub(1) else { return Measure::default() };
    let count = waits.len() as f64;
    let share = |fits: &dyn Fn(&Wait) -> bool| waits.iter().filter(|wait| fits(wait)).count() as f64;
    Measure {
        arrivals: count / days,
        wait_s: waits.iter().map(|wait| wait.waited as f64).sum::<f64>() / count / 1_000.0,
        // The smallest wait that nine in ten stay within.
        p90_s: waits[(waits.len() * 9).div_ceil(10).min(last + 1) - 1].waited as f64 / 1_000.0,
        in_target: share(&|wait| wait.waited <= target && wait.called) / count,
        never_called: share(&|wait| !wait.called) / days,
    }
}
