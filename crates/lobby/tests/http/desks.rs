//! Desk units at agents over HTTP: whose token speaks for which, presses judged once, pictures as a level, states.

use crate::{
    hall::{Got, Hall, request},
    stream::{Events, serve},
};
use axum::body::Body;
use lobby::{
    accounts::{Role, TokenCommand},
    config::AgentConfig,
};
use serde_json::{Value, json};

const DESK: &str = "/api/v1/desks/pc-4";

fn with_agents(config: &mut lobby::config::Config) {
    for (id, counter) in [("pc-4", "4"), ("pc-3", "3")] {
        config.agents.push(AgentConfig { id: id.to_owned(), counter: counter.to_owned() });
    }
}

async fn press(hall: &Hall, seq: u16, key: u16, age_ms: Value) -> Got {
    let body = json!({"boot": 7, "wraps": 0, "seq": seq, "key": key, "age_ms": age_ms});
    hall.post("desk", &format!("{DESK}/presses"), body).await
}

/// What became of a press: the result, and why.
fn judged(got: &Got) -> (String, Option<String>) {
    assert_eq!(got.status, 200, "{}", got.text());
    let answer = got.json();
    (answer["result"].as_str().unwrap().to_owned(), answer["code"].as_str().map(str::to_owned))
}

fn refused(code: &str) -> (String, Option<String>) {
    ("refused".to_owned(), Some(code.to_owned()))
}

fn done(result: &str) -> (String, Option<String>) {
    (result.to_owned(), None)
}

async fn device(hall: &Hall, id: &str) -> Value {
    let list = hall.get("engineer", "/api/v1/devices").await.json();
    list["devices"].as_array().unwrap().iter().find(|device| device["id"] == id).unwrap().clone()
}

#[tokio::test]
async fn a_press_is_one_wish_however_often_it_is_told() {
    let hall = Hall::with(with_agents);
    for _ in 0..3 {
        hall.take("cash").await;
    }
    let known = hall.get("desk", DESK).await.json();
    assert_eq!(known, json!({"id": "pc-4", "counter": "4", "mark": null, "missed": 0}));
    let baseline = json!({"boot": 7, "wraps": 0, "seq": 40, "why": "first_reading"});
    hall.post("desk", &format!("{DESK}/baseline"), baseline).await;
    let first = press(&hall, 41, 9, json!(30)).await;
    assert_eq!(judged(&first), done("obeyed"));
    assert_eq!(first.json()["mark"], json!({"boot": 7, "wraps": 0, "seq": 41}));
    // Told again, later than before: the same press, the same answer.
    assert_eq!(press(&hall, 41, 9, json!(60_000)).await.bytes, first.bytes);
    assert_eq!(judged(&press(&hall, 42, 32, json!(0)).await), done("typed"));
    assert_eq!(judged(&press(&hall, 43, 10, json!(180_000)).await), done("obeyed"), "help is never too late");
    assert_eq!(judged(&press(&hall, 44, 1, json!(10_001)).await), refused("stale"));
    assert_eq!(judged(&press(&hall, 45, 1, Value::Null).await), refused("stale"), "nobody knows how old it is");
    let stale = json!({"boot": 7, "wraps": 0, "seq": 46, "key": 1, "age_ms": 5, "stale": true});
    assert_eq!(judged(&hall.post("desk", &format!("{DESK}/presses"), stale).await), refused("stale"));
    let missed = json!({"boot": 7, "wraps": 0, "seq": 50, "count": 4});
    let known = hall.post("desk", &format!("{DESK}/missed"), missed.clone()).await.json();
    assert_eq!((&known["mark"]["seq"], &known["missed"]), (&json!(50), &json!(4)));
    let known = hall.post("desk", &format!("{DESK}/missed"), missed).await.json();
    assert_eq!(known["missed"], 4, "told twice, lost once");
    assert_eq!(judged(&press(&hall, 48, 1, json!(0)).await), done("known"), "of before what was missed");
    let hall = hall.restart().await;
    assert_eq!(hall.get("desk", DESK).await.json(), known);
    assert_eq!(press(&hall, 41, 9, json!(0)).await.bytes, first.bytes);
    let kinds = hall.get("manager", "/api/v1/alerts").await.json();
    let kinds: Vec<&Value> = kinds["alerts"].as_array().unwrap().iter().map(|alert| &alert["kind"]).collect();
    assert_eq!(kinds, ["dispute", "help"], "each once");
}

#[tokio::test]
async fn the_picture_is_a_level_and_its_newest_listener_speaks_for_the_unit() {
    let hall = Hall::with(with_agents);
    let served = serve(&hall).await;
    assert_eq!(device(&hall, "desk-4").await["state"], "offline");
    let path = format!("{DESK}/picture/events");
    let mut first = Events::of(served.address, &path, "demo-desk").await;
    let dark = first.next().await.unwrap();
    assert_eq!((dark.kind.as_str(), dark.retry.as_str()), ("picture", "1000"));
    let lamps = json!({"waiting": false, "paused": false, "help": false, "refused": false, "beep": false});
    let picture = json!({"text": "", "light": "dark", "lamps": lamps, "waiting": 0, "attention": 0, "takes_over": ""});
    assert_eq!(dark.data, picture);
    assert_eq!(device(&hall, "desk-4").await["state"], "starting");
    let cause = "the port closed: is the cable plugged in?";
    let said = json!({"state": "unplugged", "cause": cause});
    hall.post("desk", &format!("{DESK}/state"), said).await;
    let shown = device(&hall, "desk-4").await;
    assert_eq!((&shown["state"], &shown["cause"]), (&json!("unplugged"), &json!(cause)));
    hall.post("desk", &format!("{DESK}/state"), json!({"state": "ok"})).await;

    let ticket = hall.post("greeter", "/api/v1/tickets", json!({"service": "cash", "lane": "vip"})).await.json();
    let called = judged(&press(&hall, 1, 1, json!(20)).await);
    assert_eq!(called, done("obeyed"), "a closed counter opens and calls");
    let flashing = loop {
        let event = first.next().await.unwrap();
        if event.data["light"] == "flashing" {
            break event;
        }
    };
    assert_eq!((&flashing.data["text"], &flashing.data["lamps"]["beep"]), (&ticket["ticket"]["number"], &json!(true)));

    let mut second = Events::of(served.address, &path, "demo-desk").await;
    assert_eq!(second.next().await.unwrap().data, flashing.data, "whoever comes back sees the newest");
    while first.next().await.is_some() {}
    assert_eq!(device(&hall, "desk-4").await["state"], "ok");
    drop(second);
    let mut devices = hall.state.devices.watch();
    let gone = |list: &lobby::devices::registry::Devices| {
        list.iter().any(|device| device.id == "desk-4" && device.state == "offline")
    };
    devices.wait_for(gone).await.unwrap();
}

#[tokio::test]
async fn each_token_speaks_for_its_own_unit() {
    let hall = Hall::with(with_agents);
    let mut out = Vec::new();
    TokenCommand::Add { role: Role::Desk, name: "pc-3".to_owned() }.run(hall.dir(), &mut out).unwrap();
    let bearer = format!("Bearer {}", String::from_utf8(out).unwrap().trim());
    let ask =
        async |path: &str| hall.send(request("GET", path, "", &[("authorization", &bearer)], Body::empty())).await;
    assert_eq!(ask("/api/v1/desks/pc-3").await.json()["counter"], "3");
    ask(DESK).await.problem(403, "other_desk");
    ask("/api/v1/desks/pc-9").await.problem(403, "other_desk");
    hall.get("desk", "/api/v1/desks/pc-9").await.problem(404, "unknown_desk");
    hall.get("clerk", DESK).await.problem(403, "wrong_role");
    let path = |act: &str| format!("{DESK}/{act}");
    for (act, body, code) in [
        ("presses", json!({"boot": 7, "wraps": 0, "seq": 1, "key": 70_000, "age_ms": 0}), "bad_body"),
        ("presses", json!({"boot": 7, "wraps": 0, "seq": 1, "key": 1, "age_ms": -1}), "bad_body"),
        ("missed", json!({"boot": 7, "wraps": 0, "seq": 1, "count": 0}), "bad_count"),
        ("baseline", json!({"boot": 7, "wraps": 0, "seq": 1, "why": "a whim"}), "bad_why"),
        ("state", json!({"state": "on fire"}), "bad_state"),
        ("state", json!({"state": "error", "cause": "a\nb"}), "bad_text"),
    ] {
        hall.post("desk", &path(act), body).await.problem(422, code);
    }
    let body = json!({"boot": 7, "wraps": 0, "seq": 1, "key": 1, "age_ms": 0});
    let other = hall.post_as("desk", &path("presses"), &[("idempotency-key", "7:0:2")], body.clone()).await;
    other.problem(422, "bad_press_id");
    let own = hall.post_as("desk", &path("presses"), &[("idempotency-key", "7:0:1")], body).await;
    assert_eq!(judged(&own), done("obeyed"));
}
