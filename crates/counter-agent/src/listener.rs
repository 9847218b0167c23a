//! Keeps the unit's picture what the lobby wants it to be, or an honest none.

use crate::{
    lobby::{Lobby, Pictures, Trouble},
    screen::Screen,
};
use std::{convert::Infallible, future::Future, pin::pin, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, sleep_until},
};
use wires::port::Backoff;

/// A picture may be so old before it is taken away: a lobby that restarts is back sooner.
const KEEPS: Duration = Duration::from_secs(5);

/// Whether the lobby speaks with this agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// It does.
    Up,
    /// It does not.
    Down,
}

/// Listens for ever.
pub(crate) struct Listener {
    pub(crate) lobby: Lobby,
    pub(crate) screen: Screen,
    pub(crate) link: watch::Sender<Link>,
    /// Somebody got no answer: look whether this connection still lives.
    pub(crate) doubt: Arc<Notify>,
    /// When the picture that is shown is too old, while nobody listens.
    pub(crate) dark_at: Option<Instant>,
}

impl Listener {
    /// Listens, again and again.
    pub(crate) async fn run(mut self) -> Infallible {
        let mut pause = Backoff::default();
        let mut told = None;
        loop {
            let lobby = self.lobby.clone();
            let trouble = match self.showing(lobby.listen()).await {
                Ok(pictures) => self.follow(pictures, &mut pause, &mut told).await,
                Err(trouble) => trouble,
            };
            self.link.send_if_modified(|link| std::mem::replace(link, Link::Down) != Link::Down);
            self.dark_at.get_or_insert_with(|| Instant::now() + KEEPS);
            if told.as_ref() != Some(&trouble) {
                tracing::warn!(%trouble, "no picture from the lobby; presses are kept");
                told = Some(trouble);
            }
            self.showing(sleep(pause.step())).await;
        }
    }

    /// Follows one stream to its end.
    async fn follow(&mut self, mut pictures: Pictures, pause: &mut Backoff, told: &mut Option<Trouble>) -> Trouble {
        loop {
            let doubt = self.doubt.clone();
            let event = tokio::select! {
                event = pictures.next() => event,
                () = doubt.notified() => return Trouble::Unreachable("it gave no answer to a report".to_owned()),
            };
            match event {
                Ok(event) if event.name == "picture" => {
                    if let Err(cause) = self.screen.show(&event.data) {
                        return Trouble::Unreachable(format!(
                            "its picture cannot be read ({cause}); is it newer than this agent?"
                        ));
                    }
                    self.dark_at = None;
                    pause.reset();
                    if self.link.send_if_modified(|link| std::mem::replace(link, Link::Up) != Link::Up) {
                        *told = None;
                        tracing::info!("the lobby is connected");
                    }
                }
                Ok(_) => {}
                Err(trouble) => return trouble,
            }
        }
    }

    /// Does something, and takes the picture away when it gets too old meanwhile.
    async fn showing<T>(&mut self, what: impl Future<Output = T>) -> T {
        let Some(dark_at) = self.dark_at else { return what.await };
        let mut what = pin!(what);
        tokio::select! {
            done = &mut what => return done,
            () = sleep_until(dark_at) => {
                self.screen.offline();
                self.dark_at = None;
            }
        }
        what.await
    }
}
