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
/// The same for a pack that can be used and has gaps.
const GAPS_RETRY: Duration = Duration::from_secs(15);

/// What is there, and what is not.
type Found = Result<(Pack, Vec<String>), VoiceError>;

enum Slot {
    Loading(JoinHandle<Found>),
    Loaded { again_at: Option<Instant> },
    Missing { cause: String, retry_at: Instant },
}

/// The pack, or why there is none.
pub(super) struct PackSlot {
    dir: PathBuf,
    languages: Vec<String>,
    slot: Slot,
    /// The newest that could be used; it serves while another is looked for.
    newest: Option<Arc<Pack>>,
    /// Its gaps in words.
    gaps: Option<String>,
    /// Last cause logged, so that a missing pack is one line and not one every few seconds.
    logged: Option<String>,
}

impl PackSlot {
    /// Starts to load. Needs a tokio runtime.
    pub(super) fn new(dir: PathBuf, languages: Vec<String>) -> Self {
        let slot = load(&dir, &languages);
        Self { dir, languages, slot, newest: None, gaps: None, logged: None }
    }

    /// The pack, when it is there.
    pub(super) fn pack(&self) -> Option<Arc<Pack>> {
        self.newest.clone()
    }

    /// Which clips it lacks, or `None` when it is whole.
    pub(super) fn gaps(&self) -> Option<&str> {
        self.gaps.as_deref()
    }

    /// Why there is none, or `None` while it is loaded or being loaded.
    pub(super) fn fault(&self) -> Option<&str> {
        // A reload of a missing pack is still a missing pack.
        match &self.slot {
            Slot::Missing { cause, .. } => Some(cause),
            Slot::Loading(_) if self.newest.is_none() => self.logged.as_deref(),
            Slot::Loading(_) | Slot::Loaded { .. } => None,
        }
    }

    /// Whether the first load is under way.
    pub(super) fn is_loading(&self) -> bool {
        matches!(self.slot, Slot::Loading(_)) && self.logged.is_none() && self.newest.is_none()
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
            Slot::Loaded { again_at: Some(again_at) } => {
                tokio::time::sleep_until(*again_at).await;
                self.slot = load(&self.dir, &self.languages);
            }
            Slot::Loaded { again_at: None } => std::future::pending().await,
        }
    }

    fn follow(&mut self, loaded: Result<(Pack, Vec<String>), String>) {
        match loaded {
            Ok((pack, problems)) => {
                self.logged = None;
                let gaps = (!problems.is_empty()).then(|| in_words(&problems));
                if gaps.is_none() {
                    info!("The voice clips in {} are loaded.", self.dir.display());
                } else if gaps != self.gaps {
                    warn!(
                        "Calls are spoken with gaps, the pack in {} lacks: {}.",
                        self.dir.display(),
                        problems.join(", ")
                    );
                }
                let again_at = gaps.is_some().then(|| Instant::now() + GAPS_RETRY);
                self.gaps = gaps;
                self.newest = Some(Arc::new(pack));
                self.slot = Slot::Loaded { again_at };
            }
            Err(cause) => {
                if self.logged.as_deref() != Some(cause.as_str()) {
                    warn!("The voice is silent: {cause}. Calls are shown on the screens.");
                    self.logged = Some(cause.clone());
                }
                self.newest = None;
                self.slot = Slot::Missing { cause, retry_at: Instant::now() + RETRY };
            }
        }
    }
}

fn load(dir: &std::path::Path, languages: &[String]) -> Slot {
    let (dir, languages) = (dir.to_owned(), languages.to_owned());
    Slot::Loading(tokio::task::spawn_blocking(move || Pack::load_what_is_there(&dir, &languages)))
}

/// The first few, and how many more.
fn in_words(problems: &[String]) -> String {
    const NAMED: usize = 4;
    let named = problems[..problems.len().min(NAMED)].join(", ");
    match problems.len().saturating_sub(NAMED) {
        0 => format!("these clips cannot be used: {named}"),
        more => format!("these clips cannot be used: {named} and {more} more"),
    }
}
