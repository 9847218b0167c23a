//! The self-tests of a day, from their facts. The first is made before the day is opened, so they are found by the time.

use super::Time;
use crate::journal::{self, JournalError};
use queue_core::{Branch, BusinessDay, Millis, SelfTest, SelfTestOutcome, Timestamp};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// How long before its opening a self-test belongs to a day.
const BEFORE_MS: Millis = 6 * 3_600_000;

/// A self-test, as its last fact of that day left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SelfTestReport {
    /// When it began.
    pub started_at: Time,
    /// Who wanted it, `role:name`; `system:selftest` when it ran by itself.
    pub started_by: String,
    /// Items that are well, by themselves or by the word of a person.
    pub ok: usize,
    /// Those that are not.
    pub failed: Vec<String>,
    /// Those that nothing could be said of.
    pub skipped: Vec<String>,
    /// Those that nobody has looked at.
    pub open: Vec<String>,
}

/// The self-tests of a day, oldest first.
pub(super) fn of_day(
    db: &Connection,
    day: &BusinessDay,
    opened: Timestamp,
    closed: Option<Timestamp>,
) -> Result<Vec<SelfTestReport>, JournalError> {
    let (from, until) = (opened.plus(-BEFORE_MS), closed.unwrap_or(Timestamp(i64::MAX)));
    let mut branch = Branch::default();
    let mut tests: Vec<SelfTest> = Vec::new();
    journal::selftests(db, day, from, until, |row| {
        branch.apply(row.at, &row.fact);
        let Some(test) = branch.selftest() else { return };
        if tests.last().is_some_and(|last| last.id == test.id) {
            tests.pop();
        }
        tests.push(test.clone());
    })?;
    Ok(tests.iter().map(show).collect())
}

fn show(test: &SelfTest) -> SelfTestReport {
    let named = |outcome: Option<SelfTestOutcome>| -> Vec<String> {
        let items = test.items.iter().filter(|item| item.outcome() == outcome);
        items.map(|item| item.part.item.as_str().to_owned()).collect()
    };
    SelfTestReport {
        started_at: Time(test.started_at),
        started_by: test.by.as_str().to_owned(),
        ok: named(Some(SelfTestOutcome::Ok)).len(),
        failed: named(Some(SelfTestOutcome::Failed)),
        skipped: named(Some(SelfTestOutcome::Skipped)),
        open: named(None),
    }
}
