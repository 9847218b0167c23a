//! Bad files about services, lanes and counters.

use super::{GOOD, says, told};
use expect_test::expect;

#[test]
fn ids_that_repeat_or_cannot_be_used() {
    let changes =
        [("id = \"loan\"", "id = \"cash\""), ("id = \"vip\"", "id = \"V I P\""), ("id = \"2\"", "id = \"1\"")];
    says(
        &changes,
        &expect![[r#"
        branch.toml:14: service "cash" is also in line 8. Give each service an id of its own.
        branch.toml:26: "V I P" cannot be an id. Write small letters, digits and hyphens, such as "window-3".
        branch.toml:35: counter "1" is also in line 31. Give each counter an id of its own.
        branch.toml:43: "2" is none of the [[counters]]. Write "1", or add [[counters]] with id = "2".
        branch.toml:56: "2" is none of the [[counters]]. Write "1", or add [[counters]] with id = "2"."#]],
    );
}

#[test]
fn series_that_cannot_tell_numbers_apart() {
    says(
        &[("series = \"C\"", "series = \"A\"")],
        &expect![[
            r#"branch.toml:15: series "A" is also in line 9. Give each service letters of its own: a number must name one ticket."#
        ]],
    );
    says(
        &[("series = \"A\"", "series = \"a1\""), ("series = \"C\"", "series = \"ABC\"")],
        &expect![[r#"
        branch.toml:9: series "a1" cannot stand before a number. Write one or two capital letters, such as "A".
        branch.toml:15: series "ABC" cannot stand before a number. Write one or two capital letters, such as "A"."#]],
    );
    says(
        &[("series = \"C\"", "series = \"AB\"")],
        &expect![[
            r#"branch.toml:15: warning: series "AB" begins like "A" of line 9: people mix them up when they hear them. Choose letters that begin differently."#
        ]],
    );
}

#[test]
fn guarantees_that_promise_more_than_all() {
    says(
        &[("guarantee_share = 25", "guarantee_share = 60"), ("target_min = 3", "target_min = 3\nguarantee_share = 50")],
        &expect![
            "branch.toml:29: the guaranteed shares of all lanes make 110 percent. Lower them until they make 100 or less together."
        ],
    );
}

#[test]
fn counters_that_serve_what_does_not_exist() {
    let changes = [
        ("serves = [\"cash\"]", "serves = [\"cahs\", \"*/gold\"]\nprefers = { vipp = 30 }"),
        ("serves = [\"*\"]", "serves = [\"*\"]\noverflow = [{ serves = \"mortgage\", after_min = 3 }]"),
    ];
    says(
        &changes,
        &expect![[r#"
        branch.toml:32: "cahs" is none of the [[services]]. Write "cash", or add [[services]] with id = "cahs".
        branch.toml:32: "gold" is none of the [[lanes]]. Write "regular" or "vip", or add [[lanes]] with id = "gold".
        branch.toml:33: "vipp" is none of the [[lanes]]. Write "vip", or add [[lanes]] with id = "vipp".
        branch.toml:38: "mortgage" is none of the [[services]]. Write "cash" or "loan", or add [[services]] with id = "mortgage"."#]],
    );
}

#[test]
fn tickets_that_nobody_could_call() {
    says(
        &[("serves = [\"*\"]", "serves = [\"cash/vip\"]")],
        &expect![[r#"branch.toml:14: no counter serves "loan". Add "loan" to `serves` of a counter."#]],
    );
    says(
        &[("serves = [\"cash\"]", ""), ("serves = [\"*\"]", "serves = [\"*/regular\"]")],
        &expect![[r#"
            branch.toml:26: no counter takes the lane "vip". Add "*/vip" to `serves` of a counter.
            branch.toml:31: warning: counter "1" serves nothing and is never called into. Write what it takes, such as serves = ["*"]."#]],
    );
    says(
        &[("serves = [\"*\"]", "serves = [\"loan/regular\"]")],
        &expect![[
            r#"branch.toml:14: warning: no counter takes "loan" in the lane "vip". Add "loan/vip" to `serves` of a counter, if customers may take such a ticket."#
        ]],
    );
    says(&[("serves = [\"*\"]", "overflow = [{ serves = \"*\", after_min = 8 }]")], &expect![[""]]);
}

#[test]
fn a_counter_that_takes_nothing_or_says_twice_when() {
    says(
        &[("serves = [\"cash\"]", "serves = []")],
        &expect![[
            r#"branch.toml:31: warning: counter "1" serves nothing and is never called into. Write what it takes, such as serves = ["*"]."#
        ]],
    );
    let twice = "serves = [\"*\"]\noverflow = [{ serves = \"*\", after_min = 8 }]";
    says(
        &[("serves = [\"*\"]", twice), ("serves = [\"cash\"]", "serves = [\"cash\", \"cash\"]")],
        &expect![[r#"
        branch.toml:32: what counter 1 takes: "cash" is also in line 32. Keep one: it is taken at once, or after a while.
        branch.toml:37: what counter 2 takes: "*" is also in line 36. Keep one: it is taken at once, or after a while."#]],
    );
}

#[test]
fn lists_that_are_empty() {
    let services = GOOD.find("[[services]]").unwrap();
    let text = format!("services = []\nlanes = []\ncounters = []\n{}", &GOOD[..services]);
    expect![[r"
        branch.toml:1: there is no service. Write at least one [[services]].
        branch.toml:2: there is no lane. Write at least one [[lanes]].
        branch.toml:3: there is no counter. Write at least one [[counters]]."]]
    .assert_eq(&told(&text));
}
