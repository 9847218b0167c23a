//! What is written down, and how the disk misbehaves.

use crate::{cuts::Cuts, vfs};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// One thing that was done to a file of the directory.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Create(String),
    Write(String, u64, Vec<u8>),
    Truncate(String, u64),
    Sync(String),
    /// With or without a sync of the directory.
    Delete(String, bool),
}

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// No room: a write fails.
    Full,
    /// A write fails, and part of it may be there.
    Write,
    /// A sync fails; nobody knows what is there.
    Sync,
    /// Mounted read-only.
    ReadOnly,
}

/// From which operation on the disk fails, counted like [`Disk::operations`].
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The first one that fails.
    pub at: usize,
    /// How.
    pub kind: FaultKind,
    /// Whether everything of that kind fails from there on, or only that one.
    pub lasting: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) start: BTreeMap<String, Vec<u8>>,
    pub(crate) known: std::collections::BTreeSet<String>,
    pub(crate) ops: Vec<Op>,
    pub(crate) lies: bool,
    pub(crate) bent: Option<&'static str>,
    pub(crate) fault: Option<Fault>,
    pub(crate) failed: usize,
}

impl Recorder {
    /// Whether an operation of that kind fails now.
    pub(crate) fn fails(&mut self, writes: bool) -> Option<FaultKind> {
        let fault = self.fault?;
        let concerned = match fault.kind {
            FaultKind::Sync => !writes,
            FaultKind::Full | FaultKind::Write => writes,
            FaultKind::ReadOnly => true,
        };
        if !concerned || self.ops.len() < fault.at || (self.failed > 0 && !fault.lasting) {
            return None;
        }
        self.failed += 1;
        Some(fault.kind)
    }
}

/// A directory whose files are watched. Dropping it ends that.
#[derive(Debug)]
pub struct Disk {
    dir: PathBuf,
    recorder: Arc<Mutex<Recorder>>,
}

impl Disk {
    /// Watches what `SQLite` does in this process under `dir`, which must exist. What is there counts as synced.
    ///
    /// # Errors
    /// The system's, when the directory cannot be read.
    pub fn watch(dir: &Path) -> std::io::Result<Disk> {
        let dir = dir.canonicalize()?;
        let mut start = BTreeMap::new();
        for entry in std::fs::read_dir(&dir)? {
            let entry = entry?;
            if entry.file_type()?.is_file()
                && let Some(name) = entry.file_name().to_str()
                && !name.ends_with("-shm")
            {
                start.insert(name.to_owned(), std::fs::read(entry.path())?);
            }
        }
        let known = start.keys().cloned().collect();
        let recorder = Arc::new(Mutex::new(Recorder { start, known, ..Recorder::default() }));
        vfs::watch(dir.clone(), recorder.clone());
        Ok(Disk { dir, recorder })
    }

    /// `PRAGMA synchronous` says this from now on, whatever was asked for: `OFF` (0) or `NORMAL` (1).
    pub fn bend_synchronous(&self, level: Option<&'static str>) {
        self.recorder().bent = level;
    }

    /// Syncs are acknowledged from now on and not done.
    pub fn lie(&self) {
        self.recorder().lies = true;
    }

    /// The disk fails from there on; `None` mends it.
    pub fn fail(&self, fault: Option<Fault>) {
        let mut recorder = self.recorder();
        (recorder.fault, recorder.failed) = (fault, 0);
    }

    /// How often it has failed since it was told to.
    pub fn failures(&self) -> usize {
        self.recorder().failed
    }

    /// How many writes, truncations, syncs, makings and deletions there were: the moment now.
    pub fn operations(&self) -> usize {
        self.recorder().ops.len()
    }

    /// The disk after a power cut at each moment so far.
    pub fn cuts(&self) -> Cuts {
        let recorder = self.recorder();
        Cuts::new(recorder.start.clone(), recorder.ops.clone())
    }

    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        vfs::unwatch(&self.dir);
    }
}
