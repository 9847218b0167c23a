//! A journal of which a part cannot be read any more, put together again from what can and from a backup.
//!
//! Nothing is made up: a row is taken, from wherever it can be read, only if its own hash follows from the row before it.
//! So what comes out is the longest past that is proven, and it ends where the first row is missing in both. Rows behind
//! that are written to a file for people, since the state that they led to is not known.

use super::{
    DirLock, FILE, JournalError, Row,
    chain::row_hash,
    read::{exported, hex},
    schema,
};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use serde::Serialize;
use std::{
    collections::HashSet,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

/// The new journal, until it is whole.
const NEW: &str = "journal.recovered";
/// The new journal when it is whole and not yet in its place: no lobby starts meanwhile.
pub(super) const READY: &str = "journal.ready";
/// Rows behind the first one that is missing.
const BEHIND: &str = "rows-behind.jsonl";
/// So many rows in a line that cannot be read are taken for the end.
const END: i64 = 20_000;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recovered {
    /// Rows of the journal as it is now.
    pub rows: i64,
    /// Of those, how many only the backup had.
    pub from_backup: i64,
    /// The first row that neither has; `null` where nothing is known to be missing.
    pub missing: Option<i64>,
    /// Rows behind it that can be read, kept for people.
    pub behind: i64,
    /// Hash of the last row.
    pub head: String,
    /// Where the damaged files are now; `null` where nothing was damaged and nothing was changed.
    pub kept: Option<PathBuf>,
}

/// Puts a damaged journal together again, in its place; the damaged files are kept beside it. `backup` is the journal of
/// a backup. A journal that is whole is left as it is.
///
/// # Errors
/// [`JournalError::InUse`] beside a running lobby, [`JournalError::NothingLeft`] when no row can be read anywhere,
/// [`JournalError::Io`] when the new one cannot be written. The old files are where they were then.
pub fn recover(dir: &Path, backup: Option<&Path>) -> Result<Recovered, JournalError> {
    if !dir.join(FILE).is_file() && !dir.join(READY).is_file() {
        return Err(JournalError::Missing(dir.to_owned()));
    }
    let _lock = DirLock::take(dir)?;
    if dir.join(READY).is_file() {
        return finish(dir);
    }
    let damaged = open(&dir.join(FILE));
    if let Ok(verified) = super::verify(dir)
        && verified.broken.is_none()
        && damaged.as_ref().is_some_and(is_whole)
    {
        let (rows, head) = (verified.rows, verified.head);
        return Ok(Recovered { rows, from_backup: 0, missing: None, behind: 0, head, kept: None });
    }
    let backup = backup.and_then(open);
    let new = dir.join(NEW);
    discard(&new)?;
    let made = fill(&new, dir, damaged.as_ref(), backup.as_ref());
    let (mut recovered, behind) = match made {
        Ok(made) => made,
        Err(cause) => {
            discard(&new)?;
            return Err(cause);
        }
    };
    drop((damaged, backup));
    let kept = keep_behind(dir, &behind)?;
    File::open(&new).and_then(|file| file.sync_all()).map_err(io(&new))?;
    fs::rename(&new, dir.join(READY)).map_err(io(&new))?;
    sync(dir)?;
    exchange(dir, &kept)?;
    recovered.kept = Some(kept);
    Ok(recovered)
}

/// Goes on where an exchange was cut short.
fn finish(dir: &Path) -> Result<Recovered, JournalError> {
    let kept = newest_kept(dir);
    fs::create_dir_all(&kept).map_err(io(&kept))?;
    exchange(dir, &kept)?;
    let verified = super::verify(dir)?;
    let (rows, head) = (verified.rows, verified.head);
    Ok(Recovered { rows, from_backup: 0, missing: None, behind: 0, head, kept: Some(kept) })
}

fn sync(dir: &Path) -> Result<(), JournalError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io(dir))
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> JournalError + use<'_> {
    move |cause| JournalError::Io { path: path.to_owned(), cause }
}

fn discard(new: &Path) -> Result<(), JournalError> {
    match fs::remove_file(new) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(io(new)(cause)),
        _ => Ok(()),
    }
}

/// Whoever cannot be opened has no rows.
fn open(path: &Path) -> Option<Connection> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    db.inspect_err(|cause| tracing::warn!(%cause, path = %path.display(), "cannot be opened")).ok()
}

fn is_whole(db: &Connection) -> bool {
    db.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).is_ok_and(|told| told == "ok")
}

/// A row and its hash, if that page can be read.
fn row(db: Option<&Connection>, seq: i64) -> Option<(Row, [u8; 32])> {
    let find = "SELECT at, business_day, actor, request_id, kind, json, hash FROM journal WHERE seq = ?1";
    let mut find = db?.prepare_cached(find).ok()?;
    let read = |row: &rusqlite::Row<'_>| {
        let found = Row {
            seq,
            at: row.get(0)?,
            business_day: row.get(1)?,
            actor: row.get(2)?,
            request_id: row.get(3)?,
            kind: row.get(4)?,
            json: row.get(5)?,
        };
        Ok((found, row.get(6)?))
    };
    find.query_row([seq], read).ok()
}

/// The row that follows `head`, and whether only the backup has it.
fn next(
    head: &[u8; 32],
    seq: i64,
    damaged: Option<&Connection>,
    backup: Option<&Connection>,
) -> Option<(Row, [u8; 32], bool)> {
    let fits = |(row, hash): &(Row, [u8; 32])| row_hash(head, row) == *hash;
    if let Some((row, hash)) = row(damaged, seq).filter(fits) {
        return Some((row, hash, false));
    }
    row(backup, seq).filter(fits).map(|(row, hash)| (row, hash, true))
}

fn fill(
    new: &Path,
    dir: &Path,
    damaged: Option<&Connection>,
    backup: Option<&Connection>,
) -> Result<(Recovered, Vec<Row>), JournalError> {
    let mut db = Connection::open(new)?;
    db.pragma_update(None, "secure_delete", true)?;
    schema::migrate(&mut db, dir)?;
    let group = db.transaction()?;
    let mut head = [0; 32];
    let (mut rows, mut from_backup) = (0, 0);
    let mut requests = HashSet::new();
    let mut open_day = None;
    while let Some((row, hash, backed)) = next(&head, rows + 1, damaged, backup) {
        group
            .prepare_cached(
                "INSERT INTO journal (seq, at, business_day, actor, request_id, kind, json, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![row.seq, row.at, row.business_day, row.actor, row.request_id, row.kind, row.json, hash])?;
        match row.kind.as_str() {
            "day_opened" => open_day = row.business_day,
            "day_closed" => open_day = None,
            _ => {}
        }
        requests.extend(row.request_id);
        (rows, head, from_backup) = (rows + 1, hash, from_backup + i64::from(backed));
    }
    if rows == 0 {
        return Err(JournalError::NothingLeft(dir.to_owned()));
    }
    let behind = behind(rows + 1, damaged, backup);
    for source in [damaged, backup].into_iter().flatten() {
        copy_answers(&group, source, &requests)?;
        if let Some(day) = &open_day {
            copy_secrets(&group, source, day)?;
        }
    }
    group.commit()?;
    let missing = (!behind.is_empty()).then_some(rows + 1);
    let count = i64::try_from(behind.len()).unwrap_or(i64::MAX);
    Ok((Recovered { rows, from_backup, missing, behind: count, head: hex(&head), kept: None }, behind))
}

/// What can be read behind the first row that is missing.
fn behind(from: i64, damaged: Option<&Connection>, backup: Option<&Connection>) -> Vec<Row> {
    let mut found = Vec::new();
    let (mut seq, mut silent) = (from, 0);
    while silent < END {
        match row(damaged, seq).or_else(|| row(backup, seq)) {
            Some((row, _)) => {
                found.push(row);
                silent = 0;
            }
            None => silent += 1,
        }
        seq += 1;
    }
    found
}

/// Answers whose facts are there; whoever asks again for another one is judged anew.
fn copy_answers(to: &Connection, from: &Connection, requests: &HashSet<String>) -> Result<(), JournalError> {
    let Ok(mut kept) =
        from.prepare("SELECT id, scope, key, fingerprint, status, body, business_day FROM requests ORDER BY id")
    else {
        return Ok(());
    };
    let Ok(mut kept) = kept.query([]) else { return Ok(()) };
    // An error is a page that cannot be read: what lies behind it is judged anew.
    while let Ok(Some(row)) = kept.next() {
        let (scope, key): (String, String) = (row.get(1)?, row.get(2)?);
        if requests.contains(&format!("{scope}/{key}")) {
            to.prepare_cached(
                "INSERT OR IGNORE INTO requests (id, scope, key, fingerprint, status, body, business_day)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                row.get::<_, i64>(0)?,
                scope,
                key,
                row.get::<_, Vec<u8>>(3)?,
                row.get::<_, i64>(4)?,
                row.get::<_, String>(5)?,
                row.get::<_, String>(6)?
            ])?;
        }
    }
    Ok(())
}

/// The key and the masks of the day that is open. Where they cannot be read, the next start makes a new key.
fn copy_secrets(to: &Connection, from: &Connection, day: &str) -> Result<(), JournalError> {
    let find = "SELECT key FROM day_keys WHERE business_day = ?1";
    let key: Option<[u8; 32]> = from.query_row(find, [day], |row| row.get(0)).optional().ok().flatten();
    if let Some(key) = key {
        to.execute("INSERT OR IGNORE INTO day_keys (business_day, key) VALUES (?1, ?2)", params![day, key])?;
    }
    let Ok(mut masks) = from.prepare("SELECT ticket, mask FROM masks") else { return Ok(()) };
    let Ok(mut masks) = masks.query([]) else { return Ok(()) };
    while let Ok(Some(row)) = masks.next() {
        let (ticket, mask): (String, String) = (row.get(0)?, row.get(1)?);
        to.execute("INSERT OR IGNORE INTO masks (ticket, mask) VALUES (?1, ?2)", params![ticket, mask])?;
    }
    Ok(())
}

fn kept_place(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("damaged-{number}"))
}

fn newest_kept(dir: &Path) -> PathBuf {
    let mut number = 1;
    while kept_place(dir, number + 1).exists() {
        number += 1;
    }
    kept_place(dir, number)
}

/// Makes the directory for the damaged files, with what can be read behind the gap.
fn keep_behind(dir: &Path, behind: &[Row]) -> Result<PathBuf, JournalError> {
    let mut number = 1;
    while kept_place(dir, number).exists() {
        number += 1;
    }
    let kept = kept_place(dir, number);
    fs::create_dir_all(&kept).map_err(io(&kept))?;
    if !behind.is_empty() {
        let path = kept.join(BEHIND);
        let mut file = File::create(&path).map_err(io(&path))?;
        for row in behind {
            // A row that is no fact of ours is kept as it stands.
            let line = exported(row.clone()).ok().and_then(|row| serde_json::to_string(&row).ok());
            writeln!(file, "{}", line.unwrap_or_else(|| row.json.clone())).map_err(io(&path))?;
        }
        file.sync_all().map_err(io(&path))?;
    }
    Ok(kept)
}

/// Puts the new journal in the place of the old one, and the old one into the directory beside it. The log goes first:
/// it must never meet the new journal.
fn exchange(dir: &Path, kept: &Path) -> Result<(), JournalError> {
    for name in [format!("{FILE}-wal"), format!("{FILE}-shm"), FILE.to_owned()] {
        let from = dir.join(&name);
        if from.exists() && !kept.join(&name).exists() {
            fs::rename(&from, kept.join(&name)).map_err(io(&from))?;
        }
    }
    sync(kept)?;
    sync(dir)?;
    fs::rename(dir.join(READY), dir.join(FILE)).map_err(io(dir))?;
    sync(dir)
}
