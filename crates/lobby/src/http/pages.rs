//! Pages: public shells without data, the same for everybody, and the files that they load.

use super::{
    AppState,
    auth::{cookie, cookie_name, device_cookie_name},
    error::ApiError,
};
use crate::accounts::Role;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;
use web::Asset;

/// How long a browser keeps a device's cookie: 400 days, the most that Chromium allows. It is renewed at every load.
const COOKIE_LIFE_S: u32 = 400 * 24 * 60 * 60;

/// Pages and their files at every address.
pub(super) fn routes() -> Router<Arc<AppState>> {
    let page = |name: &'static str, role: Option<Role>| {
        get(async move |State(state): State<Arc<AppState>>, headers: HeaderMap| {
            shell(&state, &headers, name, role).await
        })
    };
    public_routes()
        .route("/", page("index", None))
        .route("/kiosk", page("kiosk", Some(Role::Kiosk)))
        .route("/counter", page("counter", Some(Role::Clerk)))
        .route("/screen", page("screen", Some(Role::Screen)))
        .route("/greeter", page("greeter", Some(Role::Greeter)))
        .route("/manager", page("manager", Some(Role::Manager)))
        .route("/wiring", page("wiring", Some(Role::Engineer)))
        .route("/devices", page("devices", Some(Role::Engineer)))
        .route("/signin", page("signin", None))
        .route("/staff", page("staff", Some(Role::Manager)))
        .route("/assets/{file}", get(file))
}

/// What a phone on the guest Wi-Fi may load.
pub(super) fn public_routes() -> Router<Arc<AppState>> {
    Router::new().route("/t/{token}", get(phone)).route("/t/assets/{file}", get(file))
}

/// The paths of all pages, which are open to anyone.
pub(super) const OPEN: [&str; 14] = [
    "/",
    "/kiosk",
    "/counter",
    "/screen",
    "/greeter",
    "/manager",
    "/wiring",
    "/assets/{file}",
    "/t/{token}",
    "/t/assets/{file}",
    "/enroll",
    "/devices",
    "/signin",
    "/staff",
];

/// The same page for every link; it asks for the number itself.
async fn phone(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Result<Response, ApiError> {
    shell(&state, &headers, "track", None).await
}

/// The page that says why a device was not enrolled, and asks for a code.
pub(super) fn enrolling(headers: &HeaderMap, status: StatusCode) -> Result<Response, ApiError> {
    let found = web::page("enroll", accepted(headers)).ok_or(ApiError::NoSuchRoute)?;
    // Never an answer of 304: the same page stands for another outcome.
    let mut response = send(found, &HeaderMap::new());
    *response.status_mut() = status;
    Ok(response)
}

async fn shell(state: &AppState, headers: &HeaderMap, name: &str, role: Option<Role>) -> Result<Response, ApiError> {
    let found = web::page(name, accepted(headers)).ok_or(ApiError::NoSuchRoute)?;
    let mut response = send(found, headers);
    if let Some(role) = role {
        for cookie in kept_cookies(state, headers, role).await? {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

async fn file(uri: Uri, headers: HeaderMap) -> Result<Response, ApiError> {
    web::find(uri.path(), accepted(&headers)).map(|found| send(found, &headers)).ok_or(ApiError::NoSuchRoute)
}

fn accepted(headers: &HeaderMap) -> &str {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The cookies that a page goes on with: the built-in one of a demo, or those of the enrolled device with a new lease.
/// Somebody who is signed in stays so, and no longer than the session.
async fn kept_cookies(state: &AppState, headers: &HeaderMap, role: Role) -> Result<Vec<HeaderValue>, ApiError> {
    let own = cookie(headers, &cookie_name(role, state.port));
    let known = match own {
        Some(own) => state.accounts.authenticate(own).await?,
        None => None,
    };
    let signed_in = known.as_ref().is_some_and(|known| known.person.is_some());
    let own = own.filter(|_| known.is_some()).map(str::to_owned);
    let page = state.accounts.demo_token(role).or(own).filter(|_| !signed_in);
    let device = cookie(headers, &device_cookie_name(state.port));
    let page = page.and_then(|value| set_cookie(state, role, &value));
    Ok(page.into_iter().chain(device.and_then(|value| device_cookie(state, value))).collect())
}

/// A device's cookie for the calls of its page.
pub(super) fn set_cookie(state: &AppState, role: Role, value: &str) -> Option<HeaderValue> {
    named_cookie(state, &cookie_name(role, state.port), value, COOKIE_LIFE_S.into())
}

/// The cookie by which an enrolled device is known, whoever signs in there.
pub(super) fn device_cookie(state: &AppState, value: &str) -> Option<HeaderValue> {
    named_cookie(state, &device_cookie_name(state.port), value, COOKIE_LIFE_S.into())
}

/// The cookie of somebody who signed in; one without a life ends the one that is there.
pub(super) fn session_cookie(state: &AppState, role: Role, value: &str, life_s: i64) -> Option<HeaderValue> {
    named_cookie(state, &cookie_name(role, state.port), value, life_s)
}

/// `Secure` only under TLS: a browser drops it on plain HTTP over a LAN address.
fn named_cookie(state: &AppState, name: &str, value: &str, life_s: i64) -> Option<HeaderValue> {
    let secure = if state.tls { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={life_s}{secure}");
    HeaderValue::from_str(&cookie).ok()
}

fn send(asset: Asset, asked: &HeaderMap) -> Response {
    let keep = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        headers.insert(header::ETAG, etag);
    }
    if is_known(asked, &asset.etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    if let Some(encoding) = asset.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (headers, Body::from(asset.bytes.into_owned())).into_response()
}

/// Weak comparison, as RFC 9110 13.1.2 wants it for `If-None-Match`.
fn is_known(asked: &HeaderMap, etag: &str) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}
