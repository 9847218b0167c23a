//! From what a wire reports to what the branch knows: presses become durable wishes, silence becomes a device's state.

use super::{
    line::{self, LineDisplay, LineEvent, LineSetup, LineUnit, Speaks},
    port::PortOpener,
    registry::Registry,
    wires::{UnitModel, Wire},
};
use crate::controller::{Answer, Handle, Stopped, Wish};
use counter::{
    Mark, Picture,
    display::CallBoard,
    poller::{Cause, Output},
};
use queue_core::{Actor, Command, CounterId, Desk, DeskId, Press, PressMark};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Reports that may wait for the journal; beyond it the line waits, and no press is lost.
const REPORTS: usize = 64;

/// What desk units, displays and boards should show.
#[derive(Clone)]
pub struct DeskLevels {
    /// By counter.
    pub pictures: BTreeMap<CounterId, watch::Receiver<Picture>>,
    /// For boards.
    pub calls: watch::Receiver<CallBoard>,
}

/// One wire and its way to the branch.
pub struct DeskLine {
    /// As configured.
    pub wire: Wire,
    /// What is to be seen.
    pub levels: DeskLevels,
    /// What the journal remembers of every unit.
    pub remembered: BTreeMap<DeskId, Desk>,
    /// A mark of this start and no other: pictures, and presses of boxes that do not count them, begin here.
    pub run: Mark,
}

impl DeskLine {
    /// Runs the line until `stop`.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended, or [`line::LineError`] worded, when the line can never work.
    pub async fn run(
        self,
        handle: Handle,
        registry: Registry,
        opener: Arc<dyn PortOpener>,
        stop: CancellationToken,
    ) -> Result<(), DeskLineError> {
        let reports = Reports::new(&self.wire, handle, registry);
        let (events, inbox) = mpsc::channel(REPORTS);
        let setup = self.setup();
        let line = async { line::run(setup, opener, events, stop.clone()).await.map_err(DeskLineError::Line) };
        let told = async { reports.run(inbox).await.map_err(DeskLineError::Stopped) };
        tokio::try_join!(line, told).map(|_| ())
    }

    fn setup(&self) -> LineSetup {
        let Wire { line, port, model, units, displays, .. } = &self.wire;
        let name = line.clone().unwrap_or_else(|| port.name.clone());
        let units = units.iter().filter_map(|(unit, counter)| {
            let picture = self.levels.pictures.get(counter)?.clone();
            let remembered = self.remembered.get(desk_id(&name, *unit).as_str());
            let remembered = remembered.and_then(|desk| desk.mark).map(mark_of);
            Some(LineUnit { unit: *unit, remembered, picture })
        });
        let displays = displays.iter().filter_map(|display| {
            let (unit, profile) = (display.unit, display.profile.clone());
            Some(match &display.counter {
                Some(counter) => {
                    let picture = self.levels.pictures.get(counter)?.clone();
                    LineDisplay { unit, counter: counter.to_string(), profile, picture }
                }
                // A board has no counter, and so no picture that ever changes.
                None => {
                    LineDisplay { unit, counter: String::new(), profile, picture: watch::channel(Picture::default()).1 }
                }
            })
        });
        let board = displays.clone().any(|display| display.profile.calls.is_some());
        let speaks = match model {
            UnitModel::DeskModbus => Speaks::DeskModbus { first_picture: self.run.boot },
            UnitModel::CallboxFf68(keys) => Speaks::CallboxFf68 { keys: keys.clone(), run: self.run },
        };
        let calls = Some(self.levels.calls.clone()).filter(|_| board);
        LineSetup { port: port.clone(), speaks, units: units.collect(), displays: displays.collect(), calls, id: name }
    }
}

/// Why a line ended although nobody stopped it.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum DeskLineError {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("the desk line cannot run: {0}")]
    Line(#[from] line::LineError),
}

struct Reports {
    /// Name of the line, or of the port of a single display.
    line: String,
    /// Whether the wire is a line, and so a device of its own.
    is_line: bool,
    /// Desk units by address.
    counters: BTreeMap<u8, CounterId>,
    /// Device ids and kinds by address.
    devices: BTreeMap<u8, (String, &'static str)>,
    handle: Handle,
    registry: Registry,
}

impl Reports {
    fn new(wire: &Wire, handle: Handle, registry: Registry) -> Reports {
        let counters: BTreeMap<u8, CounterId> = wire.units.iter().cloned().collect();
        let desks = counters.iter().map(|(unit, counter)| (*unit, (format!("desk-{counter}"), "desk")));
        let displays =
            wire.displays.iter().map(|display| (display.unit, (format!("display-{}", display.id), "display")));
        let devices: BTreeMap<u8, (String, &'static str)> = desks.chain(displays).collect();
        let is_line = wire.line.is_some();
        let line = wire.line.clone().unwrap_or_else(|| wire.port.name.clone());
        if is_line {
            registry.declare(&format!("line-{line}"), "line");
        }
        for (id, kind) in devices.values() {
            registry.declare(id, kind);
        }
        Reports { line, is_line, counters, devices, handle, registry }
    }

    async fn run(self, mut inbox: mpsc::Receiver<LineEvent>) -> Result<(), Stopped> {
        while let Some(event) = inbox.recv().await {
            match event {
                LineEvent::PortOpened => self.line_is("ok", None),
                LineEvent::PortLost { cause } => {
                    self.line_is("unplugged", Some(cause));
                    if self.is_line {
                        for unit in self.devices.keys() {
                            self.device_is(*unit, "offline", Some(format!("line {} is not connected", self.line)));
                        }
                    }
                }
                LineEvent::Unit(output) => self.unit(output).await?,
            }
        }
        Ok(())
    }

    async fn unit(&self, output: Output) -> Result<(), Stopped> {
        match output {
            Output::Press(press) => {
                let key = press.code;
                self.press(press.unit, press.mark, key, press.stale).await?;
            }
            Output::Missed { unit, count, mark } => {
                warn!(line = self.line, unit, count, "presses were lost: more than the unit remembers");
                let desk = desk_id(&self.line, unit);
                self.tell(unit, Command::ReportMissed { desk, mark: press_mark(mark), count: count.into() }).await?;
            }
            Output::Baseline { unit, mark, why } => {
                let why = serde_json::to_value(why).ok().and_then(|why| why.as_str().map(str::to_owned));
                let why = why.unwrap_or_else(|| "first_reading".to_owned());
                let desk = desk_id(&self.line, unit);
                self.tell(unit, Command::SetDeskBaseline { desk, mark: press_mark(mark), why }).await?;
            }
            Output::Offline { cause: Cause::Port, .. } => {} // said with the line, and why
            Output::Online { unit }
            | Output::Presumed { unit }
            | Output::Offline { unit, .. }
            | Output::Status { unit, .. }
            | Output::OutOfStep { unit, .. } => self.state(unit, output),
            Output::Stranger { unit } => {
                warn!(line = self.line, unit, "somebody speaks under an address that the configuration does not know");
            }
            Output::Garbage | Output::Understood => {
                if let Some((state, cause)) = output.condition(false) {
                    self.line_is(state, cause);
                }
            }
        }
        Ok(())
    }

    /// What a report says about the state of one device.
    fn state(&self, unit: u8, output: Output) {
        let display = self.devices.get(&unit).is_some_and(|(_, kind)| *kind == "display");
        if let Some((state, cause)) = output.condition(display) {
            self.device_is(unit, state, cause);
        }
    }

    /// One press is one wish, under a request id made of the press itself.
    async fn press(&self, unit: u8, mark: Mark, key: u16, stale: bool) -> Result<(), Stopped> {
        let Some(counter) = self.counters.get(&unit).cloned() else { return Ok(()) };
        let desk = desk_id(&self.line, unit);
        // What a line brings is judged as pressed now, or as found after a silence.
        let press = Press { desk: desk.clone(), counter, mark: press_mark(mark), key, stale, age_ms: Some(0) };
        self.handle.wish(Wish::press(actor(&desk), press, |_, _| Answer::default())).await?;
        Ok(())
    }

    async fn tell(&self, unit: u8, command: Command) -> Result<(), Stopped> {
        if let Err(refusal) = self.handle.tell(actor(&desk_id(&self.line, unit)), command).await? {
            warn!(line = self.line, unit, %refusal, "a report of a desk unit was refused");
        }
        Ok(())
    }

    /// The state of the wire: a device of its own, or that of the display which has it to itself.
    fn line_is(&self, state: &str, cause: Option<String>) {
        match &cause {
            None => info!(line = self.line, "the wire to the counters is connected"),
            Some(cause) => warn!(line = self.line, state, cause, "the wire to the counters does not work"),
        }
        if self.is_line {
            self.registry.report(&format!("line-{}", self.line), "line", state, cause);
        } else if cause.is_some() {
            // That the port is open says nothing yet about the display.
            for unit in self.devices.keys() {
                self.device_is(*unit, state, cause.clone());
            }
        }
    }

    fn device_is(&self, unit: u8, state: &str, cause: Option<String>) {
        if let Some((id, kind)) = self.devices.get(&unit) {
            self.registry.report(id, kind, state, cause);
        }
    }
}

fn actor(desk: &DeskId) -> Actor {
    Actor::from(format!("desk:{desk}"))
}

pub(crate) fn desk_id(line: &str, unit: u8) -> DeskId {
    DeskId::from(format!("{line}/{unit}"))
}

fn press_mark(mark: Mark) -> PressMark {
    PressMark { boot: mark.boot, wraps: mark.wraps, seq: mark.seq }
}

fn mark_of(mark: PressMark) -> Mark {
    Mark { boot: mark.boot, wraps: mark.wraps, seq: mark.seq }
}
