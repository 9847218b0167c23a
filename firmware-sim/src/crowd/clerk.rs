//! A clerk who sees one desk unit and presses its keys. No clock: time is an argument, and it is the crowd's time,
//! which may run faster than the wall's.

use std::collections::VecDeque;
use std::time::Duration;

use counter::Key;

use super::config::CrowdConfig;
use super::room::Guest;
use crate::rng::Chance;

/// Spread of the logarithm of walks, services and pauses.
const SPREAD: f64 = 0.6;
/// From the call to the second call of a customer who does not come.
const RECALL_AFTER: Duration = Duration::from_secs(40);
/// From the second call until the clerk gives the customer up.
const GIVE_UP_AFTER: Duration = Duration::from_secs(40);
/// A breath between two customers.
const BREATH: Duration = Duration::from_secs(5);
/// A press that changed nothing is repeated after this time.
const PATIENCE: Duration = Duration::from_mins(2);
/// Service time of a number of an unknown series.
const UNKNOWN_SERVICE: Duration = Duration::from_mins(5);
/// What a paused counter shows. Source: HARDWARE §1.
const PAUSED: &str = "----";

/// What the clerk sees.
#[derive(Debug, Clone, Copy)]
pub struct Screen<'a> {
    /// Digits without the blanks at the end.
    pub text: &'a str,
    /// Whom the number shown belongs to.
    pub guest: Guest,
    /// People waiting for this counter.
    pub waiting: u16,
    /// Whether customers can rate.
    pub rater: bool,
    /// Whether a person uses this unit.
    pub person: bool,
    /// A call box: no keys for arrived and finish, and a face that cannot say that the counter is paused. Its clerk calls,
    /// recalls and gives up, and neither holds nor pauses.
    pub call_box: bool,
}

/// One clerk.
#[derive(Debug)]
pub struct Clerk {
    people: CrowdConfig,
    chance: Chance,
    doing: Doing,
    /// Keys to press one after the other before anything else.
    script: VecDeque<Key>,
    /// The number this clerk holds.
    held: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Doing {
    /// Nothing shown; presses next at `next`.
    Free { next: Duration },
    /// Pressed next while the display showed `shown`; presses again when nothing happened until `until`.
    Asked { shown: String, until: Duration },
    /// Pressed a key that takes `shown` off the display; presses next at `next`. If it still stands there at
    /// `until`, the press went nowhere.
    Clears { shown: String, next: Duration, until: Duration },
    /// `number` was called. `comes` is when the customer is there; never, for a no-show.
    Called { number: String, comes: Option<Duration>, recall: Option<Duration>, give_up: Duration },
    /// Serves `number`.
    Serves { number: String, ends: Duration },
    /// On a break; resumes at `ends`.
    Pauses { ends: Duration },
}

impl Clerk {
    /// A clerk who comes to work within the first minute.
    pub fn new(people: CrowdConfig, mut chance: Chance) -> Self {
        let next = Duration::from_mins(1).mul_f64(chance.unit());
        Self { people, chance, doing: Doing::Free { next }, script: VecDeque::new(), held: None }
    }

    /// Looks at the unit and answers the key to press now, if any.
    pub fn look(&mut self, now: Duration, screen: &Screen<'_>) -> Option<Key> {
        if screen.person {
            // Whatever the clerk was about is theirs now; afterwards, look again from the start.
            self.script.clear();
            self.held = None;
            self.doing = Doing::Free { next: now + BREATH };
            return None;
        }
        if let Some(key) = self.script.pop_front() {
            return Some(key);
        }
        self.notice(now, screen);
        self.act(now, screen)
    }

    /// Brings what the clerk is about in line with what the display shows.
    fn notice(&mut self, now: Duration, screen: &Screen<'_>) {
        let shown = screen.text;
        let expected = match &self.doing {
            Doing::Called { number, .. } | Doing::Serves { number, .. } => number == shown,
            Doing::Asked { shown: before, .. } => before == shown || shown.is_empty(),
            Doing::Clears { shown: before, until, .. } => before == shown && now < *until,
            Doing::Pauses { .. } => shown == PAUSED,
            Doing::Free { .. } => shown.is_empty(),
        };
        if expected {
            return;
        }
        self.doing = match &self.doing {
            Doing::Clears { next, .. } if shown.is_empty() => Doing::Free { next: *next },
            Doing::Clears { shown: before, .. } if shown == PAUSED && before == PAUSED => Doing::Pauses { ends: now },
            _ if shown == PAUSED => Doing::Pauses { ends: now + self.takes(self.people.pause_s) },
            _ if shown.is_empty() => Doing::Free { next: now + BREATH },
            _ if self.held.as_deref() == Some(shown) => {
                self.held = None;
                Doing::Serves { number: shown.to_owned(), ends: now + self.service(shown).mul_f64(0.4) }
            }
            _ => self.called(now, screen),
        };
    }

    fn act(&mut self, now: Duration, screen: &Screen<'_>) -> Option<Key> {
        match self.doing.clone() {
            Doing::Free { next } if now >= next => Some(self.begin_next(now, screen)),
            Doing::Asked { until, .. } if now >= until && !screen.text.is_empty() => Some(self.ask_next(now, screen)),
            Doing::Asked { until, .. } if now >= until => {
                // A ready counter is called into by itself; only a press that was lost needs another.
                let reason = self.held.is_some() || now >= until + 4 * PATIENCE;
                reason.then(|| self.begin_next(now, screen))
            }
            Doing::Pauses { ends } if now >= ends => Some(self.clear(now, screen, Key::Pause)),
            Doing::Called { number, comes: Some(comes), .. } if now >= comes => {
                let ends = now + self.service(&number);
                self.doing = Doing::Serves { number, ends };
                (!screen.call_box).then_some(Key::Arrived)
            }
            Doing::Called { number, comes, recall: Some(recall), give_up } if now >= recall => {
                self.doing = Doing::Called { number, comes, recall: None, give_up };
                Some(Key::Recall)
            }
            Doing::Called { comes: None, give_up, .. } if now >= give_up => Some(self.clear(now, screen, Key::NoShow)),
            Doing::Serves { number, ends } if now >= ends => Some(self.end(now, number, screen)),
            _ => None,
        }
    }

    /// Somebody called the number shown: decides how this will go.
    fn called(&mut self, now: Duration, screen: &Screen<'_>) -> Doing {
        let number = screen.text.to_owned();
        let give_up = now + RECALL_AFTER + GIVE_UP_AFTER;
        let stays_away = match screen.guest {
            Guest::Gone => 1.0,
            Guest::Here { waited } => self.people.no_show_after(waited),
            Guest::Stranger => self.people.no_show,
        };
        if self.chance.happens(stays_away) {
            return Doing::Called { number, comes: None, recall: Some(now + RECALL_AFTER), give_up };
        }
        let walk = self.takes(self.people.walk_s);
        let recall = self.chance.happens(self.people.recall).then(|| now + walk.mul_f64(0.7));
        Doing::Called { number, comes: Some(now + walk), recall, give_up }
    }

    /// The customer is done, or has to fetch something.
    fn end(&mut self, now: Duration, number: String, screen: &Screen<'_>) -> Key {
        let rate = screen.rater && self.chance.happens(0.3);
        if !screen.call_box && self.held.is_none() && self.chance.happens(self.people.hold) {
            self.held = Some(number);
            return self.clear(now, screen, Key::Hold);
        }
        let last = if screen.call_box {
            self.ask_next(now, screen)
        } else if self.chance.happens(self.people.pause) {
            self.script.push_back(Key::Pause);
            self.clear(now, screen, Key::Finish)
        } else if self.held.is_some() {
            self.clear(now, screen, Key::Finish)
        } else {
            self.ask_next(now, screen)
        };
        if !rate {
            return last;
        }
        self.script.push_front(last);
        let rates = [Key::Rate5, Key::Rate5, Key::Rate5, Key::Rate4, Key::Rate4, Key::Rate3, Key::Rate1];
        rates[self.chance.index(rates.len())]
    }

    /// With nobody at the counter: the customer who was asked to step aside, or the next.
    fn begin_next(&mut self, now: Duration, screen: &Screen<'_>) -> Key {
        let mut keys = self.held.as_deref().map(digits).unwrap_or_default().into_iter();
        let first = keys.next().filter(|_| screen.waiting == 0 || self.chance.happens(0.5));
        let Some(first) = first else {
            return self.ask_next(now, screen);
        };
        self.script.extend(keys);
        self.script.push_back(Key::Hold);
        self.doing = Doing::Free { next: now + PATIENCE }; // if it is refused, the next one comes
        first
    }

    fn ask_next(&mut self, now: Duration, screen: &Screen<'_>) -> Key {
        self.doing = Doing::Asked { shown: screen.text.to_owned(), until: now + PATIENCE };
        Key::Next
    }

    /// Presses a key that takes what is shown off the display.
    fn clear(&mut self, now: Duration, screen: &Screen<'_>, key: Key) -> Key {
        self.doing = Doing::Clears { shown: screen.text.to_owned(), next: now + BREATH, until: now + PATIENCE };
        key
    }

    fn service(&mut self, number: &str) -> Duration {
        let letters = number.trim_end_matches(|c: char| c.is_ascii_digit());
        let mean = self.people.services.iter().find(|service| service.series == letters).map(|service| service.mean_s);
        self.takes(mean.unwrap_or(UNKNOWN_SERVICE.as_secs_f64()))
    }

    fn takes(&mut self, mean_s: f64) -> Duration {
        self.chance.log_normal(Duration::from_secs_f64(mean_s), SPREAD)
    }
}

/// The digit keys of a number: `A012` is typed 0, 1, 2.
fn digits(number: &str) -> Vec<Key> {
    number.chars().filter(char::is_ascii_digit).filter_map(|digit| digit.to_string().parse().ok()).collect()
}
