//! Serial ports where there are no device files (Windows): a name such as `COM3`, held by one process by itself.

use std::io;
use std::path::{Path, PathBuf};

use tokio_serial::{Parity, SerialPortBuilderExt};

use crate::port::{Port, PortSettings};

/// Where the port of that name is: names are no paths here.
pub(crate) fn path(_wires: &Path, name: &str) -> PathBuf {
    PathBuf::from(name)
}

/// Opens a serial port: raw bytes, eight bits, one stop bit, no flow control.
///
/// # Errors
/// What the system says.
pub(crate) fn open(path: &Path, settings: &PortSettings) -> io::Result<Port> {
    let parity = if settings.even_parity { Parity::Even } else { Parity::None };
    let builder = tokio_serial::new(path.to_string_lossy(), settings.baud).parity(parity);
    let stream = builder.open_native_async().map_err(|error| match error.kind() {
        tokio_serial::ErrorKind::NoDevice => io::ErrorKind::NotFound.into(),
        _ => io::Error::from(error),
    })?;
    let (reader, writer) = tokio::io::split(stream);
    Ok(Port { reader: Box::new(reader), writer: Box::new(writer) })
}
