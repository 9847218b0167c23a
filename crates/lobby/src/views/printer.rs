//! Ticket printers: what became of each piece of paper, and which kiosks can give one.

use super::{DeviceStatus, Text, TextSchema, Time, one_of};
use crate::{
    config::{Config, KioskConfig},
    controller::View,
};
use queue_core::{Actor, PrintJob, PrintOutcome, PrintState, PrinterId};
use serde::Serialize;
use utoipa::{ToSchema, openapi};

/// A printer and its paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Printer)]
pub struct PrinterView {
    /// Name of the device; its state stands in the list of devices.
    pub id: String,
    /// Kiosks whose paper comes out of it.
    pub kiosks: Vec<String>,
    /// Since when staff are changing its paper; `null` when they are not.
    #[schema(required)]
    pub paper_change: Option<Time>,
    /// Jobs that have not ended.
    pub waiting: usize,
    /// Jobs of the day that failed or that nobody knows of, and that were neither printed again nor struck off.
    pub spoiled: usize,
}

/// One printer, after an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PrinterAnswer {
    /// As it stands now.
    pub printer: PrinterView,
}

/// All printers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PrinterList {
    /// In the order of the configuration.
    pub printers: Vec<PrinterView>,
}

/// A printer and what became of its jobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PrintJobs {
    /// The printer.
    pub printer: PrinterView,
    /// Jobs of the day, newest first: all that have not ended or are spoiled, and the newest of the others.
    pub jobs: Vec<PrintJobView>,
}

/// One job, after an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PrintJobAnswer {
    /// As it stands now.
    pub job: PrintJobView,
}

/// A piece of paper that should come out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PrintJob)]
pub struct PrintJobView {
    /// Opaque.
    pub id: String,
    /// Whose.
    pub ticket: String,
    /// Its number, such as `A012`.
    pub number: String,
    /// A reprint, marked 补打/COPY.
    pub copy: bool,
    /// `queued`, `started`, `printed`, `failed` or `uncertain`.
    #[schema(schema_with = job_states)]
    pub state: &'static str,
    /// Why it failed or nobody knows, as a code: a state of the printer, `queue_full`, `no_proof`, `restart`, ….
    #[schema(required)]
    pub cause: Option<String>,
    /// It needs somebody: failed or unknown, and neither printed again nor struck off.
    pub spoiled: bool,
    /// There was a later piece of paper for the same number.
    pub reprinted: bool,
    /// When it was asked for.
    pub ordered_at: Time,
    /// When its first byte was sent.
    #[schema(required)]
    pub started_at: Option<Time>,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<Time>,
    /// When somebody struck it off.
    #[schema(required)]
    pub voided_at: Option<Time>,
    /// Who, `role:name`.
    #[schema(required)]
    pub voided_by: Option<String>,
    /// Why, as they said it.
    #[schema(required)]
    pub void_reason: Option<String>,
}

fn job_states() -> openapi::Object {
    one_of(&["queued", "started", "printed", "failed", "uncertain"])
}

/// Whether a printer in this state takes tickets.
fn prints(state: &str) -> bool {
    matches!(state, "ok" | "paper_low" | "silent" | "no_font" | "wrong_profile")
}

fn state_of<'a>(devices: &'a [DeviceStatus], printer: &str) -> &'a str {
    devices.iter().find(|device| device.id == printer).map_or("starting", |device| device.state.as_str())
}

/// A job that a printer without a word can only leave unknown needs nobody.
fn needs_somebody(view: &View<'_>, job: &PrintJob, devices: &[DeviceStatus]) -> bool {
    let usual = || {
        let unproven = PrintOutcome::Uncertain { cause: "no_proof".to_owned() };
        job.state == PrintState::Ended(unproven) && state_of(devices, job.printer.as_str()) == "silent"
    };
    view.branch.is_spoiled(job) && !usual()
}

/// A printer; `None` when the configuration has none of that name.
pub fn printer(view: &View<'_>, id: &str, devices: &[DeviceStatus]) -> Option<PrinterView> {
    let known = view.config.printers.iter().find(|printer| printer.id == id)?;
    let own = |job: &&PrintJob| job.printer.as_str() == id;
    let kiosks = view.config.kiosks.iter().filter(|kiosk| kiosk.printer.as_deref() == Some(id));
    let changed = view.branch.paper_changes().find(|(printer, _)| printer.as_str() == id);
    Some(PrinterView {
        id: known.id.clone(),
        kiosks: kiosks.map(|kiosk| kiosk.id.clone()).collect(),
        paper_change: changed.map(|(_, since)| Time(since)),
        waiting: view.branch.jobs().filter(own).filter(|job| !matches!(job.state, PrintState::Ended(_))).count(),
        spoiled: view.branch.jobs().filter(own).filter(|job| needs_somebody(view, job, devices)).count(),
    })
}

/// All printers.
pub fn printers(view: &View<'_>, devices: &[DeviceStatus]) -> PrinterList {
    let printers = view.config.printers.iter().filter_map(|known| printer(view, &known.id, devices));
    PrinterList { printers: printers.collect() }
}

/// A printer's jobs, `newest` of those that need nobody.
pub fn print_jobs(view: &View<'_>, id: &str, newest: usize, devices: &[DeviceStatus]) -> Option<PrintJobs> {
    let own: Vec<&PrintJob> = view.branch.jobs().filter(|job| job.printer.as_str() == id).collect();
    let mut over = 0;
    let jobs = own.into_iter().rev().filter_map(|job| {
        let shown = print_job(view, job, devices);
        let open = shown.spoiled || !matches!(job.state, PrintState::Ended(_));
        over += usize::from(!open);
        (open || over <= newest).then_some(shown)
    });
    Some(PrintJobs { jobs: jobs.collect(), printer: printer(view, id, devices)? })
}

/// One job.
pub fn print_job(view: &View<'_>, job: &PrintJob, devices: &[DeviceStatus]) -> PrintJobView {
    let cause = match &job.state {
        PrintState::Ended(PrintOutcome::Failed { cause } | PrintOutcome::Uncertain { cause }) => Some(cause.clone()),
        _ => None,
    };
    let voided = job.voided.as_ref();
    PrintJobView {
        id: job.id.to_string(),
        ticket: job.ticket.as_str().to_owned(),
        number: view.branch.ticket(&job.ticket).map_or_else(String::new, |ticket| ticket.number.clone()),
        copy: job.copy,
        state: if job.state == PrintState::Started { "started" } else { job.state.name() },
        cause,
        spoiled: needs_somebody(view, job, devices),
        reprinted: view.branch.is_reprinted(job),
        ordered_at: Time(job.ordered_at),
        started_at: job.started_at.map(Time),
        ended_at: job.ended_at.map(Time),
        voided_at: voided.map(|(at, _, _)| Time(*at)),
        voided_by: voided.map(|(_, by, _): &(_, Actor, _)| by.as_str().to_owned()),
        void_reason: voided.and_then(|(_, _, reason)| reason.clone()),
    }
}

/// Where a copy comes out: of the kiosk's own printer, or of one that prints when that one does not.
pub fn printer_for_copy(config: &Config, kiosk: Option<&str>, devices: &[DeviceStatus]) -> Option<PrinterId> {
    let own = config.kiosks.iter().find(|known| Some(known.id.as_str()) == kiosk);
    let own = own.and_then(|kiosk| kiosk.printer.as_deref());
    let all = || config.kiosks.iter().filter_map(|kiosk| kiosk.printer.as_deref());
    let works = |printer: &&str| prints(state_of(devices, printer));
    own.filter(works).or_else(|| all().find(works)).or(own).or_else(|| all().next()).map(PrinterId::from)
}

/// Whether a kiosk gives paper, and which others do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuPaper {
    /// `ok`; `changing`: staff change the paper, tickets wait and come out afterwards; `out_of_order`: nothing comes out
    /// until somebody has seen to it; `none`: this kiosk has no printer.
    #[schema(schema_with = paper_states)]
    pub state: &'static str,
    /// Other kiosks whose printer works now, in the order of the configuration.
    pub other_kiosks: Vec<MenuKiosk>,
}

/// A kiosk, for customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuKiosk {
    /// Name in tickets and logs.
    pub id: String,
    /// Name for people, such as where it stands.
    #[schema(value_type = TextSchema)]
    pub name: Text,
}

fn paper_states() -> openapi::Object {
    one_of(&["ok", "changing", "out_of_order", "none"])
}

/// Whether a kiosk gives paper, and which others do.
pub(super) fn paper(view: &View<'_>, kiosk: &KioskConfig, devices: &[DeviceStatus]) -> MenuPaper {
    let state = match kiosk.printer.as_deref() {
        None => "none",
        Some(printer) if view.branch.paper_changes().any(|(changed, _)| changed.as_str() == printer) => "changing",
        Some(printer) => match state_of(devices, printer) {
            "starting" | "paper_change" => "ok", // a moment, and more is known
            state if prints(state) => "ok",
            _ => "out_of_order",
        },
    };
    let works = |other: &&KioskConfig| {
        let printer = other.printer.as_deref().filter(|printer| Some(*printer) != kiosk.printer.as_deref());
        printer.is_some_and(|printer| prints(state_of(devices, printer)))
    };
    let others = view.config.kiosks.iter().filter(|other| other.id != kiosk.id).filter(works);
    let named = others.map(|other| MenuKiosk { id: other.id.clone(), name: kiosk_name(other) });
    MenuPaper { state, other_kiosks: named.collect() }
}

/// As the configuration says, else by its id.
fn kiosk_name(kiosk: &KioskConfig) -> Text {
    if !kiosk.name.is_empty() {
        return kiosk.name.clone();
    }
    let names = [("zh-CN", format!("取号机 {}", kiosk.id)), ("en", format!("kiosk {}", kiosk.id))];
    names.map(|(tag, name)| (tag.to_owned(), name)).into()
}
