//! Golden files: `openapi.json`, and the main answers of the API as JSON. `UPDATE_GOLDEN=1` writes them anew; shapes
//! are only ever added to.

use crate::hall::Hall;
use serde_json::{Map, Value, json};
use std::path::Path;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden");

#[track_caller]
pub(crate) fn check(name: &str, text: &str) {
    let path = Path::new(GOLDEN).join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == text, "tests/golden/{name} differs; look at `UPDATE_GOLDEN=1 cargo test -p lobby --test http`");
}

#[test]
fn openapi() {
    check("openapi.json", lobby::http::openapi());
}

#[test]
fn every_operation_has_a_name_of_its_own_and_every_answer_words() {
    let document: Value = serde_json::from_str(lobby::http::openapi()).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
    {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name), "{name} twice");
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(response["description"].as_str().is_some_and(|words| !words.is_empty()), "{name} {status}");
        }
    }
    assert!(names.contains("post_counters_counter_no_show"), "{names:?}");
}

#[tokio::test]
async fn openapi_is_served_to_anybody() {
    let got = Hall::new().get("", "/api/v1/openapi.json").await;
    assert_eq!((got.status, got.text().as_str()), (200, lobby::http::openapi()));
    assert!(got.json()["paths"]["/api/v1/tickets"]["post"].is_object());
}

/// What changes from run to run becomes its kind.
fn settle(value: &Value, day: &str) -> Value {
    match value {
        Value::String(text) if is_time(text) => json!("<time>"),
        Value::String(text) if text.len() == 10 && text.starts_with("20") && text != day => json!("<date>"),
        Value::String(text) if text.contains("/t/") => {
            json!(format!("{}/t/<token>", text.split("/t/").next().unwrap_or_default()))
        }
        Value::String(text) if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            json!("<digest>")
        }
        Value::String(text) => {
            json!(text.replace(day, "<day>").replace(&day.replace('-', ""), "<day>"))
        }
        Value::Array(items) => items.iter().map(|item| settle(item, day)).collect(),
        Value::Object(fields) => {
            let waits = |name: &str| name == "waited_ms" || name == "points" || name == "origin";
            let settled = fields.iter().map(|(name, value)| {
                let value = if waits(name) { json!("<number>") } else { settle(value, day) };
                (name.clone(), value)
            });
            Value::Object(settled.collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}

/// A date that is today in no time zone.
fn another_day(hall: &Hall) -> String {
    let now = jiff::Timestamp::from_millisecond(hall.state.clock.now().0 + 48 * 3_600_000).unwrap();
    now.to_string()[..10].to_owned()
}

fn is_time(text: &str) -> bool {
    text.len() == 24 && text.ends_with('Z') && text.as_bytes()[10] == b'T' && text.as_bytes()[19] == b'.'
}

#[tokio::test]
async fn the_main_answers() {
    let hall = Hall::new();
    let mut told = Map::new();
    told.insert("header".to_owned(), json!("Do not change, add. Answers of the API on the demo branch."));
    let mut tell = |name: &str, value: Value| told.insert(name.to_owned(), value);

    tell("GET /api/v1/menu as kiosk", hall.get("kiosk", "/api/v1/menu").await.json());
    let wish = json!({"service": "cash", "lane": "priority", "language": "en", "needs": ["sight"], "then": ["loan"]});
    let issued = hall.post("kiosk", "/api/v1/tickets", wish).await;
    assert_eq!(issued.status, 201);
    let issued = issued.json();
    tell("POST /api/v1/tickets as kiosk", issued.clone());
    let by_greeter = hall.post("greeter", "/api/v1/tickets", json!({"service": "cash"})).await.json();
    tell("POST /api/v1/tickets as greeter", by_greeter);
    let id = issued["ticket"]["id"].as_str().unwrap().to_owned();
    let track = issued["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    tell("GET /api/v1/track/{token}", hall.get("", &track).await.json());
    tell("POST …/1/open", hall.act("1", "open", json!({})).await);
    hall.act("2", "open", json!({})).await;
    tell("POST …/1/next", hall.act("1", "next", json!({})).await);
    tell("POST …/1/recall", hall.act("1", "recall", json!({})).await);
    tell("GET /api/v1/track/{token} when called", hall.get("", &track).await.json());
    tell("POST …/1/arrived", hall.act("1", "arrived", json!({})).await);
    tell("POST …/1/hold", hall.act("1", "hold", json!({})).await);
    tell("POST …/1/resume-ticket", hall.act("1", "resume-ticket", json!({"ticket": id})).await);
    tell("POST …/1/pause while serving", hall.act("1", "pause", json!({"reason": "meal"})).await);
    tell("GET /api/v1/board", hall.get("screen", "/api/v1/board").await.json());
    tell("POST …/1/finish", hall.act("1", "finish", json!({"outcome": "done"})).await);
    tell("GET /api/v1/counters/1", hall.get("desk", "/api/v1/counters/1").await.json());
    tell("GET /api/v1/counters", hall.get("greeter", "/api/v1/counters").await.json());
    tell("GET /api/v1/tickets", hall.get("clerk", "/api/v1/tickets?limit=1").await.json());
    tell("GET /api/v1/tickets/{id}", hall.get("clerk", &format!("/api/v1/tickets/{id}")).await.json());
    tell("GET /api/v1/devices", hall.get("engineer", "/api/v1/devices").await.json());
    tell("GET /api/v1/day", hall.get("clerk", "/api/v1/day").await.json());
    tell("GET /api/v1/journal", hall.get("manager", "/api/v1/journal?after=1&limit=3").await.json());
    tell("a problem", hall.post("clerk", "/api/v1/counters/3/next", json!({})).await.json());

    // Appointments.
    let at = format!("{}T03:00:00Z", another_day(&hall));
    let booked = hall.put("manager", "/api/v1/appointments/K7Q2", json!({"service": "loan", "at": at})).await;
    tell("PUT /api/v1/appointments/{code}", booked.json());
    let many = json!({"appointments": [{"code": "K8", "service": "gold", "at": "soon"}], "check": true});
    tell("POST /api/v1/appointments to check", hall.post("manager", "/api/v1/appointments", many).await.json());

    // Wiring.
    tell("GET /api/v1/lines/{line}/walk", hall.get("engineer", "/api/v1/lines/desks/walk").await.json());

    let day = told["GET /api/v1/menu as kiosk"]["business_day"].as_str().unwrap().to_owned();
    let settled = settle(&Value::Object(told), &day);
    check("api.json", &format!("{}\n", serde_json::to_string_pretty(&settled).unwrap()));
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let hall = Hall::new();
    for _ in 0..5 {
        hall.take("cash").await;
    }
    hall.take("loan").await;
    let mut after = String::new();
    let mut numbers = Vec::new();
    loop {
        let path = format!("/api/v1/tickets?state=waiting&service=cash&limit=2{after}");
        let page = hall.get("manager", &path).await.json();
        numbers.extend(page["tickets"].as_array().unwrap().iter().map(|ticket| ticket["number"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(numbers, ["A001", "A002", "A003", "A004", "A005"]);
    let none = hall.get("manager", "/api/v1/tickets?state=done,called").await.json();
    assert_eq!(none, json!({"tickets": [], "next": null}));
}

#[tokio::test]
async fn staff_move_a_customer_about() {
    let hall = Hall::new();
    let id = hall.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    let lane = hall
        .post("greeter", &format!("/api/v1/tickets/{id}/lane"), json!({"lane": "priority", "reason": "crutches"}))
        .await;
    assert_eq!(lane.json()["lane"], "priority");
    let reprint = hall.post("greeter", &format!("/api/v1/tickets/{id}/reprint"), json!({})).await;
    assert_eq!(reprint.json()["print"], "queued");
    hall.act("2", "open", json!({})).await;
    hall.act("3", "open", json!({})).await;
    hall.act("2", "next", json!({})).await;
    let gone = hall.act("2", "no-show", json!({})).await;
    assert_eq!((&gone["ticket"]["state"], &gone["counter"]["number"]), (&json!("no_show"), &Value::Null));
    let undone = hall.act("2", "undo", json!({})).await;
    assert_eq!((&undone["ticket"]["id"], &undone["ticket"]["state"]), (&json!(id), &json!("called")));
    hall.act("2", "no-show", json!({})).await;
    let back = hall.post("greeter", &format!("/api/v1/tickets/{id}/reinstate"), json!({})).await;
    assert_eq!(back.json()["state"], "waiting");
    hall.act("3", "call", json!({"ticket": id, "reason": "waits at the desk"})).await;
    let sent = hall.act("3", "transfer", json!({"counter": "2"})).await;
    assert_eq!((&sent["ticket"]["state"], &sent["counter"]["number"]), (&json!("waiting"), &Value::Null));
    let called = hall.act("2", "next", json!({})).await;
    assert_eq!(called["ticket"]["id"], id.as_str());
    let busy = hall.post("greeter", &format!("/api/v1/tickets/{id}/cancel"), json!({})).await;
    busy.problem(409, "wrong_state");
    let history = hall.get("greeter", &format!("/api/v1/tickets/{id}")).await.json();
    let kinds: Vec<_> = history["history"].as_array().unwrap().iter().map(|row| row["kind"].clone()).collect();
    let expected = [
        "issued",
        "print_ordered",
        "lane_changed",
        "print_ordered",
        "called",
        "no_show",
        "undone",
        "no_show",
        "reinstated",
        "called",
        "transferred",
        "called",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(history["history"][2]["actor"], "greeter:demo");
}

#[tokio::test]
async fn metrics_are_prometheus_text() {
    let hall = Hall::new();
    hall.take("cash").await;
    let got = hall.get("", "/metrics").await;
    assert!(got.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = got.text();
    let has = |line: &str| assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
    has("lobby_tickets_issued 1");
    has("lobby_tickets_waiting{service=\"cash\",lane=\"regular\"} 1");
    has("lobby_device_ok{device=\"kiosk-1\",kind=\"printer\",state=\"paper_out\"} 0");
    has("lobby_http_request_seconds_count{route=\"/api/v1/tickets\",method=\"POST\",status=\"201\"} 1");
    let rows = hall.get("engineer", "/api/v1/journal?limit=1000").await.json()["rows"].as_array().unwrap().len();
    has(&format!("lobby_journal_seq {rows}"));
}
