//! What staff write on a ticket. The words stand in no row and in no kept answer: they lie in a table beside the
//! journal and go with their retention, and the row holds a salted digest whose salt goes with them (DESIGN §6).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Longest note, in characters.
const LONGEST: usize = 500;

/// A note on its way to its table.
#[derive(Clone, PartialEq, Eq)]
pub struct Note(String);

/// What was given is no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a note has 1 to {LONGEST} characters, on as many lines as you like and without other control characters")]
pub struct BadNote;

/// The words are for staff, not for a log.
impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Note(…)")
    }
}

impl Note {
    /// Reads what somebody wrote, without the spaces around it.
    ///
    /// # Errors
    /// [`BadNote`], whose sentence does not repeat what was given.
    pub fn read(text: &str) -> Result<Note, BadNote> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        let fits = (1..=LONGEST).contains(&text.chars().count());
        let plain = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
        if fits && plain { Ok(Note(text.to_owned())) } else { Err(BadNote) }
    }

    /// The words.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What the row says of it: SHA-256 over salt and words, in base64 for addresses.
    pub fn digest(&self, salt: &[u8; 32]) -> String {
        let hash = Sha256::new().chain_update(salt).chain_update(self.0.as_bytes()).finalize();
        URL_SAFE_NO_PAD.encode(hash)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_note_is_text_and_says_nothing_by_itself() {
        let note = Note::read("  <script>alert(1)</script>\r\n带走了复印件 ").unwrap();
        assert_eq!(note.text(), "<script>alert(1)</script>\n带走了复印件");
        assert_eq!(format!("{note:?}"), "Note(…)");
        assert_ne!(note.digest(&[1; 32]), note.digest(&[2; 32]));
        assert_eq!(note.digest(&[1; 32]).len(), 43);
        for bad in ["", "  \n ", "bell\u{7}", &"长".repeat(501)] {
            assert_eq!(Note::read(bad), Err(BadNote), "{bad}");
        }
    }
}
