//! What staff say of a ticket: what its customer needs, and that it is urgent or a special case.

use super::{
    AppState, Named as PathName, auth::Caller, body::Asked, error::ApiError, spec::Problems, tickets::act,
    wish::free_text,
};
use crate::{
    accounts::Role,
    views::{self, TicketView},
};
use axum::{extract::State, response::Response};
use queue_core::{Command, Flag, Need, TicketId};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest staff number that is taken for one.
const STAFF_NUMBER: usize = 32;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(needs)).routes(routes!(flag))
}

/// What staff should know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NeedsBody {
    /// `hearing`, `sight`, `mobility`, `interpreter`; an empty list takes back what was known.
    #[schema(value_type = Vec<String>)]
    needs: Vec<Need>,
}

/// Sets what staff should know of a customer, in place of what was known. Never shown in public.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/needs", tag = "greeter", params(("id" = String, Path)),
    request_body = NeedsBody, responses((status = 200, body = TicketView), Problems))]
async fn needs(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<NeedsBody>,
) -> Result<Response, ApiError> {
    let ticket = TicketId::from(id);
    act(&state, &caller, ticket.clone(), request, Command::SetNeeds { ticket, needs: body.needs }).await
}

/// Which mark, why, and who answers for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlagBody {
    /// `urgent` or `special`.
    #[schema(schema_with = views::flags)]
    flag: Flag,
    /// In words; stands in the journal.
    reason: String,
    /// Staff number of whoever allowed it. A clerk has to name somebody; for others it is themselves without it.
    authoriser: Option<String>,
}

/// Marks a ticket. An urgent one goes on waiting in the lane `rules.urgent_lane`, with its time kept; a special case
/// is marked and no more.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/flag", tag = "greeter", params(("id" = String, Path)),
    request_body = FlagBody, responses((status = 200, body = TicketView), Problems))]
async fn flag(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<FlagBody>,
) -> Result<Response, ApiError> {
    let reason = free_text("reason", body.reason)?;
    let own = || (caller.0.role != Role::Clerk).then(|| caller.0.name.clone());
    let authoriser = match body.authoriser {
        Some(number) => staff_number(number)?,
        None => own().unwrap_or_default(),
    };
    let ticket = TicketId::from(id);
    let command = Command::Flag { ticket: ticket.clone(), flag: body.flag, reason, authoriser };
    act(&state, &caller, ticket, request, command).await
}

fn staff_number(text: String) -> Result<String, ApiError> {
    let good = text.len() <= STAFF_NUMBER && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let detail =
        || format!("`authoriser` has to be a staff number: at most {STAFF_NUMBER} letters, digits and hyphens");
    if good { Ok(text) } else { Err(ApiError::BadValue { code: "bad_authoriser", detail: detail() }) }
}
