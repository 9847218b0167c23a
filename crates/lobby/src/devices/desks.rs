//! From what a line reports to what the branch knows: presses become durable wishes, silence becomes a device's state.

use super::{
    line::{self, LineEvent, LineSetup, LineUnit},
    port::{PortOpener, PortSettings},
    registry::Registry,
};
use crate::{
    config::LineConfig,
    controller::{Answer, Handle, RequestKey, Stopped, Wish},
};
use counter::{Mark, Picture, poller::Output};
use queue_core::{Actor, Command, CounterId, Desk, DeskId, Press, PressMark};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Reports that may wait for the journal; beyond it the line waits, and no press is lost.
const REPORTS: usize = 64;

/// One line and its way to the branch.
pub struct DeskLine {
    /// As configured.
    pub config: LineConfig,
    /// What every unit should show, by counter.
    pub pictures: BTreeMap<CounterId, watch::Receiver<Picture>>,
    /// What the journal remembers of every unit.
    pub remembered: BTreeMap<DeskId, Desk>,
    /// Any number that differs from start to start.
    pub first_picture: u16,
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
        let reports = Reports::new(&self.config, handle, registry);
        let (events, inbox) = mpsc::channel(REPORTS);
        let setup = self.setup();
        let line = async { line::run(setup, opener, events, stop.clone()).await.map_err(DeskLineError::Line) };
        let told = async { reports.run(inbox).await.map_err(DeskLineError::Stopped) };
        tokio::try_join!(line, told).map(|_| ())
    }

    fn setup(&self) -> LineSetup {
        let config = &self.config;
        let units = config.units.iter().filter_map(|unit| {
            let picture = self.pictures.get(unit.counter.as_str())?.clone();
            let remembered = self.remembered.get(desk_id(&config.id, unit.unit).as_str());
            let remembered = remembered.and_then(|desk| desk.mark).map(mark_of);
            Some(LineUnit { unit: unit.unit, remembered, picture })
        });
        LineSetup {
            id: config.id.clone(),
            port: PortSettings { name: config.port.clone(), baud: config.baud, even_parity: config.even_parity },
            units: units.collect(),
            first_picture: self.first_picture,
        }
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
    line: String,
    counters: BTreeMap<u8, CounterId>,
    handle: Handle,
    registry: Registry,
}

impl Reports {
    fn new(config: &LineConfig, handle: Handle, registry: Registry) -> Reports {
        registry.declare(&format!("line-{}", config.id), "line");
        for unit in &config.units {
            registry.declare(&format!("desk-{}", unit.counter), "desk");
        }
        let counters = config.units.iter().map(|unit| (unit.unit, unit.counter.as_str().into())).collect();
        Reports { line: config.id.clone(), counters, handle, registry }
    }

    async fn run(self, mut inbox: mpsc::Receiver<LineEvent>) -> Result<(), Stopped> {
        while let Some(event) = inbox.recv().await {
            match event {
                LineEvent::PortOpened => self.line_is("ok", None),
                LineEvent::PortLost { cause } => {
                    self.line_is("unplugged", Some(cause));
                    for unit in self.counters.keys() {
                        self.desk_is(*unit, "offline", Some(format!("line {} is not connected", self.line)));
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
            Output::Online { unit } => self.desk_is(unit, "ok", None),
            Output::Offline { unit, cause } => self.desk_is(unit, "offline", Some(cause.to_string())),
            Output::Status { unit, status } => {
                let cause = match (status.display_fault, status.key_stuck) {
                    (true, _) => Some("its number display reports a fault"),
                    (false, true) => Some("one of its keys is stuck"),
                    (false, false) => None,
                };
                self.desk_is(unit, if cause.is_some() { "error" } else { "ok" }, cause.map(str::to_owned));
            }
            Output::OutOfStep { unit, .. } => {
                let cause = "its press counter went backwards: its keys do nothing until it is switched off and on";
                self.desk_is(unit, "error", Some(cause.to_owned()));
            }
        }
        Ok(())
    }

    /// One press is one wish, under a request id made of the press itself.
    async fn press(&self, unit: u8, mark: Mark, key: u16, stale: bool) -> Result<(), Stopped> {
        let Some(counter) = self.counters.get(&unit).cloned() else { return Ok(()) };
        let desk = desk_id(&self.line, unit);
        let mut fingerprint = [0; 32];
        fingerprint[..2].copy_from_slice(&key.to_be_bytes());
        let request = RequestKey { scope: format!("desk:{}:{unit}", self.line), key: mark.to_string(), fingerprint };
        let press = Press { desk: desk.clone(), counter, mark: press_mark(mark), key, stale };
        let wish = Wish {
            actor: actor(&desk),
            request: Some(request),
            command: Command::Press(press),
            identity: None,
            render: Box::new(|_, _| Answer::default()),
        };
        self.handle.wish(wish).await?;
        Ok(())
    }

    async fn tell(&self, unit: u8, command: Command) -> Result<(), Stopped> {
        if let Err(refusal) = self.handle.tell(actor(&desk_id(&self.line, unit)), command).await? {
            warn!(line = self.line, unit, %refusal, "a report of a desk unit was refused");
        }
        Ok(())
    }

    fn line_is(&self, state: &str, cause: Option<String>) {
        match &cause {
            None => info!(line = self.line, "the desk line is connected"),
            Some(cause) => warn!(line = self.line, cause, "the desk line is not connected"),
        }
        self.registry.report(&format!("line-{}", self.line), "line", state, cause);
    }

    fn desk_is(&self, unit: u8, state: &str, cause: Option<String>) {
        if let Some(counter) = self.counters.get(&unit) {
            self.registry.report(&format!("desk-{counter}"), "desk", state, cause);
        }
    }
}

fn actor(desk: &DeskId) -> Actor {
    Actor::from(format!("desk:{desk}"))
}

fn desk_id(line: &str, unit: u8) -> DeskId {
    DeskId::from(format!("{line}/{unit}"))
}

fn press_mark(mark: Mark) -> PressMark {
    PressMark { boot: mark.boot, wraps: mark.wraps, seq: mark.seq }
}

fn mark_of(mark: PressMark) -> Mark {
    Mark { boot: mark.boot, wraps: mark.wraps, seq: mark.seq }
}
