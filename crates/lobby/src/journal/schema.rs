//! Tables of the journal and the steps from one format to the next.

use super::JournalError;
use rusqlite::Connection;
use std::path::Path;

/// One script a step; a journal at format `n` has run the first `n`. Only ever appended to.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE journal (
        seq          INTEGER PRIMARY KEY,
        at           INTEGER NOT NULL,  -- UTC, milliseconds since 1970
        business_day TEXT,
        actor        TEXT NOT NULL,
        request_id   TEXT,
        kind         TEXT NOT NULL,
        json         TEXT NOT NULL,
        hash         BLOB NOT NULL      -- SHA-256 over this row and the hash before
    ) STRICT;
    -- Answers by request id, kept until the end of the next business day. Appended to only; which row is whose is
    -- looked up in memory, so that ids at random cost no page each.
    CREATE TABLE requests (
        id           INTEGER PRIMARY KEY,
        scope        TEXT NOT NULL,
        key          TEXT NOT NULL,
        fingerprint  BLOB NOT NULL,
        status       INTEGER NOT NULL,
        body         TEXT NOT NULL,
        business_day TEXT NOT NULL
    ) STRICT;
    -- Random key of a business day: tracking tokens and identity hashes end with it.
    CREATE TABLE day_keys (
        business_day TEXT PRIMARY KEY,
        key          BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    -- What staff may read of an identity number. Emptied when the business day is closed, like the two below it.
    CREATE TABLE masks (
        ticket       TEXT PRIMARY KEY,
        mask         TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Whose number a request was about, as a hash under the key of the day: the fingerprint does not cover it, since
    -- anybody could try all numbers against one.
    ALTER TABLE requests ADD COLUMN identity TEXT;
",
    "
    -- Words that staff wrote on a ticket. A row of the journal has their digest; words and salt go with their retention.
    CREATE TABLE notes (
        id           INTEGER PRIMARY KEY,
        ticket       TEXT NOT NULL,
        at           INTEGER NOT NULL,
        actor        TEXT NOT NULL,
        text         TEXT NOT NULL,
        salt         BLOB NOT NULL,
        business_day TEXT NOT NULL
    ) STRICT;
    CREATE INDEX notes_of_tickets ON notes (ticket);
",
];

/// The format that this program writes.
pub(super) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Refuses a journal of a newer program.
pub(super) fn refuse_newer(db: &Connection, dir: &Path) -> Result<i64, JournalError> {
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known() {
        return Err(JournalError::Newer { dir: dir.to_owned(), found, known: known() });
    }
    Ok(found)
}

/// Brings the tables to the format that this program writes.
pub(super) fn migrate(db: &mut Connection, dir: &Path) -> Result<(), JournalError> {
    let found = usize::try_from(refuse_newer(db, dir)?).unwrap_or(0);
    for (done, script) in MIGRATIONS.iter().enumerate().skip(found) {
        let step = db.transaction()?;
        step.execute_batch(script)?;
        step.pragma_update(None, "user_version", i64::try_from(done + 1).unwrap_or(i64::MAX))?;
        step.commit()?;
    }
    Ok(())
}
