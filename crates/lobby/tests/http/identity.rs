//! Whose a ticket is: one live number for a person and service, a mask for staff, and nothing else of the number
//! anywhere: not in an answer, a row, a file or the log.

use crate::hall::{Got, Hall};
use lobby::{config::IdentityRule, journal};
use queue_core::Command;
use serde_json::{Value, json};
use std::{
    io::Write,
    sync::{Arc, Mutex},
};

const TICKETS: &str = "/api/v1/tickets";
const CARD: &str = "110101199003071234";
/// The example of GB 11643: its check digit is right, so that it can be read as a card.
const READ: &str = "11010519491231002X";
const MASK: &str = "110***********1234";

async fn take(hall: &Hall, service: &str, identity: &Value) -> Got {
    hall.post("kiosk", TICKETS, json!({"service": service, "identity": identity})).await
}

async fn close_day(hall: &Hall) {
    hall.state.handle.tell("system:test", Command::CloseDay { force: true }).await.unwrap().unwrap();
}

#[tokio::test]
async fn asking_again_is_the_same_number_until_it_is_served() {
    let hall = Hall::new();
    let first = take(&hall, "cash", &json!(CARD)).await;
    assert_eq!(first.status, 201);
    let first = first.json();
    let again = take(&hall, "cash", &json!({"kind": "id", "number": "110101 19900307 1234"})).await;
    assert_eq!((again.status, &again.json()["ticket"]["id"]), (200, &first["ticket"]["id"]));
    assert_eq!(again.json()["track"], first["track"]);
    // From a tablet, without paper.
    let greeter = hall.post("greeter", TICKETS, json!({"service": "cash", "identity": CARD})).await;
    assert_eq!((greeter.status, &greeter.json()["ticket"]["id"]), (200, &first["ticket"]["id"]));
    assert_eq!(take(&hall, "loan", &json!(CARD)).await.json()["ticket"]["number"], "C001");
    assert_eq!(take(&hall, "cash", &json!("110101199003071235")).await.json()["ticket"]["number"], "A002");

    let hall = hall.restart().await;
    assert_eq!(take(&hall, "cash", &json!(CARD)).await.json()["ticket"]["id"], first["ticket"]["id"]);
    hall.act("1", "open", json!({})).await;
    hall.act("1", "next", json!({})).await;
    hall.act("1", "finish", json!({})).await;
    let after = take(&hall, "cash", &json!(CARD)).await;
    assert_eq!((after.status, &after.json()["ticket"]["number"]), (201, &json!("A003")));
}

#[tokio::test]
async fn staff_see_a_mask_until_the_day_is_closed() {
    let hall = Hall::new();
    let known = take(&hall, "cash", &json!(CARD)).await.json()["ticket"]["id"].as_str().unwrap().to_owned();
    let unknown = hall.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    let detail = async |id: &str| hall.get("clerk", &format!("{TICKETS}/{id}")).await.json();
    assert_eq!(detail(&known).await["identity"], MASK);
    assert_eq!(detail(&unknown).await["identity"], Value::Null);
    close_day(&hall).await;
    assert_eq!(detail(&known).await["identity"], Value::Null);
    assert_eq!(found_in_files(&hall, MASK), Vec::<String>::new(), "masks go with the day");
}

#[tokio::test]
async fn a_service_says_whether_it_matters_who_comes() {
    let hall = Hall::with(|config| {
        config.services[1].identity = IdentityRule::None;
        config.services[2].identity = IdentityRule::Required;
    });
    let menu = hall.get("kiosk", "/api/v1/menu").await.json();
    let rules: Vec<_> = menu["services"].as_array().unwrap().iter().map(|service| &service["identity"]).collect();
    assert_eq!(rules, ["optional", "none", "required"]);
    assert_eq!(menu["services"][2]["open"], true, "that it wants to know who comes closes no service");
    let nobody = hall.post("kiosk", TICKETS, json!({"service": "loan"})).await;
    nobody.problem(422, "identity_required");
    hall.post("kiosk", TICKETS, json!({"service": "loan", "identity": null})).await.problem(422, "identity_required");
    assert_eq!(take(&hall, "loan", &json!(CARD)).await.status, 201);
    // Where it does not matter nothing of it is kept, and everybody may have two.
    let first = take(&hall, "account", &json!(CARD)).await.json();
    assert_eq!(take(&hall, "account", &json!(CARD)).await.status, 201);
    let detail = hall.get("clerk", &format!("{TICKETS}/{}", first["ticket"]["id"].as_str().unwrap())).await.json();
    assert_eq!((&detail["identity"], detail["history"][0].get("identity")), (&Value::Null, None));
}

#[tokio::test]
async fn the_same_request_id_for_somebody_else_is_another_request() {
    let hall = Hall::new();
    let key = [("idempotency-key", "card-1")];
    let ask = async |hall: &Hall, identity: &str| {
        hall.post_as("kiosk", TICKETS, &key, json!({"service": "cash", "identity": identity})).await
    };
    let first = ask(&hall, CARD).await;
    assert_eq!(first.status, 201);
    assert_eq!(ask(&hall, CARD).await, first);
    ask(&hall, "110101199003071235").await.problem(409, "key_reused");
    hall.post_as("kiosk", TICKETS, &key, json!({"service": "cash"})).await.problem(409, "key_reused");
    let hall = hall.restart().await;
    assert_eq!(ask(&hall, CARD).await, first);
    ask(&hall, "110101199003071235").await.problem(409, "key_reused");
    // The answer is kept longer than the key by which the number could be compared.
    close_day(&hall).await;
    assert_eq!(ask(&hall, CARD).await, first);
}

/// Files of the data directory in which the text stands.
fn found_in_files(hall: &Hall, text: &str) -> Vec<String> {
    let files = std::fs::read_dir(hall.dir()).unwrap().map(|file| file.unwrap().path());
    let holds = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    files.filter(|path| path.is_file()).filter(holds).map(|path| path.display().to_string()).collect()
}

/// What a lobby logs, down to the last trace.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_number_is_nowhere() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    // The writer's thread has its own; so this is the log of the whole process.
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    let hall = Hall::new();
    tracing::info!("the log is heard");
    let mut answers = Vec::new();
    let key = [("idempotency-key", "card-1")];
    let wish = json!({"service": "cash", "identity": {"kind": "id", "number": CARD}});
    answers.push(hall.post_as("kiosk", TICKETS, &key, wish.clone()).await);
    answers.push(hall.post_as("kiosk", TICKETS, &key, wish).await);
    answers.push(take(&hall, "cash", &json!(CARD)).await);
    let number: i64 = CARD.parse().unwrap();
    let bad = [
        json!(number),
        json!({"number": CARD}),
        json!({"kind": CARD, "number": 1}),
        json!([CARD]),
        json!({"kind": "id", "number": format!("{CARD}#")}),
        json!({"kind": "id", "number": CARD.repeat(3)}),
        json!("12"),
    ];
    for identity in &bad {
        let got = take(&hall, "cash", identity).await;
        got.problem(422, "bad_identity");
        answers.push(got);
    }
    for number in [CARD, READ] {
        answers.push(hall.post("kiosk", "/api/v1/cards", json!({"number": number})).await);
    }
    let pass = answers[answers.len() - 1].json()["card"].clone();
    let by_card = hall.post("kiosk", TICKETS, json!({"service": "cash", "card": pass})).await;
    assert_eq!(by_card.status, 201);
    answers.push(by_card);
    let id = answers[0].json()["ticket"]["id"].as_str().unwrap().to_owned();
    answers.push(hall.get("manager", &format!("{TICKETS}/{id}")).await);
    answers.push(hall.get("manager", "/api/v1/journal?limit=1000").await);
    answers.push(hall.get("", "/metrics").await);
    assert!(answers.iter().all(|got| !got.text().contains(CARD) && !got.text().contains(READ)), "{answers:?}");
    let hall = hall.restart().await;
    for _ in 0..2 {
        for number in [CARD, READ] {
            assert_eq!(found_in_files(&hall, number), Vec::<String>::new());
        }
        assert!(!found_in_files(&hall, &id).is_empty(), "the files are searched at all");
        let (verified, exported) = (journal::verify(hall.dir()).unwrap(), &mut Vec::new());
        journal::export(hall.dir(), exported).unwrap();
        assert!(verified.broken.is_none() && !String::from_utf8_lossy(exported).contains(CARD));
        close_day(&hall).await;
    }
    let said = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(said.contains("the log is heard") && said.contains("the day is closed"), "{said}");
    assert!(!said.contains(CARD) && !said.contains(READ), "{said}");
}
