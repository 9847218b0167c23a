//! Models of desk electronics by name: those that are part of the program, and files beside the file that names them.

use counter::{Profile, profile::ProfileError};
use std::path::{Path, PathBuf};

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Neither part of the program nor a file.
    #[error("there is no profile `{name}`: it is neither built in nor the file {}: {source}", path.display())]
    Missing {
        /// As written in the file that names it.
        name: String,
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is there and wrong.
    #[error(transparent)]
    Wrong(#[from] ProfileError),
}

/// The model called `name`: a built-in one, else a file; a relative path is relative to `base`, the folder of the file
/// that names it.
///
/// # Errors
/// [`ModelError`].
pub fn load(name: &str, base: &Path) -> Result<Profile, ModelError> {
    if let Some(text) = Profile::built_in(name) {
        return Ok(Profile::parse(name, text)?);
    }
    let path = base.join(name);
    let text =
        std::fs::read_to_string(&path).map_err(|source| ModelError::Missing { name: name.to_owned(), path, source })?;
    Ok(Profile::parse(name, &text)?)
}
