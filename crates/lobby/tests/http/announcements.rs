//! Notices from a page to the journal: said plainly, politely and within bounds, the programme, and screens that play.

use crate::hall::Hall;
use lobby::config::Config;
use queue_core::{Command, NoticeId, NoticeOutcome};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/announcements";

/// A hall with two zones, a screen that plays, and a programme.
fn hall() -> Hall {
    Hall::fast(1, speaking)
}

fn speaking(config: &mut Config) {
    let voice = r#"
        banned_words = ["hurry up"]
        speed = 90
        zones = [{ id = "main", output = "wav:calls" }, { id = "east", output = "screens", speed = 120 }]
        [[programme]]
        id = "welcome"
        text = { zh-CN = "欢迎光临", en = "Welcome" }
        at = ["09:00"]
        zones = ["east"]
    "#;
    config.voice = toml::from_str(voice).unwrap();
    config.screens[0].sound = true;
}

async fn said(hall: &Hall, role: &str, body: Value) -> Value {
    let got = hall.post(role, PATH, body).await;
    assert_eq!(got.status, 201, "{}", got.text());
    got.json()["announcement"].clone()
}

#[tokio::test]
async fn staff_say_something_and_read_what_became_of_it() {
    let hall = hall();
    let text = json!({"zh-CN": "请<b>保管好</b>随身物品", "en": "Keep your things &amp; bags with you", });
    let first = said(&hall, "greeter", json!({"text": text, "zones": ["east"], "repeats": 2})).await;
    assert_eq!(first["text"], json!({"zh-CN": "请 保管好 随身物品", "en": "Keep your things & bags with you"}));
    assert_eq!(
        (&first["state"], &first["by"], &first["rank"]),
        (&json!("queued"), &json!("greeter:demo"), &json!("notice"))
    );
    let plain = said(&hall, "clerk", json!({"text": "东门关闭"})).await;
    assert_eq!(
        (&plain["text"], &plain["zones"], &plain["repeats"]),
        (&json!({"zh-CN": "东门关闭"}), &json!([]), &json!(1))
    );
    let entry = said(&hall, "manager", json!({"programme": "welcome", "rank": "emergency"})).await;
    assert_eq!(
        (&entry["programme"], &entry["zones"], &entry["repeats"]),
        (&json!("welcome"), &json!(["east"]), &json!(2))
    );

    let ended = Command::EndNotice {
        notice: NoticeId(1),
        outcome: NoticeOutcome::Failed,
        cause: Some("it is a quiet hour".to_owned()),
    };
    hall.state.handle.tell("system:voice", ended.clone()).await.unwrap().unwrap();
    hall.state.handle.tell("system:voice", ended).await.unwrap().unwrap();
    let list = hall.get("engineer", PATH).await.json();
    let states: Vec<&Value> = list["announcements"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["queued", "queued", "failed"], "newest first");
    let failed = &list["announcements"][2];
    assert_eq!(
        (&failed["cause"], &failed["cause_texts"]["zh-CN"]),
        (&json!("it is a quiet hour"), &json!("安静时段，只显示文字"))
    );
    assert_eq!(list["zones"][1]["device"], "voice-east");
    assert_eq!([&list["zones"][0]["speed"], &list["zones"][1]["speed"]], [&json!(90), &json!(120)]);
    assert_eq!((&list["zones"][0]["volume"], &list["zones"][0]["speaking"]), (&json!(100), &Value::Null));
    let programme = &list["programme"][0];
    assert_eq!(programme["last_at"], entry["at"]);
    assert!(programme["next_at"].as_str().unwrap().ends_with("01:00:00.000Z"), "{programme}");
    // The facts: asked thrice, ended once.
    let rows = hall.get("manager", "/api/v1/journal?limit=1000").await.json();
    let kinds =
        rows["rows"].as_array().unwrap().iter().filter(|row| row["kind"].as_str().unwrap().starts_with("notice_"));
    assert_eq!(kinds.count(), 4);
}

#[tokio::test]
async fn an_emergency_stands_on_the_screens_until_it_was_said_and_for_a_minute_at_least() {
    let (hall, hands) = Hall::by_hand(speaking);
    let alert = async || hall.get("screen", "/api/v1/board").await.json()["alert"].clone();
    said(&hall, "greeter", json!({"text": {"zh-CN": "请保管好随身物品"}})).await;
    assert_eq!(alert().await, Value::Null, "a notice is only heard");
    let text = json!({"zh-CN": "请从东门离开", "en": "Leave by the east door"});
    let asked = said(&hall, "manager", json!({"text": text, "rank": "emergency"})).await;
    assert_eq!(alert().await, json!({"at": asked["at"], "text": text}), "before anybody has made it sound");
    hands.set(hands.at().plus(300_000));
    assert_eq!(alert().await["text"], text, "it waits for the voice");
    let end = |notice| Command::EndNotice { notice, outcome: NoticeOutcome::Spoken, cause: None };
    hall.state.handle.tell("system:voice", end(NoticeId(2))).await.unwrap().unwrap();
    assert_eq!(alert().await, Value::Null);

    said(&hall, "manager", json!({"text": text, "rank": "emergency"})).await;
    hall.state.handle.tell("system:voice", end(NoticeId(3))).await.unwrap().unwrap();
    assert_eq!(alert().await["text"], text, "said at once, and not yet read");
    hands.set(hands.at().plus(61_000));
    // What the schedule does then.
    hall.state.handle.tell("system:queue", Command::Wake).await.unwrap().unwrap();
    assert_eq!(alert().await, Value::Null);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_with_what_to_do() {
    let hall = hall();
    let refused = [
        (json!({}), "bad_text"),
        (json!({"text": "  "}), "bad_text"),
        (json!({"text": "<i></i>"}), "bad_text"),
        (json!({"text": "好".repeat(201)}), "bad_text"),
        (json!({"text": "a", "programme": "welcome"}), "bad_text"),
        (json!({"text": {"fr": "bonjour"}}), "unknown_language"),
        (json!({"text": {"en": "Please HURRY  up"}}), "banned_word"),
        (json!({"text": "您好", "zones": ["west"]}), "unknown_zone"),
        (json!({"text": "您好", "repeats": 9}), "bad_repeats"),
        (json!({"programme": "closing"}), "unknown_programme"),
        (json!({"text": "您好", "loud": true}), "bad_body"),
    ];
    for (body, code) in refused {
        hall.post("greeter", PATH, body).await.problem(422, code);
    }
    hall.post("clerk", PATH, json!({"text": "火警", "rank": "emergency"})).await.problem(403, "wrong_role");
    assert_eq!(hall.get("clerk", PATH).await.json()["announcements"], json!([]));
    let silent = Hall::fast(1, |config| config.voice.output = "off".to_owned());
    silent.post("greeter", PATH, json!({"text": "您好"})).await.problem(409, "voice_off");
}

#[tokio::test]
async fn a_thousand_notices_are_bounded_and_the_same_key_is_one_notice() {
    let hall = hall();
    let key = [("idempotency-key", "n-1")];
    let first = hall.post_as("greeter", PATH, &key, json!({"text": "您好"})).await;
    let (mut taken, mut refused) = (1, 0);
    for number in 1..1_000 {
        let got = hall.post("greeter", PATH, json!({"text": format!("第 {number} 条")})).await;
        match got.status {
            201 => taken += 1,
            409 => {
                refused += 1;
                got.problem(409, "too_many_notices");
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((taken, refused), (20, 980));
    let again = hall.post_as("greeter", PATH, &key, json!({"text": "您好"})).await;
    assert_eq!((again.status, again.json()), (201, first.json()), "the same answer, also when there is no room");
    // In an emergency there is always room.
    said(&hall, "manager", json!({"text": "请从安全出口离开", "rank": "emergency"})).await;
    // A restart says nothing twice, and nothing late.
    let hall = hall.restart().await;
    let list = hall.get("greeter", PATH).await.json();
    assert!(list["announcements"].as_array().unwrap().iter().all(|one| one["state"] == "dropped"), "{list}");
    said(&hall, "greeter", json!({"text": "您好"})).await;
}

#[tokio::test]
async fn a_screen_says_how_its_loudspeaker_is() {
    let hall = hall();
    let board = hall.get("screen", "/api/v1/board").await.json();
    assert_eq!(board["speaking"], json!([]));
    let told = hall.post("screen", "/api/v1/screens/lobby/sound", json!({"state": "blocked"})).await;
    assert_eq!((told.status, told.json()), (200, json!({"screen": "lobby", "state": "blocked"})));
    assert_eq!(hall.state.screens.watch_sound().borrow().get("lobby"), Some(&lobby::http::Sound::Blocked));
    hall.post("screen", "/api/v1/screens/attic/sound", json!({"state": "ok"})).await.problem(404, "unknown_screen");
    hall.post("screen", "/api/v1/screens/lobby/sound", json!({"state": "loud"})).await.problem(422, "bad_body");
    hall.get("screen", "/api/v1/announcements/7/audio?zone=east&pass=1").await.problem(404, "unknown_sound");
    hall.get("screen", "/api/v1/announcements/7/audio").await.problem(400, "bad_query");
}
