//! The answer to a what-if: waits per lane and half hour, as it is and changed, against targets; and how many counters
//! must be open when.

use super::day::Day;
use super::measure::{HalfHour, Measure, tables};
use super::play::{Law, Played};
use super::profile::Profile;
use super::staff::{Staffed, staff};
use crate::change::Change;
use queue_core::{Millis, Plan};
use serde::Serialize;

/// A question.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What the branch plays by.
    pub plan: Plan,
    /// What is done about it.
    pub change: Change,
    /// The change as it was written.
    pub written: String,
    /// Dates of recorded days, in the order of `days`; empty for days that were drawn.
    pub dates: Vec<String>,
    /// To be played.
    pub days: Vec<Day>,
    /// What became of recorded days, in the order of `days`.
    pub recorded: Vec<Played>,
    /// Where counters are searched: what is usual, and the share to be kept.
    pub search: Option<(Profile, f64)>,
    /// Of everything drawn.
    pub seed: u64,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatifAnswer {
    /// Dates of recorded days; empty for days that were drawn.
    pub days: Vec<String>,
    /// How many days were played.
    pub played: usize,
    /// What was changed, as written.
    pub change: Option<String>,
    /// In rank order.
    pub lanes: Vec<LaneAnswer>,
    /// Where it was searched.
    pub staffing: Option<StaffAnswer>,
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LaneAnswer {
    /// Its name.
    pub lane: String,
    /// Wait to be kept; none where none is.
    pub target_s: Option<u32>,
    /// The target in the changed rule.
    pub changed_target_s: Option<u32>,
    /// As the journal has it.
    pub recorded: Option<Measure>,
    /// Played by the rule and with the counters that there were.
    pub as_is: Measure,
    /// With the change.
    pub changed: Option<Measure>,
    /// By half hour of coming.
    pub half_hours: Vec<HalfHourAnswer>,
}

/// One lane in one half hour.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HalfHourAnswer {
    /// Its beginning, such as `09:30`.
    pub from: String,
    /// Played by the rule and with the counters that there were.
    pub as_is: Measure,
    /// With the change.
    pub changed: Option<Measure>,
}

/// How many counters must be open when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StaffAnswer {
    /// Share of each lane's customers that is to wait no longer than its target, in every half hour.
    pub goal: f64,
    /// Whether that is reached everywhere.
    pub reached: bool,
    /// Hours of open counters in all.
    pub counter_hours: f64,
    /// Counters that serve the same; the first are opened first.
    pub groups: Vec<Vec<String>>,
    /// From opening to closing.
    pub half_hours: Vec<StaffHalfHour>,
    /// Whether the search came to its end; else this is as far as it got.
    pub complete: bool,
}

/// Half an hour of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StaffHalfHour {
    /// Its beginning, such as `09:30`.
    pub from: String,
    /// How many counters would be busy if nobody ever waited.
    pub load: f64,
    /// By group: how many are open.
    pub open: Vec<usize>,
    /// By lane: the share within target; none where hardly anybody comes.
    pub in_target: Vec<Option<f64>>,
}

impl Scenario {
    /// Plays it.
    pub fn answer(&self) -> WhatifAnswer {
        self.answer_while(&|| true)
    }

    /// The same; where counters are searched, what has been found when `go_on` says no is the answer.
    pub fn answer_while(&self, go_on: &dyn Fn() -> bool) -> WhatifAnswer {
        let law = Law::of(&self.plan);
        let as_is: Vec<Played> = self.days.iter().map(|day| day.play(&law)).collect();
        let changed_plan = self.change.plan(&self.plan);
        let changed_law = Law::of(&changed_plan);
        let is_changed = !self.change.parts.is_empty();
        let told = self.change.told(&self.plan);
        let changed_days: Vec<Day> = self.days.iter().filter(|_| is_changed).map(|day| day.told(&told)).collect();
        let changed: Vec<Played> = changed_days.iter().map(|day| day.play(&changed_law)).collect();

        let as_is = tables(&law, self.days.iter().zip(&as_is));
        let recorded = tables(&law, self.days.iter().zip(&self.recorded));
        let changed = tables(&changed_law, changed_days.iter().zip(&changed));
        let lanes = self.plan.lanes.iter().zip(&changed_plan.lanes).enumerate().map(|(place, (lane, then))| {
            let changed = changed.get(place).filter(|_| is_changed);
            let target = |target_s: u32| (target_s > 0).then_some(target_s);
            LaneAnswer {
                lane: lane.id.to_string(),
                target_s: target(lane.target_s),
                changed_target_s: target(then.target_s).filter(|_| is_changed),
                recorded: recorded.get(place).filter(|_| !self.recorded.is_empty()).map(|table| table.day),
                as_is: as_is[place].day,
                changed: changed.map(|table| table.day),
                half_hours: half_hours(&as_is[place].half_hours, changed.map(|table| table.half_hours.as_slice())),
            }
        });
        WhatifAnswer {
            days: self.dates.clone(),
            played: self.days.len(),
            change: is_changed.then(|| self.written.clone()),
            lanes: lanes.collect(),
            staffing: self.search.as_ref().map(|(profile, goal)| {
                let staffed = staff(&changed_law, profile, *goal, self.seed, go_on);
                StaffAnswer::new(&changed_plan, &staffed, *goal)
            }),
        }
    }
}

/// The same customers come in both, so the half hours are the same.
fn half_hours(as_is: &[HalfHour], changed: Option<&[HalfHour]>) -> Vec<HalfHourAnswer> {
    let rows = as_is.iter().enumerate().map(|(place, half)| HalfHourAnswer {
        from: clock(half.from),
        as_is: half.measure,
        changed: changed.and_then(|changed| changed.get(place)).map(|half| half.measure),
    });
    rows.collect()
}

impl StaffAnswer {
    #[allow(clippy::cast_precision_loss, reason = "some hundred half hours")]
    fn new(plan: &Plan, staffed: &Staffed, goal: f64) -> StaffAnswer {
        let open: usize = staffed.half_hours.iter().flat_map(|half| &half.open).sum();
        let name = |counter: &usize| plan.counters[*counter].id.to_string();
        let half_hours = staffed.half_hours.iter().map(|half| StaffHalfHour {
            from: clock(half.from),
            load: half.load,
            open: half.open.clone(),
            in_target: half.in_target.clone(),
        });
        StaffAnswer {
            goal,
            reached: staffed.reaches(goal),
            counter_hours: open as f64 / 2.0,
            groups: staffed.groups.iter().map(|group| group.counters.iter().map(name).collect()).collect(),
            half_hours: half_hours.collect(),
            complete: staffed.complete,
        }
    }
}

/// `HH:MM` of milliseconds since local midnight.
fn clock(at: Millis) -> String {
    let minutes = at.div_euclid(60_000);
    format!("{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
}
