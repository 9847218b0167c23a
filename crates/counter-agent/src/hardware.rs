//! The port of the unit, and that of the display beside it.

use crate::config::{Display, Settings};
use counter::{Mark, Picture, profile::Speech};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use wires::{
    line::{self, LineDisplay, LineError, LineEvent, LineSetup, LineUnit, Speaks},
    port::SystemPorts,
};

/// Reports that may wait for the courier, which takes them at once.
const REPORTS: usize = 16;

/// What is plugged in, and what it shows.
#[derive(Clone)]
pub(crate) struct Hardware {
    settings: Arc<Settings>,
    /// Of the unit, and of the display.
    pictures: (watch::Receiver<Picture>, watch::Receiver<Picture>),
}

impl Hardware {
    pub(crate) fn new(
        settings: Arc<Settings>,
        pictures: (watch::Receiver<Picture>, watch::Receiver<Picture>),
    ) -> Hardware {
        Hardware { settings, pictures }
    }

    /// Serves the ports until `stop`; presses after `known` are new, and of a unit of which nothing is known none is.
    ///
    /// # Errors
    /// [`LineError`] when the setup can never work; a missing port is waited for.
    pub(crate) async fn run(
        self,
        known: Option<Mark>,
        events: mpsc::Sender<LineEvent>,
        stop: CancellationToken,
    ) -> Result<(), LineError> {
        let opener = Arc::new(SystemPorts::new(&self.settings.base));
        let unit = line::run(self.unit(known), opener.clone(), events, stop.clone());
        let Some(display) = self.display() else { return unit.await };
        let (events, told) = mpsc::channel(REPORTS);
        let ((), done) = tokio::join!(tell_log(told), async {
            tokio::try_join!(unit, line::run(display, opener, events, stop)).map(|_| ())
        });
        done
    }

    fn unit(&self, known: Option<Mark>) -> LineSetup {
        let settings = &self.settings;
        let run = run_mark();
        let speaks = match &settings.profile.speech {
            Speech::CallboxFf68(keys) => Speaks::CallboxFf68 { keys: keys.clone(), run },
            // The configuration has made sure that it is one with keys.
            Speech::DeskModbus | Speech::Display(_) => Speaks::DeskModbus { first_picture: run.boot },
        };
        let unit = LineUnit { unit: settings.unit, remembered: known, picture: self.pictures.0.clone() };
        let beside = settings.display.iter().filter(|display| display.port.is_none());
        LineSetup {
            id: "unit".to_owned(),
            port: settings.port.clone(),
            speaks,
            units: vec![unit],
            displays: beside.map(|display| self.shown(display)).collect(),
            calls: None,
        }
    }

    /// The wire of a display with a port of its own.
    fn display(&self) -> Option<LineSetup> {
        let display = self.settings.display.as_ref()?;
        Some(LineSetup {
            id: "display".to_owned(),
            port: display.port.clone()?,
            speaks: Speaks::DeskModbus { first_picture: 0 }, // of no unit
            units: Vec::new(),
            displays: vec![self.shown(display)],
            calls: None,
        })
    }

    fn shown(&self, display: &Display) -> LineDisplay {
        LineDisplay {
            unit: display.unit,
            // What a template may name as `{counter}`; an agent knows its desk only.
            counter: self.settings.desk.clone(),
            profile: display.profile.clone(),
            picture: self.pictures.1.clone(),
        }
    }
}

/// A mark of this start and no other: where presses of units without a counter begin.
fn run_mark() -> Mark {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let [low, high, ..] = since.subsec_micros().to_le_bytes();
    Mark { boot: u16::from_le_bytes([low, high]), wraps: u32::try_from(since.as_secs()).unwrap_or(u32::MAX), seq: 0 }
}

/// A display is no device of the lobby; the log of the PC has it.
async fn tell_log(mut events: mpsc::Receiver<LineEvent>) {
    while let Some(event) = events.recv().await {
        match event {
            LineEvent::PortOpened => tracing::info!("the display is connected"),
            LineEvent::PortLost { cause } => tracing::warn!(cause, "the display is not connected"),
            LineEvent::Counted { .. } => {} // for the lobby's devices page; this is none of its devices
            LineEvent::Unit(output) => {
                if let Some((state, Some(cause))) = output.condition(true) {
                    tracing::info!(state, cause, "the display");
                }
            }
        }
    }
}
