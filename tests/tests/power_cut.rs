//! The lobby is killed in the middle of everything: every acknowledged number is there, none twice, and every press of
//! a desk unit is one command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Client, Hall, until};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

const CLIENTS: usize = 16;
const EACH: usize = 12;

/// One number taken: its request id, and what was answered.
struct Taken {
    key: String,
    number: String,
}

/// Takes one number, trying again under the same key for as long as the lobby is away.
async fn take(lobby: &mut watch::Receiver<Client>, key: &str) -> Value {
    loop {
        let client = lobby.borrow_and_update().clone();
        let body = json!({ "service": "cash" });
        match client.send(Method::POST, "/api/v1/tickets", Some(&body), Some(key)).await {
            Ok((StatusCode::CREATED, answer)) => return answer,
            Ok((StatusCode::SERVICE_UNAVAILABLE, _)) | Err(_) => {
                // Killed; the next one has another address.
                lobby.changed().await.unwrap();
            }
            Ok((status, answer)) => panic!("{key}: {status} {answer}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_clients_lose_no_number_when_the_lobby_is_killed_three_times() {
    let mut hall = Hall::start().await;
    let (lobby, clients) = watch::channel(hall.role("kiosk"));
    let (taken, mut answers) = mpsc::channel(CLIENTS * EACH);
    let mut tasks = JoinSet::new();
    for client in 0..CLIENTS {
        let (mut lobby, taken) = (clients.clone(), taken.clone());
        tasks.spawn(async move {
            for each in 0..EACH {
                let key = format!("client-{client}-{each}");
                let answer = take(&mut lobby, &key).await;
                let number = answer["ticket"]["number"].as_str().unwrap().to_owned();
                taken.send(Taken { key, number }).await.unwrap();
            }
        });
    }
    drop(taken);

    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    while let Some(Taken { key, number }) = answers.recv().await {
        numbers.insert(key, number);
        if numbers.len().is_multiple_of(CLIENTS * EACH / 4) && numbers.len() < CLIENTS * EACH {
            hall.kill();
            hall.restart().await;
            lobby.send_replace(hall.role("kiosk"));
        }
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }

    let acknowledged: BTreeSet<&String> = numbers.values().collect();
    assert_eq!(acknowledged.len(), CLIENTS * EACH, "a number was given to two");
    let kept = every_number(&hall.role("clerk")).await;
    let kept_once: BTreeSet<&String> = kept.iter().collect();
    assert_eq!(kept.len(), kept_once.len(), "a number stands twice in the list");
    let lost: Vec<_> = acknowledged.difference(&kept_once).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(kept.len(), CLIENTS * EACH, "a retry became a second number");

    let mut again = clients.clone();
    for (key, number) in numbers.iter().take(5) {
        assert_eq!(take(&mut again, key).await["ticket"]["number"], number.as_str());
    }
    hall.kill();
    let data = hall.data();
    let verified = Command::new(lobby_tests::hall::program("lobby"))
        .args(["journal", "verify", "--json", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

async fn every_number(clerk: &Client) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut after = None;
    loop {
        let page = match &after {
            None => clerk.get("/api/v1/tickets?limit=100").await,
            Some(after) => clerk.get(&format!("/api/v1/tickets?limit=100&after={after}")).await,
        };
        let tickets = page["tickets"].as_array().unwrap();
        numbers.extend(tickets.iter().map(|ticket| ticket["number"].as_str().unwrap().to_owned()));
        match &page["next"] {
            Value::Null => return numbers,
            Value::String(next) => after = Some(next.clone()),
            next => after = Some(next.to_string()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_press_is_one_call_across_kills() {
    let mut hall = Hall::start().await;
    for _ in 0..8 {
        hall.take("cash").await;
    }
    hall.device("desk-2", "ok").await;
    hall.press(2, "next").await;
    hall.shows(2, "A001").await;
    hall.press(2, "next").await;
    // Killed somewhere between the key and the digits: the press stays in the unit's ring.
    hall.kill();
    hall.restart().await;
    hall.shows(2, "A002").await;

    // Pressed while nobody listens: found at the restart, and only the last of several counts.
    hall.kill();
    hall.press(2, "next").await;
    hall.press(2, "next").await;
    hall.press(2, "next").await;
    hall.restart().await;
    hall.shows(2, "A003").await;

    let staff = hall.role("engineer");
    let refused = until("the stale presses in the journal", async || {
        let journal = staff.get("/api/v1/journal?limit=500").await;
        let rows = journal["rows"].as_array().unwrap().clone();
        let stale = rows.iter().filter(|row| row["kind"] == "pressed" && row["fact"]["code"] == "stale").count();
        if stale == 2 { Ok(rows) } else { Err(format!("{stale} stale presses")) }
    })
    .await;
    let calls = refused.iter().filter(|row| row["kind"] == "called").count();
    assert_eq!(calls, 3, "three presses that counted, three calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn presses_survive_a_bad_wire() {
    let hall = Hall::start().await;
    for _ in 0..6 {
        hall.take("cash").await;
    }
    hall.device("desk-1", "ok").await;
    hall.hands().post("/desks/1/fault", &json!({ "garble": 0.2 })).await;
    for number in 1..=5 {
        hall.press(1, "next").await;
        hall.shows(1, &format!("A{number:03}")).await;
    }
    hall.hands().post("/desks/1/fault", &json!({ "garble": 0 })).await;
    hall.hands().post("/desks/1/fault", &json!({ "late_ms": 400 })).await;
    hall.press(1, "recall").await;
    hall.hands().post("/desks/1/fault", &json!({ "late_ms": 0 })).await;
    let clerk = hall.role("clerk");
    until("the recall", async || {
        let board = hall.role("screen").get("/api/v1/board").await;
        if board["calls"][0]["times"] == 2 { Ok(()) } else { Err(board["calls"].to_string()) }
    })
    .await;
    let counter = clerk.get("/api/v1/counters/1").await;
    assert_eq!(counter["ticket"]["number"], "A005");
    let journal = hall.role("engineer").get("/api/v1/journal?limit=500").await;
    let rows = journal["rows"].as_array().unwrap();
    let pressed = rows.iter().filter(|row| row["kind"] == "pressed").count();
    assert_eq!(pressed, 6, "six keys went down, six presses were judged");
}
