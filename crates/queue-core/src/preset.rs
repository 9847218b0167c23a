//! Ready-made settings of the rule of `choice.rs`, so that a branch writes down targets and not points.

use crate::LanePlan;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// Speed of a lane with the usual target, in 1/100 points a minute: one point a minute.
const USUAL_SPEED: i64 = 100;
/// The usual target, in seconds: 15 minutes.
const USUAL_TARGET_S: i64 = 900;
/// Head start of a lane over the next one in strict priority, in 1/100 points: more than a ticket collects at the
/// usual speed in two months of waiting, so that no wait makes up for it.
const STRICT_STEP: i64 = 10_000_000;

/// How lanes share the counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// First come, first served, whatever the lane.
    Fifo,
    /// The lane with the shorter target always goes first.
    Strict,
    /// The shorter its target, the faster a lane collects points: waits come out in the ratio of the targets.
    #[default]
    Targets,
    /// First come, first served, but a lane with a share gets at least that share of the calls.
    Shares,
}

impl Preset {
    /// All of them, in the order of the configuration's documentation.
    pub const ALL: [Preset; 4] = [Preset::Fifo, Preset::Strict, Preset::Targets, Preset::Shares];

    /// The name in configurations and JSON, such as `targets`.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Fifo => "fifo",
            Preset::Strict => "strict",
            Preset::Targets => "targets",
            Preset::Shares => "shares",
        }
    }

    /// Whether a Plan need not mention it. Plans older than presets read as this one.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
    pub(crate) fn is_default(&self) -> bool {
        *self == Preset::default()
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Sets the points of all lanes from their targets, shares and rank. Head starts and guarantees that a lane was
    /// given stay where the preset has a use for them.
    pub fn apply(self, lanes: &mut [LanePlan]) {
        let mut order: Vec<(Reverse<u32>, Reverse<usize>)> =
            lanes.iter().enumerate().map(|(rank, lane)| (Reverse(lane.target_s), Reverse(rank))).collect();
        order.sort_unstable();
        for (steps, (_, Reverse(rank))) in (0_i64..).zip(order) {
            let Some(lane) = lanes.get_mut(rank) else { continue };
            lane.p100 = USUAL_SPEED;
            match self {
                Preset::Fifo => (lane.h100, lane.share1000) = (0, 0),
                Preset::Strict => lane.h100 = STRICT_STEP.saturating_mul(steps),
                Preset::Targets => {
                    lane.p100 = (USUAL_SPEED * USUAL_TARGET_S / i64::from(lane.target_s.max(1))).max(1);
                }
                Preset::Shares => (lane.h100, lane.guard_after_ms) = (0, 0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes() -> Vec<LanePlan> {
        let lane = |id: &str, target_min: u32, share1000| LanePlan {
            id: id.into(),
            h100: 500,
            p100: 7,
            guard_after_ms: 60_000,
            share1000,
            target_s: target_min * 60,
        };
        vec![lane("regular", 15, 250), lane("vip", 3, 0), lane("priority", 6, 0), lane("host", 3, 0)]
    }

    fn points(preset: Preset) -> Vec<(i64, i64, i64, i64)> {
        let mut lanes = lanes();
        preset.apply(&mut lanes);
        lanes.iter().map(|lane| (lane.h100, lane.p100, lane.guard_after_ms, lane.share1000)).collect()
    }

    #[test]
    fn targets_become_speeds_and_keep_what_else_was_written() {
        let expected = [(500, 100, 60_000, 250), (500, 500, 60_000, 0), (500, 250, 60_000, 0), (500, 500, 60_000, 0)];
        assert_eq!(points(Preset::Targets), expected);
    }

    #[test]
    fn strict_priority_goes_by_target_and_then_by_rank() {
        let heads: Vec<i64> = points(Preset::Strict).iter().map(|lane| lane.0 / STRICT_STEP).collect();
        assert_eq!(heads, [0, 3, 1, 2]);
    }

    #[test]
    fn first_come_first_served_leaves_no_difference_between_lanes() {
        assert!(points(Preset::Fifo).iter().all(|(h100, p100, _, share)| (*h100, *p100, *share) == (0, 100, 0)));
    }

    #[test]
    fn shares_count_from_the_first_minute() {
        assert_eq!(points(Preset::Shares)[0], (0, 100, 0, 250));
    }
}
