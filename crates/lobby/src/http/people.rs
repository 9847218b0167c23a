//! Staff, as those who manage them change them. Nobody changes what they may do themselves.

use super::{
    AppState, Named,
    auth::Caller,
    body::Asked,
    error::{ApiError, answer, json},
    place::At,
    spec::Problems,
    wish::Nothing,
};
use crate::{
    accounts::{AccountsError, By, NewStaff, Role, Staff, StaffChange, staff::may_grant},
    controller::{Answer, RequestKey},
    views::{StaffAnswer, StaffList, StaffView},
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use std::{future::Future, sync::Arc};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

type Lobby = State<Arc<AppState>>;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change))
        .routes(routes!(secret))
        .routes(routes!(disable))
        .routes(routes!(enable))
}

/// Everybody who may sign in here.
#[utoipa::path(get, path = "/api/v1/staff", tag = "accounts", responses((status = 200, body = StaffList), Problems))]
async fn list(State(state): Lobby, _: Caller) -> Result<Response, ApiError> {
    let staff = state.accounts.staff().await?.iter().map(StaffView::from).collect();
    Ok(answer(Answer { status: 200, body: json(&StaffList { staff }) }))
}

/// Somebody new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStaffBody {
    /// 1 to 16 letters, digits or hyphens.
    number: String,
    /// Never shown in public.
    name: String,
    /// `clerk`, `greeter`, `manager`, `engineer`, `hq`.
    roles: Vec<Role>,
    /// Star level, 0 to 5.
    #[schema(maximum = 5)]
    #[serde(default)]
    stars: u8,
    /// 4 to 6 digits for clerks and greeters, or 8 characters and more.
    secret: String,
}

/// Adds somebody. A manager adds clerks, greeters and managers.
#[utoipa::path(post, path = "/api/v1/staff", tag = "accounts", request_body = NewStaffBody,
    responses((status = 201, body = StaffAnswer), Problems))]
async fn add(State(state): Lobby, by: Caller, at: At, asked: Asked<NewStaffBody>) -> Result<Response, ApiError> {
    let NewStaffBody { number, name, roles, stars, secret } = asked.body;
    grants(&by, &roles)?;
    let wish = NewStaff { number, name, roles, stars, secret };
    let added = async { shown(201, state.accounts.add_staff(wish, audited(&by, at)).await) };
    once(&state, asked.request, added).await
}

/// What changes; what is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StaffChangeBody {
    /// Never shown in public.
    name: Option<String>,
    /// All roles from now on.
    roles: Option<Vec<Role>>,
    /// Star level, 0 to 5.
    #[schema(maximum = 5)]
    stars: Option<u8>,
}

/// Changes what is known of somebody.
#[utoipa::path(post, path = "/api/v1/staff/{number}", tag = "accounts", params(("number" = String, Path)),
    request_body = StaffChangeBody, responses((status = 200, body = StaffAnswer), Problems))]
async fn change(
    State(state): Lobby,
    by: Caller,
    Named(number): Named,
    at: At,
    asked: Asked<StaffChangeBody>,
) -> Result<Response, ApiError> {
    let StaffChangeBody { name, roles, stars } = asked.body;
    let staff = theirs(&state, &by, &number).await?;
    if let Some(roles) = &roles {
        grants(&by, roles)?;
        if is_self(&by, &staff) {
            return Err(not_yourself());
        }
    }
    let change = StaffChange { name, roles, stars };
    let changed = async { shown(200, state.accounts.change_staff(&number, change, audited(&by, at)).await) };
    once(&state, asked.request, changed).await
}

/// A new secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecretBody {
    /// 4 to 6 digits for clerks and greeters, or 8 characters and more.
    secret: String,
}

/// Gives somebody a new PIN or password. Their sessions end, and failures are forgotten.
#[utoipa::path(post, path = "/api/v1/staff/{number}/secret", tag = "accounts", params(("number" = String, Path)),
    request_body = SecretBody, responses((status = 200, body = StaffAnswer), Problems))]
async fn secret(
    State(state): Lobby,
    by: Caller,
    Named(number): Named,
    at: At,
    asked: Asked<SecretBody>,
) -> Result<Response, ApiError> {
    theirs(&state, &by, &number).await?;
    let secret = asked.body.secret;
    let set = async { shown(200, state.accounts.set_secret(&number, secret, audited(&by, at)).await) };
    once(&state, asked.request, set).await
}

/// Lets somebody sign in no more; their sessions end.
#[utoipa::path(post, path = "/api/v1/staff/{number}/disable", tag = "accounts", params(("number" = String, Path)),
    responses((status = 200, body = StaffAnswer), Problems))]
async fn disable(
    State(state): Lobby,
    by: Caller,
    Named(number): Named,
    at: At,
    asked: Asked<Nothing>,
) -> Result<Response, ApiError> {
    if is_self(&by, &theirs(&state, &by, &number).await?) {
        return Err(not_yourself());
    }
    set_enabled(&state, &by, at, &number, false, asked.request).await
}

/// Lets somebody sign in again.
#[utoipa::path(post, path = "/api/v1/staff/{number}/enable", tag = "accounts", params(("number" = String, Path)),
    responses((status = 200, body = StaffAnswer), Problems))]
async fn enable(
    State(state): Lobby,
    by: Caller,
    Named(number): Named,
    at: At,
    asked: Asked<Nothing>,
) -> Result<Response, ApiError> {
    theirs(&state, &by, &number).await?;
    set_enabled(&state, &by, at, &number, true, asked.request).await
}

async fn set_enabled(
    state: &AppState,
    by: &Caller,
    at: At,
    number: &str,
    enabled: bool,
    request: Option<RequestKey>,
) -> Result<Response, ApiError> {
    let set = async { shown(200, state.accounts.set_enabled(number, enabled, audited(by, at)).await) };
    once(state, request, set).await
}

fn shown(status: u16, staff: Result<Staff, AccountsError>) -> Result<Answer, ApiError> {
    let staff = StaffView::from(&staff.map_err(ApiError::from_accounts)?);
    Ok(Answer { status, body: json(&StaffAnswer { staff }) })
}

/// Does an act on the accounts once for its request id.
pub(super) async fn once(
    state: &AppState,
    request: Option<RequestKey>,
    act: impl Future<Output = Result<Answer, ApiError>>,
) -> Result<Response, ApiError> {
    state.accounts.repeats().once(request, act).await?.map(answer).ok_or(ApiError::KeyReused)
}

pub(super) fn audited(by: &Caller, at: At) -> By {
    By { who: by.0.actor(), place: at.0.name }
}

/// That the caller may give these roles.
pub(super) fn grants(by: &Caller, roles: &[Role]) -> Result<(), ApiError> {
    match roles.iter().find(|role| !may_grant(by.0.role, **role)) {
        Some(role) => Err(ApiError::NotTheirsToGive(role.name())),
        None => Ok(()),
    }
}

/// Somebody whom the caller may change: whose every role they may give.
async fn theirs(state: &AppState, by: &Caller, number: &str) -> Result<Staff, ApiError> {
    let staff = state.accounts.one_of_staff(number).await.map_err(ApiError::from_accounts)?;
    grants(by, &staff.roles)?;
    Ok(staff)
}

fn is_self(by: &Caller, staff: &Staff) -> bool {
    by.0.person.is_some() && by.0.name == staff.number
}

fn not_yourself() -> ApiError {
    let detail = "nobody takes rights from themselves: ask another manager or engineer".to_owned();
    ApiError::Conflict { code: "not_yourself", detail }
}
