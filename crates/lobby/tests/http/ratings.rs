//! What customers say of a service, from the keys of a unit and from the phone, into history and report.

use crate::hall::Hall;
use queue_core::{Command, Press, PressMark};
use serde_json::{Value, json};

/// A key of the unit at counter 1.
async fn press(hall: &Hall, key: u16, seq: u16) {
    let mark = PressMark { boot: 7, wraps: 0, seq };
    let press = Press { desk: "desks/1".into(), counter: "1".into(), mark, key, stale: false, age_ms: Some(0) };
    hall.state.handle.tell("desk:desks/1", Command::Press(press)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_service_is_rated_once_it_is_over_and_only_by_its_customer() {
    let hall = Hall::new();
    let named = Command::OpenCounter { counter: "1".into(), staff: Some("1007".to_owned()) };
    hall.state.handle.tell("clerk:1007", named).await.unwrap().unwrap();
    hall.act("2", "open", json!({})).await;
    let taken = hall.take("cash").await;
    let track = taken["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    let rate = format!("{track}/rate");
    hall.post("", &rate, json!({"score": 5})).await.problem(409, "wrong_state");
    hall.act("1", "next", json!({})).await;
    // The clerk's own fingers on the rater, while nobody has been served.
    press(&hall, 25, 1).await;
    hall.post("", &rate, json!({"score": 5})).await.problem(409, "wrong_state");
    hall.act("1", "finish", json!({})).await;

    let seen = hall.get("", &track).await.json();
    assert_eq!((&seen["can_rate"], &seen["rating"]), (&json!(true), &Value::Null));
    for (body, code) in [
        (json!({"score": 6}), "unknown_score"),
        (json!({"score": 0}), "unknown_score"),
        (json!({}), "bad_body"),
        (json!({"score": "5"}), "bad_body"),
    ] {
        hall.post("", &rate, body).await.problem(422, code);
    }
    let key = [("idempotency-key", "a")];
    let rated = hall.post_as("", &rate, &key, json!({"score": 4})).await;
    assert_eq!((rated.status, &rated.json()["rating"]), (200, &json!(4)), "{}", rated.text());
    assert_eq!(hall.post_as("", &rate, &key, json!({"score": 4})).await.bytes, rated.bytes);
    hall.post("", "/api/v1/track/nobody/rate", json!({"score": 4})).await.problem(404, "unknown_link");

    // Another counter, by its unit's key; the third customer says nothing.
    hall.take("cash").await;
    hall.act("1", "next", json!({})).await;
    hall.act("1", "finish", json!({})).await;
    press(&hall, 22, 2).await;
    hall.take("cash").await;
    hall.act("2", "next", json!({})).await;
    hall.act("2", "finish", json!({})).await;

    let id = taken["ticket"]["id"].as_str().unwrap();
    let history = hall.get("clerk", &format!("/api/v1/tickets/{id}")).await.json()["history"].clone();
    let rows = history.as_array().unwrap();
    let said = rows.iter().find(|row| row["kind"] == "rated").unwrap();
    assert_eq!((&said["score"], &said["counter"], &said["actor"]), (&json!(4), &json!("1"), &json!("customer:link")));

    let today = hall.get("kiosk", "/api/v1/menu").await.json()["business_day"].as_str().unwrap().to_owned();
    let ratings = hall.get("manager", &format!("/api/v1/reports/day/{today}")).await.json()["ratings"].clone();
    let third = 2.0 / 3.0;
    let levels = json!([0, 1, 0, 1, 0]);
    assert_eq!(
        ratings,
        json!({
            "served": 3, "rated": 2, "share": third, "mean": 3.0, "levels": levels,
            "counters": [
                {"counter": "1", "served": 2, "rated": 2, "share": 1.0, "mean": 3.0, "levels": levels},
                {"counter": "2", "served": 1, "rated": 0, "share": 0.0, "mean": null, "levels": [0, 0, 0, 0, 0]},
            ],
            "staff": [{"staff": "1007", "served": 2, "rated": 2, "share": 1.0, "mean": 3.0, "levels": levels}],
        })
    );
    let restarted = hall.restart().await;
    let seen = restarted.get("", &track).await.json();
    assert_eq!(seen["rating"], 4, "what was said is kept");
}
