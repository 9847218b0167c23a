//! The HTTP side: routes, who may call them, how wishes and answers are worded. DESIGN §7 is its contract.
//!
//! A call runs through the guard against other sites' pages, `auth` (401, 403), `body` (JSON, size, request id), becomes a [`queue_core::Command`] in
//! `wish`, is judged by the controller, and its answer is worded by [`crate::views`] on the writer's thread, so that
//! what is stored under a request id is what everybody read.
//!
//! Never here: a decision about the queue, a device, the time of day.

pub mod access;
mod alerts;
mod announcements;
mod appointments;
mod auth;
mod board;
mod body;
mod cards;
mod clerk;
mod counters;
mod day;
mod desks;
mod devices;
mod enroll;
mod error;
mod expect;
mod forecast;
mod greeters;
mod health;
mod metrics;
mod pages;
mod people;
mod place;
mod plans;
mod printers;
mod records;
mod reports;
mod sayings;
mod screens;
mod selftest;
mod signin;
mod spec;
mod speech;
mod staff;
mod stream;
mod tickets;
mod tokens;
mod track;
mod whatif;
mod wiring;
mod wish;

pub use error::ApiError;
pub use greeters::Greeters;
pub use metrics::Metrics;
pub use records::Records;
pub use screens::{Screens, Sound};
pub use spec::openapi;

use crate::{
    accounts::Accounts,
    announcing::Voices,
    clock::Clock,
    controller::Handle,
    devices::{agents::Agents, registry::Registry},
    orders::Frame,
    voice::free_text::FreeText,
};
use axum::{
    Router,
    extract::{FromRequestParts, Path, Query},
    http::{HeaderValue, Method, header, request::Parts},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use queue_core::CounterId;
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower_http::csrf::CsrfLayer;
use utoipa_axum::router::OpenApiRouter;

/// What pages may load: their own files, and pictures that they draw themselves. Nothing inline.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                              form-action 'self'; frame-ancestors 'self'";

/// What the routes work with.
pub struct AppState {
    /// The way to the branch.
    pub handle: Handle,
    /// The newest board.
    pub board: watch::Receiver<Arc<Frame>>,
    /// The newest alerts.
    pub alerts: watch::Receiver<Arc<Frame>>,
    /// How the devices are.
    pub devices: Registry,
    /// The same for pages that follow them.
    pub device_frames: watch::Receiver<Arc<Frame>>,
    /// Who may do what.
    pub accounts: Accounts,
    /// The journal, for reading.
    pub records: Records,
    /// Which screens are connected.
    pub screens: Screens,
    /// Which greeters are busy.
    pub greeters: Greeters,
    /// What is counted for Prometheus.
    pub metrics: Metrics,
    /// The lines of desk units, as configured.
    pub lines: Arc<Vec<crate::views::LineFacts>>,
    /// The one clock.
    pub clock: Clock,
    /// Port of the listener: cookies carry it in their name.
    pub port: u16,
    /// Whether callers come over TLS; only then cookies are `Secure`.
    pub tls: bool,
    /// Desk units at agents.
    pub agents: Agents,
    /// What they are to show, by counter.
    pub desk_frames: BTreeMap<CounterId, watch::Receiver<Arc<Frame>>>,
    /// What the loudspeakers say, and the sound for screens.
    pub voices: Voices,
    /// Makes guidance at kiosks into sound.
    pub guidance: FreeText,
    /// Ends streams.
    pub stop: CancellationToken,
}

/// The routes of the branch, made once: with their description they are the most expensive part of a start.
static ROUTES: LazyLock<Router<Arc<AppState>>> = LazyLock::new(|| {
    let (api, _) = api().split_for_parts();
    api.merge(pages::routes()).merge(enroll::routes())
});

/// Every route of the branch: API, pages, health.
pub fn router(state: Arc<AppState>) -> Router {
    finish(ROUTES.clone(), state)
}

/// What a second listener serves to the outside (guest Wi-Fi, a relay): the tracking page and its calls, no more.
pub fn public_router(state: Arc<AppState>) -> Router {
    let (api, _) = track::routes().split_for_parts();
    finish(api.merge(pages::public_routes()), state)
}

/// The routes that `openapi.json` describes.
fn api() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::with_openapi(spec::document())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(spec::routes())
        .merge(tickets::routes())
        .merge(track::routes())
        .merge(cards::routes())
        .merge(speech::routes())
        .merge(counters::routes())
        .merge(plans::routes())
        .merge(whatif::routes())
        .merge(board::routes())
        .merge(staff::routes())
        .merge(devices::routes())
        .merge(selftest::routes())
        .merge(reports::routes())
        .merge(forecast::routes())
        .merge(alerts::routes())
        .merge(sayings::routes())
        .merge(announcements::routes())
        .merge(day::routes())
        .merge(appointments::routes())
        .merge(wiring::routes())
        .merge(desks::routes())
        .merge(printers::routes())
        .merge(clerk::routes())
        .merge(greeters::routes())
        .merge(signin::routes())
        .merge(people::routes())
        .merge(tokens::routes())
}

fn finish(routes: Router<Arc<AppState>>, state: Arc<AppState>) -> Router {
    routes
        .method_not_allowed_fallback(wrong_method)
        .route_layer(from_fn_with_state(state.clone(), auth::authorize))
        .route_layer(from_fn_with_state(state.clone(), metrics::observe))
        .fallback(auth::unknown)
        .layer(CsrfLayer::new().with_rejection_response(|_| ApiError::CrossSite.into_response()))
        .layer(from_fn(headers))
        .with_state(state)
}

async fn wrong_method(method: Method) -> ApiError {
    ApiError::WrongMethod(method.to_string())
}

/// Headers that every answer carries.
async fn headers(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let mut response = next.run(request).await;
    let all = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Tracking pages carry their token in the address.
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in all {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The one piece of a path that a route leaves open.
struct Named(String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named, ApiError> {
        // What is not UTF-8 names nothing that there is.
        let path = Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::NoSuchRoute)?;
        Ok(Named(path.0))
    }
}

/// The query of a call.
struct Asking<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asking<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asking<T>, ApiError> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Asking(query.0)).map_err(|rejection| ApiError::BadQuery(rejection.body_text()))
    }
}
