//! Making a backup, also beside a running lobby.

use super::{BackupError, FORMAT, Lock, MANIFEST, Manifest, io, sync_dir};
use crate::{accounts, journal, journal::JournalError};
use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// What must not leave the lobby's disk: whoever has the key of a day could try all identity numbers against its hashes.
/// Copying splits pages, and a split page keeps old bytes behind its rows: so all of it is written anew at the end.
const ERASE: &str = "
    PRAGMA secure_delete = ON;
    DELETE FROM day_keys;
    DELETE FROM masks;
    UPDATE requests SET identity = NULL WHERE identity IS NOT NULL;
    VACUUM;
";

/// Copies the data of `data` into `file`, which must not be there yet, and answers what it holds. The copy is of one
/// moment, its chain is verified, and it is synced before this ends.
///
/// # Errors
/// [`BackupError`]; there is no such file then.
pub fn make(data: &Path, file: &Path, lock: &Lock) -> Result<Manifest, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    // Beside the journal: what is not locked yet must not lie where backups go.
    let work = tempfile::Builder::new().prefix(".backup-").tempdir_in(data).map_err(io(data))?;
    let db = journal::open_read_only(data)?;
    copy(&db, &work.path().join(journal::FILE))?;
    erase(&work.path().join(journal::FILE))?;
    if data.join(accounts::FILE).is_file() {
        copy(&open(&data.join(accounts::FILE))?, &work.path().join(accounts::FILE))?;
    }
    let verified = journal::verify(work.path())?;
    if let Some(broken) = verified.broken {
        return Err(BackupError::Broken(format!("row {}: {}", broken.seq, broken.cause)));
    }
    let manifest = Manifest {
        format: FORMAT,
        made_at: jiff::Timestamp::now().to_string(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        rows: verified.rows,
        head: verified.head,
    };
    let part = part_of(file);
    let written = write(&work, &part, &manifest, lock).and_then(|()| put(&part, file));
    if written.is_err() {
        // What is left of it is of no use; when it cannot be removed, the next one says so.
        let _ = fs::remove_file(&part);
    }
    written.map(|()| manifest)
}

fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn open(path: &Path) -> Result<Connection, BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, flags).map_err(JournalError::from)?)
}

/// All of a database as it is at one moment, without the pages that were given up.
fn copy(db: &Connection, to: &Path) -> Result<(), BackupError> {
    db.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map_err(JournalError::from)?;
    Ok(())
}

fn erase(path: &Path) -> Result<(), BackupError> {
    let db = Connection::open(path).map_err(JournalError::from)?;
    db.execute_batch(ERASE).map_err(JournalError::from)?;
    Ok(())
}

fn write(work: &TempDir, part: &Path, manifest: &Manifest, lock: &Lock) -> Result<(), BackupError> {
    let made = File::options().write(true).create_new(true).mode(0o600).open(part);
    let file = made.map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::Exists(part.to_owned()),
        _ => io(part)(cause),
    })?;
    lock.write(&file, part, |out| pack(work.path(), manifest, out))?;
    file.sync_all().map_err(io(part))
}

fn pack(work: &Path, manifest: &Manifest, out: &mut dyn Write) -> std::io::Result<()> {
    let mut tar = tar::Builder::new(out);
    tar.mode(tar::HeaderMode::Deterministic);
    let text = serde_json::to_vec_pretty(manifest)?;
    let mut head = tar::Header::new_gnu();
    head.set_size(u64::try_from(text.len()).unwrap_or(u64::MAX));
    head.set_mode(0o600);
    head.set_cksum();
    tar.append_data(&mut head, MANIFEST, text.as_slice())?;
    for name in [journal::FILE, accounts::FILE] {
        let path = work.join(name);
        if path.is_file() {
            tar.append_path_with_name(&path, name)?;
        }
    }
    tar.into_inner()?.flush()
}

/// Gives the whole file its name, unless somebody else has taken that meanwhile.
fn put(part: &Path, file: &Path) -> Result<(), BackupError> {
    use rustix::{
        fs::{CWD, RenameFlags, renameat_with},
        io::Errno,
    };
    match renameat_with(CWD, part, CWD, file, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        // Sticks and network drives may not know that.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) if !file.exists() => {
            fs::rename(part, file).map_err(io(file))?;
        }
        Err(Errno::EXIST | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            return Err(BackupError::Exists(file.to_owned()));
        }
        Err(cause) => return Err(io(file)(cause.into())),
    }
    sync_dir(file.parent().unwrap_or(Path::new(".")))
}
