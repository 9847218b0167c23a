//! Bad files about what people do.

use super::says;
use expect_test::expect;

#[test]
fn a_penalty_that_nobody_pays() {
    let rules = "[rules]\nno_show = \"tail\"\nreturn_penalty_min = 9\n";
    says(
        &[("[[services]]", &format!("{rules}\n[[services]]"))],
        &expect![[
            r#"branch.toml:9: warning: `return_penalty_min` has no meaning with no_show = "tail". Take it out, or write no_show = "once"."#
        ]],
    );
}

#[test]
fn limits_that_contradict_each_other_and_lanes_that_do_not_exist() {
    let rules = "[rules]\nno_show_after_calls = 4\nrecall_limit = 2\nurgent_lane = \"vipp\"\n";
    says(
        &[("[[services]]", &format!("{rules}\n[[services]]"))],
        &expect![[r#"
        branch.toml:8: after 2 recalls there are 3 calls at most, so a customer never counts as missing after 4. Write recall_limit = 3 or more, or 0 for no limit.
        branch.toml:10: "vipp" is none of the [[lanes]]. Write "vip", or add [[lanes]] with id = "vipp"."#]],
    );
}

#[test]
fn guests_of_a_lane_that_does_not_exist() {
    let alerts = "[alerts]\nvip_lane = \"vipp\"\n";
    says(
        &[("[[services]]", &format!("{alerts}\n[[services]]"))],
        &expect![[
            r#"branch.toml:8: "vipp" is none of the [[lanes]]. Write "vip", or add [[lanes]] with id = "vipp"."#
        ]],
    );
}
