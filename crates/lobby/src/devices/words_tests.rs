//! Every state and every cause that a device can report is worded in both languages.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::devices::{port::PortError, printer::PrinterState as P};
use counter::poller::Cause;
use std::io;

/// Kinds and states as they are reported; whoever adds one adds it here.
const STATES: &[(&str, &[&str])] = &[
    (
        "printer",
        &[
            "paper_low",
            "silent",
            "paper_out",
            "cover_open",
            "cutter",
            "error",
            "offline",
            "unplugged",
            "paper_change",
            "no_font",
            "wrong_profile",
        ],
    ),
    ("desk", &["offline", "key_stuck", "display_fault", "out_of_step", "error"]),
    ("display", &["offline", "unplugged", "baud_mismatch", "display_fault", "error"]),
    ("line", &["unplugged", "baud_mismatch"]),
    ("screen", &["offline", "sound_blocked", "sound_failed"]),
    ("voice", &["no_sound_device", "no_voice_pack", "clips_missing", "other_sound_device", "no_sound_screen", "error"]),
];

fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

#[test]
fn every_state_says_in_both_languages_what_to_do() {
    for (kind, states) in STATES {
        for state in *states {
            let texts = texts(kind, state, None);
            let (zh, en) = (&texts["zh-CN"], &texts["en"]);
            let (told_zh, told_en) = (zh.remedy.clone().unwrap(), en.remedy.clone().unwrap());
            assert!(is_chinese(&zh.state) && is_chinese(&told_zh), "{kind} {state}");
            assert!(!is_chinese(&en.state) && !is_chinese(&told_en), "{kind} {state}");
            assert!(!told_en.contains("Look into the log."), "{kind} {state} has no remedy of its own");
            assert_eq!(remedy(kind, state).unwrap(), format!("{told_en} {told_zh}"));
        }
        for well in ["ok", "starting"] {
            assert!(remedy(kind, well).is_none() && texts(kind, well, None)["en"].remedy.is_none());
        }
    }
}

#[test]
fn a_stuck_key_is_freed_and_no_plug_is_looked_for() {
    for (state, hand) in [("key_stuck", "key"), ("display_fault", "number display"), ("out_of_step", "off and on")] {
        let told = remedy("desk", state).unwrap();
        assert!(told.contains(hand) && !told.contains("plug"), "{told}");
    }
}

#[test]
fn every_cause_of_a_wire_is_there_in_chinese() {
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    let ports = [
        PortError::Missing("desks".into()),
        PortError::Denied("desks".into()),
        PortError::Busy("desks".into()),
        PortError::NotADevice("desks".into()),
        PortError::Name("http://x".to_owned()),
        PortError::Unreachable { address: "host:9100".to_owned(), cause: refused() },
        PortError::Failed { path: "desks".into(), cause: refused() },
    ];
    let units = [Cause::Silent, Cause::Garbled, Cause::Refused(2), Cause::Map(7), Cause::Port];
    let printers = [P::PaperLow, P::Silent, P::PaperOut, P::CoverOpen, P::Cutter, P::Error, P::Offline, P::Unplugged];
    let printers = printers.map(|state| state.cause().unwrap().to_owned());
    let causes = ports.iter().map(ToString::to_string).chain(units.iter().map(ToString::to_string)).chain(printers);
    for cause in causes {
        let texts = texts("line", "unplugged", Some(&cause));
        let zh = texts["zh-CN"].cause.clone().unwrap();
        assert!(is_chinese(&zh) && !zh.contains("{}"), "{cause}: {zh}");
        assert_eq!(texts["en"].cause.as_deref(), Some(&*cause));
    }
}

#[test]
fn what_differs_from_case_to_case_is_kept() {
    assert_eq!(in_chinese("no connection to 10.0.0.7:9100: timed out"), "无法连接 10.0.0.7:9100：timed out");
    assert_eq!(in_chinese("line desks is not connected"), "线路 desks 未连接");
    assert_eq!(in_chinese("something that nobody has worded"), "something that nobody has worded");
    for (english, chinese) in CAUSES {
        assert_eq!(english.matches("{}").count(), chinese.matches("{}").count(), "{english}");
        assert!(is_chinese(chinese));
    }
}
