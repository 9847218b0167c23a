//! Everything that reads bytes from a wire or a profile from a file: one list, for random bytes and for the corpus.

use std::sync::LazyLock;
use std::time::Duration;

use counter::display::{DisplayHost, DisplayProfile, DisplaySetup, Sign};
use counter::ff68::{CallBox, Deframer, Ff68Host, Frame};
use counter::frame::{Ask, Request};
use counter::poller::{Output, Step, UnitSetup};
use counter::profile::Speech;
use counter::registers::{Light, Picture};
use counter::timing::LineTiming;
use counter::{Host, Mark, Poller, Profile, Unit};

use super::ff68::keys;
use super::ms;

/// The shipped profiles of displays.
pub fn displays() -> Vec<(&'static str, DisplayProfile)> {
    static DISPLAYS: LazyLock<Vec<(&'static str, DisplayProfile)>> = LazyLock::new(parse_displays);
    DISPLAYS.clone()
}

fn parse_displays() -> Vec<(&'static str, DisplayProfile)> {
    let parsed = Profile::built_in_names().map(|name| (name, Profile::parse(name, Profile::built_in(name).unwrap())));
    let display = |(name, profile): (&'static str, Result<Profile, _>)| match profile.unwrap().speech {
        Speech::Display(display) => Some((name, display)),
        _ => None,
    };
    parsed.filter_map(display).collect()
}

fn setup() -> UnitSetup {
    UnitSetup { unit: 1, remembered: None, picture: Picture::new("A012", Light::Steady) }
}

/// Every host that can stand at a line, freshly opened.
fn hosts() -> Vec<Box<dyn Host>> {
    let timing = LineTiming::new(9_600).unwrap();
    let run = Mark { boot: 1, wraps: 1, seq: 0 };
    let mut all: Vec<Box<dyn Host>> = vec![
        Box::new(Poller::new(timing, &[setup()], 1, Duration::ZERO).unwrap()),
        Box::new(Ff68Host::new(timing, keys(), &[setup()], run, Duration::ZERO).unwrap()),
    ];
    for (_, profile) in displays() {
        let display = DisplaySetup { unit: 1, counter: "1".to_owned(), profile, picture: setup().picture };
        all.push(Box::new(DisplayHost::new(timing, vec![display], Duration::ZERO).unwrap()));
    }
    all
}

/// Hands the bytes to every decoder there is, whole and torn. Whatever they are: nothing panics, nothing grows, no host
/// stops stepping.
pub fn all(bytes: &[u8]) {
    frames(bytes);
    ff68(bytes);
    displays_hear(bytes);
    hosts_hear(bytes);
    profiles(bytes);
}

/// Modbus, both ends.
pub fn frames(bytes: &[u8]) {
    for ask in [Ask::Poll, Ask::Ring, Ask::All, Ask::Show(Picture::default().encode(1))] {
        let request = Request { unit: 1, ask };
        let _ = request.check(bytes);
        let _ = request.find(bytes);
    }
    let _ = Unit::new(1, 7).answer(bytes, Duration::ZERO);
}

/// Frames of call boxes, both ends.
pub fn ff68(bytes: &[u8]) {
    if let Ok(frame) = Frame::decode(bytes) {
        assert_eq!(frame.encode(), bytes, "what is read as a frame is that frame");
    }
    let (mut whole, mut torn) = (Deframer::default(), Deframer::default());
    let found = whole.feed(bytes, ms(0));
    let in_pieces: Vec<Frame> = bytes.iter().flat_map(|byte| torn.feed(&[*byte], ms(0))).collect();
    assert_eq!(found, in_pieces, "how a stream is torn makes no difference");
    let mut unit = CallBox::new(1, keys(), true);
    for frame in &found {
        let _ = unit.hear(frame, ms(0));
    }
}

/// The device end of every display.
pub fn displays_hear(bytes: &[u8]) {
    for (_, profile) in displays() {
        let mut sign = Sign::new(1, "1", profile);
        if sign.hear(bytes, ms(0)).is_none() {
            assert_eq!(sign.text(), "", "bytes that are not for it change nothing");
        }
    }
}

/// Every host on an open line.
pub fn hosts_hear(bytes: &[u8]) {
    for mut host in hosts() {
        drive(host.as_mut(), bytes);
    }
}

/// Files of profiles, and the templates in them.
pub fn profiles(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Profile::parse("any", &text) {
        assert!(error.line >= 1 && !error.what.is_empty());
    }
    for charset in [counter::display::template::Charset::Ascii, counter::display::template::Charset::Gb18030] {
        let _ = counter::display::template::Template::parse(&text, charset);
    }
}

fn drive(host: &mut dyn Host, bytes: &[u8]) {
    host.port_opened(ms(0));
    let mut now = ms(0);
    let mut presses = 0;
    for piece in bytes.chunks(7) {
        now += ms(5);
        host.received(piece, now);
        for _ in 0..8 {
            if let Step::Wait(_) = host.step(now) {
                break;
            }
        }
        while let Some(report) = host.report() {
            presses += usize::from(matches!(report, Output::Press(_)));
        }
    }
    assert!(presses <= 2 * bytes.len(), "{presses} presses of {} bytes", bytes.len());
    now += Duration::from_mins(1);
    for _ in 0..64 {
        match host.step(now) {
            Step::Send(_) => now += ms(500),
            Step::Wait(Some(until)) => now = now.max(until),
            Step::Wait(None) => panic!("an open host has always something to do next"),
        }
        while host.report().is_some() {}
    }
}
