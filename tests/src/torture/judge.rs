//! What is left after a power cut, compared with what anybody had been told.

use super::{
    branch,
    lived::{Lived, TorturePlan, TrueRow, What, scratch},
};
use crash_disk::Rng;
use lobby::{
    clock::Clock,
    controller::Reply,
    journal::{self, Journal},
};
use rusqlite::Connection;
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

/// Breaches that are worded; more are only counted.
const WORDED: usize = 5;

/// Something was lost, doubled or made up.
#[derive(Clone, Debug)]
pub struct Breach {
    /// After how many operations the power was cut.
    pub moment: usize,
    /// What, for a person.
    pub what: String,
}

/// What the cuts showed.
#[derive(Debug, Default)]
pub struct Judged {
    /// Power cuts.
    pub images: usize,
    /// Of those, how many a whole lobby was started on.
    pub deep: usize,
    /// Longest start of those.
    pub slowest: Duration,
    /// How many cuts showed a breach.
    pub breaches: usize,
    /// The first of them.
    pub worded: Vec<Breach>,
}

/// What must be there at one moment.
struct Expected<'a> {
    /// Rows up to this one were told to somebody.
    row: usize,
    /// Answers of the business day, by request id.
    answers: BTreeMap<(&'a str, &'a str), &'a str>,
    /// Whether nobody can know what of the last group is there.
    unknown: bool,
}

/// Cuts the power after every operation and judges what is left.
pub(super) async fn every_cut(lived: &Lived, rng: &mut Rng, plan: TorturePlan) -> Judged {
    let dir = scratch();
    let last_rows = last_rows(&lived.truth);
    let mut cuts = lived.disk.cuts();
    let mut judged = Judged::default();
    while cuts.step() {
        for _ in 0..plan.images {
            judged.images += 1;
            let moment = cuts.moment();
            let expected = expected(lived, moment, &last_rows);
            let image = cuts.image(rng);
            image.write(dir.path()).expect("room for an image");
            let mut found = shallow(dir.path(), lived, &expected, &last_rows);
            if found.is_ok() && judged.images.is_multiple_of(plan.deep) {
                judged.deep += 1;
                // A directory of its own: what a lobby leaves running (its snapshot) must not meet the next image.
                let own = scratch();
                image.write(own.path()).expect("room for an image");
                found = deep(own.path(), lived, moment).await.map(|took| judged.slowest = judged.slowest.max(took));
            }
            if let Err(what) = found {
                judged.breaches += 1;
                if judged.worded.len() < WORDED {
                    judged.worded.push(Breach { moment, what });
                }
            }
        }
    }
    judged
}

/// The last row of each request.
fn last_rows(truth: &[TrueRow]) -> BTreeMap<String, usize> {
    let rows = truth.iter().enumerate().filter_map(|(place, row)| Some((row.request.clone()?, place + 1)));
    rows.collect()
}

fn expected<'a>(lived: &'a Lived, moment: usize, last_rows: &BTreeMap<String, usize>) -> Expected<'a> {
    let unknown = lived.unknown.iter().any(|(from, to)| (*from..*to).contains(&moment));
    let mut expected = Expected { row: 0, answers: BTreeMap::new(), unknown };
    let mut day = 0;
    for told in lived.told.iter().take_while(|told| told.moment <= moment) {
        if std::mem::replace(&mut day, told.day) != told.day {
            expected.answers.clear();
        }
        match &told.what {
            What::Row(row) => expected.row = expected.row.max(usize::try_from(*row).unwrap_or(0)),
            What::Answer(asked, answer) => {
                let key = &asked.key;
                let row = last_rows.get(&format!("{}/{}", key.scope, key.key)).copied().unwrap_or(0);
                expected.row = expected.row.max(row);
                expected.answers.insert((&key.scope, &key.key), &answer.body);
            }
        }
    }
    expected
}

fn shallow(
    dir: &Path,
    lived: &Lived,
    expected: &Expected<'_>,
    last_rows: &BTreeMap<String, usize>,
) -> Result<(), String> {
    drop(Journal::open(dir).map_err(|cause| format!("the journal cannot be opened: {cause}"))?);
    let verified = journal::verify(dir).map_err(|cause| format!("the journal cannot be read: {cause}"))?;
    if let Some(broken) = verified.broken {
        return Err(format!("the chain is broken at row {}: {}", broken.seq, broken.cause));
    }
    let rows = usize::try_from(verified.rows).unwrap_or(0);
    if rows < expected.row {
        return Err(format!("row {} was told and is lost: {rows} are left", expected.row));
    }
    let db = Connection::open(dir.join(journal::FILE)).map_err(|cause| cause.to_string())?;
    let compared = if expected.unknown { expected.row } else { rows };
    same_past(&db, lived, compared)?;
    answers(&db, rows, expected, last_rows)?;
    if !expected.unknown {
        secrets(&db, &lived.truth[..rows])?;
    }
    Ok(())
}

/// The chain covers everything before a row, so its last hash says whether all of it is as it was written.
fn same_past(db: &Connection, lived: &Lived, rows: usize) -> Result<(), String> {
    if rows == 0 {
        return Ok(());
    }
    let Some(truth) = lived.truth.get(rows - 1) else { return Err(format!("row {rows} was never written")) };
    let seq = i64::try_from(rows).unwrap_or(i64::MAX);
    let hash: Vec<u8> = db
        .query_row("SELECT hash FROM journal WHERE seq = ?1", [seq], |row| row.get(0))
        .map_err(|cause| cause.to_string())?;
    if hash == truth.hash { Ok(()) } else { Err(format!("row {rows} is another one than was written")) }
}

fn answers(
    db: &Connection,
    rows: usize,
    expected: &Expected<'_>,
    last_rows: &BTreeMap<String, usize>,
) -> Result<(), String> {
    let read = || -> rusqlite::Result<BTreeMap<(String, String), String>> {
        let mut kept = db.prepare("SELECT scope, key, body FROM requests")?;
        let kept = kept.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        kept.collect()
    };
    let kept = read().map_err(|cause| format!("the answers cannot be read: {cause}"))?;
    for ((scope, key), body) in &expected.answers {
        match kept.get(&((*scope).to_owned(), (*key).to_owned())) {
            Some(found) if found == body => {}
            Some(found) => return Err(format!("{key} was answered with {body:?}, kept is {found:?}")),
            None => return Err(format!("the answer to {key} was given and is lost")),
        }
    }
    let early = |(scope, key): &&(String, String)| {
        last_rows.get(&format!("{scope}/{key}")).is_some_and(|row| *row > rows && !expected.unknown)
    };
    match kept.keys().find(early) {
        Some((_, key)) => Err(format!("{key} has an answer and not its facts")),
        None => Ok(()),
    }
}

/// The key of a day is there while the day is open, and gone with it, together with the masks.
fn secrets(db: &Connection, rows: &[TrueRow]) -> Result<(), String> {
    let last = rows.iter().rev().find(|row| row.kind == "day_opened" || row.kind == "day_closed");
    let open = last.is_some_and(|row| row.kind == "day_opened");
    let count = |table: &str| -> Result<i64, String> {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).map_err(|cause| cause.to_string())
    };
    match (open, count("day_keys")?, count("masks")?) {
        (true, 1, _) | (false, 0, 0) => Ok(()),
        (open, keys, masks) => Err(format!("the day is open: {open}; yet there are {keys} keys and {masks} masks")),
    }
}

/// Starts the lobby on it: whoever was answered gets the same answer again, and no number is given twice.
async fn deep(dir: &Path, lived: &Lived, moment: usize) -> Result<Duration, String> {
    let began = Instant::now();
    let (clock, _hands) = Clock::by_hand(lived.end);
    let (handle, end) = branch::start(dir, clock).map_err(|cause| format!("the lobby does not start: {cause}"))?;
    let took = began.elapsed();
    let day = lived.told.iter().take_while(|told| told.moment <= moment).last().map_or(0, |told| told.day);
    for told in lived.told.iter().filter(|told| told.day == day) {
        let What::Answer(asked, answer) = &told.what else { continue };
        let again = handle.wish(asked.wish()).await.map_err(|cause| cause.to_string())?;
        let Reply::Answer(again) = again else { return Err(format!("{:?}: the key was reused", asked.key)) };
        if told.moment <= moment && again.body != answer.body {
            return Err(format!("{:?} was {:?}, asked again it is {:?}", asked.key, answer.body, again.body));
        }
    }
    let mut numbers = handle
        .ask(|view| view.branch.tickets().map(|ticket| ticket.number.clone()).collect::<Vec<_>>())
        .await
        .map_err(|cause| cause.to_string())?;
    let all = numbers.len();
    numbers.sort();
    numbers.dedup();
    if numbers.len() < all {
        return Err("a number was given twice".to_owned());
    }
    drop(handle);
    match end.await {
        Ok(Ok(())) => {}
        other => return Err(format!("the writer ended with {other:?}")),
    }
    match journal::verify(dir) {
        Ok(verified) if verified.broken.is_none() => Ok(took),
        other => Err(format!("after the retries: {other:?}")),
    }
}
