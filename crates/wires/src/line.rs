//! The driver of one wire of desk units, call boxes or displays: sole owner of its port, it lets a [`counter::Host`]
//! speak on it.
//!
//! Pictures come in as levels: a driver that was blind for a while shows the newest and nothing in between. Presses
//! go out in order and wait for room: none is dropped, and while nobody takes them the line is not polled, so the
//! units keep them in their rings.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use counter::display::{CallBoard, DisplayHost, DisplayProfile, DisplaySetup};
use counter::ff68::{Ff68Host, KeyMap};
use counter::poller::{Counters, Output, Poller, SetupError, Step, UnitSetup};
use counter::registers::Picture;
use counter::shared::Shared;
use counter::timing::{BaudError, LineTiming};
use counter::{Host, Mark};
use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{StreamExt, StreamMap};
use tokio_util::sync::CancellationToken;

use crate::alarm::Alarm;
use crate::port::{Backoff, Port, PortOpener, PortSettings};

/// A port that takes no byte for this long is stuck. The wire is slower than this only below 300 baud.
const STUCK: Duration = Duration::from_secs(1);
/// Reads of what is already there before the next request, at most: a port that babbles must not silence us.
const DRAIN: usize = 32;
/// The counters of its devices are handed on no more often than this: they move with every frame.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// One line.
#[derive(Debug)]
pub struct LineSetup {
    /// Name in logs: `desks`.
    pub id: String,
    /// Its port.
    pub port: PortSettings,
    /// What its units speak.
    pub speaks: Speaks,
    /// Who is on it.
    pub units: Vec<LineUnit>,
    /// Displays on the same wire, or alone on it.
    pub displays: Vec<LineDisplay>,
    /// The calls of the hall, where a board shows them.
    pub calls: Option<watch::Receiver<CallBoard>>,
}

/// What the units of a line speak.
#[derive(Clone, Debug)]
pub enum Speaks {
    /// `desk-modbus`.
    DeskModbus {
        /// First picture sequence: any number that differs from start to start, see [`Poller::new`].
        first_picture: u16,
    },
    /// `callbox-ff68`.
    CallboxFf68 {
        /// What the keys of the model mean.
        keys: KeyMap,
        /// Where presses are counted from: a mark of this start and no other, see [`Ff68Host::new`].
        run: Mark,
    },
}

/// One display of a line.
#[derive(Debug)]
pub struct LineDisplay {
    /// Address on the line, 1–247, not that of a unit.
    pub unit: u8,
    /// Counter that it stands at.
    pub counter: String,
    /// Its model.
    pub profile: DisplayProfile,
    /// What is to be seen at that counter.
    pub picture: watch::Receiver<Picture>,
}

/// One desk unit of a line.
#[derive(Debug)]
pub struct LineUnit {
    /// Address on the line, 1–247.
    pub unit: u8,
    /// The newest press known from the journal: of the last press, missed press or baseline booked.
    pub remembered: Option<Mark>,
    /// What it should show.
    pub picture: watch::Receiver<Picture>,
}

/// What happens on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineEvent {
    /// The port is open.
    PortOpened,
    /// The port is gone, or still cannot be opened for another reason than before.
    PortLost {
        /// A sentence for people.
        cause: String,
    },
    /// A report about a unit.
    Unit(Output),
    /// What happened between the line and one device since the start. Left out while nobody has room for it: the next
    /// one says the same and more.
    Counted {
        /// Address of the device.
        unit: u8,
        /// As of now.
        counters: Counters,
    },
}

/// A line that can never run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Its units.
    #[error(transparent)]
    Units(#[from] SetupError),
    /// Its speed.
    #[error(transparent)]
    Baud(#[from] BaudError),
}

/// Why serving a port ended.
enum End {
    /// The program stops, or nobody takes events any more.
    Stopped,
    /// The port is gone.
    Lost(String),
}

/// Runs one line until `stop`, or until nobody takes `events` any more. A press is sent before the line goes on.
///
/// # Errors
/// [`LineError`] when the setup can never work; a port that is missing or lost is no error but is tried again.
pub async fn run(
    setup: LineSetup,
    opener: Arc<dyn PortOpener>,
    events: mpsc::Sender<LineEvent>,
    stop: CancellationToken,
) -> Result<(), LineError> {
    let line = Line::new(&setup, events)?;
    stop.run_until_cancelled(line.live(setup, opener)).await;
    Ok(())
}

struct Line {
    host: Box<dyn Host>,
    pictures: StreamMap<u8, WatchStream<Picture>>,
    /// At most one.
    calls: StreamMap<(), WatchStream<CallBoard>>,
    events: mpsc::Sender<LineEvent>,
    start: Instant,
    /// Something was heard since the port was opened.
    heard: bool,
    /// What was last told of each device.
    counted: Vec<(u8, Counters)>,
    count_at: Duration,
}

impl Line {
    fn new(setup: &LineSetup, events: mpsc::Sender<LineEvent>) -> Result<Self, LineError> {
        let timing = LineTiming::new(setup.port.baud)?;
        let known = |unit: &LineUnit| UnitSetup {
            unit: unit.unit,
            remembered: unit.remembered,
            picture: *unit.picture.borrow(),
        };
        let units: Vec<UnitSetup> = setup.units.iter().map(known).collect();
        let units_host = || -> Result<Box<dyn Host>, SetupError> {
            Ok(match setup.speaks.clone() {
                Speaks::DeskModbus { first_picture } => {
                    Box::new(Poller::new(timing, &units, first_picture, Duration::ZERO)?)
                }
                Speaks::CallboxFf68 { keys, run } => {
                    Box::new(Ff68Host::new(timing, keys, &units, run, Duration::ZERO)?)
                }
            })
        };
        let host = match displays(setup, timing)? {
            None => units_host()?,
            Some(displays) if units.is_empty() => Box::new(displays),
            Some(displays) => match units.iter().find(|unit| displays.knows(unit.unit)) {
                Some(twice) => return Err(SetupError::Twice(twice.unit).into()),
                None => Box::new(Shared::new(units_host()?, displays)),
            },
        };
        let shown = setup.units.iter().map(|unit| (unit.unit, &unit.picture));
        let shown = shown.chain(setup.displays.iter().map(|display| (display.unit, &display.picture)));
        let pictures = shown.map(|(unit, picture)| (unit, WatchStream::new(picture.clone()))).collect();
        let calls = setup.calls.iter().map(|calls| ((), WatchStream::new(calls.clone()))).collect();
        let addresses = setup.units.iter().map(|unit| unit.unit);
        let addresses = addresses.chain(setup.displays.iter().map(|display| display.unit));
        let counted = addresses.map(|unit| (unit, Counters::default())).collect();
        Ok(Self { host, pictures, calls, events, start: Instant::now(), heard: false, counted, count_at: COUNT_EVERY })
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Opens the port again and again.
    async fn live(mut self, setup: LineSetup, opener: Arc<dyn PortOpener>) {
        let mut pause = Backoff::default();
        let mut told = None;
        loop {
            self.take_pictures(None);
            let cause = match opener.open(&setup.port).await {
                Ok(port) => {
                    told = None;
                    match self.serve(port, &*opener).await {
                        End::Stopped => return,
                        End::Lost(cause) => cause,
                    }
                }
                Err(error) => error.to_string(),
            };
            self.host.port_lost(self.now());
            if told.as_ref() != Some(&cause) {
                told = Some(cause.clone());
                if self.events.send(LineEvent::PortLost { cause }).await.is_err() {
                    return;
                }
            }
            if self.report().await.is_err() {
                return;
            }
            if std::mem::take(&mut self.heard) {
                pause.reset();
            }
            sleep(pause.step()).await;
        }
    }

    /// Serves an open port until it is gone.
    async fn serve(&mut self, mut port: Port, opener: &dyn PortOpener) -> End {
        let alarm = match opener.alarm() {
            Ok(alarm) => alarm,
            Err(error) => return End::Lost(format!("no timer for the port: {error}")),
        };
        self.host.port_opened(self.now());
        if self.events.send(LineEvent::PortOpened).await.is_err() {
            return End::Stopped;
        }
        loop {
            let step = match self.turn(&mut port) {
                Ok(step) => step,
                Err(error) => return End::Lost(lost(&error)),
            };
            let done = match step {
                Step::Send(bytes) => write(&mut port, &bytes).await,
                Step::Wait(until) => self.wait(&mut port, &alarm, until).await,
            };
            if let Err(error) = done {
                return End::Lost(lost(&error));
            }
            if self.report().await.is_err() {
                return End::Stopped;
            }
        }
    }

    /// Takes in all that is there, then asks the host. Nothing is waited for, so nothing can arrive between the
    /// draining and the request.
    fn turn(&mut self, port: &mut Port) -> io::Result<Step> {
        self.take_pictures(None);
        for _ in 0..DRAIN {
            let mut buffer = [0; 512];
            let Some(read) = port.reader.read(&mut buffer).now_or_never() else { break };
            self.hear(&buffer, read?)?;
        }
        Ok(self.host.step(self.now()))
    }

    fn hear(&mut self, buffer: &[u8], count: usize) -> io::Result<()> {
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.heard = true;
        self.host.received(&buffer[..count], self.now());
        Ok(())
    }

    /// Takes in every picture that is there, `first` among them, unit by unit: the streams come in any order.
    fn take_pictures(&mut self, first: Option<(u8, Picture)>) {
        let mut fresh: BTreeMap<u8, Picture> = first.into_iter().collect();
        while let Some(Some((unit, picture))) = self.pictures.next().now_or_never() {
            fresh.insert(unit, picture);
        }
        for (unit, picture) in fresh {
            self.show(unit, picture);
        }
        while let Some(Some(((), calls))) = self.calls.next().now_or_never() {
            self.host.set_calls(&calls, self.start.elapsed());
        }
    }

    fn show(&mut self, unit: u8, picture: Picture) {
        if let Err(unknown) = self.host.set_picture(unit, picture, self.start.elapsed()) {
            unreachable!("streams and units of a line are made from one list: {unknown}");
        }
    }

    /// Waits for bytes, a picture or a time.
    async fn wait(&mut self, port: &mut Port, alarm: &Alarm, until: Option<Duration>) -> io::Result<()> {
        let mut buffer = [0; 512];
        let due = until.map(|until| self.start + until);
        tokio::select! {
            // In a fixed order, so that a simulated line repeats; `turn` takes in all of them anyway.
            biased;
            read = port.reader.read(&mut buffer) => self.hear(&buffer, read?),
            Some(first) = self.pictures.next() => {
                self.take_pictures(Some(first));
                Ok(())
            }
            Some(((), calls)) = self.calls.next() => {
                self.host.set_calls(&calls, self.start.elapsed());
                Ok(())
            }
            rang = alarm.wait(due) => rang,
        }
    }

    /// Hands on what the host found, in order. Fails when nobody takes it any more.
    async fn report(&mut self) -> Result<(), mpsc::error::SendError<LineEvent>> {
        while let Some(output) = self.host.report() {
            self.events.send(LineEvent::Unit(output)).await?;
        }
        self.count();
        Ok(())
    }

    /// Hands on how much was said and heard, now and then and never waiting: presses come first.
    fn count(&mut self) {
        let now = self.now();
        if now < self.count_at {
            return;
        }
        self.count_at = now + COUNT_EVERY;
        for (unit, told) in &mut self.counted {
            let Some(counters) = self.host.counters(*unit).filter(|counters| counters != told) else { continue };
            if self.events.try_send(LineEvent::Counted { unit: *unit, counters }).is_ok() {
                *told = counters;
            }
        }
    }
}

fn displays(setup: &LineSetup, timing: LineTiming) -> Result<Option<DisplayHost>, SetupError> {
    let known = |display: &LineDisplay| DisplaySetup {
        unit: display.unit,
        counter: display.counter.clone(),
        profile: display.profile.clone(),
        picture: *display.picture.borrow(),
    };
    let all: Vec<DisplaySetup> = setup.displays.iter().map(known).collect();
    if all.is_empty() { Ok(None) } else { DisplayHost::new(timing, all, Duration::ZERO).map(Some) }
}

async fn write(port: &mut Port, bytes: &[u8]) -> io::Result<()> {
    timeout(STUCK, port.writer.write_all(bytes)).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// What a lost port means to a person.
fn lost(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the port closed: is the cable plugged in?".to_owned(),
        io::ErrorKind::TimedOut => "the port takes no more bytes: is its device switched on?".to_owned(),
        _ => format!("the port failed ({error}): is the cable plugged in?"),
    }
}
