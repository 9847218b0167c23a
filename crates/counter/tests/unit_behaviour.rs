//! A desk unit as a person in front of it sees it.

use std::time::Duration;

use counter::frame::{Ask, Request};
use counter::registers::{Holding, Lamps, Light, Picture};
use counter::{Key, Unit};

const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

fn show(unit: &mut Unit, registers: Holding, now: Duration) {
    let request = Request { unit: unit.address(), ask: Ask::Show(registers) };
    assert!(unit.answer(&request.encode(), now).is_some());
}

fn called(text: &str) -> Picture {
    let lamps = Lamps { beep: true, ..Lamps::default() };
    Picture { lamps, ..Picture::new(text, Light::Flashing) }
}

#[test]
fn the_ring_keeps_the_last_eight_presses_newest_first() {
    let mut unit = Unit::new(1, 5);
    for key in [Key::Help, Key::Next, Key::Recall].into_iter().chain([Key::Digit1; 6]) {
        unit.press(key);
    }
    let presses = unit.inputs(ms(0)).presses;
    assert_eq!((presses.boot, presses.sequence), (5, 9));
    assert_eq!(presses.keys, [31, 31, 31, 31, 31, 31, 2, 1]);
}

#[test]
fn a_flash_ends_by_itself_and_is_never_faster_than_two_hertz() {
    let mut unit = Unit::new(1, 5);
    show(&mut unit, called("A012").encode(1), ms(1_000));
    assert_eq!(unit.light(ms(1_000)), Light::Flashing);
    let seen: Vec<bool> = (0..8).map(|phase| unit.lit(ms(1_000 + phase * 250))).collect();
    assert_eq!(seen, [true, false, true, false, true, false, true, false]);
    assert_eq!(unit.light(ms(5_999)), Light::Flashing);
    assert_eq!(unit.light(ms(6_000)), Light::Steady);
    assert!(unit.lit(ms(6_300)));
    assert_eq!(unit.picture().text(), "A012");
}

#[test]
fn a_picture_written_again_does_nothing_again() {
    let mut unit = Unit::new(1, 5);
    let mut picture = called("A012");
    picture.lamps.refused = true;
    show(&mut unit, picture.encode(1), ms(0));
    show(&mut unit, picture.encode(1), ms(3_000));
    assert_eq!((unit.beeps(), unit.blinks()), (1, 1));
    assert_eq!(unit.light(ms(5_000)), Light::Steady);
    assert_eq!(unit.changed(), ms(0));
    show(&mut unit, picture.encode(2), ms(9_000));
    assert_eq!((unit.beeps(), unit.blinks()), (2, 2));
    assert_eq!(unit.light(ms(13_999)), Light::Flashing);
}

#[test]
fn a_new_waiting_count_does_not_stretch_the_flash() {
    let mut unit = Unit::new(1, 5);
    show(&mut unit, called("A012").encode(1), ms(0));
    let crowd = Picture { waiting: 9, ..Picture::new("A012", Light::Flashing) };
    show(&mut unit, crowd.encode(2), ms(4_000));
    assert_eq!(unit.light(ms(5_000)), Light::Steady);
    assert_eq!((unit.picture().waiting, unit.beeps(), unit.changed()), (9, 1, ms(4_000)));
}

#[test]
fn a_hanging_key_is_one_press_and_a_status() {
    let mut unit = Unit::new(1, 5).with_rater(true);
    unit.hold_down(Key::Next, ms(100));
    assert_eq!(unit.press(Key::Next), 1);
    assert_eq!(unit.press(Key::Help), 2);
    assert!(!unit.status(ms(2_099)).key_stuck);
    let status = unit.status(ms(2_100));
    assert!(status.key_stuck && status.rater && !status.display_fault);
    unit.let_go();
    assert!(!unit.status(ms(2_200)).key_stuck);
    assert_eq!(unit.press(Key::Next), 3);
}

#[test]
fn power_off_and_on_forgets_presses_and_picture() {
    let mut unit = Unit::new(1, 5);
    unit.press(Key::Next);
    show(&mut unit, called("A012").encode(9), ms(0));
    unit.reboot(6, ms(700));
    let presses = unit.inputs(ms(700)).presses;
    assert_eq!((presses.boot, presses.sequence, presses.keys), (6, 0, [0; 8]));
    assert_eq!((unit.picture().text(), unit.light(ms(700)), unit.changed()), ("", Light::Dark, ms(700)));
    assert_eq!(unit.address(), 1);
}
