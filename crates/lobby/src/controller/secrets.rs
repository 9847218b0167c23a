//! Random keys and salts, and what is sealed with them.

use super::Wish;
use crate::{chance::Chance, journal::JournalError};
use queue_core::Command;

/// Puts the digest of a note into the command that it came with, and answers the salt.
pub(super) fn sealed(wish: &mut Wish, chance: &Chance) -> Result<Option<[u8; 32]>, JournalError> {
    let (Command::KeepNote { digest, .. }, Some(note)) = (&mut wish.command, &wish.note) else { return Ok(None) };
    let salt = random_key(chance)?;
    *digest = note.digest(&salt);
    Ok(Some(salt))
}

/// Thirty-two bytes that nobody can foresee.
pub(super) fn random_key(chance: &Chance) -> Result<[u8; 32], JournalError> {
    let mut key = [0; 32];
    let unknown = |cause| JournalError::Io { path: "the system's random numbers".into(), cause };
    chance.fill(&mut key).map_err(unknown)?;
    Ok(key)
}
