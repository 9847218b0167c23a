//! Rules about appointments: the lanes that they name exist.

use super::super::{document::Node, mistake::Mistakes};
use super::{ids, refers};

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    let lanes = ids(root, "lanes", "id");
    let Some(rules) = root.get("rules") else { return };
    for key in ["appointment_lane", "late_lane"] {
        if let Some(lane) = rules.text(key) {
            refers(lane, "lanes", &lanes, out);
        }
    }
}
