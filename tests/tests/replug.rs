//! Cables that come out and go in a hundred times: the lobby is always back, and does nothing much in between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const LINES: [&str; 4] = ["l1", "l2", "l3", "l4"];
const ROUNDS: usize = 25;
/// Share of one processor over everything. A driver that spins on a dead port takes all of one.
const BUSY: f64 = 0.6;
/// The same while every cable is out.
const IDLE: f64 = 0.3;
/// How long idleness is looked at: there is no event to wait for.
const LOOK: Duration = Duration::from_secs(3);
/// Ticks of a processor in a second, as `/proc` counts them (proc(5); 100 on every Linux that this runs on).
const TICKS: f64 = 100.0;

fn plan() -> HallPlan {
    let units = "profile = \"desk-modbus\"\nbaud = 115200\nunits = [\n    { unit = 1, counter = \"1\" },\n    \
                 { unit = 2, counter = \"2\" },\n    { unit = 3, counter = \"3\" },\n    { unit = 4, counter = \"4\" },\n]\n";
    let first = "id = \"desks\"\nport = \"desks\"\n";
    let line = |n: usize| format!("id = \"l{n}\"\nport = \"l{n}\"\nunits = [{{ unit = {n}, counter = \"{n}\" }}]\n");
    let lines = (1..=4).map(line).collect::<Vec<_>>().join("\n[[lines]]\n");
    let simulated = |n: usize| format!("[[line]]\nid = 'l{n}'\nunits = [{n}]\n");
    let hardware = (1..=4).map(simulated).collect::<Vec<_>>().concat();
    HallPlan {
        edits: vec![(format!("{first}{units}"), lines)],
        hardware: Some(hardware + "[[printer]]\nid = 'kiosk-1'\n"),
        ..HallPlan::default()
    }
}

/// Processor time of a process so far, in seconds.
fn spent(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // Behind the name, which may have blanks in it: utime and stime are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split_whitespace().collect();
    let ticks: f64 = [fields[11], fields[12]].iter().map(|field| field.parse::<f64>().unwrap()).sum();
    ticks / TICKS
}

async fn cables(hall: &Hall, out: bool) {
    let hands = hall.hands();
    for line in LINES {
        hands.post(&format!("/lines/{line}/fault"), &json!({ "unplug": out })).await;
    }
}

/// Waits until all lines are in a state, and their units with them.
async fn lines_are(hall: &Hall, line_state: &str, desk_state: &str) {
    let engineer = hall.role("engineer");
    until(&format!("all lines to be {line_state}"), async || {
        let list = engineer.get("/api/v1/devices").await;
        let state = |id: String| list["devices"].as_array()?.iter().find(|known| known["id"] == id.as_str()).cloned();
        let is = |id: String, wanted: &str| state(id).is_some_and(|device: Value| device["state"] == wanted);
        let all = (1..=4).all(|n| is(format!("line-l{n}"), line_state) && is(format!("desk-{n}"), desk_state));
        if all { Ok(()) } else { Err(list.to_string()) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_times_out_and_in_again() {
    let hall = Hall::start_with(plan()).await;
    lines_are(&hall, "ok", "ok").await;
    let (began, before) = (Instant::now(), spent(hall.process().unwrap()));
    let mut longest = Duration::ZERO;
    for _ in 0..ROUNDS {
        cables(&hall, true).await;
        lines_are(&hall, "unplugged", "offline").await;
        cables(&hall, false).await;
        let plugged = Instant::now();
        lines_are(&hall, "ok", "ok").await;
        longest = longest.max(plugged.elapsed());
    }
    let share = (spent(hall.process().unwrap()) - before) / began.elapsed().as_secs_f64();
    eprintln!("100 times out and in: back after {longest:?} at the latest, {share:.2} of a processor");
    assert!(share < BUSY, "{share:.2} of a processor");

    // And with every cable out it waits.
    cables(&hall, true).await;
    lines_are(&hall, "unplugged", "offline").await;
    let before = spent(hall.process().unwrap());
    tokio::time::sleep(LOOK).await;
    let share = (spent(hall.process().unwrap()) - before) / LOOK.as_secs_f64();
    eprintln!("with every cable out: {share:.2} of a processor");
    assert!(share < IDLE, "{share:.2} of a processor while there is nothing to do");

    // A press that the unit latched meanwhile is not lost, however often the cable was out.
    hall.role("kiosk").post("/api/v1/tickets", &json!({ "service": "cash" })).await;
    hall.press(3, "next").await;
    cables(&hall, false).await;
    hall.shows(3, "A001").await;
}
