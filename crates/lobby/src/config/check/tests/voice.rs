//! Voices, zones and the programme.

use super::{GOOD, told};

/// The good branch with these lines under `[voice]`.
fn voice(lines: &str) -> String {
    told(&GOOD.replace("[voice]\noutput = \"device\"\n", &format!("[voice]\n{lines}\n")))
}

#[test]
fn a_whole_voice_is_left_in_peace() {
    let lines = r#"
quiet_lanes = ["regular"]
volume_by_hour = [{ from = "12:00", until = "14:00", volume = 60 }]
speed = 95
speed_by_hour = [{ from = "09:00", until = "11:00", speed = 85 }]
quiet = [{ from = "22:00", until = "07:00" }]
greet = true
apology_after_min = 30
zones = [{ id = "east", output = "device:east", counters = ["1"], speed = 110, volume_by_hour = [] }, { id = "west", output = "off", services = ["cash"] }]

[[voice.programme]]
id = "things"
text = { zh-CN = "请看管好随身物品。", en = "Keep your things with you." }
every_min = 30
from = "09:00"
until = "17:00"
zones = ["east"]"#;
    assert_eq!(voice(lines), "");
}

#[test]
fn every_mistake_of_a_voice_is_told_with_what_to_write() {
    let lines = r#"
quiet_lanes = ["vip2"]
quiet = [{ from = "10 pm", until = "07:00" }]
zones = [{ id = "east", output = "loud", counters = ["99"], speed_by_hour = [{ from = "9", until = "10:00", speed = 200 }] }, { id = "east", output = "screens" }]

[[voice.programme]]
id = "never"
text = { zh-CN = "急什么", fr = "bonjour" }
zones = ["north"]
[[voice.programme]]
id = "closing"
text = { zh-CN = "<b></b>" }
before_close_min = 15
from = "09:00"
days = "someday""#;
    let told = voice(lines);
    for part in [
        "\"vip2\" is none of the [[lanes]]",
        "`from` cannot be \"10 pm\"",
        "`output` cannot be \"loud\". Write \"device\"",
        "`from` cannot be \"9\"",
        "`speed`",
        "\"99\" is none of the [[counters]]",
        "voice zone \"east\" is also in line",
        "no screen has sound. Add sound = true",
        "an entry of the programme is never said. Add at",
        "warning: \"急什么\" is a word that customers should not hear",
        "warning: the text for \"fr\" is never said",
        "\"north\" is none of the [[voice.zones]]",
        "this cannot be said: there is no word in it",
        "there is no closing to be before",
        "one of `from` and `until` is missing",
        "`days` cannot be \"someday\"",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

#[test]
fn a_language_without_a_grammar_is_told_and_one_with_its_own_is_not() {
    let french = |pack: &str| {
        let spoken = GOOD.replace("[branch]\n", "[branch]\nlanguages = [\"zh-CN\", \"fr\"]\n");
        assert_ne!(spoken, GOOD);
        told(&spoken.replace("[voice]\n", &format!("[voice]\npack = \"{pack}\"\n")))
    };
    let pack = tempfile::tempdir().unwrap();
    let path = pack.path().display().to_string();
    assert!(french(&path).contains("there is no voice for the language \"fr\""), "{}", french(&path));
    std::fs::create_dir(pack.path().join("fr")).unwrap();
    let text = crate::voice::Grammar::text("en").unwrap().replace("language = \"en\"", "language = \"fr\"");
    std::fs::write(pack.path().join("fr/grammar.toml"), text).unwrap();
    assert!(!french(&path).contains("no voice"), "{}", french(&path));
}
