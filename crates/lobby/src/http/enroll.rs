//! Enrolling the page of a device: a one-use code becomes its cookie, and the address is clean again.

use super::{AppState, Asking, error::ApiError, pages::set_cookie};
use crate::accounts::{Enrolled, Role};
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
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
    code: String,
}

async fn enroll(State(state): State<Arc<AppState>>, Asking(query): Asking<EnrollQuery>) -> Result<Response, ApiError> {
    match state.accounts.redeem(&query.code).await? {
        Enrolled::Refused => Err(ApiError::BadCode),
        Enrolled::TooMany { retry_after_s } => Err(ApiError::TooManyCodes(retry_after_s)),
        Enrolled::Page { cookie, principal } => {
            tracing::info!(role = principal.role.name(), name = principal.name, "a page was enrolled");
            let cookie = set_cookie(&state, principal.role, &cookie).ok_or(ApiError::Unexpected("cookie"))?;
            let page = HeaderValue::from_static(page_of(principal.role));
            let headers = [
                (header::LOCATION, page),
                (header::SET_COOKIE, cookie),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            Ok((StatusCode::SEE_OTHER, headers).into_response())
        }
    }
}

fn page_of(role: Role) -> &'static str {
    match role {
        Role::Kiosk => "/kiosk",
        Role::Screen => "/screen",
        Role::Clerk => "/counter",
        Role::Desk | Role::Greeter | Role::Manager | Role::Engineer | Role::Hq => "/",
    }
}
