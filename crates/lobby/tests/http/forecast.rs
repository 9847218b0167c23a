//! The next two hours: with and without a change, for the manager.

use crate::{
    hall::Hall,
    promise::{busy, foreseen},
};
use serde_json::{Value, json};

const FORECAST: &str = "/api/v1/forecast";

/// A hall whose queue the forecast knows.
async fn known() -> Hall {
    let hall = Hall::new().foreseeing();
    let [_, last] = busy(&hall).await;
    let id = last["ticket"]["id"].as_str().unwrap().into();
    foreseen(&hall, |promises| promises.left(&id).is_some()).await;
    hall
}

/// How many people wait in all steps, of all lanes.
fn waiting(steps: &Value) -> f64 {
    let steps = steps.as_array().unwrap().iter();
    let lanes = steps.flat_map(|step| step["lanes"].as_array().unwrap());
    lanes.map(|lane| lane["waiting"].as_f64().unwrap()).sum()
}

#[tokio::test]
async fn the_next_two_hours_are_told_in_ten_minutes() {
    let hall = known().await;
    let told = hall.get("manager", FORECAST).await.json();
    assert_eq!((&told["step_s"], &told["change"], &told["changed"]), (&json!(600), &Value::Null, &Value::Null));
    let steps = told["steps"].as_array().unwrap();
    assert_eq!((steps.len(), &steps[0]["from"]), (12, &told["at"]));
    let lanes: Vec<&str> = steps[0]["lanes"].as_array().unwrap().iter().map(|l| l["lane"].as_str().unwrap()).collect();
    assert_eq!(lanes, ["regular", "priority", "vip", "appointment"]);
    assert_eq!(steps[0]["lanes"][0]["waiting"], 2.0);
    for lane in steps.iter().flat_map(|step| step["lanes"].as_array().unwrap()) {
        assert!(lane["wait_s"].is_null() || lane["wait_s"].as_u64().is_some(), "{lane}");
        assert!(lane["in_target"].is_null() || (0.0..=1.0).contains(&lane["in_target"].as_f64().unwrap()), "{lane}");
    }
    hall.get("clerk", FORECAST).await.problem(403, "wrong_role");
}

#[tokio::test]
async fn a_change_is_told_in_words_and_beside_what_would_be() {
    let hall = known().await;
    let plain = hall.get("manager", FORECAST).await.json();
    let more = hall.get("manager", "/api/v1/forecast?change=open:3,move:1:cash+loan").await.json();
    assert_eq!(more["steps"], plain["steps"], "the same customers, without the change");
    assert_eq!(more["change"]["text"]["zh-CN"], "开放3号窗口；1号窗口改办现金业务、贷款业务");
    assert_eq!(more["change"]["text"]["en"], "counter 3 opens; counter 1 serves Cash and Loans");
    assert!(waiting(&more["changed"]) < waiting(&more["steps"]), "one more counter");
    let less = hall.get("manager", "/api/v1/forecast?change=close:2").await.json();
    assert!(waiting(&less["changed"]) > waiting(&less["steps"]), "one less");
    assert_eq!(hall.get("manager", "/api/v1/forecast?change=").await.json(), plain);
    let open = hall.get("manager", "/api/v1/forecast?change=open:2").await.json();
    assert_eq!(open["changed"], open["steps"], "it is open already");
}

#[tokio::test]
async fn what_cannot_be_done_is_told_by_its_part() {
    let hall = known().await;
    let wrong = |change: &str| format!("{FORECAST}?change={change}");
    for (change, said) in [
        ("open:3,open:99", "`open:99`: there is no counter `99`; the branch has 1, 2, 3, 4"),
        ("rule:luck", "`rule:luck`: the rules are fifo, strict, targets, shares"),
        ("lane:vip:target=soon", "`lane:vip:target=soon`: `target` is a whole number from 1"),
        ("more", "`more`: a change is open:5, close:2"),
    ] {
        let problem = hall.get("manager", &wrong(change)).await;
        let detail = problem.json()["detail"].as_str().unwrap().to_owned();
        problem.problem(422, "bad_change");
        assert!(detail.starts_with(said), "{detail}");
    }
    hall.get("manager", "/api/v1/forecast?change=open:3&change=open:4").await.problem(400, "bad_query");
    let unseeing = Hall::new();
    unseeing.get("manager", FORECAST).await.problem(409, "no_forecast");
}
