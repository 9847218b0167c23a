//! Displays are levels: words for a pause with those who take over, boards of calls, and whatever happens on the wire,
//! never an old picture over a new one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // golden files are read

mod common;

use common::{golden, ms};
use counter::display::{Call, DisplayHost, DisplayProfile, DisplaySetup};
use counter::frame::crc16;
use counter::poller::Step;
use counter::profile::Speech;
use counter::registers::{Lamps, Light, Picture, Text};
use counter::timing::LineTiming;
use counter::{Host, Profile};
use proptest::collection::vec;
use proptest::prelude::*;
use std::time::Duration;

fn model(name: &str) -> DisplayProfile {
    match Profile::parse(name, Profile::built_in(name).unwrap()).unwrap().speech {
        Speech::Display(profile) => profile,
        other => panic!("{name} is no display: {other:?}"),
    }
}

fn host(profile: &DisplayProfile, unit: u8) -> DisplayHost {
    let setup = DisplaySetup { unit, counter: "1".to_owned(), profile: profile.clone(), picture: Picture::default() };
    let mut host = DisplayHost::new(LineTiming::new(9_600).unwrap(), vec![setup], Duration::ZERO).unwrap();
    host.port_opened(Duration::ZERO);
    host
}

fn calls(all: &[(&str, &str)]) -> Vec<Call> {
    all.iter().map(|(number, counter)| Call { number: (*number).to_owned(), counter: (*counter).to_owned() }).collect()
}

/// Everything that is sent from now until `end`.
fn sent(host: &mut DisplayHost, from: Duration, end: Duration) -> Vec<Vec<u8>> {
    let (mut now, mut sent) = (from, Vec::new());
    while now < end {
        match host.step(now) {
            Step::Send(bytes) => sent.push(bytes),
            Step::Wait(until) => now = until.unwrap_or(end).max(now + ms(1)),
        }
    }
    sent
}

#[test]
fn a_pause_names_those_who_take_over() {
    let paused = Picture { lamps: Lamps { paused: true, ..Lamps::default() }, ..Picture::new("----", Light::Steady) };
    let sent_on = Picture { takes_over: Text::new("2,3"), ..paused };
    let chinese = model("led-text-gb");
    let written = |picture: &Picture| chinese.bytes(12, "1", &chinese.showing(picture, false));
    assert_eq!(written(&sent_on), golden("displays.txt", "gb-12-paused-to-2-3"));
    assert_eq!(written(&paused), golden("displays.txt", "gb-12-paused"), "nobody takes over");
    let english =
        DisplayProfile { width: Some(16), paused_to: "GO TO {counters}".to_owned(), ..model("led-text-modbus") };
    let english = DisplayProfile { alphabet: None, ..english };
    assert_eq!(english.showing(&sent_on, false).text.trim(), "GO TO 2,3");
    assert_eq!(model("led-digits-ascii").showing(&sent_on, false).text, "---", "digits have no words for it");
}

#[test]
fn a_board_shows_the_calls_of_the_hall_and_flashes_for_a_new_one() {
    let board = model("alpha-board");
    let mut host = host(&board, 1);
    assert_eq!(sent(&mut host, ms(10), ms(100)).len(), 1, "the greeting");
    host.set_calls(&calls(&[("A012", "3"), ("B004", "1")]), ms(100));
    assert_eq!(sent(&mut host, ms(100), ms(1_000)), [golden("displays.txt", "alpha-flash")]);
    assert_eq!(sent(&mut host, ms(1_000), ms(5_500))[0], golden("displays.txt", "alpha-hold"));
    // One is finished: nothing new, nothing flashes.
    host.set_calls(&calls(&[("B004", "1")]), ms(5_500));
    assert_eq!(
        sent(&mut host, ms(5_500), ms(6_000)),
        [board.bytes(1, "1", &board.showing_calls(&calls(&[("B004", "1")]), false))]
    );
    let five = calls(&[("A1", "1"), ("A2", "2"), ("A3", "3"), ("A4", "4"), ("A5", "5")]);
    assert_eq!(board.showing_calls(&five, false).text, "A1>1  A2>2  A3>3  A4>4");
    let narrow = DisplayProfile { width: Some(12), ..board.clone() };
    assert_eq!(narrow.showing_calls(&five, false).text, "A1>1  A2>2  ", "whole calls, the newest");
    assert_eq!(board.showing_calls(&[], false).text, "WELCOME");
}

/// What happens to a display.
#[derive(Clone, Debug)]
enum Deed {
    Call(u16),
    Pause,
    Pass(u64),
    /// The port goes and comes back.
    Replug,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (1..999_u16).prop_map(Deed::Call),
        1 => Just(Deed::Pause),
        6 => (1..3_000_u64).prop_map(Deed::Pass),
        1 => Just(Deed::Replug),
    ]
}

fn reply(request: &[u8]) -> Vec<u8> {
    let mut reply = request[..6].to_vec();
    reply.extend(crc16(&reply).to_le_bytes());
    reply
}

proptest! {
    /// At every writing it is the newest picture that is written, whichever replies were lost, late or damaged; and once
    /// the wire is well again the display shows it.
    #[test]
    fn nothing_old_is_written_over_something_new(deeds in vec(deed(), 1..40), fates in vec(0_u8..4, 1..60)) {
        let profile = model("led-digits-modbus");
        let mut host = host(&profile, 11);
        let (mut now, mut wanted, mut seen) = (ms(10), Picture::default(), None);
        let mut late: Option<(Duration, Vec<u8>)> = None;
        let mut fates = fates.into_iter();
        let mut run = |host: &mut DisplayHost, now: &mut Duration, time: Duration, wanted: &Picture, seen: &mut Option<Vec<u8>>| {
            let end = *now + time;
            while *now < end {
                if let Some((_, bytes)) = late.take_if(|(at, _)| *at <= *now) {
                    host.received(&bytes, *now);
                }
                match host.step(*now) {
                    Step::Send(bytes) => {
                        let steady = profile.bytes(11, "1", &profile.showing(wanted, false));
                        let flashing = profile.bytes(11, "1", &profile.showing(wanted, true));
                        prop_assert!(bytes == steady || bytes == flashing, "{bytes:02x?} while {wanted:?} was wanted");
                        *seen = Some(bytes.clone());
                        match fates.next() {
                            None | Some(0) => late = Some((*now + ms(20), reply(&bytes))),
                            Some(1) => {}
                            Some(2) => late = Some((*now + ms(900), reply(&bytes))),
                            Some(_) => late = Some((*now + ms(20), vec![0x55; 8])),
                        }
                    }
                    Step::Wait(until) => {
                        let arrival = late.as_ref().map_or(end, |(at, _)| *at);
                        *now = until.unwrap_or(end).min(arrival).min(end).max(*now + ms(1));
                    }
                }
            }
            Ok(())
        };
        for deed in deeds {
            match deed {
                Deed::Call(number) => {
                    let attention = wanted.attention.wrapping_add(1);
                    wanted = Picture { attention, ..Picture::new(&format!("A{number:03}"), Light::Flashing) };
                    host.set_picture(11, wanted, now).unwrap();
                }
                Deed::Pause => {
                    let lamps = Lamps { paused: true, ..Lamps::default() };
                    wanted = Picture { lamps, ..Picture::new("----", Light::Steady) };
                    host.set_picture(11, wanted, now).unwrap();
                }
                Deed::Pass(time) => run(&mut host, &mut now, ms(time), &wanted, &mut seen)?,
                Deed::Replug => {
                    host.port_lost(now);
                    host.port_opened(now);
                }
            }
            while host.report().is_some() {}
        }
        // Sixty faults at most, at least one try in two seconds while it counts as gone.
        run(&mut host, &mut now, ms(150_000), &wanted, &mut seen)?;
        prop_assert_eq!(seen.unwrap(), profile.bytes(11, "1", &profile.showing(&wanted, false)));
    }
}
