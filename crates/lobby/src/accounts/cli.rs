//! `lobby token …`: makes, lists and revokes tokens beside a running lobby.

use super::{AccountsError, By, FILE, Role, Store, store::CODE_LIFE};
use crate::{clock::Clock, views::Time};
use std::{io::Write, path::Path};

/// What to do with tokens.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum TokenCommand {
    /// Make a token for a device or a script; it is printed once.
    Add {
        /// What it may do.
        #[arg(long)]
        role: Role,
        /// Whose it is, such as k1; stands in the journal beside what it did.
        #[arg(long)]
        name: String,
    },
    /// Make a one-use code for a page of a device, good for 10 minutes.
    Enroll {
        /// What the page may do.
        #[arg(long)]
        role: Role,
        /// Whose page it is, such as s1.
        #[arg(long)]
        name: String,
    },
    /// List tokens and enrolled pages; secrets are never shown again.
    List,
    /// End every token, page and code of that name; a running lobby obeys within a second.
    Revoke {
        /// Only of this role.
        #[arg(long)]
        role: Option<Role>,
        /// Whose.
        #[arg(long)]
        name: String,
    },
}

impl TokenCommand {
    /// Does it on the accounts of a data directory and tells `out` what came of it.
    ///
    /// # Errors
    /// [`AccountsError`], whose sentence says what to do.
    pub fn run(&self, dir: &Path, out: &mut dyn Write) -> Result<(), AccountsError> {
        let now = Clock::real().now();
        let store = Store::open(dir)?;
        let told = match self {
            TokenCommand::Add { role, name } => {
                let about = format!("{}:{name}", role.name());
                let add = |store: &Store| store.add_token(*role, name, now);
                format!("{}\n", store.audited(&By::shell(), now, "token_added", (&about, ""), add)?)
            }
            TokenCommand::Enroll { role, name } => {
                let about = format!("{}:{name}", role.name());
                let add = |store: &Store| store.add_enrolment(*role, name, now);
                let code = store.audited(&By::shell(), now, "code_made", (&about, ""), add)?;
                let until = Time(now.plus(CODE_LIFE));
                format!("{code}\nopen /enroll?code={code} on the device before {until}\n")
            }
            TokenCommand::List => list(&store)?,
            TokenCommand::Revoke { role, name } => {
                let about = role.map_or_else(|| name.clone(), |role| format!("{}:{name}", role.name()));
                let revoke = |store: &Store| store.revoke(*role, name, now);
                let ended = store.audited(&By::shell(), now, "token_revoked", (&about, ""), revoke)?;
                format!("{ended} of {name} revoked\n")
            }
        };
        out.write_all(told.as_bytes()).map_err(|cause| AccountsError::Io { path: dir.join(FILE), cause })
    }
}

fn list(store: &Store) -> Result<String, AccountsError> {
    let known = store.list()?;
    if known.is_empty() {
        return Ok("no tokens yet; `lobby token add --role kiosk --name k1` makes one\n".to_owned());
    }
    let lines = known.iter().map(|one| {
        let used = one.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", Time(at)));
        let revoked = one.revoked_at.map(|at| format!("  revoked {}", Time(at))).unwrap_or_default();
        let (kind, role, name) = (one.kind.name(), one.principal.role.name(), &one.principal.name);
        format!("{kind:<6} {role:<9} {name:<16} made {}  {used}{revoked}\n", Time(one.created_at))
    });
    Ok(lines.collect())
}
