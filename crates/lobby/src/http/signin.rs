//! Signing in and out, and who is signed in.

use super::{
    AppState,
    auth::{self, Caller},
    body::Asked,
    error::{ApiError, answer, json},
    pages,
    place::At,
    spec::Problems,
    wish::Nothing,
};
use crate::{
    accounts::{By, Role, SignIn, staff::is_for_people},
    controller::Answer,
    views::{SessionAnswer, SessionView},
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use queue_core::Command;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

type Lobby = State<Arc<AppState>>;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(session))
        .routes(routes!(active))
}

/// Who, with what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInBody {
    /// Staff number.
    staff: String,
    /// PIN, on enrolled devices only, or password.
    secret: String,
    /// `clerk`, `greeter`, `manager`, `engineer` or `hq`; without it one is signed in for all of one's own.
    role: Option<Role>,
}

/// Signs somebody in: sets the cookie of each role, `ns-<role>-<port>`. Whoever was signed in there before is not any more.
#[utoipa::path(post, path = "/api/v1/signin", tag = "accounts", security(()), request_body = SignInBody,
    responses((status = 200, body = SessionAnswer), Problems))]
async fn sign_in(
    State(state): Lobby,
    At(place): At,
    headers: HeaderMap,
    asked: Asked<SignInBody>,
) -> Result<Response, ApiError> {
    let SignInBody { staff, secret, role } = asked.body;
    if let Some(role) = role.filter(|role| !is_for_people(*role)) {
        let detail = format!("nobody signs in as {}; devices are enrolled with a code", role.name());
        return Err(ApiError::BadValue { code: "bad_role", detail });
    }
    let wish = SignIn { staff: staff.trim().to_owned(), secret, role, place: place.clone() };
    let signed = state.accounts.sign_in(wish).await?.map_err(ApiError::SignIn)?;
    for (role, _) in &signed.cookies {
        // One person a role and device.
        let before = auth::cookie(&headers, &auth::cookie_name(*role, state.port));
        if let Some(before) = before {
            let by = By { who: format!("{}:{}", role.name(), signed.staff.number), place: place.name.clone() };
            state.accounts.sign_out(before, by).await?;
        }
    }
    let first = signed.cookies.first().map_or(Role::Clerk, |(role, _)| *role);
    let session = SessionView::begun(&signed, role.unwrap_or(first), state.accounts.idle_s());
    let mut response = answer(Answer { status: 200, body: json(&SessionAnswer { session }) });
    let life_s = signed.until.since(signed.since) / 1_000;
    for (role, secret) in &signed.cookies {
        let cookie = pages::session_cookie(&state, *role, secret, life_s).ok_or(ApiError::Unexpected("cookie"))?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Signs whoever is there out of everything on this device. Their counters stay as they are, without them.
#[utoipa::path(post, path = "/api/v1/signout", tag = "accounts",
    responses((status = 200, body = SessionAnswer), Problems))]
async fn sign_out(
    State(state): Lobby,
    by: Caller,
    At(place): At,
    headers: HeaderMap,
    _: Asked<Nothing>,
) -> Result<Response, ApiError> {
    if by.0.person.is_none() {
        let detail = "this is the credential of a device, not of a person; revoke it, or leave it".to_owned();
        return Err(ApiError::Conflict { code: "not_signed_in", detail });
    }
    let session = SessionView::of(&by.0, state.accounts.idle_s());
    let mut response = answer(Answer { status: 200, body: json(&SessionAnswer { session }) });
    let audited = By { who: by.0.actor(), place: place.name };
    for role in Role::ALL {
        let Some(secret) = auth::cookie(&headers, &auth::cookie_name(role, state.port)) else { continue };
        let known = state.accounts.authenticate(secret).await?;
        if known.is_none_or(|known| known.person.is_none() || known.name != by.0.name) {
            continue;
        }
        state.accounts.sign_out(secret, audited.clone()).await?;
        // A device that is enrolled for that role itself goes on with that.
        let own = device_cookie(&state, &headers, role).await?;
        let cookie = match own {
            Some(own) => pages::set_cookie(&state, role, own),
            None => pages::session_cookie(&state, role, "", 0),
        };
        response.headers_mut().append(header::SET_COOKIE, cookie.ok_or(ApiError::Unexpected("cookie"))?);
    }
    // Whoever holds a bearer token keeps it; a session sent as one is ended like a cookie.
    if let Ok(Some(secret)) = auth::bearer(&headers) {
        state.accounts.sign_out(secret, audited).await?;
    }
    let leave = Command::LeaveCounters { staff: by.0.name.clone() };
    // Leaving is never refused.
    let _ = state.handle.tell(by.actor(), leave).await?;
    Ok(response)
}

async fn device_cookie<'a>(state: &AppState, headers: &'a HeaderMap, role: Role) -> Result<Option<&'a str>, ApiError> {
    let Some(secret) = auth::cookie(headers, &auth::device_cookie_name(state.port)) else { return Ok(None) };
    let known = state.accounts.authenticate(secret).await?;
    Ok(known.filter(|known| known.role == role).map(|_| secret))
}

/// Whose credential this is.
#[utoipa::path(get, path = "/api/v1/session", tag = "accounts",
    responses((status = 200, body = SessionAnswer), Problems))]
async fn session(State(state): Lobby, by: Caller) -> Result<Response, ApiError> {
    let session = SessionView::of(&by.0, state.accounts.idle_s());
    Ok(answer(Answer { status: 200, body: json(&SessionAnswer { session }) }))
}

/// Says that somebody works at the page, so that reading alone is not idle.
#[utoipa::path(post, path = "/api/v1/session/active", tag = "accounts",
    responses((status = 200, body = SessionAnswer), Problems))]
async fn active(state: Lobby, by: Caller, _: Asked<Nothing>) -> Result<Response, ApiError> {
    // Every act counts, this one too; see `auth`.
    session(state, by).await
}
