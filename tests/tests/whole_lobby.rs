//! From the button on the kiosk to the digits over the counter, through the real program and simulated wires.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};

/// The tickets that came out of the kiosk's printer.
async fn paper(hall: &Hall) -> Vec<Value> {
    hall.hands().get("/printers/kiosk-1/tickets").await["tickets"].as_array().unwrap().clone()
}

async fn printed(hall: &Hall, count: usize) -> Vec<Value> {
    until(&format!("{count} pieces of paper"), async || {
        let paper = paper(hall).await;
        if paper.len() == count { Ok(paper) } else { Err(format!("{} came out: {paper:?}", paper.len())) }
    })
    .await
}

async fn print_state(hall: &Hall, issued: &Value, state: &str) {
    let track = issued["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    until(&format!("the paper to be {state}"), async || {
        let told = hall.nobody().get(&track).await;
        if told["print"] == state { Ok(()) } else { Err(told.to_string()) }
    })
    .await;
}

fn says(ticket: &Value, text: &str) -> bool {
    ticket["lines"].as_array().unwrap().iter().any(|line| line.as_str().unwrap().contains(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ticket_from_the_kiosk_to_the_digits() {
    let hall = Hall::start().await;
    hall.device("kiosk-1", "ok").await;
    let issued = hall.take("cash").await;
    assert_eq!(issued["ticket"]["number"], "A001");
    assert_eq!(issued["ahead"], 0);
    assert_eq!(issued["print"], "queued");
    let paper = printed(&hall, 1).await;
    assert!(says(&paper[0], "A001") && says(&paper[0], "现金业务"), "{}", paper[0]);
    assert_eq!(paper[0]["copy"], false);
    print_state(&hall, &issued, "printed").await;

    hall.press(1, "next").await;
    hall.shows(1, "A001").await;
    let board = until("the board to follow", async || {
        let board = hall.role("screen").get("/api/v1/board").await;
        if board["counters"][0]["number"] == "A001" { Ok(board) } else { Err(board.to_string()) }
    })
    .await;
    assert_eq!(board["calls"][0]["number"], "A001");
    assert!(board["caption"]["text"]["zh-CN"].as_str().unwrap().contains("A001"), "{board}");
    assert!(board["caption"]["text"]["en"].as_str().unwrap().contains("counter 1"), "{board}");

    hall.press(1, "arrived").await;
    hall.press(1, "finish").await;
    hall.shows(1, "").await;
    let counters = hall.role("clerk").get("/api/v1/counters/1").await;
    assert_eq!(counters["ticket"], Value::Null);
    assert_eq!(counters["counter"]["state"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ready_counter_is_called_into() {
    let hall = Hall::start().await;
    hall.device("desk-3", "ok").await;
    hall.press(3, "next").await;
    until("counter 3 to be ready", async || {
        let counter = hall.role("clerk").get("/api/v1/counters/3").await;
        if counter["counter"]["ready"] == true { Ok(()) } else { Err(counter.to_string()) }
    })
    .await;
    hall.take("loan").await;
    hall.shows(3, "C001").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_goes_on_without_paper_and_nothing_prints_twice() {
    let hall = Hall::start().await;
    hall.device("kiosk-1", "ok").await;
    hall.take("cash").await;
    printed(&hall, 1).await;

    hall.hands().post("/printers/kiosk-1/fault", &json!({ "paper": "out" })).await;
    hall.device("kiosk-1", "paper_out").await;
    let second = hall.take("cash").await;
    assert_eq!(second["ticket"]["number"], "A002");
    let menu = hall.role("kiosk").get("/api/v1/menu").await;
    assert_eq!(menu["printer"]["state"], "paper_out");
    hall.press(2, "next").await;
    hall.shows(2, "A001").await;
    hall.press(2, "next").await;
    hall.shows(2, "A002").await;
    hall.hands().post("/printers/kiosk-1/fault", &json!({ "paper": "ok" })).await;
    hall.device("kiosk-1", "ok").await;

    hall.hands().post("/printers/kiosk-1/fault", &json!({ "unplug": true })).await;
    hall.device("kiosk-1", "unplugged").await;
    hall.press(2, "finish").await;
    hall.hands().post("/printers/kiosk-1/fault", &json!({ "unplug": false })).await;
    hall.device("kiosk-1", "ok").await;
    let last = hall.take("cash").await;
    print_state(&hall, &last, "printed").await;
    for number in ["A001", "A002", "A003"] {
        let copies = paper(&hall).await.iter().filter(|ticket| says(ticket, number)).count();
        assert!(copies <= 1, "{number} came out {copies} times");
    }
    assert!(paper(&hall).await.iter().any(|ticket| says(ticket, "A003")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reprint_is_marked_as_a_copy() {
    let hall = Hall::start().await;
    hall.device("kiosk-1", "ok").await;
    let issued = hall.take("account").await;
    printed(&hall, 1).await;
    let id = issued["ticket"]["id"].as_str().unwrap();
    hall.role("greeter").post(&format!("/api/v1/tickets/{id}/reprint"), &json!({})).await;
    let paper = printed(&hall, 2).await;
    let copy = paper.iter().find(|ticket| ticket["copy"] == true).expect("a copy");
    assert!(says(copy, "B001") && says(copy, "补打"), "{copy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_lies_in_a_recording_and_is_in_time() {
    let hall = Hall::start_with(HallPlan { voice: true, ..HallPlan::default() }).await;
    hall.device("voice-main", "ok").await;
    hall.take("cash").await;
    let clerk = hall.role("clerk");
    clerk.post("/api/v1/counters/2/open", &json!({})).await;
    clerk.post("/api/v1/counters/2/next", &json!({})).await;
    let recording = until("the recording of the call", async || {
        let files = std::fs::read_dir(hall.calls()).map_err(|cause| cause.to_string())?;
        let wavs: Vec<_> = files
            .flatten()
            .map(|file| file.path())
            .filter(|path| path.extension().is_some_and(|ext| ext == "wav"))
            .collect();
        wavs.first().cloned().ok_or_else(|| "none yet".to_owned())
    })
    .await;
    let wav = hound::WavReader::open(recording).unwrap();
    let seconds = wav.duration() / wav.spec().sample_rate;
    assert!(seconds >= 4, "two languages twice are more than {seconds} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_without_any_hardware_still_queues_and_says_what_is_missing() {
    let hall = Hall::start_with(HallPlan { without_hardware: true, ..Default::default() }).await;
    hall.device("line-desks", "unplugged").await;
    hall.device("kiosk-1", "unplugged").await;
    let issued = hall.take("cash").await;
    assert_eq!(issued["ticket"]["number"], "A001");
    let clerk = hall.role("clerk");
    clerk.post("/api/v1/counters/1/open", &json!({})).await;
    let called = clerk.post("/api/v1/counters/1/next", &json!({})).await;
    assert_eq!(called["ticket"]["number"], "A001");
    let staff = hall.role("greeter").get("/api/v1/devices").await;
    let ids: Vec<&str> =
        staff["devices"].as_array().unwrap().iter().map(|device| device["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let printer = staff["devices"].as_array().unwrap().iter().find(|device| device["id"] == "kiosk-1").unwrap();
    assert!(printer["cause"].is_string() && printer["remedy"].is_string(), "{printer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_is_called_by_a_key_and_its_lamp_says_that_somebody_comes() {
    let hall = Hall::start().await;
    hall.device("desk-2", "ok").await;
    let lamp = async |lit: bool| {
        until(&format!("the lamp to be {lit}"), async || {
            let desk = hall.hands().get("/desks/2").await;
            if desk["lamps"]["help"] == lit { Ok(()) } else { Err(desk.to_string()) }
        })
        .await;
    };
    hall.press(2, "help").await;
    let greeter = hall.role("greeter");
    let alert = until("the alert", async || {
        let list = greeter.get("/api/v1/alerts").await;
        list["alerts"].get(0).cloned().ok_or_else(|| list.to_string())
    })
    .await;
    assert_eq!((&alert["kind"], &alert["counter"]), (&json!("help"), &json!("2")));
    lamp(false).await;
    greeter.post(&format!("/api/v1/alerts/{}/ack", alert["id"].as_str().unwrap()), &json!({})).await;
    lamp(true).await;
    hall.take("cash").await;
    hall.press(2, "next").await;
    hall.shows(2, "A001").await;
    lamp(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_nobody_answers_goes_to_the_manager_by_the_clock_alone() {
    let plan = HallPlan { without_hardware: true, speed: 60, ..Default::default() };
    let hall = Hall::start_with(plan).await;
    hall.role("kiosk").post("/api/v1/help", &json!({})).await;
    until("the alert to be the manager's", async || {
        let list = hall.role("manager").get("/api/v1/alerts").await;
        if list["alerts"][0]["escalated"] == true { Ok(()) } else { Err(list.to_string()) }
    })
    .await;
}
