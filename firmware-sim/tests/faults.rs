//! Scripts of faults: one seed, one timetable; levers go down and up by it; mistakes get a sentence.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use firmware_sim::faults::{Planned, draw};
use firmware_sim::{Config, Faults, Script, Timetable};
use reqwest::Client;
use serde_json::{Value, json};
use support::{World, wait};
use tokio_util::sync::CancellationToken;

const HALL: &str = "[[line]]\nid = 'desks'\nunits = [1, 2, 3]\n[[display]]\nid = 'window'\n[[printer]]\nid = 'k'\n";

fn hall(seed: u64) -> Config {
    Config { seed, ..Config::parse(HALL).unwrap() }
}

fn demo() -> Script {
    Script::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../config/demo/faults.toml").as_ref()).unwrap()
}

fn counts(faults: &[Planned]) -> BTreeMap<(&str, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for fault in faults {
        let class = fault.device.split('/').next().unwrap();
        *counts.entry((class, fault.fault)).or_default() += 1;
    }
    counts
}

#[test]
fn a_seed_is_a_timetable() {
    let demo = demo();
    let drawn = draw(&demo, &hall(7)).unwrap();
    assert_eq!(drawn, draw(&demo, &hall(7)).unwrap());
    let other = draw(&demo, &hall(8)).unwrap();
    assert_ne!(drawn, other);
    assert_eq!(counts(&drawn), counts(&other), "the lot says when and whom, never how many");
    let expected = [(("desks", "unplug"), 20), (("desks", "garble"), 3), (("printers", "paper_out"), 3)];
    for (what, count) in expected {
        assert_eq!(counts(&drawn)[&what], count, "{what:?}");
    }
    assert!(drawn.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].n + 1 == pair[1].n));
    assert!(drawn.iter().all(|fault| fault.until.as_secs_f64() <= demo.span_h * 3600.0));
}

#[test]
fn a_new_kind_does_not_shift_the_others() {
    let few = Script::parse("span_h = 1\n[desks]\nunplug = { count = 3 }").unwrap();
    let more = Script::parse("span_h = 1\n[desks]\nunplug = { count = 3 }\nreboot = { per_h = 9 }").unwrap();
    let unplugs = |script| {
        let drawn = draw(script, &hall(5)).unwrap();
        drawn.into_iter().filter(|one| one.fault == "unplug").map(|one| (one.device, one.at, one.until)).collect()
    };
    let (few, more): (Vec<_>, Vec<_>) = (unplugs(&few), unplugs(&more));
    assert_eq!(few, more);
}

#[test]
fn faults_at_one_lever_never_meet() {
    for seed in 0..200 {
        let text = "span_h = 1\n[printers]\npaper_out = { count = 4, for_s = [60, 300] }\n\
                    paper_low = { per_h = 20, for_s = [60, 300] }";
        let drawn = draw(&Script::parse(text).unwrap(), &hall(seed)).unwrap();
        assert_eq!(drawn.iter().filter(|one| one.fault == "paper_out").count(), 4);
        assert!(drawn.windows(2).all(|pair| pair[0].until < pair[1].at), "seed {seed}: {drawn:#?}");
    }
}

#[test]
fn mistakes_get_a_sentence() {
    for (text, hint) in [
        ("", "span_h"),
        ("span_h = 0", "above 0"),
        ("span_h = 1\n[desks]\ngarble = 2", "chance from 0 to 1"),
        ("span_h = 1\n[desks]\nunplug = { count = 2, per_h = 1 }", "one of them"),
        ("span_h = 1\n[desks]\nunplug = { count = 2, for_s = [9, 3] }", "the shorter first"),
        ("span_h = 1\n[desks]\nlate = { count = 2, ms = [0, 3] }", "milliseconds from 1"),
        ("span_h = 1\n[desks]\nunplugs = { count = 2 }", "unknown field `unplugs`"),
        ("span_h = 1\n[displays]\nstuck = { count = 2 }", "no keys"),
    ] {
        let what = Script::parse(text).unwrap_err();
        assert!(what.contains(hint), "{text}: {what}");
    }
    let full = Script::parse("span_h = 1\n[printers]\npaper_out = { count = 9, for_s = [600, 600] }").unwrap();
    assert!(draw(&full, &hall(1)).unwrap_err().contains("fewer or shorter"));
    let bare = Config::parse("[[line]]\nid = 'desks'\nunits = [1]").unwrap();
    assert!(draw(&full, &bare).unwrap_err().contains("no printers"));
}

/// The levers that are down, as `GET /devices` says them.
async fn pulled(client: &Client, world: &World) -> Vec<String> {
    let all: Value = client.get(world.url("/devices")).send().await.unwrap().json().await.unwrap();
    let down = |value: &Value| {
        !matches!(value, Value::Bool(false))
            && !["ok", "closed", "0", "0.0"].contains(&value.to_string().trim_matches('"'))
    };
    let mut found = Vec::new();
    for class in ["desks", "printers"] {
        for device in all[class].as_array().unwrap() {
            let faults = device["faults"].as_object().unwrap().iter().filter(|(_, value)| down(value));
            found.extend(faults.map(|(name, value)| format!("{class} {name} {value}")));
        }
    }
    found
}

#[tokio::test]
async fn levers_go_down_and_up_by_the_timetable() {
    let world = World::start().await;
    let client = Client::builder().no_proxy().build().unwrap();
    assert_eq!(client.get(world.url("/faults")).send().await.unwrap().json::<Value>().await.unwrap(), Value::Null);

    let text = "span_h = 1\n[desks]\ngarble = 0.5\nreboot = { count = 1 }\n\
                [printers]\npaper_out = { count = 1, for_s = [1800, 1800] }";
    let (script, config) = (Script::parse(text).unwrap(), Config { seed: 3, ..Config::parse(support::HALL).unwrap() });
    let boots: Vec<u16> = world.sim.hall().desks().map(|desk| desk.view().boot).collect();
    let timetable = Timetable::new(draw(&script, &config).unwrap(), &script, 3, 3600.0);
    let faults = Faults::start(timetable, world.sim.hall(), &CancellationToken::new());
    wait("paper to run out", || {
        let out = world.sim.hall().printers().iter().any(|printer| printer.faults().offline());
        out.then_some(())
    })
    .await;
    assert!(pulled(&client, &world).await.contains(&"desks garble 0.5".to_owned()));
    faults.ended().await;

    assert_eq!(pulled(&client, &world).await, Vec::<String>::new());
    let now: Vec<u16> = world.sim.hall().desks().map(|desk| desk.view().boot).collect();
    assert_eq!(boots.iter().zip(&now).filter(|(then, now)| then != now).count(), 1, "one unit was rebooted");
    let seen: Value = client.get(world.url("/faults")).send().await.unwrap().json().await.unwrap();
    assert_eq!((&seen["seed"], &seen["speed"], &seen["span_s"]), (&json!(3), &json!(3600.0), &json!(3600.0)));
    let faults = seen["faults"].as_array().unwrap();
    assert!(faults.len() == 4 && faults.iter().all(|one| one["state"] == "over"), "{seen}");
    let paper = faults.iter().find(|one| one["fault"] == "paper_out").unwrap();
    assert_eq!((&paper["mended_by"], &paper["pull"]), (&json!("greeter"), &json!({"paper": "out"})));
    world.sim.stop().await;
}

#[tokio::test]
async fn every_latched_press_is_in_the_record() {
    let world = World::start().await;
    let client = Client::builder().no_proxy().build().unwrap();
    let post =
        async |path: &str, body: Value| client.post(world.url(path)).body(body.to_string()).send().await.unwrap();
    post("/desks/1/press", json!({"key": "next"})).await;
    post("/desks/1/fault", json!({"stuck": "recall"})).await;
    post("/desks/1/press", json!({"key": "recall"})).await; // it is down already: nothing is latched
    post("/desks/1/fault", json!({"stuck": null, "reboot": true})).await;
    world.sim.desk(1).unwrap().press_by_crowd(counter::Key::Finish);

    let record = async |after: u64| -> Value {
        client.get(world.url(&format!("/presses?after={after}"))).send().await.unwrap().json().await.unwrap()
    };
    let all = record(0).await;
    let seen: Vec<_> = all["presses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["n"].as_u64().unwrap(),
                one["seq"].as_u64().unwrap(),
                one["key"].as_str().unwrap(),
                one["by"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(seen, [(1, 1, "next", "person"), (2, 2, "recall", "stuck"), (3, 1, "finish", "crowd")]);
    assert_eq!(all["latched"], 3);
    let boots: Vec<&Value> = all["presses"].as_array().unwrap().iter().map(|one| &one["boot"]).collect();
    assert!(boots[0] == boots[1] && boots[1] != boots[2], "{boots:?}");
    assert_eq!(record(2).await["presses"].as_array().unwrap().len(), 1);
    let wrong = client.get(world.url("/presses?since=3")).send().await.unwrap();
    assert_eq!(wrong.status().as_u16(), 422);
    world.sim.stop().await;
}
