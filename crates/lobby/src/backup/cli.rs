//! `lobby backup` and `lobby restore`.

use super::{BackupError, Key, Lock, make, restore};
use std::{
    io::Write,
    path::{Path, PathBuf},
};

/// Options of `lobby backup`.
#[derive(Clone, Debug, clap::Args)]
pub struct BackupArgs {
    /// File to make; never overwritten
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Data directory; the only one under var without it
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Lock it for the holder of the secret key to this public one of age
    #[arg(long, value_name = "age1…", conflicts_with = "passphrase_file")]
    recipient: Option<String>,
    /// Lock it by the passphrase in the first line of this file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

/// What opens a backup, as options.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct KeyArgs {
    /// File with the secret key of age that a backup was locked for
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// File whose first line is the passphrase that a backup was locked by
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl KeyArgs {
    /// The key.
    pub fn key(&self) -> Key {
        match (&self.identity, &self.passphrase_file) {
            (Some(file), _) => Key::Identity(file.clone()),
            (None, Some(file)) => Key::Passphrase(file.clone()),
            (None, None) => Key::None,
        }
    }
}

/// Options of `lobby restore`.
#[derive(Clone, Debug, clap::Args)]
pub struct RestoreArgs {
    /// Backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Data directory to fill: a new or an empty one
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    /// Answer with one JSON document
    #[arg(long)]
    json: bool,
}

impl BackupArgs {
    /// Makes the backup.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn run(&self, data: &Path, out: &mut dyn Write) -> Result<(), BackupError> {
        let lock = match (&self.recipient, &self.passphrase_file) {
            (Some(key), _) => Lock::Recipient(key.clone()),
            (None, Some(file)) => Lock::Passphrase(file.clone()),
            (None, None) => Lock::Open,
        };
        crate::accounts::note_export(data, &format!("backup {}", self.file.display()), None);
        let manifest = make(data, &self.file, &lock)?;
        let told = if self.json {
            serde_json::to_string(&manifest).unwrap_or_default()
        } else {
            format!("{}: {} rows, head {}", self.file.display(), manifest.rows, manifest.head)
        };
        writeln!(out, "{told}").map_err(super::io(Path::new("standard output")))
    }
}

impl RestoreArgs {
    /// Restores the backup.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn run(&self, out: &mut dyn Write) -> Result<(), BackupError> {
        let manifest = restore(&self.file, &self.data, &self.key.key())?;
        let told = if self.json {
            serde_json::to_string(&manifest).unwrap_or_default()
        } else {
            let (rows, made_at, head) = (manifest.rows, &manifest.made_at, &manifest.head);
            format!("{}: {rows} rows as of {made_at}, head {head}", self.data.display())
        };
        writeln!(out, "{told}").map_err(super::io(Path::new("standard output")))
    }
}
