//! Taking a number, and what staff do with one.

use super::{
    AppState, Asking, Named as PathName,
    appointments::appointment_code,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    limits::with_paper,
    spec::Problems,
    wish::{Act, Beside, Nothing, free_text, wish, wish_as},
};
use crate::{
    accounts::{Principal, Role},
    cards::CardPass,
    config::{Config, KioskConfig},
    controller::{Answer, View},
    identity::{BadIdentity, Identity},
    views::{self, Issued, Menu, TicketDetail, TicketList, TicketSelection, TicketView},
};
use axum::{extract::State, response::Response};
use queue_core::{CheckIn, Command, Event, IssueWish, LaneId, Need, PrinterId, TicketId, TicketState};
use serde::Deserialize;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Tickets in one page of a list, unless the caller says otherwise.
const PAGE: usize = 100;
/// Most tickets in one page of a list.
const LARGEST_PAGE: usize = 500;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(menu))
        .routes(routes!(issue, list))
        .routes(routes!(detail))
        .routes(routes!(cancel))
        .routes(routes!(reinstate))
        .routes(routes!(lane))
        .routes(routes!(reprint))
}

/// Whose menu.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MenuQuery {
    /// The kiosk whose printer is shown; the caller's own without it.
    kiosk: Option<String>,
}

/// What can be asked for now.
#[utoipa::path(get, path = "/api/v1/menu", tag = "kiosk", params(MenuQuery),
    responses((status = 200, body = Menu), Problems))]
async fn menu(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    Asking(query): Asking<MenuQuery>,
) -> Result<Response, ApiError> {
    let kiosk = kiosk(state.handle.config(), &caller.0, query.kiosk.as_deref())?.cloned();
    let devices = state.devices.list();
    let menu = state.handle.ask(move |view| views::menu(view, kiosk.as_ref(), &devices)).await?;
    Ok(answer(Answer { status: 200, body: json(&menu) }))
}

/// What a customer asks for. Not `Debug`: the number of an identity is for nobody's eyes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IssueBody {
    /// What for, such as `cash`. May be left out with an appointment.
    service: Option<String>,
    /// Further services on the same number, at most four.
    #[serde(default)]
    then: Vec<String>,
    /// How to wait; the ordinary lane without it.
    lane: Option<String>,
    /// One of the branch's languages.
    language: Option<String>,
    /// Where the paper comes out; a kiosk's own without it. A greeter without a kiosk gives a number without paper.
    kiosk: Option<String>,
    /// Whose: the number as read from a card, or `{"kind": "id", "card" or "phone", "number"}`. Kept as a keyed hash
    /// and a mask until the day is closed. Who asks again for a service is given the same number.
    #[schema(value_type = Option<Object>)]
    identity: Option<serde_json::Value>,
    /// Whose, by a card that was read with `POST /api/v1/cards`: in place of `identity`. Without `lane` the holder waits
    /// where the card says.
    card: Option<String>,
    /// Code of an appointment that is checked in; upper and lower case are the same.
    appointment: Option<String>,
    /// What staff should know: `hearing`, `sight`, `mobility`, `interpreter`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    needs: Vec<Need>,
}

/// Takes a number: 201. Whoever has a live one already, by identity or appointment, is given that one again: 200.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "kiosk", request_body = IssueBody,
    responses((status = 201, body = Issued), (status = 200, body = Issued), Problems))]
async fn issue(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    Asked { body, request }: Asked<IssueBody>,
) -> Result<Response, ApiError> {
    let card = super::cards::pass(&state, body.card.as_deref()).await?;
    let Wanted { mut command, identity } = wanted(state.handle.config(), &caller.0, body, card)?;
    if let Command::Issue(asked) = &mut command {
        // Said before the number is taken, on it, and held to afterwards: one and the same.
        asked.promise = state.handle.promises().newcomer(asked.service.as_str(), asked.lane.as_str());
    }
    let (asked, who) = (command.clone(), identity.clone());
    let act = Act { actor: caller.actor(), request, command, named: Named::default(), status: 201 };
    // Set when the answer is made anew, not when one is given again.
    let paper = Arc::new(AtomicBool::new(false));
    let told = paper.clone();
    let answer = wish_as(&state, act, Beside { identity, note: None }, move |view, handled| {
        let new = handled.facts.iter().find(|fact| matches!(fact, Event::Issued { .. }));
        let (status, ticket) = match new {
            Some(issued) => (201, issued.ticket()?),
            None => (200, standing(view, &asked, who.as_ref())?),
        };
        let issued = Issued { again: status == 200, ..views::issued(view, ticket)? };
        told.store(matches!(issued.print, "queued" | "printed"), Ordering::Relaxed);
        Some((status, issued))
    })
    .await?;
    Ok(if paper.load(Ordering::Relaxed) { with_paper(answer) } else { answer })
}

/// The live ticket that stands in the way of a new one.
fn standing<'a>(view: &'a View<'_>, asked: &Command, who: Option<&Identity>) -> Option<&'a TicketId> {
    match asked {
        Command::Issue(wish) => view.live_of(who?, &wish.service),
        Command::CheckIn(wish) => {
            let booked = view.branch.appointment(&wish.code)?;
            let own = booked.checked_in.as_ref().map(|own| &own.ticket);
            own.or_else(|| view.live_of(who?, &booked.service))
        }
        _ => None,
    }
}

/// A wish for a number, and whose it is to be.
struct Wanted {
    command: Command,
    identity: Option<Identity>,
}

fn wanted(config: &Config, caller: &Principal, body: IssueBody, card: Option<CardPass>) -> Result<Wanted, ApiError> {
    let bad_identity = |bad: BadIdentity| ApiError::BadValue { code: "bad_identity", detail: bad.to_string() };
    let identity = body.identity.as_ref().map(Identity::read).transpose().map_err(bad_identity)?;
    if identity.is_some() && card.is_some() {
        return Err(ApiError::BadBody("send `identity` or `card`, not both".to_owned()));
    }
    let identity = identity.or_else(|| card.as_ref().map(CardPass::identity));
    let language = spoken_here(config, body.language)?;
    let by_code = body.appointment.as_deref().map(appointment_code).transpose()?;
    let by_card = card.and_then(|card| card.lane).filter(|_| by_code.is_none());
    let lane = lane_of(config, caller, body.lane.as_deref().or(by_card.as_deref()), by_code.is_some())?;
    let from = kiosk(config, caller, body.kiosk.as_deref())?;
    let mut needs = body.needs;
    needs.sort_unstable();
    needs.dedup();
    let kiosk = from.map(|kiosk| kiosk.id.clone());
    let then = body.then.into_iter().map(Into::into).collect();
    let printer = from.and_then(|kiosk| kiosk.printer.as_deref()).map(PrinterId::from);
    // The writer puts the hash of the identity in.
    let command = match (by_code, body.service.map(Into::into)) {
        (Some(code), service) => {
            Command::CheckIn(CheckIn { code, service, language, kiosk, identity: None, needs, then, printer })
        }
        (None, Some(service)) => Command::Issue(IssueWish {
            service,
            lane,
            language,
            kiosk,
            identity: None,
            needs,
            then,
            printer,
            promise: None,
        }),
        (None, None) => return Err(ApiError::BadBody("missing field `service`".to_owned())),
    };
    Ok(Wanted { command, identity })
}

/// How to wait: as asked, or as the branch has it. The lane of appointments is for those who have one; staff may send
/// somebody there without a code.
fn lane_of(config: &Config, caller: &Principal, asked: Option<&str>, by_code: bool) -> Result<LaneId, ApiError> {
    let appointments = config.appointment_lane();
    if by_code && asked.is_some() && asked != appointments {
        let detail = "who has an appointment waits in its lane; leave `lane` out".to_owned();
        return Err(ApiError::BadValue { code: "appointment_lane", detail });
    }
    if !by_code && caller.role == Role::Kiosk && asked.is_some() && asked == appointments {
        let detail = "this lane is for appointments; send the code of one as `appointment`, or choose another lane";
        return Err(ApiError::BadValue { code: "appointment_needed", detail: detail.to_owned() });
    }
    Ok(asked.or_else(|| config.default_lane()).unwrap_or_default().into())
}

/// A language of the branch, if one was chosen.
pub(super) fn spoken_here(config: &Config, language: Option<String>) -> Result<Option<String>, ApiError> {
    if let Some(language) = language.as_ref().filter(|language| !config.branch.languages.contains(language)) {
        let detail =
            format!("this branch does not speak `{language}`; it speaks {}", config.branch.languages.join(", "));
        return Err(ApiError::BadValue { code: "unknown_language", detail });
    }
    Ok(language)
}

/// The kiosk that was named; else a kiosk's own, by the name of its token, or the first of the branch.
pub(super) fn kiosk<'a>(
    config: &'a Config,
    caller: &Principal,
    named: Option<&str>,
) -> Result<Option<&'a KioskConfig>, ApiError> {
    let find = |id: &str| config.kiosks.iter().find(|kiosk| kiosk.id == id);
    match named {
        Some(id) => find(id).map(Some).ok_or_else(|| ApiError::BadValue {
            code: "unknown_kiosk",
            detail: format!("there is no kiosk `{id}` in the configuration"),
        }),
        None if caller.role == Role::Kiosk => Ok(find(&caller.name).or_else(|| config.kiosks.first())),
        None => Ok(None),
    }
}

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only in these states, separated by commas.
    state: Option<String>,
    /// Only of this service.
    service: Option<String>,
    /// Only of this lane.
    lane: Option<String>,
    /// Only the one of this number; small letters and missing noughts (`a12` for `A012`) do not matter.
    number: Option<String>,
    /// Only those issued after this one: `next` of the page before.
    after: Option<String>,
    /// At most so many, 1 to 500; 100 without it.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Tickets of the day in the order of issue.
#[utoipa::path(get, path = "/api/v1/tickets", tag = "staff", params(ListQuery),
    responses((status = 200, body = TicketList), Problems))]
async fn list(
    State(state): State<Arc<AppState>>,
    _: Caller,
    Asking(query): Asking<ListQuery>,
) -> Result<Response, ApiError> {
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(ApiError::BadQuery(format!("`limit` goes from 1 to {LARGEST_PAGE}")));
    }
    let states = query.state.as_deref().unwrap_or_default();
    let selection = TicketSelection {
        states: states.split(',').filter(|name| !name.is_empty()).map(ticket_state).collect::<Result<_, _>>()?,
        service: query.service.map(Into::into),
        lane: query.lane.map(Into::into),
        number: query.number,
        after: query.after.map(Into::into),
        limit,
    };
    let found = state.handle.ask(move |view| views::tickets(view, &selection)).await?;
    let found = found.ok_or_else(|| ApiError::BadQuery("`after` is no ticket of today".to_owned()))?;
    Ok(answer(Answer { status: 200, body: json(&found) }))
}

fn ticket_state(name: &str) -> Result<TicketState, ApiError> {
    let named = serde_json::from_value(serde_json::Value::String(name.to_owned()));
    named.map_err(|_| ApiError::BadQuery(format!("there is no ticket state `{name}`")))
}

/// A ticket and its history.
#[utoipa::path(get, path = "/api/v1/tickets/{id}", tag = "staff", params(("id" = String, Path)),
    responses((status = 200, body = TicketDetail), Problems))]
async fn detail(State(state): State<Arc<AppState>>, _: Caller, PathName(id): PathName) -> Result<Response, ApiError> {
    let ticket = TicketId::from(id.as_str());
    let found = state
        .handle
        .ask(move |view| {
            let found = view.branch.ticket(&ticket)?;
            Some((views::ticket(view.branch, found), view.history(&ticket).to_vec()))
        })
        .await?;
    let (ticket, rows) = found.ok_or_else(|| unknown(&id))?;
    let history = state.records.pick(rows).await?.into_iter().map(Into::into).collect();
    let identity = state.records.mask(id.as_str().into()).await?;
    let notes = state.records.notes(id.as_str().into()).await?.into_iter().map(Into::into).collect();
    Ok(answer(Answer { status: 200, body: json(&TicketDetail { ticket, history, identity, notes }) }))
}

fn unknown(id: &str) -> ApiError {
    let refusal = queue_core::Refusal::UnknownTicket(id.into());
    ApiError::NotFound { code: refusal.code(), detail: refusal.to_string() }
}

/// Why a number is given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelBody {
    /// In words; may be left out.
    reason: Option<String>,
}

/// Gives a number back for a customer.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/cancel", tag = "greeter", params(("id" = String, Path)),
    request_body = CancelBody, responses((status = 200, body = TicketView), Problems))]
async fn cancel(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<CancelBody>,
) -> Result<Response, ApiError> {
    let reason = body.reason.map(|reason| free_text("reason", reason)).transpose()?;
    let ticket = TicketId::from(id);
    let command = Command::Cancel { ticket: ticket.clone(), customer: false, reason };
    act(&state, &caller, ticket, request, command).await
}

/// Brings a no-show back under the rule of the branch.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/reinstate", tag = "greeter", params(("id" = String, Path)),
    responses((status = 200, body = TicketView), Problems))]
async fn reinstate(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body: Nothing {}, request }: Asked<Nothing>,
) -> Result<Response, ApiError> {
    let ticket = TicketId::from(id);
    act(&state, &caller, ticket.clone(), request, Command::Reinstate { ticket }).await
}

/// Where to and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LaneBody {
    /// Lane.
    lane: String,
    /// In words; stands in the journal.
    reason: String,
}

/// Moves a waiting ticket to another lane.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/lane", tag = "greeter", params(("id" = String, Path)),
    request_body = LaneBody, responses((status = 200, body = TicketView), Problems))]
async fn lane(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<LaneBody>,
) -> Result<Response, ApiError> {
    let reason = free_text("reason", body.reason)?;
    let ticket = TicketId::from(id);
    let command = Command::ChangeLane { ticket: ticket.clone(), lane: body.lane.into(), reason };
    act(&state, &caller, ticket, request, command).await
}

/// Prints a ticket again, marked as a copy, where it came out before, or of a printer that works when that one does not.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/reprint", tag = "greeter", params(("id" = String, Path)),
    responses((status = 200, body = TicketView), Problems))]
async fn reprint(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(id): PathName,
    Asked { body: Nothing {}, request }: Asked<Nothing>,
) -> Result<Response, ApiError> {
    let ticket = TicketId::from(id);
    let asked = ticket.clone();
    let kiosk = state.handle.ask(move |view| view.branch.ticket(&asked)?.kiosk.clone()).await?;
    let devices = state.devices.list();
    let printer = views::printer_for_copy(state.handle.config(), kiosk.as_deref(), &devices);
    let printer = printer.ok_or_else(|| ApiError::Conflict {
        code: "no_printer",
        detail: "this branch has no ticket printer; write the number down for the customer".to_owned(),
    })?;
    act(&state, &caller, ticket.clone(), request, Command::Reprint { ticket, printer }).await.map(with_paper)
}

pub(super) async fn act(
    state: &AppState,
    caller: &Caller,
    ticket: TicketId,
    request: Option<crate::controller::RequestKey>,
    command: Command,
) -> Result<Response, ApiError> {
    let named = Named { ticket: Some(ticket.clone()), ..Named::default() };
    let act = Act { actor: caller.actor(), request, command, named, status: 200 };
    wish(state, act, move |view, _| view.branch.ticket(&ticket).map(|found| views::ticket(view.branch, found))).await
}
