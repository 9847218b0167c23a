//! Lanes by their targets alone, and keys that their preset has no use for.

use super::{GOOD, says};
use expect_test::expect;

const TWO_LANES: &str = "[[lanes]]\nid = \"regular\"\nname = { zh-CN = \"普通\", en = \"Regular\" }\ntarget_min = 15\nguarantee_share = 25\n\n[[lanes]]\nid = \"vip\"\nname = { zh-CN = \"贵宾\", en = \"VIP\" }\ntarget_min = 3\n";

#[test]
fn four_lines_of_targets_are_a_rule() {
    let lines = "lanes = [\n{ id = \"regular\", target_min = 15 }, { id = \"priority\", target_min = 6 },\n{ id = \"vip\", target_min = 3 },\n]\n";
    let text = format!("{lines}{}", GOOD.replace(TWO_LANES, ""));
    let (config, warnings) = super::super::read(std::path::Path::new("branch.toml"), &text, None).unwrap();
    assert_eq!(warnings.to_string(), "");
    let told: Vec<String> = config
        .lanes
        .iter()
        .zip(config.plan().lanes)
        .map(|(said, lane)| {
            let (after, share) = (lane.guard_after_ms / 60_000, lane.share1000 / 10);
            let chosen = if said.self_service == Some(true) { "chosen" } else { "given" };
            format!("{} {} points, {share} % after {after}, {chosen}", said.name["en"], lane.p100)
        })
        .collect();
    let expected = [
        "Regular 100 points, 25 % after 45, chosen",
        "Priority 250 points, 0 % after 0, chosen",
        "VIP 500 points, 0 % after 0, given",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_lane_of_ones_own_needs_a_name() {
    says(
        &[("id = \"vip\"\nname = { zh-CN = \"贵宾\", en = \"VIP\" }", "id = \"gold\"")],
        &expect![[
            r#"branch.toml:26: the lane "gold" has no name. Add name = { zh-CN = "…", en = "…" }; only regular, priority, vip and appointment have one."#
        ]],
    );
}

#[test]
fn keys_that_the_preset_has_no_use_for() {
    let rules = |preset: &str| format!("[rules]\npreset = \"{preset}\"\n\n[[services]]\nid = \"cash\"");
    for (preset, expected) in [
        (
            "fifo",
            expect![[r#"
        branch.toml:26: `guarantee_share` has no meaning with preset = "fifo". Leave it out, or write preset = "targets".
        branch.toml:32: `head_start` has no meaning with preset = "fifo". Leave it out, or write preset = "targets"."#]],
        ),
        (
            "strict",
            expect![[
                r#"branch.toml:32: `head_start` has no meaning with preset = "strict". Leave it out, or write preset = "targets"."#
            ]],
        ),
        (
            "priority",
            expect![[
                r#"branch.toml:8: `preset` cannot be "priority". Write one of "fifo", "strict", "targets" or "shares", for example: preset = "targets""#
            ]],
        ),
    ] {
        says(
            &[("[[services]]\nid = \"cash\"", &rules(preset)), ("target_min = 3", "target_min = 3\nhead_start = 5")],
            &expected,
        );
    }
    says(
        &[("[[services]]\nid = \"cash\"", &rules("shares")), ("guarantee_share = 25\n", "guarantee_after_min = 5\n")],
        &expect![[r#"
            branch.toml:8: preset "shares" without a share is first come, first served. Give at least one lane guarantee_share = 25, or write preset = "fifo".
            branch.toml:26: `guarantee_after_min` has no meaning with preset = "shares". Leave it out, or write preset = "targets"."#]],
    );
}

#[test]
fn a_guarantee_without_a_share_is_none() {
    says(
        &[("guarantee_share = 25\n", "guarantee_after_min = 45\n")],
        &expect![
            "branch.toml:23: warning: `guarantee_after_min` without `guarantee_share` guarantees nothing. Add guarantee_share = 25, or take it out."
        ],
    );
}

#[test]
fn strict_priority_starves_and_says_so() {
    let strict = "[rules]\npreset = \"strict\"\n\n[[services]]\nid = \"cash\"";
    says(
        &[("[[services]]\nid = \"cash\"", strict), ("guarantee_share = 25\n", "")],
        &expect![
            "branch.toml:8: warning: strict priority without a guarantee: on a full day the slowest lane may not be called at all. Give it guarantee_after_min = 45 and guarantee_share = 25."
        ],
    );
}
