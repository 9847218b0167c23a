//! Paper in a whole lobby: changing it without losing a number, two kiosks of which one is broken, and what becomes of a
//! ticket that was under way when something happened.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};

const CHANGE: &str = "/api/v1/printers/kiosk-1/paper-change";

/// The demo's hardware with a second printer at the east door.
fn two_kiosks() -> HallPlan {
    let printer = "[[printers]]\nid = \"kiosk-1\"";
    let kiosk = "[[kiosks]]\nid = \"k1\"";
    let second =
        "[[kiosks]]\nid = \"k2\"\nprinter = \"kiosk-2\"\nname = { zh-CN = \"东门取号机\", en = \"East door\" }\n";
    HallPlan {
        edits: vec![
            (printer.to_owned(), format!("[[printers]]\nid = \"kiosk-2\"\nport = \"kiosk-2\"\n\n{printer}")),
            (kiosk.to_owned(), format!("{second}\n{kiosk}")),
        ],
        hardware: Some("[[printer]]\nid = 'kiosk-1'\n[[printer]]\nid = 'kiosk-2'".to_owned()),
        ..HallPlan::default()
    }
}

async fn jobs(hall: &Hall) -> Vec<Value> {
    hall.role("greeter").get("/api/v1/printers/kiosk-1/jobs").await["jobs"].as_array().unwrap().clone()
}

/// Waits until the newest job of a number is in a state, and answers it.
async fn job_is(hall: &Hall, number: &str, state: &str) -> Value {
    until(&format!("the paper of {number} to be {state}"), async || {
        let jobs = jobs(hall).await;
        let job = jobs.iter().find(|job| job["number"] == number).cloned();
        job.clone().filter(|job| job["state"] == state).ok_or_else(|| format!("{job:?}"))
    })
    .await
}

/// The numbers that came out, in order.
async fn came_out(hall: &Hall) -> Vec<String> {
    let tickets = hall.hands().get("/printers/kiosk-1/tickets").await;
    let lines = |ticket: &Value| ticket["lines"].as_array().unwrap().clone();
    let number =
        |line: &Value| line.as_str().filter(|line| line.len() == 4 && line.starts_with('A')).map(str::to_owned);
    tickets["tickets"].as_array().unwrap().iter().filter_map(|ticket| lines(ticket).iter().find_map(number)).collect()
}

async fn fault(hall: &Hall, fault: Value) {
    hall.hands().post("/printers/kiosk-1/fault", &fault).await;
}

#[tokio::test]
async fn paper_is_changed_without_losing_a_number() {
    let hall = Hall::start().await;
    hall.device("kiosk-1", "ok").await;
    let clerk = hall.role("clerk");
    clerk.post(CHANGE, &json!({"on": true})).await;
    hall.device("kiosk-1", "paper_change").await;
    fault(&hall, json!({"cover": "open", "paper": "out"})).await;
    for number in ["A001", "A002", "A003"] {
        let issued = hall.take("cash").await;
        assert_eq!((&issued["ticket"]["number"], &issued["print"]), (&json!(number), &json!("queued")));
    }
    assert_eq!(hall.role("kiosk").get("/api/v1/menu").await["paper"]["state"], "changing");
    fault(&hall, json!({"cover": "closed", "paper": "ok"})).await;
    assert!(
        came_out(&hall).await.is_empty(),
        "nothing comes out before somebody says so, or the printer is well a while"
    );
    clerk.post(CHANGE, &json!({"on": false})).await;
    job_is(&hall, "A003", "printed").await;
    assert_eq!(came_out(&hall).await, ["A001", "A002", "A003"]);
    hall.device("kiosk-1", "ok").await;

    // Forgotten: the printer was open, is closed and stays well.
    clerk.post(CHANGE, &json!({"on": true})).await;
    fault(&hall, json!({"cover": "open"})).await;
    until("the lobby to see the cover", async || {
        let list = hall.role("engineer").get("/api/v1/devices").await;
        if list.to_string().contains("the cover is open") { Ok(()) } else { Err(list.to_string()) }
    })
    .await;
    hall.take("cash").await;
    fault(&hall, json!({"cover": "closed"})).await;
    job_is(&hall, "A004", "printed").await;
    assert_eq!(hall.role("greeter").get("/api/v1/printers").await["printers"][0]["paper_change"], Value::Null);
}

#[tokio::test]
async fn of_two_kiosks_the_broken_one_names_the_other() {
    let hall = Hall::start_with(two_kiosks()).await;
    hall.device("kiosk-2", "ok").await;
    fault(&hall, json!({"cutter": "jam"})).await;
    hall.device("kiosk-1", "cutter").await;
    let kiosk = hall.role("kiosk");
    let paper = kiosk.get("/api/v1/menu?kiosk=k1").await["paper"].clone();
    let east = json!([{"id": "k2", "name": {"zh-CN": "东门取号机", "en": "East door"}}]);
    assert_eq!(paper, json!({"state": "out_of_order", "other_kiosks": east}));
    assert_eq!(kiosk.get("/api/v1/menu?kiosk=k2").await["paper"], json!({"state": "ok", "other_kiosks": []}));
    // Who cannot walk there takes a number here all the same, and the greeter prints it there.
    let issued = kiosk.post("/api/v1/tickets", &json!({"service": "cash", "kiosk": "k1"})).await;
    let id = issued["ticket"]["id"].as_str().unwrap();
    hall.role("greeter").post(&format!("/api/v1/tickets/{id}/reprint"), &json!({})).await;
    until("the copy at the east door", async || {
        let out = hall.hands().get("/printers/kiosk-2/tickets").await;
        if out["tickets"][0]["copy"] == true { Ok(()) } else { Err(out.to_string()) }
    })
    .await;
    fault(&hall, json!({"cutter": "ok"})).await;
    hall.device("kiosk-1", "ok").await;
    assert_eq!(kiosk.get("/api/v1/menu?kiosk=k1").await["paper"]["state"], "ok");
}

#[tokio::test]
async fn a_ticket_under_way_in_a_crash_is_uncertain_and_printed_again_only_as_a_copy() {
    let slow = "[[printer]]\nid = 'kiosk-1'\nmm_per_s = 20";
    let mut hall = Hall::start_with(HallPlan { hardware: Some(slow.to_owned()), ..HallPlan::default() }).await;
    hall.device("kiosk-1", "ok").await;
    let issued = hall.take("cash").await;
    job_is(&hall, "A001", "started").await;
    hall.kill();
    hall.restart().await;
    let job = job_is(&hall, "A001", "uncertain").await;
    assert_eq!((&job["cause"], &job["spoiled"]), (&json!("restart"), &json!(true)));
    let track = issued["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    assert_eq!(hall.nobody().get(&track).await["print"], "uncertain", "what the kiosk tells the customer");
    let id = issued["ticket"]["id"].as_str().unwrap();
    hall.role("greeter").post(&format!("/api/v1/tickets/{id}/reprint"), &json!({})).await;
    until("a copy, and at most one ticket before it", async || {
        let out = hall.hands().get("/printers/kiosk-1/tickets").await;
        let copies: Vec<bool> =
            out["tickets"].as_array().unwrap().iter().map(|ticket| ticket["copy"] == true).collect();
        if copies == [true] || copies == [false, true] { Ok(()) } else { Err(out.to_string()) }
    })
    .await;
    let first = jobs(&hall).await.pop().unwrap();
    assert_eq!((&first["reprinted"], &first["spoiled"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_printer_that_hangs_in_the_middle_leaves_doubt_for_everybody_to_see() {
    let slow = "[[printer]]\nid = 'kiosk-1'\nmm_per_s = 10";
    let hall = Hall::start_with(HallPlan { hardware: Some(slow.to_owned()), ..HallPlan::default() }).await;
    hall.device("kiosk-1", "ok").await;
    let issued = hall.take("cash").await;
    job_is(&hall, "A001", "started").await;
    fault(&hall, json!({"stalled": true})).await;
    hall.device("kiosk-1", "offline").await;
    assert_eq!(hall.role("kiosk").get("/api/v1/menu").await["paper"]["state"], "out_of_order");
    let job = job_is(&hall, "A001", "uncertain").await;
    assert_eq!(job["spoiled"], true);
    let track = issued["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    assert_eq!(hall.nobody().get(&track).await["print"], "uncertain");
}
