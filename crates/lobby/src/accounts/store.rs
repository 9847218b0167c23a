//! `accounts.db`: tables, migrations, and every statement that touches them. Blocking; no clock of its own.

mod audit;
mod sessions;
mod staff;

pub use audit::{Audited, By};

use super::{
    AccountsError, FILE, Principal, Role,
    secret::{self, SecretHash},
};
use queue_core::{Millis, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::{path::Path, time::Duration};

/// One script a step; only ever appended to.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE credentials (
        hash         BLOB PRIMARY KEY,  -- SHA-256 of the secret
        kind         TEXT NOT NULL CHECK (kind IN ('token', 'page')),
        role         TEXT NOT NULL,
        name         TEXT NOT NULL,
        created_at   INTEGER NOT NULL,  -- UTC, milliseconds since 1970
        last_used_at INTEGER,
        revoked_at   INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX live_tokens ON credentials (role, name) WHERE kind = 'token' AND revoked_at IS NULL;
    CREATE TABLE enrolments (
        hash         BLOB PRIMARY KEY,  -- SHA-256 of the code
        role         TEXT NOT NULL,
        name         TEXT NOT NULL,
        expires_at   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    CREATE TABLE staff (
        number       TEXT PRIMARY KEY,
        name         TEXT NOT NULL,
        roles        TEXT NOT NULL,     -- names, with spaces between
        stars        INTEGER NOT NULL,
        secret       TEXT NOT NULL,     -- Argon2id, PHC text
        secret_kind  TEXT NOT NULL CHECK (secret_kind IN ('pin', 'password')),
        created_at   INTEGER NOT NULL,
        signed_in_at INTEGER,
        disabled_at  INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sessions (
        hash         BLOB PRIMARY KEY,  -- SHA-256 of the cookie's secret
        staff        TEXT NOT NULL REFERENCES staff (number),
        role         TEXT NOT NULL,
        place        TEXT NOT NULL,     -- device, or address in the network
        day          TEXT,              -- business day it belongs to
        created_at   INTEGER NOT NULL,
        active_at    INTEGER NOT NULL,  -- last act of a person
        ends_at      INTEGER NOT NULL,
        ended_at     INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tries (
        account      TEXT NOT NULL,     -- number as typed; * for all of a device
        place        TEXT NOT NULL,
        failures     INTEGER NOT NULL,
        last_at      INTEGER NOT NULL,
        locked_until INTEGER NOT NULL,
        PRIMARY KEY (account, place)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
        seq          INTEGER PRIMARY KEY AUTOINCREMENT,
        at           INTEGER NOT NULL,
        act          TEXT NOT NULL,
        who          TEXT NOT NULL,
        place        TEXT NOT NULL,
        about        TEXT NOT NULL,
        detail       TEXT NOT NULL
    ) STRICT;
",
];

/// How long an enrolment code lives.
pub(super) const CODE_LIFE: Millis = 10 * 60_000;
/// How exactly the last use of a credential is kept: a row is not written for every request.
const LAST_USED_STEP: Millis = 60_000;
/// How long to wait for the command line to finish its write.
const BUSY: Duration = Duration::from_secs(5);

/// What kind of credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// Sent by a device or script as `Authorization: Bearer`.
    Token,
    /// Cookie of an enrolled page.
    Page,
}

impl CredentialKind {
    /// The name in lists.
    pub fn name(self) -> &'static str {
        match self {
            CredentialKind::Token => "token",
            CredentialKind::Page => "page",
        }
    }
}

/// A credential as a list shows it; the secret itself is nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Token or page.
    pub kind: CredentialKind,
    /// Whose.
    pub principal: Principal,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// The accounts of one data directory.
#[derive(Debug)]
pub struct Store {
    db: Connection,
}

impl Store {
    /// Opens the accounts, making the directory and the file if there are none.
    ///
    /// # Errors
    /// [`AccountsError::Newer`] for accounts of a newer lobby; [`AccountsError::Io`] or [`AccountsError::Sqlite`].
    pub fn open(dir: &Path) -> Result<Store, AccountsError> {
        std::fs::create_dir_all(dir).map_err(|cause| AccountsError::Io { path: dir.to_owned(), cause })?;
        let path = dir.join(FILE);
        let mut db = Connection::open(&path)?;
        db.busy_timeout(BUSY)?;
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > known {
            return Err(AccountsError::Newer { path, found, known });
        }
        db.pragma_update(None, "journal_mode", "WAL")?;
        migrate(&mut db)?;
        Ok(Store { db })
    }

    /// Makes a token and answers it; it is not kept and cannot be shown again.
    ///
    /// # Errors
    /// [`AccountsError::Taken`] while a token of that role and name lives; [`AccountsError::BadName`].
    pub fn add_token(&self, role: Role, name: &str, at: Timestamp) -> Result<String, AccountsError> {
        check_name(name)?;
        let token = secret::token()?;
        let added = self.insert(CredentialKind::Token, &secret::hash(&token), role, name, at);
        match added {
            Err(rusqlite::Error::SqliteFailure(cause, _)) if cause.code == rusqlite::ErrorCode::ConstraintViolation => {
                Err(AccountsError::Taken { role: role.name(), name: name.to_owned() })
            }
            other => other.map(|()| token).map_err(AccountsError::from),
        }
    }

    /// Makes a one-use code for a page, good for 10 minutes.
    ///
    /// # Errors
    /// [`AccountsError::BadName`], or [`AccountsError::Sqlite`].
    pub fn add_enrolment(&self, role: Role, name: &str, at: Timestamp) -> Result<String, AccountsError> {
        check_name(name)?;
        let code = secret::code()?;
        self.db.execute("DELETE FROM enrolments WHERE expires_at <= ?1", [at.0])?;
        self.db.execute(
            "INSERT INTO enrolments (hash, role, name, expires_at) VALUES (?1, ?2, ?3, ?4)",
            params![secret::hash_code(&code), role.name(), name, at.plus(CODE_LIFE).0],
        )?;
        Ok(code)
    }

    /// Uses a code up and answers the new cookie's secret and whose it is; `None` for a code that is wrong, used or
    /// too old.
    ///
    /// # Errors
    /// [`AccountsError::Sqlite`]; the code can be used again then.
    pub fn redeem(&mut self, code: &str, at: Timestamp) -> Result<Option<(String, Principal)>, AccountsError> {
        let cookie = secret::token()?;
        let step = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let taken = step
            .query_row(
                "DELETE FROM enrolments WHERE hash = ?1 AND expires_at > ?2 RETURNING role, name",
                params![secret::hash_code(code), at.0],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
            )
            .optional()?;
        let Some((role, name)) = taken else { return Ok(None) };
        let Some(role) = Role::named(&role) else { return Ok(None) };
        insert(&step, CredentialKind::Page, &secret::hash(&cookie), role, &name, at)?;
        step.commit()?;
        Ok(Some((cookie, Principal { role, name, person: None })))
    }

    /// Whose secret this is, if it is good. Notes the use, to the minute.
    ///
    /// # Errors
    /// [`AccountsError::Sqlite`] when the accounts cannot be read. A use that cannot be noted is logged only.
    pub(super) fn find(&self, hash: &SecretHash, at: Timestamp) -> Result<Option<Principal>, AccountsError> {
        let find = "SELECT role, name, last_used_at FROM credentials WHERE hash = ?1 AND revoked_at IS NULL";
        let found = self
            .db
            .prepare_cached(find)?
            .query_row([hash], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<i64>>(2)?))
            })
            .optional()?;
        let Some((role, name, last)) = found else { return Ok(None) };
        if last.is_none_or(|last| at.since(Timestamp(last)) >= LAST_USED_STEP) {
            let noted =
                self.db.execute("UPDATE credentials SET last_used_at = ?2 WHERE hash = ?1", params![hash, at.0]);
            if let Err(cause) = noted {
                tracing::warn!(%cause, %name, "the last use of a credential could not be noted; it works all the same");
            }
        }
        Ok(Role::named(&role).map(|role| Principal { role, name, person: None }))
    }

    /// The enrolled page or token that a device shows, whatever it is asked for: `role:name`.
    ///
    /// # Errors
    /// [`AccountsError::Sqlite`].
    pub(super) fn device(&self, hash: &SecretHash) -> Result<Option<String>, AccountsError> {
        let find = "SELECT role || ':' || name FROM credentials WHERE hash = ?1 AND revoked_at IS NULL";
        Ok(self.db.prepare_cached(find)?.query_row([hash], |row| row.get(0)).optional()?)
    }

    /// Everything there is, revoked ones too, by role and name.
    ///
    /// # Errors
    /// [`AccountsError::Sqlite`].
    pub fn list(&self) -> Result<Vec<Credential>, AccountsError> {
        let mut rows = self.db.prepare(
            "SELECT kind, role, name, created_at, last_used_at, revoked_at FROM credentials
             ORDER BY role, name, created_at",
        )?;
        let listed = rows.query_map([], listed)?.collect::<Result<Vec<_>, _>>()?;
        Ok(listed.into_iter().flatten().collect())
    }

    /// Ends every token, page and code of that name, of one role or of any; answers how many.
    ///
    /// # Errors
    /// [`AccountsError::NothingToRevoke`] when none of them lived.
    pub fn revoke(&self, role: Option<Role>, name: &str, at: Timestamp) -> Result<usize, AccountsError> {
        let role = role.map(Role::name);
        let ended = self.db.execute(
            "UPDATE credentials SET revoked_at = ?3 WHERE name = ?1 AND (?2 IS NULL OR role = ?2)
             AND revoked_at IS NULL",
            params![name, role, at.0],
        )?;
        let codes = self
            .db
            .execute("DELETE FROM enrolments WHERE name = ?1 AND (?2 IS NULL OR role = ?2)", params![name, role])?;
        if ended + codes == 0 { Err(AccountsError::NothingToRevoke(name.to_owned())) } else { Ok(ended + codes) }
    }

    fn insert(
        &self,
        kind: CredentialKind,
        hash: &SecretHash,
        role: Role,
        name: &str,
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        insert(&self.db, kind, hash, role, name, at)
    }
}

fn insert(
    db: &Connection,
    kind: CredentialKind,
    hash: &SecretHash,
    role: Role,
    name: &str,
    at: Timestamp,
) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO credentials (hash, kind, role, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![hash, kind.name(), role.name(), name, at.0],
    )?;
    Ok(())
}

fn migrate(db: &mut Connection) -> Result<(), AccountsError> {
    // Immediate: the lobby and the command line may both come first.
    let step = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = step.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (done, script) in MIGRATIONS.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        step.execute_batch(script)?;
        step.pragma_update(None, "user_version", i64::try_from(done + 1).unwrap_or(i64::MAX))?;
    }
    step.commit()?;
    Ok(())
}

/// A row of the list; `None` for a role that this program does not know.
fn listed(row: &Row<'_>) -> rusqlite::Result<Option<Credential>> {
    let kind = if row.get::<_, String>(0)? == "page" { CredentialKind::Page } else { CredentialKind::Token };
    let Some(role) = Role::named(&row.get::<_, String>(1)?) else { return Ok(None) };
    Ok(Some(Credential {
        kind,
        principal: Principal { role, name: row.get(2)?, person: None },
        created_at: Timestamp(row.get(3)?),
        last_used_at: time(row, 4)?,
        revoked_at: time(row, 5)?,
    }))
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp))
}

/// Names stand in the journal and in logs.
fn check_name(name: &str) -> Result<(), AccountsError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let good = (1..=64).contains(&name.len()) && name.bytes().all(fits);
    if good { Ok(()) } else { Err(AccountsError::BadName(name.to_owned())) }
}
