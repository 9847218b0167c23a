//! Writing the journal: one connection, one thread, one transaction a group.

use super::{Answer, Answered, DirLock, FILE, JournalError, RequestKey, Row, answers::Answers, row_hash, schema};
use queue_core::{Actor, BusinessDay, Event, TicketId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};

/// Pages of the log after which `SQLite` copies it back: large enough that a busy minute sees none.
const CHECKPOINT_PAGES: i64 = 4_000;
/// Memory of one connection for pages of the journal, in KiB. All of it is filled within a few days; the system keeps the
/// file's pages anyway, and a lobby that has run for a week is as large as on its first evening.
pub(super) const CACHE_KIB: i64 = 512;

/// A fact on its way into the journal.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// When.
    pub at: Timestamp,
    /// The business day that is open, if any.
    pub day: Option<&'a BusinessDay>,
    /// Who wished it.
    pub actor: &'a Actor,
    /// Under which request id.
    pub request: Option<&'a RequestKey>,
    /// What.
    pub fact: &'a Event,
}

/// A fact as it was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Its place in the journal.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Event,
}

/// The journal of a data directory, held by this process.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    db: Connection,
    seq: i64,
    head: [u8; 32],
    answers: Answers,
    in_group: bool,
    _lock: DirLock,
}

impl Journal {
    /// Takes the directory and opens its journal, making one if there is none.
    ///
    /// # Errors
    /// [`JournalError`], whose sentence says what stands against it.
    pub fn open(dir: &Path) -> Result<Journal, JournalError> {
        let lock = DirLock::take(dir)?;
        if dir.join(super::recover::READY).is_file() {
            return Err(JournalError::Unfinished(dir.to_owned()));
        }
        let mut db = Connection::open(dir.join(FILE))?;
        schema::refuse_newer(&db, dir)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        // What is deleted (the key of a day) must not stay readable in free pages.
        db.pragma_update(None, "secure_delete", true)?;
        db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        db.pragma_update(None, "cache_size", -CACHE_KIB)?;
        schema::migrate(&mut db, dir)?;
        settle_disk(&db)?;
        let last = db
            .query_row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (seq, head) = last.unwrap_or((0, [0; 32]));
        let answers = Answers::load(&db)?;
        Ok(Journal { dir: dir.to_owned(), db, seq, head, answers, in_group: false, _lock: lock })
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The hash of a row, hexadecimal, if there is one.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`].
    pub fn hash_of(&self, seq: i64) -> Result<Option<String>, JournalError> {
        let found: Option<[u8; 32]> =
            self.db.query_row("SELECT hash FROM journal WHERE seq = ?1", [seq], |row| row.get(0)).optional()?;
        Ok(found.map(|hash| super::read::hex(&hash)))
    }

    /// Hands every fact after row `after` to `book`, in order.
    ///
    /// # Errors
    /// [`JournalError::Unreadable`] for a row that this program does not understand.
    pub fn replay(&self, after: i64, mut book: impl FnMut(Replayed)) -> Result<(), JournalError> {
        let mut rows = self.db.prepare("SELECT seq, at, json FROM journal WHERE seq > ?1 ORDER BY seq")?;
        let mut rows = rows.query([after])?;
        while let Some(row) = rows.next()? {
            let seq = row.get(0)?;
            let json = row.get_ref(2)?.as_str().map_err(|cause| unreadable(seq, &cause))?;
            let fact = fact(seq, json)?;
            book(Replayed { seq, at: Timestamp(row.get(1)?), fact });
        }
        Ok(())
    }

    /// The number of the last row, durable or in the group under way.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// When the last fact became one; long ago in an empty journal.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`].
    pub fn last_at(&self) -> Result<Timestamp, JournalError> {
        super::read::last_at(&self.db)
    }

    /// Hash of the last row, hexadecimal: what [`super::verify`] must find at the end of an unedited chain.
    pub fn head(&self) -> String {
        super::read::hex(&self.head)
    }

    /// Adds a fact to the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn append(&mut self, draft: Draft<'_>) -> Result<(), JournalError> {
        self.begin()?;
        let row = Row {
            seq: self.seq + 1,
            at: draft.at.0,
            business_day: draft.day.map(|day| day.as_str().to_owned()),
            actor: draft.actor.as_str().to_owned(),
            request_id: draft.request.map(|request| format!("{}/{}", request.scope, request.key)),
            kind: draft.fact.kind().to_owned(),
            json: serde_json::to_string(draft.fact).map_err(|cause| unreadable(self.seq + 1, &cause))?,
        };
        let hash = row_hash(&self.head, &row);
        self.db
            .prepare_cached(
                "INSERT INTO journal (seq, at, business_day, actor, request_id, kind, json, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![row.seq, row.at, row.business_day, row.actor, row.request_id, row.kind, row.json, hash])?;
        self.seq = row.seq;
        self.head = hash;
        Ok(())
    }

    /// What was asked and answered under this request id before.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`].
    pub fn answered(&self, request: &RequestKey) -> Result<Option<Answered>, JournalError> {
        self.answers.find(&self.db, request)
    }

    /// Adds the answer to a request id to the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn keep_answer(
        &mut self,
        request: &RequestKey,
        identity: Option<&str>,
        answer: &Answer,
        day: &str,
    ) -> Result<(), JournalError> {
        self.begin()?;
        self.answers.keep(&self.db, request, identity, answer, day)
    }

    /// Forgets the answers of business days before `day`.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn forget_answers_before(&mut self, day: &BusinessDay) -> Result<(), JournalError> {
        self.begin()?;
        self.answers.forget_before(&self.db, day)
    }

    /// The secret key of a business day, if it is still kept.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`].
    pub fn day_key(&self, day: &BusinessDay) -> Result<Option<[u8; 32]>, JournalError> {
        let find = "SELECT key FROM day_keys WHERE business_day = ?1";
        Ok(self.db.query_row(find, [day.as_str()], |row| row.get(0)).optional()?)
    }

    /// Keeps the secret key of a business day, in the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn keep_day_key(&mut self, day: &BusinessDay, key: &[u8; 32]) -> Result<(), JournalError> {
        self.begin()?;
        self.db.execute(
            "INSERT OR REPLACE INTO day_keys (business_day, key) VALUES (?1, ?2)",
            params![day.as_str(), key],
        )?;
        Ok(())
    }

    /// Destroys the secret key of a business day, in the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn destroy_day_key(&mut self, day: &BusinessDay) -> Result<(), JournalError> {
        self.begin()?;
        self.db.execute("DELETE FROM day_keys WHERE business_day = ?1", [day.as_str()])?;
        Ok(())
    }

    /// Keeps what staff may read of the identity number that a ticket was taken with, in the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn keep_mask(&mut self, ticket: &TicketId, mask: &str) -> Result<(), JournalError> {
        self.begin()?;
        self.db
            .execute("INSERT OR REPLACE INTO masks (ticket, mask) VALUES (?1, ?2)", params![ticket.as_str(), mask])?;
        Ok(())
    }

    /// Destroys everything that says whose a ticket was, in the group under way.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the group is then lost and the process must end.
    pub fn forget_identities(&mut self) -> Result<(), JournalError> {
        self.begin()?;
        self.db.execute("DELETE FROM masks", [])?;
        self.db.execute("UPDATE requests SET identity = NULL WHERE identity IS NOT NULL", [])?;
        Ok(())
    }

    /// Copies the write-ahead log back and empties it: what was deleted must not stay readable in there. `false` when
    /// a reader stood in the way; `SQLite` then overwrites the log from its start as it goes on.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`].
    pub fn empty_log(&self) -> Result<bool, JournalError> {
        empty_log(&self.db)
    }

    /// Makes the group under way durable. An error means *unknown*: the rows may be there or not.
    ///
    /// # Errors
    /// [`JournalError::Sqlite`]; the process must end, and the retry of each wish settles it.
    pub fn commit(&mut self) -> Result<(), JournalError> {
        if self.in_group {
            self.db.prepare_cached("COMMIT")?.execute([])?;
            self.in_group = false;
        }
        Ok(())
    }

    /// The connection inside the group under way.
    pub(super) fn group(&mut self) -> Result<&Connection, JournalError> {
        self.begin()?;
        Ok(&self.db)
    }

    fn begin(&mut self) -> Result<(), JournalError> {
        if !self.in_group {
            self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.in_group = true;
        }
        Ok(())
    }
}

/// The fact of a row. One of a kind that this program has never heard of was written by a newer one.
pub(super) fn fact(seq: i64, json: &str) -> Result<Event, JournalError> {
    serde_json::from_str(json).map_err(|cause| {
        // Serde's words for a tag that no variant has; a test holds it to them.
        match serde_json::from_str::<serde_json::Value>(json) {
            Ok(row) if cause.to_string().starts_with("unknown variant") => {
                JournalError::NewerFact { seq, kind: row["kind"].as_str().unwrap_or_default().to_owned() }
            }
            _ => unreadable(seq, &cause),
        }
    })
}

pub(super) fn unreadable(seq: i64, cause: &dyn std::fmt::Display) -> JournalError {
    JournalError::Unreadable { seq, cause: cause.to_string() }
}

/// Makes what was read the very thing that a power cut leaves.
///
/// A process before this one may have been killed, or its disk may have failed, between writing a group and syncing it.
/// A group that is read back has to be durable before anybody is answered with it: after a sync that failed the system
/// may hold the pages for clean, so they are written anew, into the database. A group that is not read back must not
/// come back either: a commit of its own begins the log afresh, and what the old one still held is no longer part of it.
fn settle_disk(db: &Connection) -> Result<(), JournalError> {
    // A reader beside us only keeps the log from being cut short.
    empty_log(db)?;
    Ok(db.pragma_update(None, "user_version", schema::known())?)
}

/// See [`Journal::empty_log`].
fn empty_log(db: &Connection) -> Result<bool, JournalError> {
    Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))? == 0)
}
