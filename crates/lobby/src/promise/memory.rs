//! What the journal has taught so far. Everything in it is rebuilt by reading the journal's newest days again.

use super::{
    facts::{Lesson, Translator},
    habits::Habits,
    names::Names,
};
use crate::{
    config::Config,
    journal::{self, JournalError},
};
use planner::estimate::{Calibration, Fact, Learner, Rule, Setup};
use queue_core::{BusinessDay, Plan, Timestamp};
use rusqlite::Connection;
use std::sync::Arc;

/// Openings of a day that are read at a start: more than any mean looks back.
const DAYS: u32 = 60;
/// Kinds of facts that teach nothing and need not be parsed.
const SILENT: [&str; 14] = [
    "plan_adopted",
    "pressed",
    "desk_baseline",
    "presses_missed",
    "print_ordered",
    "print_started",
    "print_ended",
    "device_changed",
    "staff_named",
    "paper_change_started",
    "paper_change_ended",
    "print_voided",
    "counter_planned",
    "counter_plan_ended",
];
/// Length of a day without hours of its own, milliseconds.
const AROUND_THE_CLOCK: i64 = 86_400_000;

/// Everything learned.
pub(crate) struct Memory {
    config: Arc<Config>,
    names: Names,
    translator: Translator,
    pub(super) setup: Setup,
    pub(super) learner: Learner,
    pub(super) calibration: Calibration,
    habits: Habits,
    /// The last row that was read.
    seq: i64,
    /// Days that are over.
    days: u32,
}

impl Memory {
    /// Knows the Plan and nothing else.
    pub(crate) fn new(config: Arc<Config>, names: Names) -> Memory {
        let setup = names.setup(0, AROUND_THE_CLOCK);
        Memory {
            translator: Translator::new(names.clone()),
            learner: Learner::new(&setup),
            calibration: Calibration::new(setup.rule.lanes.len()),
            habits: Habits::new(setup.rule.counters.len()),
            config,
            names,
            setup,
            seq: 0,
            days: 0,
        }
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// Counters take something else from now on; everything learned stays, and places stay what they were.
    pub(crate) fn replan(&mut self, plan: Plan) {
        self.setup.rule = Rule::new(&plan);
        self.translator.replan(plan.clone());
        self.names.plan = plan;
    }

    pub(crate) fn translator(&self) -> &Translator {
        &self.translator
    }

    /// Reads what the journal has beyond what was read before, until `go_on` says no.
    pub(crate) fn read(&mut self, db: &Connection, go_on: impl Fn() -> bool) -> Result<(), JournalError> {
        if self.seq == 0 {
            self.seq = journal::before_days(db, DAYS)?;
        }
        let mut lessons = Vec::new();
        let wanted = |kind: &str| !SILENT.contains(&kind);
        self.seq = journal::facts(db, self.seq, wanted, |row| {
            let config = self.config.clone();
            self.translator.book(row.at, &row.fact, |day| config.midnight(day), &mut lessons);
            for lesson in lessons.drain(..) {
                self.learn(row.at, lesson);
            }
            go_on()
        })?;
        Ok(())
    }

    /// Books what nobody can take back any more.
    pub(crate) fn settle(&mut self, at: Timestamp) {
        let mut lessons = Vec::new();
        self.translator.settle(at, &mut lessons);
        for lesson in lessons {
            self.learn(at, lesson);
        }
    }

    fn learn(&mut self, at: Timestamp, lesson: Lesson) {
        match lesson {
            Lesson::DayBegins(day) => self.begin_day(at, &day),
            Lesson::Fact(at, fact) => {
                self.days += u32::from(fact == Fact::DayEnds);
                self.learner.book(&self.setup, at, &fact);
                self.habits.book(at, &fact);
            }
            Lesson::Outcome { lane, played, actual_s } => self.calibration.book(lane, played, actual_s),
        }
    }

    /// Hours of the day: from its first number to its last-ticket time; without sessions around the clock, from the hour
    /// at which days roll over. Before any day is over nothing is known of the hours before the lobby was first
    /// started, so that day begins with its opening.
    fn begin_day(&mut self, at: Timestamp, day: &BusinessDay) {
        let midnight = self.config.midnight(day);
        let rolls = self.config.rolls_at_ms();
        let sessions = self.config.hours(day).sessions.unwrap_or_default();
        let (from, close) = match (sessions.first(), sessions.last()) {
            (Some(first), Some(last)) => (first.from.since(midnight), last.last_ticket.since(midnight)),
            _ => (rolls, rolls + AROUND_THE_CLOCK),
        };
        let open = if self.days == 0 { at.since(midnight).max(from).min(close - 1) } else { from };
        (self.setup.open, self.setup.close) = (open, close);
        self.learner.set_hours(self.setup.open, self.setup.close);
        self.setup.shifts = self.habits.shifts();
    }
}
