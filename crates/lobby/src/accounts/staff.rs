//! The people of a branch: numbers for signs, names for their managers only, what each may do, and the rules for secrets.

use super::{AccountsError, Role};
use queue_core::Timestamp;

/// Most stars of a level.
const MOST_STARS: u8 = 5;
/// Fewest characters of a password.
const PASSWORD_MIN: usize = 8;
/// Most bytes of a secret that are hashed; more is nobody's password.
const SECRET_MAX: usize = 128;
/// Digits of a PIN.
const PIN: std::ops::RangeInclusive<usize> = 4..=6;

/// What kind of secret somebody signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// 4 to 6 digits, good on enrolled devices only.
    Pin,
    /// 8 characters and more.
    Password,
}

impl SecretKind {
    /// The name in lists.
    pub fn name(self) -> &'static str {
        match self {
            SecretKind::Pin => "pin",
            SecretKind::Password => "password",
        }
    }

    /// What a typed secret can only be.
    pub(super) fn of(secret: &str) -> SecretKind {
        let pin = PIN.contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_digit());
        if pin { SecretKind::Pin } else { SecretKind::Password }
    }
}

/// Somebody who works here. The secret is nowhere in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Shown on signs and in the journal.
    pub number: String,
    /// Shown to those who manage staff, never in public.
    pub name: String,
    /// One or more, in the order of [`Role::ALL`].
    pub roles: Vec<Role>,
    /// Star level, 0 to 5.
    pub stars: u8,
    /// What they sign in with.
    pub secret: SecretKind,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they signed in last.
    pub signed_in_at: Option<Timestamp>,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
}

impl Staff {
    /// Whether they may sign in.
    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
}

/// What is changed of somebody; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct StaffChange {
    /// Name.
    pub name: Option<String>,
    /// All roles.
    pub roles: Option<Vec<Role>>,
    /// Star level.
    pub stars: Option<u8>,
}

impl StaffChange {
    /// What changes, for the audit; a name is nobody's business there.
    pub(super) fn words(&self) -> String {
        let roles = self.roles.as_ref().map(|roles| format!("roles {}", role_names(roles)));
        let stars = self.stars.map(|stars| format!("stars {stars}"));
        let name = self.name.as_ref().map(|_| "name".to_owned());
        [roles, stars, name].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Whether a role is one that people sign in for.
pub(crate) fn is_for_people(role: Role) -> bool {
    matches!(role, Role::Clerk | Role::Greeter | Role::Manager | Role::Engineer | Role::Hq)
}

/// Whether somebody of the role `by` may give `role` to a person or a device: managers answer for their hall, not for
/// its machines or for headquarters.
pub(crate) fn may_grant(by: Role, role: Role) -> bool {
    match by {
        Role::Engineer => true,
        Role::Manager => !matches!(role, Role::Engineer | Role::Hq),
        _ => false,
    }
}

/// Numbers stand on signs, in the journal and in logs.
pub(super) fn check_number(number: &str) -> Result<(), AccountsError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let good = (1..=16).contains(&number.len()) && number.bytes().all(fits);
    if good { Ok(()) } else { Err(AccountsError::BadNumber(number.chars().take(32).collect())) }
}

pub(super) fn check_person_name(name: &str) -> Result<(), AccountsError> {
    let good = (1..=64).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
    if good { Ok(()) } else { Err(AccountsError::BadPersonName) }
}

pub(super) fn check_stars(stars: u8) -> Result<(), AccountsError> {
    if stars <= MOST_STARS { Ok(()) } else { Err(AccountsError::BadStars(stars)) }
}

/// Roles by name, with spaces between: as they are stored, noted and listed.
pub(super) fn role_names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" ")
}

/// Each role once, in the order of [`Role::ALL`].
pub(super) fn sorted(roles: &[Role]) -> Result<Vec<Role>, AccountsError> {
    if let Some(role) = roles.iter().find(|role| !is_for_people(**role)) {
        return Err(AccountsError::NotForPeople(role.name()));
    }
    let sorted: Vec<Role> = Role::ALL.into_iter().filter(|role| roles.contains(role)).collect();
    if sorted.is_empty() { Err(AccountsError::NoRole) } else { Ok(sorted) }
}

/// The kind of a new secret, where it is good enough for these roles.
pub(super) fn check_secret(secret: &str, roles: &[Role]) -> Result<SecretKind, AccountsError> {
    let kind = SecretKind::of(secret);
    let answers = roles.iter().any(|role| !matches!(role, Role::Clerk | Role::Greeter));
    match kind {
        SecretKind::Pin if answers => Err(AccountsError::PasswordNeeded),
        SecretKind::Password if secret.len() > SECRET_MAX || secret.chars().any(char::is_control) => {
            Err(AccountsError::SecretTooLong)
        }
        SecretKind::Password if secret.chars().count() < PASSWORD_MIN => {
            Err(if answers { AccountsError::PasswordNeeded } else { AccountsError::SecretTooShort })
        }
        SecretKind::Pin | SecretKind::Password => Ok(kind),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pins_are_for_counters_and_the_lobby_only() {
        let (clerk, both, manager) = ([Role::Clerk], [Role::Clerk, Role::Greeter], [Role::Clerk, Role::Manager]);
        assert_eq!(check_secret("2468", &clerk).unwrap(), SecretKind::Pin);
        assert_eq!(check_secret("246810", &both).unwrap(), SecretKind::Pin);
        assert_eq!(check_secret("a b c d e f", &manager).unwrap(), SecretKind::Password);
        assert!(matches!(check_secret("2468", &manager), Err(AccountsError::PasswordNeeded)));
        assert!(matches!(check_secret("short7c", &manager), Err(AccountsError::PasswordNeeded)));
        assert!(matches!(check_secret("123", &clerk), Err(AccountsError::SecretTooShort)));
        assert!(matches!(check_secret("1234567", &clerk), Err(AccountsError::SecretTooShort)));
        assert!(matches!(check_secret(&"x".repeat(129), &clerk), Err(AccountsError::SecretTooLong)));
    }

    #[test]
    fn roles_are_those_of_people_each_once() {
        assert_eq!(sorted(&[Role::Manager, Role::Clerk, Role::Manager]).unwrap(), [Role::Clerk, Role::Manager]);
        assert!(matches!(sorted(&[Role::Kiosk]), Err(AccountsError::NotForPeople("kiosk"))));
        assert!(matches!(sorted(&[]), Err(AccountsError::NoRole)));
        assert!(may_grant(Role::Manager, Role::Clerk) && !may_grant(Role::Manager, Role::Engineer));
    }
}
