//! A command that goes through the running lobby: where that listens stands in its data directory, and who may write
//! there may make a token, so one is made for the errand and revoked at its end.

use crate::{
    accounts::{AccountsError, FILE as ACCOUNTS, Role, Store},
    clock::Clock,
    run::ADDRESS,
};
use reqwest::Url;
use std::path::{Path, PathBuf};

/// Why the running lobby cannot be reached.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub(crate) enum ErrandError {
    #[error("no lobby runs on {0}; start it with `lobby run`")]
    NotRunning(PathBuf),
    #[error("{0} is not the address of a lobby; write it as http://127.0.0.1:8700")]
    BadAddress(String),
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

/// The token of one errand.
pub(crate) struct Errand {
    pub(crate) token: String,
    made: Option<(Store, Role, String)>,
}

impl Errand {
    /// With a token that somebody gave.
    pub(crate) fn with_token(token: String) -> Errand {
        Errand { token, made: None }
    }

    /// With a token of its own, which the journal shows as `role:what-process`.
    pub(crate) fn begin(data: &Path, role: Role, what: &str) -> Result<Errand, ErrandError> {
        if !data.join(ACCOUNTS).is_file() {
            return Err(ErrandError::NotRunning(data.to_owned()));
        }
        let store = Store::open(data)?;
        let name = format!("{what}-{}", std::process::id());
        let token = store.add_token(role, &name, Clock::real().now())?;
        Ok(Errand { token, made: Some((store, role, name)) })
    }

    /// Revokes the token that was made.
    pub(crate) fn end(self) -> Result<(), ErrandError> {
        if let Some((store, role, name)) = self.made {
            store.revoke(Some(role), &name, Clock::real().now())?;
        }
        Ok(())
    }
}

/// Where the lobby of a data directory listens.
pub(crate) fn address(data: &Path) -> Result<Url, ErrandError> {
    let text = std::fs::read_to_string(data.join(ADDRESS)).map_err(|_| ErrandError::NotRunning(data.to_owned()))?;
    let text = format!("http://{}", text.trim());
    text.parse().map_err(|_| ErrandError::BadAddress(text))
}
