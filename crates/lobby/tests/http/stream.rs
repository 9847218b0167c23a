//! The board as a stream, over a real socket: first value, changes, reconnecting, the end of the lobby.

use crate::hall::Hall;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

pub(crate) async fn serve(hall: &Hall) -> Served {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let stop = hall.state.stop.clone();
    let server = axum::serve(socket, hall.router.clone()).with_graceful_shutdown(stop.clone().cancelled_owned());
    Served { address, stop, task: tokio::spawn(server.into_future()) }
}

/// A stream of events as a browser reads them.
pub(crate) struct Events {
    bytes: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<axum::body::Bytes>> + Send>>,
    text: String,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) data: Value,
    pub(crate) retry: String,
}

impl Events {
    async fn open(address: SocketAddr, query: &str) -> Events {
        Events::of(address, &format!("/api/v1/board/events{query}"), "demo-screen").await
    }

    pub(crate) async fn of(address: SocketAddr, path: &str, token: &str) -> Events {
        let url = format!("http://{address}{path}");
        let got = reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap();
        assert_eq!(got.status(), 200);
        assert_eq!(got.headers()["content-type"], "text/event-stream");
        assert_eq!(got.headers()["cache-control"], "no-cache");
        Events { bytes: Box::pin(got.bytes_stream()), text: String::new() }
    }

    /// The next event; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let mut read = Event::default();
                for line in event.lines() {
                    let (field, value) = line.split_once(':').unwrap();
                    let value = value.trim_start().to_owned();
                    match field {
                        "event" => read.kind = value,
                        "id" => read.id = value,
                        "retry" => read.retry = value,
                        "data" => read.data = serde_json::from_str(&value).unwrap(),
                        other => panic!("unknown field {other}"),
                    }
                }
                let rest = rest.to_owned();
                self.text = rest;
                return Some(read);
            }
            let chunk = self.bytes.next().await?.ok()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The first board that fits.
    async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Event {
        loop {
            let event = self.next().await.expect("the stream ended");
            if event.kind == "board" && fits(&event.data) {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn a_screen_sees_the_board_and_every_change() {
    let hall = Hall::new();
    hall.act("1", "open", json!({})).await;
    let served = serve(&hall).await;
    let mut events = Events::open(served.address, "").await;

    let first = events.next().await.unwrap();
    assert_eq!((first.kind.as_str(), first.retry.as_str()), ("board", "1000"));
    assert_eq!(first.id, format!("7-{}", first.data["seq"]));
    assert_eq!(first.data["counters"][0]["state"], "open");

    hall.take("cash").await;
    let waiting = events.until(|board| board["waiting"][0]["count"] == 1).await;
    assert_eq!(waiting.retry, "", "told once");
    hall.act("1", "next", json!({})).await;
    let called = events.until(|board| board["counters"][0]["number"] == "A001").await;
    assert_eq!(called.data["calls"][0]["number"], "A001");
    assert_eq!(called.data["caption"]["text"]["zh-CN"], "请 A001 号顾客到 1 号窗口办理业务");
    assert!(called.data["caption"]["text"]["en"].as_str().unwrap().contains("A001"));

    // A screen that comes back, whatever it saw last, is given the whole board at once.
    drop(events);
    let mut again = Events::open(served.address, "?screen=lobby").await;
    assert_eq!(again.next().await.unwrap().data, called.data);
    assert_eq!(hall.get("screen", "/api/v1/board").await.json(), called.data);
}

#[tokio::test]
async fn who_is_connected_is_known() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    let mut screens = hall.state.screens.watch();
    let mut events = Events::open(served.address, "?screen=window-3").await;
    events.next().await.unwrap();
    screens.wait_for(|open| open.get("window-3") == Some(&1)).await.unwrap();
    drop(events);
    screens.wait_for(std::collections::BTreeMap::is_empty).await.unwrap();
}

#[tokio::test]
async fn streams_end_when_the_lobby_stops() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    let mut events = Events::open(served.address, "").await;
    events.next().await.unwrap();
    served.stop.cancel();
    assert_eq!(events.next().await, None);
    served.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_body_that_is_far_too_large_is_answered_and_not_cut() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    let got = reqwest::Client::new()
        .post(format!("http://{}/api/v1/tickets", served.address))
        .bearer_auth("demo-kiosk")
        .header("content-type", "application/json")
        .body(vec![b' '; 3 * 1024 * 1024])
        .send()
        .await
        .unwrap();
    assert_eq!(got.status(), 413);
    assert_eq!(got.json::<Value>().await.unwrap()["code"], "too_large");
}
