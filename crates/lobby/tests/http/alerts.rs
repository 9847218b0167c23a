//! Alerts from the press or the tap that raises them to the page that hears of them, and back.

use crate::{
    hall::Hall,
    stream::{Events, serve},
};
use queue_core::{Command, Press, PressMark};
use serde_json::{Value, json};

const ALERTS: &str = "/api/v1/alerts";

/// The next list on the stream.
async fn list(events: &mut Events) -> Value {
    loop {
        let event = events.next().await.expect("the stream ended");
        if event.kind == "alerts" {
            return event.data["alerts"].clone();
        }
    }
}

fn press(key: u16, seq: u16) -> Command {
    let mark = PressMark { boot: 7, wraps: 0, seq };
    Command::Press(Press { desk: "desks/1".into(), counter: "1".into(), mark, key, stale: false, age_ms: Some(0) })
}

#[tokio::test]
async fn from_the_kiosk_to_the_greeter_and_back() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    let mut events = Events::of(served.address, "/api/v1/alerts/events?role=greeter", "demo-greeter").await;
    let first = events.next().await.unwrap();
    assert_eq!((first.kind.as_str(), first.retry.as_str(), &first.data), ("alerts", "1000", &json!({"alerts": []})));
    assert!(first.id.starts_with("7-"), "{}", first.id);

    let asked = hall.post("kiosk", "/api/v1/help", json!({"language": "en"})).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let raised = list(&mut events).await;
    assert_eq!(raised, json!([asked.json()["alert"]]));
    let alert = &raised[0];
    assert_eq!((&alert["kind"], &alert["level"], &alert["counter"]), (&json!("help"), &json!("warning"), &Value::Null));
    assert_eq!(
        alert["text"],
        json!({"zh-CN": "取号机 k1 前的顾客需要帮助（语言：en）", "en": "A customer at kiosk k1 needs help (speaks en)"})
    );
    // Pressed again while nobody has come: one alert.
    let again = hall.post("kiosk", "/api/v1/help", json!({})).await.json();
    assert_eq!(again["alert"]["id"], alert["id"]);

    let ack = format!("{ALERTS}/{}/ack", alert["id"].as_str().unwrap());
    let acked = hall.post("greeter", &ack, json!({})).await.json();
    assert_eq!(acked["alert"]["acked_by"], "greeter:demo");
    assert_eq!(list(&mut events).await[0], acked["alert"]);
    assert_eq!(hall.post("clerk", &ack, json!({})).await.json(), acked, "whoever came first has answered");
    assert_eq!(hall.get("manager", ALERTS).await.json(), json!({"alerts": [acked["alert"]]}));
}

#[tokio::test]
async fn from_a_key_of_a_desk_unit_and_with_the_customer_who_is_there() {
    let hall = Hall::new();
    hall.act("1", "open", json!({})).await;
    let ticket = hall.take("cash").await["ticket"].clone();
    hall.act("1", "next", json!({})).await;
    let served = serve(&hall).await;
    let mut events = Events::of(served.address, "/api/v1/alerts/events", "demo-manager").await;
    assert_eq!(list(&mut events).await, json!([]));
    hall.state.handle.tell("desk:desks/1", press(10, 1)).await.unwrap().unwrap();
    let raised = list(&mut events).await[0].clone();
    assert_eq!(
        (&raised["kind"], &raised["level"], &raised["counter"]),
        (&json!("dispute"), &json!("urgent"), &json!("1"))
    );
    assert_eq!(raised["ticket"], json!({"id": ticket["id"], "number": "A001"}));
    // From the page, with words; the newest stands first.
    let helped = hall.act("1", "help", json!({"reason": "the card reader is stuck"})).await;
    assert_eq!(helped["ticket"]["number"], "A001");
    let both = list(&mut events).await;
    assert_eq!((&both[0]["kind"], &both[1]["kind"]), (&json!("help"), &json!("dispute")));
    assert_eq!(both[0]["text"]["en"], "Counter 1 asks for help: the card reader is stuck");
    assert!(hall.get("", "/metrics").await.text().contains("\nlobby_alerts_open 2\n"));
}

#[tokio::test]
async fn what_nobody_answers_goes_to_the_manager() {
    // A millisecond is a minute here.
    let hall = Hall::fast(60_000, |_| {});
    let served = serve(&hall).await;
    let mut events = Events::of(served.address, "/api/v1/alerts/events", "demo-manager").await;
    assert_eq!(list(&mut events).await, json!([]));
    hall.post("desk", "/api/v1/counters/2/dispute", json!({})).await;
    let mut seen = list(&mut events).await;
    // Whatever is wished next finds that time has passed.
    while seen[0]["escalated"] == false {
        hall.act("2", "open", json!({})).await;
        hall.state.handle.tell("system:queue", Command::Wake).await.unwrap().unwrap();
        seen = hall.get("manager", ALERTS).await.json()["alerts"].clone();
    }
    assert_eq!(list(&mut events).await, seen, "and the stream has told it");
    assert_eq!((&seen[0]["level"], &seen[0]["acked_at"]), (&json!("urgent"), &Value::Null));
}

#[tokio::test]
async fn alerts_are_there_after_a_restart() {
    let hall = Hall::new();
    hall.post("kiosk", "/api/v1/help", json!({})).await;
    let before = hall.get("greeter", ALERTS).await.json();
    let hall = hall.restart().await;
    assert_eq!(hall.get("greeter", ALERTS).await.json(), before);
    assert_eq!(before["alerts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_alert() {
    let hall = Hall::new();
    for id in ["7", "x", "99999999999999999999"] {
        hall.post("clerk", &format!("{ALERTS}/{id}/ack"), json!({})).await.problem(404, "unknown_alert");
    }
    hall.post("kiosk", "/api/v1/help", json!({"kiosk": "k9"})).await.problem(422, "unknown_kiosk");
    hall.post("kiosk", "/api/v1/help", json!({"language": "tlh"})).await.problem(422, "unknown_language");
    hall.post("desk", "/api/v1/counters/9/help", json!({})).await.problem(404, "unknown_counter");
    hall.post("desk", "/api/v1/counters/1/dispute", json!({"reason": "a\nb"})).await.problem(422, "bad_text");
    assert_eq!(hall.get("engineer", ALERTS).await.json(), json!({"alerts": []}));
}
