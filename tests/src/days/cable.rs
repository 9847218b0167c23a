//! A wire between the lobby and a device: two ends, and a plug that can be pulled. Bytes arrive at once; how long a device
//! takes is the device's affair.

use firmware_sim::printer::{Cable as PrinterCable, Socket};
use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wires::{
    alarm::Alarm,
    port::{Opening, Port, PortError, PortOpener, PortSettings},
};

/// Bytes that wait for the device before the lobby has to.
const ROOM: usize = 4_096;
/// Most bytes that a printer takes at once.
const PIECE: usize = 128;

/// One wire. Clones are the same wire.
#[derive(Clone, Default)]
pub(super) struct Wire(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    plugged: bool,
    /// Counts the openings of the port; 0 when it was never open.
    opened: u64,
    /// The port is open.
    open: bool,
    to_device: VecDeque<Vec<u8>>,
    to_lobby: VecDeque<u8>,
    /// Sent to the device as soon as the port is opened.
    ghost: Vec<u8>,
    device: Option<Waker>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl State {
    fn wake(&mut self) {
        for waker in [self.device.take(), self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    fn holds(&self, opened: u64) -> bool {
        self.plugged && self.open && self.opened == opened
    }
}

impl Wire {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the plug in, or pulls it: what is under way is lost.
    pub(super) fn set_plugged(&self, plugged: bool) {
        let mut state = self.lock();
        state.plugged = plugged;
        if !plugged {
            state.to_device.clear();
            state.to_lobby.clear();
        }
        state.wake();
    }

    /// The next piece that the lobby wrote, as it wrote it. Safe to cancel.
    pub(super) async fn heard(&self) -> Vec<u8> {
        std::future::poll_fn(|context| {
            let mut state = self.lock();
            let Some(bytes) = state.to_device.pop_front() else {
                state.device = Some(context.waker().clone());
                return Poll::Pending;
            };
            if let Some(writer) = state.writer.take() {
                writer.wake();
            }
            Poll::Ready(bytes)
        })
        .await
    }

    /// Says something to the lobby; lost when nobody listens.
    pub(super) fn say(&self, bytes: &[u8]) {
        let mut state = self.lock();
        if state.plugged && state.open {
            state.to_lobby.extend(bytes);
            if let Some(reader) = state.reader.take() {
                reader.wake();
            }
        }
    }

    /// These bytes come over the wire by themselves when the port is opened next: a planted defect.
    pub(super) fn haunt(&self, bytes: Vec<u8>) {
        self.lock().ghost = bytes;
    }

    fn open(&self, name: &str) -> Result<Port, PortError> {
        let mut state = self.lock();
        if !state.plugged {
            return Err(PortError::Missing(PathBuf::from(name)));
        }
        if state.open {
            return Err(PortError::Busy(PathBuf::from(name)));
        }
        (state.open, state.opened) = (true, state.opened + 1);
        state.to_lobby.clear();
        let ghost = std::mem::take(&mut state.ghost);
        if !ghost.is_empty() {
            state.to_device.extend(ghost.chunks(PIECE).map(<[u8]>::to_vec));
        }
        let opened = state.opened;
        state.wake();
        let end = || End { wire: self.clone(), opened };
        Ok(Port { reader: Box::new(end()), writer: Box::new(end()) })
    }
}

/// The lobby's end, reading or writing.
struct End {
    wire: Wire,
    opened: u64,
}

impl Drop for End {
    fn drop(&mut self) {
        let mut state = self.wire.lock();
        if state.opened == self.opened {
            state.open = false;
            state.to_lobby.clear();
        }
    }
}

impl AsyncRead for End {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.wire.lock();
        if !state.holds(self.opened) {
            return Poll::Ready(Ok(())); // no more bytes: the port is gone
        }
        if state.to_lobby.is_empty() {
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = buffer.remaining().min(state.to_lobby.len());
        let bytes: Vec<u8> = state.to_lobby.drain(..count).collect();
        buffer.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for End {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.wire.lock();
        if !state.holds(self.opened) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let waiting: usize = state.to_device.iter().map(Vec::len).sum();
        let count = bytes.len().min(ROOM.saturating_sub(waiting));
        if count == 0 {
            state.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        state.to_device.push_back(bytes[..count].to_vec());
        if let Some(device) = state.device.take() {
            device.wake();
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The ports of a simulated hall, by name.
#[derive(Clone)]
pub(super) struct Ports(pub(super) Vec<(&'static str, Wire)>);

impl PortOpener for Ports {
    fn open<'a>(&'a self, settings: &'a PortSettings) -> Opening<'a> {
        let found = self.0.iter().find(|(name, _)| *name == settings.name);
        let opened = match found {
            Some((name, wire)) => wire.open(name),
            None => Err(PortError::Name(settings.name.clone())),
        };
        Box::pin(std::future::ready(opened))
    }

    fn alarm(&self) -> io::Result<Alarm> {
        Ok(Alarm::of_runtime())
    }
}

/// The printer's end. It takes pieces as small as those of a serial port.
pub(super) struct PrinterEnd {
    wire: Wire,
    rest: Vec<u8>,
}

impl Drop for PrinterEnd {
    fn drop(&mut self) {
        self.wire.set_plugged(false);
    }
}

impl PrinterCable for PrinterEnd {
    async fn receive(&mut self) -> io::Result<Vec<u8>> {
        if self.rest.is_empty() {
            self.rest = self.wire.heard().await;
        }
        let later = self.rest.split_off(self.rest.len().min(PIECE));
        Ok(std::mem::replace(&mut self.rest, later))
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.say(bytes);
        Ok(())
    }
}

impl Socket for Wire {
    type Cable = PrinterEnd;

    fn plug(&self) -> io::Result<PrinterEnd> {
        self.set_plugged(true);
        Ok(PrinterEnd { wire: self.clone(), rest: Vec::new() })
    }
}
