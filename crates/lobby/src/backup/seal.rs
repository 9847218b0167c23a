//! Locking a backup for whoever holds a key, and opening it again: the format of age, which other tools read, too.

use super::{BackupError, io};
use age::{Decryptor, Encryptor, secrecy::SecretString};
use std::{
    fs::{self, File},
    io::{BufReader, Read, Seek, Write},
    path::{Path, PathBuf},
};

/// How every locked file begins.
const MAGIC: &[u8] = b"age-encryption.org/";

/// How a backup is locked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lock {
    /// Not at all.
    #[default]
    Open,
    /// For the holder of a secret key; this is the public one, `age1…`.
    Recipient(String),
    /// By the passphrase in the first line of a file.
    Passphrase(PathBuf),
}

/// What opens a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Key {
    /// Nothing.
    #[default]
    None,
    /// A file of secret keys, as `age-keygen` writes it.
    Identity(PathBuf),
    /// A file whose first line is the passphrase.
    Passphrase(PathBuf),
}

/// Reads a public key.
///
/// # Errors
/// [`BackupError::BadRecipient`].
pub fn recipient(text: &str) -> Result<age::x25519::Recipient, BackupError> {
    text.trim().parse().map_err(|_| BackupError::BadRecipient)
}

fn passphrase(path: &Path) -> Result<SecretString, BackupError> {
    let text = fs::read_to_string(path).map_err(io(path))?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(SecretString::from(line.to_owned())),
        _ => Err(BackupError::NoPassphrase(path.to_owned())),
    }
}

impl Lock {
    /// Writes what `content` writes, locked, to `file`.
    pub(super) fn write(
        &self,
        file: &File,
        path: &Path,
        content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), BackupError> {
        let mut out = std::io::BufWriter::new(file);
        let encryptor = match self {
            Lock::Open => None,
            Lock::Recipient(key) => {
                let key = recipient(key)?;
                let encryptor = Encryptor::with_recipients(std::iter::once(&key as &dyn age::Recipient));
                Some(encryptor.map_err(|cause| BackupError::WrongKey(cause.to_string()))?)
            }
            Lock::Passphrase(path) => Some(Encryptor::with_user_passphrase(passphrase(path)?)),
        };
        let write = || match encryptor {
            None => {
                content(&mut out)?;
                out.flush()
            }
            Some(encryptor) => {
                let mut locked = encryptor.wrap_output(&mut out)?;
                content(&mut locked)?;
                locked.finish()?.flush()
            }
        };
        write().map_err(io(path))
    }
}

impl Key {
    /// The content of a backup, unlocked if need be.
    pub(super) fn read(&self, path: &Path) -> Result<Box<dyn Read>, BackupError> {
        let mut file = File::open(path).map_err(io(path))?;
        let mut magic = [0; MAGIC.len()];
        let locked = file.read_exact(&mut magic).is_ok() && magic == MAGIC;
        file.rewind().map_err(io(path))?;
        if !locked {
            return Ok(Box::new(BufReader::new(file)));
        }
        let decryptor =
            Decryptor::new_buffered(BufReader::new(file)).map_err(|_| BackupError::NoBackup(path.to_owned()))?;
        let refused = |cause: age::DecryptError| BackupError::WrongKey(cause.to_string());
        match self {
            Key::None => Err(BackupError::Locked),
            Key::Identity(key) => {
                let keys = age::IdentityFile::from_buffer(BufReader::new(File::open(key).map_err(io(key))?));
                let keys = keys.map_err(io(key))?.into_identities().map_err(refused)?;
                let opened = decryptor.decrypt(keys.iter().map(|key| key.as_ref() as &dyn age::Identity));
                Ok(Box::new(opened.map_err(refused)?))
            }
            Key::Passphrase(file) => {
                let key = age::scrypt::Identity::new(passphrase(file)?);
                let opened = decryptor.decrypt(std::iter::once(&key as &dyn age::Identity));
                Ok(Box::new(opened.map_err(refused)?))
            }
        }
    }
}
