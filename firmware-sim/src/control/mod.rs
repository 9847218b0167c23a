//! The control port: what a person at the devices would see and do, over HTTP, on loopback.

mod levers;
mod problem;
mod views;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) use levers::LATEST_MS;
pub use problem::Problem;
pub use views::{DevicesView, LineView, PressView, PressesView, PrinterView, TicketsView};

use crate::desk::{Desk, DeskView, Display, DisplayView, Line};
use crate::faults::TimetableView;
use crate::hall::Hall;
use crate::printer::{Printer, Ticket, TicketView};
use crate::render;

/// Largest body of a request, bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// Most presses in one answer.
const MOST_PRESSES: usize = 1_000;

type Shared = State<Arc<Hall>>;

/// Serves until `stop`.
pub(crate) async fn serve(listener: TcpListener, hall: Arc<Hall>, stop: CancellationToken) {
    let served = axum::serve(listener, router(hall)).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the control port ended; devices go on without it");
    }
}

/// The routes.
fn router(hall: Arc<Hall>) -> Router {
    Router::new()
        .route("/", get(|| async { Html(include_str!("page.html")) }))
        .route("/page.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], include_str!("page.css")) }))
        .route("/page.js", get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], include_str!("page.js")) }))
        .route("/devices", get(devices))
        .route("/lines/{id}/fault", post(line_fault))
        .route("/desks", get(desks))
        .route("/faults", get(faults))
        .route("/presses", get(presses))
        .route("/desks/{unit}", get(desk))
        .route("/desks/{unit}/press", post(press))
        .route("/desks/{unit}/fault", post(desk_fault))
        .route("/displays", get(displays))
        .route("/displays/{id}", get(display))
        .route("/displays/{id}/fault", post(display_fault))
        .route("/printers", get(printers))
        .route("/printers/{id}", get(printer))
        .route("/printers/{id}/tickets", get(tickets))
        .route("/printers/{id}/tickets/{file}", get(ticket))
        .route("/printers/{id}/fault", post(printer_fault))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(hall)
}

async fn devices(State(hall): Shared) -> Json<DevicesView> {
    Json(DevicesView::of(&hall))
}

async fn desks(State(hall): Shared) -> Json<serde_json::Value> {
    let desks: Vec<DeskView> = hall.desks().map(|desk| desk.view()).collect();
    Json(serde_json::json!({ "desks": desks }))
}

async fn desk(State(hall): Shared, Path(unit): Path<String>) -> Result<Json<DeskView>, Problem> {
    Ok(Json(find_desk(&hall, &unit)?.view()))
}

async fn press(State(hall): Shared, Path(unit): Path<String>, body: Bytes) -> Result<Json<PressView>, Problem> {
    let desk = find_desk(&hall, &unit)?;
    let key = levers::key(&body)?;
    if let Some(lacks) = desk.lacks(key) {
        return Err(Problem::invalid("unknown_key", lacks));
    }
    let press = desk.press(key);
    Ok(Json(PressView { unit: desk.address(), press }))
}

/// `GET /presses?after=`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    #[serde(default)]
    after: u64,
}

async fn presses(
    State(hall): Shared,
    since: Result<Query<Since>, QueryRejection>,
) -> Result<Json<PressesView>, Problem> {
    let Query(Since { after }) = since.map_err(|error| {
        Problem::invalid("unknown_field", format!("{error}; ask for /presses?after=0, a place in the record"))
    })?;
    let log = hall.presses();
    Ok(Json(PressesView { presses: log.after(after, MOST_PRESSES), latched: log.count() }))
}

async fn faults(State(hall): Shared) -> Json<Option<TimetableView>> {
    Json(hall.timetable().map(|timetable| timetable.view()))
}

async fn desk_fault(State(hall): Shared, Path(unit): Path<String>, body: Bytes) -> Result<Json<DeskView>, Problem> {
    let desk = find_desk(&hall, &unit)?;
    levers::pull_desk(desk, &levers::desk(&body)?);
    Ok(Json(desk.view()))
}

async fn line_fault(State(hall): Shared, Path(id): Path<String>, body: Bytes) -> Result<Json<LineView>, Problem> {
    let line = find_line(&hall, &id)?;
    levers::pull_line(line, &levers::line(&body)?);
    Ok(Json(LineView::of(line)))
}

async fn displays(State(hall): Shared) -> Json<serde_json::Value> {
    let displays: Vec<DisplayView> = hall.displays().map(|display| display.view()).collect();
    Json(serde_json::json!({ "displays": displays }))
}

async fn display(State(hall): Shared, Path(id): Path<String>) -> Result<Json<DisplayView>, Problem> {
    Ok(Json(find_display(&hall, &id)?.view()))
}

async fn display_fault(State(hall): Shared, Path(id): Path<String>, body: Bytes) -> Result<Json<DisplayView>, Problem> {
    let display = find_display(&hall, &id)?;
    levers::pull_display(display, hall.display_port(&id).map(|port| &**port), &levers::desk(&body)?)?;
    Ok(Json(display.view()))
}

async fn printers(State(hall): Shared) -> Json<serde_json::Value> {
    let printers: Vec<PrinterView> = hall.printers().iter().map(|printer| PrinterView::of(printer)).collect();
    Json(serde_json::json!({ "printers": printers }))
}

async fn printer(State(hall): Shared, Path(id): Path<String>) -> Result<Json<PrinterView>, Problem> {
    Ok(Json(PrinterView::of(find_printer(&hall, &id)?)))
}

async fn printer_fault(State(hall): Shared, Path(id): Path<String>, body: Bytes) -> Result<Json<PrinterView>, Problem> {
    let printer = find_printer(&hall, &id)?;
    levers::pull_printer(printer, &levers::printer(&body)?);
    Ok(Json(PrinterView::of(printer)))
}

async fn tickets(State(hall): Shared, Path(id): Path<String>) -> Result<Json<TicketsView>, Problem> {
    let tickets = find_printer(&hall, &id)?.tray().all();
    Ok(Json(TicketsView { tickets: tickets.iter().map(|ticket| ticket.view()).collect() }))
}

/// `3` as JSON, `3.png` as a picture, `3.bin` as the bytes that made it.
async fn ticket(State(hall): Shared, Path((id, file)): Path<(String, String)>) -> Result<Response, Problem> {
    let printer = find_printer(&hall, &id)?;
    let (number, form) = file.split_once('.').unwrap_or((&file, ""));
    let found = number.parse().ok().and_then(|n| printer.tray().get(n));
    let ticket = found.ok_or_else(|| {
        let count = printer.tray().count();
        Problem::unknown(
            "unknown_ticket",
            format!("there is no ticket `{number}`; {count} came out so far, the first is 1"),
        )
    })?;
    match form {
        "" => Ok(Json::<TicketView>(ticket.view()).into_response()),
        "bin" => Ok(([(header::CONTENT_TYPE, "application/octet-stream")], ticket.bytes.clone()).into_response()),
        "png" => picture(ticket, printer.config().dots()).await,
        other => Err(Problem::unknown("unknown_form", format!("a ticket has no form `.{other}`; use .png or .bin"))),
    }
}

async fn picture(ticket: Arc<Ticket>, dots: u32) -> Result<Response, Problem> {
    let failed = |code, detail: String| Problem { status: StatusCode::SERVICE_UNAVAILABLE, code, detail };
    let drawn = tokio::task::spawn_blocking(move || {
        let canvas = render::draw(&ticket.paper, dots).map_err(|error| failed("no_font", error.to_string()))?;
        render::to_png(&canvas).map_err(|error| failed("no_picture", error.to_string()))
    });
    let file = drawn.await.map_err(|error| failed("no_picture", error.to_string()))??;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-cache")], file).into_response())
}

/// Pulls the levers of a body as `POST /{device}/fault` would; `device` is like `desks/3` or `printers/kiosk-1`.
///
/// # Errors
/// The [`Problem`] that the control port would answer; nothing is pulled then.
pub(crate) fn pull(hall: &Hall, device: &str, body: &Value) -> Result<(), Problem> {
    let (class, name) = device.split_once('/').unwrap_or((device, ""));
    let body = body.to_string();
    let body = body.as_bytes();
    match class {
        "desks" => levers::pull_desk(find_desk(hall, name)?, &levers::desk(body)?),
        "lines" => levers::pull_line(find_line(hall, name)?, &levers::line(body)?),
        "printers" => levers::pull_printer(find_printer(hall, name)?, &levers::printer(body)?),
        _ => {
            let port = hall.display_port(name).map(|port| &**port);
            levers::pull_display(find_display(hall, name)?, port, &levers::desk(body)?)?;
        }
    }
    Ok(())
}

async fn no_route(uri: Uri) -> Problem {
    let path = uri.path();
    Problem::unknown(
        "unknown_route",
        format!("there is nothing at {path}; GET / is a page, GET /devices lists everything"),
    )
}

async fn no_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{method} does nothing at {}; reading is GET, pressing and faults are POST", uri.path());
    Problem { status: StatusCode::METHOD_NOT_ALLOWED, code: "method_not_allowed", detail }
}

fn find_desk<'a>(hall: &'a Hall, unit: &str) -> Result<&'a Arc<Desk>, Problem> {
    unit.parse().ok().and_then(|unit| hall.desk(unit)).ok_or_else(|| {
        let known: Vec<String> = hall.desks().map(|desk| desk.address().to_string()).collect();
        Problem::unknown("unknown_desk", format!("there is no desk unit `{unit}`; there are: {}", known.join(", ")))
    })
}

fn find_printer<'a>(hall: &'a Hall, id: &str) -> Result<&'a Arc<Printer>, Problem> {
    hall.printer(id).ok_or_else(|| {
        let known: Vec<&str> = hall.printers().iter().map(|printer| printer.config().id.as_str()).collect();
        Problem::unknown("unknown_printer", format!("there is no printer `{id}`; there are: {}", known.join(", ")))
    })
}

fn find_display<'a>(hall: &'a Hall, id: &str) -> Result<&'a Arc<Display>, Problem> {
    hall.display(id).ok_or_else(|| {
        let known: Vec<&str> = hall.displays().map(|display| display.config().id.as_str()).collect();
        Problem::unknown("unknown_display", format!("there is no display `{id}`; there are: {}", known.join(", ")))
    })
}

fn find_line<'a>(hall: &'a Hall, id: &str) -> Result<&'a Arc<Line>, Problem> {
    hall.line(id).ok_or_else(|| {
        let known: Vec<&str> = hall.lines().iter().map(|line| line.config().id.as_str()).collect();
        Problem::unknown("unknown_line", format!("there is no line `{id}`; there are: {}", known.join(", ")))
    })
}
