//! The addresses that the branch listens on.

use super::{Finding, Place};
use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
};

pub(super) fn all(place: &Place<'_>) -> Vec<Finding> {
    let branch = &place.config.branch;
    let leads = place.config.tls.as_ref().and_then(|tls| tls.redirect);
    let listeners =
        [("address", Some(branch.listen)), ("public address", branch.public_listen), ("plain address", leads)];
    listeners.into_iter().filter_map(|(part, address)| Some(listener(part, address?, place))).collect()
}

fn listener(part: &str, address: SocketAddr, place: &Place<'_>) -> Finding {
    let Err(cause) = TcpListener::bind(address) else { return Finding::ok(part, format!("{address} is free")) };
    match (cause.kind(), place.runs) {
        (ErrorKind::AddrInUse, Some(process)) => {
            Finding::ok(part, format!("{address} is held, and the lobby runs (process {process})"))
        }
        (ErrorKind::AddrInUse, None) => {
            let remedy = format!("ss -ltnp 'sport = :{}', and stop that program", address.port());
            Finding::wrong(part, format!("{address} is held by another program"), remedy)
        }
        (ErrorKind::AddrNotAvailable, _) => {
            let found = format!("no network card of this machine has {}", address.ip());
            Finding::wrong(
                part,
                found,
                format!("ip -brief address, and write one of those into {}", place.file.display()),
            )
        }
        (ErrorKind::PermissionDenied, _) => {
            let found = format!("{address} is kept for root: ports below 1024 are");
            Finding::wrong(part, found, format!("editor {}: listen on a port from 1024", place.file.display()))
        }
        _ => Finding::wrong(part, format!("{address} cannot be listened on: {cause}"), "ip -brief address"),
    }
}
