//! `lobby simulate` from outside: a file in, one answer out; a wrong file is the caller's mistake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use lobby::simulate;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/discipline").join(name)
}

fn answer(path: &Path) -> Value {
    let mut out = Vec::new();
    simulate::main(path, true, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn golden_days_are_answered_call_by_call() {
    let path = golden("golden-traces.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let answer = answer(&path);
    for (ours, theirs) in answer["traces"].as_array().unwrap().iter().zip(file["traces"].as_array().unwrap()) {
        assert_eq!(ours["calls"], theirs["expected_calls"], "{}", theirs["name"]);
    }
    assert_eq!(answer["traces"].as_array().unwrap().len(), file["traces"].as_array().unwrap().len());
}

#[test]
fn every_ticket_of_recorded_days_is_estimated() {
    let path = golden("days/visible.json");
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    file["days"].as_array_mut().unwrap().truncate(1);
    let events = file["days"][0]["events"].as_array_mut().unwrap();
    events.truncate(120);
    let issued = events.iter().filter(|event| event[1] == "issue").count();
    let (_folder, path) = self::file(&file.to_string());
    let answer = answer(&path);
    let estimates = answer["estimates"].as_array().unwrap();
    assert_eq!(estimates.len(), issued);
    for estimate in estimates {
        let seconds = |key: &str| estimate[key].as_f64().unwrap();
        assert!(seconds("low_s") <= seconds("p50_s") && seconds("p50_s") <= seconds("high_s"), "{estimate}");
    }
}

/// A file of this text, and the folder that goes with it.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.json");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn cases_are_answered_in_the_order_of_the_file() {
    let case = |id: &str, arrival_rate: f64| json!({ "id": id, "params": { "arrival_rate": arrival_rate, "service_mean": 1.0 }, "check": { "run_customers": 20_000 } });
    let text = json!({ "format": "cases", "cases": [case("b", 0.8), case("a", 0.2), case("c", 0.5)] }).to_string();
    let (_folder, path) = file(&text);
    let answer = answer(&path);
    let cases = answer["cases"].as_array().unwrap();
    let ids: Vec<&str> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["b", "a", "c"]);
    for (case, p_wait) in cases.iter().zip([0.8, 0.2, 0.5]) {
        assert!((case["p_wait"].as_f64().unwrap() - p_wait).abs() < 0.05, "{case}");
        assert!(case["mean_wait"][0].as_f64().unwrap() > 0.0 && case["seconds"].as_f64().unwrap() >= 0.0, "{case}");
    }
    let mut table = Vec::new();
    simulate::main(&path, false, &mut table).unwrap();
    assert_eq!(String::from_utf8(table).unwrap().lines().count(), 4, "a heading and a line a case");
}

#[test]
fn a_wrong_file_is_wrong_use_and_answers_nothing() {
    for (text, said) in [
        (
            r#"{"format": "trace", "config": {"lanes": {"R": {"p100": 100}}, "counters": {"K": {"skills": {}}}}, "events": [[0, "x"]]}"#,
            "event 0: kind `x`",
        ),
        ("[]", "line 1"),
        ("", "line 1"),
    ] {
        let (_folder, path) = file(text);
        let mut out = Vec::new();
        let error = simulate::main(&path, true, &mut out).unwrap_err();
        assert!(error.is_wrong_use() && out.is_empty(), "{error}");
        let told = error.to_string();
        assert!(told.starts_with(&path.display().to_string()) && told.contains(said), "{told}");
    }
    let error = simulate::main(Path::new("no/such/file.json"), true, &mut Vec::new()).unwrap_err();
    assert!(error.is_wrong_use() && error.to_string().starts_with("no/such/file.json: "), "{error}");
}

#[test]
fn the_example_of_a_what_if_is_answered_by_half_hours() {
    let mut text: Value = serde_json::from_str(include_str!("../../../config/demo/whatif.json")).unwrap();
    text["search"] = json!({ "goal": 0.7 });
    text["profile"]["days"] = json!(10);
    let (_folder, path) = file(&text.to_string());
    let answer = answer(&path);
    assert_eq!((&answer["played"], &answer["change"]), (&json!(10), &json!("open:4@10:00-12:30")));
    let lanes = answer["lanes"].as_array().unwrap();
    assert_eq!(lanes.iter().map(|lane| &lane["lane"]).collect::<Vec<_>>(), ["regular", "priority", "vip"]);
    assert_eq!(lanes[0]["half_hours"].as_array().unwrap().len(), 16);
    assert!(lanes[0]["recorded"].is_null() && lanes[0]["target_s"] == 900);
    let staffing = &answer["staffing"];
    assert_eq!((&staffing["reached"], &staffing["groups"][1]), (&json!(true), &json!(["6", "7", "8"])));
    for half in staffing["half_hours"].as_array().unwrap() {
        let shares = half["in_target"].as_array().unwrap();
        assert!(shares.iter().all(|share| share.as_f64().is_none_or(|share| share >= 0.7)), "{half}");
    }
}
