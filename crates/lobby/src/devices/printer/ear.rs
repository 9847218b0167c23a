//! What was heard from a printer on one connection, and what staff are told of it.

use super::profile::{Profile, StatusKind};
use super::status::{PrinterState, PrinterStatus, Replies, Reply, Sensors};
use crate::devices::health::{Count, Tally};
use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

/// What was heard since the port was opened.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// The kind of question under way; replies to questions that nobody asked are let go.
    pub(super) asked: Option<Question>,
    /// Its answer.
    pub(super) answer: Option<u8>,
    /// As last reported.
    pub(super) sensors: Sensors,
    /// Automatic statuses so far.
    pub(super) pushes: u64,
    /// Whether the printer answers; `None` until it was asked.
    pub(super) answering: Option<bool>,
    /// The last proof of print.
    pub(super) proof: Option<[u8; 4]>,
    /// The port is gone.
    pub(super) lost: bool,
}

/// A question with an answer of one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// `DLE EOT n`.
    RealTime,
    /// `GS r 1`.
    Paper,
}

/// Hears for the writer and for staff.
pub(super) struct Ear {
    name: String,
    profile: Profile,
    heard: watch::Sender<Heard>,
    status: watch::Sender<PrinterStatus>,
    pub(super) tally: Tally,
    /// The port was open before.
    opened: AtomicBool,
}

impl Ear {
    pub(super) fn new(name: String, profile: Profile, status: watch::Sender<PrinterStatus>, tally: Tally) -> Ear {
        Ear { name, profile, heard: watch::Sender::default(), status, tally, opened: AtomicBool::new(false) }
    }

    /// A fresh connection: nothing is known of the printer. What staff see stays until something is.
    pub(super) fn reset(&self) {
        self.heard.send_replace(Heard::default());
        if self.opened.swap(true, Relaxed) {
            self.tally.add(Count::Reopened);
        }
        if self.profile.status == StatusKind::Silent {
            self.tell(PrinterState::Silent.into());
        }
    }

    /// How the printer is, as staff see it.
    pub(super) fn state(&self) -> PrinterState {
        self.status.borrow().state
    }

    /// Tells staff, and the log if it is news.
    pub(super) fn tell(&self, status: PrinterStatus) {
        let news = self.status.send_if_modified(|known| {
            let news = *known != status;
            *known = status.clone();
            news
        });
        if !news {
            return;
        }
        let (printer, state) = (&self.name, status.state.name());
        let cause = status.cause.unwrap_or_default();
        match status.state.remedy() {
            None => info!(printer, state, cause, "the printer changed its state"),
            Some(remedy) => warn!(printer, state, cause, remedy, "the printer needs somebody"),
        }
    }

    /// The port is gone.
    pub(super) fn lose(&self, cause: &io::Error) {
        let state = PrinterState::Unplugged;
        self.tell(PrinterStatus { state, cause: Some(format!("the printer's port is gone ({cause})")) });
        self.heard.send_modify(|heard| heard.lost = true);
    }

    /// Changes what is known and tells staff what follows from it.
    pub(super) fn update(&self, change: impl FnOnce(&mut Heard)) {
        self.heard.send_modify(change);
        let heard = self.heard.borrow();
        let state = match heard.answering {
            _ if self.profile.status == StatusKind::Silent || heard.lost => return,
            None => return,
            Some(false) => PrinterState::Offline,
            Some(true) => heard.sensors.state(&self.profile),
        };
        drop(heard);
        self.tell(state.into());
    }

    /// Looks at what is known.
    pub(super) fn known<T>(&self, look: impl FnOnce(&Heard) -> T) -> T {
        look(&self.heard.borrow())
    }

    /// Waits until what is known is so. Safe to cancel.
    pub(super) async fn until(&self, so: impl FnMut(&Heard) -> bool) {
        if self.heard.subscribe().wait_for(so).await.is_err() {
            pending::<()>().await; // the sender is `self.heard`, so this is never reached
        }
    }

    /// Waits until something new was heard. Safe to cancel.
    pub(super) async fn news(&self) {
        let mut heard = self.heard.subscribe();
        if heard.changed().await.is_err() {
            pending::<()>().await; // as above
        }
    }

    /// Waits for a time that stands still while the printer waits for a person, at most for `repair` in all.
    pub(super) async fn working_time(&self, limit: Duration, repair: Duration) {
        let working = async {
            let mut left = limit;
            loop {
                self.until(|heard| !heard.sensors.blocked()).await;
                let since = Instant::now();
                if timeout(left, self.until(|heard| heard.sensors.blocked())).await.is_err() {
                    return;
                }
                left = left.saturating_sub(since.elapsed());
            }
        };
        // Whichever comes first; the caller asks for the state to tell them apart.
        let _ = timeout(repair, working).await;
    }

    /// Takes in everything that the printer says, until the port is gone and for ever after.
    pub(super) async fn listen(&self, mut reader: impl AsyncRead + Unpin) -> Infallible {
        let mut replies = Replies::default();
        let mut bytes = [0; 64];
        loop {
            match reader.read(&mut bytes).await {
                Ok(0) => self.lose(&io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    bytes[..count].iter().filter_map(|byte| replies.push(*byte)).for_each(|reply| self.hear(reply));
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => self.lose(&error),
            }
            return pending().await;
        }
    }

    fn hear(&self, reply: Reply) {
        self.tally.add(Count::Replies);
        self.tally.contact();
        self.update(|heard| match reply {
            Reply::RealTime(byte) if heard.asked == Some(Question::RealTime) => heard.answered(byte),
            Reply::Paper(byte) if heard.asked == Some(Question::Paper) => heard.answered(byte),
            Reply::RealTime(_) | Reply::Paper(_) => {}
            Reply::Automatic(bytes) => {
                heard.sensors.automatic(bytes);
                heard.pushes += 1;
                heard.answering = Some(true);
            }
            Reply::Proof(digits) => heard.proof = Some(digits),
        });
    }
}

impl Heard {
    fn answered(&mut self, byte: u8) {
        self.asked = None;
        self.answer = Some(byte);
    }
}
