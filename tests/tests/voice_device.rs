//! A loudspeaker that is unplugged while a call is spoken, and plugged in again: staff see it, and the next call is heard.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby::voice::Pack;
use lobby_tests::{
    Hall, HallPlan,
    sound::{self, SoundServer, wait_until},
    until,
    voice::pack,
};
use serde_json::{Value, json};
use std::path::Path;

/// What staff see of the voice.
async fn voice_main(hall: &Hall) -> Value {
    let list = hall.role("engineer").get("/api/v1/devices").await;
    list["devices"].as_array().unwrap().iter().find(|device| device["id"] == "voice-main").cloned().unwrap()
}

/// Waits until the board says that the loudspeaker says a number, or nothing.
async fn speaking(hall: &Hall, number: Option<&str>) {
    let screen = hall.role("screen");
    until(&format!("{number:?} to be spoken"), async || {
        let board = screen.get("/api/v1/board").await;
        let said = board["speaking"][0]["text"]["en"].as_str();
        let right = match number {
            Some(number) => said.is_some_and(|said| said.contains(number)),
            None => said.is_none(),
        };
        if right { Ok(()) } else { Err(board["speaking"].to_string()) }
    })
    .await;
}

async fn call(hall: &Hall) -> String {
    hall.take("cash").await;
    let called = hall.role("clerk").post("/api/v1/counters/1/next", &json!({})).await;
    called["ticket"]["number"].as_str().unwrap().to_owned()
}

/// Calls until one is heard as it is to be; a machine too busy to play or to record gets more attempts.
async fn next_call_is_heard(hall: &Hall, server: &SoundServer, pack: &Pack, file: &Path) {
    let languages = ["zh-CN", "en"].map(str::to_owned);
    for _attempt in 0..4 {
        let recorder = server.record(file);
        let number = call(hall).await;
        speaking(hall, Some(&number)).await;
        speaking(hall, None).await;
        // What is still in the buffers of the device.
        let length = || file.metadata().unwrap().len();
        let enough = length() + 96_000;
        wait_until("the end of the recording", || length() >= enough);
        drop(recorder);
        if sound::is_heard(&sound::sound_of(pack, &number, "1", &languages).samples, file) {
            return;
        }
    }
    panic!("the call was not heard");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loudspeaker_unplugged_in_the_middle_of_a_call_is_seen_and_heard_again() {
    let pack = pack();
    let dir = tempfile::tempdir().unwrap();
    let server = SoundServer::start(dir.path());
    let sound = Some(("lobby".to_owned(), sound::address(dir.path())));
    let once = ("[voice]\n".to_owned(), "[voice]\nrepeats = 1\n".to_owned());
    let plan = HallPlan { edits: vec![once], without_hardware: true, sound, ..HallPlan::default() };
    let hall = Hall::start_with(plan).await;
    hall.device("voice-main", "ok").await;
    hall.role("clerk").post("/api/v1/counters/1/open", &json!({})).await;

    let number = call(&hall).await;
    speaking(&hall, Some(&number)).await;
    server.unplug("lobby");
    hall.device("voice-main", "no_sound_device").await;
    let seen = voice_main(&hall).await;
    assert!(seen["cause"].as_str().unwrap().contains("sound device"), "{seen}");
    assert!(seen["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()), "{seen}");
    // Silent calls are shown all the same, and the queue goes on.
    let silent = call(&hall).await;
    speaking(&hall, Some(&silent)).await;

    server.plug("lobby");
    hall.device("voice-main", "ok").await;
    next_call_is_heard(&hall, &server, &pack, &dir.path().join("next.raw")).await;
    let seen = voice_main(&hall).await;
    assert_eq!((&seen["state"], &seen["cause"]), (&json!("ok"), &Value::Null), "{seen}");
}
