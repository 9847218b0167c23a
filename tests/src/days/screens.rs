//! Screens: they follow the board, come back when the lobby does, and remember what they have shown.

use super::{cast::Group, world::World};
use axum::{body::Body, http::Request};
use futures_util::StreamExt as _;
use std::{rc::Rc, time::Duration};
use tokio::{sync::mpsc, time::sleep};
use tower::ServiceExt as _;

/// As the stream itself tells browsers.
const RETRY: Duration = Duration::from_secs(1);

/// One page of a screen, all day.
pub(super) async fn screen(world: Rc<World>, name: &'static str) {
    loop {
        let up = world.when_up().await;
        let (events, mut heard) = mpsc::unbounded_channel::<String>();
        world.cast.enter(Group::Lobby, async move {
            let request = Request::get(format!("/api/v1/board/events?screen={name}"))
                .header("Authorization", "Bearer demo-screen")
                .body(Body::empty())
                .expect("a request");
            let Ok(response) = up.router.oneshot(request).await;
            let mut body = response.into_body().into_data_stream();
            while let Some(Ok(bytes)) = body.next().await {
                if events.send(String::from_utf8_lossy(&bytes).into_owned()).is_err() {
                    return;
                }
            }
        });
        let mut last = None;
        while let Some(event) = heard.recv().await {
            shown(&world, name, &event, &mut last);
        }
        sleep(RETRY).await;
    }
}

fn shown(world: &World, name: &'static str, event: &str, last: &mut Option<i64>) {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
    if field("event: ") != Some("board") {
        return;
    }
    let row = field("id: ").and_then(|id| id.rsplit('-').next()).and_then(|seq| seq.parse::<i64>().ok());
    let (Some(row), Some(board)) = (row, field("data: ")) else {
        return world.breach(format!("screen {name} cannot read {event:?}"));
    };
    if last.replace(row).is_some_and(|last| last >= row) {
        world.breach(format!("screen {name} was shown row {row} after {last:?}"));
    }
    world.happened.borrow_mut().boards += 1;
    world.seen_row.set(world.seen_row.get().max(row));
    world.boards.borrow_mut().insert(name, board.to_owned());
}
