//! The words of notes, beside the journal: kept in the transaction of their fact, forgotten when a day is closed.

use super::{Journal, JournalError};
use jiff::{ToSpan as _, civil::Date};
use queue_core::{Actor, BusinessDay, TicketId, Timestamp};
use rusqlite::{Connection, params};

/// A note as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct NoteRow<'a> {
    /// On which ticket.
    pub ticket: &'a TicketId,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub actor: &'a Actor,
    /// The words.
    pub text: &'a str,
    /// Salt of the digest in the row.
    pub salt: &'a [u8; 32],
    /// The business day that it belongs to.
    pub day: Option<&'a BusinessDay>,
}

/// A note as it was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptNote {
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it, `role:name`.
    pub by: String,
    /// The words.
    pub text: String,
}

impl Journal {
    /// Keeps the words of a note, in the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn keep_note(&mut self, note: &NoteRow<'_>) -> Result<(), JournalError> {
        let day = note.day.map_or("", BusinessDay::as_str);
        let row = params![note.ticket.as_str(), note.at.0, note.actor.as_str(), note.text, note.salt, day];
        let insert = "INSERT INTO notes (ticket, at, actor, text, salt, business_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.group()?.execute(insert, row)?;
        Ok(())
    }

    /// Destroys the notes of `day` and the days before it, except those of the last `days` days; in the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn forget_notes(&mut self, day: &BusinessDay, days: u32) -> Result<(), JournalError> {
        let last = day.as_str().parse::<Date>().unwrap_or(Date::MIN).saturating_sub(i64::from(days).days());
        self.group()?.execute("DELETE FROM notes WHERE business_day <= ?1", [last.to_string()])?;
        Ok(())
    }
}

/// The notes on a ticket that are still kept, oldest first.
///
/// # Errors
/// [`JournalError`] when the journal cannot be read.
pub fn notes(db: &Connection, ticket: &TicketId) -> Result<Vec<KeptNote>, JournalError> {
    let mut rows = db.prepare_cached("SELECT at, actor, text FROM notes WHERE ticket = ?1 ORDER BY id")?;
    let read =
        |row: &rusqlite::Row<'_>| Ok(KeptNote { at: Timestamp(row.get(0)?), by: row.get(1)?, text: row.get(2)? });
    let found: Result<Vec<KeptNote>, _> = rows.query_map([ticket.as_str()], read)?.collect();
    Ok(found?)
}
