//! Targets against what the branch itself has lived: one that most customers were not called within is no target.

use super::super::{document::Node, mistake::Mistakes};
use crate::report::Past;
use queue_core::LaneId;

/// Customers of a lane from which its target is judged.
const CUSTOMERS: usize = 20;
/// A target that fewer percent kept is warned of.
const KEPT: usize = 50;
/// The target that is proposed was kept for so many percent.
const PROPOSED: usize = 80;
/// It is a multiple of this, minutes: nobody promises 23 minutes.
const ROUND_MIN: u32 = 5;
/// Longest target that can be written, minutes.
const LONGEST_MIN: u32 = 1_440;

pub(super) fn check(root: Node<'_>, past: &Past, out: &mut Mistakes) {
    for lane in root.list("lanes") {
        let (Some(id), Some(target)) = (lane.text("id"), lane.whole("target_min")) else { continue };
        let waits = past.waits_s.get(&LaneId::from(id.value)).map_or(&[][..], Vec::as_slice);
        let Some(target_min) = u32::try_from(target.value).ok().filter(|_| waits.len() >= CUSTOMERS) else { continue };
        let kept = within(waits, target_min);
        if kept * 100 >= KEPT * waits.len() {
            continue;
        }
        let percent = |kept: usize| kept * 100 / waits.len();
        let what = format!(
            "lane \"{}\" kept its target of {target_min} minutes for {} % of {} customers on the last {}",
            id.value,
            percent(kept),
            waits.len(),
            if past.days == 1 { "day".to_owned() } else { format!("{} days", past.days) }
        );
        let staff = format!("open counters earlier: lobby simulate --journal {} --staff", past.data.display());
        let mut longer = (1..).map(|times| times * ROUND_MIN).take_while(|minutes| *minutes <= LONGEST_MIN);
        let remedy = match longer.find(|minutes| within(waits, *minutes) * 100 >= PROPOSED * waits.len()) {
            Some(minutes) => {
                let percent = percent(within(waits, minutes));
                format!("Write target_min = {minutes} (kept for {percent} % of them), or {staff}.")
            }
            None => format!("For four in five of them no target within a day would do; {staff}."),
        };
        out.warn(id.line, what, remedy);
    }
}

/// How many of these waits, shortest first, are no longer.
fn within(waits_s: &[f64], minutes: u32) -> usize {
    waits_s.partition_point(|wait_s| *wait_s <= f64::from(minutes) * 60.0)
}
