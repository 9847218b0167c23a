//! The handle of a running voice: a bounded queue of announcements in, events and a state out.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use super::announcement::{Announcement, VoiceEvent, VoiceState};
use super::settings::VoiceSettings;
use super::speaking::{Speaker, starting};

/// Calls that may wait; more than a hall can listen to anyway.
const QUEUE: usize = 64;

/// The lobby's one clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Whether an announcement is of no use any more: its ticket arrived, finished or was called anew.
/// Asked before the call and before each repeat.
pub type Overtaken = Arc<dyn Fn(&Announcement) -> bool + Send + Sync>;

/// Why an announcement was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotQueued {
    /// 64 are waiting.
    #[error("too many announcements are waiting to be spoken")]
    Full,
    /// The lobby is stopping.
    #[error("the voice has stopped")]
    Stopped,
}

/// The voice of a hall, running until its token is cancelled.
#[derive(Debug)]
pub struct Voice {
    jobs: mpsc::Sender<Announcement>,
    state: watch::Receiver<VoiceState>,
    task: JoinHandle<()>,
}

impl Voice {
    /// Starts the voice in the current tokio runtime. Never fails: what is missing becomes its state,
    /// and it goes on trying. The receiver gets every event and must be read; while it is full the
    /// voice waits.
    pub fn start(
        settings: VoiceSettings,
        clock: Clock,
        overtaken: Overtaken,
        stop: CancellationToken,
    ) -> (Self, mpsc::Receiver<VoiceEvent>) {
        let (jobs, inbox) = mpsc::channel(QUEUE);
        let (events, told) = mpsc::channel(QUEUE);
        let (state, watched) = watch::channel(starting(clock()));
        let speaker = Speaker::new(settings, clock, overtaken, events, state);
        let voice = Self { jobs, state: watched, task: tokio::spawn(speaker.run(inbox, stop)) };
        (voice, told)
    }

    /// Queues an announcement. Never waits.
    ///
    /// # Errors
    /// [`NotQueued`]; the announcement then gets no event.
    pub fn announce(&self, announcement: Announcement) -> Result<(), NotQueued> {
        self.jobs.try_send(announcement).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotQueued::Full,
            mpsc::error::TrySendError::Closed(_) => NotQueued::Stopped,
        })
    }

    /// A sender for a controller that holds only senders.
    pub fn jobs(&self) -> mpsc::Sender<Announcement> {
        self.jobs.clone()
    }

    /// The state, now and as it changes.
    pub fn state(&self) -> watch::Receiver<VoiceState> {
        self.state.clone()
    }

    /// Waits for the task to end after its token was cancelled.
    ///
    /// # Errors
    /// When the task panicked.
    pub async fn stopped(self) -> Result<(), JoinError> {
        self.task.await
    }
}
