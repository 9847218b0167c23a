//! The files of `DISCIPLINE` §3, answered: whole days call by call, and queues with known answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
// How long to test is asked of the environment; the crate itself asks it nothing.
#![allow(clippy::disallowed_methods)]

use planner::formats;
use serde_json::{Value, json};

const TRACES: &str = include_str!("../../../tests/golden/discipline/golden-traces.json");
const REFERENCE: &str = include_str!("../../../tests/golden/discipline/reference.json");

#[test]
fn the_golden_days_are_called_ticket_by_ticket() {
    let file: Value = serde_json::from_str(TRACES).unwrap();
    let answer = serde_json::to_value(formats::answer_traces(TRACES).unwrap()).unwrap();
    let traces = file["traces"].as_array().unwrap();
    assert!(traces.len() >= 4, "traces are added here, never taken away");
    assert_eq!(answer["traces"].as_array().unwrap().len(), traces.len());
    for (trace, ours) in traces.iter().zip(answer["traces"].as_array().unwrap()) {
        assert_eq!(ours["name"], trace["name"]);
        assert_eq!(ours["calls"], trace["expected_calls"], "{}", trace["name"]);
    }
}

#[test]
fn one_day_a_file_is_answered_the_same() {
    let file: Value = serde_json::from_str(TRACES).unwrap();
    let trace = &file["traces"][2];
    let alone =
        json!({ "format": "trace", "time_unit": "second", "config": trace["config"], "events": trace["events"] });
    let answer = formats::answer_trace(&alone.to_string()).unwrap();
    assert_eq!(serde_json::to_value(answer).unwrap()["calls"], trace["expected_calls"]);
}

/// Every time and length of a trace, in another unit.
fn in_unit(trace: &Value, unit: &str, scale: impl Fn(i64) -> Value) -> Value {
    let mut trace = trace.clone();
    trace["time_unit"] = json!(unit);
    let rescale = |value: &mut Value| {
        if let Some(seconds) = value.as_i64() {
            *value = scale(seconds);
        }
    };
    let config = &mut trace["config"];
    for key in ["appt_grace", "return_penalty", "pin_timeout"] {
        rescale(&mut config[key]);
    }
    config["lanes"].as_object_mut().unwrap().values_mut().for_each(|lane| rescale(&mut lane["guard_after"]));
    for counter in config["counters"].as_object_mut().unwrap().values_mut() {
        counter["skills"].as_object_mut().unwrap().values_mut().for_each(rescale);
    }
    for event in trace["events"].as_array_mut().unwrap() {
        rescale(&mut event[0]);
        if event[2].get("appt").is_some() {
            rescale(&mut event[2]["appt"]);
        }
    }
    trace["expected_calls"].as_array_mut().unwrap().iter_mut().for_each(|call| rescale(&mut call[0]));
    trace
}

#[test]
fn a_day_in_other_units_is_the_same_day() {
    let file: Value = serde_json::from_str(TRACES).unwrap();
    for trace in file["traces"].as_array().unwrap() {
        for trace in [
            in_unit(trace, "ms", |seconds| json!(seconds * 1_000)),
            in_unit(trace, "minute", |seconds| json!(f64::from(i32::try_from(seconds).unwrap()) / 60.0)),
        ] {
            let answer = formats::answer_trace(&trace.to_string()).unwrap();
            let ours = serde_json::to_value(answer).unwrap();
            assert!(ours["calls"] == trace["expected_calls"], "{} in {}", trace["name"], trace["time_unit"]);
        }
    }
}

/// Simulates a case with a part of its customers; fewer customers have wider tolerances.
fn check(case: &Value, part: u64) {
    let mut case = case.clone();
    let customers = case["check"]["run_customers"].as_u64().unwrap() / part;
    case["check"]["run_customers"] = json!(customers);
    let file = json!({ "format": "cases", "cases": [case] }).to_string();
    let found = formats::read_cases(&file).unwrap().cases[0].simulate(1);
    let wider = f64::from(u32::try_from(part).unwrap()).sqrt();
    let expected = &case["expected"];
    for (class, mean) in expected["mean_wait"].as_array().unwrap().iter().enumerate() {
        let mean = mean.as_f64().unwrap();
        let tolerance = case["check"]["tol_rel_mean_wait"][class].as_f64().unwrap() * wider;
        let off = (found.mean_wait[class] - mean).abs() / mean;
        assert!(off <= tolerance, "{} class {class}: {} for {mean}", case["id"], found.mean_wait[class]);
    }
    if let Some(p_wait) = expected["p_wait"].as_f64() {
        let tolerance = case["check"]["tol_abs_p_wait"].as_f64().unwrap() * wider;
        assert!((found.p_wait - p_wait).abs() <= tolerance, "{}: {} for {p_wait}", case["id"], found.p_wait);
    }
}

/// A hundredth of the customers, unless `PLANNER_FULL` is set (release, a minute at most).
#[test]
fn queues_with_known_answers_have_them() {
    let part = if std::env::var_os("PLANNER_FULL").is_some() { 1 } else { 100 };
    let file: Value = serde_json::from_str(REFERENCE).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        check(case, part);
    }
}
