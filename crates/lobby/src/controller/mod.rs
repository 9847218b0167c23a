//! The one owner of the branch. Wishes and questions arrive through a bounded channel; a writer thread judges them in
//! order, journals their facts in one transaction, and only then answers and publishes.
//!
//! Never here: HTTP, a device, a port. Whoever wishes brings along how the answer is worded ([`Wish::render`]);
//! devices are told through the senders of [`crate::orders::Outputs`].

mod begin;
mod publish;
mod secrets;
mod snapshot;
mod start;
mod writer;

pub use crate::journal::{Answer, RequestKey};
pub use begin::{Setup, StartError, WriterTask, prepare, spawn};
pub use snapshot::{FILE as SNAPSHOT, compare as compare_snapshot};

use crate::{
    config::Config,
    controller::publish::{History, Tracks},
    identity::Identity,
    notes::Note,
    promise::Promises,
    views::Speaking,
};
use queue_core::{Actor, Branch, Command, Handled, Press, PressMark, Refusal, ServiceId, TicketId, Timestamp};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// Wishes and questions that may wait for the writer. Beyond it whoever asks waits in line.
pub const INBOX: usize = 1_024;

/// The controller has ended; the process is on its way down and a supervisor starts it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the controller has stopped; it is being restarted, try again in a few seconds")]
pub struct Stopped;

/// What the branch looks like at one moment, between two wishes. Everything in it is durable.
pub struct View<'a> {
    /// The moment.
    pub at: Timestamp,
    /// The queue.
    pub branch: &'a Branch,
    /// Names and addresses.
    pub config: &'a Config,
    /// The newest estimates of waits.
    pub promises: &'a Promises,
    pub(crate) tracks: &'a Tracks,
    pub(crate) history: &'a History,
}

impl View<'_> {
    /// The token of a ticket's tracking page; it ends with the business day.
    pub fn track_token(&self, ticket: &TicketId) -> Option<&str> {
        self.tracks.token(ticket)
    }

    /// Rows of the journal that are about this ticket, oldest first.
    pub fn history(&self, ticket: &TicketId) -> &[i64] {
        self.history.get(ticket).map_or(&[], Vec::as_slice)
    }

    /// The live ticket that this person already has for the service.
    pub fn live_of(&self, identity: &Identity, service: &ServiceId) -> Option<&TicketId> {
        self.branch.live_of(&self.tracks.identity(identity)?, service)
    }

    /// The secret of the business day: what is sealed with it ends with it. `None` between two days.
    pub(crate) fn day_key(&self) -> Option<&[u8; 32]> {
        self.tracks.key()
    }

    /// The ticket that a tracking token stands for.
    pub fn tracked(&self, token: &str) -> Option<&TicketId> {
        self.tracks.ticket(token)
    }
}

/// Words the answer to a wish, after its facts are booked. The answer leaves when they are durable.
pub type Render = Box<dyn FnOnce(&View<'_>, Result<&Handled, &Refusal>) -> Answer + Send>;

/// A wish on its way to the writer.
pub struct Wish {
    /// Who wishes it.
    pub actor: Actor,
    /// The request id: the same one again is the same fact and the same answer.
    pub request: Option<RequestKey>,
    /// What is wished.
    pub command: Command,
    /// Whose number is asked for; the writer puts its hash into the command and its mask beside the journal.
    pub identity: Option<Identity>,
    /// The words of a note; the writer puts their digest into the command and keeps them beside the journal.
    pub note: Option<Note>,
    /// How the answer is worded.
    pub render: Render,
}

impl Wish {
    /// A press of a desk unit, under a request id made of the press itself: however often it is told, it is one wish.
    pub fn press(
        actor: impl Into<Actor>,
        press: Press,
        render: impl FnOnce(&View<'_>, Result<&Handled, &Refusal>) -> Answer + Send + 'static,
    ) -> Wish {
        let PressMark { boot, wraps, seq } = press.mark;
        let mut fingerprint = [0; 32];
        fingerprint[..2].copy_from_slice(&press.key.to_be_bytes());
        // As journals have it of units on lines: `desk:desks:3`.
        let scope = format!("desk:{}", press.desk.as_str().replace('/', ":"));
        let request = RequestKey { scope, key: format!("{boot}:{wraps}:{seq}"), fingerprint };
        let command = Command::Press(press);
        Wish {
            actor: actor.into(),
            request: Some(request),
            command,
            identity: None,
            note: None,
            render: Box::new(render),
        }
    }

    /// A wish whose answer nobody reads: from a device or the schedule.
    pub fn silent(actor: impl Into<Actor>, command: Command) -> Wish {
        let render = Box::new(|_: &View<'_>, _: Result<&Handled, &Refusal>| Answer::default());
        Wish { actor: actor.into(), request: None, command, identity: None, note: None, render }
    }
}

/// What came of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Judged now, or judged before under the same request id.
    Answer(Answer),
    /// The request id was used before with another wish.
    KeyReused,
}

/// A question, answered between two groups of wishes.
pub(crate) type Question = Box<dyn FnOnce(&View<'_>) + Send>;

pub(crate) enum Input {
    Wish(Box<Wish>, oneshot::Sender<(Reply, Option<Refusal>)>),
    Question(Question),
    Foreseen(Box<Promises>),
    Heard(Vec<Speaking>),
}

/// The way to the controller. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inbox: mpsc::Sender<Input>,
    config: Arc<Config>,
    promises: watch::Receiver<Arc<Promises>>,
    facts: watch::Receiver<i64>,
}

impl Handle {
    /// Wishes something and waits until it is durable.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended. The wish may or may not have become a fact then; the same request
    /// id after the restart settles it.
    pub async fn wish(&self, wish: Wish) -> Result<Reply, Stopped> {
        self.submit(wish).await.map(|(reply, _)| reply)
    }

    /// Wishes something for a device and waits until it is durable; a refusal is told apart.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended.
    pub async fn tell(&self, actor: impl Into<Actor>, command: Command) -> Result<Result<(), Refusal>, Stopped> {
        let (_, refusal) = self.submit(Wish::silent(actor, command)).await?;
        Ok(refusal.map_or(Ok(()), Err))
    }

    async fn submit(&self, wish: Wish) -> Result<(Reply, Option<Refusal>), Stopped> {
        let (answer, answered) = oneshot::channel();
        self.inbox.send(Input::Wish(Box::new(wish), answer)).await.map_err(|_| Stopped)?;
        answered.await.map_err(|_| Stopped)
    }

    /// Asks something of the state as it is after everything that was wished before.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&View<'_>) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (answer, answered) = oneshot::channel();
        let question: Question = Box::new(move |view| {
            // Whoever asked may have gone away meanwhile; then nobody needs the answer.
            let _ = answer.send(question(view));
        });
        self.inbox.send(Input::Question(question)).await.map_err(|_| Stopped)?;
        answered.await.map_err(|_| Stopped)
    }

    /// Puts new estimates of waits in the place of the old ones, and shows them.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended.
    pub async fn foresee(&self, promises: Promises) -> Result<(), Stopped> {
        self.inbox.send(Input::Foreseen(Box::new(promises))).await.map_err(|_| Stopped)
    }

    /// Puts what the loudspeakers say now in the place of what they said before, and shows it.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended.
    pub async fn hear(&self, speaking: Vec<Speaking>) -> Result<(), Stopped> {
        self.inbox.send(Input::Heard(speaking)).await.map_err(|_| Stopped)
    }

    /// The newest estimates of waits.
    pub fn promises(&self) -> Arc<Promises> {
        self.promises.borrow().clone()
    }

    /// The newest estimates of waits, and every change of them.
    pub fn watch_promises(&self) -> watch::Receiver<Arc<Promises>> {
        self.promises.clone()
    }

    /// The number of the last durable row, and every change of it.
    pub fn facts(&self) -> watch::Receiver<i64> {
        self.facts.clone()
    }

    /// Waits until the pictures (board, alerts, desks) show everything that was answered before.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended.
    pub async fn drawn(&self) -> Result<(), Stopped> {
        self.ask(|_| ()).await
    }

    /// The configuration that the branch runs by.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }
}
