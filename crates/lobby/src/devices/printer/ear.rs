//! What was heard from a printer on one connection, and what staff are told of it.

use super::model;
use super::profile::{Profile, StatusKind};
use super::status::{PrinterState, PrinterStatus, Replies, Reply, Sensors};
use crate::devices::health::{Count, Tally};
use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

/// What was heard since the port was opened.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts about one connection")]
pub(super) struct Heard {
    /// `DLE EOT n` is under way; replies to questions that nobody asked are let go.
    pub(super) asked: bool,
    /// Its answer.
    pub(super) answer: Option<u8>,
    /// Something came in place of an answer.
    pub(super) strange: bool,
    /// The answer to `GS r 1`, where one is waited for.
    pub(super) paper: Option<u8>,
    /// Words that the profile says it never says.
    unasked: u32,
    /// Why it is another model than its profile says.
    pub(super) complaint: Option<String>,
    /// Its words mean nothing.
    pub(super) untrusted: bool,
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

/// So many words that it should never say make it another model: a noise on the line is none.
const UNASKED: u32 = 3;

/// Hears for the writer and for staff.
pub(super) struct Ear {
    name: String,
    profile: Profile,
    heard: watch::Sender<Heard>,
    status: watch::Sender<PrinterStatus>,
    pub(super) tally: Tally,
    /// The port was open before.
    opened: AtomicBool,
    /// Tickets should be drawn, and there is no font to draw them with.
    no_font: AtomicBool,
}

impl Ear {
    pub(super) fn new(name: String, profile: Profile, status: watch::Sender<PrinterStatus>, tally: Tally) -> Ear {
        let (opened, no_font) = (AtomicBool::new(false), AtomicBool::new(false));
        Ear { name, profile, heard: watch::Sender::default(), status, tally, opened, no_font }
    }

    /// Whether tickets come out in English for want of a font.
    pub(super) fn miss_font(&self, missing: bool) {
        if self.no_font.swap(missing, Ordering::Relaxed) != missing {
            self.update(|_| {});
        }
    }

    /// A fresh connection: nothing is known of the printer. What staff see stays until something is.
    pub(super) fn reset(&self) {
        self.heard.send_replace(Heard::default());
        if self.opened.swap(true, Ordering::Relaxed) {
            self.tally.add(Count::Reopened);
        }
        self.update(|_| {});
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
        if let Some(status) = self.follows(&self.heard.borrow()) {
            self.tell(status);
        }
    }

    /// What follows from what is known; `None`: nothing new.
    fn follows(&self, heard: &Heard) -> Option<PrinterStatus> {
        let silent = self.profile.status == StatusKind::Silent;
        let state = match heard.answering {
            _ if heard.lost => return None,
            _ if silent => PrinterState::Silent,
            None => return None,
            Some(false) => PrinterState::Offline,
            Some(true) => heard.sensors.state(&self.profile),
        };
        // What somebody has to do at once goes before what somebody has to do some day.
        if matches!(state, PrinterState::Ok | PrinterState::Silent) {
            if let Some(complaint) = &heard.complaint {
                return Some(PrinterStatus { state: PrinterState::WrongProfile, cause: Some(complaint.clone()) });
            }
            if self.no_font.load(Ordering::Relaxed) {
                return Some(PrinterState::NoFont.into());
            }
        }
        if state == PrinterState::Offline && heard.sensors.offline && self.profile.status == StatusKind::Half {
            let cause =
                "the printer says that it is offline; this model does not say why: look at cover, paper and cutter";
            return Some(PrinterStatus { state, cause: Some(cause.to_owned()) });
        }
        Some(state.into())
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
                    for byte in &bytes[..count] {
                        match replies.push(*byte) {
                            Some(reply) => self.hear(reply),
                            None if replies.is_noise(*byte) => self.update(|heard| heard.strange |= heard.asked),
                            None => {}
                        }
                    }
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
        let status = self.profile.status;
        self.update(|heard| {
            match reply {
                Reply::RealTime(byte) if heard.asked => (heard.asked, heard.answer) = (false, Some(byte)),
                Reply::RealTime(_) => {}
                Reply::Paper(byte) => {
                    heard.strange |= heard.asked;
                    heard.paper = Some(byte);
                }
                Reply::Automatic(_) if status != StatusKind::Full => {}
                Reply::Automatic(bytes) => {
                    heard.sensors.automatic(bytes);
                    heard.pushes += 1;
                    heard.answering = Some(true);
                }
                Reply::Proof(digits) => heard.proof = Some(digits),
            }
            let never = match status {
                StatusKind::Full => false,
                StatusKind::Half => matches!(reply, Reply::Automatic(_)),
                StatusKind::Silent => !matches!(reply, Reply::Paper(_)),
            };
            heard.unasked += u32::from(never);
            if never && heard.unasked >= UNASKED {
                heard.complaint = Some(model::unasked(&self.profile));
            }
        });
    }
}
