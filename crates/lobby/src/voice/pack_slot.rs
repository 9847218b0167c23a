//! The clip pack of a running lobby: loaded outside of async code, looked for again while missing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::{info, warn};

use super::VoiceError;
use super::pack::Pack;

/// Between two looks for a missing pack, so that `lobby voice build` needs no restart.
const RETRY: Duration = Duration::from_secs(3);

enum Slot {
    Loading(JoinHandle<Result<Pack, VoiceError>>),
    Loaded(Arc<Pack>),
    Missing { cause: String, retry_at: Instant },
}

/// The pack, or why there is none.
pub(super) struct PackSlot {
    dir: PathBuf,
    languages: Vec<String>,
    slot: Slot,
    /// Last cause logged, so that a missing pack is one line and not one every few seconds.
    logged: Option<String>,
}

impl PackSlot {
    /// Starts to load. Needs a tokio runtime.
    pub(super) fn new(dir: PathBuf, languages: Vec<String>) -> Self {
        let slot = load(&dir, &languages);
        Self { dir, languages, slot, logged: None }
    }

    /// The pack, when it is there.
    pub(super) fn pack(&self) -> Option<Arc<Pack>> {
        match &self.slot {
            Slot::Loaded(pack) => Some(pack.clone()),
            _ => None,
        }
    }

    /// Why there is none, or `None` while it is loaded or being loaded.
    pub(super) fn fault(&self) -> Option<&str> {
        // A reload of a missing pack is still a missing pack.
        match &self.slot {
            Slot::Missing { cause, .. } => Some(cause),
            Slot::Loading(_) => self.logged.as_deref(),
            Slot::Loaded(_) => None,
        }
    }

    /// Whether the first load is under way.
    pub(super) fn is_loading(&self) -> bool {
        matches!(self.slot, Slot::Loading(_)) && self.logged.is_none()
    }

    /// Waits for the next change and follows it. Nothing is lost when this is cancelled.
    pub(super) async fn tend(&mut self) {
        match &mut self.slot {
            Slot::Loading(task) => {
                let loaded = match task.await {
                    Ok(loaded) => loaded.map_err(|error| error.to_string()),
                    Err(error) => Err(format!("loading the voice clips failed: {error}")),
                };
                self.follow(loaded);
            }
            Slot::Missing { retry_at, .. } => {
                tokio::time::sleep_until(*retry_at).await;
                self.slot = load(&self.dir, &self.languages);
            }
            Slot::Loaded(_) => std::future::pending().await,
        }
    }

    fn follow(&mut self, loaded: Result<Pack, String>) {
        match loaded {
            Ok(pack) => {
                info!("The voice clips in {} are loaded.", self.dir.display());
                self.logged = None;
                self.slot = Slot::Loaded(Arc::new(pack));
            }
            Err(cause) => {
                if self.logged.as_deref() != Some(cause.as_str()) {
                    warn!("The voice is silent: {cause}. Calls are shown on the screens.");
                    self.logged = Some(cause.clone());
                }
                self.slot = Slot::Missing { cause, retry_at: Instant::now() + RETRY };
            }
        }
    }
}

fn load(dir: &std::path::Path, languages: &[String]) -> Slot {
    let (dir, languages) = (dir.to_owned(), languages.to_owned());
    Slot::Loading(tokio::task::spawn_blocking(move || Pack::load(&dir, &languages)))
}
