//! How a controller begins: on a thread of its own, or as a task of whoever simulates a hall.

use super::{
    Handle, INBOX, Input,
    snapshot::Keeper,
    start,
    writer::{GROUP, Writer},
};
use crate::{
    chance::Chance,
    clock::Clock,
    config::Config,
    journal::{Journal, JournalError},
    orders::Outputs,
};
use queue_core::Refusal;
use std::{path::Path, pin::Pin, sync::Arc, thread};
use tokio::sync::{mpsc, oneshot};
use tracing::error;

/// What the controller starts from.
pub struct Setup {
    /// Names and addresses; the Plan comes from it.
    pub config: Arc<Config>,
    /// The one clock.
    pub clock: Clock,
    /// Where keys and salts come from.
    pub chance: Chance,
    /// The journal, already held by this process.
    pub journal: Journal,
    /// Where effects go.
    pub outputs: Outputs,
}

/// Why the controller could not start.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum StartError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(
        "this configuration cannot take over the open day: {0}. Nothing was changed: start with the file of before and do \
         that, or close the day; then start with this one"
    )]
    Refused(#[from] Refusal),
    #[error("the writer thread cannot be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Replays the journal, settles what a restart has to settle, and starts the writer on a thread of its own.
///
/// The second value resolves when the writer has ended: with an error when the journal failed, after which the
/// process must end, since memory may be ahead of the disk.
///
/// # Errors
/// [`StartError`], whose sentence says what stands against it.
pub fn spawn(setup: Setup) -> Result<(Handle, oneshot::Receiver<Result<(), JournalError>>), StartError> {
    let (inbox, wishes) = mpsc::channel(INBOX);
    let writer = settled(setup, Keeper::on_a_thread)?;
    let handle = writer.handle(inbox);
    let (ended, end) = oneshot::channel();
    thread::Builder::new().name("journal".to_owned()).spawn(move || {
        // Takes the writer: whoever hears of its end finds the data directory free for the next.
        let result = write(writer, wishes);
        if let Err(cause) = &result {
            error!(%cause, "the journal cannot be written: stopping, so that nothing is shown that may be lost");
        }
        // The receiver is gone only when the process is ending anyway.
        let _ = ended.send(result);
    })?;
    Ok((handle, end))
}

fn write(mut writer: Writer, mut wishes: mpsc::Receiver<Input>) -> Result<(), JournalError> {
    let mut batch = Vec::with_capacity(GROUP);
    while wishes.blocking_recv_many(&mut batch, GROUP) > 0 {
        writer.turn(&mut batch, &mut wishes)?;
    }
    Ok(())
}

/// A writer that is polled by somebody, and ends like that of [`spawn`].
pub type WriterTask = Pin<Box<dyn Future<Output = Result<(), JournalError>> + Send>>;

/// As [`spawn`], for a hall that is simulated on one thread: the writer is a task, and each of its turns, from the first
/// wish of a group to its last effect, is one poll.
///
/// # Errors
/// [`StartError`], whose sentence says what stands against it.
pub fn prepare(setup: Setup) -> Result<(Handle, WriterTask), StartError> {
    let (inbox, mut wishes) = mpsc::channel(INBOX);
    let mut writer = settled(setup, |dir| Ok(Keeper::at_once(dir)))?;
    let handle = writer.handle(inbox);
    let task = Box::pin(async move {
        let mut batch = Vec::with_capacity(GROUP);
        while wishes.recv_many(&mut batch, GROUP).await > 0 {
            writer.turn(&mut batch, &mut wishes)?;
        }
        Ok(())
    });
    Ok((handle, task))
}

fn settled(setup: Setup, keeper: impl FnOnce(&Path) -> std::io::Result<Keeper>) -> Result<Writer, StartError> {
    let snapshots = keeper(setup.journal.dir())?;
    let mut writer = Writer::replay(setup, snapshots)?;
    start::settle(&mut writer)?;
    Ok(writer)
}
