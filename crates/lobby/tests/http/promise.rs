//! The promise in a running lobby: learned from the journal, told before a number is taken, on it and after it.

use crate::{hall::Hall, past};
use lobby::{devices::printer::Profile, promise::Promises};
use queue_core::Event;
use serde_json::{Value, json};
use std::path::Path;

/// Waits until the estimates are as wanted.
pub(crate) async fn foreseen(hall: &Hall, wanted: impl Fn(&Promises) -> bool) {
    let mut promises = hall.state.handle.watch_promises();
    let found = promises.wait_for(|promises| wanted(promises));
    tokio::time::timeout(std::time::Duration::from_mins(1), found)
        .await
        .expect("no such estimate in a minute")
        .unwrap();
}

/// One counter for cash with a customer at it, and two more who wait.
pub(crate) async fn busy(hall: &Hall) -> [Value; 2] {
    hall.act("2", "open", json!({})).await;
    hall.take("cash").await;
    hall.act("2", "next", json!({})).await;
    [hall.take("cash").await, hall.take("cash").await]
}

fn promised(hall: &Hall) -> queue_core::Promise {
    hall.state.handle.promises().newcomer("cash", "regular").unwrap()
}

#[tokio::test]
async fn an_estimate_stands_everywhere_and_on_paper() {
    let mut hall = Hall::after(2).foreseeing();
    let [_, last] = busy(&hall).await;
    let id = last["ticket"]["id"].as_str().unwrap().into();
    foreseen(&hall, |promises| promises.left(&id).is_some()).await;

    let menu = hall.get("kiosk", "/api/v1/menu").await.json();
    let cash = &menu["services"][0];
    assert_eq!(cash["estimate"], cash["lanes"][0]["estimate"]);
    assert_eq!((&cash["lanes"][0]["lane"], &cash["lanes"][0]["waiting"]), (&json!("regular"), &json!(2)));
    assert!(cash["lanes"][2]["estimate"]["p50_s"].as_u64() < cash["estimate"]["p50_s"].as_u64(), "a VIP waits less");
    assert_eq!(cash["past_closing"], false);
    assert_eq!(menu["services"][2]["estimate"], Value::Null, "nobody is there for loans");

    while hall.orders.try_recv().is_ok() {}
    let told = promised(&hall);
    let issued = hall.take("cash").await;
    let estimate = json!({"low_s": told.low_s, "p50_s": told.p50_s, "high_s": told.high_s});
    assert_eq!(issued["estimate"], estimate);
    let track = issued["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    let at_once = hall.get("", &track).await.json();
    assert!(at_once["estimate"]["high_s"].is_u64(), "the phone knows as much as the paper at once: {at_once}");
    let rows = hall.get("manager", "/api/v1/journal?limit=1000").await.json();
    let fact = rows["rows"].as_array().unwrap().iter().rfind(|row| row["kind"] == "issued").unwrap();
    let Event::Issued { promise, .. } = serde_json::from_value(fact["fact"].clone()).unwrap() else { panic!("{fact}") };
    assert_eq!(promise, Some(told));

    let paper = hall.orders.recv().await.unwrap().paper;
    let bytes = paper.encode(&Profile::load("escpos-80", Path::new("")).unwrap(), None).unwrap();
    let words = format!("about {}, up to {} minutes", told.about_min(), told.bound_s() / 60);
    assert!(bytes.windows(words.len()).any(|part| part == words.as_bytes()), "{words} is not on the paper");

    let id = issued["ticket"]["id"].as_str().unwrap().into();
    foreseen(&hall, |promises| promises.left(&id).is_some()).await;
    let track = hall.get("", &track).await.json();
    assert_eq!((&track["promised"], &track["late"]), (&estimate, &json!(false)));
    assert!(track["estimate"]["p50_s"].as_u64().unwrap() > 0);
    let board = hall.get("screen", "/api/v1/board").await.json();
    assert!(board["waiting"][0]["estimate"]["high_s"].as_u64().unwrap() >= u64::from(told.p50_s));
}

#[tokio::test]
async fn new_estimates_reach_screens_as_another_board() {
    let hall = Hall::new().foreseeing();
    let mut board = hall.state.board.clone();
    busy(&hall).await;
    let shown = |frame: &std::sync::Arc<lobby::orders::Frame>| {
        let board: Value = serde_json::from_str(&frame.json).unwrap();
        board["waiting"][0]["count"] == 2 && board["waiting"][0]["estimate"].is_object()
    };
    let found = tokio::time::timeout(std::time::Duration::from_mins(1), board.wait_for(shown)).await;
    let frame = found.expect("no estimate on the board in a minute").unwrap().clone();
    let rows = hall.get("engineer", "/api/v1/journal?limit=1000").await.json()["rows"].as_array().unwrap().len();
    assert!(usize::try_from(frame.seq).unwrap() > rows, "a page takes it for a newer one: {} {rows}", frame.seq);
}

#[tokio::test]
async fn what_was_learned_and_what_it_was_worth_survive_a_restart() {
    let naive = {
        let hall = Hall::new().foreseeing();
        busy(&hall).await;
        foreseen(&hall, |promises| promises.newcomer("cash", "regular").is_some_and(|told| told.raw.p50_s > 300)).await;
        promised(&hall)
    };
    // Nothing is known yet: what the plays say is said.
    assert_eq!((naive.p50_s, naive.high_s), (naive.raw.p50_s, naive.raw.high_s));

    let hall = Hall::after(2).foreseeing();
    busy(&hall).await;
    let learned = |promises: &Promises| {
        promises.newcomer("cash", "regular").is_some_and(|told| told.raw.p50_s > naive.raw.p50_s * 5 / 4)
    };
    foreseen(&hall, learned).await;
    let before = promised(&hall);
    // Past customers waited longer than they had been told, most of them.
    assert!(before.p50_s > before.raw.p50_s * 5 / 4, "{before:?}");

    let hall = hall.restart().await.foreseeing();
    foreseen(&hall, learned).await;
    let after = promised(&hall);
    let ratio = |told: queue_core::Promise| f64::from(told.p50_s) / f64::from(told.raw.p50_s);
    assert!((ratio(after) / ratio(before) - 1.0).abs() < 0.02, "{before:?} {after:?}");
    assert!(f64::from(after.raw.p50_s.abs_diff(before.raw.p50_s)) < 0.15 * f64::from(before.raw.p50_s));
    assert_eq!(past::TOLD.bound_s(), 600);
}
