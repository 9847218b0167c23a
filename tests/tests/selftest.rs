//! The self-test and the alerts of devices, on the real program and simulated wires.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};

fn item<'a>(test: &'a Value, id: &str) -> &'a Value {
    test["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}: {test}"))
}

async fn done(hall: &Hall) -> Value {
    until("the self-test to end", async || {
        let test = hall.role("engineer").get("/api/v1/selftest").await["selftest"].clone();
        if test["state"] == "done" { Ok(test) } else { Err(test.to_string()) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wire_is_tried_and_no_customer_loses_a_number() {
    let hall = Hall::start_with(HallPlan { voice: true, ..HallPlan::default() }).await;
    for device in ["kiosk-1", "desk-1", "desk-2", "desk-3", "desk-4", "line-desks"] {
        hall.device(device, "ok").await;
    }
    hall.device("voice-main", "ok").await;
    hall.take("cash").await;
    hall.press(1, "next").await;
    hall.shows(1, "A001").await;

    let wish = json!({ "slips": true, "chime": true });
    hall.role("manager").post("/api/v1/selftest", &wish).await;
    hall.shows(2, "8888").await;
    hall.shows(4, "8888").await;
    // Somebody is called in the middle of it: the number stands there at once, and stays.
    hall.take("cash").await;
    hall.press(2, "next").await;
    hall.shows(2, "A002").await;
    let test = done(&hall).await;
    hall.shows(4, "").await;
    hall.shows(1, "A001").await;
    hall.shows(2, "A002").await;

    assert_eq!(item(&test, "desk-1")["code"], "in_use", "{test}");
    for well in ["kiosk-1", "line-desks", "desk-2", "desk-3", "desk-4", "voice-main", "journal", "clock"] {
        assert_eq!(item(&test, well)["outcome"], "ok", "{well}: {test}");
    }
    let screen = item(&test, "screen-lobby");
    assert_eq!((&screen["outcome"], &screen["code"]), (&"failed".into(), &"offline".into()));
    let paper = hall.hands().get("/printers/kiosk-1/tickets").await;
    let slips: Vec<&Value> =
        paper["tickets"].as_array().unwrap().iter().filter(|ticket| ticket.to_string().contains("TEST")).collect();
    assert_eq!(slips.len(), 1, "{paper}");
    // Slips and chimes are nobody's ticket and nobody's call.
    assert_eq!(hall.role("clerk").get("/api/v1/tickets").await["tickets"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_unit_fails_the_test_and_the_command_line_says_what_to_do() {
    let hall = Hall::start().await;
    for device in ["kiosk-1", "desk-1", "desk-2", "desk-3", "desk-4"] {
        hall.device(device, "ok").await;
    }
    hall.hands().post("/desks/3/fault", &json!({ "mute": true })).await;
    hall.device("desk-3", "offline").await;
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(lobby_tests::program("lobby"));
        command.arg("selftest").arg("--data").arg(hall.data()).args(more);
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    let told = run(&["--no-pictures", "--language", "zh-CN"]).await.unwrap();
    assert_eq!(told.status.code(), Some(1));
    let table = String::from_utf8(told.stdout).unwrap();
    assert!(table.contains("failed   desk-3  没有应答 请检查终端插头"), "{table}");
    assert!(table.contains("ok       kiosk-1\n"), "{table}");
    assert!(table.contains("open     大厅电视"), "{table}");
    let told = run(&["--json"]).await.unwrap();
    let answer: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(
        item(&answer["selftest"], "desk-3")["remedy"]["en"].as_str().unwrap().split(';').next(),
        Some("Check the plug of the desk unit")
    );
    assert_eq!(answer["selftest"]["started_by"].as_str().unwrap().split('-').next(), Some("engineer:selftest"));
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_that_runs_out_raises_an_alert_that_ends_with_a_new_roll() {
    let edits = vec![("[voice]".to_owned(), "[health]\nalert_after_s = 1\n\n[voice]".to_owned())];
    let hall = Hall::start_with(HallPlan { edits, ..HallPlan::default() }).await;
    hall.device("kiosk-1", "ok").await;
    let alert = async |what: &str, fits: fn(&Value) -> bool| {
        until(what, async || {
            let list = hall.role("manager").get("/api/v1/alerts").await;
            let found = list["alerts"].as_array().unwrap().iter().find(|alert| alert["device"] == "kiosk-1").cloned();
            found.filter(fits).ok_or_else(|| list.to_string())
        })
        .await
    };
    hall.hands().post("/printers/kiosk-1/fault", &json!({ "paper": "out" })).await;
    let raised = alert("the alert", |alert| alert["cleared_at"].is_null()).await;
    assert_eq!(
        (&raised["kind"], &raised["text"]["zh-CN"]),
        (&"device".into(), &"kiosk-1：缺纸。请装入新纸卷并合上机盖。".into())
    );
    hall.hands().post("/printers/kiosk-1/fault", &json!({ "paper": "ok" })).await;
    let over = alert("its end", |alert| alert["cleared_at"].is_string()).await;
    assert_eq!((&over["id"], &over["acked_by"]), (&raised["id"], &Value::Null));
}
