//! `lobby staff …`: adds, lists and changes people beside a running lobby.

use super::{
    AccountsError, By, FILE, NewStaff, Role, Staff, StaffChange, Store, hashing,
    staff::{check_secret, role_names},
};
use crate::{clock::Clock, views::Time};
use std::{
    io::{BufRead as _, IsTerminal as _, Write},
    path::Path,
};

/// What to do with people.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum StaffCommand {
    /// Add somebody; asks for a PIN or password, from standard input where that is no terminal
    Add {
        /// Staff number, such as 1001
        number: String,
        /// Name; shown to those who manage staff, never in public
        #[arg(long)]
        name: String,
        /// What they may do; several by repeating or with commas
        #[arg(long = "role", required = true, value_delimiter = ',')]
        roles: Vec<Role>,
        /// Star level, 0 to 5
        #[arg(long, default_value_t = 0)]
        stars: u8,
    },
    /// List everybody
    List,
    /// Let somebody sign in no more; their sessions end within a second
    Disable {
        /// Staff number
        number: String,
    },
    /// Let somebody sign in again
    Enable {
        /// Staff number
        number: String,
    },
    /// Give somebody a new PIN or password; their sessions end
    Passwd {
        /// Staff number
        number: String,
    },
    /// Say anew what somebody may do
    Role {
        /// Staff number
        number: String,
        /// All roles from now on
        #[arg(required = true, value_delimiter = ',')]
        roles: Vec<Role>,
    },
    /// Say anew which star level somebody has
    Stars {
        /// Staff number
        number: String,
        /// Star level, 0 to 5
        stars: u8,
    },
}

impl StaffCommand {
    /// Does it on the accounts of a data directory and tells `out` what came of it. `ask` is asked for a secret.
    ///
    /// # Errors
    /// [`AccountsError`], whose sentence says what to do.
    pub fn run(
        &self,
        dir: &Path,
        ask: &dyn Fn(&str) -> Result<String, AccountsError>,
        out: &mut dyn Write,
    ) -> Result<(), AccountsError> {
        let now = Clock::real().now();
        let (store, by) = (Store::open(dir)?, By::shell());
        let told = match self {
            StaffCommand::Add { number, name, roles, stars } => {
                let (number, name, roles, stars) = (number.clone(), name.clone(), roles.clone(), *stars);
                let secret = ask(&format!("PIN or password of {number}"))?;
                let (staff, secret) = NewStaff { number, name, roles, stars, secret }.checked(now)?;
                let (hash, roles) = (hashing::hash(&secret)?, role_names(&staff.roles));
                let add = |store: &Store| store.insert_staff(&staff, &hash);
                store.audited(&by, now, "staff_added", (&staff.number, &roles), add)?;
                format!("staff {} may sign in as {roles}\n", staff.number)
            }
            StaffCommand::List => list(&store.staff()?),
            StaffCommand::Disable { number } => {
                let disable = |store: &Store| store.set_enabled(number, false, now);
                store.audited(&by, now, "staff_disabled", (number, ""), disable)?;
                format!("staff {number} signs in no more\n")
            }
            StaffCommand::Enable { number } => {
                let enable = |store: &Store| store.set_enabled(number, true, now);
                store.audited(&by, now, "staff_enabled", (number, ""), enable)?;
                format!("staff {number} may sign in again\n")
            }
            StaffCommand::Passwd { number } => {
                let roles = store.one_of_staff(number)?.roles;
                let secret = ask(&format!("new PIN or password of {number}"))?;
                let kind = check_secret(&secret, &roles)?;
                let hash = hashing::hash(&secret)?;
                let set = |store: &Store| store.set_secret(number, &hash, kind, now);
                store.audited(&by, now, "secret_set", (number, kind.name()), set)?;
                format!("staff {number} has a new {}\n", kind.name())
            }
            StaffCommand::Role { number, roles } => {
                let change = StaffChange { roles: Some(roles.clone()), ..StaffChange::default() };
                let staff = changed(&store, &by, number, &change)?;
                format!("staff {number} may sign in as {}\n", role_names(&staff.roles))
            }
            StaffCommand::Stars { number, stars } => {
                let change = StaffChange { stars: Some(*stars), ..StaffChange::default() };
                changed(&store, &by, number, &change)?;
                format!("staff {number} has {stars} stars\n")
            }
        };
        out.write_all(told.as_bytes()).map_err(|cause| AccountsError::Io { path: dir.join(FILE), cause })
    }

    /// Asks the person at the terminal, twice and without showing it; else takes a line of standard input.
    ///
    /// # Errors
    /// [`AccountsError::SecretsDiffer`], [`AccountsError::NoSecret`], [`AccountsError::Io`].
    pub fn ask(what: &str) -> Result<String, AccountsError> {
        let io = |cause| AccountsError::Io { path: "standard input".into(), cause };
        let secret = if std::io::stdin().is_terminal() {
            let secret = rpassword::prompt_password(format!("{what}: ")).map_err(io)?;
            let again = rpassword::prompt_password("the same again: ").map_err(io)?;
            if secret != again {
                return Err(AccountsError::SecretsDiffer);
            }
            secret
        } else {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map_err(io)?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        };
        if secret.is_empty() { Err(AccountsError::NoSecret) } else { Ok(secret) }
    }
}

fn changed(store: &Store, by: &By, number: &str, change: &StaffChange) -> Result<Staff, AccountsError> {
    let words = change.words();
    let now = Clock::real().now();
    store.audited(by, now, "staff_changed", (number, &words), |store| store.change_staff(number, change))
}

fn list(staff: &[Staff]) -> String {
    if staff.is_empty() {
        return "no staff yet; `lobby staff add 1001 --name … --role clerk` adds somebody\n".to_owned();
    }
    let lines = staff.iter().map(|one| {
        let seen =
            one.signed_in_at.map_or_else(|| "never signed in".to_owned(), |at| format!("signed in {}", Time(at)));
        let off = one.disabled_at.map(|at| format!("  disabled {}", Time(at))).unwrap_or_default();
        let (number, name, roles, secret) = (&one.number, &one.name, role_names(&one.roles), one.secret.name());
        format!("{number:<8} {roles:<24} {} stars  {secret:<8}  {seen}{off}  {name}\n", one.stars)
    });
    lines.collect()
}
