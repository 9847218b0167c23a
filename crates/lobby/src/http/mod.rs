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
mod limits;
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
pub use limits::Limits;
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
    extract::{FromRequestParts, Path, Query, State},
    http::{HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::from_fn_with_state,
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

/// What a page may ask of the machine that it runs on: a greeter's tablet reads codes, a kiosk sees whether headphones are in.
const MAY_USE: &str = "camera=(self), microphone=(self), autoplay=(self), fullscreen=(self), screen-wake-lock=(self), \
                       bluetooth=(), display-capture=(), geolocation=(), hid=(), midi=(), payment=(), serial=(), usb=()";

/// What every answer says, pages and data alike.
const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    // Tracking pages carry their token in the address.
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), MAY_USE),
];

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
    /// How often somebody may call.
    pub limits: Limits,
    /// Who is connected.
    pub door: crate::net::Door,
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
    let kept_s = state.handle.config().tls.as_ref().map(kept_s).filter(|_| state.tls);
    finish(ROUTES.clone(), kept_s, state)
}

/// What a second listener serves to the outside (guest Wi-Fi, a relay): the tracking page and its calls, no more.
pub fn public_router(state: Arc<AppState>) -> Router {
    let (api, _) = track::routes().split_for_parts();
    let kept_s = state.handle.config().tls.as_ref().filter(|tls| tls.public).map(kept_s);
    finish(api.merge(pages::public_routes()), kept_s, state)
}

/// Seconds for which a browser keeps to TLS.
fn kept_s(tls: &crate::config::TlsConfig) -> u32 {
    tls.hsts_days * 24 * 60 * 60
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

/// `kept_s` under TLS: for how long a browser keeps to it.
fn finish(routes: Router<Arc<AppState>>, kept_s: Option<u32>, state: Arc<AppState>) -> Router {
    routes
        .method_not_allowed_fallback(wrong_method)
        .route_layer(from_fn_with_state(state.clone(), auth::authorize))
        .route_layer(from_fn_with_state(state.clone(), metrics::observe))
        .fallback(auth::unknown)
        .layer(CsrfLayer::new().with_rejection_response(|_| ApiError::CrossSite.into_response()))
        .layer(from_fn_with_state(kept_s, headers))
        .with_state(state)
}

async fn wrong_method(method: Method) -> ApiError {
    ApiError::WrongMethod(method.to_string())
}

/// Headers that every answer carries.
async fn headers(
    State(kept_s): State<Option<u32>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(kept_s) = kept_s.filter(|kept_s| *kept_s > 0)
        && let Ok(value) = HeaderValue::from_str(&format!("max-age={kept_s}"))
    {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    // What pages, their files and streams say of themselves stays; any other answer is kept by nobody.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
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
