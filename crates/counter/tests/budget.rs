//! How long a key takes to be answered, on simulated time: the wire and the order in which the poller uses it, and
//! nothing of the machine that runs this.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // golden files are read

mod common;

use common::{Line, ms};
use counter::Key;
use counter::poller::Output;
use counter::registers::{Lamps, Light, Picture};
use counter::timing::LineTiming;
use std::time::Duration;

/// From the report of a press until its facts are durable and the new pictures drawn: a slow disk.
const COMMIT: Duration = ms(20);
const PRESSES: usize = 200;

struct Hall {
    line: Line,
    baud: u32,
    attention: u16,
    waiting: u16,
}

impl Hall {
    fn new(units: u8, baud: u32) -> Hall {
        let all: Vec<u8> = (1..=units).collect();
        let mut line = Line::new(&all, |_| None);
        line.timing = LineTiming::new(baud).unwrap();
        line.restart(|_| None);
        line.run_for(ms(8_000));
        line.take_reports();
        Hall { line, baud, attention: 0, waiting: 200 }
    }

    /// Another number at `called`, and so at every counter another count of people who wait.
    fn call(&mut self, called: Option<u8>, number: &str) {
        self.attention += 1;
        self.waiting -= 1;
        for unit in self.line.units.iter().map(counter::Unit::address).collect::<Vec<_>>() {
            let mut picture = *self.line.unit(unit).picture();
            if called == Some(unit) {
                let lamps = Lamps { beep: true, ..Lamps::default() };
                picture = Picture { lamps, attention: self.attention, ..Picture::new(number, Light::Flashing) };
            }
            picture.waiting = self.waiting;
            self.line.poller.set_picture(unit, picture, self.line.now).unwrap();
        }
    }

    /// Presses *next* at a unit and gives the time until its digits changed. `counts`: the people who wait change, too.
    fn press(&mut self, unit: u8, number: &str, counts: bool) -> Duration {
        let pressed = self.line.now;
        self.line.unit(unit).press(Key::Next);
        let mut drawn = None;
        while self.line.unit(unit).picture().text() != number {
            self.line.run_for(Duration::from_micros(500));
            if self.line.take_reports().iter().any(|report| matches!(report, Output::Press(_))) {
                drawn = Some(self.line.now + COMMIT);
            }
            if drawn.is_some_and(|at| at <= self.line.now) {
                drawn = None;
                if counts {
                    self.call(Some(unit), number);
                } else {
                    let picture = Picture::new(number, Light::Steady);
                    self.line.poller.set_picture(unit, picture, self.line.now).unwrap();
                }
            }
            assert!(self.line.now < pressed + ms(5_000), "unit {unit} at {} baud never showed {number}", self.baud);
        }
        self.line.unit(unit).changed().saturating_sub(pressed)
    }
}

/// The value that 99 in 100 do not exceed.
fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

/// Fifteen counters of thirty, the others' calls changing the counts here, too.
fn full_line(dead: &[u8]) -> Duration {
    let mut hall = Hall::new(15, 115_200);
    hall.line.muted.extend(dead);
    let alive: Vec<u8> = (1..=15).filter(|unit| !dead.contains(unit)).collect();
    let mut times = Vec::new();
    for place in 0..PRESSES {
        // Now here, now on the other line, and never in step with the round.
        let pause = ms(3 + 29 * (u64::try_from(place).unwrap() % 7));
        hall.line.run_for(pause);
        hall.waiting = hall.waiting.max(100);
        hall.call(None, "");
        hall.line.run_for(pause);
        times.push(hall.press(alive[place * 7 % alive.len()], &format!("A{place:03}"), true));
    }
    p99(times)
}

#[test]
fn a_full_line_answers_within_a_quarter_of_a_second() {
    let reached = full_line(&[]);
    assert!(reached <= ms(250), "{reached:?}");
}

#[test]
fn dead_units_cost_the_others_little() {
    let reached = full_line(&[3, 8, 15]);
    assert!(reached <= ms(400), "{reached:?}");
}

#[test]
fn lines_answer_as_fast_as_is_said_of_them() {
    for (units, baud) in [(7, 9_600), (3, 9_600), (10, 38_400), (15, 115_200), (3, 115_200)] {
        let mut hall = Hall::new(units, baud);
        let mut sum = Duration::ZERO;
        for place in 0..PRESSES {
            hall.line.run_for(ms(40 + 37 * (u64::try_from(place).unwrap() % 11)));
            let unit = 1 + u8::try_from(place * 3 % usize::from(units)).unwrap();
            sum += hall.press(unit, &format!("A{place:03}"), false).saturating_sub(COMMIT);
        }
        let mean = sum / u32::try_from(PRESSES).unwrap();
        let said = LineTiming::new(baud).unwrap().budget(usize::from(units)).answer;
        let ratio = mean.as_secs_f64() / said.as_secs_f64();
        assert!((0.8..=1.2).contains(&ratio), "{units} units at {baud} baud: {mean:?}, said was {said:?}: {ratio:.2}");
    }
}
