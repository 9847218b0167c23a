//! A day of the journal under another rule or with other counters.

use super::{Text, forecast::words};
use crate::config::Config;
use planner::{
    change::Change,
    whatif::{LaneAnswer, Measure, StaffAnswer, WhatifAnswer},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A day as it was, as it is played, and changed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Whatif {
    /// The day.
    pub day: String,
    /// What was changed, in plain words by language; null where nothing was.
    #[schema(required, value_type = Option<super::TextSchema>)]
    pub change: Option<Text>,
    /// In rank order.
    pub lanes: Vec<WhatifLane>,
    /// How many counters must be open when, where it was asked for.
    #[schema(required)]
    pub staffing: Option<WhatifStaffing>,
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatifLane {
    /// Its id.
    pub lane: String,
    /// Wait to be kept; null where none is.
    #[schema(required)]
    pub target_s: Option<u32>,
    /// The target in the changed rule.
    #[schema(required)]
    pub changed_target_s: Option<u32>,
    /// As the journal has it.
    #[schema(required)]
    pub recorded: Option<WhatifMeasure>,
    /// Played by the rule and with the counters that there were.
    pub as_is: WhatifMeasure,
    /// With the change.
    #[schema(required)]
    pub changed: Option<WhatifMeasure>,
    /// By half hour of coming.
    pub half_hours: Vec<WhatifHalfHour>,
}

/// The waits of some customers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatifMeasure {
    /// How many came.
    pub arrivals: f64,
    /// Mean wait until the first call; of who was never called, until they gave up or the day was over.
    pub wait_s: f64,
    /// Nine in ten waited no longer.
    pub p90_s: f64,
    /// Share that waited no longer than the target.
    pub in_target: f64,
    /// How many were never called.
    pub never_called: f64,
}

/// One lane in one half hour.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatifHalfHour {
    /// Its beginning in the branch's time zone, such as `09:30`.
    pub from: String,
    /// Played by the rule and with the counters that there were.
    pub as_is: WhatifMeasure,
    /// With the change.
    #[schema(required)]
    pub changed: Option<WhatifMeasure>,
}

/// How many counters must be open when.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatifStaffing {
    /// Share of each lane's customers that is to wait no longer than its target, in every half hour.
    pub goal: f64,
    /// Whether that is reached everywhere.
    pub reached: bool,
    /// Whether there was time to search to the end; else this is as far as it got.
    pub complete: bool,
    /// Hours of open counters in all.
    pub counter_hours: f64,
    /// Counters that serve the same; the first are opened first.
    pub groups: Vec<Vec<String>>,
    /// From opening to closing.
    pub half_hours: Vec<WhatifStaffingHalfHour>,
}

/// Half an hour of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhatifStaffingHalfHour {
    /// Its beginning in the branch's time zone, such as `09:30`.
    pub from: String,
    /// How many counters would be busy if nobody ever waited.
    pub load: f64,
    /// By group: how many are open.
    pub open: Vec<usize>,
    /// By lane, in rank order: the share within target; null where hardly anybody comes.
    pub in_target: Vec<Option<f64>>,
}

/// The planner's answer for the outside.
pub fn whatif(config: &Config, day: &str, change: &Change, answer: WhatifAnswer) -> Whatif {
    Whatif {
        day: day.to_owned(),
        change: (!change.parts.is_empty()).then(|| words(change, config)),
        lanes: answer.lanes.into_iter().map(lane).collect(),
        staffing: answer.staffing.map(staffing),
    }
}

fn lane(lane: LaneAnswer) -> WhatifLane {
    let half_hours = lane.half_hours.into_iter().map(|half| WhatifHalfHour {
        from: half.from,
        as_is: half.as_is.into(),
        changed: half.changed.map(Into::into),
    });
    WhatifLane {
        lane: lane.lane,
        target_s: lane.target_s,
        changed_target_s: lane.changed_target_s,
        recorded: lane.recorded.map(Into::into),
        as_is: lane.as_is.into(),
        changed: lane.changed.map(Into::into),
        half_hours: half_hours.collect(),
    }
}

fn staffing(found: StaffAnswer) -> WhatifStaffing {
    let half_hours = found.half_hours.into_iter().map(|half| WhatifStaffingHalfHour {
        from: half.from,
        load: half.load,
        open: half.open,
        in_target: half.in_target,
    });
    WhatifStaffing {
        goal: found.goal,
        reached: found.reached,
        complete: found.complete,
        counter_hours: found.counter_hours,
        groups: found.groups,
        half_hours: half_hours.collect(),
    }
}

impl From<Measure> for WhatifMeasure {
    fn from(of: Measure) -> WhatifMeasure {
        let Measure { arrivals, wait_s, p90_s, in_target, never_called } = of;
        WhatifMeasure { arrivals, wait_s, p90_s, in_target, never_called }
    }
}
