//! Device files of a Unix machine.
//!
//! Terminals are opened by `tokio-serial` and given up as exclusive (TIOCEXCL) at once: it would outlive a killed
//! process while somebody else holds the pseudo-terminal open, and then nobody but root could reopen it. The lock
//! (`flock`) that stays dies with its process and keeps a second one out as well.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::termios::isatty;
use tokio::net::unix::pipe;
use tokio_serial::{Parity, SerialPortBuilderExt};

use crate::port::{Port, PortSettings};

/// Where the port of that name is.
pub(crate) fn path(wires: &Path, name: &str) -> PathBuf {
    wires.join(name)
}

/// Opens a device for reading and writing.
///
/// # Errors
/// What the system says; `InvalidInput` for what is no device.
pub(crate) fn open(path: &Path, settings: &PortSettings) -> io::Result<Port> {
    // NONBLOCK also so that opening does not wait for a carrier.
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let device = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    if !device.metadata()?.file_type().is_char_device() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    if isatty(&device) {
        return open_terminal(path, settings);
    }
    flock(&device, FlockOperation::NonBlockingLockExclusive)?;
    // Tokio's pipe halves are what it has for any descriptor that can be waited for. They share one lock.
    let reader = pipe::Receiver::from_file_unchecked(device.try_clone()?)?;
    let writer = pipe::Sender::from_file_unchecked(device)?;
    Ok(Port { reader: Box::new(reader), writer: Box::new(writer) })
}

/// Raw bytes, eight bits, one stop bit, no flow control.
fn open_terminal(path: &Path, settings: &PortSettings) -> io::Result<Port> {
    let parity = if settings.even_parity { Parity::Even } else { Parity::None };
    let builder = tokio_serial::new(path.to_string_lossy(), settings.baud).parity(parity);
    let mut stream = builder.open_native_async().map_err(|error| match error.kind() {
        // What the library says when somebody else holds its lock.
        tokio_serial::ErrorKind::NoDevice => io::ErrorKind::ResourceBusy.into(),
        _ => io::Error::from(error),
    })?;
    stream.set_exclusive(false).map_err(io::Error::from)?;
    let (reader, writer) = tokio::io::split(stream);
    Ok(Port { reader: Box::new(reader), writer: Box::new(writer) })
}
