//! One lobby per data directory.

use super::JournalError;
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    path::Path,
};

/// Holds the data directory for this process; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct DirLock {
    _file: File,
}

impl DirLock {
    /// Takes the directory, making it if need be.
    ///
    /// # Errors
    /// [`JournalError::InUse`] when another process holds it; [`JournalError::Io`] when it cannot be made or written.
    pub fn take(dir: &Path) -> Result<DirLock, JournalError> {
        let io = |cause| JournalError::Io { path: dir.to_owned(), cause };
        std::fs::create_dir_all(dir).map_err(io)?;
        let path = dir.join("lobby.lock");
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(io)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut pid = String::new();
            // The number is a help for people; without it the sentence still stands.
            let _ = file.read_to_string(&mut pid);
            let pid = if pid.trim().is_empty() { "unknown".to_owned() } else { pid.trim().to_owned() };
            return Err(JournalError::InUse { dir: dir.to_owned(), pid });
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        Ok(DirLock { _file: file })
    }
}
