//! Who may do what: tokens of devices and scripts, pages enrolled by a one-use code, people who sign in, roles.
//!
//! Everything lies in `accounts.db` beside the journal, so that the command line may write it while the lobby runs.
//! Secrets are stored as hashes only; a secret is shown once, to whoever made it.

mod cli;
mod gate;
mod hashing;
mod repeats;
mod secret;
mod shift;
pub(crate) mod staff;
mod staff_cli;
mod store;

pub use cli::TokenCommand;
pub use gate::{Accounts, Enrolled, Limits, NewStaff, Place, SignIn, SignInRefusal, SignedIn};
pub use repeats::Repeats;
pub use shift::follow_day;
pub use staff::{SecretKind, Staff, StaffChange};
pub use staff_cli::StaffCommand;
pub use store::{Audited, By, Credential, CredentialKind, Store};

use queue_core::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use utoipa::ToSchema;

/// What the audit says of an export for which nobody gave a reason.
const NO_REASON: &str = "no reason given";

/// The reason of an export as the audit has it.
fn told(reason: Option<&str>) -> &str {
    reason.map(str::trim).filter(|reason| !reason.is_empty()).unwrap_or(NO_REASON)
}

/// Notes that the command line takes data away, before it does. Where that cannot be written (a copy on a disk that is only
/// read) it is said, and the command goes on: whoever runs it has the files anyway. A directory without accounts is none of a
/// lobby that ran.
pub(crate) fn note_export(dir: &Path, what: &str, reason: Option<&str>) {
    if !dir.join(FILE).is_file() {
        return;
    }
    let (by, at) = (By::shell(), crate::clock::Clock::real().now());
    let noted = Store::open(dir).and_then(|store| store.note(at, "exported", &by.who, &by.place, what, told(reason)));
    if let Err(cause) = noted {
        tracing::warn!(%cause, what, "that data is taken away could not be noted in the audit");
    }
}

/// File of the accounts in the data directory.
pub const FILE: &str = "accounts.db";

/// What somebody is here for. What each may do stands in one table, [`crate::http::access`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Gives out numbers.
    Kiosk,
    /// Shows the board.
    Screen,
    /// Electronics of a counter.
    Desk,
    /// Works at a counter.
    Clerk,
    /// Helps in the lobby.
    Greeter,
    /// Answers for the hall.
    Manager,
    /// Keeps the machines running.
    Engineer,
    /// Headquarters.
    Hq,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 8] =
        [Role::Kiosk, Role::Screen, Role::Desk, Role::Clerk, Role::Greeter, Role::Manager, Role::Engineer, Role::Hq];

    /// The name on the command line, in cookies and in `X-Role`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Kiosk => "kiosk",
            Role::Screen => "screen",
            Role::Desk => "desk",
            Role::Clerk => "clerk",
            Role::Greeter => "greeter",
            Role::Manager => "manager",
            Role::Engineer => "engineer",
            Role::Hq => "hq",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Who is calling, after the credential was found to be good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// What for.
    pub role: Role,
    /// Which one, such as `k1`; the staff number of somebody who signed in; `demo` for the built-in tokens.
    pub name: String,
    /// Somebody who signed in; `None` for devices, scripts and the built-in tokens.
    pub person: Option<Person>,
}

/// What is known of somebody who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Everything that they may sign in for.
    pub roles: Vec<Role>,
    /// Star level, 0 to 5.
    pub stars: u8,
    /// When they signed in.
    pub since: Timestamp,
    /// When the session ends at the latest.
    pub until: Timestamp,
}

impl Principal {
    /// Name of whoever holds a built-in token of a demo.
    pub const DEMO: &'static str = "demo";

    /// As the journal names it, `role:name`.
    pub fn actor(&self) -> String {
        format!("{}:{}", self.role.name(), self.name)
    }
}

/// Why an account could not be made, changed or read. The sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum AccountsError {
    #[error(
        "the accounts in {path} were written by a newer lobby (format {found}, this one knows {known}); start the newer one"
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("there is already a token {role}:{name}; revoke it first, or choose another name")]
    Taken { role: &'static str, name: String },
    #[error("there is nothing named `{0}` to revoke; `lobby token list` shows what there is")]
    NothingToRevoke(String),
    #[error("`{0}` is no name for a token: use 1 to 64 letters, digits, `-`, `_` or `.`")]
    BadName(String),
    #[error("{path}: {cause}; check that the directory exists, is writable and the disk is not full")]
    Io { path: PathBuf, cause: std::io::Error },
    #[error("the accounts cannot be read or written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the system gives no random numbers ({0}); nothing was made")]
    NoRandomness(getrandom::Error),
    #[error("`{0}` is no staff number: use 1 to 16 letters, digits or hyphens")]
    BadNumber(String),
    #[error("a name has 1 to 64 characters on one line")]
    BadPersonName,
    #[error("{0} is no star level; they go from 0 to 5")]
    BadStars(u8),
    #[error("nobody signs in as `{0}`: people are clerk, greeter, manager, engineer or hq; make a token for a device")]
    NotForPeople(&'static str),
    #[error("give at least one role: clerk, greeter, manager, engineer or hq")]
    NoRole,
    #[error("give 4 to 6 digits as a PIN, or a password of 8 characters or more")]
    SecretTooShort,
    #[error("a secret has at most 128 bytes and no control characters")]
    SecretTooLong,
    #[error("managers, engineers and headquarters sign in with a password of 8 characters or more")]
    PasswordNeeded,
    #[error("staff {0} signs in with a PIN; give a password of 8 characters or more first, then this role")]
    PasswordFirst(String),
    #[error("there is already staff {0}; choose another number, or change that one")]
    StaffTaken(String),
    #[error("there is no staff `{0}`; the list of staff shows the numbers")]
    UnknownStaff(String),
    #[error("the two secrets differ; nothing was changed")]
    SecretsDiffer,
    #[error("no secret was given; nothing was changed")]
    NoSecret,
    #[error("the secret could not be hashed: {0}")]
    Hash(String),
    #[error("the lookup was ended, the lobby is on its way down")]
    Ended,
}
