//! Rules about lanes: each has a name, and what it says of points fits the preset in force.

use super::super::{document::Node, lanes::is_usual, mistake::Mistakes};

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    for lane in root.list("lanes").filter(|lane| lane.get("name").is_none()) {
        if let Some(id) = lane.text("id").filter(|id| !is_usual(id.value)) {
            let remedy =
                "Add name = { zh-CN = \"…\", en = \"…\" }; only regular, priority, vip and appointment have one.";
            out.error(id.line, format!("the lane \"{}\" has no name", id.value), remedy);
        }
    }
    let preset = root.get("rules").and_then(|rules| rules.text("preset"));
    if !preset.is_some_and(|preset| ["fifo", "shares"].contains(&preset.value)) {
        guarantees_nothing(root, out);
    }
    let Some(preset) = preset else { return };
    match preset.value {
        "fifo" => {
            useless(root, "fifo", &["head_start", "guarantee_after_min", "guarantee_share"], out);
        }
        "shares" => {
            useless(root, "shares", &["head_start", "guarantee_after_min"], out);
            let some = root.list("lanes").filter_map(|lane| lane.whole("guarantee_share")).any(|share| share.value > 0);
            if !some {
                let remedy = "Give at least one lane guarantee_share = 25, or write preset = \"fifo\".";
                out.error(preset.line, "preset \"shares\" without a share is first come, first served", remedy);
            }
        }
        "strict" => {
            useless(root, "strict", &["head_start"], out);
            let guarded = root.list("lanes").any(|lane| lane.whole("guarantee_share").is_some_and(|s| s.value > 0));
            if !guarded {
                let what =
                    "strict priority without a guarantee: on a full day the slowest lane may not be called at all";
                out.warn(preset.line, what, "Give it guarantee_after_min = 45 and guarantee_share = 25.");
            }
        }
        _ => {}
    }
}

/// A wait from which no share of the calls counts.
fn guarantees_nothing(root: Node<'_>, out: &mut Mistakes) {
    for lane in root.list("lanes").filter(|lane| lane.get("guarantee_share").is_none()) {
        if let Some(after) = lane.whole("guarantee_after_min") {
            let what = "`guarantee_after_min` without `guarantee_share` guarantees nothing";
            out.warn(after.line, what, "Add guarantee_share = 25, or take it out.");
        }
    }
}

/// Complains about keys of lanes that the preset has no use for.
fn useless(root: Node<'_>, preset: &str, keys: &[&str], out: &mut Mistakes) {
    for lane in root.list("lanes") {
        for key in keys {
            if let Some(value) = lane.whole(key).filter(|value| value.value != 0) {
                let what = format!("`{key}` has no meaning with preset = \"{preset}\"");
                out.error(value.line, what, "Leave it out, or write preset = \"targets\".");
            }
        }
    }
}
