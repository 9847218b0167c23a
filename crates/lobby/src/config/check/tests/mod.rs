//! One bad file a rule, with the exact words that its author reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acts;
mod backup;
mod cards;
mod displays;
mod groups;
mod hours;
mod lanes;
mod network;
mod past;
mod people;
mod place;
mod queue;
mod screens;
mod selftest;
mod voice;
mod wires;

use expect_test::{Expect, expect};

/// A small branch without mistakes. Tests change one thing in it.
const GOOD: &str = r#"[branch]
id = "small"
name = { zh-CN = "小网点", en = "Small branch" }
time_zone = "Asia/Shanghai"
listen = "127.0.0.1:8700"

[[services]]
id = "cash"
series = "A"
name = { zh-CN = "现金业务", en = "Cash" }
mean_min = 4

[[services]]
id = "loan"
series = "C"
name = { zh-CN = "贷款业务", en = "Loans" }
mean_min = 18

[[lanes]]
id = "regular"
name = { zh-CN = "普通", en = "Regular" }
target_min = 15
guarantee_share = 25

[[lanes]]
id = "vip"
name = { zh-CN = "贵宾", en = "VIP" }
target_min = 3

[[counters]]
id = "1"
serves = ["cash"]

[[counters]]
id = "2"
serves = ["*"]

[[lines]]
id = "desks"
port = "desks"
units = [
    { unit = 1, counter = "1" },
    { unit = 2, counter = "2" },
]

[[printers]]
id = "kiosk-1"
port = "kiosk-1"

[[kiosks]]
id = "k1"
printer = "kiosk-1"

[[screens]]
id = "window-2"
counter = "2"

[voice]
output = "device"
"#;

fn told(text: &str) -> String {
    told_after(text, None)
}

fn told_after(text: &str, past: Option<&crate::report::Past>) -> String {
    match super::read(std::path::Path::new("branch.toml"), text, past) {
        Ok((_, warnings)) => warnings.to_string(),
        Err(mistakes) => {
            assert!(mistakes.errors() > 0, "refused for nothing: {mistakes}");
            mistakes.to_string()
        }
    }
}

/// The good branch with every `from` replaced by its `to`.
fn says(changes: &[(&str, &str)], expected: &Expect) {
    let mut text = GOOD.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the good branch has no {from}");
        text = text.replacen(from, to, 1);
    }
    expected.assert_eq(&told(&text));
}

#[test]
fn a_good_file_is_left_in_peace() {
    assert_eq!(told(GOOD), "");
}

#[test]
fn every_mistake_is_told_at_once() {
    let changes = [
        ("time_zone = \"Asia/Shanghai\"", "time_zone = \"Asia/Peking\"\nhotlin = \"95500\""),
        ("mean_min = 4\n", "mean_min = \"4\"\n"),
        ("series = \"C\"", "series = \"A\""),
        ("target_min = 15\n", ""),
        ("serves = [\"cash\"]", "serves = [\"cahs\"]"),
        ("unit = 2", "unit = 300"),
        ("output = \"device\"", "output = \"loud\""),
    ];
    says(
        &changes,
        &expect![[r#"
        branch.toml:4: time zone "Asia/Peking" is not known. Write a name of the IANA list, such as "Asia/Shanghai"; the package tzdata must be installed.
        branch.toml:5: [branch] knows no key `hotlin`. Write `hotline`.
        branch.toml:12: `mean_min` cannot be "4". Write a whole number from 1 to 1440, without quotes, for example: mean_min = 4
        branch.toml:16: series "A" is also in line 10. Give each service letters of its own: a number must name one ticket.
        branch.toml:20: [[lanes]] has no `target_min`. Write, for example: target_min = 15
        branch.toml:32: "cahs" is none of the [[services]]. Write "cash", or add [[services]] with id = "cahs".
        branch.toml:43: `unit` cannot be 300. Write a whole number from 1 to 247, without quotes, for example: unit = 1
        branch.toml:59: voice `output` cannot be "loud". Write "device", "device:NAME", "screens", "screens:ID", "wav:DIRECTORY" or "off"."#]],
    );
}

#[test]
fn toml_that_cannot_be_read() {
    says(
        &[("series = \"A\"", "series = A"), ("target_min = 3", "target_min 3"), ("port = ", "prt = ")],
        &expect![[r"
        branch.toml:9: this is not TOML: string values must be quoted, expected literal string. Mend this line; what it hides is checked after that.
        branch.toml:28: this is not TOML: key with no value, expected `=`. Mend this line; what it hides is checked after that."]],
    );
}

#[test]
fn a_key_given_twice() {
    says(
        &[("series = \"A\"", "series = \"A\"\nseries = \"B\"")],
        &expect![
            "branch.toml:10: this is not TOML: duplicate key. Mend this line; what it hides is checked after that."
        ],
    );
}

#[test]
fn keys_that_nobody_knows() {
    says(
        &[("[voice]\n", "[voice]\nloudness = 3\nrepeat = 2\n"), ("[[kiosks]]", "[[kiosk]]")],
        &expect![[r"
        branch.toml:50: the file knows no key `kiosk`. Write `kiosks`.
        branch.toml:59: [voice] knows no key `loudness`. Take it out; known here: output, repeats, yao, pack, zones, volume, volume_by_hour, speed, speed_by_hour, quiet, gap_ms, greet, apology_after_min, quiet_lanes, banned_words, programme.
        branch.toml:60: [voice] knows no key `repeat`. Write `repeats`."]],
    );
}

#[test]
fn values_of_the_wrong_kind() {
    let changes = [
        ("id = \"small\"", "id = 5"),
        ("name = { zh-CN = \"小网点\", en = \"Small branch\" }", "name = \"Small branch\""),
        ("serves = [\"cash\"]", "serves = \"cash\""),
        ("[[screens]]", "[screens]"),
        ("[voice]\n", "[voice]\nyao = \"yes\"\n"),
    ];
    says(
        &changes,
        &expect![[r#"
        branch.toml:2: `id` cannot be 5. Write a text in quotes, for example: id = "jiefang-road"
        branch.toml:3: `name` cannot be "Small branch". Write a table, for example: name = { zh-CN = "现金业务", en = "Cash" }
        branch.toml:32: `serves` cannot be "cash". Write a list in square brackets, for example: serves = ["cash", "*/vip"]
        branch.toml:54: [[screens]] cannot be a table. Write any number of such blocks, each with [[…]], for example: [[screens]] with id = "lobby"
        branch.toml:59: `yao` cannot be "yes". Write true or false, without quotes, for example: yao = true"#]],
    );
}

#[test]
fn numbers_out_of_range() {
    let changes = [
        ("mean_min = 4\n", "mean_min = 0\n"),
        ("target_min = 3\n", "target_min = 0\n"),
        ("guarantee_share = 25", "guarantee_share = 250"),
        ("port = \"desks\"", "port = \"desks\"\nbaud = 14400"),
        ("unit = 1,", "unit = 0,"),
        ("[voice]\n", "[voice]\nrepeats = 99\n"),
    ];
    says(
        &changes,
        &expect![[r"
        branch.toml:11: `mean_min` cannot be 0. Write a whole number from 1 to 1440, without quotes, for example: mean_min = 4
        branch.toml:23: `guarantee_share` cannot be 250. Write a whole number from 0 to 100, without quotes, for example: guarantee_share = 25
        branch.toml:28: `target_min` cannot be 0. Write a whole number from 1 to 1440, without quotes, for example: target_min = 15
        branch.toml:41: `baud` cannot be 14400. Write one of 2400, 4800, 9600, 19200, 38400, 57600 or 115200, for example: baud = 115200
        branch.toml:43: `unit` cannot be 0. Write a whole number from 1 to 247, without quotes, for example: unit = 1
        branch.toml:60: `repeats` cannot be 99. Write a whole number from 1 to 5, without quotes, for example: repeats = 2"]],
    );
}

#[test]
fn choices_that_do_not_exist() {
    says(
        &[("[[services]]", "[day]\nopen = \"at_noon\"\n\n[rules]\nno_show = \"twice\"\n\n[[services]]")],
        &expect![[r#"
            branch.toml:8: `open` cannot be "at_noon". Write one of "at_start", "by_manager" or "by_schedule", for example: open = "at_start"
            branch.toml:11: `no_show` cannot be "twice". Write one of "void", "once" or "tail", for example: no_show = "once""#]],
    );
}

#[test]
fn keys_that_are_missing() {
    let changes = [
        ("time_zone = \"Asia/Shanghai\"\n", ""),
        ("series = \"C\"\n", ""),
        ("port = \"kiosk-1\"\n", ""),
        ("unit = 2, ", ""),
    ];
    says(
        &changes,
        &expect![[r#"
        branch.toml:1: [branch] has no `time_zone`. Write, for example: time_zone = "Asia/Shanghai"
        branch.toml:12: [[services]] has no `series`. Write, for example: series = "A"
        branch.toml:41: [[units]] has no `unit`. Write, for example: unit = 1
        branch.toml:44: [[printers]] has no `port`. Write, for example: port = "/dev/serial/by-id/usb-1""#]],
    );
    expect![[r#"
        branch.toml:1: the file has no `branch`. Write, for example: [branch] with id, name and time_zone
        branch.toml:1: the file has no `services`. Write, for example: [[services]] with id, series, name and mean_min
        branch.toml:1: the file has no `lanes`. Write, for example: [[lanes]] with id, name and target_min
        branch.toml:1: the file has no `counters`. Write, for example: [[counters]] with id = "1" and serves = ["*"]"#]]
    .assert_eq(&told(""));
}

#[test]
fn a_file_that_is_not_there() {
    let (text, status) = crate::config::check_file(std::path::Path::new("no/such.toml"), None);
    assert_eq!(status, 2);
    expect![[r"
        no/such.toml:1: the file cannot be read: No such file or directory (os error 2). Give the path of a branch's file, such as config/demo/branch.toml.
        no/such.toml: 1 mistake, 0 warnings."]].assert_eq(&text);
}
