//! The journal: every fact of the branch, in order, on disk before anybody sees its effect.
//!
//! `SQLite` in WAL mode with `synchronous=FULL`, which syncs the log at every commit: a committed row survives a power
//! cut. Rows are chained by a hash, so an edited past shows. One process owns the journal (a lock on `lobby.lock`);
//! verifying and exporting open it read-only beside a running lobby.

mod answers;
mod chain;
mod days;
mod lock;
mod notes;
mod read;
mod recover;
mod requests;
mod schema;
mod store;

pub use chain::{Row, row_hash};
pub use days::{before_days, day, day_by, days, plan_before, selftests};
pub use lock::DirLock;
pub use notes::{KeptNote, NoteRow, notes};
pub use read::{
    Broken, Export, Verified, export, facts, head_of_close, last, last_at, mask, open as open_read_only, page, pick,
    verify, verify_until,
};
pub use recover::{Recovered, recover};
pub use requests::{Answer, Answered, RequestKey};
pub use store::{Draft, Journal, Replayed};

use std::path::PathBuf;

/// File of the journal in the data directory.
pub const FILE: &str = "journal.db";

/// Why a journal cannot be used. The sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum JournalError {
    #[error("another lobby (process {pid}) runs on {dir}; stop it first, or use another --data directory")]
    InUse { dir: PathBuf, pid: String },
    #[error(
        "the journal in {dir} was written by a newer lobby (format {found}, this one knows {known}); start the newer one"
    )]
    Newer { dir: PathBuf, found: i64, known: i64 },
    #[error(
        "row {seq} of the journal is a fact of the kind `{kind}`, which a newer lobby wrote and this one does not know; start \
         the newer one again (nothing was changed), or go back to the backup from before it: \
         `lobby restore FILE --data DIR`, without what happened since"
    )]
    NewerFact { seq: i64, kind: String },
    #[error("there is no journal in {0}; give the data directory of a lobby with --data")]
    Missing(PathBuf),
    #[error(
        "row {seq} of the journal cannot be read ({cause}); keep a copy of the data directory and restore the last backup"
    )]
    Unreadable { seq: i64, cause: String },
    #[error("{path}: {cause}; check that the directory exists, is writable and the disk is not full")]
    Io { path: PathBuf, cause: std::io::Error },
    #[error(
        "a part of the journal on the disk is damaged ({0}); keep the data directory as it is, stop the lobby and run \
         `lobby journal recover --data DIR`, with `--backup FILE` where there is a backup"
    )]
    Damaged(rusqlite::Error),
    #[error("the disk is full ({0}); make room on it and start the lobby again")]
    DiskFull(rusqlite::Error),
    #[error("the disk of the journal can only be read ({0}); look why, mount it for writing and start the lobby again")]
    ReadOnly(rusqlite::Error),
    #[error("the disk of the journal fails ({0}); what was under way is unknown until the lobby runs again")]
    DiskFails(rusqlite::Error),
    #[error("the recovery of the journal in {0} was cut short; run `lobby journal recover --data DIR` again")]
    Unfinished(PathBuf),
    #[error("nothing of the journal in {0} can be read; give a backup with --backup FILE")]
    NothingLeft(PathBuf),
    #[error("the journal cannot be read or written: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for JournalError {
    fn from(cause: rusqlite::Error) -> JournalError {
        use rusqlite::ErrorCode;
        match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => JournalError::Damaged(cause),
            Some(ErrorCode::DiskFull) => JournalError::DiskFull(cause),
            Some(ErrorCode::ReadOnly) => JournalError::ReadOnly(cause),
            Some(ErrorCode::SystemIoFailure) => JournalError::DiskFails(cause),
            _ => JournalError::Sqlite(cause),
        }
    }
}
