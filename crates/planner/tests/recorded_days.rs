//! The promise against recorded days: the gate of DISCIPLINE §2, and that nothing peeks into the future.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::cast_precision_loss)]

use std::collections::BTreeMap;

use planner::estimate::{DaysFile, Estimates, TicketEstimate, Walk, days};
use serde_json::{Value, json};

// Golden, from the specification: do not change, add.
const DAYS: &str = include_str!("../../../tests/golden/discipline/days/visible.json");
const CALLS: &str = include_str!("../../../tests/golden/discipline/days/visible.calls.json");
const WAITS: &str = include_str!("../../../tests/golden/discipline/days/visible.waits.csv");

fn estimates(file: &Value) -> Estimates {
    days(&DaysFile::parse(&file.to_string()).unwrap()).unwrap()
}

/// The first `events` of one day of the recorded branch, and the days from `first` before it whole.
fn cut(first: usize, day: usize, events: usize) -> Value {
    let mut file: Value = serde_json::from_str(DAYS).unwrap();
    let days = file["days"].as_array_mut().unwrap();
    days.truncate(day + 1);
    days[day]["events"].as_array_mut().unwrap().truncate(events);
    days.drain(..first);
    file
}

/// One line of the recorded waits: day, ticket, seconds, whether it had to wait.
fn recorded() -> Vec<(String, String, f64, bool)> {
    let rows = WAITS.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.trim().split(',').collect();
        (cells[0].to_owned(), cells[1].to_owned(), cells[4].parse().unwrap(), cells[5] == "1")
    });
    rows.collect()
}

/// What every peer says: people ahead × mean service / open counters, at issue after that instant's calls.
fn naive() -> BTreeMap<(String, String), f64> {
    let file: Value = serde_json::from_str(DAYS).unwrap();
    let calls: Value = serde_json::from_str(CALLS).unwrap();
    let (mut mean, mut n) = (420.0, 10.0);
    let mut said = BTreeMap::new();
    for (day, its) in file["days"].as_array().unwrap().iter().zip(calls["days"].as_array().unwrap()) {
        let mut calls = its["calls"].as_array().unwrap().iter().peekable();
        let (mut waiting, mut up) = (Vec::new(), Vec::new());
        let mut serving: BTreeMap<&str, (&str, i64)> = BTreeMap::new();
        for event in day["events"].as_array().unwrap() {
            let (t, kind, args) = (event[0].as_i64().unwrap(), event[1].as_str().unwrap(), &event[2]);
            let counter = args["k"].as_str().unwrap_or_default();
            match kind {
                "issue" => waiting.push(args["id"].as_str().unwrap()),
                "open" => up.push(counter),
                "finish" | "miss" | "transfer" => {
                    let (ticket, since) = serving.remove(counter).unwrap();
                    n = f64::min(n + 1.0, 1000.0);
                    mean += ((t - since) as f64 - mean) / n;
                    if kind == "transfer" {
                        waiting.push(ticket);
                    }
                }
                _ => {}
            }
            if kind == "pause" || args["then"] == "pause" {
                up.retain(|other| *other != counter);
            }
            while let Some(call) = calls.next_if(|call| call[0].as_i64().unwrap() <= t) {
                let ticket = call[2].as_str().unwrap();
                waiting.retain(|other| *other != ticket);
                serving.insert(call[1].as_str().unwrap(), (ticket, call[0].as_i64().unwrap()));
            }
            if kind == "issue" && waiting.last() == args["id"].as_str().as_ref() {
                let wait = (waiting.len() - 1) as f64 * mean / up.len().max(1) as f64;
                said.insert((day["date"].as_str().unwrap().to_owned(), args["id"].as_str().unwrap().to_owned()), wait);
            }
        }
    }
    said
}

#[test]
fn the_promise_passes_its_gate_and_does_not_peek() {
    let file: Value = serde_json::from_str(DAYS).unwrap();
    let learning = file["days"][10]["date"].as_str().unwrap().to_owned();
    let all = estimates(&file);
    let key = |ticket: &TicketEstimate| (ticket.day.clone(), ticket.id.clone());
    let said: BTreeMap<_, _> = all.estimates.iter().map(|ticket| (key(ticket), ticket)).collect();
    let naive = naive();
    let (mut n, mut error, mut naive_error, mut covered, mut exceeded) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (day, id, waited, must_wait) in recorded() {
        let ticket = said[&(day.clone(), id.clone())];
        assert!(0.0 <= ticket.low_s && ticket.low_s <= ticket.p50_s && ticket.p50_s <= ticket.high_s, "{ticket:?}");
        assert!(ticket.high_s.is_finite());
        if !must_wait || day < learning {
            continue;
        }
        n += 1.0;
        error += (ticket.p50_s - waited).abs();
        naive_error += (naive[&(day, id)] - waited).abs();
        covered += f64::from(u8::from((ticket.low_s..=ticket.high_s).contains(&waited)));
        exceeded += f64::from(u8::from(waited > 300.0 * (ticket.high_s / 300.0).ceil()));
    }
    assert!((naive_error / n - 760.1_f64).abs() < 0.1, "the baseline is the judge's own: {}", naive_error / n);
    let figures = format!("MAE {:.1}, coverage {:.3}, exceeded {:.3}", error / n, covered / n, exceeded / n);
    assert!(error <= 0.5 * naive_error, "{figures}");
    assert!((0.75..=0.84).contains(&(covered / n)), "{figures}");
    assert!(exceeded / n <= 0.08, "{figures}");

    let part = estimates(&cut(0, 2, 333));
    assert!(part.estimates.len() > 700);
    assert_eq!(part.estimates[..], all.estimates[..part.estimates.len()], "a truncated file changes nothing before");
}

#[test]
fn the_replay_makes_the_recorded_calls() {
    let walk = Walk::new(&DaysFile::parse(DAYS).unwrap()).unwrap();
    let mut waits: Vec<_> = walk.waits().collect();
    waits.sort_by_key(|(day, place, _)| (*day, *place));
    let recorded = recorded();
    assert_eq!(waits.len(), recorded.len());
    for ((_, _, waited), (day, id, expected, _)) in waits.iter().zip(&recorded) {
        assert!((waited - expected).abs() < 1e-9, "{id} of {day} waited {expected} s, the replay says {waited} s");
    }
}

#[test]
fn no_days_and_days_without_events_are_told_with_their_place() {
    assert_eq!(complaint(|file| file["days"] = json!([])), "`days` is empty: there is nothing to estimate");
    let said = complaint(|file| file["days"][1]["events"] = json!([]));
    assert!(said.starts_with("days[1]: `events` is empty"), "{said}");
}

#[test]
fn one_counter_is_enough_and_none_open_is_no_trap() {
    let mut file = cut(0, 0, 0);
    file["days"][0]["events"] = json!([
        [32_000, "issue", { "id": "A001", "service": "A", "lane": "REG" }],
        [32_400, "open", { "k": "K1" }],
        [32_500, "issue", { "id": "A002", "service": "A", "lane": "REG" }],
        [32_510, "issue", { "id": "A003", "service": "A", "lane": "REG" }],
    ]);
    let schedule = file["config"]["schedule"].as_object_mut().unwrap();
    schedule.retain(|counter, _| counter == "K1");
    let said = estimates(&file).estimates;
    assert_eq!(said.len(), 3);
    assert!(said[0].p50_s >= 400.0, "not before the counter opens: {:?}", said[0]);
    assert!(said[1].p50_s < said[2].p50_s);
    file["config"]["schedule"] = json!({});
    file["days"][0]["events"].as_array_mut().unwrap().remove(1);
    assert!(estimates(&file).estimates.iter().all(|ticket| ticket.p50_s > 3_600.0));
}

fn complaint(change: impl FnOnce(&mut Value)) -> String {
    let mut file = cut(0, 1, 40);
    change(&mut file);
    let error = match DaysFile::parse(&file.to_string()) {
        Err(error) => error,
        Ok(file) => days(&file).unwrap_err(),
    };
    error.to_string()
}

fn event(place: usize, to: Value) -> impl FnOnce(&mut Value) {
    move |file| file["days"][1]["events"][place] = to
}

#[test]
fn bad_files_are_refused_by_day_and_event() {
    let events = cut(0, 1, 40)["days"][1]["events"].clone();
    let (before, t) = (events[8][0].as_i64().unwrap(), events[9][0].as_i64().unwrap());
    for (to, why) in [
        (json!([t, "jump", {}]), "kind `jump` is not known"),
        (json!([t, "open", {}]), "`open` without `k`"),
        (json!([t, "open", { "k": "K9" }]), "counter `K9` is not in the config"),
        (json!([t, "issue", { "id": "Z1", "service": "Z", "lane": "REG" }]), "service `Z` is not in the config"),
        (json!([t, "issue", { "id": "Z1", "service": "A", "lane": "ZZZ" }]), "lane `ZZZ` is not in the config"),
        (json!([1, "tick", {}]), "out of order"),
        (json!([before, "tick", {}]), "times rise"),
        (json!({ "t": 5 }), "an event is [time, kind, {…}]"),
        (json!([t - 5000, "tick", {}]), "out of order"),
        (json!([0.0001, "tick", {}]), "no whole number of milliseconds"),
        (json!([null, "tick", {}]), "its time is null, not a number"),
        (json!([t, "finish", { "k": "K1", "then": "dance" }]), "it can only be `pause`"),
        (json!([t, "transfer", { "k": "K1" }]), "`transfer` without `service`"),
    ] {
        let said = complaint(event(9, to));
        assert!(said.starts_with("days[1]: event 9: ") && said.contains(why), "{said}");
    }
    let said = complaint(event(0, json!([-5, "tick", {}])));
    assert!(said.starts_with("days[1]: event 0: -5 is no time of a day"), "{said}");
    let said = complaint(event(0, json!([t - 5000, "finish", { "k": "K1" }])));
    assert!(said.starts_with("days[1]: event 0: ") && said.contains("nobody is at this counter"), "{said}");
    let said = complaint(|file| {
        let events = file["days"][1]["events"].as_array_mut().unwrap();
        let issues: Vec<usize> = (0..events.len()).filter(|place| events[*place][1] == "issue").collect();
        events[issues[1]][2]["id"] = events[issues[0]][2]["id"].clone();
    });
    assert!(said.contains("was issued before"), "{said}");
}

#[test]
fn bad_configurations_and_bad_json_are_refused() {
    for (change, why) in [(("format", json!("trace")), "format is `trace`"), (("config", json!({})), "missing field")] {
        let said = complaint(|file| file[change.0] = change.1);
        assert!(said.contains(why), "{said}");
    }
    assert!(complaint(|file| file["config"]["close"] = json!(5)).contains("does not come after `open`"));
    assert!(complaint(|file| file["config"]["services"]["A"]["mean_s"] = json!(0)).contains("config: service A"));
    assert!(complaint(|file| file["config"]["lanes"] = json!({})).contains("at least one lane"));
    assert!(complaint(|file| file["days"][1]["date"] = file["days"][0]["date"].clone()).contains("stands twice"));
    let nan = cut(0, 0, 3).to_string().replace("\"mean_s\":300", "\"mean_s\":NaN");
    let said = DaysFile::parse(&nan).unwrap_err().to_string();
    assert!(said.contains("line 1 column"), "{said}");
}
