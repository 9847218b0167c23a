//! One listener: connections through the door, TLS where there is any, and times within which each step has to happen.

use super::door::Door;
use crate::config::LimitsConfig;
use axum::Router;
use axum_server::{
    Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use std::{io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Longest head of a call, as hyper reads it.
const HEAD_BYTES: usize = 32 * 1024;
/// Most headers of a call.
const HEADERS: usize = 100;
/// How long calls under way have to end when the lobby stops; all of it ends within 2 s.
const LAST_CALLS: Duration = Duration::from_millis(1_200);

/// How a listener treats whoever comes.
#[derive(Clone)]
pub struct Listening {
    /// Shared by all listeners.
    pub door: Door,
    /// For the head of each call.
    pub head: Duration,
    /// TLS, with the certificate that is in force.
    pub tls: Option<RustlsConfig>,
}

impl Listening {
    /// As configured, plainly.
    pub fn plain(door: Door, limits: &LimitsConfig) -> Listening {
        Listening { door, head: Duration::from_secs(limits.head_s.into()), tls: None }
    }
}

/// Serves HTTP until `stop`; calls under way get to their end, and not for long.
///
/// # Errors
/// The system's, when nobody can be let in any more.
pub async fn serve(
    socket: TcpListener,
    router: Router,
    how: Listening,
    stop: CancellationToken,
) -> Result<(), io::Error> {
    let handle = Handle::<SocketAddr>::new();
    let mut server = Server::from_listener(socket).handle(handle.clone()).http1_only();
    server.http_builder().http1().header_read_timeout(how.head).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = async {
        match how.tls {
            Some(tls) => server.acceptor(RustlsAcceptor::new(tls).acceptor(how.door)).serve(service).await,
            None => server.acceptor(how.door).serve(service).await,
        }
    };
    let ending = async {
        stop.cancelled().await;
        handle.graceful_shutdown(Some(LAST_CALLS));
        std::future::pending::<()>().await;
    };
    tokio::select! {
        served = serving => served,
        () = ending => Ok(()),
    }
}
