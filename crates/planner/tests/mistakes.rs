//! Files with mistakes: every one is told with its place, and nothing is answered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use planner::formats::{answer_trace, answer_traces, format_of, read_cases};
use serde_json::{Value, json};

/// A day of one counter and two lanes, with these events.
fn trace(events: &Value) -> Value {
    json!({
        "format": "trace",
        "time_unit": "second",
        "config": {
            "lanes": {
                "REG": { "rank": 0, "h100": 0, "p100": 100, "guard_after": 2700, "share1000": 250 },
                "VIP": { "rank": 1, "h100": 0, "p100": 500, "guard_after": 0, "share1000": 0 },
            },
            "counters": { "K1": { "rank": 1, "skills": { "A/*": 0, "B/REG": null }, "affinity": {} } },
            "appt_grace": 600, "return_penalty": 300, "pin_timeout": 900,
        },
        "events": events,
    })
}

/// What is said of a day that opens K1 and then has this event, which has index 1.
fn said_of(event: &Value) -> String {
    answer_trace(&trace(&json!([[0, "open", { "k": "K1" }], event])).to_string()).unwrap_err().to_string()
}

#[test]
fn an_event_that_cannot_be_is_told_with_its_index() {
    for (event, said) in [
        (json!([5, "reboot", {}]), "event 1: kind `reboot` is not known; there are open, issue,"),
        (json!([-1, "tick", {}]), "event 1: out of order, its time -1 lies before 0"),
        (json!([null, "tick", {}]), "event 1: its time is null, not a number"),
        (json!(["NaN", "tick", {}]), "event 1: its time is \"NaN\", not a number"),
        (json!([0.0001, "tick", {}]), "event 1: its time: 0.0001 is no whole number of milliseconds"),
        (json!([1e300, "tick", {}]), "event 1: its time: 1e+300 is no whole number of milliseconds within"),
        (json!({ "t": 5 }), "event 1: an event is [time, kind, {…}], not {\"t\":5}"),
        (json!([5, "finish", {}]), "event 1: `finish` without `k`"),
        (json!([5, "finish", { "k": 1 }]), "event 1: `k` is 1, not a text"),
        (json!([5, "finish", { "k": "K9" }]), "event 1: counter `K9` is not in the config"),
        (json!([5, "finish", { "k": "K1", "then": "dance" }]), "event 1: `then` is `dance`; it can only be `pause`"),
        (json!([5, "tick", { "then": "pause" }]), "event 1: `tick` without `k`"),
        (json!([5, "issue", { "id": "T1", "service": "A" }]), "event 1: `issue` without `lane`"),
        (
            json!([5, "issue", { "id": "T1", "service": "Z", "lane": "REG" }]),
            "event 1: service `Z` is not in the config",
        ),
        (
            json!([5, "issue", { "id": "T1", "service": "A", "lane": "GOLD" }]),
            "event 1: lane `GOLD` is not in the config",
        ),
        (
            json!([5, "issue", { "id": "T1", "service": "A", "lane": "REG", "appt": -9000 }]),
            "event 1: the appointment is past its grace, and the config names no lane `appt_late_lane`",
        ),
        (json!([5, "miss", { "k": "K1" }]), "event 1: K1: nobody is at the counter"),
        (json!([5, "transfer", { "k": "K1", "service": "A" }]), "event 1: K1: nobody is at the counter"),
        (json!([5, "return", { "id": "T1" }]), "event 1: ticket `T1` was never issued"),
        (json!([5, "cancel", { "id": "T1" }]), "event 1: ticket `T1` was never issued"),
    ] {
        let told = said_of(&event);
        assert!(told.starts_with(said), "{event}\n  said {told}\n  not  {said}");
    }
}

#[test]
fn a_number_is_issued_once_and_only_a_no_show_returns() {
    let issue = json!([1, "issue", { "id": "T1", "service": "A", "lane": "REG" }]);
    let twice = trace(&json!([issue, issue])).to_string();
    assert_eq!(answer_trace(&twice).unwrap_err().to_string(), "event 1: ticket `T1` was issued before");
    let back = trace(&json!([issue, [2, "return", { "id": "T1" }]])).to_string();
    let said = answer_trace(&back).unwrap_err().to_string();
    assert_eq!(said, "event 1: T1: the ticket is not a no-show that could return");
}

#[test]
fn a_rule_that_cannot_be_is_told_with_its_lane_or_counter() {
    let day = json!([[0, "open", { "k": "K1" }]]);
    for (pointer, value, said) in [
        ("/config/lanes", json!({}), "config: a lobby has at least one lane"),
        ("/config/lanes/REG/p100", json!(-5), "config: lane REG: `p100` is -5; it lies from 0"),
        ("/config/lanes/REG/share1000", json!(2000), "config: lane REG: `share1000` is 2000; it lies from 0 to 1000"),
        ("/config/lanes/REG/guard_after", Value::Null, "config: lane REG: it has a share of the calls but no"),
        ("/config/counters/K1/skills", json!({ "A": 0 }), "config: counter K1: skill `A`: write `service/lane`"),
        ("/config/counters/K1/skills", json!({ "A/*": -1 }), "config: counter K1: skill `A/*`: a delay is 0"),
        ("/config/pin_timeout", json!(-1), "`pin_timeout` is -1; a length of time is not negative"),
        ("/time_unit", json!("fortnight"), "unknown variant `fortnight`"),
        ("/events", json!([]), "`events` is empty"),
    ] {
        let mut file = trace(&day);
        *file.pointer_mut(pointer).unwrap() = value;
        let told = answer_trace(&file.to_string()).unwrap_err().to_string();
        assert!(told.starts_with(said), "{pointer}\n  said {told}\n  not  {said}");
    }
}

#[test]
fn of_several_days_the_wrong_one_is_named() {
    let good = trace(&json!([[0, "open", { "k": "K1" }]]));
    let mut bad = trace(&json!([[0, "open", { "k": "K1" }], [1, "jump", {}]]));
    bad["name"] = json!("monday");
    let file = json!({ "format": "traces", "traces": [good, bad] }).to_string();
    let said = answer_traces(&file).unwrap_err().to_string();
    assert!(said.starts_with("trace monday: event 1: kind `jump`"), "{said}");
    let said = answer_traces(r#"{ "traces": [] }"#).unwrap_err().to_string();
    assert!(said.starts_with("`traces` is empty"), "{said}");
}

#[test]
fn text_that_is_no_json_is_told_with_its_line() {
    let nan = "{\"format\": \"trace\",\n \"events\": [[NaN, \"tick\", {}]]}";
    let said = format_of(nan).unwrap_err().to_string();
    assert!(said.contains("line 2 column 14") && said.contains("NaN"), "{said}");
    let said = |text: &str| format_of(text).unwrap_err().to_string();
    assert!(said("{}").starts_with("no key `format`; it says `cases`, `trace`"));
    assert!(said(r#"{"format": "poem"}"#).starts_with("format \"poem\" is not known"));
    assert!(said("").contains("line 1"), "{}", said(""));
    let doubled = r#"{"config": {"lanes": {"R": {"p100": 1}, "R": {"p100": 2}}, "counters": {}}, "events": []}"#;
    assert!(answer_trace(doubled).unwrap_err().to_string().starts_with("`R` stands twice at line 1"));
}

#[test]
fn a_case_that_cannot_be_simulated_is_named() {
    let case = |params: Value| {
        let file = json!({ "format": "cases", "cases": [
            { "id": "c1", "params": params, "check": { "run_customers": 10 } },
        ] });
        read_cases(&file.to_string())
    };
    assert!(case(json!({ "arrival_rate": 0.5, "service_mean": 1.0 })).is_ok(), "the rest has defaults");
    for (params, said) in [
        (json!({ "service_mean": 1.0 }), "case c1: `params` without `arrival_rate`"),
        (json!({ "arrival_rate": 0.5 }), "case c1: `params` without `service_mean`"),
        (json!({ "arrival_rates": [], "service_mean": 1.0 }), "case c1: `arrival_rates` is empty"),
        (json!({ "arrival_rate": -0.5, "service_mean": 1.0 }), "case c1: `arrival_rate` is -0.5; it is not negative"),
        (json!({ "arrival_rate": 0, "service_mean": 1.0 }), "case c1: nobody ever arrives"),
        (json!({ "arrival_rate": 0.5, "service_mean": 1.0, "servers": 0 }), "case c1: `servers` lies from 1"),
        (json!({ "arrival_rate": 0.5, "service_mean": 1.0, "no_show": 2 }), "case c1: `no_show` is a probability"),
        (json!({ "arrival_rate": 0.5, "service_mean": 1.0, "service": "magic" }), "case c1: service `magic` is not"),
        (
            json!({ "arrival_rate": 0.5, "service_mean": 1.0, "service": "lognormal" }),
            "case c1: `params` without `service_cv`",
        ),
        (
            json!({ "arrival_rates": [0.1, 0.2], "service_mean": 1.0, "rates": [1.0] }),
            "case c1: `rates` has 1 entries for 2 classes",
        ),
        (json!({ "arrival_rate": 0.5, "service_mean": 1.0, "order": "whim" }), "case c1: order \"whim\" is not known"),
    ] {
        let told = case(params).unwrap_err().to_string();
        assert!(told.starts_with(said), "said {told}\n not {said}");
    }
    assert!(read_cases(r#"{"cases": []}"#).unwrap_err().to_string().starts_with("`cases` is empty"));
}
