//! What staff say of a ticket: what its customer needs, that it is urgent or a special case, what else its customer came
//! for, and a note for whoever serves it next.

use super::{
    AppState, Named as PathName,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named},
    spec::Problems,
    tickets::act,
    wish::{Act, Beside, free_text, wish_as},
};
use crate::{
    accounts::Role,
    notes::{BadNote, Note},
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
    OpenApiRouter::new().routes(routes!(needs)).routes(routes!(flag)).routes(routes!(then)).routes(routes!(note))
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

/// What else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ThenBody {
    /// Services, at most four, in the order in which they are done; an empty list takes back what was known.
    then: Vec<String>,
}

/// Sets the further services on a number, in place of those that were known. The counter that serves it does those that
/// it can in one go; for the next one the customer waits with the time kept.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/then", tag = "greeter", params(("id" = String, Path)),
    request_body = ThenBody, responses((status = 200, body = TicketView), Problems))]
async fn then(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<ThenBody>,
) -> Result<Response, ApiError> {
    let ticket = TicketId::from(id);
    let then = body.then.into_iter().map(Into::into).collect();
    act(&state, &caller, ticket.clone(), request, Command::SetThen { ticket, then }).await
}

/// Words for whoever serves the customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    /// 1 to 500 characters, as they are shown. They stand in no row of the journal and are gone when the day is closed,
    /// or `rules.note_days` later.
    text: String,
}

/// Puts a note on a ticket, beside those that are there. `GET /api/v1/tickets/{id}` shows them to staff.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/note", tag = "greeter", params(("id" = String, Path)),
    request_body = NoteBody, responses((status = 200, body = TicketView), Problems))]
async fn note(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<NoteBody>,
) -> Result<Response, ApiError> {
    let bad = |bad: BadNote| ApiError::BadValue { code: "bad_note", detail: bad.to_string() };
    let note = Some(Note::read(&body.text).map_err(bad)?);
    let ticket = TicketId::from(id);
    // The writer puts the digest in.
    let command = Command::KeepNote { ticket: ticket.clone(), digest: String::new() };
    let named = Named { ticket: Some(ticket.clone()), ..Named::default() };
    let act = Act { actor: caller.actor(), request, command, named, status: 200 };
    wish_as(&state, act, Beside { identity: None, note }, move |view, _| {
        Some((200, views::ticket(view.branch, view.branch.ticket(&ticket)?)))
    })
    .await
}

fn staff_number(text: String) -> Result<String, ApiError> {
    let good = text.len() <= STAFF_NUMBER && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let detail =
        || format!("`authoriser` has to be a staff number: at most {STAFF_NUMBER} letters, digits and hyphens");
    if good { Ok(text) } else { Err(ApiError::BadValue { code: "bad_authoriser", detail: detail() }) }
}
