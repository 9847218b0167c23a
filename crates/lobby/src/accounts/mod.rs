//! Who may do what: tokens of devices and scripts, pages enrolled by a one-use code, roles.
//!
//! Everything lies in `accounts.db` beside the journal, so that the command line may write it while the lobby runs.
//! Secrets are stored as hashes only; a secret is shown once, to whoever made it.

mod cli;
mod gate;
mod secret;
mod store;

pub use cli::TokenCommand;
pub use gate::{Accounts, Enrolled};
pub use store::{Credential, CredentialKind, Store};

use serde::Serialize;
use std::path::PathBuf;

/// File of the accounts in the data directory.
pub const FILE: &str = "accounts.db";

/// What somebody is here for. What each may do stands in one table, [`crate::http::access`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, clap::ValueEnum)]
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
    /// Which one, such as `k1`; `demo` for the built-in tokens.
    pub name: String,
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
    #[error("the lookup was ended, the lobby is on its way down")]
    Ended,
}
