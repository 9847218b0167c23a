//! Enrolling the page of a device: a one-use code becomes its cookie, and the address is clean again.

use super::{AppState, Asking, error::ApiError, pages, place::At};
use crate::accounts::{Enrolled, Role};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<AppState>> {
    Router::new().route("/enroll", get(enroll))
}

#[derive(Debug, Deserialize)]
struct EnrollQuery {
    code: Option<String>,
}

async fn enroll(
    State(state): State<Arc<AppState>>,
    At(place): At,
    headers: HeaderMap,
    Asking(query): Asking<EnrollQuery>,
) -> Result<Response, ApiError> {
    let for_people = wants_a_page(&headers);
    let Some(code) = query.code else {
        let detail = "say which code: /enroll?code=XXXX-XXXX-XXXX".to_owned();
        return if for_people { pages::enrolling(&headers, StatusCode::OK) } else { Err(ApiError::BadQuery(detail)) };
    };
    let refused = match state.accounts.redeem(&code, &place.name).await? {
        Enrolled::Page { cookie, principal } => return enrolled(&state, &cookie, principal.role),
        Enrolled::Refused => ApiError::BadCode,
        Enrolled::TooMany { retry_after_s } => ApiError::TooManyCodes(retry_after_s),
    };
    if !for_people {
        return Err(refused);
    }
    let refused = refused.into_response();
    let mut page = pages::enrolling(&headers, refused.status())?;
    if let Some(wait) = refused.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    Ok(page)
}

/// The address is clean again, and carries the cookie of the page and that of the device.
fn enrolled(state: &AppState, cookie: &str, role: Role) -> Result<Response, ApiError> {
    let page = pages::set_cookie(state, role, cookie).ok_or(ApiError::Unexpected("cookie"))?;
    let device = pages::device_cookie(state, cookie).ok_or(ApiError::Unexpected("cookie"))?;
    let headers = [
        (header::LOCATION, HeaderValue::from_static(page_of(role))),
        (header::SET_COOKIE, page),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (StatusCode::SEE_OTHER, headers).into_response();
    response.headers_mut().append(header::SET_COOKIE, device);
    Ok(response)
}

/// A browser that shows a page says so; a program that asks for JSON, or for anything, reads a problem.
fn wants_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|one| one.trim().starts_with("text/html"))
}

fn page_of(role: Role) -> &'static str {
    match role {
        Role::Kiosk => "/kiosk",
        Role::Screen => "/screen",
        // The PC at a counter: its clerk signs in there.
        Role::Clerk | Role::Desk => "/counter",
        Role::Greeter | Role::Manager | Role::Engineer | Role::Hq => "/",
    }
}
