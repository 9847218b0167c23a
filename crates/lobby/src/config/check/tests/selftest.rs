//! Bad files about the self-test.

use super::{GOOD, told};
use expect_test::expect;

#[test]
fn a_self_test_at_a_time_or_before_the_first_session_is_left_in_peace() {
    let manual = "[[selftest.manual]]\nid = \"tv\"\nname = { zh-CN = \"电视\", en = \"Television\" }\n";
    assert_eq!(told(&format!("{GOOD}\n[health]\nalert_after_s = 0\n[selftest]\nat = \"07:45\"\n{manual}")), "");
}

#[test]
fn a_time_that_is_none_and_names_that_cannot_be() {
    expect![[
        r#"branch.toml:62: `at` cannot be "dawn". Write hours and minutes as HH:MM, such as "07:45", or "before_open"."#
    ]]
    .assert_eq(&told(&format!("{GOOD}\n[selftest]\nat = \"dawn\"\n")));
    expect![[r#"
        branch.toml:62: `alert_after_s` cannot be 4000. Write a whole number from 0 to 3600, without quotes, for example: alert_after_s = 10
        branch.toml:64: "t v" cannot be an id. Write small letters, digits and hyphens, such as "window-3".
        branch.toml:70: item of the self-test "a" is also in line 67. Give each item an id of its own."#]].assert_eq(&told(&format!(
        "{GOOD}\n[health]\nalert_after_s = 4000\n\
         [[selftest.manual]]\nid = \"t v\"\nname = {name}\n[[selftest.manual]]\nid = \"a\"\nname = {name}\n\
         [[selftest.manual]]\nid = \"a\"\nname = {name}\n",
        name = "{ zh-CN = \"电视\", en = \"TV\" }"
    )));
}
