//! Takes what the unit reports to the lobby: presses in order and once, and how the unit is.

use crate::{
    listener::Link,
    lobby::{Judged, Lobby, Trouble},
    outbox::{Outbox, Report},
};
use counter::poller::{Cause, Condition, Output};
use futures_util::future::{BoxFuture, OptionFuture};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, mpsc, watch},
    time::{Instant, sleep_until},
};
use wires::{line::LineEvent, port::Backoff};

/// A lobby that was out of reach for this long is caught up with: of several *next*, only the last counts. As on lines.
const ABSENT: Duration = counter::poller::ABSENT;

/// What is on its way to the lobby.
enum Done {
    Told(Result<Option<Judged>, Trouble>),
    Said(Condition, Result<(), Trouble>),
}

/// The one who speaks with the lobby about the unit.
pub(crate) struct Courier {
    lobby: Lobby,
    unit: u8,
    link: watch::Receiver<Link>,
    doubt: Arc<Notify>,
    outbox: Outbox,
    /// Since when the lobby is out of reach.
    away: Option<Instant>,
    /// Not to be tried again before.
    again_at: Option<Instant>,
    pause: Backoff,
    troubled: Option<Trouble>,
    wire: Option<Condition>,
    condition: Option<Condition>,
    /// What the lobby knows of the unit's state, in this connection.
    said: Option<Condition>,
}

impl Courier {
    pub(crate) fn new(lobby: Lobby, unit: u8, link: watch::Receiver<Link>, doubt: Arc<Notify>) -> Courier {
        Courier {
            lobby,
            unit,
            link,
            doubt,
            outbox: Outbox::default(),
            away: None,
            again_at: None,
            pause: Backoff::default(),
            troubled: None,
            wire: None,
            condition: None,
            said: None,
        }
    }

    /// Works until nobody reports any more, or the listener has ended.
    pub(crate) async fn run(mut self, mut events: mpsc::Receiver<LineEvent>) {
        let mut way: OptionFuture<BoxFuture<'static, Done>> = None.into();
        let mut busy = false;
        loop {
            if !busy && let Some(next) = self.next() {
                way = Some(next).into();
                busy = true;
            }
            let again = self.again_at.unwrap_or_else(Instant::now);
            tokio::select! {
                event = events.recv() => match event {
                    Some(event) => self.hear(event),
                    None => return,
                },
                changed = self.link.changed() => match changed {
                    Ok(()) => self.linked(),
                    Err(_) => return,
                },
                Some(done) = &mut way, if busy => {
                    busy = false;
                    way = None.into();
                    self.settle(done);
                }
                () = sleep_until(again), if !busy && self.again_at.is_some() => self.again_at = None,
            }
        }
    }

    /// The next thing to tell, where there is one and its time has come.
    fn next(&mut self) -> Option<BoxFuture<'static, Done>> {
        if self.again_at.is_some() {
            return None;
        }
        if self.away.is_some_and(|since| since.elapsed() >= ABSENT) {
            self.outbox.catch_up();
        }
        let lobby = self.lobby.clone();
        if let Some(report) = self.outbox.front().cloned() {
            return Some(Box::pin(async move { Done::Told(lobby.tell(report).await) }));
        }
        let now = self.wire.clone().or_else(|| self.condition.clone())?;
        if *self.link.borrow() == Link::Down || self.said.as_ref() == Some(&now) {
            return None;
        }
        Some(Box::pin(async move {
            let (state, cause) = now.clone();
            Done::Said(now, lobby.say(state, cause).await)
        }))
    }

    fn settle(&mut self, done: Done) {
        let trouble = match done {
            Done::Told(Ok(judged)) => {
                if let Some(Judged { result, code }) = judged {
                    let code = code.unwrap_or_default();
                    let report = self.outbox.front();
                    tracing::debug!(?report, result, code, "a press was judged");
                }
                self.outbox.told();
                None
            }
            Done::Said(condition, Ok(())) => {
                self.said = Some(condition);
                None
            }
            // It will not do better the next time, and must not stand in the way of those behind it.
            Done::Told(Err(trouble @ Trouble::Refused { .. })) => {
                tracing::error!(%trouble, report = ?self.outbox.front(), "a report is given up");
                self.outbox.told();
                None
            }
            Done::Said(condition, Err(trouble @ Trouble::Refused { .. })) => {
                tracing::error!(%trouble, "the state of the unit is not told");
                self.said = Some(condition);
                None
            }
            Done::Told(Err(trouble)) | Done::Said(_, Err(trouble)) => Some(trouble),
        };
        let Some(trouble) = trouble else {
            (self.away, self.troubled) = (None, None);
            self.pause.reset();
            return;
        };
        self.away.get_or_insert_with(Instant::now);
        self.again_at = Some(Instant::now() + self.pause.step());
        if matches!(trouble, Trouble::Unreachable(_)) {
            self.doubt.notify_waiters();
        }
        if self.troubled.as_ref() != Some(&trouble) {
            tracing::warn!(%trouble, "presses wait for the lobby");
            self.troubled = Some(trouble);
        }
    }

    /// The lobby is there again, or gone.
    fn linked(&mut self) {
        match *self.link.borrow_and_update() {
            Link::Up => {
                // A new connection: the lobby asks anew how the unit is.
                self.said = None;
                if self.away.take().is_some_and(|since| since.elapsed() >= ABSENT) {
                    self.outbox.catch_up();
                }
                self.again_at = None;
                self.pause.reset();
            }
            Link::Down => _ = self.away.get_or_insert_with(Instant::now),
        }
    }

    fn hear(&mut self, event: LineEvent) {
        let output = match event {
            LineEvent::PortOpened => return self.wire_is(None),
            LineEvent::PortLost { cause } => return self.wire_is(Some(("unplugged", Some(cause)))),
            // What was exchanged with the unit stays on the PC: the lobby asks for its state alone.
            LineEvent::Counted { .. } => return,
            LineEvent::Unit(output) => output,
        };
        match output {
            Output::Press(press) => self.outbox.push(Report::press(&press)),
            Output::Missed { mark, count, .. } => {
                tracing::warn!(count, "presses were lost: more than the unit remembers");
                self.outbox.push(Report::Missed { mark, count: count.into() });
            }
            Output::Baseline { mark, why, .. } => self.outbox.push(Report::Baseline { mark, why }),
            Output::Garbage => self.wire_is(output.condition(false)),
            Output::Understood => self.wire_is(None),
            Output::Offline { cause: Cause::Port, .. } => {} // said with the port, and why
            Output::Online { unit }
            | Output::Presumed { unit }
            | Output::Offline { unit, .. }
            | Output::Status { unit, .. }
            | Output::OutOfStep { unit, .. } => {
                let own = unit == self.unit;
                if let Some(condition) = output.condition(!own) {
                    let (state, cause) = &condition;
                    tracing::info!(state, cause, unit, "the device on the port");
                    if own {
                        self.condition = Some(condition);
                    }
                }
            }
            Output::Stranger { unit } => tracing::warn!(unit, "somebody speaks on the port who is not in the file"),
        }
    }

    fn wire_is(&mut self, condition: Option<Condition>) {
        if let Some((state, cause)) = &condition {
            tracing::warn!(state, cause, "the port of the unit does not work");
        } else {
            tracing::info!("the port of the unit is open");
        }
        self.wire = condition;
    }
}
