//! Who did what to the accounts, where and when. Never a secret.

use super::Store;
use crate::accounts::AccountsError;
use queue_core::Timestamp;
use rusqlite::{Transaction, TransactionBehavior, params};

/// Who changes something, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// As the journal names it, such as `manager:2001`; `shell:NAME` for the command line.
    pub who: String,
    /// The device, such as `screen:tablet-1` or `network:10.0.0.7`.
    pub place: String,
}

impl By {
    /// Whoever types a command, as the system names them.
    pub fn shell() -> By {
        let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_else(|_| "root".to_owned());
        By { who: format!("shell:{user}"), place: "console".to_owned() }
    }
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// Counts up.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Such as `signed_in`, `signin_failed`, `token_added`.
    pub act: String,
    /// Who.
    pub who: String,
    /// From where; empty where nobody was there.
    pub place: String,
    /// Whom or what it was done to.
    pub about: String,
    /// More, such as why it failed.
    pub detail: String,
}

impl Store {
    /// Notes an act, and logs it.
    pub(in crate::accounts) fn note(
        &self,
        at: Timestamp,
        act: &str,
        who: &str,
        place: &str,
        about: &str,
        detail: &str,
    ) -> Result<(), AccountsError> {
        self.db.execute(
            "INSERT INTO audit (at, act, who, place, about, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![at.0, act, who, place, about, detail],
        )?;
        tracing::info!(act, who, place, about, detail, "accounts");
        Ok(())
    }

    /// Does a change and notes it: both, or neither. `words` says whom it was about, and more.
    pub(in crate::accounts) fn audited<T>(
        &self,
        by: &By,
        at: Timestamp,
        act: &str,
        words: (&str, &str),
        change: impl FnOnce(&Store) -> Result<T, AccountsError>,
    ) -> Result<T, AccountsError> {
        let step = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let done = change(self)?;
        self.note(at, act, &by.who, &by.place, words.0, words.1)?;
        step.commit()?;
        Ok(done)
    }

    /// At most `limit` acts before the one numbered `before`, the newest first.
    ///
    /// # Errors
    /// [`AccountsError::Sqlite`].
    pub fn audit(&self, before: Option<i64>, limit: u32) -> Result<Vec<Audited>, AccountsError> {
        let mut rows = self.db.prepare(
            "SELECT seq, at, act, who, place, about, detail FROM audit WHERE ?1 IS NULL OR seq < ?1
             ORDER BY seq DESC LIMIT ?2",
        )?;
        let listed = rows.query_map(params![before, limit], |row| {
            Ok(Audited {
                seq: row.get(0)?,
                at: Timestamp(row.get(1)?),
                act: row.get(2)?,
                who: row.get(3)?,
                place: row.get(4)?,
                about: row.get(5)?,
                detail: row.get(6)?,
            })
        })?;
        Ok(listed.collect::<Result<Vec<_>, _>>()?)
    }
}
