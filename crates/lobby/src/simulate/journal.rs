//! Days of a journal under another rule or with other counters: the dry run of a change on what really happened.

use super::{
    SEED, SimulateError,
    recorded::{Reader, Recorded},
};
use crate::journal::{self, JournalError};
use jiff::{civil::Date, tz::TimeZone};
use planner::{
    change::Change,
    formats::{FormatError, JournalQuestion},
    whatif::{HALF_HOUR, People, Profile, Scenario},
};
use queue_core::{BusinessDay, Event, Millis, Plan, Timestamp};
use rusqlite::Connection;
use std::path::PathBuf;

/// Reads what a question is about.
///
/// # Errors
/// The journal cannot be read, has no such day, or the change cannot be done; nothing was written.
pub(super) fn scenario(question: &JournalQuestion) -> Result<Scenario, SimulateError> {
    let path = PathBuf::from(&question.journal);
    let wrong = |sentence: String| SimulateError::Wrong { path: path.clone(), mistake: FormatError::new(sentence) };
    let zone = match &question.time_zone {
        None => TimeZone::system(),
        Some(name) => TimeZone::get(name)
            .map_err(|_| wrong(format!("`{name}` is no time zone; write for example Asia/Shanghai")))?,
    };
    let db = journal::open_read_only(&path)?;
    let known: Vec<String> = journal::days(&db)?.iter().map(|day| day.as_str().to_owned()).collect();
    if known.is_empty() {
        return Err(wrong("no business day was ever opened in this journal".to_owned()));
    }
    let dates = match question.days.as_slice() {
        [] => known.last().cloned().into_iter().collect(),
        asked => asked.to_vec(),
    };
    let mut read: Vec<(Plan, Recorded)> = Vec::with_capacity(dates.len());
    for date in &dates {
        let day = BusinessDay::new(date.as_str()).ok().filter(|_| known.contains(date));
        let Some(day) = day else {
            let days = known[known.len().saturating_sub(10)..].join(", ");
            return Err(wrong(format!("the journal has no day {date}; its last days are {days}")));
        };
        let midnight = date.parse::<Date>().ok().and_then(|date| date.to_zoned(zone.clone()).ok());
        let midnight = midnight.ok_or_else(|| wrong(format!("{date} is no date of the calendar")))?;
        let one = day_of(&db, &day, Timestamp(midnight.timestamp().as_millisecond()))?;
        if one.1.day.customers.is_empty() {
            return Err(wrong(format!("nobody took a number on {date}; there is nothing to play")));
        }
        read.push(one);
    }
    let Some((plan, _)) = read.last() else { return Err(wrong("no day was asked for".to_owned())) };
    let plan = plan.clone();
    if let Some(place) = read.iter().position(|(other, _)| !is_alike(other, &plan)) {
        let (one, last) = (&dates[place], dates.last().map_or("", String::as_str));
        return Err(wrong(format!(
            "services, lanes or counters of {one} are not those of {last}; ask for days with the same ones"
        )));
    }
    let change = Change::parse(&question.change, &plan).map_err(|bad| wrong(format!("change: {bad}")))?;
    let (days, recorded): (Vec<_>, Vec<_>) = read.into_iter().map(|(_, one)| (one.day, one.went)).unzip();
    let classes = plan.services.len() * plan.lanes.len();
    let search = question.search.map(|goal| (profile(&days, classes), goal));
    Ok(Scenario { plan, change, written: question.change.clone(), dates, days, recorded, search, seed: SEED })
}

/// One day, by the last Plan that was in force on it.
fn day_of(db: &Connection, day: &BusinessDay, midnight: Timestamp) -> Result<(Plan, Recorded), JournalError> {
    let mut plan = journal::plan_before(db, day)?;
    let mut facts = Vec::new();
    journal::day(db, day, |row| match row.fact {
        Event::PlanAdopted { plan: adopted, .. } => plan = *adopted,
        // The last of what a counter was told to take on that day counts for all of it.
        Event::CounterPlanned { counter, skills, .. } => {
            if let Some(known) = plan.counters.iter_mut().find(|known| known.id == counter) {
                known.skills = skills;
            }
        }
        fact => facts.push((row.at, fact)),
    })?;
    let mut reader = Reader::new(&plan, midnight);
    for (at, fact) in &facts {
        reader.book(*at, fact);
    }
    let recorded = reader.day();
    Ok((plan, recorded))
}

/// Whether days of the one mean the same on the other.
fn is_alike(one: &Plan, other: &Plan) -> bool {
    let names = |plan: &Plan| {
        let services: Vec<_> = plan.services.iter().map(|service| service.id.clone()).collect();
        let lanes: Vec<_> = plan.lanes.iter().map(|lane| lane.id.clone()).collect();
        let counters: Vec<_> = plan.counters.iter().map(|counter| counter.id.clone()).collect();
        (services, lanes, counters)
    };
    names(one) == names(other)
}

/// What is usual on these days: how many come in each half hour, and anybody who came.
#[allow(clippy::cast_precision_loss, reason = "a number of days")]
fn profile(days: &[planner::whatif::Day], classes: usize) -> Profile {
    let everybody = || days.iter().flat_map(|day| &day.customers);
    let floor = |at: Millis| at.div_euclid(HALF_HOUR) * HALF_HOUR;
    let open = everybody().map(|customer| floor(customer.at)).min().unwrap_or(0);
    let close = everybody().map(|customer| floor(customer.at) + HALF_HOUR).max().unwrap_or(HALF_HOUR);
    let halves = usize::try_from((close - open) / HALF_HOUR).unwrap_or(0);
    let mut arrivals = vec![vec![0.0; halves]; classes];
    let mut people = vec![Vec::new(); classes];
    for customer in everybody() {
        let Some(class) = customer.legs.first().map(|leg| leg.class) else { continue };
        let half = usize::try_from((customer.at - open) / HALF_HOUR).unwrap_or(0);
        arrivals[class][half] += 1.0 / days.len() as f64;
        people[class].push(customer.legs.clone());
    }
    Profile { open, close, arrivals, people: People::Recorded(people), orders: Vec::new() }
}
