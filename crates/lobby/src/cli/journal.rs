//! `lobby journal`: what is found in one, in words or as JSON.

use super::Failure;
use crate::{
    accounts,
    backup::{self, cli::KeyArgs},
    journal,
};
use std::{io::Write as _, path::Path};

pub(super) fn verify(data: &Path, head: Option<&str>, json: bool) -> Result<(), Failure> {
    let found = journal::verify_until(data, head)?;
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(&found).map_err(std::io::Error::from)?)?;
    } else {
        writeln!(out, "{} rows, head {}", found.rows, found.head)?;
    }
    if let Some(broken) = found.broken {
        return Err(Failure::Broken(format!("row {}: {}", broken.seq, broken.cause)));
    }
    same_snapshot(data)?;
    match (head, found.anchor) {
        (Some(head), None) => {
            Err(Failure::Broken(format!("{head} was printed and stands in no row; it ends with {}", found.head)))
        }
        (Some(_), Some(row)) if !json => Ok(writeln!(out, "it runs through row {row}, whose hash was given")?),
        _ => Ok(()),
    }
}

/// Writes all rows; who took them, and why, stands in the audit.
pub(super) fn export(data: &Path, reason: Option<&str>) -> Result<(), Failure> {
    accounts::note_export(data, "journal", reason);
    Ok(journal::export(data, &mut std::io::stdout().lock())?)
}

/// The snapshot must be what the journal comes to. Beside a running lobby it is not compared.
fn same_snapshot(data: &Path) -> Result<(), Failure> {
    use crate::controller::{SNAPSHOT, compare_snapshot};
    if !data.join(SNAPSHOT).is_file() {
        return Ok(());
    }
    match compare_snapshot(data) {
        Ok(Some((row, false))) => {
            let file = data.join(SNAPSHOT);
            let told =
                format!("the snapshot after row {row} is not what the journal comes to; remove {}", file.display());
            Err(Failure::Broken(told))
        }
        Ok(_) | Err(journal::JournalError::InUse { .. }) => Ok(()),
        Err(cause) => Err(cause.into()),
    }
}

pub(super) fn recover(data: &Path, backup: Option<&Path>, key: &KeyArgs, json: bool) -> Result<(), Failure> {
    // What may be locked elsewhere lies open nowhere else than where the journal does.
    let work = tempfile::Builder::new().prefix(".recover-").tempdir_in(data)?;
    let from = match backup {
        Some(file) => {
            backup::journal_of(file, work.path(), &key.key())?;
            Some(work.path().join(journal::FILE))
        }
        None => None,
    };
    let done = journal::recover(data, from.as_deref())?;
    let mut out = std::io::stdout().lock();
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string(&done).map_err(std::io::Error::from)?)?);
    }
    let Some(kept) = &done.kept else {
        return Ok(writeln!(out, "nothing is damaged; nothing was changed: {} rows, head {}", done.rows, done.head)?);
    };
    writeln!(out, "{} rows, of which {} from the backup; head {}", done.rows, done.from_backup, done.head)?;
    if let Some(missing) = done.missing {
        writeln!(out, "row {missing} is lost; {} rows behind it are no part of the journal any more", done.behind)?;
    }
    Ok(writeln!(out, "the damaged files, and what can be read behind a gap, are in {}", kept.display())?)
}
