//! The rules of the poll, one by one, on simulated time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // golden files are read

mod common;

use std::time::Duration;

use common::{Fault, Line, ms};
use counter::frame::crc16;
use counter::poller::{Cause, Output, Poller, Press, SetupError, Step, UnitSetup};
use counter::registers::{Lamps, Light, Picture};
use counter::sequence::BaselineWhy;
use counter::timing::LineTiming;
use counter::{Key, Mark};

/// Presses in the words of the tests: `1:next`, `1:next!` when stale, `1:lost 4` when missed.
fn presses(line: &mut Line) -> Vec<String> {
    let word = |report| match report {
        Output::Press(Press { unit, key, code, stale, .. }) => {
            let name = key.map_or(code.to_string(), |key| key.to_string());
            Some(format!("{unit}:{name}{}", if stale { "!" } else { "" }))
        }
        Output::Missed { unit, count, .. } => Some(format!("{unit}:lost {count}")),
        _ => None,
    };
    line.take_reports().into_iter().filter_map(word).collect()
}

fn settled(units: &[u8]) -> Line {
    let mut line = Line::new(units, |_| None);
    line.run_for(ms(200));
    line.take_reports();
    line
}

fn called(text: &str, attention: u16) -> Picture {
    let lamps = Lamps { beep: true, ..Lamps::default() };
    Picture { lamps, attention, ..Picture::new(text, Light::Flashing) }
}

#[test]
fn the_first_reading_presses_nothing() {
    let mut line = Line::new(&[3], |_| None);
    line.unit(3).press(Key::Next);
    line.run_for(ms(100));
    let mark = Mark { boot: 3, wraps: 0, seq: 1 };
    let reports = line.take_reports();
    assert_eq!(reports[0], Output::Online { unit: 3 });
    assert_eq!(reports[1], Output::Baseline { unit: 3, mark, why: BaselineWhy::FirstReading });
    assert!(matches!(reports[2..], [Output::Status { unit: 3, .. }]), "{reports:?}");
}

#[test]
fn presses_come_in_order_with_their_marks() {
    let mut line = settled(&[1, 2]);
    for key in [Key::Digit2, Key::Pause, Key::Next] {
        line.unit(2).press(key);
    }
    line.run_for(ms(100));
    let reports = line.take_reports();
    let marks = reports.iter().map(|report| match report {
        Output::Press(press) => (press.unit, press.mark.to_string(), press.code, press.stale),
        other => panic!("{other:?}"),
    });
    let expected = [("2:0:1", 32), ("2:0:2", 7), ("2:0:3", 1)];
    assert!(marks.eq(expected.map(|(mark, code)| (2, mark.to_owned(), code, false))));
}

#[test]
fn what_the_ring_forgot_is_reported_as_missed() {
    let mut line = settled(&[1]);
    for _ in 0..11 {
        line.unit(1).press(Key::Recall);
    }
    line.run_for(ms(100));
    let reports = line.take_reports();
    let mark = Mark { boot: 1, wraps: 0, seq: 3 };
    assert_eq!(reports[0], Output::Missed { unit: 1, count: 3, mark });
    assert_eq!(reports.len(), 9);
}

#[test]
fn a_sequence_that_wraps_counts_its_wraps() {
    let remembered = Mark { boot: 1, wraps: 4, seq: 65_534 };
    let mut line = Line::new(&[1], |_| None);
    for _ in 0..65_534 {
        line.unit(1).press(Key::Help);
    }
    line.restart(|_| Some(remembered));
    for key in [Key::Hold, Key::Finish, Key::Arrived] {
        line.unit(1).press(key);
    }
    line.run_for(ms(100));
    let marks = line.take_reports().into_iter().filter_map(|report| match report {
        Output::Press(press) => Some(press.mark.to_string()),
        _ => None,
    });
    assert!(marks.eq(["1:4:65535", "1:5:0", "1:5:1"].map(str::to_owned)));
}

#[test]
fn of_several_next_after_an_absence_only_the_last_counts() {
    for (absence, expected) in [
        (2_000, ["1:next!", "1:help", "1:next!", "1:next", "1:recall"]),
        (1_000, ["1:next", "1:help", "1:next", "1:next", "1:recall"]),
    ] {
        let mut line = settled(&[1, 2]);
        line.muted.insert(1);
        line.run_for(ms(absence));
        for key in [Key::Next, Key::Help, Key::Next, Key::Next, Key::Recall] {
            line.unit(1).press(key);
        }
        line.muted.clear();
        line.run_for(ms(3_000));
        assert_eq!(presses(&mut line), expected, "absent for {absence} ms");
    }
}

#[test]
fn a_restart_counts_as_an_absence() {
    let mut line = settled(&[1]);
    for _ in 0..6 {
        line.unit(1).press(Key::Next);
    }
    line.restart(|_| Some(Mark { boot: 1, wraps: 0, seq: 1 }));
    line.run_for(ms(100));
    let expected = ["1:next!", "1:next!", "1:next!", "1:next!", "1:next"];
    assert_eq!(presses(&mut line), expected);
    for _ in 0..2 {
        line.unit(1).press(Key::Next);
    }
    line.run_for(ms(100));
    assert_eq!(presses(&mut line), ["1:next", "1:next"]);
}

#[test]
fn a_press_is_no_older_than_the_last_reading_without_it() {
    let ages = |line: &mut Line| -> Vec<Option<Duration>> {
        let of = |report| if let Output::Press(press) = report { Some(press.age) } else { None };
        line.take_reports().into_iter().filter_map(of).collect()
    };
    let mut line = settled(&[1]);
    line.unit(1).press(Key::Next);
    line.run_for(ms(200));
    let age = ages(&mut line)[0].unwrap();
    assert!(age <= ms(100), "polled every moment: {age:?}");
    // Pressed somewhere in three seconds of silence: nobody saw when.
    line.muted.insert(1);
    line.run_for(ms(500));
    line.unit(1).press(Key::Help);
    line.run_for(ms(2_500));
    line.muted.clear();
    line.run_for(ms(3_000));
    let age = ages(&mut line)[0].unwrap();
    assert!((ms(3_000)..ms(6_000)).contains(&age), "{age:?}");
    // Found after a start: it may be of yesterday.
    line.unit(1).press(Key::Next);
    line.restart(|_| Some(Mark { boot: 1, wraps: 0, seq: 2 }));
    line.run_for(ms(100));
    assert_eq!(ages(&mut line), [None]);
}

#[test]
fn a_new_boot_is_a_baseline_and_gets_the_picture_again() {
    let mut line = settled(&[1]);
    let now = line.now;
    line.poller.set_picture(1, Picture::new("A012", Light::Steady), now).unwrap();
    line.unit(1).press(Key::Next);
    line.run_for(ms(100));
    assert_eq!(presses(&mut line), ["1:next"]);
    line.unit(1).reboot(77, now);
    line.run_for(ms(100));
    let mark = Mark { boot: 77, wraps: 0, seq: 0 };
    let why = BaselineWhy::NewBoot;
    assert_eq!(line.take_reports()[0], Output::Baseline { unit: 1, mark, why });
    assert_eq!(line.unit(1).picture().text(), "A012");
    line.unit(1).press(Key::Help);
    line.run_for(ms(100));
    assert_eq!(presses(&mut line), ["1:help"]);
}

#[test]
fn an_old_reply_that_comes_late_says_nothing() {
    let mut line = settled(&[1]);
    line.unit(1).press(Key::Help);
    // Every reply comes 400 ms late for a while: the poller gives up, and each reply meets another request.
    line.faults = vec![Fault::Late(ms(400)); 6];
    line.run_for(ms(100));
    for _ in 0..4 {
        line.unit(1).press(Key::Recall);
        line.run_for(ms(700));
    }
    line.run_for(ms(5_000));
    assert_eq!(presses(&mut line), ["1:help", "1:recall", "1:recall", "1:recall", "1:recall"]);
}

#[test]
fn one_damaged_frame_is_no_outage() {
    for fault in [Fault::RequestLost, Fault::ReplyLost, Fault::ReplyDamaged(3, 8), Fault::RequestDamaged(0, 1)] {
        let mut line = settled(&[1]);
        line.faults = vec![fault];
        line.unit(1).press(Key::Next);
        line.run_for(ms(300));
        assert_eq!(presses(&mut line), ["1:next"], "{fault:?}");
        assert_eq!(line.poller.counters(1).unwrap().retries, 1, "{fault:?}");
    }
}

#[test]
fn a_silent_unit_is_reported_once_and_costs_the_others_nothing() {
    let mut line = settled(&[1, 2, 3, 4]);
    line.muted.insert(3);
    line.run_for(ms(2_000));
    assert_eq!(line.take_reports(), [Output::Offline { unit: 3, cause: Cause::Silent }]);
    let before = line.sent.len();
    line.run_for(ms(10_000));
    let to = |unit: u8| line.sent[before..].iter().filter(|(_, bytes)| bytes[0] == unit).count();
    assert!(to(3) <= 6, "{} attempts in 10 s", to(3));
    assert!(to(1) >= 220, "unit 1 was asked {} times in 10 s", to(1));
    line.muted.clear();
    line.run_for(ms(2_500));
    assert_eq!(line.take_reports()[0], Output::Online { unit: 3 });
}

#[test]
fn a_lost_port_is_an_outage_with_its_own_cause() {
    let mut line = settled(&[1]);
    let now = line.now;
    line.poller.port_lost(now);
    line.poller.port_lost(now);
    assert_eq!(line.take_reports(), [Output::Offline { unit: 1, cause: Cause::Port }]);
    line.poller.port_opened(now);
    line.run_for(ms(100));
    assert_eq!(line.take_reports()[0], Output::Online { unit: 1 });
}

#[test]
fn a_unit_with_another_map_presses_nothing() {
    let timing = LineTiming::new(9_600).unwrap();
    let setup = UnitSetup { unit: 1, remembered: None, picture: Picture::default() };
    let mut poller = Poller::new(timing, &[setup], 1, ms(0)).unwrap();
    poller.port_opened(ms(0));
    let mut reply = [[1, 4, 24, 0, 2].as_slice(), &[0; 22]].concat();
    reply.extend(crc16(&reply).to_le_bytes());
    for attempt in 0..4 {
        let now = ms(10 + attempt * 1_000);
        assert!(matches!(poller.step(now), Step::Send(_)), "attempt {attempt}");
        poller.received(&reply, now);
    }
    assert_eq!(poller.report(), Some(Output::Offline { unit: 1, cause: Cause::Map(2) }));
    assert_eq!(poller.report(), None);
}

#[test]
fn pictures_change_one_at_a_time_between_polls() {
    let mut line = settled(&[1, 2, 3, 4, 5, 6, 7, 8]);
    let before = line.sent.len();
    let now = line.now;
    for unit in 1..=8 {
        line.poller.set_picture(unit, Picture::new("A001", Light::Steady), now).unwrap();
    }
    line.run_for(ms(200));
    let asked: Vec<u8> = line.sent[before..].iter().map(|(_, bytes)| bytes[1]).collect();
    assert!(!asked.windows(2).any(|pair| pair == [16, 16]), "{asked:?}");
    let writes = asked.into_iter().filter(|function| *function == 16);
    assert_eq!(writes.count(), 8);
    assert!(line.units.iter().all(|unit| unit.picture().text() == "A001"));
    assert!(line.poller.set_picture(9, Picture::default(), now).is_err());
}

#[test]
fn a_number_does_not_queue_behind_the_counts_of_people_waiting() {
    let mut line = settled(&[1, 2, 3, 4, 5, 6, 7, 8]);
    let before = line.sent.len();
    let now = line.now;
    for unit in 1..=8 {
        line.poller.set_picture(unit, Picture { waiting: 5, ..Picture::default() }, now).unwrap();
    }
    line.poller.set_picture(8, called("A001", 1), now).unwrap();
    line.run_for(ms(1_000));
    let asked: Vec<(u8, u8)> = line.sent[before..].iter().map(|(_, bytes)| (bytes[0], bytes[1])).collect();
    let first = asked.iter().find(|(_, function)| *function == 16);
    assert_eq!(first, Some(&(8, 16)), "{asked:?}");
    // The counts follow, a round of polls between them.
    let writes: Vec<usize> = (0..asked.len()).filter(|at| asked[*at].1 == 16).collect();
    assert_eq!(writes.len(), 8);
    assert!(writes[1..].windows(2).all(|pair| pair[1] - pair[0] > 8), "{writes:?}");
    assert!(line.units[..7].iter().all(|unit| unit.picture().waiting == 5));
}

#[test]
fn a_picture_is_written_again_every_five_seconds() {
    let mut line = settled(&[1]);
    let now = line.now;
    line.poller.set_picture(1, called("A012", 1), now).unwrap();
    line.run_for(ms(16_000));
    let writes = line.sent.iter().filter(|(_, bytes)| bytes[1] == 16).count();
    assert_eq!(writes, 5, "at the start, for the call, and three times since");
    assert_eq!(line.unit(1).beeps(), 1);
}

#[test]
fn attention_is_drawn_once_however_often_the_rest_changes() {
    let mut line = settled(&[1]);
    let start = line.now;
    line.poller.set_picture(1, called("A012", 1), start).unwrap();
    for waiting in 1..=8 {
        let now = line.now;
        line.poller.set_picture(1, Picture { waiting, ..called("A012", 1) }, now).unwrap();
        line.run_for(ms(900));
    }
    let now = line.now;
    let unit = line.unit(1);
    assert_eq!((unit.beeps(), unit.light(now), unit.picture().waiting), (1, Light::Steady, 8));
    line.poller.set_picture(1, Picture { waiting: 8, ..called("A012", 2) }, now).unwrap();
    line.run_for(ms(100));
    assert_eq!((line.unit(1).beeps(), line.unit(1).light(now + ms(200))), (2, Light::Flashing));
}

#[test]
fn a_unit_that_comes_back_does_not_beep_for_an_old_call() {
    let mut line = settled(&[1, 2]);
    line.muted.insert(1);
    let now = line.now;
    line.poller.set_picture(1, called("A012", 1), now).unwrap();
    line.run_for(ms(8_000));
    line.muted.clear();
    line.run_for(ms(2_500));
    let now = line.now;
    let unit = line.unit(1);
    assert_eq!((unit.picture().text(), unit.beeps(), unit.light(now)), ("A012", 0, Light::Steady));
}

#[test]
fn a_status_is_reported_when_it_changes() {
    let mut line = settled(&[1]);
    let now = line.now;
    line.unit(1).hold_down(Key::Next, now);
    line.run_for(ms(10_500));
    let statuses = line.take_reports().into_iter().filter_map(|report| match report {
        Output::Status { status, .. } => Some(status.key_stuck),
        _ => None,
    });
    assert!(statuses.eq([true]));
}

#[test]
fn a_unit_behind_its_mark_is_reported_once() {
    let mut line = Line::new(&[1], |_| Some(Mark { boot: 1, wraps: 0, seq: 500 }));
    line.run_for(ms(20_000));
    line.unit(1).press(Key::Next);
    line.run_for(ms(1_000));
    let reports = line.take_reports();
    let told = reports.iter().filter(|report| matches!(report, Output::OutOfStep { .. })).count();
    assert_eq!(told, 1);
    assert!(!reports.iter().any(|report| matches!(report, Output::Press(_) | Output::Baseline { .. })));
}

#[test]
fn impossible_lines_are_refused() {
    let timing = LineTiming::new(9_600).unwrap();
    let unit = |unit| UnitSetup { unit, remembered: None, picture: Picture::default() };
    let refused = |units: &[UnitSetup]| Poller::new(timing, units, 1, ms(0)).unwrap_err();
    assert_eq!(refused(&[unit(0)]), SetupError::Address(0));
    assert_eq!(refused(&[unit(248)]), SetupError::Address(248));
    assert_eq!(refused(&[unit(4), unit(5), unit(4)]), SetupError::Twice(4));
}
