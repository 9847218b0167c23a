//! One simulator per wires directory: two would steal each other's symlinks.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags};

/// Why the wires directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another firmware-sim is at work there.
    #[error("another firmware-sim already has its wires in {0}; stop it or give --wires another directory")]
    Taken(PathBuf),
    /// The directory or its lock file cannot be made.
    #[error("the wires directory {dir} cannot be used: {source}; give --wires a directory that can be written")]
    System {
        /// The directory.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Holds the wires directory until dropped; the system frees it when the process dies.
#[derive(Debug)]
pub struct WiresLock {
    _file: OwnedFd,
}

impl WiresLock {
    /// Makes `dir` if it is missing and takes its lock.
    ///
    /// # Errors
    /// [`LockError::Taken`] when another simulator holds it; [`LockError::System`] otherwise.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let failed = |source: io::Error| LockError::System { dir: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC;
        let file = rustix::fs::open(dir.join(".firmware-sim.lock"), flags, Mode::RUSR | Mode::WUSR)
            .map_err(|error| failed(error.into()))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { _file: file }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(LockError::Taken(dir.to_owned())),
            Err(error) => Err(failed(error.into())),
        }
    }
}
