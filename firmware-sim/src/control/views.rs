//! What the control port says, as JSON shapes.

use serde::Serialize;

use crate::desk::{DeskView, DisplayView, Latched, Line};
use crate::hall::Hall;
use crate::printer::{PaperState, Printer, TicketView};

/// Newest tickets that `GET /devices` shows of each printer.
const NEWEST: usize = 6;

/// `GET /devices`: everything at once.
#[derive(Debug, Clone, Serialize)]
pub struct DevicesView {
    /// Lines of desk units.
    pub lines: Vec<LineView>,
    /// Desk units of all lines.
    pub desks: Vec<DeskView>,
    /// Displays that only show.
    pub displays: Vec<DisplayView>,
    /// Printers.
    pub printers: Vec<PrinterView>,
}

/// One line.
#[derive(Debug, Clone, Serialize)]
pub struct LineView {
    /// Name.
    pub id: String,
    /// Symlink that the lobby opens.
    pub port: String,
    /// What its units speak.
    pub profile: String,
    /// `ok`, `unplugged` or `noise`.
    pub state: &'static str,
    /// Speed that the lobby last used.
    pub baud: u32,
    /// Units on it.
    pub units: Vec<u8>,
}

/// One printer.
#[derive(Debug, Clone, Serialize)]
pub struct PrinterView {
    /// Name.
    pub id: String,
    /// Symlink that the lobby opens.
    pub port: String,
    /// The worst thing about it: `ok`, `paper_low`, `paper_out`, `cover_open`, `cutter`, `stalled`, `silent` or
    /// `unplugged`.
    pub state: &'static str,
    /// Dots across its paper.
    pub dots: u32,
    /// Faults in force, as they are set.
    pub faults: PrinterFaultsView,
    /// Bytes since the start.
    pub bytes: Bytes,
    /// Tickets that came out since the start.
    pub tickets: u64,
    /// The newest of them, newest first.
    pub newest: Vec<TicketView>,
}

/// The faults of a printer in the words of `POST …/fault`.
#[derive(Debug, Clone, Serialize)]
#[allow(clippy::struct_excessive_bools)] // each is a lever of its own
pub struct PrinterFaultsView {
    /// `ok`, `low`, `out`.
    pub paper: PaperState,
    /// `open`, `closed`.
    pub cover: &'static str,
    /// `jam`, `ok`.
    pub cutter: &'static str,
    /// Takes no byte.
    pub stalled: bool,
    /// Says nothing.
    pub silent: bool,
    /// The cable is out.
    pub unplug: bool,
    /// No proof of print.
    pub no_proof: bool,
}

/// Bytes on a wire, seen from the device.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Bytes {
    /// From the lobby.
    pub received: u64,
    /// To the lobby.
    pub sent: u64,
}

/// `POST /desks/{unit}/press`.
#[derive(Debug, Clone, Serialize)]
pub struct PressView {
    /// The unit.
    pub unit: u8,
    /// Key, press sequence, time.
    #[serde(flatten)]
    pub press: crate::desk::Press,
}

/// `GET /presses`.
#[derive(Debug, Clone, Serialize)]
pub struct PressesView {
    /// After the place that was asked for, oldest first, at most 1000: ask again after the last.
    pub presses: Vec<Latched>,
    /// How many were latched since the start.
    pub latched: u64,
}

/// `GET /printers/{id}/tickets`.
#[derive(Debug, Clone, Serialize)]
pub struct TicketsView {
    /// In the order of coming out.
    pub tickets: Vec<TicketView>,
}

impl DevicesView {
    pub(super) fn of(hall: &Hall) -> Self {
        Self {
            lines: hall.lines().iter().map(|line| LineView::of(line)).collect(),
            desks: hall.desks().map(|desk| desk.view()).collect(),
            displays: hall.displays().map(|display| display.view()).collect(),
            printers: hall.printers().iter().map(|printer| PrinterView::of(printer)).collect(),
        }
    }
}

impl LineView {
    pub(super) fn of(line: &Line) -> Self {
        Self {
            id: line.config().id.clone(),
            port: line.port().display().to_string(),
            profile: line.config().profile.clone(),
            state: match (line.unplugged(), line.noisy()) {
                (true, _) => "unplugged",
                (false, true) => "noise",
                (false, false) => "ok",
            },
            baud: line.baud(),
            units: line.config().units.clone(),
        }
    }
}

impl PrinterView {
    pub(super) fn of(printer: &Printer) -> Self {
        let faults = printer.faults();
        let (received, sent) = printer.traffic();
        let state = match faults.paper {
            _ if faults.unplug => "unplugged",
            _ if faults.stalled => "stalled",
            _ if faults.cover_open => "cover_open",
            PaperState::Out => "paper_out",
            _ if faults.cutter_jam => "cutter",
            _ if faults.silent => "silent",
            PaperState::Low => "paper_low",
            PaperState::Ok => "ok",
        };
        Self {
            id: printer.config().id.clone(),
            port: printer.port().display().to_string(),
            state,
            dots: printer.config().dots(),
            faults: PrinterFaultsView {
                paper: faults.paper,
                cover: if faults.cover_open { "open" } else { "closed" },
                cutter: if faults.cutter_jam { "jam" } else { "ok" },
                stalled: faults.stalled,
                silent: faults.silent,
                unplug: faults.unplug,
                no_proof: faults.no_proof,
            },
            bytes: Bytes { received, sent },
            tickets: printer.tray().count(),
            newest: printer.tray().newest(NEWEST).iter().map(|ticket| ticket.view()).collect(),
        }
    }
}
