//! Displays with words and a board of calls, through the real program and simulated wires.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, until};
use serde_json::json;

const HARDWARE: &str = "
    [[line]]
    id = 'desks'
    units = [1, 2, 3, 4]
    [[display]]
    id = 'words'
    profile = 'led-text-gb'
    [[display]]
    id = 'board'
    profile = 'alpha-board'
    [[printer]]
    id = 'kiosk-1'
";

const DISPLAYS: &str = r#"
[[displays]]
id = "words"
port = "words"
profile = "led-text-gb"
counter = "2"

[[displays]]
id = "board"
port = "board"
profile = "alpha-board"
shows = "calls"

[voice]
"#;

async fn shows(hall: &Hall, id: &str, text: &str) {
    let hands = hall.hands();
    until(&format!("display {id} to show {text:?}"), async || {
        let display = hands.get(&format!("/displays/{id}")).await;
        if display["text"] == text { Ok(()) } else { Err(display.to_string()) }
    })
    .await;
}

#[tokio::test]
async fn a_pause_sends_people_on_and_a_board_shows_the_calls() {
    let edits = vec![("\n[voice]\n".to_owned(), DISPLAYS.to_owned())];
    let plan = HallPlan { edits, hardware: Some(HARDWARE.to_owned()), ..HallPlan::default() };
    let hall = Hall::start_with(plan).await;
    let clerk = hall.role("clerk");
    let act =
        async |counter: &str, act: &str| clerk.post(&format!("/api/v1/counters/{counter}/{act}"), &json!({})).await;
    shows(&hall, "board", "WELCOME").await;
    act("2", "open").await;
    shows(&hall, "words", "欢迎光临").await;
    act("2", "pause").await;
    shows(&hall, "words", "暂停服务").await;
    act("1", "open").await;
    shows(&hall, "words", "暂停服务 请到1号窗口").await;
    act("3", "open").await;
    shows(&hall, "words", "暂停服务 请到1,3号窗口").await;
    act("1", "close").await;
    act("2", "resume").await;
    for _ in 0..2 {
        hall.take("cash").await;
    }
    act("2", "next").await;
    shows(&hall, "words", "A001").await;
    shows(&hall, "board", "A001>2").await;
    act("3", "next").await;
    shows(&hall, "board", "A002>3  A001>2").await;
    // The cable out and in again: the newest, and nothing that was missed meanwhile.
    hall.hands().post("/displays/board/fault", &json!({ "unplug": true })).await;
    hall.device("display-board", "unplugged").await;
    act("2", "finish").await;
    hall.hands().post("/displays/board/fault", &json!({ "unplug": false })).await;
    shows(&hall, "board", "A002>3").await;
}
