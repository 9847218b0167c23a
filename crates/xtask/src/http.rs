//! As much HTTP as waiting for a program on this machine needs.

use crate::{Done, process::Beside};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    time::{Duration, Instant},
};

/// Status and body of a GET; `None` while nobody answers.
pub(crate) fn get(address: SocketAddr, path: &str, token: Option<&str>) -> Option<(u16, String)> {
    let patience = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
    stream.set_read_timeout(Some(patience)).ok()?;
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n{bearer}Connection: close\r\n\r\n").ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// Waits until `path` answers 200.
///
/// # Errors
/// A sentence with the program's last words, when it ends first or takes longer than `patience`.
pub(crate) fn wait_for(program: &mut Beside, address: SocketAddr, path: &str, patience: Duration) -> Done {
    let deadline = Instant::now() + patience;
    loop {
        if get(address, path, None).is_some_and(|(status, _)| status == 200) {
            return Ok(());
        }
        let name = program.name;
        if let Some(status) = program.ended() {
            return Err(format!("{name} ended at once ({status}):\n{}", program.last_words()));
        }
        if Instant::now() > deadline {
            let seconds = patience.as_secs();
            return Err(format!("{name} is not ready after {seconds} s:\n{}", program.last_words()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// An address on this machine that nobody listens on.
///
/// # Errors
/// A sentence, when the machine has none.
pub(crate) fn free_address() -> Done<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("no free port on 127.0.0.1: {error}"))
}

/// Whether somebody already listens there.
pub(crate) fn taken(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err()
}
