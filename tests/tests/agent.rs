//! The desk unit of a clerk's own PC, through the real programs: the unit on a pseudo-terminal, the agent, a cable that
//! can be cut, the lobby. Every press becomes one command or one logged refusal, whatever is cut or killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agent_support;

use agent_support::{Cable, Pc, facts};
use lobby_tests::{
    hall::{Hall, HallPlan},
    wait::until,
};
use serde_json::{Value, json};

const HARDWARE: &str = "seed = 8\n\n[[line]]\nid = \"desks\"\nbaud = 115200\nunits = [1, 2, 3]\n\n\
                        [[line]]\nid = \"pc\"\nbaud = 115200\nunits = [4]\n";

/// The demo branch whose counter 4 has its unit at a PC, takes everything, and waits for nobody's printer.
async fn hall() -> Hall {
    let edits = [
        ("    { unit = 4, counter = \"4\" },\n", ""),
        ("[[printers]]", "[[agents]]\nid = \"pc-4\"\ncounter = \"4\"\n\n[[printers]]"),
    ];
    let edits = edits.map(|(from, to)| (from.to_owned(), to.to_owned())).to_vec();
    Hall::start_with(HallPlan { edits, hardware: Some(HARDWARE.to_owned()), ..HallPlan::default() }).await
}

/// A customer whom counter 4 takes at once.
async fn take(hall: &Hall) -> String {
    let body = json!({ "service": "cash", "lane": "vip" });
    let issued = hall.role("greeter").post("/api/v1/tickets", &body).await;
    issued["ticket"]["number"].as_str().unwrap().to_owned()
}

/// Presses a key of unit 4, and gives the press's sequence in the unit.
async fn press(hall: &Hall, key: &str) -> u64 {
    let pressed = hall.hands().post("/desks/4/press", &json!({ "key": key })).await;
    pressed["seq"].as_u64().unwrap()
}

/// Waits until the lobby has judged the press.
async fn judged(hall: &Hall, seq: u64) -> Value {
    until(&format!("press {seq} to be judged"), async || {
        let presses = facts(hall, "pressed").await;
        presses.iter().find(|fact| fact["seq"] == seq).cloned().ok_or_else(|| format!("{presses:?}"))
    })
    .await
}

/// Sequences and results of all presses in the journal: each must stand there once and in its order.
async fn account(hall: &Hall) -> Vec<(u64, String)> {
    let presses = facts(hall, "pressed").await;
    let all: Vec<(u64, String)> = presses
        .iter()
        .filter(|fact| fact["desk"] == "pc-4")
        .map(|fact| (fact["seq"].as_u64().unwrap(), fact["result"].as_str().unwrap().to_owned()))
        .collect();
    assert!(all.is_sorted_by(|(a, _), (b, _)| a < b), "twice, or out of order: {all:?}");
    all
}

#[tokio::test]
async fn a_press_calls_a_picture_comes_back_and_help_is_on_its_way() {
    let hall = hall().await;
    let cable = Cable::new().await;
    hall.device("desk-4", "offline").await;
    // The PC is switched on before its network: the unit says so, and nothing that is pressed now is meant later.
    let _pc = Pc::start(&hall, &cable);
    hall.shows(4, "OFFLINE").await;
    cable.join(&hall);
    hall.device("desk-4", "ok").await;
    hall.shows(4, "").await;

    let number = take(&hall).await;
    let seq = press(&hall, "next").await;
    hall.shows(4, &number).await;
    assert_eq!(judged(&hall, seq).await["result"], "obeyed");

    // Help and dispute reach the staff; that somebody comes is to be seen at the unit.
    let seq = press(&hall, "help").await;
    judged(&hall, seq).await;
    let seq = press(&hall, "dispute").await;
    judged(&hall, seq).await;
    let alerts = hall.role("greeter").get("/api/v1/alerts").await["alerts"].clone();
    let raised: Vec<(&Value, &Value)> =
        alerts.as_array().unwrap().iter().map(|alert| (&alert["kind"], &alert["counter"])).collect();
    assert_eq!(raised, [(&json!("dispute"), &json!("4")), (&json!("help"), &json!("4"))]);
    let lamp = async || hall.hands().get("/desks/4").await["lamps"]["help"].clone();
    assert_eq!(lamp().await, false);
    for alert in alerts.as_array().unwrap() {
        let id = alert["id"].as_str().unwrap();
        hall.role("greeter").post(&format!("/api/v1/alerts/{id}/ack"), &json!({})).await;
    }
    until("the lamp that help is coming", async || match lamp().await {
        Value::Bool(true) => Ok(()),
        other => Err(other.to_string()),
    })
    .await;

    // The customer says what it was like, on the keys of the same unit.
    let seq = press(&hall, "rate-5").await;
    assert_eq!(judged(&hall, seq).await["code"], "nobody_to_rate", "not before the service is over");
    press(&hall, "finish").await;
    let seq = press(&hall, "rate-4").await;
    assert_eq!(judged(&hall, seq).await["result"], "obeyed");
    assert_eq!(facts(&hall, "rated").await[0]["score"], 4);

    // The cable of the unit itself.
    hall.hands().post("/desks/4/fault", &json!({ "unplug": true })).await;
    hall.device("desk-4", "offline").await;
    hall.hands().post("/desks/4/fault", &json!({ "unplug": false })).await;
    hall.device("desk-4", "ok").await;
}

#[tokio::test]
async fn presses_while_the_network_is_away_are_judged_once_when_it_is_back() {
    let hall = hall().await;
    let cable = Cable::new().await;
    cable.join(&hall);
    let mut pc = Pc::start(&hall, &cable);
    hall.device("desk-4", "ok").await;
    for _ in 0..6 {
        take(&hall).await;
    }
    let first = press(&hall, "next").await;
    assert_eq!(judged(&hall, first).await["result"], "obeyed");

    cable.cut();
    hall.device("desk-4", "offline").await;
    for key in ["next", "next", "help", "next"] {
        press(&hall, key).await;
    }
    // Nobody knows what should be seen: the unit says so, after a while.
    hall.shows(4, "OFFLINE").await;
    cable.join(&hall);
    let last = first + 4;
    judged(&hall, last).await;
    let account = account(&hall).await;
    assert_eq!(account.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (first..=last).collect::<Vec<_>>());
    let results: Vec<&str> = account.iter().map(|(_, result)| result.as_str()).collect();
    assert_eq!(results[..4], ["obeyed", "refused", "refused", "obeyed"], "of three next only the last can be meant");
    let called = facts(&hall, "called").await.len();
    // On a slow machine even the last was pressed too long ago.
    assert_eq!(called, 1 + usize::from(results[4] == "obeyed"), "{results:?}");

    // Pressed while the agent was dead: nobody knows how long ago, so only help is obeyed.
    pc.kill();
    hall.device("desk-4", "offline").await;
    let next = press(&hall, "next").await;
    let dispute = press(&hall, "dispute").await;
    pc.restart();
    assert_eq!(judged(&hall, dispute).await["result"], "obeyed");
    let next = judged(&hall, next).await;
    assert_eq!((&next["result"], &next["code"]), (&json!("refused"), &json!("stale")));
    // And the clerk sees that it was refused, and presses again.
    let again = press(&hall, "next").await;
    assert_eq!(judged(&hall, again).await["result"], "obeyed");
    assert_eq!(facts(&hall, "called").await.len(), called + 1);
}

#[tokio::test]
async fn one_press_is_one_command_through_crashes_of_lobby_and_agent() {
    let mut hall = hall().await;
    let cable = Cable::new().await;
    cable.join(&hall);
    let mut pc = Pc::start(&hall, &cable);
    hall.device("desk-4", "ok").await;
    for _ in 0..12 {
        take(&hall).await;
    }
    let mut seq = 0;
    for round in 0..6 {
        // Never waited for: it may be in the unit, on the PC, on the cable, in the lobby or in the journal by now.
        seq = press(&hall, "next").await;
        if round % 2 == 0 {
            hall.kill();
            hall.restart().await;
            cable.join(&hall);
        } else {
            pc.kill();
            pc.restart();
        }
        hall.device("desk-4", "ok").await;
        judged(&hall, seq).await;
    }
    let account = account(&hall).await;
    assert_eq!(account.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (seq - 5..=seq).collect::<Vec<_>>());
    let called = facts(&hall, "called").await;
    let obeyed = account.iter().filter(|(_, result)| result == "obeyed").count();
    assert_eq!(called.len(), obeyed, "{account:?}");
    let numbers: Vec<&str> = called.iter().map(|fact| fact["ticket"].as_str().unwrap()).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "each once and in order: {numbers:?}");
    // Whatever was refused was too old, and said so.
    let refused = facts(&hall, "pressed").await;
    assert!(refused.iter().all(|fact| fact["result"] == "obeyed" || fact["code"] == "stale"), "{refused:?}");
}
