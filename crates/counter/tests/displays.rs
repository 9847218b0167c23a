//! Number displays: what they are written, to the byte, and that nothing old is ever written over something new.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // golden files are read

mod common;

use common::decoders::displays;
use common::{golden, ms};
use counter::display::modbus::Registers;
use counter::display::template::{Charset, Fields, Template};
use counter::display::{DisplayHost, DisplayProfile, DisplaySetup, Form, Sign};
use counter::poller::{Cause, Output, Step};
use counter::profile::Speech;
use counter::registers::{Lamps, Light, Picture};
use counter::shared::Shared;
use counter::timing::LineTiming;
use counter::{Host, Poller, Profile};
use expect_test::expect;
use proptest::prelude::*;
use std::time::Duration;

fn model(name: &str) -> DisplayProfile {
    displays().into_iter().find(|(known, _)| *known == name).unwrap().1
}

fn written(name: &str, unit: u8, picture: &Picture) -> Vec<u8> {
    let profile = model(name);
    profile.bytes(unit, "1", &profile.showing(picture, false))
}

fn number(text: &str) -> Picture {
    Picture::new(text, Light::Steady)
}

#[test]
fn every_model_is_written_as_the_golden_file_says() {
    assert_eq!(written("led-digits-modbus", 1, &number("A012")), golden("displays.txt", "number-1-012"));
    assert_eq!(written("led-digits-modbus", 1, &number("")), golden("displays.txt", "number-1-blank"));
    assert_eq!(written("led-text-modbus", 2, &number("A012")), golden("displays.txt", "text-2-a012"));
    assert_eq!(written("led-digits-ascii", 1, &number("A012")), golden("displays.txt", "ascii-1-012"));
    let mut sixteen = model("led-digits-modbus");
    let Form::Modbus(registers) = &mut sixteen.form else { panic!("{sixteen:?}") };
    registers.function = 16;
    let bytes = sixteen.bytes(1, "1", &sixteen.showing(&number("A012"), false));
    assert_eq!(bytes, golden("displays.txt", "number16-1-012"));
}

#[test]
fn a_display_shows_what_it_was_written_and_answers_as_modbus_wants() {
    let mut sign = Sign::new(1, "1", model("led-digits-modbus"));
    let reply = sign.hear(&golden("displays.txt", "number-1-012"), ms(5)).unwrap();
    assert_eq!((sign.text(), sign.changed()), ("12", ms(5)));
    assert_eq!(reply, golden("displays.txt", "number-1-reply"));
    assert!(Registers::confirms(&golden("displays.txt", "number-1-012"), &reply));
    let mut sign = Sign::new(2, "1", model("led-text-modbus"));
    assert_eq!(sign.hear(&golden("displays.txt", "text-2-bad-crc"), ms(0)), None);
    assert_eq!(sign.text(), "");
    let reply = sign.hear(&golden("displays.txt", "text-2-a012"), ms(0)).unwrap();
    assert_eq!((sign.text(), reply), ("A012", golden("displays.txt", "text-2-reply")));
    assert!(!Registers::confirms(&golden("displays.txt", "number-1-012"), &golden("displays.txt", "text-2-reply")));
    let mut sign = Sign::new(1, "1", model("led-digits-ascii"));
    assert_eq!(sign.hear(&golden("displays.txt", "ascii-1-012"), ms(0)), Some(Vec::new()));
    assert_eq!(sign.text(), "012");
    sign.hear(&golden("displays.txt", "ascii-1-points"), ms(0)).unwrap();
    assert_eq!(sign.text(), "8.8.8.");
    assert_eq!(Sign::new(2, "1", model("led-digits-ascii")).hear(&golden("displays.txt", "ascii-1-012"), ms(0)), None);
}

#[test]
fn a_picture_becomes_words_that_the_display_can_show() {
    let shows = |name: &str, picture: &Picture| model(name).showing(picture, false).text;
    let paused = Picture { lamps: Lamps { paused: true, ..Lamps::default() }, ..number("----") };
    assert_eq!(shows("led-text-modbus", &paused), "----");
    assert_eq!(shows("led-digits-ascii", &paused), "---");
    assert_eq!(shows("led-digits-modbus", &paused), "");
    assert_eq!(shows("led-digits-ascii", &number("B1234")), "234");
    assert_eq!(shows("led-text-modbus", &number("B12")), " B12");
    assert_eq!(shows("led-text-modbus", &Picture::default()), "");
    let wide = DisplayProfile { align: counter::display::Align::Left, width: Some(6), ..model("led-text-modbus") };
    assert_eq!(wide.showing(&number("B12"), false).text, "B12   ");
}

#[test]
fn a_template_writes_every_field_and_checksum() {
    let fields = Fields { unit: 7, counter: "3", number: "A012", text: "请A012号" };
    let ascii = |line: &str| Template::parse(line, Charset::Ascii).unwrap().bytes(&fields);
    assert_eq!(ascii("{{{number}}}"), b"{A012}");
    assert_eq!(ascii("{number:6}|{number:<6}|{unit:03}|{counter:02}"), b"  A012|A012  |007|03");
    assert_eq!(ascii("{number:2}"), b"A012", "never cut");
    assert_eq!(ascii("{02}{unit:byte}{1b 40}"), [2, 7, 0x1B, 0x40]);
    assert_eq!(ascii("AB{sum8}"), [b'A', b'B', 0x83]);
    assert_eq!(ascii("x{from}AB{xor8:hex}"), b"xAB03");
    assert_eq!(ascii("{text}"), b"?A012?");
    // The check value of CRC-16/MODBUS over "123456789" is 4B37.
    assert_eq!(ascii("123456789{crc16:hex}"), b"1234567894B37");
    assert_eq!(ascii("123456789{crc16}")[9..], [0x37, 0x4B]);
    assert_eq!(ascii("123456789{crc16:be}")[9..], [0x4B, 0x37]);
    let chinese = Template::parse("{text}号", Charset::Gb18030).unwrap().bytes(&fields);
    assert_eq!(chinese, [&[0xC7, 0xEB][..], b"A012", &[0xBA, 0xC5, 0xBA, 0xC5]].concat());
    for wrong in ["{numbr}", "{number", "number}", "{number:0}", "{number:99}", "{sum8:be}", "{1}", "{}", "{from:2}"] {
        let error = Template::parse(wrong, Charset::Ascii).unwrap_err().to_string();
        assert!(error.contains("means nothing here; write {number}"), "{wrong}: {error}");
    }
}

proptest! {
    #[test]
    fn what_a_template_writes_its_device_reads(
        number in "[A-Z]{0,2}[0-9]{1,4}",
        line in prop::sample::select(vec![
            "${unit:03},{number}#", "{02}{unit:byte}{number:<8}{03}{xor8}", "{number}{crc16}", "{from}{text:08}{sum8:hex}",
            "AA{counter:02}{text}{crc16:be}", "{FF 68}{number:6}{sum8}{16}",
        ]),
        unit in 1_u8..=247,
        flip in any::<(prop::sample::Index, u8)>(),
    ) {
        let template = Template::parse(line, Charset::Ascii).unwrap();
        let mut bytes = template.bytes(&Fields { unit, counter: "3", number: &number, text: &number });
        let shown = template.read(&bytes, unit, "3").unwrap();
        prop_assert_eq!(shown.trim_start_matches('0'), number.trim_start_matches('0'));
        if line.contains("crc16") && flip.1 != 0 {
            let place = flip.0.index(bytes.len());
            bytes[place] ^= flip.1;
            prop_assert_eq!(template.read(&bytes, unit, "3"), None, "one damaged byte is always noticed");
        }
    }
}

/// A host and what it sends within a time, while nobody answers.
struct Wire {
    host: Box<dyn Host>,
    now: Duration,
    reports: Vec<Output>,
}

impl Wire {
    fn of(name: &str, units: &[u8]) -> Wire {
        Wire { host: Box::new(display_host(name, units)), now: ms(0), reports: Vec::new() }.opened()
    }

    fn opened(mut self) -> Wire {
        self.host.port_opened(self.now);
        self
    }

    fn sends(&mut self, time: Duration, mut answer: impl FnMut(&[u8]) -> Option<Vec<u8>>) -> Vec<(Duration, Vec<u8>)> {
        let (mut sent, end) = (Vec::new(), self.now + time);
        while self.now < end {
            if let Step::Send(bytes) = self.host.step(self.now) {
                if let Some(reply) = answer(&bytes) {
                    self.host.received(&reply, self.now + ms(20));
                }
                sent.push((self.now, bytes));
            }
            self.reports.extend(std::iter::from_fn(|| self.host.report()));
            self.now += ms(1);
        }
        sent
    }
}

fn display_host(name: &str, units: &[u8]) -> DisplayHost {
    let setup = |unit: &u8| DisplaySetup {
        unit: *unit,
        counter: "1".to_owned(),
        profile: model(name),
        picture: Picture::default(),
    };
    DisplayHost::new(LineTiming::new(9_600).unwrap(), units.iter().map(setup).collect(), ms(0)).unwrap()
}

fn reply(request: &[u8]) -> Vec<u8> {
    let mut sign = Sign::new(request[0], "1", model("led-digits-modbus"));
    sign.hear(request, ms(0)).unwrap()
}

#[test]
fn only_the_newest_number_is_written_also_after_a_reply_was_missed() {
    let mut wire = Wire::of("led-digits-modbus", &[1]);
    wire.sends(ms(500), |bytes| Some(reply(bytes)));
    assert_eq!(wire.reports, [Output::Online { unit: 1 }]);
    for text in ["A001", "A002", "A003"] {
        wire.host.set_picture(1, number(text), wire.now).unwrap();
    }
    let mut lost = 1;
    let sent = wire.sends(ms(500), |bytes| {
        lost -= 1;
        (lost < 0).then(|| reply(bytes))
    });
    let values: Vec<u8> = sent.iter().map(|(_, bytes)| bytes[5]).collect();
    assert_eq!(values, [3, 3], "the newest, and once more because the first was not answered");
    // A new number while the reply to the old is missing: the old is never repeated.
    wire.host.set_picture(1, number("A004"), wire.now).unwrap();
    let first = wire.sends(ms(10), |_| None);
    wire.host.set_picture(1, number("A005"), wire.now).unwrap();
    let then = wire.sends(ms(500), |bytes| Some(reply(bytes)));
    assert_eq!((first[0].1[5], then[0].1[5]), (4, 5));
    // People waiting are not to be seen here: no writing for them.
    wire.host.set_picture(1, Picture { waiting: 9, ..number("A005") }, wire.now).unwrap();
    assert_eq!(wire.sends(ms(1_000), |bytes| Some(reply(bytes))), []);
    assert_eq!(wire.sends(Duration::from_secs(5), |bytes| Some(reply(bytes))).len(), 1, "refreshed");
}

#[test]
fn a_dead_display_is_told_and_costs_little() {
    let mut wire = Wire::of("led-digits-modbus", &[1, 2]);
    let alive = |bytes: &[u8]| (bytes[0] == 1).then(|| reply(bytes));
    wire.sends(Duration::from_secs(2), alive);
    assert_eq!(wire.reports, [Output::Online { unit: 1 }, Output::Offline { unit: 2, cause: Cause::Silent }]);
    let tried = wire.sends(Duration::from_secs(10), alive).iter().filter(|(_, bytes)| bytes[0] == 2).count();
    assert!((4..=6).contains(&tried), "{tried} attempts in ten seconds");
    wire.reports.clear();
    wire.sends(Duration::from_secs(3), |bytes| Some(reply(bytes)));
    assert_eq!(wire.reports, [Output::Online { unit: 2 }]);
}

#[test]
fn a_display_that_says_nothing_is_presumed_well() {
    let mut wire = Wire::of("led-digits-ascii", &[1]);
    let sent = wire.sends(Duration::from_secs(11), |_| None);
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert_eq!(wire.reports, [Output::Presumed { unit: 1 }]);
}

#[test]
fn displays_share_the_wire_of_desk_units_and_never_starve_the_keys() {
    let units = [1, 2].map(|unit| counter::poller::UnitSetup { unit, remembered: None, picture: Picture::default() });
    let timing = LineTiming::new(9_600).unwrap();
    let mut desks = units.map(|setup| counter::Unit::new(setup.unit, 7));
    let poller = Poller::new(timing, &units, 1, ms(0)).unwrap();
    let dead: Vec<u8> = (10..30).collect();
    let shared = Shared::new(Box::new(poller), display_host("led-digits-modbus", &dead));
    let mut wire = Wire { host: Box::new(shared), now: ms(0), reports: Vec::new() }.opened();
    let mut longest = Duration::ZERO;
    let sent = wire.sends(Duration::from_secs(20), |bytes| desks.iter_mut().find_map(|desk| desk.answer(bytes, ms(0))));
    for unit in [1, 2] {
        let polls: Vec<Duration> = sent.iter().filter(|(_, bytes)| bytes[0] == unit).map(|(at, _)| *at).collect();
        longest = polls.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max().unwrap().max(longest);
    }
    assert!(longest < ms(400), "a unit waited {longest:?} for its poll");
    let written = sent.iter().filter(|(_, bytes)| bytes[0] >= 10).count();
    assert!(written > 20, "{written} writings to displays");
    for one in dead {
        assert!(wire.reports.contains(&Output::Offline { unit: one, cause: Cause::Silent }), "{one}");
    }
    assert!(wire.reports.contains(&Output::Online { unit: 2 }));
}

#[test]
fn displays_among_call_boxes_are_no_garbage_and_those_that_talk_garbage_are_not_the_line() {
    let boxes = [counter::poller::UnitSetup { unit: 1, remembered: None, picture: Picture::default() }];
    let timing = LineTiming::new(9_600).unwrap();
    let host = counter::ff68::Ff68Host::new(timing, common::ff68::keys(), &boxes, common::ff68::RUN, ms(0)).unwrap();
    let shared = Shared::new(Box::new(host), display_host("led-digits-modbus", &[10, 11, 12]));
    let mut wire = Wire { host: Box::new(shared), now: ms(0), reports: Vec::new() }.opened();
    wire.sends(Duration::from_mins(1), |bytes| match bytes[0] {
        10 | 11 => Some(reply(bytes)),
        12 => Some(vec![0x55; 8]),
        _ => None, // the box says nothing
    });
    assert!(wire.reports.contains(&Output::Online { unit: 11 }), "{:?}", wire.reports);
    assert!(wire.reports.contains(&Output::Offline { unit: 12, cause: Cause::Garbled }), "{:?}", wire.reports);
    assert!(!wire.reports.contains(&Output::Garbage), "{:?}", wire.reports);
}

#[test]
fn a_profile_says_its_mistakes_with_line_and_remedy() {
    let wrong = |text: &str| Profile::parse("mine", text).unwrap_err().to_string();
    let told = [
        "",
        "protocol = \"modbus\"",
        "protocol = \"template\"\nframe = \"{nummer}\"",
        "protocol = \"template\"\nframe = \"$001#\"",
        "protocol = \"template\"\nframe = \"{number}\"\nbaud = 9601",
        "protocol = \"template\"\nframe = \"{number}\"\nwidht = 3",
        "protocol = \"callbox-ff68\"\n[keys]\n0C = \"nxt\"",
        "protocol = \"callbox-ff68\"\n[keys]\nC = \"next\"",
        "protocol = \"callbox-ff68\"\n[keys]\n0C = \"next\"\n[digit_ok]\n12 = \"hold\"",
    ]
    .map(wrong)
    .join("\n");
    expect![[r#"
        profile `mine`, line 1: protocol: write "desk-modbus", "callbox-ff68", "led-digits-modbus" or "template"
        profile `mine`, line 1: protocol: write "desk-modbus", "callbox-ff68", "led-digits-modbus" or "template"
        profile `mine`, line 2: frame: `{nummer}` means nothing here; write {number}, {text}, {counter}, {unit}, bytes such as {1B 40}, {from}, {sum8}, {xor8} or {crc16}
        profile `mine`, line 2: frame: nothing would ever be seen; put {number} or {text} into it
        profile `mine`, line 3: baud: 9601 is no speed of such a device; write one of [2400, 4800, 9600, 19200, 38400, 57600, 115200]
        profile `mine`, line 3: unknown field `widht`, expected one of `protocol`, `baud`, `even_parity`, `encoding`, `frame`, `flash_frame`, `width`, `align`, `alphabet`, `idle`, `paused`, `paused_to`, `closed`, `calls`
        profile `mine`, line 2: [keys]: `nxt` is no meaning of a key; write next, recall, pause, transfer, ok, 0 to 9, …, call-back or invite-rating
        profile `mine`, line 2: [keys]: `C` cannot stand before the =; write two hexadecimal digits, such as 0C
        profile `mine`, line 4: [digit_ok]: `12` cannot stand before the =; write one digit"#]].assert_eq(&told);
}

#[test]
fn every_shipped_profile_is_in_the_program_and_right() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/devices");
    let built_in: Vec<&str> = Profile::built_in_names().collect();
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".toml").unwrap_or(&name).to_owned();
        assert!(name.starts_with("escpos") || built_in.contains(&name.as_str()), "{name} is not built in");
    }
    for name in built_in {
        let profile = Profile::parse(name, Profile::built_in(name).unwrap()).unwrap();
        assert_eq!(profile.has_keys(), !matches!(profile.speech, Speech::Display(_)), "{name}");
    }
}
