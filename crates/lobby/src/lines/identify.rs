//! `lobby line identify`: every unit and display shows its own address, so that whoever stands in the hall knows which
//! is which.

use super::LineToolError;
use crate::devices::{
    line::{self, LineDisplay, LineEvent, LineSetup, LineUnit, Speaks},
    port::PortOpener,
    wires::{UnitModel, Wire},
};
use counter::{Light, Mark, Picture, display::DisplayProfile, poller::Output};
use std::{collections::BTreeMap, io::Write, sync::Arc, time::Duration};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Reports that may wait.
const REPORTS: usize = 64;
/// How long the units get to take the blank picture at the end.
const PARTING: Duration = Duration::from_millis(500);

/// What a unit shows: `U  12`. Displays with digits alone show the digits.
fn address(unit: u8) -> Picture {
    Picture::new(&format!("U{unit:>4}"), Light::Steady)
}

/// Shows addresses for `time`, or until Enter.
pub(super) async fn identify(
    wire: Wire,
    opener: Arc<dyn PortOpener>,
    time: Option<Duration>,
    out: &mut dyn Write,
) -> Result<(), LineToolError> {
    // Whoever has the port keeps it: this says so at once, where the driver would try again and again.
    drop(opener.open(&wire.port).await?);
    let counters: BTreeMap<u8, String> =
        wire.units.iter().map(|(unit, counter)| (*unit, counter.to_string())).collect();
    let (pictures, setup) = setup(wire)?;
    let (events, mut inbox) = mpsc::channel(REPORTS);
    let stop = CancellationToken::new();
    let driver = line::run(setup, opener, events, stop.clone());
    let until = async {
        match time {
            Some(time) => tokio::time::sleep(time).await,
            // A closed standard input is as good as Enter.
            None => drop(tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await),
        }
    };
    let told = async {
        tokio::pin!(until);
        writeln!(out, "every unit shows its address; press no keys now: the lobby would obey them when it starts")?;
        loop {
            tokio::select! {
                () = &mut until => break,
                event = inbox.recv() => match event {
                    Some(event) => tell(&event, &counters, out)?,
                    None => break,
                },
            }
        }
        for picture in &pictures {
            picture.send_replace(Picture::default());
        }
        // What is still reported is of no interest, but the driver waits until somebody takes it.
        let parting = async { while inbox.recv().await.is_some() {} };
        let _ = tokio::time::timeout(PARTING, parting).await;
        stop.cancel();
        Ok::<(), LineToolError>(())
    };
    let (driven, told) = tokio::join!(driver, told);
    driven?;
    told
}

type Pictures = Vec<watch::Sender<Picture>>;

fn setup(wire: Wire) -> Result<(Pictures, LineSetup), LineToolError> {
    let mut pictures = Vec::new();
    let mut show = |unit: u8| {
        let (sender, picture) = watch::channel(address(unit));
        pictures.push(sender);
        picture
    };
    let mut number = [0; 2];
    getrandom::fill(&mut number).map_err(|cause| std::io::Error::other(cause.to_string()))?;
    let run = Mark { boot: u16::from_ne_bytes(number), wraps: 0, seq: 0 };
    let unit = |(unit, _): &(u8, _)| LineUnit { unit: *unit, remembered: None, picture: show(*unit) };
    let units = wire.units.iter().map(unit).collect();
    let display = |display: crate::devices::wires::Display| LineDisplay {
        unit: display.unit,
        counter: display.counter.map(String::from).unwrap_or_default(),
        // A board, too, shows its address.
        profile: DisplayProfile { calls: None, ..display.profile },
        picture: show(display.unit),
    };
    let displays = wire.displays.into_iter().map(display).collect();
    let speaks = match wire.model {
        UnitModel::DeskModbus => Speaks::DeskModbus { first_picture: run.boot },
        UnitModel::CallboxFf68(keys) => Speaks::CallboxFf68 { keys, run },
    };
    let id = wire.line.unwrap_or_else(|| wire.port.name.clone());
    Ok((pictures, LineSetup { id, port: wire.port, speaks, units, displays, calls: None }))
}

fn tell(event: &LineEvent, counters: &BTreeMap<u8, String>, out: &mut dyn Write) -> Result<(), LineToolError> {
    let name = |unit: &u8| match counters.get(unit) {
        Some(counter) => format!("unit {unit} (counter {counter})"),
        None => format!("display {unit}"),
    };
    match event {
        LineEvent::PortLost { cause } => writeln!(out, "{cause}")?,
        LineEvent::Unit(Output::Online { unit }) => writeln!(out, "{} shows its address", name(unit))?,
        LineEvent::Unit(Output::Presumed { unit }) => {
            writeln!(out, "{} is written its address; it cannot say whether it shows it", name(unit))?;
        }
        LineEvent::Unit(Output::Offline { unit, cause }) => writeln!(out, "{}: {cause}", name(unit))?,
        LineEvent::Unit(Output::Garbage) => {
            writeln!(out, "all that comes is garbage: check baud and parity, and `lobby line scan`")?;
        }
        LineEvent::Unit(Output::Press(press)) => {
            let key = press.key.map_or("a key", counter::Key::name);
            writeln!(out, "{}: {key} was pressed; the lobby will obey it when it starts", name(&press.unit))?;
        }
        LineEvent::PortOpened | LineEvent::Unit(_) => {}
    }
    Ok(())
}
