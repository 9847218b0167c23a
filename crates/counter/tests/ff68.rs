//! Call boxes: frames to the byte, and the rules of host and box on simulated time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // golden files are read

mod common;

use common::ff68::{BoxLine, RUN};
use common::{golden, ms};
use counter::ff68::{Deframer, Frame, FrameError, digits};
use counter::poller::{Cause, Output};
use counter::registers::{Lamps, Light, Picture, Status};
use counter::sequence::BaselineWhy;
use counter::{Host, Key};
use std::time::Duration;

fn frame(name: &str) -> Vec<u8> {
    golden("ff68.txt", name)
}

#[test]
fn frames_are_those_of_the_description() {
    let frames = [
        ("call-1", Frame::new(1, 1, &[0x0C])),
        ("recall-2", Frame::new(2, 1, &[0x0D])),
        ("ok-255", Frame::new(255, 1, &[0x0F])),
        ("show-1-3-012", Frame::new(1, 2, &digits(Some(3), "A012"))),
        ("show-1-blank", Frame::new(1, 2, &digits(None, ""))),
        ("beep-7", Frame::new(7, 3, &[])),
        ("rater-7", Frame::new(7, 0x11, &[])),
    ];
    for (name, meant) in frames {
        assert_eq!(meant.encode(), frame(name), "{name}");
        assert_eq!(Frame::decode(&frame(name)), Ok(meant.clone()), "{name}");
        assert_eq!(meant.wire_len(), frame(name).len(), "{name}");
    }
    assert_eq!(Frame::decode(&frame("call-1-bad-sum")), Err(FrameError::Checksum));
    for name in ["call-1-bad-end", "call-1-two-lengths", "call-1-no-start"] {
        assert_eq!(Frame::decode(&frame(name)), Err(FrameError::Form), "{name}");
    }
}

#[test]
fn a_display_has_three_digits_for_each() {
    assert_eq!(digits(Some(0), "A007"), [10, 10, 0, 0, 0, 7]);
    assert_eq!(digits(Some(1_234), "B1234"), [9, 9, 9, 2, 3, 4]);
    assert_eq!(digits(Some(42), ""), [10, 4, 2, 10, 10, 10]);
}

#[test]
fn frames_are_found_between_noise_and_never_after_their_time() {
    let mut ears = Deframer::default();
    let noise = [&[0xFF, 0xFF, 0x68, 3][..], &frame("call-1-bad-sum"), &frame("call-1"), &[0xFF]].concat();
    assert_eq!(ears.feed(&noise, ms(0)), [Frame::new(1, 1, &[0x0C])]);
    assert_eq!(ears.feed(&frame("recall-2")[..4], ms(1)), []);
    assert_eq!(ears.feed(&frame("recall-2")[4..], ms(2)), [Frame::new(2, 1, &[0x0D])]);
    // A length that was damaged waits for bytes that never come; the press after it is heard all the same, at once.
    let mut damaged = frame("call-1");
    (damaged[2], damaged[3]) = (30, 30);
    assert_eq!(ears.feed(&damaged, ms(100)), []);
    assert_eq!(ears.feed(&frame("recall-2"), ms(400)), [Frame::new(2, 1, &[0x0D])]);
}

#[test]
fn a_press_is_acknowledged_and_counted_once_however_often_it_comes() {
    let mut line = BoxLine::new(&[1, 2], true);
    line.reports.clear();
    line.sent.clear();
    line.boxes[1].press(Key::Next, line.now).unwrap();
    line.run_for(ms(50));
    assert!(line.sent.iter().any(|(_, frame)| *frame == Frame::new(2, 1, &[0x0C])), "{:?}", line.sent);
    assert_eq!(line.presses(), ["2:1"]);
    // The echo is lost: the box repeats itself, and it stays one press.
    line.mute = true;
    line.boxes[1].press(Key::Recall, line.now).unwrap();
    line.run_for(ms(350));
    line.mute = false;
    line.run_for(ms(1_000));
    assert_eq!(line.presses(), ["2:2"]);
    assert_eq!(line.boxes[1].lost(), 0);
    // The same key a while later is another press.
    line.boxes[1].press(Key::Recall, line.now).unwrap();
    line.run_for(ms(100));
    assert_eq!(line.presses(), ["2:2"]);
}

#[test]
fn a_host_that_was_held_up_hears_one_press_and_not_two() {
    let mut line = BoxLine::new(&[1], true);
    line.presses();
    let press = Frame::new(1, 1, &[0x0C]).encode();
    let mut press_after = |time| {
        line.now += ms(time);
        line.say(&press);
    };
    // The box says it again and again, and the host comes to write its echo only after half a second.
    for pause in [0, 310, 190] {
        press_after(pause);
    }
    line.run_for(ms(20));
    // The repeat that crossed the echo on the wire.
    line.now += ms(200);
    line.say(&press);
    line.run_for(ms(20));
    assert_eq!(line.presses(), ["1:1"]);
    line.now += ms(310);
    line.say(&press);
    line.run_for(ms(20));
    assert_eq!(line.presses(), ["1:1"], "a finger again");
}

#[test]
fn a_digit_and_ok_is_one_wish_and_other_digits_stay_digits() {
    let mut line = BoxLine::new(&[1], true);
    line.reports.clear();
    let mut says = |keys: &[Key]| {
        for key in keys {
            line.boxes[0].press(*key, line.now).unwrap();
            line.run_for(ms(400));
        }
        line.run_for(Duration::from_secs(6)); // what was typed is forgotten
        line.presses()
    };
    assert_eq!(says(&[Key::NoShow]), ["1:36", "1:41", "1:3"]); // 6, clear, no-show
    assert_eq!(says(&[Key::Hold]), ["1:30", "1:41", "1:6"]);
    assert_eq!(says(&[Key::Digit3, Key::Ok]), ["1:33", "1:41", "1:50"]); // call back
    assert_eq!(says(&[Key::Digit1, Key::Digit6, Key::Ok]), ["1:31", "1:36", "1:40"]);
    assert_eq!(says(&[Key::Digit2, Key::Transfer]), ["1:32", "1:8"]);
    assert_eq!(says(&[Key::Ok]), ["1:40"]);
    assert_eq!(says(&[Key::Rate4]), ["1:24"]);
    line.boxes[0].press_byte(0x3C, line.now);
    line.run_for(ms(400));
    assert_eq!(line.presses(), [format!("1:{}", 0x683C)]); // refused as an unknown key, not taken for another
    assert!(line.boxes[0].press(Key::Help, line.now).unwrap_err().to_string().contains("no key `help`"));
}

#[test]
fn presses_have_marks_of_this_run() {
    let mut line = BoxLine::new(&[1, 2], true);
    let baseline = |unit| Output::Baseline { unit, mark: RUN, why: BaselineWhy::FirstReading };
    assert!(line.reports.contains(&baseline(1)) && line.reports.contains(&baseline(2)));
    line.reports.clear();
    line.boxes[0].press(Key::Next, line.now).unwrap();
    line.run_for(ms(100));
    line.boxes[0].press(Key::Recall, line.now).unwrap();
    line.run_for(ms(100));
    let marks = line.reports.iter().filter_map(|report| match report {
        Output::Press(press) => Some(press.mark.to_string()),
        _ => None,
    });
    assert_eq!(marks.collect::<Vec<_>>(), ["9:100:1", "9:100:2"]);
}

#[test]
fn what_lies_in_the_port_when_it_is_opened_calls_nobody() {
    let mut line = BoxLine::closed(&[1], true);
    line.boxes[0].press(Key::Next, line.now).unwrap();
    line.host.port_opened(line.now);
    line.run_for(ms(250));
    assert_eq!(line.presses(), ["1:1!"]);
    assert_eq!(line.boxes[0].due(), None, "acknowledged all the same");
    line.run_for(ms(400));
    line.boxes[0].press(Key::Next, line.now).unwrap();
    line.run_for(ms(100));
    assert_eq!(line.presses(), ["1:1"]);
}

#[test]
fn the_newest_number_is_shown_and_a_call_beeps_once() {
    let mut line = BoxLine::new(&[1, 2], true);
    assert_eq!((line.boxes[0].number(), line.boxes[0].waiting()), (String::new(), String::new()));
    let called = |number: &str, attention| Picture {
        lamps: Lamps { beep: true, ..Lamps::default() },
        waiting: 3,
        attention,
        ..Picture::new(number, Light::Flashing)
    };
    for (number, attention) in [("A011", 1), ("A012", 2)] {
        line.host.set_picture(1, called(number, attention), line.now).unwrap();
    }
    line.run_for(ms(200));
    assert_eq!((line.boxes[0].number(), line.boxes[0].waiting()), ("012".to_owned(), "3".to_owned()));
    assert_eq!((line.boxes[0].beeps(), line.boxes[1].beeps()), (1, 0));
    line.run_for(Duration::from_secs(12));
    assert_eq!(line.boxes[0].beeps(), 1);
    // Whatever happened to the box, it shows the truth again soon.
    line.boxes[0].reboot(line.now);
    line.run_for(ms(5_100));
    assert_eq!(line.boxes[0].number(), "012");
    // The clerk asks for a rating.
    line.boxes[1].press_byte(0x0B, line.now);
    line.run_for(ms(200));
    assert!(line.boxes[1].rater_open());
}

#[test]
fn a_box_that_used_to_echo_and_stops_is_gone_within_five_seconds_and_comes_back() {
    let mut line = BoxLine::new(&[1], true);
    assert!(line.reports.contains(&Output::Online { unit: 1 }), "{:?}", line.reports);
    line.run_for(Duration::from_secs(3));
    line.reports.clear();
    line.mute = true;
    line.host.set_picture(1, Picture::new("A001", Light::Steady), line.now).unwrap();
    line.run_for(Duration::from_secs(5));
    assert_eq!(line.reports, [Output::Offline { unit: 1, cause: Cause::Silent }]);
    line.reports.clear();
    line.mute = false;
    line.run_for(Duration::from_secs(3));
    assert_eq!(line.reports, [Output::Online { unit: 1 }]);
    assert_eq!(line.boxes[0].number(), "001");
}

#[test]
fn a_box_that_never_echoes_is_presumed_well() {
    let mut line = BoxLine::new(&[1], false);
    line.run_for(Duration::from_secs(30));
    let told: Vec<_> = line.reports.iter().filter(|report| !matches!(report, Output::Baseline { .. })).collect();
    assert_eq!(told, [&Output::Presumed { unit: 1 }]);
}

#[test]
fn a_stuck_key_is_one_press_and_is_told() {
    let mut line = BoxLine::new(&[1], true);
    line.reports.clear();
    line.boxes[0].hold_down(Key::Next, line.now);
    line.run_for(Duration::from_secs(8));
    let stuck = |key_stuck| Output::Status { unit: 1, status: Status { key_stuck, ..Status::default() } };
    assert!(line.reports.contains(&stuck(true)), "{:?}", line.reports);
    assert_eq!(line.reports.iter().filter(|report| matches!(report, Output::Press(_))).count(), 1);
    line.boxes[0].let_go();
    line.run_for(Duration::from_secs(2));
    assert_eq!(line.reports.last(), Some(&stuck(false)));
}

#[test]
fn strangers_and_garbage_are_told_once() {
    let mut line = BoxLine::new(&[1], true);
    line.reports.clear();
    for _ in 0..3 {
        line.say(&Frame::new(9, 1, &[0x0C]).encode());
        line.run_for(ms(400));
    }
    assert_eq!(line.reports, [Output::Stranger { unit: 9 }]);
    line.reports.clear();
    line.deaf = true; // nothing good from the box
    for _ in 0..20 {
        line.host.received(&[0x00, 0x80, 0xF8, 0x1E], line.now);
        line.run_for(ms(200));
    }
    assert_eq!(line.reports.iter().filter(|report| **report == Output::Garbage).count(), 1, "{:?}", line.reports);
    line.deaf = false;
    line.run_for(Duration::from_secs(6));
    assert!(line.reports.contains(&Output::Understood), "{:?}", line.reports);
}
