//! What is done at a counter.

use super::{
    AppState, Named as PathName,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    expect::{At, Expect, Plain},
    spec::Problems,
    wish::{Act, free_text, wish},
};
use crate::{
    accounts::{Principal, Role},
    config::ManualCall,
    controller::{Answer, RequestKey},
    views::{self, CounterAnswer, CounterList},
};
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::Response,
};
use queue_core::{Clerk, Command, CounterId, Outcome, PauseReason, TransferTo};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(detail))
        .routes(routes!(open))
        .routes(routes!(close))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(next))
        .routes(routes!(call))
        .routes(routes!(recall))
        .routes(routes!(arrived))
        .routes(routes!(finish))
        .routes(routes!(no_show))
        .routes(routes!(hold))
        .routes(routes!(resume_ticket))
        .routes(routes!(transfer))
        .routes(routes!(undo))
        .routes(routes!(clerk))
}

pub(super) type Lobby = State<Arc<AppState>>;
pub(super) type Answered = Result<Response, ApiError>;

/// All counters.
#[utoipa::path(get, path = "/api/v1/counters", tag = "counter",
    responses((status = 200, body = CounterList), Problems))]
async fn list(State(state): Lobby, _: Caller) -> Answered {
    let counters = state.handle.ask(views::counters).await?;
    Ok(answer(Answer { status: 200, body: json(&counters) }))
}

/// A counter as it stands.
#[utoipa::path(get, path = "/api/v1/counters/{counter}", tag = "counter", params(("counter" = String, Path)),
    responses((status = 200, body = CounterAnswer), Problems))]
async fn detail(State(state): Lobby, _: Caller, PathName(id): PathName) -> Answered {
    let counter = CounterId::from(id);
    let refusal = queue_core::Refusal::UnknownCounter(counter.clone());
    let found = state.handle.ask(move |view| views::counter_answer(view, &counter, None)).await?;
    let found = found.ok_or_else(|| ApiError::NotFound { code: refusal.code(), detail: refusal.to_string() })?;
    Ok(answer(Answer { status: 200, body: json(&found) }))
}

/// Takes customers from now on; repeating it changes nothing.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/open", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn open(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::OpenCounter { counter, staff: None })
        .await
}

/// A clerk's credential carries the staff number as its name; the built-in one of a demo has none.
fn clerk_of(caller: &Principal) -> Option<Clerk> {
    let stars = caller.person.as_ref().map(|person| person.stars);
    (caller.role == Role::Clerk && caller.name != Principal::DEMO).then(|| Clerk { number: caller.name.clone(), stars })
}

/// Whom the counter is taken over from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClerkBody {
    /// The staff number of whoever is named there, as the clerk has seen and confirmed it.
    from: Option<String>,
}

/// Names the clerk who calls at a counter; at a closed one nobody is named until it is opened. Where another one is named, that has to be confirmed; its customer and its
/// held tickets stay.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/clerk", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<ClerkBody>, responses((status = 200, body = CounterAnswer), Problems))]
async fn clerk(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<ClerkBody>) -> Answered {
    let Some(clerk) = clerk_of(&by.0) else {
        let detail = "this credential has no staff number; sign in with your own".to_owned();
        return Err(ApiError::Conflict { code: "no_staff_number", detail });
    };
    let from = asked.body.from;
    act(&state, &by, id, asked.request, |counter| Command::NameClerk { counter, clerk, from }).await
}

/// Where the held tickets go, and why it is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseBody {
    /// The counter that keeps this one's held tickets; without it they go back to their queues.
    held_to: Option<String>,
    /// Why, in words; needed, from a manager, where people wait whom no other open counter serves.
    reason: Option<String>,
    #[serde(default)]
    expect: Expect,
}

/// Takes no more customers; a called one goes back to the queue. The last open counter for people who wait is closed
/// by a manager who says why.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/close", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<CloseBody>, responses((status = 200, body = CounterAnswer), Problems))]
async fn close(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<CloseBody>) -> Answered {
    let held_to = asked.body.held_to.map(CounterId::from);
    let reason = asked.body.reason.map(|reason| free_text("reason", reason)).transpose()?;
    let authorised = by.0.role == Role::Manager;
    let close = |counter| Command::CloseCounter { counter, held_to, reason, authorised };
    act(&state, &by, (id, asked.body.expect), asked.request, close).await
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PauseBody {
    /// `rest`, `meal`, `meeting`, `away` or `system`.
    #[schema(schema_with = views::pause_reasons)]
    reason: PauseReason,
    #[serde(default)]
    expect: Expect,
}

/// Takes a break, after the customer who is there.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/pause", tag = "counter", params(("counter" = String, Path)),
    request_body = PauseBody, responses((status = 200, body = CounterAnswer), Problems))]
async fn pause(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<PauseBody>) -> Answered {
    let reason = asked.body.reason;
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::Pause { counter, reason }).await
}

/// Takes customers again.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/resume", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn resume(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::Resume { counter }).await
}

/// Finishes whoever is there and calls the next; with nobody waiting the counter is ready and `ticket` is `null`.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/next", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn next(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::CallNext { counter }).await
}

/// Whom and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CallBody {
    /// Id of a waiting ticket.
    ticket: String,
    /// In words; stands in the journal.
    reason: String,
    #[serde(default)]
    expect: Expect,
}

/// That the caller may call out of turn, judged before the body is looked at.
struct OutOfTurn;

impl FromRequestParts<Arc<AppState>> for OutOfTurn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<OutOfTurn, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        match state.handle.config().rules.manual_call {
            ManualCall::Manager if caller.0.role != Role::Manager => Err(ApiError::ManualCallForbidden),
            ManualCall::Manager | ManualCall::Clerk => Ok(OutOfTurn),
        }
    }
}

/// Calls that ticket, out of turn. `rules.manual_call` says who may.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/call", tag = "counter", params(("counter" = String, Path)),
    request_body = CallBody, responses((status = 200, body = CounterAnswer), Problems))]
async fn call(
    State(state): Lobby,
    by: Caller,
    _: OutOfTurn,
    PathName(id): PathName,
    asked: Asked<CallBody>,
) -> Answered {
    let (ticket, reason) = (asked.body.ticket.into(), free_text("reason", asked.body.reason)?);
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::CallTicket { counter, ticket, reason })
        .await
}

/// Calls the same number again.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/recall", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn recall(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::Recall { counter }).await
}

/// The customer is there.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/arrived", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn arrived(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::Arrived { counter }).await
}

/// How it ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FinishBody {
    /// `done` (without it), `papers_missing` or `come_back`.
    #[serde(default)]
    #[schema(schema_with = views::outcomes)]
    outcome: Outcome,
    #[serde(default)]
    expect: Expect,
}

/// Served.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/finish", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<FinishBody>, responses((status = 200, body = CounterAnswer), Problems))]
async fn finish(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<FinishBody>) -> Answered {
    let outcome = asked.body.outcome;
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::Finish { counter, outcome }).await
}

/// Called and did not come.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/no-show", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn no_show(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::NoShow { counter }).await
}

/// Keeps the ticket at this counter.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/hold", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn hold(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::Hold { counter }).await
}

/// Takes back the counter's last finish, no-show, hold or transfer: once, within a minute, while the ticket is nowhere
/// else. What was finished by *next* is taken back together with that call.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/undo", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<Plain>, responses((status = 200, body = CounterAnswer), Problems))]
async fn undo(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<Plain>) -> Answered {
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::Undo { counter }).await
}

/// Whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResumeTicketBody {
    /// Id of a ticket that this counter holds.
    ticket: String,
    #[serde(default)]
    expect: Expect,
}

/// Goes on with a held ticket.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/resume-ticket", tag = "counter",
    params(("counter" = String, Path)), request_body = ResumeTicketBody,
    responses((status = 200, body = CounterAnswer), Problems))]
async fn resume_ticket(
    State(state): Lobby,
    by: Caller,
    PathName(id): PathName,
    asked: Asked<ResumeTicketBody>,
) -> Answered {
    let ticket = asked.body.ticket.into();
    act(&state, &by, (id, asked.body.expect), asked.request, |counter| Command::ResumeTicket { counter, ticket }).await
}

/// Where to: either `service` or `counter`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransferBody {
    /// To whoever can do this service.
    service: Option<String>,
    /// To this counter, for the same service.
    counter: Option<String>,
    /// In another lane.
    lane: Option<String>,
    /// With `service`: the counter that the customer waits for first.
    pin: Option<String>,
    /// Also where nobody is open.
    #[serde(default)]
    confirm: bool,
    #[serde(default)]
    expect: Expect,
}

/// Sends the customer on; number and time waited are kept.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/transfer", tag = "counter",
    params(("counter" = String, Path)), request_body = TransferBody,
    responses((status = 200, body = CounterAnswer), Problems))]
async fn transfer(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<TransferBody>) -> Answered {
    let TransferBody { service, counter, lane, pin, confirm, expect } = asked.body;
    let to = match (service, counter, pin) {
        (Some(service), None, pin) => TransferTo::Service { service: service.into(), pin: pin.map(Into::into) },
        (None, Some(counter), None) => TransferTo::Counter(counter.into()),
        _ => {
            let detail = "give either `service`, with or without `pin`, or `counter`".to_owned();
            return Err(ApiError::BadValue { code: "bad_target", detail });
        }
    };
    let lane = lane.map(Into::into);
    act(&state, &by, (id, expect), asked.request, |counter| Command::Transfer { counter, to, lane, confirm }).await
}

/// What is wished at a counter, if the ticket that the caller has in view is still there.
pub(super) async fn act(
    state: &AppState,
    caller: &Caller,
    at: impl Into<At>,
    request: Option<RequestKey>,
    command: impl FnOnce(CounterId) -> Command,
) -> Answered {
    let At { counter, expect } = at.into();
    let command = command(counter.clone());
    let sends_away = matches!(
        command,
        Command::Finish { .. } | Command::NoShow { .. } | Command::Hold { .. } | Command::Transfer { .. }
    );
    let command = expect.guard(&counter, command);
    // A clerk's act is refused while another one is named at the counter.
    let command = match clerk_of(&caller.0) {
        Some(clerk) => Command::AsClerk { clerk, wish: Box::new(command) },
        None => command,
    };
    let named = Named { counter: Some(counter.clone()), ..Named::default() };
    let act = Act { actor: caller.actor(), request, command, named, status: 200 };
    wish(state, act, move |view, handled| {
        let away = handled.facts.iter().find_map(queue_core::Event::ticket).filter(|_| sends_away);
        views::counter_answer(view, &counter, away)
    })
    .await
}
