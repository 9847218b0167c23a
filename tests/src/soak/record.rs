//! What is left of the hours: the journal's rows, every press that a unit latched, every paper that came out.

use firmware_sim::desk::Latched;
use queue_core::{Event, Timestamp};
use std::path::Path;

/// Rows read at once.
const PAGE: i64 = 2_000;

/// Everything that the judge reads.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The journal, in order.
    pub rows: Vec<Row>,
    /// What firmware-sim wrote down of every press, in order.
    pub presses: Vec<Latched>,
    /// How many presses there were; more than `presses` when the oldest are no longer kept.
    pub latched: u64,
    /// What came out of the printers.
    pub papers: Vec<Paper>,
}

/// One row of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The business day that was open.
    pub day: Option<String>,
    /// Under which request id.
    pub request: Option<String>,
    /// What.
    pub fact: Event,
}

/// One piece of paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The printer that it came out of.
    pub printer: String,
    /// Its place in that printer's tray, from 1.
    pub n: u64,
    /// It says 补打 or COPY.
    pub copy: bool,
    /// Its lines of text.
    pub lines: Vec<String>,
    /// Payloads of its QR codes: the link with which its customer follows the number.
    pub qr: Vec<String>,
}

/// The journal of a data directory, also beside a running lobby.
///
/// # Panics
/// When it cannot be read.
pub fn journal(data: &Path) -> Vec<Row> {
    let db = lobby::journal::open_read_only(data).unwrap();
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.seq);
        let page = lobby::journal::page(&db, after, PAGE).unwrap();
        if page.is_empty() {
            return rows;
        }
        rows.extend(page.into_iter().map(|row| Row {
            seq: row.seq,
            at: Timestamp(row.at.parse::<jiff::Timestamp>().unwrap().as_millisecond()),
            day: row.business_day,
            request: row.request_id,
            fact: serde_json::from_value(row.fact).unwrap(),
        }));
    }
}

/// The trays of all printers of a simulated hall.
pub fn papers(hall: &firmware_sim::Hall) -> Vec<Paper> {
    hall.printers().iter().flat_map(|printer| tray(printer)).collect()
}

/// What came out of one printer.
pub fn tray(printer: &firmware_sim::printer::Printer) -> Vec<Paper> {
    let id = &printer.config().id;
    let tickets = printer.tray().all().into_iter().map(|ticket| ticket.view());
    let paper = |ticket: firmware_sim::printer::TicketView| Paper {
        printer: id.clone(),
        n: ticket.n,
        copy: ticket.copy,
        lines: ticket.lines,
        qr: ticket.qr,
    };
    tickets.map(paper).collect()
}
