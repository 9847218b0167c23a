//! The voice of a whole lobby: zones, the numbers that are not called aloud, notices, the programme, and screens with sound.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};
use std::path::Path;

/// The demo branch with these keys under `[voice]`.
fn plan(keys: &str) -> HallPlan {
    let edits = vec![("[voice]\n".to_owned(), format!("[voice]\n{keys}\n"))];
    HallPlan { edits, without_hardware: true, voice: true, ..HallPlan::default() }
}

/// Labels of the recordings in a folder, in the order of speaking.
fn labels(folder: &Path) -> Vec<Value> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
}

async fn recorded(folder: &Path, count: usize) -> Vec<Value> {
    until(&format!("{count} recordings"), async || {
        let found = labels(folder);
        if found.len() >= count { Ok(found) } else { Err(format!("{found:?}")) }
    })
    .await
}

async fn call(hall: &Hall, counter: &str, service: &str) -> String {
    let clerk = hall.role("clerk");
    hall.take(service).await;
    clerk.post(&format!("/api/v1/counters/{counter}/open"), &json!({})).await;
    let called = clerk.post(&format!("/api/v1/counters/{counter}/next"), &json!({})).await;
    called["ticket"]["number"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_zone_says_what_is_its_own_and_a_notice_goes_everywhere() {
    let zones = tempfile::tempdir().unwrap();
    let (east, west) = (zones.path().join("east"), zones.path().join("west"));
    let voice = format!(
        "zones = [{{ id = \"east\", output = \"wav:{}\", counters = [\"1\"] }}, \
         {{ id = \"west\", output = \"wav:{}\", services = [\"loan\"], counters = [\"2\"] }}]",
        east.display(),
        west.display()
    );
    let hall = Hall::start_with(plan(&voice)).await;
    hall.device("voice-east", "ok").await;
    hall.device("voice-west", "ok").await;
    let at_one = call(&hall, "1", "cash").await;
    let loan = call(&hall, "3", "loan").await;
    let greeter = hall.role("greeter");
    let asked = greeter
        .post(
            "/api/v1/announcements",
            &json!({"text": {"zh-CN": "请看管好<br>随身物品", "en": "Keep your things with you"}}),
        )
        .await;
    assert_eq!(asked["announcement"]["state"], "queued");

    let east = recorded(&east, 2).await;
    let west = recorded(&west, 2).await;
    assert_eq!((&east[0]["ticket"], &east[0]["counter"]), (&json!(at_one), &json!("1")));
    assert_eq!((&west[0]["ticket"], &west[0]["counter"]), (&json!(loan), &json!("3")));
    for notice in [&east[1], &west[1]] {
        assert_eq!((&notice["text"]["zh-CN"], &notice["rank"]), (&json!("请看管好 随身物品"), &json!("notice")));
        assert!(notice["seconds"].as_f64().unwrap() > 2.0, "{notice}");
    }
    until("the notice to have been said", async || {
        let list = greeter.get("/api/v1/announcements").await;
        if list["announcements"][0]["state"] == "spoken" { Ok(()) } else { Err(list.to_string()) }
    })
    .await;
    // Silent again: nothing is being said, and the newest call stands.
    let screen = hall.role("screen");
    until("the board to be silent", async || {
        let board = screen.get("/api/v1/board").await;
        let stands = board["caption"]["text"]["en"] == format!("Ticket {loan}, please go to counter 3");
        if board["speaking"] == json!([]) && stands { Ok(()) } else { Err(board.to_string()) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_a_quiet_lane_is_invited_in_person() {
    let hall = Hall::start_with(plan("quiet_lanes = [\"vip\"]")).await;
    hall.device("voice-main", "ok").await;
    let (greeter, clerk) = (hall.role("greeter"), hall.role("clerk"));
    let guest = greeter.post("/api/v1/tickets", &json!({"service": "cash", "lane": "vip"})).await;
    clerk.post("/api/v1/counters/4/open", &json!({})).await;
    clerk.post("/api/v1/counters/4/next", &json!({})).await;
    let number = guest["ticket"]["number"].as_str().unwrap().to_owned();
    let alert = until("the invitation", async || {
        let list = greeter.get("/api/v1/alerts").await;
        let alert = list["alerts"].as_array().unwrap().iter().find(|alert| alert["kind"] == "invite").cloned();
        alert.ok_or_else(|| list.to_string())
    })
    .await;
    assert_eq!((&alert["counter"], &alert["ticket"]["number"]), (&json!("4"), &json!(number)));
    assert!(alert["text"]["en"].as_str().unwrap().contains("in person"));
    clerk.post("/api/v1/counters/4/arrived", &json!({})).await;
    until("the invitation to be over", async || {
        let list = greeter.get("/api/v1/alerts").await;
        let alert = list["alerts"].as_array().unwrap().iter().find(|alert| alert["kind"] == "invite").cloned().unwrap();
        if alert["cleared_at"].is_null() { Err(alert.to_string()) } else { Ok(()) }
    })
    .await;
    // The next ordinary number is spoken; the guest's never was.
    let other = call(&hall, "1", "cash").await;
    let said = recorded(&hall.calls(), 1).await;
    assert_eq!(said[0]["ticket"], other);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programme_is_said_by_the_clock() {
    let voice = "programme = [{ id = \"smoke\", every_min = 30, \
                 text = { zh-CN = \"请勿吸烟\", en = \"No smoking, please\" } }]";
    let hall = Hall::start_with(HallPlan { speed: 600, ..plan(voice) }).await;
    hall.device("voice-main", "ok").await;
    let said = recorded(&hall.calls(), 1).await;
    assert_eq!(said[0]["text"], json!({"zh-CN": "请勿吸烟", "en": "No smoking, please"}));
    let list = hall.role("manager").get("/api/v1/announcements").await;
    let notice = list["announcements"].as_array().unwrap().last().unwrap();
    assert_eq!((&notice["by"], &notice["programme"]), (&json!("system:programme"), &json!("smoke")));
    // At the full and the half hour, as soon as its clock lets it.
    let minute: u32 = notice["at"].as_str().unwrap()[14..16].parse().unwrap();
    assert!(minute % 30 < 25, "{notice}");
    assert!(list["programme"][0]["next_at"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_plays_what_the_lobby_gives_it_and_says_when_it_cannot() {
    let mut plan = plan("");
    plan.edits.push(("id = \"lobby\"\n".to_owned(), "id = \"lobby\"\nsound = true\n".to_owned()));
    plan.edits.push(("output = \"wav:".to_owned(), "output = \"screens:lobby\" # \"".to_owned()));
    let hall = Hall::start_with(plan).await;
    hall.device("voice-main", "no_sound_screen").await;
    let screen = hall.role("screen");
    let stream = screen.stream("/api/v1/board/events?screen=lobby").await.unwrap();
    hall.device("voice-main", "ok").await;
    let number = call(&hall, "1", "cash").await;
    let spoken = until("the board to have sound", async || {
        let board = screen.get("/api/v1/board").await;
        let spoken = board["speaking"][0].clone();
        if spoken["audio"].is_object() { Ok(spoken) } else { Err(board.to_string()) }
    })
    .await;
    assert_eq!((&spoken["kind"], &spoken["audio"]["screens"]), (&json!("call"), &json!(["lobby"])));
    assert_eq!(spoken["text"]["en"], format!("Ticket {number}, please go to counter 1"));
    let file = screen.bytes(spoken["audio"]["url"].as_str().unwrap()).await;
    let sound = hound::WavReader::new(&file[..]).unwrap();
    let seconds = f64::from(sound.duration()) / 48_000.0;
    assert!((seconds - spoken["audio"]["seconds"].as_f64().unwrap()).abs() < 0.01 && seconds > 4.0);

    screen.post("/api/v1/screens/lobby/sound", &json!({"state": "blocked"})).await;
    hall.device("screen-lobby", "sound_blocked").await;
    hall.device("voice-main", "no_sound_screen").await;
    let devices = hall.role("engineer").get("/api/v1/devices").await;
    let device = devices["devices"].as_array().unwrap().iter().find(|one| one["id"] == "screen-lobby").unwrap();
    assert!(device["remedy"].as_str().unwrap().contains("autoplay-policy"), "{device}");
    screen.post("/api/v1/screens/lobby/sound", &json!({"state": "ok"})).await;
    hall.device("screen-lobby", "ok").await;
    hall.device("voice-main", "ok").await;
    drop(stream);
    hall.device("voice-main", "no_sound_screen").await;
}
