//! The chain of hashes: each row's hash covers the row and the hash before it.

use sha2::{Digest, Sha256};

/// A row as it stands in the table, without its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counts up from 1 without gaps.
    pub seq: i64,
    /// UTC, milliseconds since 1970.
    pub at: i64,
    /// The business day that was open, if any.
    pub business_day: Option<String>,
    /// Who wished it, `role:name`.
    pub actor: String,
    /// Under which request id.
    pub request_id: Option<String>,
    /// What kind of fact.
    pub kind: String,
    /// The fact.
    pub json: String,
}

/// Hash of a row behind `before`, the hash of the row before it (32 zero bytes for the first).
///
/// SHA-256 over `before`, then `seq` and `at` as 8 bytes big endian, then every text as a byte telling whether it is
/// there, its length as 8 bytes big endian and its UTF-8 bytes.
pub fn row_hash(before: &[u8; 32], row: &Row) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(row.seq.to_be_bytes());
    hash.update(row.at.to_be_bytes());
    let texts =
        [row.business_day.as_deref(), Some(&row.actor), row.request_id.as_deref(), Some(&row.kind), Some(&row.json)];
    for text in texts {
        hash.update([u8::from(text.is_some())]);
        let bytes = text.unwrap_or_default().as_bytes();
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}
