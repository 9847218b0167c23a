//! What staff have to look at: as a list, as a stream, answered, and raised from kiosks, from
//! counters and by staff in the hall.

use super::{
    AppState, Named as PathName,
    auth::Caller,
    body::Asked,
    counters::{self, Answered, Lobby},
    error::{ApiError, Named, answer},
    spec::Problems,
    stream,
    tickets::{kiosk, spoken_here},
    wish::{Act, Nothing, free_text, wish},
};
use crate::{
    controller::{Answer, RequestKey},
    views::{self, AlertAnswer, AlertList, CounterAnswer},
};
use axum::extract::State;
use queue_core::{AlertId, AlertKind, AlertSubject, Command};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(events))
        .routes(routes!(ack))
        .routes(routes!(help))
        .routes(routes!(help_at_counter))
        .routes(routes!(dispute))
        .routes(routes!(alarm))
}

/// The alerts of the business day, newest first: all that are open, and the newest of the answered ones.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "staff", responses((status = 200, body = AlertList), Problems))]
async fn list(State(state): Lobby, _: Caller) -> Answered {
    state.handle.drawn().await?;
    let frame = state.alerts.borrow().clone();
    Ok(answer(Answer { status: 200, body: frame.json.to_string() }))
}

/// The alerts now and whenever they change: `event: alerts` with the whole list; `event: ping` every 10 s. `?role=`
/// says whose cookie counts.
#[utoipa::path(get, path = "/api/v1/alerts/events", tag = "staff",
    responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
async fn events(State(state): Lobby, _: Caller) -> Answered {
    stream::stream(&state, "alerts", &state.alerts, None).await
}

/// Says that somebody looks. Repeating it changes nothing.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/ack", tag = "staff", params(("id" = String, Path)),
    responses((status = 200, body = AlertAnswer), Problems))]
async fn ack(
    State(state): Lobby,
    by: Caller,
    PathName(id): PathName,
    Asked { body: Nothing {}, request }: Asked<Nothing>,
) -> Answered {
    let refusal = queue_core::Refusal::UnknownAlert;
    let unknown = |_| ApiError::NotFound { code: refusal.code(), detail: refusal.to_string() };
    let alert = AlertId(id.parse().map_err(unknown)?);
    let command = Command::AckAlert { alert };
    let act = Act { actor: by.actor(), request, command, named: Named::default(), status: 200 };
    wish(&state, act, move |view, _| view.branch.alert(alert).map(|alert| views::alert_answer(view, alert))).await
}

/// Who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HelpBody {
    /// Where; the caller's own kiosk without it.
    kiosk: Option<String>,
    /// Language of the customer: one of the branch's.
    language: Option<String>,
}

/// A customer at a kiosk asks for somebody. Asking again before somebody has answered is no new alert.
#[utoipa::path(post, path = "/api/v1/help", tag = "kiosk", request_body = Option<HelpBody>,
    responses((status = 200, body = AlertAnswer), Problems))]
async fn help(State(state): Lobby, by: Caller, Asked { body, request }: Asked<HelpBody>) -> Answered {
    let kiosk = kiosk(state.handle.config(), &by.0, body.kiosk.as_deref())?.map(|kiosk| kiosk.id.clone());
    let language = spoken_here(state.handle.config(), body.language)?;
    let subject = AlertSubject { kiosk, ..AlertSubject::of(AlertKind::Help) };
    raise(&state, &by, request, subject, None, language).await
}

async fn raise(
    state: &AppState,
    by: &Caller,
    request: Option<RequestKey>,
    subject: AlertSubject,
    reason: Option<String>,
    language: Option<String>,
) -> Answered {
    let command = Command::RaiseAlert { subject: subject.clone(), reason, language };
    let act = Act { actor: by.actor(), request, command, named: Named::default(), status: 200 };
    wish(state, act, move |view, _| view.branch.open_alert(&subject).map(|alert| views::alert_answer(view, alert)))
        .await
}

/// What it is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HelpWishBody {
    /// In words; may be left out.
    reason: Option<String>,
}

/// What is the matter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AlarmBody {
    /// `help`, `fight`, `drunk`, `medical`, `fire` or `other`.
    #[schema(schema_with = views::alarms)]
    what: String,
    /// Where, or what else there is to say, in words; may be left out.
    reason: Option<String>,
}

/// Staff in the hall call for help. The same again before somebody has answered is no new alert.
#[utoipa::path(post, path = "/api/v1/alarms", tag = "staff", request_body = AlarmBody,
    responses((status = 200, body = AlertAnswer), Problems))]
async fn alarm(State(state): Lobby, by: Caller, Asked { body, request }: Asked<AlarmBody>) -> Answered {
    if !views::ALARMS.contains(&body.what.as_str()) {
        let detail = format!("`what` has to be one of {}", views::ALARMS.join(", "));
        return Err(ApiError::BadValue { code: "unknown_alarm", detail });
    }
    let reason = body.reason.map(|reason| free_text("reason", reason)).transpose()?;
    let subject = AlertSubject { code: Some(body.what), ..AlertSubject::of(AlertKind::Alarm) };
    raise(&state, &by, request, subject, reason, None).await
}

/// Whoever works at the counter asks for help.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/help", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<HelpWishBody>, responses((status = 200, body = CounterAnswer), Problems))]
async fn help_at_counter(
    State(state): Lobby,
    by: Caller,
    PathName(id): PathName,
    asked: Asked<HelpWishBody>,
) -> Answered {
    call_for(&state, &by, id, AlertKind::Help, asked).await
}

/// There is a dispute at the counter: the duty manager comes.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/dispute", tag = "counter", params(("counter" = String, Path)),
    request_body = Option<HelpWishBody>, responses((status = 200, body = CounterAnswer), Problems))]
async fn dispute(State(state): Lobby, by: Caller, PathName(id): PathName, asked: Asked<HelpWishBody>) -> Answered {
    call_for(&state, &by, id, AlertKind::Dispute, asked).await
}

async fn call_for(state: &AppState, by: &Caller, id: String, kind: AlertKind, asked: Asked<HelpWishBody>) -> Answered {
    let reason = asked.body.reason.map(|reason| free_text("reason", reason)).transpose()?;
    let raise = |counter| Command::RaiseAlert { subject: AlertSubject::at(kind, counter), reason, language: None };
    counters::act(state, by, id, asked.request, raise).await
}
