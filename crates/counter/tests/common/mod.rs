//! One line on simulated time: the poller at one end, units at the other, a fault for every exchange.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

pub mod decoders;
pub mod ff68;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use counter::poller::{Output, Step, UnitSetup};
use counter::registers::Picture;
use counter::timing::LineTiming;
use counter::{Mark, Poller, Unit};

pub const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// A line of a golden file: all its bytes, which may stand in groups.
pub fn golden(file: &str, name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("{file} has no line {name}"));
    bytes(&line[name.len()..])
}

/// Bytes as hexadecimal digits; blanks between them do not count.
pub fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|digit| !digit.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

/// What happens to one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    RequestLost,
    ReplyLost,
    /// The reply comes this much later.
    Late(Duration),
    /// One byte of the request flips: which (modulo its length), and the bits.
    RequestDamaged(usize, u8),
    /// One byte of the reply flips.
    ReplyDamaged(usize, u8),
}

pub struct Line {
    pub now: Duration,
    pub timing: LineTiming,
    pub poller: Poller,
    pub units: Vec<Unit>,
    pub muted: BTreeSet<u8>,
    /// Faults of the coming exchanges; afterwards none.
    pub faults: Vec<Fault>,
    /// Every request with its time.
    pub sent: Vec<(Duration, Vec<u8>)>,
    pub reports: Vec<Output>,
    in_flight: BTreeMap<(Duration, usize), Vec<u8>>,
}

impl Line {
    /// A line at 115 200 baud with an open port. Each unit has its own address as boot id.
    pub fn new(units: &[u8], remembered: impl Fn(u8) -> Option<Mark>) -> Self {
        let timing = LineTiming::new(115_200).unwrap();
        let mut line = Self {
            now: Duration::ZERO,
            timing,
            poller: Poller::new(timing, &[], 1, Duration::ZERO).unwrap(),
            units: units.iter().map(|unit| Unit::new(*unit, u16::from(*unit))).collect(),
            muted: BTreeSet::new(),
            faults: Vec::new(),
            sent: Vec::new(),
            reports: Vec::new(),
            in_flight: BTreeMap::new(),
        };
        line.restart(remembered);
        line
    }

    /// A new life of the lobby that remembers these marks.
    pub fn restart(&mut self, remembered: impl Fn(u8) -> Option<Mark>) {
        let setup = |unit: &Unit| UnitSetup {
            unit: unit.address(),
            remembered: remembered(unit.address()),
            picture: Picture::default(),
        };
        let setups: Vec<UnitSetup> = self.units.iter().map(setup).collect();
        let first_picture = u16::try_from(self.now.as_millis() % 60_000).unwrap();
        self.poller = Poller::new(self.timing, &setups, first_picture, self.now).unwrap();
        self.poller.port_opened(self.now);
    }

    pub fn unit(&mut self, address: u8) -> &mut Unit {
        self.units.iter_mut().find(|unit| unit.address() == address).unwrap()
    }

    pub fn collect(&mut self) {
        while let Some(report) = self.poller.report() {
            self.reports.push(report);
        }
    }

    pub fn take_reports(&mut self) -> Vec<Output> {
        self.collect();
        std::mem::take(&mut self.reports)
    }

    pub fn run_for(&mut self, time: Duration) {
        self.run_until(self.now + time);
    }

    pub fn run_until(&mut self, end: Duration) {
        loop {
            while let Some(arrival) = self.in_flight.first_entry().filter(|first| first.key().0 <= self.now) {
                let bytes = arrival.remove();
                self.poller.received(&bytes, self.now);
            }
            let step = self.poller.step(self.now);
            self.collect();
            let wake = match step {
                Step::Send(bytes) => {
                    self.exchange(&bytes);
                    continue;
                }
                Step::Wait(until) => until,
            };
            assert!(wake.is_none_or(|at| at > self.now), "the poller waits for a time that has passed");
            let arrival = self.in_flight.keys().next().map_or(end, |(at, _)| *at);
            self.now = wake.unwrap_or(end).min(arrival).min(end);
            if self.now == end {
                return;
            }
        }
    }

    fn exchange(&mut self, request: &[u8]) {
        self.sent.push((self.now, request.to_vec()));
        let fault = if self.faults.is_empty() { Fault::None } else { self.faults.remove(0) };
        let mut heard = request.to_vec();
        match fault {
            Fault::RequestLost => return,
            Fault::RequestDamaged(at, bits) => {
                let length = heard.len();
                heard[at % length] ^= bits.max(1);
            }
            _ => {}
        }
        let heard_at = self.now + self.timing.characters(request.len());
        let muted = &self.muted;
        let mut listening = self.units.iter_mut().filter(|unit| !muted.contains(&unit.address()));
        let Some(mut reply) = listening.find_map(|unit| unit.answer(&heard, heard_at)) else {
            return;
        };
        let mut arrives = heard_at + ms(1) + self.timing.characters(reply.len()) + self.timing.gap();
        match fault {
            Fault::ReplyLost => return,
            Fault::Late(by) => arrives += by,
            Fault::ReplyDamaged(at, bits) => {
                let length = reply.len();
                reply[at % length] ^= bits.max(1);
            }
            _ => {}
        }
        self.in_flight.insert((arrives, self.sent.len()), reply);
    }
}
