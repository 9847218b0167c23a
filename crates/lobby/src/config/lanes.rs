//! What the four usual lanes (DESIGN §2) say of themselves, so that a branch that only has those writes down targets.

use super::model::{LaneConfig, Text};

/// Id, name in Chinese and in English, and whether a customer may choose it at the kiosk: who is old, pregnant or
/// unwell says so; who is a VIP or has an appointment shows a card or a code.
const USUAL: [(&str, &str, &str, bool); 4] = [
    ("regular", "普通", "Regular", true),
    ("priority", "优先（爱心）", "Priority", true),
    ("vip", "贵宾", "VIP", false),
    ("appointment", "预约", "Appointment", false),
];

/// Wait from which the slowest lane is guaranteed its share, in minutes, where no lane says anything of guarantees;
/// and that share in percent (DISCIPLINE §1, defaults).
const GUARANTEE: (u32, u32) = (45, 25);

/// Whether the lane of that id has a name without being given one.
pub(super) fn is_usual(id: &str) -> bool {
    USUAL.iter().any(|usual| usual.0 == id)
}

/// Fills in what the lanes of a file left out. `guaranteed` tells whether the preset in force has a use for a guarantee
/// that nobody wrote down.
pub(super) fn complete(lanes: &mut [LaneConfig], guaranteed: bool) {
    for lane in lanes.iter_mut() {
        let usual = USUAL.iter().find(|usual| usual.0 == lane.id);
        if let Some((_, zh, en, chosen)) = usual {
            if lane.name.is_empty() {
                lane.name = Text::from([("zh-CN".to_owned(), (*zh).to_owned()), ("en".to_owned(), (*en).to_owned())]);
            }
            lane.self_service.get_or_insert(*chosen);
        }
    }
    let silent = lanes.iter().all(|lane| lane.guarantee_share.is_none() && lane.guarantee_after_min.is_none());
    let slowest = lanes.iter().map(|lane| lane.target_min).max();
    let one_is_faster = lanes.iter().any(|lane| Some(lane.target_min) < slowest);
    if guaranteed && silent && one_is_faster {
        let first = lanes.iter_mut().find(|lane| Some(lane.target_min) == slowest);
        if let Some(lane) = first {
            (lane.guarantee_after_min, lane.guarantee_share) = (Some(GUARANTEE.0), Some(GUARANTEE.1));
        }
    }
}
