//! A restart with another configuration in the middle of a day: a fact that says what changed, or a refusal that names
//! whom it would strand.

use crate::hall::Hall;

#[tokio::test]
async fn another_plan_is_a_fact_and_the_next_call_names_it() {
    let hall = Hall::new();
    hall.take("cash").await;
    let before = hall.get("kiosk", "/api/v1/rule").await.json()["plan"].clone();
    let hall = hall
        .restart_with(|config| {
            config.lanes[0].target_min = 20;
            config.counters[1].serves.push("loan".to_owned());
        })
        .await
        .unwrap();
    let rows = hall.get("manager", "/api/v1/journal?limit=100").await.json();
    let adopted: Vec<&serde_json::Value> =
        rows["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "plan_adopted").collect();
    assert_eq!(adopted.len(), 2);
    assert_eq!(adopted[1]["fact"]["difference"], serde_json::json!(["lane regular changed", "counter 2 changed"]));
    let now = hall.get("kiosk", "/api/v1/rule").await.json()["plan"].clone();
    assert_ne!(now, before);
    hall.act("2", "open", serde_json::json!({})).await;
    let called = hall.act("2", "next", serde_json::json!({})).await;
    let ticket = format!("/api/v1/tickets/{}", called["ticket"]["id"].as_str().unwrap());
    let history = hall.get("clerk", &ticket).await.json();
    let call = history["history"].as_array().unwrap().iter().find(|row| row["kind"] == "called").unwrap().clone();
    assert_eq!(call["plan"], now);
}

#[tokio::test]
async fn a_plan_that_would_strand_somebody_is_refused_by_number() {
    let hall = Hall::new();
    hall.take("cash").await;
    hall.take("loan").await;
    let without_loans = hall
        .restart_with(|config| {
            config.services.retain(|service| service.id != "loan");
        })
        .await;
    let Err(refused) = without_loans else { panic!("C001 was stranded") };
    let said = refused.to_string();
    assert!(said.contains("C001") && !said.contains("A001") && said.contains("file of before"), "{said}");
}
