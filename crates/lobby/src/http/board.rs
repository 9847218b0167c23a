//! The board, once or as a stream that never ends by itself.

use super::{
    AppState, Asking,
    auth::Caller,
    error::{ApiError, answer, json},
    screens::Presence,
    spec::Problems,
};
use crate::{
    accounts::Role,
    clock::Clock,
    controller::Answer,
    orders::BoardFrame,
    views::{Board, Time},
};
use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// How often a stream says that it is alive. DESIGN §7.
const PING_EVERY: Duration = Duration::from_secs(10);
/// How soon a browser comes back when a stream broke. DESIGN §7.
const RETRY: Duration = Duration::from_secs(1);

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(board)).routes(routes!(events))
}

/// What every screen may show, as one value.
#[utoipa::path(get, path = "/api/v1/board", tag = "screen", responses((status = 200, body = Board), Problems))]
async fn board(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    state.handle.drawn().await?;
    let frame = state.board.borrow().clone();
    Ok(answer(Answer { status: 200, body: frame.json.to_string() }))
}

/// Who is listening.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// The screen's name in the configuration; the name of its credential without it.
    screen: Option<String>,
    /// Whose cookie counts: a stream cannot send `X-Role`.
    #[allow(dead_code, reason = "read before the route is reached; stands here for openapi.json")]
    role: Option<String>,
}

/// The board now and whenever it changes: `event: board` with the whole value; `event: ping` every 10 s.
#[utoipa::path(get, path = "/api/v1/board/events", tag = "screen", params(EventsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
async fn events(
    State(state): State<Arc<AppState>>,
    Caller(caller): Caller,
    Asking(query): Asking<EventsQuery>,
) -> Result<Response, ApiError> {
    let name = query.screen.or_else(|| (caller.role == Role::Screen).then_some(caller.name));
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is due at once, and the first board says as much.
    pings.reset();
    // What was answered before somebody comes to listen stands in the first frame.
    state.handle.drawn().await?;
    let mut board = state.board.clone();
    // First value and subscription are one: what comes after this mark is sent, what was before is in the first frame.
    board.mark_changed();
    let listener = Listener {
        board,
        pings,
        clock: state.clock.clone(),
        stop: state.stop.clone(),
        started: false,
        _presence: name.map(|name| state.screens.enter(name)),
    };
    Ok(Sse::new(listen(listener)).into_response())
}

struct Listener {
    board: watch::Receiver<Arc<BoardFrame>>,
    pings: Interval,
    clock: Clock,
    stop: CancellationToken,
    started: bool,
    _presence: Option<Presence>,
}

fn listen(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(listener, |mut listener| async move {
        let event = tokio::select! {
            biased;
            () = listener.stop.cancelled() => return None,
            changed = listener.board.changed() => {
                if changed.is_err() {
                    return None;
                }
                listener.board_event()
            }
            _ = listener.pings.tick() => listener.ping(),
        };
        Some((Ok(event), listener))
    })
}

/// That the stream is alive.
#[derive(Serialize)]
struct Ping {
    at: Time,
}

impl Listener {
    fn board_event(&mut self) -> Event {
        let frame = self.board.borrow_and_update().clone();
        let event = Event::default().event("board").id(format!("{}-{}", frame.epoch, frame.seq)).data(&*frame.json);
        if std::mem::replace(&mut self.started, true) { event } else { event.retry(RETRY) }
    }

    fn ping(&self) -> Event {
        Event::default().event("ping").data(json(&Ping { at: Time(self.clock.now()) }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use futures_util::StreamExt as _;

    #[tokio::test]
    async fn a_stream_says_that_it_lives() {
        let frame = BoardFrame { epoch: 7, seq: 1, json: "{}".into() };
        let (_sender, board) = watch::channel(Arc::new(frame));
        let (clock, stop) = (Clock::real(), CancellationToken::new());
        let pings = interval(Duration::from_millis(1));
        let listener = Listener { board, pings, clock, stop, started: false, _presence: None };
        let mut body = Sse::new(listen(listener)).into_response().into_body().into_data_stream();
        let text = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
        let at = text.strip_prefix("event: ping\ndata: {\"at\":\"").unwrap();
        assert!(at.ends_with("Z\"}\n\n"), "{text}");
    }
}
