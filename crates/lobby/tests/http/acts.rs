//! Acts of people: when a customer counts as missing, who may close and call, flags, and letting others go first.

use crate::hall::{Got, Hall};
use lobby::config::ManualCall;
use serde_json::{Value, json};

async fn at(hall: &Hall, role: &str, counter: &str, act: &str, body: Value) -> Got {
    hall.post(role, &format!("/api/v1/counters/{counter}/{act}"), body).await
}

async fn called(hall: &Hall, wish: Value) -> Value {
    let got = hall.post("kiosk", "/api/v1/tickets", wish).await;
    assert_eq!(got.status, 201, "{}", got.text());
    hall.act("1", "open", json!({})).await;
    hall.act("1", "next", json!({})).await["ticket"].clone()
}

#[tokio::test]
async fn a_customer_counts_as_missing_after_calls_and_a_while() {
    let hall = Hall::with(|config| {
        (config.rules.no_show_after_calls, config.rules.no_show_gap_s, config.rules.recall_limit) = (2, 30, 1);
    });
    called(&hall, json!({"service": "cash"})).await;
    let early = at(&hall, "clerk", "1", "no-show", json!({})).await.problem(409, "too_early");
    assert!(early.contains("recall once more") && early.contains("wait"), "{early}");
    hall.act("1", "recall", json!({})).await;
    let early = at(&hall, "clerk", "1", "no-show", json!({})).await.problem(409, "too_early");
    assert!(!early.contains("recall"), "{early}");
    at(&hall, "desk", "1", "recall", json!({})).await.problem(409, "recall_limit");
}

#[tokio::test]
async fn the_greeter_looks_for_somebody_with_needs_first() {
    // A millisecond is two seconds here.
    let hall = Hall::fast(2_000, |_| {});
    let ticket = called(&hall, json!({"service": "cash", "needs": ["hearing"]})).await;
    let got = at(&hall, "clerk", "1", "no-show", json!({})).await;
    assert_eq!(got.json()["wait_s"], 60, "for a page that counts down");
    let first = got.problem(409, "greeter_alerted");
    assert!(first.contains("60 s"), "{first}");
    let alert = hall.get("greeter", "/api/v1/alerts").await.json()["alerts"][0].clone();
    assert_eq!((&alert["kind"], &alert["ticket"]["number"]), (&json!("needs"), &ticket["number"]));
    assert_eq!(alert["text"]["en"], "A001 (hearing) has not come to counter 1: please bring the customer there");
    let gone = loop {
        let got = at(&hall, "clerk", "1", "no-show", json!({})).await;
        if got.status == 200 {
            break got.json();
        }
        got.problem(409, "greeter_alerted");
    };
    assert_eq!(gone["ticket"]["state"], "no_show");
}

#[tokio::test]
async fn needs_are_set_by_greeter_and_clerk() {
    let hall = Hall::new();
    let ticket = called(&hall, json!({"service": "cash"})).await;
    let needs = format!("/api/v1/tickets/{}/needs", ticket["id"].as_str().unwrap());
    let set = hall.post("greeter", &needs, json!({"needs": ["interpreter", "sight", "sight"]})).await.json();
    assert_eq!((&set["needs"], &set["state"]), (&json!(["sight", "interpreter"]), &json!("called")));
    at(&hall, "clerk", "1", "no-show", json!({})).await.problem(409, "greeter_alerted");
    assert_eq!(hall.post("clerk", &needs, json!({"needs": []})).await.json()["needs"], json!([]));
    hall.post("greeter", &needs, json!({"needs": ["wings"]})).await.problem(422, "bad_body");
    hall.post("greeter", &needs, json!({})).await.problem(422, "bad_body");
    hall.post("greeter", "/api/v1/tickets/x/needs", json!({"needs": []})).await.problem(404, "unknown_ticket");
}

#[tokio::test]
async fn the_last_counter_for_people_who_wait() {
    let hall = Hall::new();
    hall.act("3", "open", json!({})).await;
    hall.act("1", "open", json!({})).await;
    hall.take("loan").await;
    hall.act("1", "close", json!({})).await;
    let told = at(&hall, "clerk", "3", "close", json!({"reason": "late"})).await.problem(409, "last_counter");
    assert!(told.contains("manager"), "{told}");
    at(&hall, "desk", "3", "close", json!({})).await.problem(409, "last_counter");
    at(&hall, "manager", "3", "close", json!({})).await.problem(422, "reason_missing");
    hall.act("3", "pause", json!({"reason": "meal"})).await;
    let kinds = async || {
        let alerts = hall.get("manager", "/api/v1/alerts").await.json()["alerts"].as_array().unwrap().clone();
        alerts.iter().map(|alert| alert["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds().await, ["last_counter"]);
    let closed = at(&hall, "manager", "3", "close", json!({"reason": "fire drill"})).await;
    assert_eq!((closed.status, &closed.json()["counter"]["state"]), (200, &json!("closed")));
    assert_eq!(kinds().await, ["last_counter"], "one alert while nobody has answered");
    let rows = hall.get("manager", "/api/v1/journal?limit=1000").await.json();
    let row = rows["rows"].as_array().unwrap().iter().rfind(|row| row["kind"] == "counter_closed").unwrap();
    assert_eq!((&row["fact"]["reason"], &row["actor"]), (&json!("fire drill"), &json!("manager:demo")), "{row}");
}

#[tokio::test]
async fn flags_have_a_reason_and_somebody_who_answers_for_them() {
    let hall = Hall::new();
    let id = hall.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    let flag = format!("/api/v1/tickets/{id}/flag");
    let faints = json!({"flag": "urgent", "reason": "faints"});
    hall.post("clerk", &flag, faints.clone()).await.problem(422, "authoriser_missing");
    hall.post("clerk", &flag, json!({"flag": "urgent", "reason": "faints", "authoriser": "the boss"}))
        .await
        .problem(422, "bad_authoriser");
    hall.post("greeter", &flag, json!({"flag": "urgent", "reason": " "})).await.problem(422, "reason_missing");
    hall.post("greeter", &flag, json!({"flag": "nice", "reason": "nice"})).await.problem(422, "bad_body");
    let flagged = hall.post("greeter", &flag, faints).await.json();
    assert_eq!((&flagged["flags"], &flagged["lane"]), (&json!(["urgent"]), &json!("priority")));
    let special = json!({"flag": "special", "reason": "police", "authoriser": "9001"});
    assert_eq!(hall.post("clerk", &flag, special).await.json()["flags"], json!(["urgent", "special"]));
    let history = hall.get("manager", &format!("/api/v1/tickets/{id}")).await.json()["history"].clone();
    let told: Vec<_> = history.as_array().unwrap().iter().filter(|row| row["kind"] == "flagged").collect();
    assert_eq!((&told[0]["authoriser"], &told[0]["reason"]), (&json!("demo"), &json!("faints")));
    assert_eq!((&told[1]["authoriser"], &told[1]["actor"]), (&json!("9001"), &json!("clerk:demo")));
    let none = Hall::with(|config| config.lanes.retain(|lane| lane.id != "priority"));
    let id = none.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    let wish = json!({"flag": "urgent", "reason": "faints"});
    none.post("manager", &format!("/api/v1/tickets/{id}/flag"), wish).await.problem(409, "no_urgent_lane");
}

#[tokio::test]
async fn where_a_manager_calls_out_of_turn_others_may_not() {
    let hall = Hall::with(|config| config.rules.manual_call = ManualCall::Manager);
    hall.act("1", "open", json!({})).await;
    let ticket = hall.take("cash").await["ticket"]["id"].clone();
    let call = json!({"ticket": ticket, "reason": "asked for"});
    at(&hall, "clerk", "1", "call", call.clone()).await.problem(403, "manual_call_forbidden");
    at(&hall, "desk", "1", "call", json!({"no": "sense"})).await.problem(403, "manual_call_forbidden");
    let done = at(&hall, "manager", "1", "call", call).await.json();
    assert_eq!(done["ticket"]["why"], json!({"rule": "manual", "reason": "asked for"}));
}

#[tokio::test]
async fn a_customer_lets_others_go_first_once() {
    let hall = Hall::new();
    let first = hall.take("cash").await;
    let link = |issued: &Value| issued["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    let (mine, later) = (link(&first), format!("{}/later", link(&first)));
    assert_eq!(hall.get("", &mine).await.json()["can_later"], false);
    hall.post("", &later, json!({})).await.problem(409, "nobody_behind");
    let second = hall.take("cash").await;
    for _ in 0..3 {
        hall.take("cash").await;
    }
    let before = hall.get("", &mine).await.json();
    assert_eq!((&before["can_later"], &before["ahead"]), (&json!(true), &json!(0)));
    for pass in [json!(0), json!(21), json!(-1), json!("three")] {
        let got = hall.post("", &later, json!({"pass": pass})).await;
        assert_eq!(got.status, 422, "{}", got.text());
    }
    hall.post("", &later, json!({"pass": 21})).await.problem(422, "bad_pass");
    let after = hall.post("", &later, json!({})).await.json();
    assert_eq!((&after["ahead"], &after["can_later"]), (&json!(3), &json!(false)), "three without being asked");
    hall.post("", &later, json!({"pass": 1})).await.problem(409, "deferred_before");
    hall.post("", "/api/v1/track/x/later", json!({})).await.problem(404, "unknown_link");
    hall.act("1", "open", json!({})).await;
    assert_eq!(hall.act("1", "next", json!({})).await["ticket"]["id"], second["ticket"]["id"]);
    let called = format!("{}/later", link(&second));
    hall.post("", &called, json!({})).await.problem(409, "wrong_state");
    // Sent on to a counter of its own: it holds nobody up.
    hall.act("1", "transfer", json!({"counter": "1"})).await;
    hall.post("", &called, json!({})).await.problem(409, "waits_for_counter");
}

#[tokio::test]
async fn a_service_of_seconds_stands_marked_in_the_history() {
    let hall = Hall::new();
    let ticket = called(&hall, json!({"service": "cash"})).await;
    hall.act("1", "next", json!({})).await;
    let history = hall.get("manager", &format!("/api/v1/tickets/{}", ticket["id"].as_str().unwrap())).await.json();
    let last = history["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["sham"]), (&json!("finished"), &json!(true)));
}

#[tokio::test]
async fn what_is_on_hold_says_since_when() {
    let hall = Hall::new();
    let ticket = called(&hall, json!({"service": "cash"})).await;
    assert_eq!(ticket["held_at"], Value::Null);
    let held = hall.act("1", "hold", json!({})).await;
    let since = held["counter"]["held"][0]["held_at"].clone();
    assert!(since.as_str() >= ticket["called_at"].as_str() && since.is_string(), "{held}");
    hall.act("2", "open", json!({})).await;
    hall.act("1", "close", json!({"held_to": "2"})).await;
    let kept = hall.get("clerk", "/api/v1/counters/2").await.json();
    assert_eq!(kept["counter"]["held"][0]["held_at"], since, "another keeper, the same hold: {kept}");
    let resumed = hall.act("2", "resume-ticket", json!({"ticket": ticket["id"]})).await;
    assert_eq!(resumed["ticket"]["held_at"], Value::Null);
}
