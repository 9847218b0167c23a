//! What whoever works at a counter has in view: who comes next and why, as a level; and the own day in numbers.

use super::{
    AppState, Named as PathName,
    auth::Caller,
    counters::{Answered, Lobby},
    error::{ApiError, answer, json},
    spec::Problems,
    stream,
};
use crate::{
    accounts::{Principal, Role},
    controller::Answer,
    orders::Frame,
    report::{OwnDay, Whose},
    views::{self, CounterQueue},
};
use axum::extract::State;
use queue_core::{CounterId, Refusal};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};
use utoipa_axum::{router::OpenApiRouter, routes};

/// A busy hall has many facts a second; whoever looks on need not see each.
const GATHER: Duration = Duration::from_millis(100);

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(queue)).routes(routes!(events)).routes(routes!(day))
}

/// A counter, who stands there, and whom it may be given next, with the reason.
#[utoipa::path(get, path = "/api/v1/counters/{counter}/queue", tag = "counter",
    params(("counter" = String, Path)), responses((status = 200, body = CounterQueue), Problems))]
async fn queue(State(state): Lobby, _: Caller, PathName(id): PathName) -> Answered {
    let picture = look(&state, &CounterId::from(id)).await?;
    Ok(answer(Answer { status: 200, body: json(&picture) }))
}

async fn look(state: &AppState, id: &CounterId) -> Result<CounterQueue, ApiError> {
    let counter = id.clone();
    let found = state.handle.ask(move |view| views::counter_queue(view, &counter)).await?;
    found.ok_or_else(|| unknown(id))
}

fn unknown(id: &CounterId) -> ApiError {
    let refusal = Refusal::UnknownCounter(id.clone());
    ApiError::NotFound { code: refusal.code(), detail: refusal.to_string() }
}

/// The same now and whenever it changes: `event: queue` with the whole picture; `event: ping` every 10 s. `?role=` says
/// whose cookie counts.
#[utoipa::path(get, path = "/api/v1/counters/{counter}/queue/events", tag = "counter",
    params(("counter" = String, Path)),
    responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
async fn events(State(state): Lobby, _: Caller, PathName(id): PathName) -> Answered {
    let id = CounterId::from(id);
    let mut facts = state.handle.facts();
    facts.borrow_and_update();
    let first = look(&state, &id).await?;
    let epoch = state.board.borrow().epoch;
    let frame = move |seq: i64, picture: &CounterQueue| {
        Arc::new(Frame { epoch, seq: u64::try_from(seq).unwrap_or_default(), json: json(picture).into() })
    };
    let (pictures, followed) = watch::channel(frame(*facts.borrow(), &first));
    let watching = state.clone();
    // Ends with its only reader, or with the lobby.
    tokio::spawn(async move {
        let mut shown = first;
        loop {
            tokio::select! {
                () = pictures.closed() => return,
                () = watching.stop.cancelled() => return,
                changed = facts.changed() => if changed.is_err() { return },
            }
            sleep(GATHER).await;
            let seq = *facts.borrow_and_update();
            let Ok(picture) = look(&watching, &id).await else { return };
            if !picture.same_picture(&shown) {
                pictures.send_replace(frame(seq, &picture));
                shown = picture;
            }
        }
    });
    stream::stream(&state, "queue", &followed, None).await
}

/// The business day in numbers, so far: of the clerk who asks, at whatever counter; else of this counter.
#[utoipa::path(get, path = "/api/v1/counters/{counter}/day", tag = "counter",
    params(("counter" = String, Path)), responses((status = 200, body = OwnDay), Problems))]
async fn day(State(state): Lobby, by: Caller, PathName(id): PathName) -> Answered {
    let counter = CounterId::from(id);
    let asked = counter.clone();
    let found = state
        .handle
        .ask(move |view| view.branch.counter(&asked).map(|_| view.branch.day().day.clone()))
        .await?
        .ok_or_else(|| unknown(&counter))?;
    let closed = || ApiError::Conflict {
        code: Refusal::DayClosed.code(),
        detail: "this branch has not had a business day yet; a manager opens one".to_owned(),
    };
    let whose = Whose { day: found.ok_or_else(closed)?, counter, staff: staff_number(&by.0) };
    let lanes = state.handle.config().lanes.iter();
    let targets = lanes.map(|lane| (lane.id.clone(), lane.target_min.saturating_mul(60))).collect();
    let own = state.records.own_day(whose, targets).await?;
    Ok(answer(Answer { status: 200, body: json(&own) }))
}

/// A clerk's credential carries the staff number as its name; the built-in one of a demo has none.
fn staff_number(caller: &Principal) -> Option<String> {
    (caller.role == Role::Clerk && caller.name != Principal::DEMO).then(|| caller.name.clone())
}
