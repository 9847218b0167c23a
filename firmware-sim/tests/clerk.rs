//! The clerks of the crowd against a naive counter: they serve everybody, and never press what makes no sense.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::VecDeque;
use std::time::Duration;

use counter::Key;
use firmware_sim::crowd::{Clerk, CrowdConfig, Guest, Screen};
use firmware_sim::rng::Chance;

/// One look every quarter second of the crowd's time.
const LOOK: Duration = Duration::from_millis(250);

/// A counter as simple as can be: calls a queue, shows a number, dashes when paused.
#[derive(Default)]
struct Counter {
    queue: VecDeque<String>,
    shown: Option<String>,
    serving: bool,
    paused: bool,
    held: Vec<String>,
    typed: String,
    served: Vec<String>,
    missed: Vec<String>,
    pauses: u32,
    refused: Vec<Key>,
}

impl Counter {
    fn with(people: usize) -> Self {
        Self { queue: (1..=people).map(|n| format!("A{n:03}")).collect(), ..Self::default() }
    }

    fn text(&self) -> &str {
        if self.paused { "----" } else { self.shown.as_deref().unwrap_or_default() }
    }

    fn press(&mut self, key: Key) {
        if let Some(digit) = key.digit() {
            self.typed.push(char::from(b'0' + digit));
            return;
        }
        let typed = std::mem::take(&mut self.typed);
        match (key, self.shown.take()) {
            (Key::Next, before) if !self.paused => {
                self.served.extend(before);
                self.shown = self.queue.pop_front();
                self.serving = false;
            }
            (Key::Arrived, Some(number)) if !self.serving => (self.serving, self.shown) = (true, Some(number)),
            (Key::Recall, Some(number)) if !self.serving => self.shown = Some(number),
            (Key::NoShow, Some(number)) if !self.serving => self.missed.push(number),
            (Key::Finish, Some(number)) => self.served.push(number),
            (Key::Hold, Some(number)) if typed.is_empty() => self.held.push(number),
            (Key::Hold, None) if !typed.is_empty() => {
                let place = self.held.iter().position(|number| number.ends_with(&typed));
                self.shown = place.map(|place| self.held.remove(place));
                self.serving = true;
            }
            (Key::Pause, None) => {
                self.paused = !self.paused;
                self.pauses += u32::from(self.paused);
            }
            (key, before) => {
                self.shown = before;
                self.refused.push(key);
            }
        }
    }
}

fn people() -> CrowdConfig {
    CrowdConfig { no_show: 0.1, recall: 0.2, hold: 0.1, pause: 0.1, ..CrowdConfig::default() }
}

/// A working day of `hours` at one counter, seen `lag` looks late.
fn day(counter: &mut Counter, clerk: &mut Clerk, hours: u32, lag: usize) {
    let mut past: VecDeque<String> = VecDeque::from(vec![String::new(); lag]);
    for look in 0..hours * 3600 * 4 {
        past.push_back(counter.text().to_owned());
        let text = past.pop_front().unwrap();
        let waiting = u16::try_from(counter.queue.len()).unwrap();
        let screen =
            Screen { text: &text, guest: Guest::Stranger, waiting, rater: false, person: false, call_box: false };
        if let Some(key) = clerk.look(LOOK * look, &screen) {
            counter.press(key);
        }
    }
}

#[test]
fn everybody_is_served_or_missed() {
    for seed in 0..20 {
        let (mut counter, mut clerk) = (Counter::with(60), Clerk::new(people(), Chance::new(seed, "clerk")));
        day(&mut counter, &mut clerk, 16, 0);
        let done = counter.served.len() + counter.missed.len();
        assert_eq!((done, counter.held.len(), counter.queue.len()), (60, 0, 0), "seed {seed}");
        assert_eq!(counter.refused, [], "seed {seed}: no key without sense");
        assert!(!counter.missed.is_empty() && counter.pauses > 0, "seed {seed}: not a day without incident");
    }
}

#[test]
fn a_slow_display_confuses_nobody_for_long() {
    for seed in 0..10 {
        let (mut counter, mut clerk) = (Counter::with(60), Clerk::new(people(), Chance::new(seed, "clerk")));
        day(&mut counter, &mut clerk, 24, 3);
        let done = counter.served.len() + counter.missed.len() + counter.held.len();
        assert_eq!((done, counter.queue.len()), (60, 0), "seed {seed}");
        assert!(!counter.paused, "seed {seed}");
    }
}

#[test]
fn a_dead_lobby_is_asked_again_but_not_hammered() {
    let mut clerk = Clerk::new(people(), Chance::new(1, "clerk"));
    let screen = Screen { text: "", guest: Guest::Stranger, waiting: 0, rater: false, person: false, call_box: false };
    let presses = (0..3600 * 4).filter(|look| clerk.look(LOOK * *look, &screen).is_some()).count();
    assert!((2..=10).contains(&presses), "{presses} presses in an hour");
}

#[test]
fn a_unit_in_the_hands_of_a_person_is_left_alone() {
    let mut clerk = Clerk::new(people(), Chance::new(1, "clerk"));
    for look in 0..3600 * 4 {
        let text = if look % 100 < 50 { "A012" } else { "" };
        assert_eq!(
            clerk.look(
                LOOK * look,
                &Screen { text, guest: Guest::Stranger, waiting: 5, rater: true, person: true, call_box: false }
            ),
            None
        );
    }
}

#[test]
fn the_same_seed_is_the_same_day() {
    let run = || {
        let (mut counter, mut clerk) = (Counter::with(60), Clerk::new(people(), Chance::new(7, "clerk")));
        day(&mut counter, &mut clerk, 8, 0);
        (counter.served, counter.missed, counter.pauses)
    };
    assert_eq!(run(), run());
}
