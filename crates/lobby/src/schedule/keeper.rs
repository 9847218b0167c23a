//! When the business day opens and closes by itself: judged from what is seen, so that tests need no clock.

use crate::{
    config::{Config, DayOpening},
    controller::View,
};
use queue_core::{BusinessDay, DayState, Millis, Timestamp};

/// How long a day that is over waits for customers before it is closed over their heads. After the last session it
/// counts from the last thing that happened to any of them: whoever took a number in time is served.
const GRACE_MS: Millis = 3_600_000;

/// What the schedule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) at: Timestamp,
    pub(super) day: DayState,
    /// Numbers that wait, are called, served or held, each with its state.
    pub(super) live: Vec<String>,
}

impl Seen {
    pub(super) fn of(view: &View<'_>) -> Seen {
        let live = view.branch.tickets().filter(|ticket| ticket.state.is_live());
        let live = live.map(|ticket| format!("{} {}", ticket.number, ticket.state.name())).collect();
        Seen { at: view.at, day: view.branch.day().clone(), live }
    }
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Rest,
    Open(BusinessDay),
    /// After the last session.
    Close {
        force: bool,
    },
    /// The open day is that of another date; the new one may begin at once.
    RollOver {
        force: bool,
        day: BusinessDay,
    },
}

/// Remembers since when something is as it is.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    /// The date that the open day should have made room for.
    over: Option<(BusinessDay, Timestamp)>,
    /// Who was still there after the last session.
    left: Option<(Vec<String>, Timestamp)>,
}

impl Keeper {
    pub(super) fn step(&mut self, config: &Config, seen: &Seen) -> Step {
        let today = config.day_from(seen.at, seen.day.day.as_ref());
        let is_today = seen.day.day.as_ref() == Some(&today);
        if seen.day.open && !is_today {
            return self.roll_over(config, seen, today);
        }
        self.over = None;
        if !seen.day.open {
            self.left = None;
            // What somebody closed today stays closed.
            return if !is_today && config.wants_day(seen.at) { Step::Open(today) } else { Step::Rest };
        }
        if config.day.open == DayOpening::BySchedule { self.after_hours(config, seen, &today) } else { Step::Rest }
    }

    fn roll_over(&mut self, config: &Config, seen: &Seen, today: BusinessDay) -> Step {
        let since = match &self.over {
            Some((day, since)) if *day == today => *since,
            _ => self.over.insert((today.clone(), seen.at)).1,
        };
        let force = seen.at.since(since) >= GRACE_MS;
        if config.wants_day(seen.at) { Step::RollOver { force, day: today } } else { Step::Close { force } }
    }

    fn after_hours(&mut self, config: &Config, seen: &Seen, today: &BusinessDay) -> Step {
        let sessions = config.hours(today).sessions;
        if sessions.is_none_or(|sessions| sessions.iter().any(|session| seen.at < session.until)) {
            self.left = None;
            return Step::Rest;
        }
        if seen.live.is_empty() {
            return Step::Close { force: false };
        }
        let since = match &self.left {
            Some((live, since)) if *live == seen.live => *since,
            _ => self.left.insert((seen.live.clone(), seen.at)).1,
        };
        if seen.at.since(since) >= GRACE_MS { Step::Close { force: true } } else { Step::Rest }
    }
}

#[cfg(test)]
mod tests;
