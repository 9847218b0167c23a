//! The report of a day, over HTTP and on the command line beside a running lobby.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

use crate::{hall::Hall, past};
use serde_json::{Value, json};
use std::process::{Command, Output};

const REPORTS: &str = "/api/v1/reports/day";

fn lobby(hall: &Hall, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lobby"))
        .args(["report", "day"])
        .args(arguments)
        .arg("--data")
        .arg(hall.dir())
        .env("RUST_LOG", "off")
        .output()
        .unwrap()
}

/// What the journal's own rows say of a day: waits at the first call, in seconds.
pub(crate) fn waits(hall: &Hall, day: &str) -> Vec<f64> {
    let mut text = Vec::new();
    lobby::journal::export(hall.dir(), &mut text).unwrap();
    let rows = String::from_utf8(text).unwrap();
    let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let calls = rows.filter(|row| row["business_day"] == day && row["kind"] == "called");
    calls.map(|row| row["fact"]["waited_ms"].as_f64().unwrap() / 1000.0).collect()
}

fn near(value: &Value, wanted: f64) {
    let value = value.as_f64().unwrap_or(f64::NAN);
    assert!((value - wanted).abs() < 1e-6, "{value} is not {wanted}");
}

#[tokio::test]
async fn a_past_day_in_figures() {
    let hall = Hall::after(2);
    let yesterday = hall.days.last().unwrap().clone();
    let got = hall.get("manager", &format!("{REPORTS}/{yesterday}")).await;
    assert_eq!(got.status, 200, "{}", got.text());
    let report = got.json();

    let mut waits = waits(&hall, &yesterday);
    waits.sort_unstable_by(f64::total_cmp);
    let of = |share: f64| waits[(share * waits.len() as f64).ceil() as usize - 1];
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let queue = &report["queues"][0];
    assert_eq!((&queue["service"], &queue["lane"], &queue["issued"]), (&json!("cash"), &json!("regular"), &json!(60)));
    assert_eq!(queue["wait"]["n"], waits.len());
    near(&queue["wait"]["mean_s"], mean(&waits));
    near(&queue["wait"]["p50_s"], of(0.5));
    near(&queue["wait"]["p90_s"], of(0.9));
    near(&queue["wait"]["max_s"], waits[waits.len() - 1]);
    near(&queue["in_target"], waits.iter().filter(|wait| **wait <= 900.0).count() as f64 / waits.len() as f64);
    near(&queue["service_time"]["mean_s"], past::SERVICE_S as f64);
    assert_eq!(report["total"]["wait"], queue["wait"]);
    let unserved = report["total"]["issued"].as_u64().unwrap() - report["total"]["served"].as_u64().unwrap();
    assert_eq!(report["total"]["abandoned"], unserved, "who still stood there when the day was closed has expired");

    let waited: Vec<f64> = waits.iter().copied().filter(|wait| *wait > 0.0).collect();
    let told = f64::from(past::TOLD.p50_s);
    let promise = &report["promise"];
    assert_eq!((&promise["n"], &promise["lanes"][0]["n"]), (&json!(waited.len()), &json!(waited.len())));
    near(&promise["mae_s"], mean(&waited.iter().map(|wait| (wait - told).abs()).collect::<Vec<_>>()));
    near(&promise["bias_s"], mean(&waited) - told);
    let share = |kept: fn(&f64) -> bool| waited.iter().filter(|wait| kept(wait)).count() as f64 / waited.len() as f64;
    near(&promise["coverage"], share(|wait| (100.0..=400.0).contains(wait)));
    near(&promise["beyond_bound"], share(|wait| *wait > 600.0));
    assert!(promise["naive_mae_s"].as_f64().unwrap() > 0.0);

    let printed = lobby(&hall, &[&yesterday, "--json"]);
    assert_eq!(printed.status.code(), Some(0));
    assert_eq!(serde_json::from_slice::<Value>(&printed.stdout).unwrap(), report, "the same beside the running lobby");
    let table = String::from_utf8(lobby(&hall, &[&yesterday]).stdout).unwrap();
    assert!(table.contains("cash / regular") && table.contains("the promise: "), "{table}");
}

#[tokio::test]
async fn what_became_of_everybody_today() {
    let hall = Hall::new();
    for counter in ["1", "2", "3"] {
        hall.act(counter, "open", json!({})).await;
    }
    let track = hall.take("loan").await["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    hall.post("", &format!("{track}/cancel"), json!({})).await;
    let by_staff = hall.take("loan").await["ticket"]["id"].as_str().unwrap().to_owned();
    hall.post("greeter", &format!("/api/v1/tickets/{by_staff}/cancel"), json!({})).await;
    for _ in 0..3 {
        hall.take("cash").await;
    }
    hall.act("1", "next", json!({})).await;
    hall.act("1", "finish", json!({})).await;
    hall.act("1", "undo", json!({})).await;
    hall.act("1", "transfer", json!({"service": "account"})).await;
    hall.act("2", "next", json!({})).await;
    hall.act("2", "no-show", json!({})).await;
    hall.act("2", "next", json!({})).await;
    hall.act("2", "arrived", json!({})).await;
    hall.act("2", "finish", json!({})).await;
    hall.act("3", "next", json!({})).await;

    let today = hall.get("kiosk", "/api/v1/menu").await.json()["business_day"].as_str().unwrap().to_owned();
    let report = hall.get("manager", &format!("{REPORTS}/{today}")).await.json();
    let counts = |queue: &Value| {
        ["issued", "served", "sent_on", "no_shows", "abandoned", "pending"].map(|name| queue[name].as_u64().unwrap())
    };
    assert_eq!(counts(&report["total"]), [5, 1, 1, 1, 2, 1]);
    let queues = report["queues"].as_array().unwrap();
    let named: Vec<_> = queues.iter().map(|queue| (queue["service"].as_str().unwrap(), counts(queue))).collect();
    let expected = [("cash", [3, 1, 1, 1, 1, 0]), ("account", [1, 0, 0, 0, 0, 1]), ("loan", [2, 0, 0, 0, 1, 0])];
    assert_eq!(named, expected);
    let served: Vec<_> = report["counters"].as_array().unwrap().iter().map(|c| c["served"].clone()).collect();
    assert_eq!(served, [json!(0), json!(1), json!(0)], "what was taken back was none");
    assert_eq!(report["closed_at"], Value::Null);
    // Served within a moment of the call: suspected, counted, and in no average.
    assert_eq!((&report["total"]["sham"], &report["total"]["service_time"]["n"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn an_unknown_day_names_the_days_there_are() {
    let hall = Hall::after(2);
    let detail = hall.get("manager", &format!("{REPORTS}/1999-12-31")).await.problem(404, "unknown_day");
    for day in &hall.days {
        assert!(detail.contains(day.as_str()), "{detail}");
    }
    hall.get("manager", &format!("{REPORTS}/yesterday")).await.problem(404, "unknown_day");
    hall.get("clerk", &format!("{REPORTS}/{}", hall.days[0])).await.problem(403, "wrong_role");
    let unknown = lobby(&hall, &["1999-12-31"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains(hall.days[0].as_str()));
    assert_eq!(lobby(&hall, &["yesterday"]).status.code(), Some(2));
}
