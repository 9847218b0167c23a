//! Bad files about the branch itself.

use super::{GOOD, says, told};
use expect_test::expect;

#[test]
fn places_and_times_that_do_not_exist() {
    says(
        &[("Asia/Shanghai", "Asia/Peking")],
        &expect![[
            r#"branch.toml:4: time zone "Asia/Peking" is not known. Write a name of the IANA list, such as "Asia/Shanghai"; the package tzdata must be installed."#
        ]],
    );
    for bad in ["4:00", "24:00", "04:60", "noon", "04:00:00"] {
        let text = format!("{GOOD}\n[day]\nrolls_at = \"{bad}\"\n");
        let line = "branch.toml:62: `rolls_at` cannot be \"BAD\". Write hours and minutes as HH:MM, such as \"04:00\".";
        assert_eq!(told(&text), line.replace("BAD", bad));
    }
}

#[test]
fn languages_that_do_not_exist_or_have_no_text() {
    says(
        &[("time_zone", "languages = [\"zh_CN\", \"EN\"]\ntime_zone")],
        &expect![[r#"
            branch.toml:4: "zh_CN" is no language tag. Write a tag such as "zh-CN", "en" or "yue".
            branch.toml:4: "EN" is no language tag. Write a tag such as "zh-CN", "en" or "yue"."#]],
    );
    says(
        &[("time_zone", "languages = []\ntime_zone")],
        &expect![[r#"branch.toml:4: `languages` is empty. Write at least one, such as languages = ["zh-CN"]."#]],
    );
    says(
        &[("time_zone", "languages = [\"zh-CN\", \"en\", \"zh-CN\"]\ntime_zone")],
        &expect![[
            r#"branch.toml:4: language "zh-CN" is also in line 4. Write it once; the order is that of paper and speech."#
        ]],
    );
    says(
        &[("name = { zh-CN = \"现金业务\", en = \"Cash\" }", "name = { zh-CN = \"现金业务\" }")],
        &expect![[
            r#"branch.toml:10: there is no text for the language "en". Add en = "…", or take "en" out of `languages`."#
        ]],
    );
    says(
        &[("mean_min = 18", "mean_min = 18\npapers = [{ en = \"Proof of income\", fr = \"Fiche\" }]")],
        &expect![[r#"
        branch.toml:18: there is no text for the language "zh-CN". Add zh-CN = "…", or take "zh-CN" out of `languages`.
        branch.toml:18: warning: the text for "fr" is never shown. Add "fr" to `languages`, or take the text out."#]],
    );
}

#[test]
fn addresses_that_do_not_work() {
    says(
        &[("127.0.0.1:8700", "localhost")],
        &expect![[
            r#"branch.toml:5: "localhost" is no address to listen on. Write an IP address and a port, such as "127.0.0.1:8700" or "0.0.0.0:8700"."#
        ]],
    );
    for bad in ["tickets.example", "https://", "ftp://x", "https://tickets.example/", "https://a b", "https://x?y"] {
        let text = GOOD.replace("listen = ", &format!("public_url = \"{bad}\"\nlisten = "));
        let line = "branch.toml:5: `public_url` cannot be \"BAD\". Write where phones reach the lobby, without / at its \
                    end, such as \"https://tickets.example\".";
        assert_eq!(told(&text), line.replace("BAD", bad));
    }
}

#[test]
fn a_demo_that_strangers_could_reach() {
    let open = [("[branch]", "demo = true\n[branch]"), ("127.0.0.1:8700", "0.0.0.0:8700")];
    says(
        &open,
        &expect![[
            r#"branch.toml:6: demo = true has known tokens and may not be reached through 0.0.0.0. Write listen = "127.0.0.1:8700", or take demo = true out."#
        ]],
    );
    assert_eq!(told(&GOOD.replace("127.0.0.1:8700", "0.0.0.0:8700")), "");
}

#[test]
fn voices_that_go_nowhere() {
    for good in ["device", "device:hall", "wav:var/calls", "off"] {
        assert_eq!(told(&GOOD.replace("output = \"device\"", &format!("output = \"{good}\""))), "");
    }
    says(
        &[("output = \"device\"", "output = \"wav:\"")],
        &expect![[
            r#"branch.toml:59: voice `output` cannot be "wav:". Write "device", "device:NAME", "screens", "screens:ID", "wav:DIRECTORY" or "off"."#
        ]],
    );
}
