//! The parts of the agent, wired to each other.

use crate::{
    config::Settings,
    courier::Courier,
    hardware::Hardware,
    listener::{Link, Listener},
    lobby::{Known, Lobby, Trouble},
    screen::Screen,
};
use std::{convert::Infallible, future::pending, sync::Arc};
use tokio::{
    sync::{Notify, mpsc, watch},
    time::sleep,
};
use tokio_util::sync::CancellationToken;
use wires::{line::LineError, port::Backoff};

/// Reports that may wait for the courier. It never waits itself, so they never do for long.
const REPORTS: usize = 16;

/// Why an agent ended although nobody stopped it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AgentError {
    /// The unit can never be served so.
    #[error("the unit cannot be served: {0}")]
    Line(#[from] LineError),
    /// No TLS.
    #[error("the lobby cannot be trusted: {0}")]
    Trust(String),
    /// The part that listens has ended.
    #[error("a part of the agent has ended that must not")]
    Part,
}

/// Serves the unit until `stop`.
///
/// # Errors
/// [`AgentError`], whose sentence says what to do. Neither a missing lobby nor a missing port is one.
pub(crate) async fn run(settings: Settings, stop: CancellationToken) -> Result<(), AgentError> {
    let lobby = Lobby::new(&settings).map_err(AgentError::Trust)?;
    tracing::info!(desk = settings.desk, lobby = %settings.lobby, port = settings.port.name, "the agent starts");
    let settings = Arc::new(settings);
    let screen = Screen::new();
    let hardware = Hardware::new(settings.clone(), screen.watch());

    let known = first_word(&lobby, &hardware, &stop).await?;
    let Some(known) = known else { return Ok(()) };
    tracing::info!(counter = known.counter, mark = ?known.mark, "the lobby knows this desk");

    let (events, heard) = mpsc::channel(REPORTS);
    let (link, linked) = watch::channel(Link::Down);
    let doubt = Arc::new(Notify::new());
    let courier = Courier::new(lobby.clone(), settings.unit, linked, doubt.clone());
    let listener = Listener { lobby, screen, link, doubt, dark_at: None };
    tokio::select! {
        done = hardware.run(known.mark, events, stop) => Ok(done?),
        () = courier.run(heard) => Err(AgentError::Part),
        never = listener.run() => match never {},
    }
}

/// Waits until the lobby has said what it remembers of the unit: only then is it known which presses are new. Until then
/// the unit says that there is no lobby, and keeps its presses. `None` when the agent was stopped before.
async fn first_word(lobby: &Lobby, hardware: &Hardware, stop: &CancellationToken) -> Result<Option<Known>, AgentError> {
    let trouble = match lobby.known().await {
        Ok(known) => return Ok(Some(known)),
        Err(trouble) => trouble,
    };
    tracing::warn!(%trouble, "the unit waits for the lobby");
    let (events, mut unheard) = mpsc::channel(REPORTS);
    tokio::select! {
        known = again(lobby, trouble) => Ok(Some(known)),
        done = hardware.clone().run(None, events, stop.clone()) => Ok(done.map(|()| None)?),
        never = async {
            while unheard.recv().await.is_some() {}
            pending::<Infallible>().await
        } => match never {},
    }
}

async fn again(lobby: &Lobby, mut told: Trouble) -> Known {
    let mut pause = Backoff::default();
    loop {
        sleep(pause.step()).await;
        match lobby.known().await {
            Ok(known) => return known,
            Err(trouble) if trouble == told => {}
            Err(trouble) => {
                tracing::warn!(%trouble, "the unit waits for the lobby");
                told = trouble;
            }
        }
    }
}
