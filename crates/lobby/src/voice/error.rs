//! What can go wrong with the voice, each with what to do about it.

use std::path::{Path, PathBuf};

/// An error of the voice, worded for the person who has to act.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VoiceError {
    /// No grammar for this language.
    #[error("there is no voice for the language \"{language}\"; use one of {known}")]
    UnknownLanguage {
        /// The tag asked for.
        language: String,
        /// The tags there are, separated by commas.
        known: String,
    },
    /// A grammar file is not as it must be.
    #[error("the grammar of {language} cannot be read: {cause}")]
    Grammar {
        /// Its tag.
        language: String,
        /// Line and reason.
        cause: String,
    },
    /// A ticket number without letters and digits.
    #[error("\"{number}\" has no letter or digit that can be spoken; give a number such as A012")]
    NothingToSay {
        /// The number as given.
        number: String,
    },
    /// The pack's folder does not exist.
    #[error("there are no voice clips in {}: run \"lobby voice build\"", .dir.display())]
    NoPack {
        /// Folder looked for.
        dir: PathBuf,
    },
    /// Clips are missing or unreadable. Every one is named, so that one visit repairs them.
    #[error("{} of the voice clips in {} cannot be used: {}; run \"lobby voice build\"",
            .problems.len(), .dir.display(), .problems.join(", "))]
    BrokenPack {
        /// Folder of the pack.
        dir: PathBuf,
        /// One entry per clip: its id and the reason.
        problems: Vec<String>,
    },
    /// `lobby voice check` found something to mend, listed on standard output.
    #[error("clips in {} that need attention: {count}", .dir.display())]
    NeedsAttention {
        /// Folder of the pack.
        dir: PathBuf,
        /// Findings listed.
        count: usize,
    },
    /// There is no sound here, with the reason.
    #[error("{0}")]
    NoSound(String),
    /// espeak-ng is not installed.
    #[error(
        "espeak-ng makes the voice clips and is not installed: run \"apt-get install espeak-ng\", then \"lobby voice build\""
    )]
    EspeakMissing,
    /// espeak-ng ran and failed.
    #[error("espeak-ng could not say \"{text}\" with the voice {voice}: {cause}")]
    Espeak {
        /// What it was given.
        text: String,
        /// With which voice.
        voice: String,
        /// Exit status and what it wrote.
        cause: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {cause}", .path.display())]
    File {
        /// What was tried: "read", "write", "create", …
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Reason of the operating system or of the WAV reader.
        cause: String,
    },
}

impl VoiceError {
    /// Whether the caller asked for something that cannot be (exit 2), rather than a failure (exit 1).
    pub fn is_wrong_use(&self) -> bool {
        matches!(self, Self::UnknownLanguage { .. } | Self::NothingToSay { .. })
    }

    /// Wraps the error of a file operation.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |cause| Self::File { action, path: path.to_owned(), cause: cause.to_string() }
    }
}
