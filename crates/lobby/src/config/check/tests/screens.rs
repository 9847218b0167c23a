//! Bad files about screens.

use super::says;
use expect_test::expect;

#[test]
fn what_a_screen_shows_has_to_be_there() {
    says(
        &[(
            "counter = \"2\"\n",
            "services = [\"cash\", \"lone\"]\ncounters = [\"7\"]\nlanguages = [\"fr\"]\nlayout = \"all\"\n",
        )],
        &expect![[r#"
            branch.toml:56: "lone" is none of the [[services]]. Write "cash" or "loan", or add [[services]] with id = "lone".
            branch.toml:57: "7" is none of the [[counters]]. Write "1", or add [[counters]] with id = "7".
            branch.toml:58: the branch does not speak "fr". Write "zh-CN" or "en", or add it to the `languages` of [branch].
            branch.toml:59: `layout` cannot be "all". Write one of "hall", "calls", "counters" or "waiting", for example: layout = "hall""#]],
    );
}

#[test]
fn a_screen_has_room_for_two_languages() {
    let third = "languages = [\"zh-CN\", \"en\", \"zh-CN\"]\n";
    says(
        &[("counter = \"2\"\n", third)],
        &expect![
            "branch.toml:56: a screen has room for two languages. Take one out, or hang a second screen with the others."
        ],
    );
}

#[test]
fn the_sign_over_a_window_shows_nothing_else() {
    let more = "counter = \"2\"\nservices = [\"cash\"]\nlayout = \"calls\"\n";
    says(
        &[("counter = \"2\"\n", more)],
        &expect![[r"
        branch.toml:57: a screen with `counter` is the sign over that window and has no `services`. Take `services` out, or `counter`.
        branch.toml:58: a screen with `counter` is the sign over that window and has no `layout`. Take `layout` out, or `counter`."]],
    );
}

#[test]
fn notices_speak_the_languages_of_the_branch() {
    let notice = "notices = [{ zh-CN = \"禁止吸烟\" }]\n";
    says(
        &[("counter = \"2\"\n", notice)],
        &expect![[
            r#"branch.toml:56: there is no text for the language "en". Add en = "…", or take "en" out of `languages`."#
        ]],
    );
}
