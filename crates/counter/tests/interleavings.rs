//! The law of the desk line: through any loss, delay, damage and restart, every latched press is reported exactly
//! once and in order, or as missed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)] // golden files are read

mod common;

use std::collections::BTreeMap;

use common::{Fault, Line, ms};
use counter::frame::{Ask, Request};
use counter::poller::Output;
use counter::registers::{Light, Picture};
use counter::{Key, Mark, Unit};
use proptest::collection::vec;
use proptest::prelude::*;

const UNITS: [u8; 3] = [1, 2, 247];

/// What happens at a branch.
#[derive(Clone, Debug)]
enum Deed {
    Press {
        unit: usize,
        key: usize,
    },
    Wait {
        time: u64,
    },
    /// The data wire of a unit is parted or joined.
    Mute {
        unit: usize,
        muted: bool,
    },
    /// The lobby is killed and started again: it remembers what it reported.
    Restart,
    /// The cable of the whole line is pulled and put back.
    Replug {
        time: u64,
    },
    Picture {
        unit: usize,
        number: u16,
    },
}

fn deed() -> impl Strategy<Value = Deed> {
    let unit = 0..UNITS.len();
    prop_oneof![
        8 => (unit.clone(), 0..Key::ALL.len()).prop_map(|(unit, key)| Deed::Press { unit, key }),
        6 => (0_u64..120).prop_map(|time| Deed::Wait { time }),
        1 => (500_u64..4_000).prop_map(|time| Deed::Wait { time }),
        1 => (unit.clone(), any::<bool>()).prop_map(|(unit, muted)| Deed::Mute { unit, muted }),
        1 => Just(Deed::Restart),
        1 => (0_u64..3_000).prop_map(|time| Deed::Replug { time }),
        2 => (unit, 0..999_u16).prop_map(|(unit, number)| Deed::Picture { unit, number }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::RequestLost),
        1 => Just(Fault::ReplyLost),
        2 => (1_u64..1_900).prop_map(|late| Fault::Late(ms(late))),
        2 => (20_u64..80).prop_map(|late| Fault::Late(ms(late))),
        1 => (0_usize..40, 1_u8..).prop_map(|(at, bits)| Fault::RequestDamaged(at, bits)),
        1 => (0_usize..40, 1_u8..).prop_map(|(at, bits)| Fault::ReplyDamaged(at, bits)),
    ]
}

/// What the journal would hold: per unit the presses reported, and the mark of the last.
#[derive(Default)]
struct Journal {
    marks: BTreeMap<u8, Mark>,
    codes: BTreeMap<u8, Vec<Option<u16>>>,
}

impl Journal {
    /// Books reports; each must follow the one before it without a gap or a step back.
    fn book(&mut self, reports: Vec<Output>) {
        for report in reports {
            let (unit, mark, new) = match report {
                Output::Press(press) => (press.unit, press.mark, vec![Some(press.code)]),
                Output::Missed { unit, count, mark } => (unit, mark, vec![None; count.into()]),
                Output::Baseline { unit, mark, .. } => {
                    assert_eq!(self.marks.insert(unit, mark), None, "a second baseline of unit {unit}");
                    continue;
                }
                _ => continue,
            };
            let before = self.marks.insert(unit, mark).unwrap();
            assert_eq!(before.after(u16::try_from(new.len()).unwrap()), mark, "unit {unit}");
            self.codes.entry(unit).or_default().extend(new);
        }
    }
}

fn act(line: &mut Line, journal: &mut Journal, deed: &Deed, pressed: &mut BTreeMap<u8, Vec<u16>>) {
    match *deed {
        Deed::Press { unit, key } => {
            let key = Key::ALL[key].0;
            line.unit(UNITS[unit]).press(key);
            pressed.entry(UNITS[unit]).or_default().push(key.code());
        }
        Deed::Wait { time } => line.run_for(ms(time)),
        Deed::Mute { unit, muted: true } => drop(line.muted.insert(UNITS[unit])),
        Deed::Mute { unit, muted: false } => drop(line.muted.remove(&UNITS[unit])),
        Deed::Restart => {
            journal.book(line.take_reports());
            line.restart(|unit| journal.marks.get(&unit).copied());
        }
        Deed::Replug { time } => {
            line.poller.port_lost(line.now);
            line.run_for(ms(time));
            line.poller.port_opened(line.now);
        }
        Deed::Picture { unit, number } => {
            let picture = Picture::new(&format!("A{number:03}"), Light::Flashing);
            let picture = Picture { attention: number, ..picture };
            line.poller.set_picture(UNITS[unit], picture, line.now).unwrap();
        }
    }
    journal.book(line.take_reports());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_press_is_reported_once_in_order_or_as_missed(
        deeds in vec(deed(), 1..60),
        faults in vec(fault(), 0..120),
    ) {
        let mut line = Line::new(&UNITS, |_| None);
        let mut journal = Journal::default();
        let mut pressed = BTreeMap::new();
        line.run_for(ms(300)); // the baseline is set while nothing is pressed
        line.faults = faults;
        for deed in &deeds {
            act(&mut line, &mut journal, deed, &mut pressed);
        }
        line.faults.clear();
        line.muted.clear();
        line.run_for(ms(8_000));
        journal.book(line.take_reports());
        for (unit, pressed) in pressed {
            let reported = journal.codes.remove(&unit).unwrap_or_default();
            prop_assert_eq!(reported.len(), pressed.len(), "unit {}", unit);
            let wrong = reported.iter().zip(&pressed).find(|(got, key)| got.is_some_and(|got| got != **key));
            prop_assert!(wrong.is_none(), "unit {unit}: {reported:?} for {pressed:?}");
            prop_assert!(reported.iter().rev().take(8).all(Option::is_some), "the ring was not read");
        }
        prop_assert!(journal.codes.is_empty(), "presses out of nowhere: {:?}", journal.codes);
    }

    /// Whatever the line did before, every display shows the newest picture soon after it is well.
    #[test]
    fn displays_come_true(deeds in vec(deed(), 1..40), faults in vec(fault(), 0..80)) {
        let mut line = Line::new(&UNITS, |_| None);
        let mut journal = Journal::default();
        line.run_for(ms(300));
        line.faults = faults;
        for deed in &deeds {
            act(&mut line, &mut journal, deed, &mut BTreeMap::new());
        }
        line.faults.clear();
        line.muted.clear();
        let last = Picture::new("Z999", Light::Steady);
        for unit in UNITS {
            line.poller.set_picture(unit, last, line.now).unwrap();
        }
        line.run_for(ms(8_000));
        for unit in &line.units {
            prop_assert_eq!(unit.picture(), &last);
        }
    }

    #[test]
    fn noise_panics_nobody_and_is_no_reply(noise in vec(vec(any::<u8>(), 0..300), 1..20)) {
        let mut line = Line::new(&[1], |_| Some(Mark { boot: 1, wraps: 0, seq: 0 }));
        line.muted.insert(1);
        let mut unit = Unit::new(1, 1);
        for bytes in &noise {
            line.poller.received(bytes, line.now);
            line.run_for(ms(5));
            prop_assert_eq!(unit.answer(bytes, line.now), None);
            prop_assert_eq!(Request { unit: 1, ask: Ask::Poll }.find(bytes), None);
        }
        let reports = line.take_reports();
        prop_assert!(reports.iter().all(|report| matches!(report, Output::Offline { .. })), "{reports:?}");
    }

    /// Noise with a right checksum: a device that speaks something else on our line.
    #[test]
    fn foreign_frames_panic_nobody(unit in 0_u8..4, function: u8, body in vec(any::<u8>(), 0..260)) {
        let mut frame = [&[unit, function], body.as_slice()].concat();
        frame.extend(counter::frame::crc16(&frame).to_le_bytes());
        Unit::new(1, 1).answer(&frame, ms(0));
        for ask in [Ask::Poll, Ask::Ring, Ask::All, Ask::Show([0; 10])] {
            let request = Request { unit: 1, ask };
            let found = request.find(&frame);
            if unit != 1 {
                prop_assert_eq!(found, None);
            }
        }
    }
}
