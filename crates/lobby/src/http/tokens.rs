//! Tokens, enrolment codes, and what was done to the accounts.

use super::{
    AppState, Asking,
    auth::Caller,
    body::Asked,
    error::{ApiError, answer, json},
    people::{audited, grants, once},
    place::At,
    spec::Problems,
};
use crate::{
    accounts::Role,
    controller::Answer,
    views::{AuditEntry, AuditPage, NewEnrolment, NewToken, Revoked, Time, TokenList, TokenView},
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Acts in one page, unless the caller says otherwise.
const PAGE: u32 = 100;
/// Most acts in one page.
const LARGEST_PAGE: u32 = 1_000;

type Lobby = State<Arc<AppState>>;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(revoke))
        .routes(routes!(enrol))
        .routes(routes!(audit))
}

/// Tokens of devices and scripts, and enrolled pages.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "accounts", responses((status = 200, body = TokenList), Problems))]
async fn list(State(state): Lobby, _: Caller) -> Result<Response, ApiError> {
    let tokens = state.accounts.credentials().await?.iter().map(TokenView::from).collect();
    Ok(answer(Answer { status: 200, body: json(&TokenList { tokens }) }))
}

/// Whose, and what for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeviceBody {
    /// What it may do.
    role: Role,
    /// 1 to 64 letters, digits, `-`, `_` or `.`.
    name: String,
}

/// Makes a token for a device or a script; the answer is the only place that ever shows it.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "accounts", request_body = DeviceBody,
    responses((status = 201, body = NewToken), Problems))]
async fn add(State(state): Lobby, by: Caller, at: At, asked: Asked<DeviceBody>) -> Result<Response, ApiError> {
    let DeviceBody { role, name } = asked.body;
    grants(&by, &[role])?;
    let made = async {
        let token = state.accounts.add_token(role, name.clone(), audited(&by, at)).await;
        let token = token.map_err(ApiError::from_accounts)?;
        Ok(Answer { status: 201, body: json(&NewToken { role, name, token }) })
    };
    once(&state, asked.request, made).await
}

/// Ends every token, page and code of that role and name.
#[utoipa::path(post, path = "/api/v1/tokens/revoke", tag = "accounts", request_body = DeviceBody,
    responses((status = 200, body = Revoked), Problems))]
async fn revoke(State(state): Lobby, by: Caller, at: At, asked: Asked<DeviceBody>) -> Result<Response, ApiError> {
    let DeviceBody { role, name } = asked.body;
    grants(&by, &[role])?;
    let ended = async {
        let revoked = state.accounts.revoke(role, name, audited(&by, at)).await.map_err(ApiError::from_accounts)?;
        Ok(Answer { status: 200, body: json(&Revoked { revoked }) })
    };
    once(&state, asked.request, ended).await
}

/// Makes a one-use code for the page of a device, good for 10 minutes.
#[utoipa::path(post, path = "/api/v1/enrolments", tag = "accounts", request_body = DeviceBody,
    responses((status = 201, body = NewEnrolment), Problems))]
async fn enrol(State(state): Lobby, by: Caller, at: At, asked: Asked<DeviceBody>) -> Result<Response, ApiError> {
    let DeviceBody { role, name } = asked.body;
    grants(&by, &[role])?;
    let made = async {
        let made = state.accounts.add_enrolment(role, name.clone(), audited(&by, at)).await;
        let (code, until) = made.map_err(ApiError::from_accounts)?;
        let path = format!("/enroll?code={code}");
        Ok(Answer { status: 201, body: json(&NewEnrolment { role, name, code, until: Time(until), path }) })
    };
    once(&state, asked.request, made).await
}

/// Which acts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Acts before this one; from the newest without it.
    before: Option<i64>,
    /// At most so many, 1 to 1000; 100 without it. Another number is taken for the nearest of those.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_usize)]
    limit: Option<u32>,
}

/// Who signed in, failed to, or changed staff and tokens: when and from where, the newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "accounts", params(AuditQuery),
    responses((status = 200, body = AuditPage), Problems))]
async fn audit(State(state): Lobby, _: Caller, Asking(query): Asking<AuditQuery>) -> Result<Response, ApiError> {
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let mut acts = state.accounts.audit(query.before, limit + 1).await?;
    let more = acts.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        acts.pop();
    }
    let next = acts.last().filter(|_| more).map(|act| act.seq);
    let audit = acts.into_iter().map(AuditEntry::from).collect();
    Ok(answer(Answer { status: 200, body: json(&AuditPage { audit, next }) }))
}
