//! All simulated devices of one hall.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::config::{Config, DisplayConfig, LineConfig, PrinterConfig};
use crate::desk::{Desk, Display, Line, PressLog};
use crate::faults::Timetable;
use crate::printer::Printer;

/// The devices, in the order of the configuration.
#[derive(Debug)]
pub struct Hall {
    lines: Vec<Arc<Line>>,
    /// Ports of displays that have one to themselves.
    display_ports: Vec<Arc<Line>>,
    printers: Vec<Arc<Printer>>,
    presses: Arc<PressLog>,
    timetable: OnceLock<Arc<Timetable>>,
}

impl Hall {
    /// Powers everything up; ports will stand in `wires`.
    pub(crate) fn new(config: &Config, wires: &Path) -> Self {
        let presses = Arc::<PressLog>::default();
        let line = |line: &LineConfig| {
            let on = |display: &&DisplayConfig| display.line.as_ref() == Some(&line.id);
            let displays: Vec<&DisplayConfig> = config.displays.iter().filter(on).collect();
            Arc::new(Line::new(line.clone(), &displays, wires.join(line.port()), config.seed, &presses))
        };
        let display = |display: &DisplayConfig| {
            let port = display.own_port()?;
            Some(Arc::new(Line::of_display(display, wires.join(port), config.seed)))
        };
        let printer = |printer: &PrinterConfig| Arc::new(Printer::new(printer.clone(), wires.join(printer.port())));
        Self {
            lines: config.lines.iter().map(line).collect(),
            display_ports: config.displays.iter().filter_map(display).collect(),
            printers: config.printers.iter().map(printer).collect(),
            presses,
            timetable: OnceLock::new(),
        }
    }

    /// Every wire to the counters: lines, and ports of single displays.
    pub(crate) fn wires(&self) -> impl Iterator<Item = &Arc<Line>> {
        self.lines.iter().chain(&self.display_ports)
    }

    /// All displays, those of lines first.
    pub fn displays(&self) -> impl Iterator<Item = &Arc<Display>> {
        self.wires().flat_map(|line| line.displays())
    }

    /// The display of that name.
    pub fn display(&self, id: &str) -> Option<&Arc<Display>> {
        self.displays().find(|display| display.config().id == id)
    }

    /// The port of a display that has it to itself.
    pub fn display_port(&self, id: &str) -> Option<&Arc<Line>> {
        self.display_ports.iter().find(|line| line.config().id == id)
    }

    /// The lines of desk units.
    pub fn lines(&self) -> &[Arc<Line>] {
        &self.lines
    }

    /// The line of that name.
    pub fn line(&self, id: &str) -> Option<&Arc<Line>> {
        self.lines.iter().find(|line| line.config().id == id)
    }

    /// All desk units, line by line.
    pub fn desks(&self) -> impl Iterator<Item = &Arc<Desk>> {
        self.lines.iter().flat_map(|line| line.desks())
    }

    /// The desk unit with that address.
    pub fn desk(&self, unit: u8) -> Option<&Arc<Desk>> {
        self.desks().find(|desk| desk.address() == unit)
    }

    /// Every press that a unit latched.
    pub fn presses(&self) -> &PressLog {
        &self.presses
    }

    /// The timetable of faults, where a script runs.
    pub fn timetable(&self) -> Option<&Arc<Timetable>> {
        self.timetable.get()
    }

    /// Shows a timetable at the control port; the first one stays.
    pub(crate) fn show_timetable(&self, timetable: Arc<Timetable>) {
        if self.timetable.set(timetable).is_err() {
            tracing::warn!("a second script of faults runs; GET /faults shows the first");
        }
    }

    /// The printers.
    pub fn printers(&self) -> &[Arc<Printer>] {
        &self.printers
    }

    /// The printer of that name.
    pub fn printer(&self, id: &str) -> Option<&Arc<Printer>> {
        self.printers.iter().find(|printer| printer.config().id == id)
    }
}
