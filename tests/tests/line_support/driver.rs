//! The lobby's driver of one line, started, listened to, killed and started again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use counter::Mark;
use counter::poller::{Output, Press};
use counter::registers::Picture;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use wires::line::{LineEvent, LineSetup, LineUnit, Speaks, run};
use wires::port::{PortSettings, SystemPorts};

/// Nothing here takes this long; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running driver, and what a journal would keep of it.
pub struct Driver {
    pub pictures: BTreeMap<u8, watch::Sender<Picture>>,
    pub marks: BTreeMap<u8, Mark>,
    events: mpsc::Receiver<LineEvent>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Driver {
    /// Starts a driver for these units that remembers these marks.
    pub fn start(wires: &Path, units: &[u8], marks: BTreeMap<u8, Mark>) -> Self {
        let mut pictures = BTreeMap::new();
        let mut known = Vec::new();
        for unit in units {
            let (sender, picture) = watch::channel(Picture::default());
            pictures.insert(*unit, sender);
            known.push(LineUnit { unit: *unit, remembered: marks.get(unit).copied(), picture });
        }
        let port = PortSettings { name: "desks".to_owned(), baud: 115_200, even_parity: false };
        let speaks = Speaks::DeskModbus { first_picture: 1 };
        let setup = LineSetup { id: "desks".to_owned(), port, speaks, units: known, displays: Vec::new(), calls: None };
        // One place only: the driver must get along with whoever takes events slowly.
        let (sender, events) = mpsc::channel(1);
        let stop = CancellationToken::new();
        let ports = Arc::new(SystemPorts::new(wires));
        let line = run(setup, ports, sender, stop.clone());
        let task = tokio::spawn(async move { line.await.unwrap() });
        Self { pictures, marks, events, stop, task }
    }

    /// The next event, booked as a journal would.
    pub async fn event(&mut self) -> LineEvent {
        let event = timeout(PATIENCE, self.events.recv()).await.expect("an event in time").unwrap();
        if let LineEvent::Unit(
            Output::Press(Press { unit, mark, .. })
            | Output::Missed { unit, mark, .. }
            | Output::Baseline { unit, mark, .. },
        ) = event
        {
            let before = self.marks.insert(unit, mark);
            assert!(before.is_none_or(|before| before < mark), "{before:?} then {event:?}");
        }
        event
    }

    /// Waits for an event like this and gives what came before it.
    pub async fn until(&mut self, wanted: impl Fn(&LineEvent) -> bool) -> Vec<LineEvent> {
        let mut before = Vec::new();
        loop {
            let event = self.event().await;
            if wanted(&event) {
                return before;
            }
            before.push(event);
        }
    }

    /// Waits until every unit has its baseline.
    pub async fn settled(&mut self) {
        while self.marks.len() < self.pictures.len() {
            self.event().await;
        }
    }

    /// The next `count` presses as `unit:code`, whatever else happens.
    pub async fn presses(&mut self, count: usize) -> Vec<String> {
        let mut presses = Vec::new();
        while presses.len() < count {
            if let LineEvent::Unit(Output::Press(press)) = self.event().await {
                let stale = if press.stale { " stale" } else { "" };
                presses.push(format!("{}:{}{stale}", press.unit, press.code));
            }
        }
        presses
    }

    /// Ends without warning, as kill -9 does: events that nobody took are lost. What was booked stays.
    pub async fn kill(mut self) -> BTreeMap<u8, Mark> {
        self.task.abort();
        let _ = (&mut self.task).await;
        std::mem::take(&mut self.marks)
    }

    /// Ends as at SIGTERM.
    pub async fn stop(mut self) {
        self.stop.cancel();
        timeout(PATIENCE, &mut self.task).await.expect("an end in time").unwrap();
    }
}
