//! The listeners of a running lobby: its own address, that for phones, and under TLS one for programs of this machine and
//! one that leads to the pages.

use super::{RunError, Tasks, parts};
use crate::{
    config::Config,
    devices::registry::Registry,
    http::{self, AppState},
    net::{self, Kept, Listening},
};
use axum::Router;
use axum_server::tls_rustls::RustlsConfig;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};
use tokio::net::TcpListener;
use tracing::info;

/// Addresses that are taken, and not served yet.
pub(super) struct Network {
    main: (TcpListener, SocketAddr),
    /// Under TLS: plain HTTP on loopback, where nothing can be tapped, so that commands need no certificate.
    programs: Option<(TcpListener, SocketAddr)>,
    public: Option<TcpListener>,
    redirect: Option<TcpListener>,
    certificate: Option<Kept>,
    config: Arc<Config>,
}

impl Network {
    /// Takes all addresses and reads the certificate. Relative paths start at `base`.
    pub(super) async fn open(config: &Arc<Config>, base: &Path, address: SocketAddr) -> Result<Network, RunError> {
        let certificate = match &config.tls {
            Some(tls) => Some(Kept::load(base.join(&tls.cert), base.join(&tls.key))?),
            None => None,
        };
        let main = named(parts::bind(address).await?)?;
        let programs = match &certificate {
            Some(_) => Some(named(parts::bind((Ipv4Addr::LOCALHOST, 0).into()).await?)?),
            None => None,
        };
        Ok(Network {
            main,
            programs,
            public: at(config.branch.public_listen).await?,
            redirect: at(config.tls.as_ref().and_then(|tls| tls.redirect)).await?,
            certificate,
            config: config.clone(),
        })
    }

    /// Where pages are opened.
    pub(super) fn address(&self) -> SocketAddr {
        self.main.1
    }

    /// Where commands of this machine call, by plain HTTP.
    pub(super) fn for_programs(&self) -> SocketAddr {
        self.programs.as_ref().map_or(self.main.1, |(_, address)| *address)
    }

    /// Serves all of them until the lobby stops.
    pub(super) fn serve(self, state: &Arc<AppState>, registry: &Registry, tasks: &mut Tasks) {
        let Network { main: (main, address), programs, public, redirect, certificate, config } = self;
        let how = Listening::plain(state.door.clone(), &config.limits);
        let stop = &state.stop;
        let mut start = |socket: TcpListener, router: Router, tls: Option<RustlsConfig>| {
            let serving = net::serve(socket, router, Listening { tls, ..how.clone() }, stop.clone());
            tasks.add(async { Ok(serving.await?) });
        };
        let tls = certificate.as_ref().map(|kept| kept.served.clone());
        start(main, http::router(state.clone()), tls.clone());
        if let Some((socket, _)) = programs {
            start(socket, http::router(state.clone()), None);
        }
        if let Some(socket) = public {
            let tls = tls.filter(|_| config.tls.as_ref().is_some_and(|tls| tls.public));
            start(socket, http::public_router(state.clone()), tls);
        }
        if let Some(socket) = redirect {
            let name = config.tls.as_ref().and_then(|tls| tls.name.clone());
            if let Ok(address) = socket.local_addr() {
                info!(%address, "plain HTTP leads to the pages");
            }
            start(socket, net::redirect(name, address.port()), None);
        }
        if let Some(kept) = certificate {
            let kept = net::keep(kept, registry.clone(), state.clock.clone(), stop.clone());
            tasks.add(async { Ok(kept.await?) });
        }
    }
}

fn named(socket: TcpListener) -> Result<(TcpListener, SocketAddr), RunError> {
    let address = socket.local_addr()?;
    Ok((socket, address))
}

async fn at(address: Option<SocketAddr>) -> Result<Option<TcpListener>, RunError> {
    match address {
        Some(address) => parts::bind(address).await.map(Some),
        None => Ok(None),
    }
}
