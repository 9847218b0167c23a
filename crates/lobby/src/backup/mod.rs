//! Copies of a lobby's data: made beside a running lobby, verified, locked if wished, and brought back.
//!
//! A backup is one file: a tar of `manifest.json`, `journal.db` and `accounts.db`, or that tar encrypted with age. What must
//! be erasable is not in it: the key of the open day, masks, and whose number a request was about stay on the lobby's disk.

pub mod cli;
mod keep;
mod make;
mod restore;
mod seal;

pub use keep::keep;
pub use make::make;
pub use restore::{journal_of, restore};
pub use seal::{Key, Lock, recipient};

use crate::journal::JournalError;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Of the file.
const FORMAT: u32 = 1;
/// What stands in the manifest's place in the tar: first, so that it can be read without the rest.
const MANIFEST: &str = "manifest.json";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of the file.
    pub format: u32,
    /// When it was made, RFC 3339, UTC.
    pub made_at: String,
    /// Version of the program that made it.
    pub program: String,
    /// Rows of the journal.
    pub rows: i64,
    /// Hash of the last row.
    pub head: String,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum BackupError {
    #[error("{0} is there already and is never overwritten; give another name")]
    Exists(PathBuf),
    #[error("{0} is not empty; restore into a new directory, and move it into place when you have looked at it")]
    NotEmpty(PathBuf),
    #[error("{0} is no backup of a lobby, or it is torn; try the one before")]
    NoBackup(PathBuf),
    #[error("{path} was made by a newer lobby (format {found}, this one knows {FORMAT}); restore with that one")]
    Newer { path: PathBuf, found: u32 },
    #[error("the journal in it is not as it was written ({0}); try the backup before")]
    Broken(String),
    #[error("it is locked; give its key with --identity FILE, or its passphrase with --passphrase-file FILE")]
    Locked,
    #[error("it does not open: {0}")]
    WrongKey(String),
    #[error("the recipient is no public key of age, which begins with age1")]
    BadRecipient,
    #[error("{0} holds no passphrase: its first line is empty")]
    NoPassphrase(PathBuf),
    #[error("{path}: {cause}")]
    Io { path: PathBuf, cause: std::io::Error },
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("who takes the backup could not be noted, so none was made: {0}")]
    Noted(crate::accounts::AccountsError),
}

impl BackupError {
    /// Whether the command line is at fault.
    pub fn is_wrong_use(&self) -> bool {
        matches!(self, BackupError::BadRecipient | BackupError::Locked | BackupError::NoPassphrase(_))
    }
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError + use<'_> {
    move |cause| BackupError::Io { path: path.to_owned(), cause }
}

/// Makes a directory's entries durable.
fn sync_dir(dir: &Path) -> Result<(), BackupError> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    std::fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(io(dir))
}
