//! Every fault of HARDWARE §5 at every profile: what staff see of it, and that it passes when the lever is let go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};

const HARDWARE: &str = "
    [[line]]
    id = 'desks'
    units = [1, 2]
    [[line]]
    id = 'boxes'
    profile = 'callbox-ff68'
    units = [3, 4]
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
    [[printer]]
    id = 'kiosk-1'
";

const MORE: &str = r#"
[[lines]]
id = "boxes"
port = "boxes"
profile = "callbox-ff68"
units = [{ unit = 3, counter = "3" }, { unit = 4, counter = "4" }]

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

[voice]
"#;

/// What is to be seen of a fault.
enum Seen {
    /// `GET /api/v1/devices` says this of the device.
    State(&'static str),
    /// The device keeps an old number while it lasts; it cannot say that it is broken.
    Deaf,
    /// Nothing: it speaks when it likes, and may be late.
    Harmless,
    /// Only its own face: it goes dark for a moment and gets its picture again.
    Repainted,
}
use Seen::{Deaf, Harmless, Repainted, State};

async fn hall() -> Hall {
    let edits =
        [("    { unit = 3, counter = \"3\" },\n    { unit = 4, counter = \"4\" },\n", ""), ("\n[voice]\n", MORE)];
    let edits = edits.map(|(from, to)| (from.to_owned(), to.to_owned())).into();
    Hall::start_with(HallPlan { edits, hardware: Some(HARDWARE.to_owned()), ..HallPlan::default() }).await
}

/// Lets a lever of a body go: every fault of HARDWARE §5 is cleared by `ok`.
fn release(pull: &Value) -> Value {
    pull.as_object().unwrap().keys().map(|lever| (lever.clone(), json!("ok"))).collect()
}

/// What a desk unit, a box or a display shows, and when that changed.
async fn face(hall: &Hall, path: &str) -> (String, String) {
    let face = hall.hands().get(&format!("/{path}")).await;
    (face["text"].as_str().unwrap().trim().to_owned(), face["changed_at"].to_string())
}

/// Digits of whoever is called next at a counter; the one before is finished.
async fn call(hall: &Hall, counter: &str) -> String {
    hall.take("cash").await;
    let called = hall.role("clerk").post(&format!("/api/v1/counters/{counter}/next"), &json!({})).await;
    let number = called["ticket"]["number"].as_str().unwrap_or_else(|| panic!("{called}"));
    number.trim_start_matches(char::is_alphabetic).trim_start_matches('0').to_owned()
}

/// Waits until a face shows a number, however many of its signs it has.
async fn shows(hall: &Hall, path: &str, digits: &str) {
    until(&format!("{path} to show {digits}"), async || {
        let (text, _) = face(hall, path).await;
        if text.ends_with(digits) { Ok(()) } else { Err(text) }
    })
    .await;
}

/// Goes through the faults of one device, which shows the numbers of one counter.
async fn go_through(hall: &Hall, device: &str, path: &str, counter: &str, faults: &[(Value, Seen)]) {
    for other in [device, "line-desks", "line-boxes", "line-leds"] {
        hall.device(other, "ok").await;
    }
    let hands = hall.hands();
    shows(hall, path, &call(hall, counter).await).await;
    for (pull, seen) in faults {
        let before = face(hall, path).await;
        eprintln!("{path}: {pull}"); // read when the test fails
        hands.post(&format!("/{path}/fault"), pull).await;
        match seen {
            State(state) => hall.device(device, state).await,
            Deaf | Harmless => {}
            Repainted => {
                until("the picture to come again", async || {
                    let now = face(hall, path).await;
                    if now.0 == before.0 && now.1 != before.1 { Ok(()) } else { Err(format!("{now:?}")) }
                })
                .await;
            }
        }
        let digits = call(hall, counter).await;
        if matches!(seen, Deaf) {
            assert_eq!(face(hall, path).await, before, "{path} with {pull} hears nothing");
        }
        if !matches!(seen, Repainted) {
            hands.post(&format!("/{path}/fault"), &release(pull)).await;
        }
        shows(hall, path, &digits).await;
        hall.device(device, "ok").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_a_desk_unit() {
    let hall = hall().await;
    hall.role("clerk").post("/api/v1/counters/1/open", &json!({})).await;
    let faults = [
        (json!({"mute": true}), State("offline")),
        (json!({"unplug": true}), State("offline")),
        (json!({"garble": 1.0}), State("offline")),
        (json!({"late_ms": 400}), State("offline")),
        (json!({"stuck": "recall"}), State("key_stuck")),
        (json!({"reboot": true}), Repainted),
    ];
    go_through(&hall, "desk-1", "desks/1", "1", &faults).await;
    let rows = hall.role("engineer").get("/api/v1/journal?after=0&limit=500").await.to_string();
    assert!(rows.contains("new_boot"), "the reboot is a baseline in the journal");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_a_call_box() {
    let hall = hall().await;
    hall.role("clerk").post("/api/v1/counters/3/open", &json!({})).await;
    let faults = [
        (json!({"mute": true}), State("offline")),
        (json!({"unplug": true}), State("offline")),
        (json!({"garble": 1.0}), State("offline")),
        (json!({"late_ms": 1_000}), Harmless),
        (json!({"stuck": "recall"}), State("key_stuck")),
        (json!({"reboot": true}), Repainted),
    ];
    go_through(&hall, "desk-3", "desks/3", "3", &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_displays() {
    let hall = hall().await;
    for counter in [1, 2, 3] {
        hall.role("clerk").post(&format!("/api/v1/counters/{counter}/open"), &json!({})).await;
    }
    for (device, path, counter) in
        [("display-window-1", "displays/window-1", "1"), ("display-window-2", "displays/window-2", "2")]
    {
        let faults = [
            (json!({"mute": true}), State("offline")),
            (json!({"unplug": true}), State("offline")),
            (json!({"garble": 1.0}), State("offline")),
            (json!({"late_ms": 1_000}), State("offline")),
            (json!({"reboot": true}), Repainted),
        ];
        go_through(&hall, device, path, counter, &faults).await;
    }
    // It says nothing: mute and late change nothing, and a plug of its own takes the port along.
    let faults = [
        (json!({"garble": 1.0}), Deaf),
        (json!({"unplug": true}), State("unplugged")),
        (json!({"reboot": true}), Repainted),
    ];
    go_through(&hall, "display-window-3", "displays/window-3", "3", &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_lines() {
    let hall = hall().await;
    for line in ["desks", "boxes", "leds"] {
        let device = format!("line-{line}");
        for (pull, state) in [(json!({"noise": true}), "baud_mismatch"), (json!({"unplug": true}), "unplugged")] {
            hall.device(&device, "ok").await;
            hall.hands().post(&format!("/lines/{line}/fault"), &pull).await;
            hall.device(&device, state).await;
            hall.hands().post(&format!("/lines/{line}/fault"), &release(&pull)).await;
        }
        hall.device(&device, "ok").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_a_printer() {
    let hall = hall().await;
    for (pull, state) in [
        (json!({"paper": "low"}), "paper_low"),
        (json!({"paper": "out"}), "paper_out"),
        (json!({"cover": "open"}), "cover_open"),
        (json!({"cutter": "jam"}), "cutter"),
        (json!({"stalled": true}), "offline"),
        (json!({"silent": true}), "offline"),
        (json!({"unplug": true}), "unplugged"),
    ] {
        hall.device("kiosk-1", "ok").await;
        hall.hands().post("/printers/kiosk-1/fault", &pull).await;
        hall.device("kiosk-1", state).await;
        hall.hands().post("/printers/kiosk-1/fault", &release(&pull)).await;
    }
    hall.device("kiosk-1", "ok").await;
    // Without proof the paper comes out all the same, and nobody pretends to know more than that it was asked for.
    hall.hands().post("/printers/kiosk-1/fault", &json!({"no_proof": true})).await;
    let number = hall.take("cash").await["ticket"]["number"].as_str().unwrap().to_owned();
    until("the paper to come out", async || {
        let tray = hall.hands().get("/printers/kiosk-1/tickets").await.to_string();
        if tray.contains(&number) { Ok(()) } else { Err(tray) }
    })
    .await;
}
