//! How commands of this program talk to a lobby that already runs: where it listens stands in its data directory, and who
//! may write there may make a token, so one is made for the errand and revoked at its end.

use crate::{
    accounts::{AccountsError, FILE as ACCOUNTS, Role, Store},
    clock::Clock,
    run::ADDRESS,
};
use std::path::Path;

/// The token of one errand.
pub(crate) struct Errand {
    pub(crate) token: String,
    made: Option<(Store, Role, String)>,
}

impl Errand {
    /// With a token that somebody gave.
    pub(crate) fn with(token: String) -> Errand {
        Errand { token, made: None }
    }

    /// With a token of its own, such as `manager:import-4711`; `None` where no lobby keeps its accounts.
    pub(crate) fn begin(data: &Path, role: Role, what: &str) -> Result<Option<Errand>, AccountsError> {
        if !data.join(ACCOUNTS).is_file() {
            return Ok(None);
        }
        let store = Store::open(data)?;
        let name = format!("{what}-{}", std::process::id());
        let token = store.add_token(role, &name, Clock::real().now())?;
        Ok(Some(Errand { token, made: Some((store, role, name)) }))
    }

    pub(crate) fn end(self) -> Result<(), AccountsError> {
        if let Some((store, role, name)) = self.made {
            store.revoke(Some(role), &name, Clock::real().now())?;
        }
        Ok(())
    }
}

/// Where the lobby of a data directory listens, as a URL; `None` when none runs.
pub(crate) fn address(data: &Path) -> Option<String> {
    let text = std::fs::read_to_string(data.join(ADDRESS)).ok()?;
    Some(format!("http://{}", text.trim()))
}
