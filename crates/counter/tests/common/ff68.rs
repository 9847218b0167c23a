//! A line of call boxes on simulated time: the host at one end, boxes at the other.

use std::sync::LazyLock;
use std::time::Duration;

use counter::ff68::{CallBox, Deframer, Ff68Host, Frame, KeyMap};
use counter::poller::{Output, Step, UnitSetup};
use counter::profile::Speech;
use counter::registers::Picture;
use counter::timing::LineTiming;
use counter::{Host, Mark, Profile};

use super::ms;

pub const RUN: Mark = Mark { boot: 9, wraps: 100, seq: 0 };

pub fn keys() -> KeyMap {
    static KEYS: LazyLock<KeyMap> = LazyLock::new(parse_keys);
    KEYS.clone()
}

fn parse_keys() -> KeyMap {
    match Profile::parse("callbox-ff68", Profile::built_in("callbox-ff68").unwrap()).unwrap().speech {
        Speech::CallboxFf68(keys) => keys,
        other => panic!("{other:?}"),
    }
}

pub struct BoxLine {
    pub now: Duration,
    pub host: Ff68Host,
    pub boxes: Vec<CallBox>,
    /// Frames of the host, with their time.
    pub sent: Vec<(Duration, Frame)>,
    /// Frames that boxes send are lost while this is true.
    pub deaf: bool,
    /// Frames that the host sends are lost while this is true.
    pub mute: bool,
    pub reports: Vec<Output>,
    ears: Deframer,
}

impl BoxLine {
    /// An open line at 9600 baud, its first second over.
    pub fn new(units: &[u8], echoes: bool) -> Self {
        let mut line = Self::closed(units, echoes);
        line.host.port_opened(line.now);
        line.run_for(ms(1_000));
        line
    }

    pub fn closed(units: &[u8], echoes: bool) -> Self {
        let setup = |unit: &u8| UnitSetup { unit: *unit, remembered: None, picture: Picture::default() };
        let setups: Vec<UnitSetup> = units.iter().map(setup).collect();
        let timing = LineTiming::new(9_600).unwrap();
        Self {
            now: Duration::ZERO,
            host: Ff68Host::new(timing, keys(), &setups, RUN, Duration::ZERO).unwrap(),
            boxes: units.iter().map(|unit| CallBox::new(*unit, keys(), echoes)).collect(),
            sent: Vec::new(),
            deaf: false,
            mute: false,
            reports: Vec::new(),
            ears: Deframer::default(),
        }
    }

    /// Millisecond by millisecond; bytes take no time.
    pub fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            for place in 0..self.boxes.len() {
                if let Some(frame) = self.boxes[place].speak(self.now) {
                    self.say(&frame.encode());
                }
            }
            if let Step::Send(bytes) = self.host.step(self.now) {
                self.tell_boxes(&bytes);
            }
            self.reports.extend(std::iter::from_fn(|| self.host.report()));
            self.now += ms(1);
        }
    }

    fn tell_boxes(&mut self, bytes: &[u8]) {
        for frame in self.ears.feed(bytes, self.now) {
            self.sent.push((self.now, frame.clone()));
            if self.mute {
                continue;
            }
            let echoes: Vec<Frame> = self.boxes.iter_mut().filter_map(|unit| unit.hear(&frame, self.now)).collect();
            for echo in echoes {
                self.say(&echo.encode());
            }
        }
    }

    pub fn say(&mut self, bytes: &[u8]) {
        if !self.deaf {
            self.host.received(bytes, self.now);
        }
    }

    /// Codes of the presses since the last look, `!` behind stale ones.
    pub fn presses(&mut self) -> Vec<String> {
        let word = |report| match report {
            Output::Press(press) => {
                Some(format!("{}:{}{}", press.unit, press.code, if press.stale { "!" } else { "" }))
            }
            _ => None,
        };
        std::mem::take(&mut self.reports).into_iter().filter_map(word).collect()
    }
}
