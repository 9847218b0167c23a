//! Finding business days in a journal, beside a running lobby. There is no index on the day: rows are in the order of time,
//! so the first of a day is found by halving, and a search that is likely to end soon goes backwards.

use super::{
    JournalError, Replayed,
    store::{fact, unreadable},
};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use queue_core::{BusinessDay, Event, Plan, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// How long before its date in UTC the facts of a business day can begin, wherever the branch is. Days.
const BEFORE_DAYS: i64 = 1;

/// The row before the one that opened the newest `days` openings of a day; 0 where there are not so many.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn before_days(db: &Connection, days: u32) -> Result<i64, JournalError> {
    // Backwards by row, so that only the rows of those days are looked at.
    let mut rows =
        db.prepare_cached("SELECT seq FROM journal WHERE kind = 'day_opened' ORDER BY seq DESC LIMIT 1 OFFSET ?1")?;
    let found: Option<i64> = rows.query_row([days.saturating_sub(1)], |row| row.get(0)).optional()?;
    Ok(found.map_or(0, |seq| seq - 1))
}

/// Every business day that was opened, in the order of their names.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn days(db: &Connection) -> Result<Vec<BusinessDay>, JournalError> {
    let mut rows =
        db.prepare_cached("SELECT DISTINCT business_day FROM journal WHERE kind = 'day_opened' ORDER BY business_day")?;
    let named = rows.query_map([], |row| row.get::<_, String>(0))?;
    let named: Result<Vec<String>, _> = named.collect();
    Ok(named?.into_iter().filter_map(|day| BusinessDay::new(day).ok()).collect())
}

/// Hands every fact of a business day to `book`, in order.
///
/// # Errors
/// [`JournalError::Unreadable`] for a row that this program does not understand.
pub fn day(db: &Connection, day: &BusinessDay, mut book: impl FnMut(Replayed)) -> Result<(), JournalError> {
    let mut rows = db.prepare_cached("SELECT seq, at, business_day, json FROM journal WHERE seq >= ?1 ORDER BY seq")?;
    let mut rows = rows.query([first_near(db, day)?])?;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        let text = |place| row.get_ref(place).map_err(JournalError::from);
        let of = text(2)?.as_str_or_null().map_err(|cause| unreadable(seq, &cause))?;
        match of.map(|of| of.cmp(day.as_str())) {
            Some(std::cmp::Ordering::Greater) => break,
            Some(std::cmp::Ordering::Equal) => {
                let json = text(3)?;
                let json = json.as_str().map_err(|cause| unreadable(seq, &cause))?;
                let fact = fact(seq, json)?;
                book(Replayed { seq, at: Timestamp(row.get(1)?), fact });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Hands the facts of these kinds of a business day to `book`, in order, with who wished them (`role:name`).
///
/// # Errors
/// [`JournalError::Unreadable`] for a row that this program does not understand.
pub fn day_by(
    db: &Connection,
    day: &BusinessDay,
    kinds: &[&str],
    mut book: impl FnMut(Replayed, &str),
) -> Result<(), JournalError> {
    let mut rows =
        db.prepare_cached("SELECT seq, at, business_day, kind, actor, json FROM journal WHERE seq >= ?1 ORDER BY seq")?;
    let mut rows = rows.query([first_near(db, day)?])?;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        let of = row.get_ref(2)?.as_str_or_null().map_err(|cause| unreadable(seq, &cause))?;
        match of.map(|of| of.cmp(day.as_str())) {
            Some(std::cmp::Ordering::Greater) => break,
            Some(std::cmp::Ordering::Equal) => {}
            _ => continue,
        }
        let text = |place| row.get_ref(place).map_err(JournalError::from);
        if kinds.contains(&text(3)?.as_str().map_err(|cause| unreadable(seq, &cause))?) {
            let (actor, json) = (text(4)?, text(5)?);
            let json = json.as_str().map_err(|cause| unreadable(seq, &cause))?;
            let fact = fact(seq, json)?;
            let actor = actor.as_str().map_err(|cause| unreadable(seq, &cause))?;
            book(Replayed { seq, at: Timestamp(row.get(1)?), fact }, actor);
        }
    }
    Ok(())
}

/// Hands every fact of self-tests between two moments to `book`, in order; `day` is the business day around them.
///
/// # Errors
/// [`JournalError::Unreadable`] for a row that this program does not understand.
pub fn selftests(
    db: &Connection,
    day: &BusinessDay,
    from: Timestamp,
    until: Timestamp,
    mut book: impl FnMut(Replayed),
) -> Result<(), JournalError> {
    let mut rows = db.prepare_cached(
        "SELECT seq, at, json FROM journal WHERE seq >= ?1 AND at BETWEEN ?2 AND ?3 \
         AND kind IN ('self_test_started', 'self_test_finished', 'self_test_ticked') ORDER BY seq",
    )?;
    let mut rows = rows.query(params![first_near(db, day)?, from.0, until.0])?;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        let json = row.get_ref(2)?;
        let json = json.as_str().map_err(|cause| unreadable(seq, &cause))?;
        let fact = fact(seq, json)?;
        book(Replayed { seq, at: Timestamp(row.get(1)?), fact });
    }
    Ok(())
}

/// The Plan that was in force when the facts of a business day began; an empty one before any.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn plan_before(db: &Connection, day: &BusinessDay) -> Result<Plan, JournalError> {
    let first = "SELECT seq FROM journal WHERE seq >= ?1 AND business_day = ?2 ORDER BY seq LIMIT 1";
    let first: Option<i64> =
        db.query_row(first, params![first_near(db, day)?, day.as_str()], |row| row.get(0)).optional()?;
    let find = "SELECT seq, json FROM journal WHERE kind = 'plan_adopted' AND seq < ?1 ORDER BY seq DESC LIMIT 1";
    let found: Option<(i64, String)> = db.query_row(find, [first], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((seq, json)) = found else { return Ok(Plan::default()) };
    match serde_json::from_str(&json) {
        Ok(Event::PlanAdopted { plan, .. }) => Ok(*plan),
        Ok(_) => Ok(Plan::default()),
        Err(cause) => Err(unreadable(seq, &cause)),
    }
}

/// The first row that is not older than a day before the date, by halving.
fn first_near(db: &Connection, day: &BusinessDay) -> Result<i64, JournalError> {
    let date = day.as_str().parse::<Date>().unwrap_or(Date::MIN).saturating_sub(BEFORE_DAYS.days());
    let from = date.to_zoned(TimeZone::UTC).map_or(i64::MIN, |from| from.timestamp().as_millisecond());
    let mut at = db.prepare_cached("SELECT at FROM journal WHERE seq = ?1")?;
    let (mut low, mut high) = (1, super::last(db)? + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<i64> = at.query_row(params![middle], |row| row.get(0)).optional()?;
        if found.is_some_and(|found| found < from) { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}
