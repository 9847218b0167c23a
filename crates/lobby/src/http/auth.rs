//! Who is calling: a bearer token, or the cookie of the role that the page names. Judged before anything else of a
//! call is looked at, so 401 and 403 come before 404, 409 and 422.

use super::{
    AppState,
    access::{self, Rule, Who},
    error::ApiError,
    limits::{Paper, TooMuch},
};
use crate::accounts::{Principal, Role};
use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, Method, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::StreamExt as _;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

/// How soon a stream ends after the session of whoever follows it.
const STILL_SIGNED_IN: Duration = Duration::from_secs(5);

/// Where the calls of phones begin; the link comes next.
const LINKS: &str = "/api/v1/track/";

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
    let path = request.extensions().get::<MatchedPath>();
    let rule = path.map_or(Rule::Closed, |path| access::rule(request.method(), path.as_str()));
    let from = Origin::of(&request);
    if matches!(rule, Rule::Route(Who::Anyone) | Rule::OtherMethod(Who::Anyone)) {
        return match from.counted(&state, from.stranger(&state)).await {
            Ok(()) => next.run(request).await,
            Err(error) => error.into_response(),
        };
    }
    let (principal, secret) = match authenticate(&state, request.method(), request.uri(), request.headers()).await {
        Ok((principal, secret)) => (principal, secret.to_owned()),
        Err(error) => {
            let counted = from.counted(&state, from.stranger(&state)).await;
            return counted.err().unwrap_or(error).into_response();
        }
    };
    let person = principal.person.is_some();
    let allowed = match rule {
        Rule::Route(who) => who.allows(principal.role),
        // The router answers 405 and says which methods there are.
        Rule::OtherMethod(_) => true,
        Rule::Closed => false,
    };
    if !allowed {
        return ApiError::WrongRole(principal.role.name()).into_response();
    }
    let known = state.limits.known(&principal, request.method(), &from.route);
    if let Err(error) = from.counted(&state, known).await {
        return error.into_response();
    }
    if person
        && !request.method().is_safe()
        && let Err(cause) = state.accounts.acted(&secret).await
    {
        tracing::warn!(%cause, "an act could not be noted; its session may end for idleness sooner");
    }
    let actor = principal.actor();
    request.extensions_mut().insert(Caller(principal));
    let response = next.run(request).await;
    if response.extensions().get::<Paper>().is_some() {
        state.limits.printed(actor);
    }
    if person { while_signed_in(&state, response, secret) } else { response }
}

/// Where a call comes from and where it goes, for counting it.
struct Origin {
    address: Option<IpAddr>,
    route: String,
    link: Option<String>,
}

impl Origin {
    fn of(request: &Request) -> Origin {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let link = request.uri().path().strip_prefix(LINKS).and_then(|rest| rest.split('/').next());
        Origin {
            address: peer.map(|peer| peer.0.ip()),
            route: request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned(),
            link: link.map(str::to_owned),
        }
    }

    /// A call of somebody who need not say who they are, or did not: counted by its link and by its address.
    fn stranger(&self, state: &AppState) -> Result<(), TooMuch> {
        self.link.as_ref().map_or(Ok(()), |link| state.limits.link(link))?;
        state.limits.unknown(self.address, &self.route)
    }

    /// Turns a call away that was too much, and notes the first of them.
    async fn counted(&self, state: &AppState, counted: Result<(), TooMuch>) -> Result<(), ApiError> {
        let Err(TooMuch { error, name, note }) = counted else { return Ok(()) };
        if note {
            let place = self.address.map_or_else(String::new, |ip| format!("network:{}", ip.to_canonical()));
            state.accounts.note_excess(&name, &place, &self.route).await?;
        }
        Err(error)
    }
}

/// A stream of somebody who signed in ends with the session.
fn while_signed_in(state: &AppState, response: Response, secret: String) -> Response {
    let mime = response.headers().get(header::CONTENT_TYPE);
    if mime.is_none_or(|mime| mime != "text/event-stream") {
        return response;
    }
    let accounts = state.accounts.clone();
    let over = async move {
        loop {
            tokio::time::sleep(STILL_SIGNED_IN).await;
            if !matches!(accounts.authenticate(&secret).await, Ok(Some(_))) {
                return;
            }
        }
    };
    response.map(|body| Body::from_stream(body.into_data_stream().take_until(Box::pin(over))))
}

/// An address that there is not. In the API nobody without a credential learns which those are.
pub(super) async fn unknown(State(state): State<Arc<AppState>>, request: Request) -> ApiError {
    if !request.uri().path().starts_with("/api/") {
        return ApiError::NoSuchRoute;
    }
    match authenticate(&state, request.method(), request.uri(), request.headers()).await {
        Ok(_) => ApiError::NoSuchRoute,
        Err(error) => error,
    }
}

/// Who calls, and the secret that says so.
async fn authenticate<'a>(
    state: &AppState,
    method: &Method,
    uri: &Uri,
    headers: &'a HeaderMap,
) -> Result<(Principal, &'a str), ApiError> {
    if let Some(token) = bearer(headers)? {
        let found = state.accounts.authenticate(token).await?;
        return found.map(|found| (found, token)).ok_or(ApiError::BadCredential);
    }
    let role = named_role(method, uri, headers).ok_or(ApiError::NoCredential)?;
    let cookie = cookie(headers, &cookie_name(role, state.port)).ok_or(ApiError::NoCredential)?;
    let found = state.accounts.authenticate(cookie).await?;
    // A cookie that was moved to the name of another role is none.
    found.filter(|found| found.role == role).map(|found| (found, cookie)).ok_or(ApiError::BadCredential)
}

/// The token of a call that carries one.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
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

/// The cookie by which an enrolled device is known, whoever signs in there. It opens nothing by itself.
pub(super) fn device_cookie_name(port: u16) -> String {
    format!("ns-device-{port}")
}

/// One cookie per role and port: browsers do not tell ports apart.
pub(super) fn cookie_name(role: Role, port: u16) -> String {
    format!("ns-{}-{port}", role.name())
}
