//! Figures for Prometheus, in its text format 0.0.4.

use super::{AppState, error::ApiError, spec::Problems};
use crate::views::{DeviceHealth, DeviceStatus};
use axum::{
    extract::{MatchedPath, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use queue_core::{LaneId, ServiceId};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// What is counted while calls come in. One entry per route, method and status that ever was.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<BTreeMap<(String, String, u16), Calls>>);

#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    count: u64,
    time: Duration,
}

impl Metrics {
    fn note(&self, method: &str, route: &str, status: u16, time: Duration) {
        // Whoever panicked here left a map that is whole.
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = calls.entry((route.to_owned(), method.to_owned(), status)).or_default();
        entry.count += 1;
        entry.time += time;
    }
}

/// Counts a call and how long its answer took to begin.
pub(super) async fn observe(State(state): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = request.method().to_string();
    let began = Instant::now();
    let response = next.run(request).await;
    if let Some(route) = route {
        state.metrics.note(&method, &route, response.status().as_u16(), began.elapsed());
    }
    response
}

/// The day in numbers, as far as anybody outside may know them.
struct Day {
    issued: u64,
    done: u64,
    waiting: BTreeMap<(ServiceId, LaneId), usize>,
    open_counters: usize,
    open_alerts: usize,
    is_open: bool,
    behind_ms: queue_core::Millis,
}

/// Figures for Prometheus. Nothing in them is about a person.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()),
    responses((status = 200, body = String, content_type = "text/plain"), Problems))]
async fn metrics(State(state): State<Arc<AppState>>) -> Result<Response, ApiError> {
    let clock = state.clock.clone();
    let day = state
        .handle
        .ask(move |view| Day {
            issued: view.branch.counts().issued,
            done: view.branch.counts().done,
            waiting: view.branch.waiting(),
            open_counters: view
                .branch
                .counters()
                .filter(|counter| counter.state == queue_core::CounterState::Open)
                .count(),
            open_alerts: view.branch.alerts().filter(|alert| alert.is_open()).count(),
            is_open: view.branch.day().open,
            behind_ms: view.at.since(clock.now()).max(0),
        })
        .await?;
    let last = state.records.last().await?;
    let mut text = String::with_capacity(4_096);
    write_all(&mut text, &state, &day, last);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn write_all(text: &mut String, state: &AppState, day: &Day, last: i64) {
    family(text, "lobby_build_info", "gauge", "1, with the version that runs.");
    line(text, "lobby_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    family(text, "lobby_day_open", "gauge", "1 while the business day is open.");
    line(text, "lobby_day_open", &[], u8::from(day.is_open));
    family(
        text,
        "lobby_clock_behind_seconds",
        "gauge",
        "How far the clock stands before the last fact: it was set back.",
    );
    line(text, "lobby_clock_behind_seconds", &[], day.behind_ms / 1_000);
    if let Ok(free) = crate::storage::free_mib(state.records.dir()) {
        family(text, "lobby_disk_free_bytes", "gauge", "Room on the disk of the data directory.");
        line(text, "lobby_disk_free_bytes", &[], free << 20);
    }
    family(text, "lobby_tickets_issued", "gauge", "Numbers issued in this business day.");
    line(text, "lobby_tickets_issued", &[], day.issued);
    family(text, "lobby_tickets_done", "gauge", "Numbers served to the end in this business day.");
    line(text, "lobby_tickets_done", &[], day.done);
    family(text, "lobby_tickets_waiting", "gauge", "Numbers that wait now.");
    for ((service, lane), count) in &day.waiting {
        line(text, "lobby_tickets_waiting", &[("service", service.as_str()), ("lane", lane.as_str())], count);
    }
    family(text, "lobby_counters_open", "gauge", "Counters that take customers.");
    line(text, "lobby_counters_open", &[], day.open_counters);
    family(text, "lobby_alerts_open", "gauge", "Alerts that nobody has answered.");
    line(text, "lobby_alerts_open", &[], day.open_alerts);
    family(text, "lobby_journal_seq", "counter", "Number of the last row of the journal.");
    line(text, "lobby_journal_seq", &[], last);
    family(text, "lobby_screens_connected", "gauge", "Streams of the board that are open.");
    line(text, "lobby_screens_connected", &[], state.screens.watch().borrow().values().sum::<usize>());
    family(text, "lobby_connections_open", "gauge", "Connections that are open.");
    line(text, "lobby_connections_open", &[], state.door.open());
    family(text, "lobby_connections_refused_total", "counter", "Connections that found no place.");
    line(text, "lobby_connections_refused_total", &[], state.door.turned_away());
    family(text, "lobby_calls_refused_total", "counter", "Calls that were more than [limits] allow.");
    line(text, "lobby_calls_refused_total", &[], state.limits.refused());
    devices(text, &state.devices.health());
    requests(text, &state.metrics);
}

fn devices(text: &mut String, devices: &[DeviceHealth]) {
    family(text, "lobby_device_ok", "gauge", "1 while the device is well.");
    for DeviceHealth { status, .. } in devices {
        let labels = [("device", &*status.id), ("kind", &*status.kind), ("state", &*status.state)];
        line(text, "lobby_device_ok", &labels, u8::from(status.state == "ok"));
    }
    family(text, "lobby_device_last_contact_seconds", "gauge", "Unix time of the last sign of life.");
    for DeviceHealth { status, last_contact, .. } in devices {
        let Some(at) = last_contact else { continue };
        let labels = [("device", &*status.id), ("kind", &*status.kind)];
        line(text, "lobby_device_last_contact_seconds", &labels, at.0.0 / 1_000);
    }
    family(text, "lobby_device_traffic_total", "counter", "What went well with a device since the start.");
    for DeviceHealth { status, traffic, .. } in devices {
        counts(text, "lobby_device_traffic_total", status, traffic);
    }
    family(text, "lobby_device_errors_total", "counter", "What did not go well with a device since the start.");
    for DeviceHealth { status, errors, .. } in devices {
        counts(text, "lobby_device_errors_total", status, errors);
    }
}

fn counts(text: &mut String, name: &str, status: &DeviceStatus, counts: &BTreeMap<&'static str, u64>) {
    for (what, count) in counts {
        line(text, name, &[("device", &*status.id), ("kind", &*status.kind), ("what", what)], count);
    }
}

fn requests(text: &mut String, metrics: &Metrics) {
    let calls = metrics.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    family(text, "lobby_http_request_seconds", "summary", "Time until an answer began.");
    for ((route, method, status), calls) in &calls {
        let status = status.to_string();
        let labels = [("route", route.as_str()), ("method", method), ("status", &status)];
        line(text, "lobby_http_request_seconds_sum", &labels, calls.time.as_secs_f64());
        line(text, "lobby_http_request_seconds_count", &labels, calls.count);
    }
}

// Writing to a String cannot fail, so the results below carry nothing.

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
    text.push_str(name);
    if !labels.is_empty() {
        let labels = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value)));
        let _ = write!(text, "{{{}}}", labels.collect::<Vec<_>>().join(","));
    }
    let _ = writeln!(text, " {value}");
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
