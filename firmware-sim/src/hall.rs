//! All simulated devices of one hall.

use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::desk::{Desk, Line};
use crate::printer::Printer;

/// The devices, in the order of the configuration.
#[derive(Debug)]
pub struct Hall {
    lines: Vec<Arc<Line>>,
    printers: Vec<Arc<Printer>>,
}

impl Hall {
    /// Powers everything up; ports will stand in `wires`.
    pub(crate) fn new(config: &Config, wires: &Path) -> Self {
        let line =
            |line: &crate::config::LineConfig| Arc::new(Line::new(line.clone(), wires.join(line.port()), config.seed));
        let printer = |printer: &crate::config::PrinterConfig| {
            Arc::new(Printer::new(printer.clone(), wires.join(printer.port())))
        };
        Self { lines: config.lines.iter().map(line).collect(), printers: config.printers.iter().map(printer).collect() }
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

    /// The printers.
    pub fn printers(&self) -> &[Arc<Printer>] {
        &self.printers
    }

    /// The printer of that name.
    pub fn printer(&self, id: &str) -> Option<&Arc<Printer>> {
        self.printers.iter().find(|printer| printer.config().id == id)
    }
}
