//! Printers for staff and kiosks: paper changes, jobs and what became of them, and where else paper comes out.

use crate::hall::Hall;
use lobby::config::{Config, KioskConfig, PrinterConfig};
use queue_core::{Command, JobId, PrintOutcome};
use serde_json::{Value, json};

/// The demo branch with a second kiosk and its printer at the east door.
fn two_kiosks(config: &mut Config) {
    let printer = config.printers[0].clone();
    config.printers.push(PrinterConfig { id: "kiosk-2".to_owned(), port: "kiosk-2".to_owned(), ..printer });
    let name = [("zh-CN", "东门取号机"), ("en", "Kiosk at the east door")];
    let name = name.map(|(tag, name)| (tag.to_owned(), name.to_owned())).into();
    config.kiosks.push(KioskConfig { id: "k2".to_owned(), printer: Some("kiosk-2".to_owned()), name });
}

async fn ends(hall: &Hall, job: u64, outcome: PrintOutcome) {
    let job = JobId(job);
    hall.state.handle.tell("printer:kiosk-1", Command::EndPrint { job, outcome }).await.unwrap().unwrap();
}

async fn jobs(hall: &Hall) -> Value {
    hall.get("greeter", "/api/v1/printers/kiosk-1/jobs").await.json()
}

#[tokio::test]
async fn a_kiosk_without_paper_names_the_others_that_have_some() {
    let hall = Hall::with(two_kiosks);
    let paper = async |kiosk: &str| {
        let menu = hall.get("kiosk", &format!("/api/v1/menu?kiosk={kiosk}")).await.json();
        menu["paper"].clone()
    };
    let other = json!([{"id": "k2", "name": {"zh-CN": "东门取号机", "en": "Kiosk at the east door"}}]);
    hall.registry.report("kiosk-1", "printer", "cutter", Some("the cutter is stuck".to_owned()));
    hall.registry.report("kiosk-2", "printer", "paper_low", None);
    assert_eq!(paper("k1").await, json!({"state": "out_of_order", "other_kiosks": other}));
    assert_eq!(paper("k2").await, json!({"state": "ok", "other_kiosks": []}));
    for state in ["paper_out", "cover_open", "error", "offline", "unplugged"] {
        hall.registry.report("kiosk-2", "printer", state, None);
        assert_eq!(paper("k1").await, json!({"state": "out_of_order", "other_kiosks": []}), "{state}");
    }
    hall.registry.report("kiosk-1", "printer", "wrong_profile", None);
    let nameless = json!([{"id": "k1", "name": {"zh-CN": "取号机 k1", "en": "kiosk k1"}}]);
    assert_eq!(paper("k2").await, json!({"state": "out_of_order", "other_kiosks": nameless}));
    assert_eq!(hall.get("clerk", "/api/v1/menu").await.json()["paper"], Value::Null);
    // A number can be had there all the same, and a copy of it comes out where there is paper.
    let body = json!({"service": "cash", "kiosk": "k2"});
    let issued = hall.post("kiosk", "/api/v1/tickets", body).await.json();
    let id = issued["ticket"]["id"].as_str().unwrap();
    assert_eq!(hall.post("greeter", &format!("/api/v1/tickets/{id}/reprint"), json!({})).await.status, 200);
    let copies = jobs(&hall).await;
    assert_eq!((&copies["jobs"][0]["number"], &copies["jobs"][0]["copy"]), (&json!("A001"), &json!(true)));
}

#[tokio::test]
async fn a_paper_change_is_begun_and_ended_by_staff() {
    let mut hall = Hall::with(two_kiosks);
    let path = "/api/v1/printers/kiosk-1/paper-change";
    let begun = hall.post("clerk", path, json!({"on": true})).await.json();
    assert!(begun["printer"]["paper_change"].is_string(), "{begun}");
    assert_eq!(begun["printer"]["kiosks"], json!(["k1"]));
    hall.registry.report("kiosk-1", "printer", "cover_open", None);
    hall.registry.report("kiosk-2", "printer", "ok", None);
    let menu = hall.get("kiosk", "/api/v1/menu").await.json();
    assert_eq!((&menu["paper"]["state"], &menu["paper"]["other_kiosks"][0]["id"]), (&json!("changing"), &json!("k2")));
    assert_eq!(hall.take("cash").await["print"], "queued");
    assert_eq!(hall.orders.recv().await.unwrap().paper.number, "A001", "the printer's task has it and waits");
    let again = hall.post("greeter", path, json!({"on": true})).await.json();
    assert_eq!(
        again,
        json!({"printer": {
            "id": "kiosk-1", "kiosks": ["k1"], "paper_change": begun["printer"]["paper_change"], "waiting": 1, "spoiled": 0,
        }})
    );
    let list = hall.get("engineer", "/api/v1/printers").await.json();
    assert_eq!(list["printers"][0], again["printer"]);

    // It is a fact: a restart does not print into an open printer.
    let hall = hall.restart().await;
    assert_eq!(hall.get("kiosk", "/api/v1/menu").await.json()["paper"]["state"], "changing");
    let ended = hall.post("manager", path, json!({"on": false})).await.json();
    assert_eq!(ended["printer"]["paper_change"], Value::Null);
    let rows = hall.get("engineer", "/api/v1/journal?limit=1000").await.json();
    let rows =
        rows["rows"].as_array().unwrap().iter().filter(|row| row["kind"].as_str().unwrap().starts_with("paper_"));
    let facts: Vec<_> = rows.map(|row| (row["kind"].clone(), row["actor"].clone())).collect();
    let fact = |kind: &str, actor: &str| (json!(kind), json!(actor));
    assert_eq!(
        facts,
        [fact("paper_change_started", "clerk:demo"), fact("paper_change_ended", "manager:demo")],
        "asking twice is one fact"
    );

    let nowhere = "/api/v1/printers/kiosk-9/paper-change";
    let sentence = hall.post("clerk", nowhere, json!({"on": true})).await.problem(404, "unknown_printer");
    assert!(sentence.contains("kiosk-1, kiosk-2"), "{sentence}");
    hall.post("clerk", path, json!({})).await.problem(422, "bad_body");
    hall.post("kiosk", path, json!({"on": true})).await.problem(403, "wrong_role");
}

#[tokio::test]
async fn spoiled_paper_is_listed_until_it_is_printed_again_or_struck_off() {
    let hall = Hall::fast(60, |_| {}); // two minutes are two seconds
    let failed = |cause: &str| PrintOutcome::Failed { cause: cause.to_owned() };
    for _ in 0..4 {
        hall.take("cash").await;
    }
    ends(&hall, 1, PrintOutcome::Printed).await;
    ends(&hall, 2, failed("paper_out")).await;
    hall.state.handle.tell("printer:kiosk-1", Command::StartPrint { job: JobId(3) }).await.unwrap().unwrap();
    ends(&hall, 3, PrintOutcome::Uncertain { cause: "unplugged".to_owned() }).await;
    let listed = jobs(&hall).await;
    let shown = |job: &Value| [&job["number"], &job["state"], &job["cause"], &job["spoiled"]].map(Clone::clone);
    let all: Vec<_> = listed["jobs"].as_array().unwrap().iter().map(shown).collect();
    assert_eq!(
        all,
        [
            [json!("A004"), json!("queued"), Value::Null, json!(false)],
            [json!("A003"), json!("uncertain"), json!("unplugged"), json!(true)],
            [json!("A002"), json!("failed"), json!("paper_out"), json!(true)],
            [json!("A001"), json!("printed"), Value::Null, json!(false)],
        ]
    );
    assert_eq!((&listed["printer"]["spoiled"], &listed["printer"]["waiting"]), (&json!(2), &json!(1)));
    assert!(listed["jobs"][1]["started_at"].is_string() && listed["jobs"][2]["started_at"].is_null());
    let short = hall.get("clerk", "/api/v1/printers/kiosk-1/jobs?limit=0").await.json();
    assert_eq!(short["jobs"].as_array().unwrap().len(), 3, "what needs somebody is always there");
    hall.get("clerk", "/api/v1/printers/kiosk-1/jobs?limit=501").await.problem(400, "bad_query");
    hall.get("clerk", "/api/v1/printers/x/jobs").await.problem(404, "unknown_printer");

    // Printed again: the copy counts.
    let ticket = listed["jobs"][2]["ticket"].as_str().unwrap().to_owned();
    hall.post("greeter", &format!("/api/v1/tickets/{ticket}/reprint"), json!({})).await;
    let listed = jobs(&hall).await;
    assert_eq!((&listed["jobs"][3]["reprinted"], &listed["jobs"][3]["spoiled"]), (&json!(true), &json!(false)));

    // Struck off: by a person, not at once, with a reason where they give one.
    let void = |job: u64| format!("/api/v1/printers/kiosk-1/jobs/{job}/void");
    let reason = json!({"reason": "the customer has left"});
    lobby_waits(&hall, &void(3), &reason).await;
    let again = hall.post("manager", &void(3), json!({})).await.json();
    assert_eq!((&again["job"]["voided_by"], &again["job"]["spoiled"]), (&json!("greeter:demo"), &json!(false)));
    assert_eq!(again["job"]["void_reason"], "the customer has left");
    assert_eq!(jobs(&hall).await["printer"]["spoiled"], 0);
    hall.post("greeter", &void(1), json!({})).await.problem(409, "wrong_state");
    hall.post("greeter", &void(99), json!({})).await.problem(404, "unknown_job");
    hall.post("greeter", &void(7).replace('7', "x"), json!({})).await.problem(404, "unknown_job");
    hall.post("clerk", &void(3), json!({})).await.problem(403, "wrong_role");
    assert_eq!(hall.get("clerk", &format!("/api/v1/tickets/{ticket}")).await.json()["ticket"]["state"], "waiting");
}

/// Asks until it is granted; before that it is refused with the seconds that are left.
async fn lobby_waits(hall: &Hall, path: &str, body: &Value) {
    let mut left = u64::MAX;
    loop {
        let got = hall.post("greeter", path, body.clone()).await;
        if got.status == 200 {
            return;
        }
        got.problem(409, "paper_may_be_missed");
        let now = got.json()["wait_s"].as_u64().unwrap();
        assert!(now <= left && now <= 120, "{now} after {left}");
        left = now;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_printer_without_a_word_spoils_nothing_by_being_silent() {
    let hall = Hall::new();
    hall.registry.report("kiosk-1", "printer", "silent", None);
    hall.take("cash").await;
    ends(&hall, 1, PrintOutcome::Uncertain { cause: "no_proof".to_owned() }).await;
    let listed = jobs(&hall).await;
    assert_eq!((&listed["jobs"][0]["state"], &listed["jobs"][0]["spoiled"]), (&json!("uncertain"), &json!(false)));
}
