//! The wiring list, and the walk that fills it.

use crate::hall::Hall;
use queue_core::{Command, Press, PressMark};
use serde_json::{Value, json};

const WALK: &str = "/api/v1/lines/desks/walk";

async fn press(hall: &Hall, unit: u16, seq: u16, key: u16) {
    let desk = format!("desks/{unit}").as_str().into();
    let mark = PressMark { boot: 9, wraps: 0, seq };
    let press = Press { desk, counter: unit.to_string().as_str().into(), mark, key, stale: false, age_ms: Some(0) };
    hall.state.handle.tell("desk:test", Command::Press(press)).await.unwrap().unwrap();
}

fn ticked(line: &Value, unit: usize) -> Vec<&str> {
    let keys = line["units"][unit]["keys"].as_array().unwrap().iter();
    keys.filter(|key| key["ticked"] == true).map(|key| key["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_walk_ticks_keys_and_leaves_a_list() {
    let hall = Hall::new();
    hall.take("cash").await;
    let list = hall.get("manager", "/api/v1/lines").await.json();
    assert_eq!(list["lines"].as_array().unwrap().len(), 1);
    let line = &list["lines"][0];
    assert_eq!((&line["line"], &line["speed"], &line["walk"]), (&json!("desks"), &json!("115200 8N1"), &Value::Null));
    assert_eq!(line["units"][2]["counter"], "3");
    assert_eq!(line["units"][2]["keys"].as_array().unwrap().len(), 22);
    assert_eq!(line["units"][2]["walked_at"], Value::Null);

    let body = json!({"counters": ["1", "2"]});
    let on = hall.post_as("engineer", WALK, &[("idempotency-key", "w1")], body).await.json();
    assert_eq!((&on["walk"]["by"], &on["walk"]["keys"]), (&json!("engineer:demo"), &json!(44)));
    assert_eq!((&on["units"][0]["walking"], &on["units"][2]["walking"]), (&json!(true), &json!(false)));
    press(&hall, 1, 1, 1).await;
    press(&hall, 1, 2, 25).await;
    let now = hall.get("engineer", WALK).await.json();
    assert_eq!(
        (ticked(&now, 0), &now["units"][0]["others"], &now["walk"]["ticked"]),
        (vec!["next"], &json!(["rate-5"]), &json!(1))
    );
    assert_eq!(hall.get("clerk", "/api/v1/counters/1").await.json()["counter"]["state"], "closed", "not obeyed");

    let over = hall.post("engineer", &format!("{WALK}/stop"), json!({})).await.json();
    assert_eq!((&over["walk"], &over["units"][0]["walked_by"]), (&Value::Null, &json!("engineer:demo")));
    assert!(over["units"][0]["walked_at"].is_string());
    assert_eq!(hall.post("engineer", &format!("{WALK}/stop"), json!({})).await.status, 200);
    // The list outlives the lobby.
    let hall = hall.restart().await;
    assert_eq!(ticked(&hall.get("engineer", WALK).await.json(), 0), ["next"]);
    press(&hall, 1, 3, 1).await;
    assert_eq!(hall.get("clerk", "/api/v1/counters/1").await.json()["counter"]["state"], "open", "obeyed again");
}

#[tokio::test]
async fn what_cannot_be_walked_says_why() {
    let hall = Hall::new();
    hall.take("cash").await;
    hall.act("2", "open", json!({})).await;
    hall.act("2", "next", json!({})).await;
    let busy = hall.post("engineer", WALK, json!({})).await.problem(409, "customers_there");
    assert!(busy.contains("counter 2") && busy.contains("only the other"), "{busy}");
    hall.post("engineer", "/api/v1/lines/attic/walk", json!({})).await.problem(404, "unknown_line");
    hall.post("engineer", WALK, json!({"counters": ["9"]})).await.problem(422, "unknown_counter");
    hall.post("engineer", WALK, json!({"counters": []})).await.problem(409, "nothing_to_walk");
    assert_eq!(hall.post("engineer", WALK, json!({"counters": ["3"]})).await.status, 200);
    hall.post("engineer", WALK, json!({"counters": ["4"]})).await.problem(409, "walk_is_on");
    assert_eq!(hall.post("manager", WALK, json!({"counters": ["3"]})).await.status, 200, "it is on already");
    hall.post("clerk", WALK, json!({})).await.problem(403, "wrong_role");
}
