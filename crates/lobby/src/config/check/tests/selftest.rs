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
    expect![].assert_eq(&told(&format!("{GOOD}\n[selftest]\nat = \"dawn\"\n")));
    expect![].assert_eq(&told(&format!(
        "{GOOD}\n[health]\nalert_after_s = 4000\n\
         [[selftest.manual]]\nid = \"t v\"\nname = {name}\n[[selftest.manual]]\nid = \"a\"\nname = {name}\n\
         [[selftest.manual]]\nid = \"a\"\nname = {name}\n",
        name = "{ zh-CN = \"电视\", en = \"TV\" }"
    )));
}
