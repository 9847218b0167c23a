//! Sessions end with the shift: follows the business day and tells the accounts.

use super::Accounts;
use crate::controller::{Handle, Stopped};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Facts come in bursts; the day changes once in a while.
const GATHER: Duration = Duration::from_millis(500);

/// Ends sessions when the business day that they belong to is over, until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended before.
pub async fn follow_day(accounts: Accounts, handle: Handle, stop: CancellationToken) -> Result<(), Stopped> {
    let mut facts = handle.facts();
    let mut known: Option<Option<String>> = None;
    let followed = async {
        loop {
            facts.mark_unchanged();
            let day = handle.ask(|view| crate::views::open_day(view.branch)).await?;
            if known.as_ref() != Some(&day) {
                match accounts.day_is(day.clone()).await {
                    Ok(()) => known = Some(day),
                    Err(cause) => tracing::error!(%cause, "sessions of the last business day could not be ended yet"),
                }
            }
            if facts.changed().await.is_err() {
                return Err(Stopped);
            }
            tokio::time::sleep(GATHER).await;
        }
    };
    match stop.run_until_cancelled(followed).await {
        Some(ended) => ended,
        None => Ok(()),
    }
}
