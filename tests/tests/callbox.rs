//! A hall with call boxes of the field and LED displays, through the real program: keys become acts, numbers reach the
//! digits, cables come out and go in again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};
use std::time::Duration;

const HARDWARE: &str = "
    seed = 4
    [[line]]
    id = 'desks'
    profile = 'callbox-ff68'
    units = [1, 2, 3, 4]
    [[line]]
    id = 'leds'
    [[display]]
    id = 'window-1'
    line = 'leds'
    unit = 11
    [[display]]
    id = 'window-2'
    line = 'leds'
    profile = 'led-text-modbus'
    unit = 12
    [[display]]
    id = 'window-3'
    profile = 'led-digits-ascii'
    [[display]]
    id = 'on-the-boxes'
    line = 'desks'
    unit = 21
    [[printer]]
    id = 'kiosk-1'
";

const DISPLAYS: &str = r#"
[[lines]]
id = "leds"
port = "leds"

[[displays]]
id = "window-1"
line = "leds"
counter = "1"
unit = 11

[[displays]]
id = "window-2"
line = "leds"
profile = "led-text-modbus"
counter = "2"
unit = 12

[[displays]]
id = "window-3"
port = "window-3"
profile = "led-digits-ascii"
counter = "3"

[[displays]]
id = "on-the-boxes"
line = "desks"
counter = "1"
unit = 21

[voice]
"#;

async fn hall_of_boxes() -> Hall {
    let edits = [("desk-modbus\"\nbaud = 115200", "callbox-ff68\""), ("\n[voice]\n", DISPLAYS)];
    let edits = edits.map(|(from, to)| (from.to_owned(), to.to_owned())).into();
    Hall::start_with(HallPlan { edits, hardware: Some(HARDWARE.to_owned()), ..HallPlan::default() }).await
}

/// A finger. It is slower than 300 ms, within which a box's key is the same press, and within which what is heard after
/// the port was opened is an old one.
async fn press(hall: &Hall, unit: u8, key: &str) {
    tokio::time::sleep(Duration::from_millis(400)).await;
    hall.press(unit, key).await;
}

/// Waits until a display shows a text.
async fn displays(hall: &Hall, id: &str, text: &str) {
    let hands = hall.hands();
    until(&format!("display {id} to show {text:?}"), async || {
        let display = hands.get(&format!("/displays/{id}")).await;
        if display["text"] == text { Ok(()) } else { Err(display.to_string()) }
    })
    .await;
}

/// Waits until a counter is in this state with this number.
async fn counter(hall: &Hall, id: &str, state: &str, number: Option<&str>) {
    let clerk = hall.role("clerk");
    until(&format!("counter {id} to be {state} with {number:?}"), async || {
        let now = clerk.get(&format!("/api/v1/counters/{id}")).await;
        let fits = now["counter"]["state"] == state && now["ticket"]["number"].as_str() == number;
        if fits { Ok(()) } else { Err(now.to_string()) }
    })
    .await;
}

async fn device(hall: &Hall, id: &str) -> Value {
    let list = hall.role("engineer").get("/api/v1/devices").await;
    list["devices"].as_array().unwrap().iter().find(|device| device["id"] == id).expect(id).clone()
}

/// Presses of all boxes that are facts: unit, key and result.
async fn presses(hall: &Hall) -> Vec<String> {
    let rows = hall.role("engineer").get("/api/v1/journal?limit=1000").await;
    let pressed = rows["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "pressed");
    pressed.map(|row| format!("{} {}", row["fact"]["desk"], row["fact"]["key"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_a_call_box_calls_and_every_display_shows_it() {
    let hall = hall_of_boxes().await;
    hall.device("line-desks", "ok").await;
    for id in ["desk-1", "desk-4", "display-window-1", "display-window-3", "display-on-the-boxes"] {
        hall.device(id, "ok").await;
    }
    for _ in 0..3 {
        hall.take("cash").await;
    }
    press(&hall, 1, "next").await;
    hall.shows(1, "001").await;
    displays(&hall, "window-1", "1").await;
    displays(&hall, "on-the-boxes", "1").await;
    press(&hall, 2, "next").await;
    hall.shows(2, "002").await;
    displays(&hall, "window-2", "A002").await;
    press(&hall, 3, "next").await;
    displays(&hall, "window-3", "003").await;
    // A pause that the display has letters for, and the digits have not.
    press(&hall, 3, "pause").await;
    counter(&hall, "3", "pausing", Some("A003")).await;
    hall.role("clerk").post("/api/v1/counters/3/finish", &json!({})).await;
    counter(&hall, "3", "paused", None).await;
    displays(&hall, "window-3", "---").await;
    hall.shows(3, "").await;
    let beeps = hall.hands().get("/desks/1").await["beeps"].as_u64().unwrap();
    assert_eq!(beeps, 1, "one beep for one call");
    let silent = device(&hall, "display-window-3").await;
    assert!(silent["cause"].as_str().unwrap().contains("can only be seen"), "{silent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digit_and_ok_gives_up_holds_and_calls_back() {
    let hall = hall_of_boxes().await;
    hall.device("desk-2", "ok").await;
    for _ in 0..2 {
        hall.take("cash").await;
    }
    press(&hall, 2, "next").await;
    counter(&hall, "2", "open", Some("A001")).await;
    press(&hall, 2, "hold").await;
    counter(&hall, "2", "open", None).await;
    press(&hall, 2, "next").await;
    counter(&hall, "2", "open", Some("A002")).await;
    press(&hall, 2, "no-show").await;
    counter(&hall, "2", "open", None).await;
    press(&hall, 2, "3").await;
    press(&hall, 2, "ok").await;
    counter(&hall, "2", "open", Some("A001")).await;
    let tickets = hall.role("clerk").get("/api/v1/tickets?state=no_show").await;
    assert_eq!(tickets["tickets"][0]["number"], "A002", "{tickets}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_boxes_that_is_unplugged_comes_back_and_doubles_nothing() {
    let hall = hall_of_boxes().await;
    hall.device("desk-1", "ok").await;
    for _ in 0..3 {
        hall.take("cash").await;
    }
    press(&hall, 1, "next").await;
    hall.shows(1, "001").await;
    hall.hands().post("/lines/desks/fault", &json!({ "unplug": true })).await;
    hall.device("line-desks", "unplugged").await;
    hall.device("desk-1", "offline").await;
    let told = device(&hall, "line-desks").await;
    assert!(told["cause"].is_string() && told["remedy"].as_str().unwrap().contains("cable"), "{told}");
    // Meanwhile somebody calls at the page: the box shows the newest when it is back, and nothing between.
    let clerk = hall.role("clerk");
    clerk.post("/api/v1/counters/1/next", &json!({})).await;
    hall.hands().post("/lines/desks/fault", &json!({ "unplug": false })).await;
    hall.device("line-desks", "ok").await;
    hall.device("desk-1", "ok").await;
    hall.shows(1, "002").await;
    press(&hall, 1, "next").await;
    hall.shows(1, "003").await;
    assert_eq!(presses(&hall).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_survives_garbled_frames_once_and_a_killed_lobby_doubles_none() {
    let mut hall = hall_of_boxes().await;
    hall.device("desk-1", "ok").await;
    for _ in 0..8 {
        hall.take("cash").await;
    }
    hall.hands().post("/desks/1/fault", &json!({ "garble": 0.05 })).await;
    for number in ["001", "002", "003"] {
        press(&hall, 1, "next").await;
        hall.shows(1, number).await;
    }
    hall.kill();
    press(&hall, 1, "next").await; // nobody hears it
    hall.restart().await;
    hall.device("desk-1", "ok").await;
    // Lost, or refused as stale: either way nobody was called by it.
    counter(&hall, "1", "open", Some("A003")).await;
    press(&hall, 1, "recall").await;
    until("the recall to be a fact", async || {
        let all = presses(&hall).await;
        if all.last().is_some_and(|last| last.ends_with(" 2")) { Ok(()) } else { Err(format!("{all:?}")) }
    })
    .await;
    press(&hall, 1, "next").await;
    hall.shows(1, "004").await;
    counter(&hall, "1", "open", Some("A004")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_that_is_unplugged_is_told_and_shows_the_newest_when_it_is_back() {
    let hall = hall_of_boxes().await;
    for id in ["display-window-2", "display-window-3"] {
        hall.device(id, "ok").await;
    }
    let displays_fault = async |id: &str, out: bool| {
        hall.hands().post(&format!("/displays/{id}/fault"), &json!({ "unplug": out })).await;
    };
    displays_fault("window-2", true).await;
    displays_fault("window-3", true).await;
    hall.device("display-window-2", "offline").await;
    hall.device("display-window-3", "unplugged").await;
    hall.device("line-leds", "ok").await;
    let told = device(&hall, "display-window-2").await;
    assert!(told["cause"].is_string() && told["remedy"].as_str().unwrap().contains("display"), "{told}");
    for _ in 0..3 {
        hall.take("cash").await;
    }
    press(&hall, 2, "next").await;
    hall.shows(2, "001").await;
    press(&hall, 2, "next").await;
    hall.shows(2, "002").await;
    press(&hall, 3, "next").await;
    hall.shows(3, "003").await;
    displays_fault("window-2", false).await;
    displays_fault("window-3", false).await;
    displays(&hall, "window-2", "A002").await;
    displays(&hall, "window-3", "003").await;
    hall.device("display-window-2", "ok").await;
    hall.device("display-window-3", "ok").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_on_which_nothing_is_understood_says_baud_and_parity() {
    for (line, hall) in
        [("desks", hall_of_boxes().await), ("leds", hall_of_boxes().await), ("desks", Hall::start().await)]
    {
        let device_id = format!("line-{line}");
        hall.device(&device_id, "ok").await;
        hall.hands().post(&format!("/lines/{line}/fault"), &json!({ "noise": true })).await;
        hall.device(&device_id, "baud_mismatch").await;
        let told = device(&hall, &device_id).await;
        assert_eq!(told["cause"], "all replies are garbage: check baud and parity", "{told}");
        assert!(told["remedy"].as_str().unwrap().contains("baud and parity"), "{told}");
        hall.hands().post(&format!("/lines/{line}/fault"), &json!({ "noise": false })).await;
        hall.device(&device_id, "ok").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_served_at_call_boxes() {
    let edits = vec![("desk-modbus\"\nbaud = 115200".to_owned(), "callbox-ff68\"".to_owned())];
    let demo = std::fs::read_to_string(lobby_tests::hall::root().join("config/demo/sim.toml")).unwrap();
    let boxes = demo.replace("baud = 115200", "profile = \"callbox-ff68\"");
    assert_ne!(boxes, demo);
    let plan = HallPlan { edits, hardware: Some(boxes.clone()), speed: 60, ..HallPlan::default() };
    let hall = Hall::start_with(plan).await;
    let mut config = firmware_sim::Config::parse(&boxes).unwrap();
    config.crowd.speed = 60.0;
    for service in &mut config.crowd.services {
        (service.every_s, service.mean_s) = (service.every_s / 4.0, service.mean_s / 8.0);
    }
    let stop = tokio_util::sync::CancellationToken::new();
    let lobby = hall.nobody().base().parse().unwrap();
    let crowd = firmware_sim::Crowd::start(&config, &lobby, hall.hardware(), &stop).unwrap();
    until("five customers to be served", async || {
        let done = hall.role("clerk").get("/api/v1/tickets?state=done&limit=500").await;
        let served = done["tickets"].as_array().unwrap().len();
        if served >= 5 { Ok(()) } else { Err(format!("{served} served; {:?}", presses(&hall).await)) }
    })
    .await;
    stop.cancel();
    crowd.ended().await;
}
