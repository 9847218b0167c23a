//! Desk units at agents. A press comes in as from a line, under the request id that it is; the picture goes out as a
//! level. What each is for stands in `crates/counter-agent/README.md`.

use super::{
    AppState,
    auth::Caller,
    body::Asked,
    error::{ApiError, answer, json},
    spec::Problems,
    stream,
    wish::free_text,
};
use crate::{
    accounts::Principal,
    controller::{Answer, Reply, Wish},
    views::{self, DeskPicture, DeskView, MarkView, PressAnswer},
};
use axum::{
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
    response::Response,
};
use queue_core::{Actor, Command, CounterId, DeskId, Event, Millis, Press, PressMark, PressResult};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// States of a unit that an agent can tell, those of units on a line.
const STATES: [&str; 8] =
    ["ok", "offline", "unplugged", "baud_mismatch", "display_fault", "key_stuck", "out_of_step", "error"];
/// Why counting began anew.
const BASELINES: [&str; 2] = ["first_reading", "new_boot"];

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(desk))
        .routes(routes!(picture))
        .routes(routes!(press))
        .routes(routes!(missed))
        .routes(routes!(baseline))
        .routes(routes!(state))
}

/// The unit that the address names, and that the caller may speak for.
struct Seated {
    desk: DeskId,
    counter: CounterId,
}

impl FromRequestParts<Arc<AppState>> for Seated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<AppState>) -> Result<Seated, ApiError> {
        let Caller(Principal { name, .. }) = Caller::from_request_parts(parts, state).await?;
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::NoSuchRoute)?;
        if name != id && name != Principal::DEMO {
            return Err(ApiError::OtherDesk(name));
        }
        let desk = DeskId::from(id.as_str());
        let detail = || format!("the branch's file has no [[agents]] with id = \"{id}\"");
        let counter = state.agents.counter(&desk).cloned();
        let counter = counter.ok_or_else(|| ApiError::NotFound { code: "unknown_desk", detail: detail() })?;
        Ok(Seated { desk, counter })
    }
}

impl Seated {
    fn actor(&self) -> Actor {
        Actor::from(format!("desk:{}", self.desk))
    }

    async fn remembered(self, state: &AppState) -> Result<Response, ApiError> {
        let found = state.handle.ask(move |view| views::desk(view, &self.desk, &self.counter)).await?;
        Ok(answer(Answer { status: 200, body: json(&found) }))
    }

    /// Tells the branch something of the unit, and answers what it remembers then.
    async fn tell(self, state: &AppState, command: Command) -> Result<Response, ApiError> {
        // Such reports are never refused: what is known already becomes no fact.
        let _ = state.handle.tell(self.actor(), command).await?;
        self.remembered(state).await
    }
}

/// What the branch remembers of a desk unit: its agent asks this before it takes the first press for new.
#[utoipa::path(get, path = "/api/v1/desks/{id}", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = DeskView), Problems))]
async fn desk(State(state): State<Arc<AppState>>, seated: Seated) -> Result<Response, ApiError> {
    seated.remembered(&state).await
}

/// What the unit is to show, now and whenever it changes: `event: picture` with the whole picture; `event: ping` every
/// 10 s. Until it ends, the unit is in the state that its agent told last.
#[utoipa::path(get, path = "/api/v1/desks/{id}/picture/events", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = DeskPicture, content_type = "text/event-stream"), Problems))]
async fn picture(State(state): State<Arc<AppState>>, seated: Seated) -> Result<Response, ApiError> {
    let missing = || ApiError::Unexpected("an agent has no picture");
    let frames = state.desk_frames.get(&seated.counter).ok_or_else(missing)?;
    let listening = state.agents.enter(&seated.desk).ok_or_else(missing)?;
    let end = listening.replaced();
    stream::stream_until(&state, "picture", frames, Some(end), listening).await
}

/// A key went down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PressBody {
    /// Boot id of the unit.
    boot: u16,
    /// How often its sequence went around.
    wraps: u32,
    /// Its press sequence.
    seq: u16,
    /// Key code as on the wire.
    key: u16,
    /// Milliseconds since it went down, at most; `null` where nobody knows. After 10 s nothing but help is obeyed.
    #[schema(required)]
    age_ms: Option<u64>,
    /// One of several *next* found after the unit was out of reach, and not the last.
    #[serde(default)]
    stale: bool,
}

/// A press, judged as on a line. It is its own request id, so that it may be told again after any failure; an
/// `Idempotency-Key`, where there is one, is `boot:wraps:seq`.
#[utoipa::path(post, path = "/api/v1/desks/{id}/presses", tag = "desk", params(("id" = String, Path)),
    request_body = PressBody, responses((status = 200, body = PressAnswer), Problems))]
async fn press(
    State(state): State<Arc<AppState>>,
    seated: Seated,
    Asked { body, request }: Asked<PressBody>,
) -> Result<Response, ApiError> {
    let mark = PressMark { boot: body.boot, wraps: body.wraps, seq: body.seq };
    let id = format!("{}:{}:{}", mark.boot, mark.wraps, mark.seq);
    if request.is_some_and(|request| request.key != id) {
        let detail = format!("`Idempotency-Key` of this press has to be {id}");
        return Err(ApiError::BadValue { code: "bad_press_id", detail });
    }
    let actor = seated.actor();
    let age_ms = body.age_ms.map(|age| Millis::try_from(age).unwrap_or(Millis::MAX));
    let (desk, counter) = (seated.desk, seated.counter);
    let press = Press { desk, counter, mark, key: body.key, stale: body.stale, age_ms };
    let wish = Wish::press(actor, press, move |_, judged| {
        let facts = judged.map_or(&[][..], |handled| &handled.facts);
        Answer { status: 200, body: json(&judged_as(mark, facts)) }
    });
    match state.handle.wish(wish).await? {
        Reply::Answer(reply) => Ok(answer(reply)),
        Reply::KeyReused => Err(ApiError::KeyReused),
    }
}

fn judged_as(mark: PressMark, facts: &[Event]) -> PressAnswer {
    let result = facts.iter().find_map(|fact| match fact {
        Event::Pressed { result, .. } => Some(result),
        _ => None,
    });
    let (result, code) = match result {
        Some(PressResult::Obeyed) => ("obeyed", None),
        Some(PressResult::Typed) => ("typed", None),
        Some(PressResult::Ticked) => ("ticked", None),
        Some(PressResult::Refused { code }) => ("refused", Some(code.clone())),
        None => ("known", None),
    };
    PressAnswer { mark: MarkView::from(mark), result, code }
}

/// Presses are gone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MissedBody {
    /// Boot id of the unit.
    boot: u16,
    /// How often its sequence went around.
    wraps: u32,
    /// The last press that is gone.
    seq: u16,
    /// How many.
    #[schema(minimum = 1)]
    count: u32,
}

/// Presses were lost for good: more than the unit remembers, or than its agent could keep.
#[utoipa::path(post, path = "/api/v1/desks/{id}/missed", tag = "desk", params(("id" = String, Path)),
    request_body = MissedBody, responses((status = 200, body = DeskView), Problems))]
async fn missed(
    State(state): State<Arc<AppState>>,
    seated: Seated,
    Asked { body: MissedBody { boot, wraps, seq, count }, .. }: Asked<MissedBody>,
) -> Result<Response, ApiError> {
    if count == 0 {
        let detail = "`count` is at least 1".to_owned();
        return Err(ApiError::BadValue { code: "bad_count", detail });
    }
    let (desk, mark) = (seated.desk.clone(), PressMark { boot, wraps, seq });
    seated.tell(&state, Command::ReportMissed { desk, mark, count }).await
}

/// Counting begins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BaselineBody {
    /// Boot id of the unit.
    boot: u16,
    /// How often its sequence went around.
    wraps: u32,
    /// Presses after this one are new.
    seq: u16,
    /// `first_reading` or `new_boot`.
    why: String,
}

/// Presses of the unit count from here on: nothing was known of it, or it was switched on.
#[utoipa::path(post, path = "/api/v1/desks/{id}/baseline", tag = "desk", params(("id" = String, Path)),
    request_body = BaselineBody, responses((status = 200, body = DeskView), Problems))]
async fn baseline(
    State(state): State<Arc<AppState>>,
    seated: Seated,
    Asked { body: BaselineBody { boot, wraps, seq, why }, .. }: Asked<BaselineBody>,
) -> Result<Response, ApiError> {
    let why = one_of("why", why, &BASELINES)?;
    let (desk, mark) = (seated.desk.clone(), PressMark { boot, wraps, seq });
    seated.tell(&state, Command::SetDeskBaseline { desk, mark, why }).await
}

/// How a unit is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StateBody {
    /// `ok`, `offline`, `unplugged`, `baud_mismatch`, `display_fault`, `key_stuck`, `out_of_step` or `error`.
    state: String,
    /// What happened, in words.
    #[serde(default)]
    cause: Option<String>,
}

/// How the unit is, as its agent finds it: on connecting, and when it changes.
#[utoipa::path(post, path = "/api/v1/desks/{id}/state", tag = "desk", params(("id" = String, Path)),
    request_body = StateBody, responses((status = 200, body = DeskView), Problems))]
async fn state(
    State(app): State<Arc<AppState>>,
    seated: Seated,
    Asked { body: StateBody { state, cause }, .. }: Asked<StateBody>,
) -> Result<Response, ApiError> {
    let state = one_of("state", state, &STATES)?;
    let cause = cause.map(|cause| free_text("cause", cause)).transpose()?;
    app.agents.say(&seated.desk, state, cause);
    seated.remembered(&app).await
}

fn one_of(field: &'static str, said: String, known: &[&str]) -> Result<String, ApiError> {
    if known.contains(&said.as_str()) {
        return Ok(said);
    }
    let code = if field == "state" { "bad_state" } else { "bad_why" };
    Err(ApiError::BadValue { code, detail: format!("`{field}` is one of {}", known.join(", ")) })
}
