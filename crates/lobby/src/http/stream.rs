//! A level as a stream that never ends by itself: the newest value now and whenever it changes, and a sign of life.

use super::{
    AppState,
    error::{ApiError, json},
    screens::Presence,
};
use crate::{clock::Clock, orders::Frame, views::Time};
use axum::response::{
    IntoResponse, Response,
    sse::{Event, Sse},
};
use futures_util::{Stream, stream};
use serde::Serialize;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

/// How often a stream says that it is alive. DESIGN §7.
const PING_EVERY: Duration = Duration::from_secs(10);
/// How soon a browser comes back when a stream broke. DESIGN §7.
const RETRY: Duration = Duration::from_secs(1);

/// `event: <name>` with the whole value, the first of which shows everything that was answered before; `event: ping`
/// every 10 s. Counts `presence` until the caller is gone.
pub(super) async fn stream(
    state: &AppState,
    name: &'static str,
    frames: &watch::Receiver<Arc<Frame>>,
    presence: Option<Presence>,
) -> Result<Response, ApiError> {
    stream_until(state, name, frames, None, presence).await
}

/// As [`stream`], until `end` where it comes before the end of the lobby; `presence` is dropped when the caller is gone.
pub(super) async fn stream_until<P: Send + 'static>(
    state: &AppState,
    name: &'static str,
    frames: &watch::Receiver<Arc<Frame>>,
    end: Option<CancellationToken>,
    presence: P,
) -> Result<Response, ApiError> {
    state.handle.drawn().await?;
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is due at once, and the first value says as much.
    pings.reset();
    let mut frames = frames.clone();
    // First value and subscription are one: what comes after this mark is sent, what was before is in the first frame.
    frames.mark_changed();
    let listener = Listener {
        name,
        frames,
        pings,
        clock: state.clock.clone(),
        stop: state.stop.clone(),
        end: end.unwrap_or_default(),
        started: false,
        _presence: presence,
    };
    Ok(Sse::new(listen(listener)).into_response())
}

struct Listener<P> {
    name: &'static str,
    frames: watch::Receiver<Arc<Frame>>,
    pings: Interval,
    clock: Clock,
    stop: CancellationToken,
    end: CancellationToken,
    started: bool,
    _presence: P,
}

fn listen<P>(listener: Listener<P>) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(listener, |mut listener| async move {
        let event = tokio::select! {
            biased;
            () = listener.stop.cancelled() => return None,
            () = listener.end.cancelled() => return None,
            changed = listener.frames.changed() => {
                if changed.is_err() {
                    return None;
                }
                listener.value()
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

impl<P> Listener<P> {
    fn value(&mut self) -> Event {
        let frame = self.frames.borrow_and_update().clone();
        let event = Event::default().event(self.name).id(format!("{}-{}", frame.epoch, frame.seq)).data(&*frame.json);
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
        let frame = Frame { epoch: 7, seq: 1, json: "{}".into() };
        let (_sender, frames) = watch::channel(Arc::new(frame));
        let (clock, stop, end) = (Clock::real(), CancellationToken::new(), CancellationToken::new());
        let pings = interval(Duration::from_millis(1));
        let listener = Listener { name: "board", frames, pings, clock, stop, end, started: false, _presence: () };
        let mut body = Sse::new(listen(listener)).into_response().into_body().into_data_stream();
        let text = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
        let at = text.strip_prefix("event: ping\ndata: {\"at\":\"").unwrap();
        assert!(at.ends_with("Z\"}\n\n"), "{text}");
    }
}
