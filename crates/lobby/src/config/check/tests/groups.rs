use super::says;
use expect_test::expect;
use std::fmt::Write as _;

#[test]
fn groups_that_services_name() {
    says(
        &[
            ("mean_min = 4\n", "mean_min = 4\ngroup = \"persnal\"\n"),
            (
                "[[lanes]]\nid = \"regular\"",
                "[[groups]]\nid = \"personal\"\nname = { zh-CN = \"个人\", en = \"Personal\" }\n\n[[lanes]]\nid = \"regular\"",
            ),
        ],
        &expect![[r#"
            branch.toml:12: "persnal" is none of the [[groups]]. Write "personal", or add [[groups]] with id = "persnal".
            branch.toml:21: warning: no service stands in the group "personal". Write group = "personal" in a service, or take it out."#]],
    );
}

#[test]
fn more_buttons_than_the_kiosk_shows_at_once() {
    let mut many = String::new();
    for letter in 'D'..='J' {
        let id = letter.to_ascii_lowercase();
        let _ = write!(
            many,
            "[[services]]\nid = \"{id}\"\nseries = \"{letter}\"\nname = {{ zh-CN = \"{letter}\", en = \"{letter}\" }}\nmean_min = 4\n\n"
        );
    }
    says(
        &[("[[lanes]]\nid = \"regular\"", &format!("{many}[[lanes]]\nid = \"regular\""))],
        &expect![[r"
        branch.toml:7: warning: the kiosk's first view has 9 buttons: it makes groups by the letters. Put services into [[groups]], so that 8 buttons or fewer are left."]],
    );
}
