//! Request ids: one fact and one answer, byte for byte, across a restart too.

use crate::hall::Hall;
use serde_json::json;

const TICKETS: &str = "/api/v1/tickets";

#[tokio::test]
async fn the_same_key_is_the_same_number() {
    let hall = Hall::new();
    let key = [("idempotency-key", "3f1c-1")];
    let first = hall.post_as("kiosk", TICKETS, &key, json!({"service": "cash", "lane": "regular"})).await;
    assert_eq!(first.status, 201);
    hall.take("cash").await;
    // Fields in another order are the same wish.
    let again = hall.post_as("kiosk", TICKETS, &key, json!({"lane": "regular", "service": "cash"})).await;
    assert_eq!(again, first);
    let other = hall.post_as("kiosk", TICKETS, &key, json!({"service": "loan"})).await;
    other.problem(409, "key_reused");
    // Another caller's ids are its own.
    let greeter = hall.post_as("greeter", TICKETS, &key, json!({"service": "loan"})).await;
    assert_eq!(greeter.json()["ticket"]["number"], "C001");

    let hall = hall.restart().await;
    let after = hall.post_as("kiosk", TICKETS, &key, json!({"service": "cash", "lane": "regular"})).await;
    assert_eq!(after, first);
    assert_eq!(hall.take("cash").await["ticket"]["number"], "A003");
}

#[tokio::test]
async fn a_refusal_is_kept_as_well() {
    let hall = Hall::new();
    let key = [("idempotency-key", "press-1")];
    let next = "/api/v1/counters/1/next";
    let first = hall.post_as("clerk", next, &key, json!({})).await;
    first.problem(409, "counter_closed");
    hall.act("1", "open", json!({})).await;
    assert_eq!(hall.post_as("clerk", next, &key, json!({})).await, first);
    let other_address = hall.post_as("clerk", "/api/v1/counters/2/next", &key, json!({})).await;
    other_address.problem(409, "key_reused");
}

#[tokio::test]
async fn what_never_became_a_wish_leaves_its_key_free() {
    let hall = Hall::new();
    let key = [("idempotency-key", "typo")];
    hall.post_as("kiosk", TICKETS, &key, json!({"servce": "cash"})).await.problem(422, "bad_body");
    assert_eq!(hall.post_as("kiosk", TICKETS, &key, json!({"service": "cash"})).await.status, 201);
}

#[tokio::test]
async fn keys_are_visible_ascii_of_at_most_200() {
    let hall = Hall::new();
    let long = "k".repeat(201);
    for bad in ["", "two words", "tab\t", long.as_str()] {
        let got = hall.post_as("kiosk", TICKETS, &[("idempotency-key", bad)], json!({"service": "cash"})).await;
        got.problem(400, "bad_idempotency_key");
    }
    let good = "k".repeat(200);
    let got = hall.post_as("kiosk", TICKETS, &[("idempotency-key", &good)], json!({"service": "cash"})).await;
    assert_eq!(got.json()["ticket"]["number"], "A001");
}

#[tokio::test]
async fn two_links_may_use_the_same_key() {
    let hall = Hall::new();
    let key = [("idempotency-key", "1")];
    for _ in 0..2 {
        let track = hall.take("cash").await["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
        let cancel = format!("{track}/cancel");
        let first = hall.post_as("", &cancel, &key, json!({})).await;
        assert_eq!(first.json()["state"], "cancelled");
        assert_eq!(hall.post_as("", &cancel, &key, json!({})).await, first);
    }
}
