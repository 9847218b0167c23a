//! The table of staff.

use super::{Store, time};
use crate::accounts::{
    AccountsError, Role, Staff, StaffChange,
    staff::{self, SecretKind, role_names},
};
use queue_core::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

const COLUMNS: &str = "number, name, roles, stars, secret_kind, created_at, signed_in_at, disabled_at";

impl Store {
    /// Adds somebody. `hash` is that of their secret, whose kind was checked.
    pub(in crate::accounts) fn insert_staff(&self, staff: &Staff, hash: &str) -> Result<(), AccountsError> {
        let roles = role_names(&staff.roles);
        let added = self.db.execute(
            "INSERT INTO staff (number, name, roles, stars, secret, secret_kind, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![staff.number, staff.name, roles, staff.stars, hash, staff.secret.name(), staff.created_at.0],
        );
        match added {
            Err(rusqlite::Error::SqliteFailure(cause, _)) if cause.code == rusqlite::ErrorCode::ConstraintViolation => {
                Err(AccountsError::StaffTaken(staff.number.clone()))
            }
            other => other.map(drop).map_err(AccountsError::from),
        }
    }

    /// Everybody, disabled ones too, by number.
    ///
    /// # Errors
    /// [`AccountsError::Sqlite`].
    pub fn staff(&self) -> Result<Vec<Staff>, AccountsError> {
        let mut rows = self.db.prepare(&format!("SELECT {COLUMNS} FROM staff ORDER BY number"))?;
        let listed = rows.query_map([], person)?.collect::<Result<Vec<_>, _>>()?;
        Ok(listed)
    }

    /// Somebody by number.
    ///
    /// # Errors
    /// [`AccountsError::UnknownStaff`].
    pub fn one_of_staff(&self, number: &str) -> Result<Staff, AccountsError> {
        self.known_staff(number)?.ok_or_else(|| AccountsError::UnknownStaff(number.chars().take(32).collect()))
    }

    fn known_staff(&self, number: &str) -> Result<Option<Staff>, AccountsError> {
        let find = format!("SELECT {COLUMNS} FROM staff WHERE number = ?1");
        Ok(self.db.query_row(&find, [number], person).optional()?)
    }

    /// Somebody and the hash of their secret.
    pub(in crate::accounts) fn staff_with_secret(
        &self,
        number: &str,
    ) -> Result<Option<(Staff, String)>, AccountsError> {
        let Some(staff) = self.known_staff(number)? else { return Ok(None) };
        let secret = self.db.query_row("SELECT secret FROM staff WHERE number = ?1", [number], |row| row.get(0))?;
        Ok(Some((staff, secret)))
    }

    /// Changes what is known of somebody.
    pub(in crate::accounts) fn change_staff(&self, number: &str, change: &StaffChange) -> Result<Staff, AccountsError> {
        let mut staff = self.one_of_staff(number)?;
        if let Some(name) = &change.name {
            staff::check_person_name(name)?;
            name.trim().clone_into(&mut staff.name);
        }
        if let Some(roles) = &change.roles {
            staff.roles = staff::sorted(roles)?;
        }
        if let Some(stars) = change.stars {
            staff::check_stars(stars)?;
            staff.stars = stars;
        }
        // A PIN is no secret for who answers for a hall.
        if staff.secret == SecretKind::Pin {
            staff::check_secret("0000", &staff.roles).map_err(|_| AccountsError::PasswordFirst(number.to_owned()))?;
        }
        self.db.execute(
            "UPDATE staff SET name = ?2, roles = ?3, stars = ?4 WHERE number = ?1",
            params![number, staff.name, role_names(&staff.roles), staff.stars],
        )?;
        Ok(staff)
    }

    /// Lets somebody sign in again, or no more; ends their sessions then.
    pub(in crate::accounts) fn set_enabled(
        &self,
        number: &str,
        enabled: bool,
        at: Timestamp,
    ) -> Result<Staff, AccountsError> {
        self.one_of_staff(number)?;
        let disabled_at = (!enabled).then_some(at.0);
        self.db.execute(
            "UPDATE staff SET disabled_at = CASE WHEN ?2 IS NULL THEN NULL ELSE COALESCE(disabled_at, ?2) END
             WHERE number = ?1",
            params![number, disabled_at],
        )?;
        if !enabled {
            self.end_sessions_of(number, at)?;
        }
        self.one_of_staff(number)
    }

    /// Puts a new secret in place of the old one, ends the sessions that began with that, and forgives failures.
    pub(in crate::accounts) fn set_secret(
        &self,
        number: &str,
        hash: &str,
        kind: SecretKind,
        at: Timestamp,
    ) -> Result<Staff, AccountsError> {
        self.one_of_staff(number)?;
        let set = "UPDATE staff SET secret = ?2, secret_kind = ?3 WHERE number = ?1";
        self.db.execute(set, params![number, hash, kind.name()])?;
        self.end_sessions_of(number, at)?;
        self.db.execute("DELETE FROM tries WHERE account = ?1", [number])?;
        self.one_of_staff(number)
    }

    pub(in crate::accounts) fn note_sign_in(&self, number: &str, at: Timestamp) -> Result<(), AccountsError> {
        self.db.execute("UPDATE staff SET signed_in_at = ?2 WHERE number = ?1", params![number, at.0])?;
        Ok(())
    }
}

/// Roles as they are stored; what this program does not know is left out.
pub(super) fn roles(stored: &str) -> Vec<Role> {
    stored.split(' ').filter_map(Role::named).collect()
}

fn person(row: &Row<'_>) -> rusqlite::Result<Staff> {
    let secret = if row.get::<_, String>(4)? == "pin" { SecretKind::Pin } else { SecretKind::Password };
    Ok(Staff {
        number: row.get(0)?,
        name: row.get(1)?,
        roles: roles(&row.get::<_, String>(2)?),
        stars: row.get(3)?,
        secret,
        created_at: Timestamp(row.get(5)?),
        signed_in_at: time(row, 6)?,
        disabled_at: time(row, 7)?,
    })
}
