//! Bad input: a clear problem each, nothing changed, nothing lost.

use crate::hall::{Got, Hall, request};
use axum::body::Body;
use serde_json::{Value, json};

async fn raw(hall: &Hall, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Got {
    hall.send(request("POST", path, "kiosk", headers, body.into())).await
}

const TICKETS: &str = "/api/v1/tickets";

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let hall = Hall::new();
    raw(&hall, TICKETS, &[], "{\"service\":").await.problem(400, "bad_json");
    raw(&hall, TICKETS, &[], "[\"cash\"]").await.problem(422, "bad_body");
    raw(&hall, TICKETS, &[("content-type", "text/plain")], "{\"service\":\"cash\"}").await.problem(415, "not_json");
    let unknown = raw(&hall, TICKETS, &[], r#"{"service":"cash","servce":1}"#).await.problem(422, "bad_body");
    assert!(unknown.contains("servce"), "{unknown}");
    let missing = raw(&hall, TICKETS, &[], "").await.problem(422, "bad_body");
    assert!(missing.contains("service"), "{missing}");
    raw(&hall, TICKETS, &[], r#"{"service":7}"#).await.problem(422, "bad_body");
    raw(&hall, TICKETS, &[], r#"{"service":"cash","needs":["wings"]}"#).await.problem(422, "bad_body");
    let large = format!(r#"{{"service":"cash","language":"{}"}}"#, "x".repeat(64 * 1024));
    raw(&hall, TICKETS, &[], large).await.problem(413, "too_large");
    assert_eq!(hall.take("cash").await["ticket"]["number"], "A001", "nothing was issued meanwhile");
}

#[tokio::test]
async fn values_that_mean_nothing_here() {
    let hall = Hall::new();
    let refused = async |body: Value, code: &str| {
        hall.post("kiosk", TICKETS, body).await.problem(422, code);
    };
    refused(json!({"service": "gold"}), "unknown_service").await;
    refused(json!({"service": "cash", "lane": "fast"}), "unknown_lane").await;
    refused(json!({"service": "cash", "then": ["gold"]}), "unknown_service").await;
    refused(json!({"service": "cash", "kiosk": "k9"}), "unknown_kiosk").await;
    refused(json!({"service": "cash", "language": "tlh"}), "unknown_language").await;
    let then = vec!["loan"; 5];
    refused(json!({"service": "cash", "then": then}), "too_many_services").await;
    assert_eq!(hall.take("cash").await["ticket"]["number"], "A001", "nothing was issued meanwhile");
}

#[tokio::test]
async fn unknown_in_the_address_is_404_and_in_the_body_422() {
    let hall = Hall::new();
    hall.act("1", "open", json!({})).await;
    hall.get("clerk", "/api/v1/counters/9").await.problem(404, "unknown_counter");
    hall.post("clerk", "/api/v1/counters/9/open", json!({})).await.problem(404, "unknown_counter");
    hall.get("clerk", "/api/v1/tickets/x").await.problem(404, "unknown_ticket");
    hall.post("greeter", "/api/v1/tickets/x/reinstate", json!({})).await.problem(404, "unknown_ticket");
    hall.get("", "/api/v1/track/x").await.problem(404, "unknown_link");
    hall.post("", "/api/v1/track/x/cancel", json!({})).await.problem(404, "unknown_link");
    let call = json!({"ticket": "x", "reason": "asked for"});
    hall.post("clerk", "/api/v1/counters/1/call", call).await.problem(422, "unknown_ticket");
    hall.take("cash").await;
    hall.act("1", "next", json!({})).await;
    let transfer = "/api/v1/counters/1/transfer";
    hall.post("clerk", transfer, json!({"counter": "9"})).await.problem(422, "unknown_counter");
    hall.post("clerk", transfer, json!({})).await.problem(422, "bad_target");
    hall.post("clerk", transfer, json!({"counter": "2", "service": "cash"})).await.problem(422, "bad_target");
    hall.post("clerk", transfer, json!({"service": "loan"})).await.problem(409, "nobody_open");
}

#[tokio::test]
async fn what_the_state_does_not_allow_is_409() {
    let hall = Hall::new();
    let closed = hall.post("clerk", "/api/v1/counters/1/next", json!({})).await.problem(409, "counter_closed");
    assert!(closed.contains("open it first"), "{closed}");
    hall.act("1", "open", json!({})).await;
    for act in ["recall", "arrived", "finish", "no-show", "hold"] {
        hall.post("clerk", &format!("/api/v1/counters/1/{act}"), json!({})).await.problem(409, "nothing_called");
    }
    hall.post("clerk", "/api/v1/counters/1/pause", json!({})).await.problem(422, "bad_body");
    hall.post("clerk", "/api/v1/counters/1/pause", json!({"reason": "bored"})).await.problem(422, "bad_body");
    let ticket = hall.take("cash").await["ticket"]["id"].clone();
    let call = |reason: &str| json!({"ticket": ticket, "reason": reason});
    hall.post("clerk", "/api/v1/counters/1/call", call("  ")).await.problem(422, "reason_missing");
    hall.post("clerk", "/api/v1/counters/1/call", call("two\nlines")).await.problem(422, "bad_text");
    let lane = format!("/api/v1/tickets/{}/lane", ticket.as_str().unwrap());
    hall.post("greeter", &lane, json!({"lane": "fast", "reason": "baby"})).await.problem(422, "unknown_lane");
    let reinstate = format!("/api/v1/tickets/{}/reinstate", ticket.as_str().unwrap());
    hall.post("greeter", &reinstate, json!({})).await.problem(409, "wrong_state");
}

#[tokio::test]
async fn addresses_and_queries() {
    let hall = Hall::new();
    hall.get("clerk", "/api/v1/nothing").await.problem(404, "no_such_route");
    hall.get("", "/api/v1/nothing").await.problem(401, "no_credential");
    hall.get("", "/nothing").await.problem(404, "no_such_route");
    let wrong = hall.post("clerk", "/api/v1/menu", json!({})).await;
    wrong.problem(405, "wrong_method");
    assert_eq!(wrong.header("allow"), "GET,HEAD");
    hall.post("", "/api/v1/menu", json!({})).await.problem(401, "no_credential");
    hall.post("", "/api/v1/track/x", json!({})).await.problem(405, "wrong_method");
    hall.post("", "/kiosk", json!({})).await.problem(405, "wrong_method");
    hall.get("clerk", "/api/v1/counters/%ff").await.problem(404, "no_such_route");
    hall.get("clerk", "/api/v1/tickets?limit=many").await.problem(400, "bad_query");
    hall.get("clerk", "/api/v1/tickets?limit=0").await.problem(400, "bad_query");
    hall.get("clerk", "/api/v1/tickets?state=lost").await.problem(400, "bad_query");
    hall.get("clerk", "/api/v1/tickets?after=x").await.problem(400, "bad_query");
    hall.get("engineer", "/api/v1/journal?limit=1001").await.problem(400, "bad_query");
    // What comes in a later step is not there, rather than half there.
    for later in ["/api/v1/reports/week/2026-W47"] {
        hall.get("manager", later).await.problem(404, "no_such_route");
    }
}

#[tokio::test]
async fn without_an_open_day_the_menu_says_why() {
    let hall = Hall::with(|config| config.day.open = lobby::config::DayOpening::ByManager);
    let menu = hall.get("kiosk", "/api/v1/menu").await.json();
    assert_eq!(menu["business_day"], Value::Null);
    assert_eq!(menu["services"][0]["open"], false);
    assert_eq!(menu["services"][0]["why"]["code"], "day_closed");
    assert!(menu["services"][0]["why"]["text"]["zh-CN"].is_string());
    hall.post("kiosk", TICKETS, json!({"service": "cash"})).await.problem(409, "day_closed");
}

#[tokio::test]
async fn a_stopped_controller_is_503_with_a_time_to_come_back() {
    let hall = Hall::new();
    assert_eq!(hall.get("", "/readyz").await.status, 200);
    hall.state.stop.cancel();
    let got = hall.get("", "/readyz").await;
    got.problem(503, "not_ready");
    assert_eq!(got.header("retry-after"), "3");
    assert_eq!(hall.get("", "/healthz").await.json(), json!({"status": "ok"}));
}
