//! The tray below the cutter: the tickets that came out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

use crate::clock;
use crate::escpos::Paper;

/// Tickets kept; the oldest goes first. A lobby prints some thousand a day.
const KEPT: usize = 4096;
/// Raw bytes kept of one ticket; a raster ticket has some 40 KiB.
const MOST_BYTES: usize = 1 << 20;

/// One ticket, as it fell into the tray.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Number in the order of coming out, from 1.
    pub n: u64,
    /// When it was cut.
    pub at: Timestamp,
    /// What stands on it.
    pub paper: Paper,
    /// The bytes that made it, from the cut before it.
    pub bytes: Vec<u8>,
    /// A presenter held it out.
    pub presented: bool,
    /// The presenter took it back.
    pub retracted: bool,
}

/// What the control port says of a ticket.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each says something of its own
pub struct TicketView {
    /// Number in the order of coming out, from 1.
    pub n: u64,
    /// When it was cut, RFC 3339 UTC.
    pub at: String,
    /// A line marks it as a reprint (补打 or COPY).
    pub copy: bool,
    /// Its lines of text, blank ones left out.
    pub lines: Vec<String>,
    /// Payloads of its QR codes.
    pub qr: Vec<String>,
    /// Commands on it that the printer did not understand.
    pub unknown_commands: u32,
    /// It is drawn: what stands on it is in the picture, `lines` is empty and `copy` says nothing.
    pub raster: bool,
    /// A presenter held it out.
    pub presented: bool,
    /// The presenter took it back.
    pub retracted: bool,
}

impl Ticket {
    /// What the control port says of it.
    pub fn view(&self) -> TicketView {
        TicketView {
            n: self.n,
            at: clock::rfc3339(self.at),
            copy: self.paper.is_copy(),
            lines: self.paper.text_lines(),
            qr: self.paper.qr_codes().into_iter().map(str::to_owned).collect(),
            unknown_commands: self.paper.unknown,
            raster: self.paper.is_drawn(),
            presented: self.presented,
            retracted: self.retracted,
        }
    }
}

/// The tray. Bounded: the last 4096 tickets.
#[derive(Debug, Default)]
pub struct Tray {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    tickets: VecDeque<Arc<Ticket>>,
    cut: u64,
}

impl Tray {
    /// A ticket falls in; answers its number.
    pub fn drop_in(&self, at: Timestamp, paper: Paper, mut bytes: Vec<u8>) -> u64 {
        bytes.truncate(MOST_BYTES);
        let mut inner = self.lock();
        inner.cut += 1;
        let n = inner.cut;
        if inner.tickets.len() == KEPT {
            inner.tickets.pop_front();
        }
        inner.tickets.push_back(Arc::new(Ticket { n, at, paper, bytes, presented: false, retracted: false }));
        n
    }

    /// Bytes after the cut that belong to the ticket before it, such as the request for its proof.
    pub fn add_bytes(&self, bytes: &[u8]) {
        let mut inner = self.lock();
        if let Some(last) = inner.tickets.back_mut() {
            let last = Arc::make_mut(last);
            if last.bytes.len() + bytes.len() <= MOST_BYTES {
                last.bytes.extend_from_slice(bytes);
            }
        }
    }

    /// The presenter holds the newest ticket out.
    pub fn present(&self) {
        self.change_newest(|ticket| ticket.presented = true);
    }

    /// The presenter takes the newest ticket back. Nobody takes tickets in here, so it always can.
    pub fn retract(&self) {
        self.change_newest(|ticket| ticket.retracted = true);
    }

    fn change_newest(&self, change: impl FnOnce(&mut Ticket)) {
        if let Some(last) = self.lock().tickets.back_mut() {
            change(Arc::make_mut(last));
        }
    }

    /// All that are kept, in the order of coming out.
    pub fn all(&self) -> Vec<Arc<Ticket>> {
        self.lock().tickets.iter().cloned().collect()
    }

    /// The newest `count`, newest first.
    pub fn newest(&self, count: usize) -> Vec<Arc<Ticket>> {
        self.lock().tickets.iter().rev().take(count).cloned().collect()
    }

    /// Ticket `n`, if it came out and is still kept.
    pub fn get(&self, n: u64) -> Option<Arc<Ticket>> {
        self.lock().tickets.iter().find(|ticket| ticket.n == n).cloned()
    }

    /// How many came out since the start.
    pub fn count(&self) -> u64 {
        self.lock().cut
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
