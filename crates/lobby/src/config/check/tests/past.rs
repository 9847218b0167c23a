//! Targets that the branch's own days did not keep.

use super::{GOOD, told_after};
use crate::report::Past;
use expect_test::{Expect, expect};

/// On five days: as many customers of the regular lane as there are minutes here, each waiting so long.
fn says(minutes: &[f64], expected: &Expect) {
    let mut waits: Vec<f64> = minutes.iter().map(|minutes| minutes * 60.0).collect();
    waits.sort_unstable_by(f64::total_cmp);
    let past = Past { data: "var/small".into(), days: 5, waits_s: [("regular".into(), waits)].into() };
    expected.assert_eq(&told_after(GOOD, Some(&past)));
}

/// Waits of 1, 2, 3, … so many minutes.
fn up_to(minutes: u32) -> Vec<f64> {
    (1..=minutes).map(f64::from).collect()
}

#[test]
fn a_target_that_most_did_not_get() {
    says(
        &up_to(37),
        &expect![[
            r#"branch.toml:20: warning: lane "regular" kept its target of 15 minutes for 40 % of 37 customers on the last 5 days. Write target_min = 30 (kept for 81 % of them), or open counters earlier: lobby simulate --journal var/small --staff."#
        ]],
    );
    says(
        &[2_000.0; 20],
        &expect![[
            r#"branch.toml:20: warning: lane "regular" kept its target of 15 minutes for 0 % of 20 customers on the last 5 days. For four in five of them no target within a day would do; open counters earlier: lobby simulate --journal var/small --staff."#
        ]],
    );
}

#[test]
fn a_target_that_half_of_them_got_and_one_that_few_have_tried() {
    says(&up_to(30), &expect![""]);
    says(&[60.0; 19], &expect![""]);
    says(&[], &expect![""]);
}
