//! Bringing a backup back, whole or only its journal.

use super::{BackupError, FORMAT, Key, MANIFEST, Manifest, io, sync_dir};
use crate::{accounts, journal};
use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

/// A manifest is a few lines; more than that is none.
const MANIFEST_BYTES: u64 = 1 << 16;

/// Puts a backup into a directory, which must be empty or not there, and answers what it holds. The journal is verified
/// before it is there.
///
/// # Errors
/// [`BackupError`]; the directory is as it was then.
pub fn restore(file: &Path, data: &Path, key: &Key) -> Result<Manifest, BackupError> {
    let there = data.exists();
    if there && data.read_dir().map_err(io(data))?.next().is_some() {
        return Err(BackupError::NotEmpty(data.to_owned()));
    }
    // Beside the place, so that the place itself is never half filled.
    let parent = data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(io(parent))?;
    let work = tempfile::Builder::new().prefix(".restore-").tempdir_in(parent).map_err(io(parent))?;
    let manifest = unpack(file, work.path(), key)?;
    fs::create_dir_all(data).map_err(io(data))?;
    // The journal last: without it the directory is no lobby's.
    for name in [accounts::FILE, journal::FILE] {
        let from = work.path().join(name);
        if from.is_file() {
            fs::rename(&from, data.join(name)).map_err(io(data))?;
        }
    }
    sync_dir(data)?;
    sync_dir(parent)?;
    Ok(manifest)
}

/// Unpacks a backup into a directory for `lobby journal recover` to take rows from.
///
/// # Errors
/// [`BackupError`].
pub fn journal_of(file: &Path, work: &Path, key: &Key) -> Result<Manifest, BackupError> {
    unpack(file, work, key)
}

fn unpack(file: &Path, work: &Path, key: &Key) -> Result<Manifest, BackupError> {
    let torn = |_| BackupError::NoBackup(file.to_owned());
    let mut tar = tar::Archive::new(key.read(file)?);
    let mut manifest: Option<Manifest> = None;
    for entry in tar.entries().map_err(torn)? {
        let mut entry = entry.map_err(torn)?;
        let name = entry.path().map_err(torn)?.to_string_lossy().into_owned();
        match name.as_str() {
            MANIFEST => {
                let mut text = String::new();
                entry.by_ref().take(MANIFEST_BYTES).read_to_string(&mut text).map_err(torn)?;
                let read: Manifest = serde_json::from_str(&text).map_err(|_| BackupError::NoBackup(file.to_owned()))?;
                if read.format > FORMAT {
                    return Err(BackupError::Newer { path: file.to_owned(), found: read.format });
                }
                manifest = Some(read);
            }
            // Nothing else is taken, whatever a file brings along.
            journal::FILE | accounts::FILE => {
                let path = work.join(&name);
                let mut out = File::create(&path).map_err(io(&path))?;
                std::io::copy(&mut entry, &mut out).map_err(torn)?;
                out.sync_all().map_err(io(&path))?;
            }
            _ => return Err(BackupError::NoBackup(file.to_owned())),
        }
    }
    let manifest = manifest.ok_or_else(|| BackupError::NoBackup(file.to_owned()))?;
    if !work.join(journal::FILE).is_file() {
        return Err(BackupError::NoBackup(file.to_owned()));
    }
    let verified = journal::verify(work)?;
    if let Some(broken) = verified.broken {
        return Err(BackupError::Broken(format!("row {}: {}", broken.seq, broken.cause)));
    }
    if (verified.rows, &verified.head) != (manifest.rows, &manifest.head) {
        return Err(BackupError::Broken("it ends elsewhere than its manifest says".to_owned()));
    }
    Ok(manifest)
}
