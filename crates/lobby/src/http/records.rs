//! The journal for reading, beside the writer: histories and pages of rows. Never on a thread of the runtime.

use super::{AppState, auth::Caller, error::ApiError, wish::free_text};
use crate::{
    accounts::{By, Place},
    journal::{self, Export, JournalError, KeptNote},
    report::{self, DayReport, OwnBook, OwnDay, ReportError, Targets, Whose},
};
use queue_core::{BusinessDay, TicketId};
use rusqlite::Connection;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// What data is wanted for, as somebody wrote it; they may leave it out.
pub(super) fn why(reason: Option<String>) -> Result<Option<String>, ApiError> {
    reason.map(|reason| free_text("reason", reason)).transpose()
}

/// Notes that data is taken away, before it is.
pub(super) async fn exported(
    state: &AppState,
    by: &Caller,
    place: Place,
    what: String,
    reason: Option<String>,
) -> Result<(), ApiError> {
    let by = By { who: by.0.actor(), place: place.name };
    Ok(state.accounts.note_export(by, what, reason).await?)
}

/// A read-only way to the journal of a data directory. Cheap to clone; opened at the first question.
#[derive(Clone, Debug)]
pub struct Records(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    db: Mutex<Option<Connection>>,
    /// The days of whoever works at the counters, as far as they were read.
    own: Mutex<Option<OwnBook>>,
}

impl Records {
    /// The journal of this data directory.
    pub fn new(dir: impl Into<PathBuf>) -> Records {
        Records(Arc::new(Inner { dir: dir.into(), db: Mutex::new(None), own: Mutex::new(None) }))
    }

    /// The rows of these numbers.
    pub(super) async fn pick(&self, rows: Vec<i64>) -> Result<Vec<Export>, JournalError> {
        self.read(move |db| journal::pick(db, &rows)).await
    }

    /// The mask of the identity number that a ticket was taken with.
    pub(super) async fn mask(&self, ticket: TicketId) -> Result<Option<String>, JournalError> {
        self.read(move |db| journal::mask(db, &ticket)).await
    }

    /// What staff wrote on a ticket.
    pub(super) async fn notes(&self, ticket: TicketId) -> Result<Vec<KeptNote>, JournalError> {
        self.read(move |db| journal::notes(db, &ticket)).await
    }

    /// The day in numbers of whoever works at a counter. Facts that were read before are not read again.
    pub(super) async fn own_day(&self, whose: Whose, targets: Targets) -> Result<OwnDay, JournalError> {
        let inner = Arc::clone(&self.0);
        self.read(move |db| {
            let mut book = inner.own.lock().unwrap_or_else(PoisonError::into_inner);
            let known = book.take_if(|book| book.day() != &whose.day);
            drop(known);
            let book = book.get_or_insert_with(|| OwnBook::new(whose.day.clone()));
            book.read(db)?;
            Ok(book.of(&whose, &targets))
        })
        .await
    }

    /// Rows after `after`, at most `limit`.
    pub(super) async fn page(&self, after: i64, limit: i64) -> Result<Vec<Export>, JournalError> {
        self.read(move |db| journal::page(db, after, limit)).await
    }

    /// The number of the last row.
    pub(super) async fn last(&self) -> Result<i64, JournalError> {
        self.read(journal::last).await
    }

    /// The business days that there are.
    pub(super) async fn days(&self) -> Result<Vec<BusinessDay>, JournalError> {
        self.read(journal::days).await
    }

    /// The report of a day.
    pub(super) async fn report(&self, day: BusinessDay) -> Result<Result<DayReport, ReportError>, JournalError> {
        self.read(move |db| Ok(report::day(db, &day))).await
    }

    /// The data directory.
    pub(super) fn dir(&self) -> &std::path::Path {
        &self.0.dir
    }

    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let inner = Arc::clone(&self.0);
        let read = tokio::task::spawn_blocking(move || {
            // A reader that panicked leaves a connection that reads as well as before.
            let mut db = inner.db.lock().unwrap_or_else(PoisonError::into_inner);
            let db = match &mut *db {
                Some(db) => db,
                none => none.insert(journal::open_read_only(&inner.dir)?),
            };
            question(db)
        });
        let ended = |cause: tokio::task::JoinError| JournalError::Io {
            path: "reading the journal".into(),
            cause: std::io::Error::other(cause),
        };
        read.await.map_err(ended)?
    }
}
