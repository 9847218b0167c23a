//! The hall as greeters and guards see it: queues, numbers as people say them, calls for help, and what is told of by
//! itself.

use crate::hall::Hall;
use lobby::hallwatch;
use serde_json::{Value, json};

#[tokio::test]
async fn a_number_is_found_as_somebody_says_it() {
    let hall = Hall::new();
    for _ in 0..3 {
        hall.take("cash").await;
    }
    let found = hall.get("greeter", "/api/v1/tickets?number=a2").await.json();
    assert_eq!((&found["tickets"][0]["number"], found["tickets"].as_array().unwrap().len()), (&json!("A002"), 1));
    assert_eq!(hall.get("greeter", "/api/v1/tickets?number=B002").await.json()["tickets"], json!([]));
}

#[tokio::test]
async fn the_queues_say_who_waits_past_the_target_and_where_they_can_go() {
    // A millisecond is ten seconds here.
    let hall = Hall::fast(10_000, |_| {});
    let vip = json!({"service": "cash", "lane": "vip"});
    hall.post("greeter", "/api/v1/tickets", vip).await;
    hall.take("cash").await;
    hall.act("2", "open", json!({})).await;
    let late = loop {
        let now = hall.get("greeter", "/api/v1/hall").await.json();
        if now["late_count"] == 2 {
            break now;
        }
    };
    let numbers: Vec<_> = late["late"].as_array().unwrap().iter().map(|ticket| ticket["number"].clone()).collect();
    assert_eq!(numbers, ["A001", "A002"], "the VIP is past a shorter target");
    let queue = &late["queues"][0];
    assert_eq!(
        (&queue["lane"], &queue["target_s"], &queue["counters"]),
        (&json!("regular"), &json!(900), &json!(["2"]))
    );
    assert!(queue["oldest"].is_string() && queue["late"] == 1);
}

#[tokio::test]
async fn staff_in_the_hall_call_for_help() {
    let hall = Hall::new();
    let got = hall.post("greeter", "/api/v1/alarms", json!({"what": "fight", "reason": "at the door"})).await;
    assert_eq!(got.status, 200, "{}", got.text());
    let alert = got.json()["alert"].clone();
    assert_eq!((&alert["kind"], &alert["level"]), (&json!("alarm"), &json!("urgent")));
    assert_eq!(alert["text"]["en"], "Fighting or shouting: come at once; call 110 if needed: at the door");
    let again = hall.post("greeter", "/api/v1/alarms", json!({"what": "fight"})).await.json();
    assert_eq!(again["alert"]["id"], alert["id"]);
    let bad = hall.post("greeter", "/api/v1/alarms", json!({"what": "boredom"})).await;
    assert!(bad.problem(422, "unknown_alarm").contains("medical"));
    hall.post("kiosk", "/api/v1/alarms", json!({"what": "fight"})).await.problem(403, "wrong_role");
}

#[tokio::test]
async fn a_greeter_says_whether_the_hands_are_full() {
    let hall = Hall::new();
    assert_eq!(hall.get("greeter", "/api/v1/greeters").await.json(), json!({"greeters": []}));
    let busy = hall.post("greeter", "/api/v1/greeters", json!({"busy": true})).await.json();
    assert_eq!((&busy["greeters"][0]["name"], &busy["greeters"][0]["busy"]), (&json!("demo"), &json!(true)));
    assert_eq!(hall.get("manager", "/api/v1/greeters").await.json(), busy);
    hall.post("clerk", "/api/v1/greeters", json!({"busy": true})).await.problem(403, "wrong_role");
}

/// The newest alert of that kind, once it is there and `fits`.
async fn told(hall: &Hall, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let mut alerts = hall.state.alerts.clone();
    loop {
        let list = hall.get("greeter", "/api/v1/alerts").await.json();
        let found = list["alerts"].as_array().unwrap().iter().find(|alert| alert["kind"] == kind);
        if let Some(found) = found.filter(|found| fits(found)) {
            return found.clone();
        }
        alerts.changed().await.expect("the lobby has ended");
    }
}

#[tokio::test]
async fn the_hall_is_watched_for_whoever_waits_too_long() {
    let hall = Hall::fast(1_000, |config| config.services[0].overrun_min = Some(5));
    let state = hall.state.clone();
    tokio::spawn(hallwatch::run(state.handle.clone(), state.clock.clone(), state.stop.clone()));
    hall.act("1", "open", json!({})).await;
    hall.act("4", "open", json!({})).await;
    hall.post("greeter", "/api/v1/tickets", json!({"service": "cash", "lane": "vip"})).await;
    hall.take("cash").await;

    let guest = told(&hall, "vip_wait", |_| true).await;
    assert_eq!((&guest["ticket"]["number"], &guest["level"]), (&json!("A001"), &json!("warning")));
    assert_eq!(guest["text"]["en"], "VIP A001 has waited more than 3 min: please go and talk");
    let idle = told(&hall, "idle", |_| true).await;
    assert!(idle["text"]["zh-CN"].as_str().unwrap().contains("空闲超过 30 秒"), "{idle}");
    let lane = told(&hall, "lane_wait", |_| true).await;
    assert_eq!(lane["text"]["en"], "Somebody in Regular has waited past the target of 15 min");

    // What it was about is over, and so is the alert.
    hall.act("4", "next", json!({})).await;
    told(&hall, "vip_wait", |alert| alert["cleared_at"].is_string()).await;
    hall.act("1", "next", json!({})).await;
    told(&hall, "lane_wait", |alert| alert["cleared_at"].is_string()).await;
    hall.act("1", "arrived", json!({})).await;
    let overrun = told(&hall, "overrun", |_| true).await;
    assert_eq!((&overrun["counter"], &overrun["ticket"]["number"]), (&json!("1"), &json!("A002")));
    assert!(overrun["text"]["en"].as_str().unwrap().ends_with("for more than 5 min"), "{overrun}");
    hall.act("1", "finish", json!({})).await;
    told(&hall, "overrun", |alert| alert["cleared_at"].is_string()).await;
}

#[tokio::test]
async fn a_hall_that_wants_no_alerts_has_none() {
    let hall = Hall::fast(1_000, |config| {
        (config.alerts.vip_wait_s, config.alerts.idle_s, config.alerts.overrun_min) = (0, 0, 0);
        config.alerts.lane_targets = false;
    });
    let state = hall.state.clone();
    hall.act("1", "open", json!({})).await;
    hall.post("greeter", "/api/v1/tickets", json!({"service": "cash", "lane": "vip"})).await;
    while hall.get("greeter", "/api/v1/hall").await.json()["late_count"] == 0 {}
    assert_eq!(hallwatch::look_once(&state.handle).await.unwrap(), 0);
    assert_eq!(hall.get("greeter", "/api/v1/alerts").await.json()["alerts"], json!([]));
}
