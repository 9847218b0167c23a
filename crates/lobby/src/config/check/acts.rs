//! Rules about what people do: when a customer counts as missing, where urgent tickets go, and whose
//! waits are told of.

use super::super::{document::Node, mistake::Mistakes};
use super::{ids, refers};

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    if let Some(lane) = root.get("alerts").and_then(|alerts| alerts.text("vip_lane")) {
        refers(lane, "lanes", &ids(root, "lanes", "id"), out);
    }
    let Some(rules) = root.get("rules") else { return };
    if let (Some(calls), Some(limit)) = (rules.whole("no_show_after_calls"), rules.whole("recall_limit"))
        && limit.value > 0
        && calls.value > limit.value + 1
    {
        let what = format!(
            "after {} recalls there are {} calls at most, so a customer never counts as missing after {}",
            limit.value,
            limit.value + 1,
            calls.value
        );
        let remedy = format!("Write recall_limit = {} or more, or 0 for no limit.", calls.value - 1);
        out.error(calls.line, what, remedy);
    }
    if let (Some(policy), Some(penalty)) = (rules.text("no_show"), rules.whole("return_penalty_min"))
        && policy.value != "once"
    {
        let what = format!("`return_penalty_min` has no meaning with no_show = \"{}\"", policy.value);
        out.warn(penalty.line, what, "Take it out, or write no_show = \"once\".");
    }
    if let Some(lane) = rules.text("urgent_lane") {
        refers(lane, "lanes", &ids(root, "lanes", "id"), out);
    }
}
