//! Staff, tokens and codes, as those who manage them change them from a page. Each act is noted.

use super::Accounts;
use crate::accounts::{
    AccountsError, Audited, By, Credential, Role, Staff, StaffChange,
    staff::{self, check_secret, role_names},
    store::CODE_LIFE,
    store::Store,
};
use queue_core::Timestamp;

/// Somebody to add.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Staff number.
    pub number: String,
    /// Name, for those who manage staff.
    pub name: String,
    /// What they may sign in for.
    pub roles: Vec<Role>,
    /// Star level, 0 to 5.
    pub stars: u8,
    /// PIN or password.
    pub secret: String,
}

impl NewStaff {
    /// The same as it is stored, where all of it is good.
    ///
    /// # Errors
    /// [`AccountsError`], whose sentence says what is not.
    pub(in crate::accounts) fn checked(self, at: Timestamp) -> Result<(Staff, String), AccountsError> {
        staff::check_number(&self.number)?;
        staff::check_person_name(&self.name)?;
        staff::check_stars(self.stars)?;
        let roles = staff::sorted(&self.roles)?;
        let secret = check_secret(&self.secret, &roles)?;
        let (number, name, stars) = (self.number, self.name.trim().to_owned(), self.stars);
        let staff = Staff { number, name, roles, stars, secret, created_at: at, signed_in_at: None, disabled_at: None };
        Ok((staff, self.secret))
    }
}

impl Accounts {
    /// Everybody.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be read.
    pub async fn staff(&self) -> Result<Vec<Staff>, AccountsError> {
        self.read(Store::staff).await
    }

    /// Somebody.
    ///
    /// # Errors
    /// [`AccountsError::UnknownStaff`].
    pub async fn one_of_staff(&self, number: &str) -> Result<Staff, AccountsError> {
        let number = number.to_owned();
        self.read(move |store| store.one_of_staff(&number)).await
    }

    /// Adds somebody.
    ///
    /// # Errors
    /// [`AccountsError`], whose sentence says what to change.
    pub async fn add_staff(&self, wish: NewStaff, by: By) -> Result<Staff, AccountsError> {
        let (staff, secret) = wish.checked(self.0.clock.now())?;
        let hash = self.hashed(secret).await?;
        let (number, roles) = (staff.number.clone(), role_names(&staff.roles));
        self.change(by, "staff_added", number, roles, move |store, _| {
            store.insert_staff(&staff, &hash)?;
            Ok(staff)
        })
        .await
    }

    /// Changes what is known of somebody.
    ///
    /// # Errors
    /// [`AccountsError`], whose sentence says what to change.
    pub async fn change_staff(&self, number: &str, change: StaffChange, by: By) -> Result<Staff, AccountsError> {
        let number = number.to_owned();
        self.change(by, "staff_changed", number.clone(), change.words(), move |store, _| {
            store.change_staff(&number, &change)
        })
        .await
    }

    /// Lets somebody sign in again, or no more.
    ///
    /// # Errors
    /// [`AccountsError::UnknownStaff`].
    pub async fn set_enabled(&self, number: &str, enabled: bool, by: By) -> Result<Staff, AccountsError> {
        let act = if enabled { "staff_enabled" } else { "staff_disabled" };
        let number = number.to_owned();
        self.change(by, act, number.clone(), String::new(), move |store, now| store.set_enabled(&number, enabled, now))
            .await
    }

    /// Gives somebody a new secret; their sessions end.
    ///
    /// # Errors
    /// [`AccountsError`], whose sentence says what to change.
    pub async fn set_secret(&self, number: &str, secret: String, by: By) -> Result<Staff, AccountsError> {
        let kind = check_secret(&secret, &self.one_of_staff(number).await?.roles)?;
        let hash = self.hashed(secret).await?;
        let number = number.to_owned();
        self.change(by, "secret_set", number.clone(), kind.name().to_owned(), move |store, now| {
            store.set_secret(&number, &hash, kind, now)
        })
        .await
    }

    /// Tokens and enrolled pages.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be read.
    pub async fn credentials(&self) -> Result<Vec<Credential>, AccountsError> {
        self.read(Store::list).await
    }

    /// Makes a token and answers it, once.
    ///
    /// # Errors
    /// [`AccountsError::Taken`], [`AccountsError::BadName`].
    pub async fn add_token(&self, role: Role, name: String, by: By) -> Result<String, AccountsError> {
        let about = format!("{}:{name}", role.name());
        self.change(by, "token_added", about, String::new(), move |store, now| store.add_token(role, &name, now)).await
    }

    /// Makes a one-use code for a page, and says until when it is good.
    ///
    /// # Errors
    /// [`AccountsError::BadName`].
    pub async fn add_enrolment(&self, role: Role, name: String, by: By) -> Result<(String, Timestamp), AccountsError> {
        let about = format!("{}:{name}", role.name());
        self.change(by, "code_made", about, String::new(), move |store, now| {
            Ok((store.add_enrolment(role, &name, now)?, now.plus(CODE_LIFE)))
        })
        .await
    }

    /// Ends every token, page and code of that role and name; answers how many.
    ///
    /// # Errors
    /// [`AccountsError::NothingToRevoke`].
    pub async fn revoke(&self, role: Role, name: String, by: By) -> Result<usize, AccountsError> {
        let about = format!("{}:{name}", role.name());
        self.change(by, "token_revoked", about, String::new(), move |store, now| store.revoke(Some(role), &name, now))
            .await
    }

    /// What was done to the accounts, the newest first.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be read.
    pub async fn audit(&self, before: Option<i64>, limit: u32) -> Result<Vec<Audited>, AccountsError> {
        self.read(move |store| store.audit(before, limit)).await
    }
}
