//! The self-test from outside: started, read, ticked, interrupted.

use crate::hall::Hall;
use serde_json::{Value, json};

async fn done(hall: &Hall) -> Value {
    let mut facts = hall.state.handle.facts();
    loop {
        let answer = hall.get("clerk", "/api/v1/selftest").await.json();
        if answer["selftest"]["state"] == "done" {
            return answer["selftest"].clone();
        }
        facts.changed().await.unwrap();
    }
}

fn item<'a>(test: &'a Value, id: &str) -> &'a Value {
    test["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}: {test}"))
}

#[tokio::test]
async fn what_is_wrong_is_said_with_cause_and_remedy_and_people_tick_the_rest() {
    let hall = Hall::new();
    assert_eq!(hall.get("engineer", "/api/v1/selftest").await.json(), json!({ "selftest": null }));
    hall.registry.report("screen-lobby", "screen", "ok", None);
    let cause = "nothing was heard of it yet: it speaks when a key is pressed";
    hall.registry.report("desk-1", "desk", "ok", Some(cause.to_owned()));

    let started = hall.post("manager", "/api/v1/selftest", json!({})).await;
    assert_eq!(started.status, 202);
    assert_eq!(started.json()["selftest"]["state"], "running");
    assert_eq!(item(&started.json()["selftest"], "kiosk-1")["outcome"], "open");

    let test = done(&hall).await;
    assert_eq!((&test["started_by"], &test["pictures"]), (&"manager:demo".into(), &true.into()));
    let printer = item(&test, "kiosk-1");
    assert_eq!((&printer["outcome"], &printer["code"]), (&"failed".into(), &"paper_out".into()));
    assert_eq!(printer["remedy"]["zh-CN"], "请装入新纸卷并合上机盖。");
    assert_eq!(item(&test, "desk-2")["code"], "missing");
    for well in ["screen-lobby", "journal", "clock"] {
        assert_eq!(item(&test, well)["outcome"], "ok", "{test}");
    }
    let unheard = item(&test, "desk-1");
    assert_eq!((&unheard["outcome"], &unheard["tickable"]), (&"skipped".into(), &true.into()));
    assert_eq!(unheard["cause"]["zh-CN"], "尚未收到其数据：按键时才会应答");
    let tv = item(&test, "manual-tv");
    assert_eq!((&tv["outcome"], &tv["name"]["en"]), (&"open".into(), &"Hall television: it shows a picture".into()));

    let tick = format!("/api/v1/selftest/{}/tick", test["id"].as_str().unwrap());
    let ticked = hall.post("greeter", &tick, json!({ "item": "manual-tv", "ok": false, "note": "no picture" })).await;
    assert_eq!(ticked.status, 200, "{}", ticked.text());
    let tv = item(&ticked.json()["selftest"], "manual-tv").clone();
    assert_eq!(
        (&tv["outcome"], &tv["note"], &tv["ticked_by"]),
        (&"failed".into(), &"no picture".into(), &"greeter:demo".into())
    );
    hall.post("greeter", &tick, json!({ "item": "desk-1", "ok": true })).await;
    hall.post("greeter", &tick, json!({ "item": "kiosk-1", "ok": true })).await.problem(409, "tested_by_itself");
    hall.post("greeter", &tick, json!({ "item": "manual-sofa", "ok": true })).await.problem(422, "unknown_item");
    hall.post("greeter", "/api/v1/selftest/99/tick", json!({ "item": "desk-1", "ok": true }))
        .await
        .problem(404, "unknown_selftest");
    hall.post("greeter", &tick, json!({ "item": "desk-1", "ok": true, "note": "a\nb" })).await.problem(422, "bad_text");

    let today = hall.get("manager", "/api/v1/day").await.json()["business_day"].as_str().unwrap().to_owned();
    let report = hall.get("manager", &format!("/api/v1/reports/day/{today}")).await.json();
    let tested = &report["selftests"][0];
    assert!(tested["failed"].as_array().unwrap().contains(&"manual-tv".into()), "{report}");
    assert!(tested["open"].as_array().unwrap().contains(&"manual-touch".into()), "{report}");
    assert_eq!(report["selftests"].as_array().unwrap().len(), 1);

    // It is in the journal, and a restart has it as it was.
    let before = hall.get("clerk", "/api/v1/selftest").await.json();
    let hall = hall.restart().await;
    assert_eq!(hall.get("clerk", "/api/v1/selftest").await.json(), before);
}

#[tokio::test]
async fn one_at_a_time_and_one_that_was_cut_short_says_so() {
    let hall = Hall::new();
    // A printer that is well and silent keeps the test waiting.
    hall.registry.report("kiosk-1", "printer", "ok", None);
    let key = [("Idempotency-Key", "morning")];
    let first = hall.post_as("engineer", "/api/v1/selftest", &key, json!({ "slips": true })).await;
    assert_eq!(first.status, 202);
    assert_eq!(hall.post_as("engineer", "/api/v1/selftest", &key, json!({ "slips": true })).await.bytes, first.bytes);
    hall.post("manager", "/api/v1/selftest", json!({})).await.problem(409, "selftest_running");
    let hall = hall.restart().await;
    let test = done(&hall).await;
    let printer = item(&test, "kiosk-1");
    assert_eq!((&printer["outcome"], &printer["code"]), (&"skipped".into(), &"interrupted".into()));
    assert_eq!(item(&test, "manual-tv")["outcome"], "open");
    assert_eq!(hall.post("manager", "/api/v1/selftest", json!({})).await.status, 202);
}
