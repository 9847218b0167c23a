//! Every frame of the profile against bytes that another implementation made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use counter::frame::{Ask, FrameError, Reply, Request, intact};
use counter::registers::{Inputs, Lamps, Light, Picture, Presses, Status};
use counter::{Key, Unit};

const NOW: Duration = Duration::ZERO;

fn golden(name: &str) -> Vec<u8> {
    let lines = include_str!("golden/frames.txt").lines();
    let mut words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
    let hex = words.find(|words| words.first() == Some(&name)).expect(name)[1];
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn picture() -> Picture {
    let mut picture = Picture::new("A012", Light::Flashing);
    picture.lamps = Lamps { waiting: true, beep: true, ..Lamps::default() };
    picture.waiting = 3;
    picture
}

fn presses() -> Presses {
    Presses { boot: 0xB007, sequence: 2, keys: [1, 9, 0, 0, 0, 0, 0, 0] }
}

fn pressed(address: u8) -> Unit {
    let mut unit = Unit::new(address, 0xB007);
    unit.press(Key::Help);
    unit.press(Key::Next);
    unit
}

fn show() -> Request {
    Request { unit: 1, ask: Ask::Show(picture().encode(7)) }
}

#[test]
fn requests_of_the_lobby() {
    assert_eq!(Request { unit: 1, ask: Ask::Poll }.encode(), golden("poll-1"));
    assert_eq!(Request { unit: 1, ask: Ask::Ring }.encode(), golden("ring-1"));
    assert_eq!(Request { unit: 247, ask: Ask::All }.encode(), golden("all-247"));
    assert_eq!(show().encode(), golden("show-1"));
}

#[test]
fn lengths_are_those_of_the_bytes() {
    let asks = [(Ask::Poll, "poll-1"), (Ask::Ring, "ring-1"), (Ask::All, "all-247"), (show().ask, "show-1")];
    for (ask, name) in asks {
        assert_eq!(ask.request_len(), golden(name).len(), "{name}");
        assert_eq!(ask.reply_len(), golden(&format!("{name}-reply")).len(), "{name}");
    }
}

#[test]
fn replies_as_the_lobby_reads_them() {
    let read = |unit, ask, name: &str| Request { unit, ask }.check(&golden(name));
    assert_eq!(read(1, Ask::Poll, "poll-1-reply"), Ok(Reply::Moved { boot: 0xB007, sequence: 2 }));
    assert_eq!(read(1, Ask::Ring, "ring-1-reply"), Ok(Reply::Ring(presses())));
    let inputs = Inputs { version: 1, presses: presses(), status: Status::default() };
    assert_eq!(read(247, Ask::All, "all-247-reply"), Ok(Reply::All(inputs)));
    assert_eq!(read(1, show().ask, "show-1-reply"), Ok(Reply::Shown));
    assert_eq!(read(1, Ask::Poll, "read-refused-2"), Ok(Reply::Refused(2)));
    assert_eq!(read(1, show().ask, "write-refused-3"), Ok(Reply::Refused(3)));
}

#[test]
fn replies_that_are_not_for_this_request() {
    let read = |unit, ask, frame: &[u8]| Request { unit, ask }.check(frame);
    let ring = golden("ring-1-reply");
    let wrong_length = FrameError::Length { expected: 9, got: 25 };
    assert_eq!(read(1, Ask::Poll, &ring), Err(wrong_length));
    assert_eq!(read(2, Ask::Ring, &ring), Err(FrameError::Foreign));
    assert_eq!(read(1, Ask::Ring, &golden("poll-1-reply")), Err(FrameError::Length { expected: 25, got: 9 }));
    let mut damaged = ring.clone();
    damaged[7] ^= 0x40;
    assert_eq!(read(1, Ask::Ring, &damaged), Err(FrameError::Checksum));
    // A valid reply with byte count 0, on which rmodbus itself panics, and one that claims a count of its own.
    let zero = with_crc(&[1, 4, 0]);
    assert_eq!(read(1, Ask::Poll, &zero), Err(FrameError::Length { expected: 9, got: 5 }));
    let lying = with_crc(&[1, 4, 0, 0, 1, 0, 2]);
    assert_eq!(read(1, Ask::Poll, &lying), Err(FrameError::Foreign));
    // The echo of a write that was not this one.
    let other = with_crc(&[1, 16, 0, 0, 0, 9]);
    assert_eq!(show().check(&other), Err(FrameError::Foreign));
    assert!(matches!(read(1, Ask::Poll, &[]), Err(FrameError::Length { .. })));
}

#[test]
fn a_reply_is_found_behind_a_late_one_and_noise() {
    let mut arrived = golden("poll-1-reply");
    arrived[4] ^= 1;
    arrived.extend([0xFF, 1, 4]);
    arrived.extend(golden("ring-1-reply"));
    let request = Request { unit: 1, ask: Ask::Ring };
    assert_eq!(request.find(&arrived), Some(Reply::Ring(presses())));
    assert_eq!(request.find(&arrived[..arrived.len() - 1]), None);
}

fn with_crc(body: &[u8]) -> Vec<u8> {
    let crc = counter::frame::crc16(body).to_le_bytes();
    [body, crc.as_slice()].concat()
}

#[test]
fn replies_of_the_unit() {
    assert_eq!(pressed(1).answer(&golden("poll-1"), NOW), Some(golden("poll-1-reply")));
    assert_eq!(pressed(1).answer(&golden("ring-1"), NOW), Some(golden("ring-1-reply")));
    assert_eq!(pressed(247).answer(&golden("all-247"), NOW), Some(golden("all-247-reply")));
    let mut unit = pressed(1);
    assert_eq!(unit.answer(&golden("show-1"), NOW), Some(golden("show-1-reply")));
    assert_eq!(unit.picture(), &picture());
}

#[test]
fn a_unit_refuses_in_words_of_modbus_and_changes_nothing() {
    let mut unit = pressed(1);
    unit.answer(&golden("show-1"), NOW);
    assert_eq!(unit.answer(&golden("read-holdings-1"), NOW), Some(golden("function-refused-1")));
    assert_eq!(unit.answer(&golden("read-beyond-1"), NOW), Some(golden("read-refused-2")));
    assert_eq!(unit.answer(&golden("show-bad-light-1"), NOW), Some(golden("write-refused-3")));
    assert_eq!(unit.picture(), &picture());
    for body in [&[1, 4, 0, 1, 0, 0], &[1, 4, 0xFF, 0xFF, 0, 2], &[1, 4, 0, 1, 0, 126]] {
        let answer = unit.answer(&with_crc(body), NOW).unwrap();
        assert!(answer.len() == 5 && answer[1] == 0x84 && intact(&answer), "{body:?}: {answer:?}");
    }
    // Count and byte count disagree; more registers than there are; the most that Modbus knows.
    for body in [
        [1, 16, 0, 0, 0, 2, 2, 0, 0].to_vec(),
        [1, 16, 0, 9, 0, 2, 4, 0, 0, 0, 0].to_vec(),
        [&[1, 16, 0, 0, 0, 123, 246], [0; 246].as_slice()].concat(),
    ] {
        let answer = unit.answer(&with_crc(&body), NOW).unwrap();
        assert!(answer.len() == 5 && answer[1] == 0x90 && intact(&answer), "{body:?}: {answer:?}");
    }
    assert_eq!(unit.picture(), &picture());
}

#[test]
fn a_unit_is_silent_to_others_and_to_damage_and_obeys_everybody() {
    let mut unit = pressed(2);
    assert_eq!(unit.answer(&golden("poll-1"), NOW), None);
    let mut unit = pressed(1);
    for at in 0..8 {
        let mut damaged = golden("poll-1");
        damaged[at] ^= 0x10;
        assert_eq!(unit.answer(&damaged, NOW), None, "byte {at}");
    }
    assert_eq!(unit.answer(&golden("poll-1")[..7], NOW), None);
    assert_eq!(unit.answer(&[], NOW), None);
    // Longer than any request: rmodbus itself panics on such a byte count.
    let endless = [&[1, 16, 0, 0, 0, 127, 254], [0; 254].as_slice()].concat();
    assert_eq!(unit.answer(&with_crc(&endless), NOW), None);
    assert_eq!(unit.answer(&golden("show-everybody"), NOW), None);
    assert_eq!(unit.picture(), &picture());
}
