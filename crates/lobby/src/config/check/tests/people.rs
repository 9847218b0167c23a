use super::says;
use expect_test::expect;

#[test]
fn lanes_of_appointments() {
    says(
        &[("[[services]]", "[rules]\nappointment_lane = \"vpi\"\nlate_lane = \"slow\"\n\n[[services]]")],
        &expect![[r#"
            branch.toml:8: "vpi" is none of the [[lanes]]. Write "vip", or add [[lanes]] with id = "vpi".
            branch.toml:9: "slow" is none of the [[lanes]]. Write "regular" or "vip", or add [[lanes]] with id = "slow"."#]],
    );
}

#[test]
fn whether_it_matters_who_comes() {
    says(
        &[("mean_min = 4\n", "mean_min = 4\nidentity = \"maybe\"\n")],
        &expect![[
            r#"branch.toml:12: `identity` cannot be "maybe". Write one of "required", "optional" or "none", for example: identity = "required""#
        ]],
    );
}
