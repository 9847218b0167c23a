//! The one opener of ports: every wire of the lobby comes from here, so that a whole hall can run on other wires.
//!
//! A port is a path (a serial line, a pseudo-terminal, a USB printer; relative to the wires directory; `COM3` under
//! Windows) or `tcp://host:port` (a serial server in raw mode, a network printer), or `udp://host:port` (a display of
//! the network).

use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{alarm::Alarm, device, udp};

/// How long a connection over the network may take.
const CONNECT: Duration = Duration::from_secs(3);

/// Which port, and how it speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortSettings {
    /// A path, relative to the wires directory, or `tcp://host:port`.
    pub name: String,
    /// Bits per second; only terminals have a speed.
    pub baud: u32,
    /// 8E1 in place of 8N1.
    pub even_parity: bool,
}

/// An open port. `Ok(0)` and every error of either half mean that it is gone: drop both and open it again.
///
/// Never flush or shut down the writer: on a serial port that waits, on the runtime, until the last byte has left.
pub struct Port {
    /// What the device says.
    pub reader: Box<dyn AsyncRead + Send + Sync + Unpin>,
    /// What we say. That bytes were taken proves nothing about their arrival.
    pub writer: Box<dyn AsyncWrite + Send + Sync + Unpin>,
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port").finish_non_exhaustive()
    }
}

/// Why a port cannot be opened, in words for who stands before the rack.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// No such file.
    #[error("port {} is not there: is the cable plugged in, and is the device switched on?", .0.display())]
    Missing(PathBuf),
    /// Not allowed.
    #[error("port {} may not be used: add the user of the lobby to the group that owns it (dialout, lp)", .0.display())]
    Denied(PathBuf),
    /// Another process holds it.
    #[error("port {} is in use by another program: stop that program", .0.display())]
    Busy(PathBuf),
    /// A file, a folder: nothing that speaks.
    #[error("{} is no device: write the path of one, such as /dev/serial/by-id/… or /dev/usb/lp0", .0.display())]
    NotADevice(PathBuf),
    /// The name cannot be a port.
    #[error("`{0}` is no port: write a path, tcp://host:port or udp://host:port")]
    Name(String),
    /// No connection over the network.
    #[error("no connection to {address}: {cause}")]
    Unreachable {
        /// `host:port`.
        address: String,
        /// What the network said.
        cause: io::Error,
    },
    /// Anything else that the system refused.
    #[error("port {} cannot be opened: {cause}", .path.display())]
    Failed {
        /// Which port.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// What [`PortOpener::open`] gives.
pub type Opening<'a> = Pin<Box<dyn Future<Output = Result<Port, PortError>> + Send + 'a>>;

/// Turns a port's name into an open port.
pub trait PortOpener: Send + Sync {
    /// Opens a port, once; whoever calls tries again.
    ///
    /// The future fails with [`PortError`] when the port is not there, not allowed, in use or not reachable.
    fn open<'a>(&'a self, settings: &'a PortSettings) -> Opening<'a>;

    /// The alarm clock of whoever speaks on such a port.
    ///
    /// # Errors
    /// When the process may open no more files.
    fn alarm(&self) -> io::Result<Alarm> {
        Alarm::new()
    }
}

/// The ports of this machine.
#[derive(Clone, Debug)]
pub struct SystemPorts {
    wires: PathBuf,
}

impl SystemPorts {
    /// Relative paths are relative to `wires`.
    pub fn new(wires: impl Into<PathBuf>) -> Self {
        Self { wires: wires.into() }
    }
}

impl PortOpener for SystemPorts {
    fn open<'a>(&'a self, settings: &'a PortSettings) -> Opening<'a> {
        Box::pin(async move {
            match settings.name.split_once("://") {
                Some(("tcp", address)) => connect(address).await,
                Some(("udp", address)) => udp::open(address)
                    .await
                    .map_err(|cause| PortError::Unreachable { address: address.to_owned(), cause }),
                Some(_) => Err(PortError::Name(settings.name.clone())),
                None if settings.name.is_empty() => Err(PortError::Name(String::new())),
                None => open_device(&device::path(&self.wires, &settings.name), settings),
            }
        })
    }
}

async fn connect(address: &str) -> Result<Port, PortError> {
    let unreachable = |cause| PortError::Unreachable { address: address.to_owned(), cause };
    let stream = timeout(CONNECT, TcpStream::connect(address))
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        .map_err(unreachable)?;
    stream.set_nodelay(true).map_err(unreachable)?;
    let (reader, writer) = stream.into_split();
    Ok(Port { reader: Box::new(reader), writer: Box::new(writer) })
}

fn open_device(path: &Path, settings: &PortSettings) -> Result<Port, PortError> {
    device::open(path, settings).map_err(|cause| {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::NotFound => PortError::Missing(path),
            io::ErrorKind::PermissionDenied => PortError::Denied(path),
            io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory => PortError::NotADevice(path),
            io::ErrorKind::WouldBlock | io::ErrorKind::ResourceBusy => PortError::Busy(path),
            _ => PortError::Failed { path, cause },
        }
    })
}

/// Pauses between attempts: doubling from a first to a longest.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// The first pause is `first`, none is longer than `longest`.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    /// The pause before the next attempt.
    pub fn step(&mut self) -> Duration {
        let pause = self.next.min(self.longest);
        self.next = (2 * pause).min(self.longest);
        pause
    }

    /// After a success: the next pause is the first again.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

impl Default for Backoff {
    /// What every wire uses: 100 ms to 2 s.
    fn default() -> Self {
        Self::new(Duration::from_millis(100), Duration::from_secs(2))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn named(name: &str) -> PortSettings {
        PortSettings { name: name.to_owned(), baud: 9_600, even_parity: false }
    }

    #[test]
    fn pauses_double_and_start_over() {
        let mut pauses = Backoff::default();
        let mut ms = || pauses.step().as_millis();
        assert_eq!([ms(), ms(), ms(), ms(), ms(), ms(), ms()], [100, 200, 400, 800, 1_600, 2_000, 2_000]);
        pauses.reset();
        assert_eq!(pauses.step().as_millis(), 100);
    }

    #[tokio::test]
    async fn a_port_that_cannot_be_opened_says_what_to_do() {
        let wires = tempfile::tempdir().unwrap();
        let ports = SystemPorts::new(wires.path());
        let error = ports.open(&named("desks")).await.unwrap_err();
        assert!(matches!(&error, PortError::Missing(path) if path == &wires.path().join("desks")), "{error}");
        assert!(error.to_string().contains("is the cable plugged in"));
        assert!(matches!(ports.open(&named("http://a:1")).await, Err(PortError::Name(_))));
        assert!(matches!(ports.open(&named("")).await, Err(PortError::Name(_))));
        std::fs::write(wires.path().join("file"), "no device").unwrap();
        assert!(matches!(ports.open(&named("file")).await, Err(PortError::NotADevice(_))));
        assert!(matches!(ports.open(&named(".")).await, Err(PortError::NotADevice(_))));
    }

    #[tokio::test]
    async fn a_port_over_udp_sends_each_writing_as_one_datagram() {
        let display = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let ports = SystemPorts::new("/nowhere");
        let mut port = ports.open(&named(&format!("udp://{}", display.local_addr().unwrap()))).await.unwrap();
        let mut heard = [0; 16];
        for frame in [&b"$001,012#"[..], b"$001,013#"] {
            port.writer.write_all(frame).await.unwrap();
            let (count, lobby) = display.recv_from(&mut heard).await.unwrap();
            assert_eq!(&heard[..count], frame);
            display.send_to(b"", lobby).await.unwrap(); // says nothing, and is no end
            display.send_to(b"ok", lobby).await.unwrap();
            assert_eq!(port.reader.read(&mut heard).await.unwrap(), 2);
        }
        assert!(matches!(ports.open(&named("udp://nobody")).await, Err(PortError::Unreachable { .. })));
    }

    #[tokio::test]
    async fn a_port_over_the_network_carries_bytes() {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let ports = SystemPorts::new("/nowhere");
        let mut port = ports.open(&named(&format!("tcp://{address}"))).await.unwrap();
        let (mut device, _) = server.accept().await.unwrap();
        port.writer.write_all(b"ask").await.unwrap();
        let mut heard = [0; 3];
        device.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"ask");
        drop((device, server));
        assert_eq!(port.reader.read(&mut heard).await.unwrap(), 0);
        assert!(matches!(ports.open(&named(&format!("tcp://{address}"))).await, Err(PortError::Unreachable { .. })));
    }
}
