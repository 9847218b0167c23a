//! How the devices are: once, or as a stream.

use super::{
    AppState,
    auth::Caller,
    error::{ApiError, answer, json},
    spec::Problems,
    stream,
};
use crate::{
    controller::Answer,
    views::{DeviceList, Time},
};
use axum::{extract::State, response::Response};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(devices)).routes(routes!(events))
}

/// How the devices are, sorted by id, and what is counted of each.
#[utoipa::path(get, path = "/api/v1/devices", tag = "staff", responses((status = 200, body = DeviceList), Problems))]
async fn devices(State(state): State<Arc<AppState>>, _: Caller) -> Response {
    let list = DeviceList { at: Time(state.clock.now()), devices: state.devices.health() };
    answer(Answer { status: 200, body: json(&list) })
}

/// The devices now and whenever the state of one changes: `event: devices` with the whole list; `event: ping` every 10 s.
/// Counters and last contacts come along every few seconds. `?role=` says whose cookie counts.
#[utoipa::path(get, path = "/api/v1/devices/events", tag = "staff",
    responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
async fn events(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    stream::stream(&state, "devices", &state.device_frames, None).await
}
