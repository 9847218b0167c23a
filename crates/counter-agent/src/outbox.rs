//! What the lobby has to be told of the unit's presses: in order, each until the lobby has it, and never without bound.

use counter::{Key, Mark, poller::Press, sequence::BaselineWhy};
use std::{
    collections::VecDeque,
    time::{Duration, Instant, SystemTime},
};

/// Reports that wait for the lobby. Nobody presses so often in the ten seconds in which a press is worth anything.
const MOST: usize = 64;

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// A key went down.
    Press {
        /// Which press.
        mark: Mark,
        /// Key code.
        key: u16,
        /// Of several *next* pressed while the lobby was out of reach, not the last.
        stale: bool,
        /// When it went down, at the earliest; `None` where nobody knows.
        since: Option<Moment>,
    },
    /// Presses are lost for good.
    Missed {
        /// The last of them.
        mark: Mark,
        /// How many.
        count: u32,
    },
    /// Presses count from here on.
    Baseline {
        /// The last that does not.
        mark: Mark,
        /// Why.
        why: BaselineWhy,
    },
}

/// A moment by both clocks of a PC: one stands still while it sleeps, the other can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    /// So long ago.
    pub(crate) fn ago(age: Duration) -> Option<Moment> {
        Some(Moment { steady: Instant::now().checked_sub(age)?, wall: SystemTime::now().checked_sub(age)? })
    }

    /// The longer of the two times since: a press that may be old is treated as old.
    pub(crate) fn elapsed(self) -> Duration {
        self.steady.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}

impl Report {
    /// A press as the unit's host reports it.
    pub(crate) fn press(press: &Press) -> Report {
        let Press { mark, code, stale, age, .. } = *press;
        Report::Press { mark, key: code, stale, since: age.and_then(Moment::ago) }
    }

    /// The press that it is about, or that counting is at after it.
    pub(crate) fn mark(&self) -> Mark {
        match self {
            Report::Press { mark, .. } | Report::Missed { mark, .. } | Report::Baseline { mark, .. } => *mark,
        }
    }

    fn is_next(&self) -> bool {
        matches!(self, Report::Press { key, .. } if *key == Key::Next.code())
    }

    /// How many presses are lost when this is not told.
    fn lost(&self) -> u32 {
        match self {
            Report::Press { .. } => 1,
            Report::Missed { count, .. } => *count,
            Report::Baseline { .. } => 0,
        }
    }
}

/// Reports on their way, oldest first. The first may have reached the lobby already without an answer getting back.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    reports: VecDeque<Report>,
}

impl Outbox {
    /// Adds what happened last. Where there is no room, the oldest presses but one become one report that they are lost.
    pub(crate) fn push(&mut self, report: Report) {
        self.reports.push_back(report);
        if self.reports.len() > MOST {
            self.shrink();
        }
    }

    /// Two reports behind the first become one that so many presses are lost. Only where none stand side by side does a
    /// baseline swallow what came before it: the unit counts anew from there.
    fn shrink(&mut self) {
        let is_baseline = |place: usize| matches!(self.reports.get(place), Some(Report::Baseline { .. }));
        let place = (1..MOST).find(|place| !is_baseline(*place) && !is_baseline(place + 1)).unwrap_or(1);
        let (Some(older), Some(newer)) = (self.reports.remove(place), self.reports.remove(place)) else { return };
        let merged = match newer {
            Report::Baseline { .. } => newer,
            _ => Report::Missed { mark: newer.mark(), count: older.lost().saturating_add(newer.lost()) },
        };
        tracing::warn!(mark = %merged.mark(), "the lobby is away for too long: presses are lost");
        self.reports.insert(place, merged);
    }

    /// What to tell next.
    pub(crate) fn front(&self) -> Option<&Report> {
        self.reports.front()
    }

    /// The first was told.
    pub(crate) fn told(&mut self) {
        self.reports.pop_front();
    }

    /// The lobby was out of reach for a while: of several *next*, only the last is still meant.
    pub(crate) fn catch_up(&mut self) {
        let last = self.reports.iter().rposition(Report::is_next).unwrap_or(0);
        for report in self.reports.iter_mut().take(last).filter(|report| report.is_next()) {
            if let Report::Press { stale, .. } = report {
                *stale = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn mark(seq: u16) -> Mark {
        Mark { boot: 7, wraps: 0, seq }
    }

    fn press(seq: u16, key: Key) -> Report {
        let press = Press {
            unit: 1,
            mark: mark(seq),
            code: key.code(),
            key: Some(key),
            stale: false,
            age: Some(Duration::from_secs(3)),
        };
        Report::press(&press)
    }

    #[test]
    fn of_several_next_only_the_last_is_meant() {
        let mut outbox = Outbox::default();
        for (seq, key) in [(1, Key::Next), (2, Key::Recall), (3, Key::Next), (4, Key::Next), (5, Key::Finish)] {
            outbox.push(press(seq, key));
        }
        outbox.catch_up();
        let mut stale = Vec::new();
        while let Some(Report::Press { stale: old, since, .. }) = outbox.front() {
            assert!(since.unwrap().elapsed() >= Duration::from_secs(3));
            stale.push(*old);
            outbox.told();
        }
        assert_eq!(stale, [true, false, true, false, false]);
    }

    #[test]
    fn what_does_not_fit_is_counted_and_the_first_stays_what_it_was() {
        let mut outbox = Outbox::default();
        for seq in 1..=200 {
            outbox.push(press(seq, Key::Next));
        }
        assert_eq!(outbox.reports.len(), MOST);
        assert_eq!(outbox.front().unwrap().mark(), mark(1), "it may be on its way");
        // 62 newest presses are whole.
        assert_eq!(outbox.reports[1], Report::Missed { mark: mark(138), count: 137 });
        assert_eq!(outbox.reports[2].mark(), mark(139));
        let presses: u32 = outbox.reports.iter().map(Report::lost).sum();
        assert_eq!(presses, 200, "none is forgotten");
        // Even when the unit is switched off and on between every two presses.
        let mut outbox = Outbox::default();
        for boot in 0..100 {
            let mark = Mark { boot, wraps: 0, seq: 0 };
            outbox.push(Report::Baseline { mark, why: BaselineWhy::NewBoot });
            outbox.push(Report::Press { mark: mark.after(1), key: 1, stale: false, since: None });
        }
        assert_eq!(outbox.reports.len(), MOST);
        assert_eq!(outbox.reports.back().unwrap().mark(), Mark { boot: 99, wraps: 0, seq: 1 });
    }
}
