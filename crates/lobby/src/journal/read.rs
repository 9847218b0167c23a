//! Reading a journal beside a running lobby: verifying its chain, exporting it, one ticket's history.

use super::{
    FILE, JournalError, Replayed, Row, row_hash, schema,
    store::{CACHE_KIB, fact, unreadable},
};
use queue_core::{TicketId, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::Serialize;
use std::{io::Write, path::Path};

/// What [`verify`] found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Rows read.
    pub rows: i64,
    /// Hash of the last row, hexadecimal; compare it with the one that `close_day` printed.
    pub head: String,
    /// The first row that does not fit the chain, and why.
    pub broken: Option<Broken>,
    /// The row with the hash that was asked for, if any was and the chain runs through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<i64>,
}

/// Where a chain breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The row.
    pub seq: i64,
    /// Why, for a person.
    pub cause: String,
}

/// A row of an export.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Export {
    /// Its place in the journal.
    pub seq: i64,
    /// RFC 3339, UTC.
    pub at: String,
    /// The business day that was open, if any.
    pub business_day: Option<String>,
    /// Who wished it.
    pub actor: String,
    /// Under which request id.
    pub request_id: Option<String>,
    /// What kind of fact.
    pub kind: String,
    /// The fact.
    pub fact: serde_json::Value,
}

/// Opens the journal of a data directory for reading only.
///
/// # Errors
/// [`JournalError::Missing`] when there is none, [`JournalError::Newer`] when a newer program wrote it.
pub fn open(dir: &Path) -> Result<Connection, JournalError> {
    let path = dir.join(FILE);
    if !path.is_file() {
        return Err(JournalError::Missing(dir.to_owned()));
    }
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    schema::refuse_newer(&db, dir)?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(db)
}

/// Hands every fact after row `after` to `book`, in order, without those whose kind is not `wanted`; `book` answers whether
/// to go on. The number of the last row that was looked at.
///
/// # Errors
/// [`JournalError::Unreadable`] for a row that this program does not understand.
pub fn facts(
    db: &Connection,
    after: i64,
    wanted: impl Fn(&str) -> bool,
    mut book: impl FnMut(Replayed) -> bool,
) -> Result<i64, JournalError> {
    let mut last = after;
    let mut rows = db.prepare_cached("SELECT seq, at, kind, json FROM journal WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = rows.query([after])?;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        let text = |place| row.get_ref(place).map_err(JournalError::from);
        last = seq;
        if !wanted(text(2)?.as_str().map_err(|cause| unreadable(seq, &cause))?) {
            continue;
        }
        let json = text(3)?;
        let json = json.as_str().map_err(|cause| unreadable(seq, &cause))?;
        let fact = fact(seq, json)?;
        if !book(Replayed { seq, at: Timestamp(row.get(1)?), fact }) {
            break;
        }
    }
    Ok(last)
}

/// Recomputes the chain of hashes.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read at all; a broken chain is an answer, not an error.
pub fn verify(dir: &Path) -> Result<Verified, JournalError> {
    verify_until(dir, None)
}

/// The same, and looks for the row whose hash was printed when a day was closed: the chain must run through it.
///
/// # Errors
/// As [`verify`].
pub fn verify_until(dir: &Path, printed: Option<&str>) -> Result<Verified, JournalError> {
    let db = open(dir)?;
    let mut anchor = None;
    let mut head = [0; 32];
    let mut rows = 0;
    let mut broken = None;
    each(&db, 0, i64::MAX, |row, hash| {
        rows += 1;
        let expected = row_hash(&head, &row);
        let cause = if row.seq != rows {
            Some(format!("rows {rows} to {} are missing", row.seq - 1))
        } else if expected != hash {
            Some("the row or one before it was changed after it was written".to_owned())
        } else if serde_json::from_str::<queue_core::Event>(&row.json).is_err() {
            Some("the fact is not one that this program knows".to_owned())
        } else {
            None
        };
        if printed.is_some_and(|printed| printed.trim().eq_ignore_ascii_case(&hex(&hash))) {
            anchor = Some(row.seq);
        }
        head = hash;
        broken = cause.map(|cause| Broken { seq: row.seq, cause });
        Ok(broken.is_none())
    })?;
    Ok(Verified { rows, head: hex(&head), broken, anchor })
}

/// Writes the journal as JSON lines.
///
/// # Errors
/// [`JournalError`] when it cannot be read, or written to `out`.
pub fn export(dir: &Path, out: &mut dyn Write) -> Result<(), JournalError> {
    let db = open(dir)?;
    let io = |cause| JournalError::Io { path: "the export".into(), cause };
    each(&db, 0, i64::MAX, |row, _| {
        let line = serde_json::to_string(&exported(row)?).map_err(|cause| unreadable(0, &cause))?;
        writeln!(out, "{line}").map_err(io)?;
        Ok(true)
    })
}

/// Rows after `after`, at most `limit`, for pages.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn page(db: &Connection, after: i64, limit: i64) -> Result<Vec<Export>, JournalError> {
    let mut rows = Vec::new();
    each(db, after, limit, |row, _| {
        rows.push(exported(row)?);
        Ok(true)
    })?;
    Ok(rows)
}

/// The mask of the identity number that a ticket was taken with, while its business day lasts.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn mask(db: &Connection, ticket: &TicketId) -> Result<Option<String>, JournalError> {
    let find = "SELECT mask FROM masks WHERE ticket = ?1";
    Ok(db.query_row(find, [ticket.as_str()], |row| row.get(0)).optional()?)
}

/// The number of the last row; 0 in an empty journal.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn last(db: &Connection) -> Result<i64, JournalError> {
    Ok(db.query_row("SELECT coalesce(max(seq), 0) FROM journal", [], |row| row.get(0))?)
}

/// When the last fact became one; long ago in an empty journal.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn last_at(db: &Connection) -> Result<Timestamp, JournalError> {
    let find = "SELECT at FROM journal ORDER BY seq DESC LIMIT 1";
    Ok(Timestamp(db.query_row(find, [], |row| row.get(0)).optional()?.unwrap_or_default()))
}

/// The hash of the row that closed a business day last, hexadecimal; none while it is open.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn head_of_close(db: &Connection, day: &queue_core::BusinessDay) -> Result<Option<String>, JournalError> {
    // Backwards: whoever asks asks mostly of one of the newest days.
    let find = "SELECT kind, hash FROM journal WHERE business_day = ?1 AND kind IN ('day_opened', 'day_closed')
                ORDER BY seq DESC LIMIT 1";
    let found: Option<(String, [u8; 32])> =
        db.query_row(find, [day.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.filter(|(kind, _)| kind == "day_closed").map(|(_, hash)| hex(&hash)))
}

/// The rows of these numbers, for the history of one ticket.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn pick(db: &Connection, seqs: &[i64]) -> Result<Vec<Export>, JournalError> {
    let mut rows = Vec::with_capacity(seqs.len());
    for seq in seqs {
        each(db, seq - 1, 1, |row, _| {
            rows.push(exported(row)?);
            Ok(true)
        })?;
    }
    Ok(rows)
}

fn each(
    db: &Connection,
    after: i64,
    limit: i64,
    mut take: impl FnMut(Row, [u8; 32]) -> Result<bool, JournalError>,
) -> Result<(), JournalError> {
    let mut rows = db.prepare_cached(
        "SELECT seq, at, business_day, actor, request_id, kind, json, hash FROM journal
         WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = rows.query([after, limit])?;
    while let Some(row) = rows.next()? {
        let hash = row.get(7)?;
        let row = Row {
            seq: row.get(0)?,
            at: row.get(1)?,
            business_day: row.get(2)?,
            actor: row.get(3)?,
            request_id: row.get(4)?,
            kind: row.get(5)?,
            json: row.get(6)?,
        };
        if !take(row, hash)? {
            break;
        }
    }
    Ok(())
}

pub(super) fn exported(row: Row) -> Result<Export, JournalError> {
    let fact = serde_json::from_str(&row.json).map_err(|cause| unreadable(row.seq, &cause))?;
    let at = jiff::Timestamp::from_millisecond(row.at).map_err(|cause| unreadable(row.seq, &cause))?;
    Ok(Export {
        seq: row.seq,
        at: format!("{at:.3}"),
        business_day: row.business_day,
        actor: row.actor,
        request_id: row.request_id,
        kind: row.kind,
        fact,
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
