//! What a duty manager changes at run time, through the real program: it reaches the desk units, survives a power cut, and
//! ends with the day.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, until};
use reqwest::Method;
use serde_json::{Value, json};

async fn plan(hall: &Hall, counter: &str, method: Method, body: &Value) -> Value {
    let path = format!("/api/v1/counters/{counter}/plan");
    let (status, answer) = hall.role("manager").send(method, &path, Some(body), Some("a-plan")).await.unwrap();
    assert!(status.is_success(), "{path}: {status} {answer}");
    answer["counter"].clone()
}

async fn counter(hall: &Hall, id: &str) -> Value {
    hall.role("manager").get(&format!("/api/v1/counters/{id}")).await["counter"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_with_other_services_is_called_into_and_survives_a_power_cut() {
    let mut hall = Hall::start().await;
    hall.device("desk-2", "ok").await;
    hall.press(2, "next").await;
    until("counter 2 to be ready", async || {
        let found = counter(&hall, "2").await;
        if found["ready"] == true { Ok(()) } else { Err(found.to_string()) }
    })
    .await;
    hall.take("loan").await;
    let body = json!({"services": ["loan", "cash"], "reason": "loans queue up"});
    let planned = plan(&hall, "2", Method::PUT, &body).await;
    assert_eq!(planned["number"], "C001", "who waited is called in the same moment");
    hall.shows(2, "C001").await;

    hall.kill();
    hall.restart().await;
    let found = counter(&hall, "2").await;
    assert_eq!((&found["takes"], &found["number"]), (&planned["takes"], &planned["number"]));
    assert_eq!(found["run_plan"]["reason"], "loans queue up");
    // The same wish under the same key is the same fact after the power cut, too.
    assert_eq!(plan(&hall, "2", Method::PUT, &body).await["takes"], planned["takes"]);
    let board = hall.role("screen").get("/api/v1/board").await;
    assert_eq!(board["counters"][1]["services"], json!(["cash", "loan"]));
    hall.take("loan").await;
    hall.press(2, "next").await;
    hall.shows(2, "C002").await;

    let closed = hall.role("manager").post("/api/v1/day/close", &json!({"confirm": true})).await;
    assert_eq!(closed["open"], false, "{closed}");
    let found = counter(&hall, "2").await;
    assert_eq!((&found["takes"]["serves"], &found["run_plan"]), (&json!(["cash"]), &Value::Null));
    let rows = hall.role("manager").get("/api/v1/journal?limit=1000").await;
    let rows = rows["rows"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap());
    let facts: Vec<&str> = rows.filter(|kind| kind.starts_with("counter_plan")).collect();
    assert_eq!(facts, ["counter_planned", "counter_plan_ended"]);
}
