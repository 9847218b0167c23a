//! One question to one address, as a tool that owns the port asks it.

use crate::devices::port::Port;
use counter::{
    scan::{Heard, Probe},
    timing::{LineTiming, TURNAROUND},
};
use futures_util::FutureExt as _;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, timeout, timeout_at},
};

/// A port that takes no byte for this long is stuck.
const STUCK: Duration = Duration::from_secs(1);
/// Silence after the first bytes that ends an answer: the latency of a USB adapter, and more than any gap of a frame.
const PAUSE: Duration = Duration::from_millis(20);
/// More bytes than any answer has: a line that babbles is cut here.
const MOST: usize = 512;

/// Asks one address once and waits so long beyond the time of the wire, for the first byte and for the rest. Whatever
/// stood in the buffer before is no answer and is thrown away.
///
/// # Errors
/// When the port is gone.
pub(super) async fn ask(
    port: &mut Port,
    timing: LineTiming,
    probe: &Probe,
    unit: u8,
    grace: Duration,
) -> io::Result<Heard> {
    drain(port)?;
    let request = probe.request(unit);
    let sent = timeout(STUCK, port.writer.write_all(&request)).await;
    sent.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
    // An adapter may hand over an answer only when it is whole.
    let whole = timing.writing(request.len()) + TURNAROUND + timing.writing(probe.reply_len());
    let mut until = Instant::now() + whole + grace;
    let mut arrived = Vec::new();
    while arrived.len() < MOST {
        let mut buffer = [0; 256];
        let Ok(read) = timeout_at(until, port.reader.read(&mut buffer)).await else { break };
        let read = read?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        arrived.extend_from_slice(&buffer[..read]);
        let left = probe.reply_len().saturating_sub(arrived.len());
        until = Instant::now() + timing.characters(left) + timing.gap() + PAUSE.max(grace);
    }
    Ok(probe.judge(unit, &arrived))
}

fn drain(port: &mut Port) -> io::Result<()> {
    let mut thrown = 0;
    while thrown < MOST {
        let mut buffer = [0; 256];
        match port.reader.read(&mut buffer).now_or_never() {
            None => break,
            Some(read) => match read? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => thrown += read,
            },
        }
    }
    Ok(())
}
