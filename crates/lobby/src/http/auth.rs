//! Who is calling: a bearer token, or the cookie of the role that the page names. Judged before anything else of a
//! call is looked at, so 401 and 403 come before 404, 409 and 422.

use super::{AppState, access, error::ApiError};
use crate::accounts::{Principal, Role};
use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, Method, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Who is calling, after [`authorize`] let the call through.
#[derive(Clone, Debug)]
pub(super) struct Caller(pub(super) Principal);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, ApiError> {
        parts.extensions.get::<Caller>().cloned().ok_or(ApiError::NoCredential)
    }
}

/// Lets a call through to its route, or answers 401 or 403.
pub(super) async fn authorize(State(state): State<Arc<AppState>>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let who = path.and_then(|path| access::who(request.method(), &path));
    if who == Some(access::Who::Anyone) {
        return next.run(request).await;
    }
    match authenticate(&state, request.method(), request.uri(), request.headers()).await {
        Err(error) => error.into_response(),
        // A method that the path does not answer to is not in the table; the router says 405.
        Ok(principal) if who.is_some_and(|who| !who.allows(principal.role)) => {
            ApiError::WrongRole(principal.role.name()).into_response()
        }
        Ok(principal) => {
            request.extensions_mut().insert(Caller(principal));
            next.run(request).await
        }
    }
}

/// An address of the API that there is not, or not for this method: nobody without a credential learns which.
pub(super) async fn unknown(State(state): State<Arc<AppState>>, request: Request) -> ApiError {
    if !request.uri().path().starts_with("/api/") {
        return ApiError::NoSuchRoute;
    }
    match authenticate(&state, request.method(), request.uri(), request.headers()).await {
        Ok(_) => ApiError::NoSuchRoute,
        Err(error) => error,
    }
}

async fn authenticate(
    state: &AppState,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Principal, ApiError> {
    if let Some(token) = bearer(headers)? {
        return state.accounts.authenticate(token).await?.ok_or(ApiError::BadCredential);
    }
    let role = named_role(method, uri, headers).ok_or(ApiError::NoCredential)?;
    let cookie = cookie(headers, &cookie_name(role, state.port)).ok_or(ApiError::NoCredential)?;
    let found = state.accounts.authenticate(cookie).await?;
    // A cookie that was moved to the name of another role is none.
    found.filter(|found| found.role == role).ok_or(ApiError::BadCredential)
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let value = value.to_str().map_err(|_| ApiError::BadCredential)?;
    let (scheme, token) = value.split_once(' ').ok_or(ApiError::BadCredential)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::BadCredential);
    }
    Ok(Some(token.trim()))
}

/// A page names its role in `X-Role`; a stream, which cannot send headers, in `?role=`.
fn named_role(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Role> {
    if let Some(role) = headers.get("x-role") {
        return Role::named(role.to_str().ok()?);
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let role = uri.query()?.split('&').find_map(|pair| pair.strip_prefix("role="))?;
    Role::named(role)
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// One cookie per role and port: browsers do not tell ports apart.
pub(super) fn cookie_name(role: Role, port: u16) -> String {
    format!("ns-{}-{port}", role.name())
}
