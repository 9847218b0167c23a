//! The running simulator: every device a task, one owner that can stop them all.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::control;
use crate::desk::Desk;
use crate::hall::Hall;
use crate::printer::Printer;
use crate::wire::{LockError, PtyError, Wire, WiresLock};

/// Time that open requests at the control port get to end.
const FAREWELL: Duration = Duration::from_millis(500);

/// Why the simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The wires directory.
    #[error(transparent)]
    Wires(#[from] LockError),
    /// A port.
    #[error(transparent)]
    Port(#[from] PtyError),
    /// The control port's address.
    #[error(
        "the control port cannot listen on {address}: {source}; is another firmware-sim running? give --listen another address"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// A running simulator. Dropping it pulls every plug at once; [`Sim::stop`] does it in order.
#[derive(Debug)]
pub struct Sim {
    address: SocketAddr,
    hall: Arc<Hall>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    lock: WiresLock,
}

impl Sim {
    /// Starts every device of `config` with its port in the directory `wires` (made if missing), and the control port
    /// on `listen` (port 0 takes a free one). All ports exist when this returns. Ends when `stop` is cancelled.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left behind then.
    pub async fn start(
        config: &Config,
        wires: &Path,
        listen: SocketAddr,
        stop: CancellationToken,
    ) -> Result<Self, StartError> {
        let lock = WiresLock::take(wires)?;
        let unheard = |source| StartError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;
        let hall = Arc::new(Hall::new(config, wires));
        let mut plugged_lines = Vec::new();
        for line in hall.wires() {
            plugged_lines.push((Arc::clone(line), Wire::open(line.port(), line.config().baud)?));
        }
        let mut plugged_printers = Vec::new();
        for printer in hall.printers() {
            plugged_printers.push((Arc::clone(printer), Wire::open(printer.port(), printer.config().baud)?));
        }
        let mut tasks = JoinSet::new();
        for (line, wire) in plugged_lines {
            tasks.spawn(until_stopped(stop.clone(), async move { line.run(wire).await }));
        }
        for (printer, wire) in plugged_printers {
            tasks.spawn(until_stopped(stop.clone(), async move {
                printer.run(&*printer, wire).await;
            }));
        }
        tasks.spawn(control::serve(listener, Arc::clone(&hall), stop.clone()));
        Ok(Self { address, hall, stop, tasks, lock })
    }

    /// Address of the control port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The devices, for tests and the crowd.
    pub fn hall(&self) -> &Arc<Hall> {
        &self.hall
    }

    /// The desk unit with that address.
    pub fn desk(&self, unit: u8) -> Option<&Arc<Desk>> {
        self.hall.desk(unit)
    }

    /// The printer of that name.
    pub fn printer(&self, id: &str) -> Option<&Arc<Printer>> {
        self.hall.printer(id)
    }

    /// Stops everything and removes the symlinks.
    pub async fn stop(self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until the token given at the start is cancelled and everything has ended.
    pub async fn ended(mut self) {
        self.stop.cancelled().await;
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::debug!("a request at the control port was cut off");
        }
        self.tasks.shutdown().await;
        drop(self.lock);
    }
}

async fn until_stopped(stop: CancellationToken, device: impl Future<Output = ()>) {
    stop.run_until_cancelled(device).await;
}
