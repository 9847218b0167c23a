//! Cards at the kiosk: rules, lookup, passes, a second paper; and the groups of the menu.

use crate::hall::{Got, Hall};
use axum::{Json, Router, http::StatusCode, routing::post};
use lobby::config::{CardCheck, CardLookupConfig, CardRuleConfig, CardsConfig, GroupConfig, IdentityRule};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const CARDS: &str = "/api/v1/cards";
const TICKETS: &str = "/api/v1/tickets";
/// The example of GB 11643.
const RESIDENT: &str = "11010519491231002X";
/// Fits the rule of the tests, and its last digit fits the others.
const VIP_CARD: &str = "6228480402564890018";

fn rules() -> CardsConfig {
    let vip = CardRuleConfig {
        prefix: "622848".to_owned(),
        length: Some(19),
        lane: "vip".to_owned(),
        check: CardCheck::Luhn,
    };
    CardsConfig { rules: vec![vip], lookup: None }
}

fn hall_with_cards() -> Hall {
    Hall::with(|config| config.cards = Some(rules()))
}

async fn read(hall: &Hall, number: &str) -> Got {
    hall.post("kiosk", CARDS, json!({"number": number})).await
}

async fn take(hall: &Hall, service: &str, card: &Value) -> Got {
    hall.post("kiosk", TICKETS, json!({"service": service, "card": card})).await
}

#[tokio::test]
async fn a_card_says_where_its_holder_waits_and_its_number_does_not_come_back() {
    let hall = hall_with_cards();
    let got = read(&hall, VIP_CARD).await;
    assert_eq!(got.status, 200, "{}", got.text());
    assert!(!got.text().contains(VIP_CARD));
    let card = got.json();
    assert_eq!((&card["kind"], &card["mask"]), (&json!("card"), &json!("622************0018")));
    assert_eq!(
        (&card["lane"], &card["lane_name"]["en"], &card["lookup"]),
        (&json!("vip"), &json!("VIP"), &json!("none"))
    );
    assert_eq!(card["live"], json!([]));
    let issued = take(&hall, "cash", &card["card"]).await;
    assert_eq!((issued.status, &issued.json()["ticket"]["lane"]), (201, &json!("vip")));
    // What the customer chooses goes before what the card says.
    let other = hall.post("kiosk", TICKETS, json!({"service": "loan", "card": card["card"], "lane": "priority"})).await;
    assert_eq!(other.json()["ticket"]["lane"], "priority");

    let resident = read(&hall, RESIDENT).await.json();
    assert_eq!((&resident["kind"], &resident["lane"]), (&json!("id"), &Value::Null));
    assert_eq!(take(&hall, "cash", &resident["card"]).await.json()["ticket"]["lane"], "regular");
}

#[tokio::test]
async fn who_reads_the_card_again_is_told_of_the_live_number_and_given_a_copy() {
    let mut hall = hall_with_cards();
    let card = read(&hall, RESIDENT).await.json();
    let first = take(&hall, "cash", &card["card"]).await.json();
    let hall_again = read(&hall, RESIDENT).await.json();
    assert_eq!(hall_again["live"], json!([{"service": "cash", "number": "A001", "track": first["track"]}]));
    let again = take(&hall, "cash", &hall_again["card"]).await;
    assert_eq!((again.status, &again.json()["ticket"]["id"]), (200, &first["ticket"]["id"]));
    assert_eq!((&first["again"], &again.json()["again"]), (&json!(false), &json!(true)));
    // The same person by the number itself.
    let by_number = hall.post("kiosk", TICKETS, json!({"service": "cash", "identity": RESIDENT})).await;
    assert_eq!((by_number.status, &by_number.json()["track"]), (200, &first["track"]));

    let order = hall.orders.recv().await.unwrap();
    assert!(!order.paper.copy, "the first paper");
    let copied = hall.post("kiosk", "/api/v1/copies", json!({"track": first["track"]})).await;
    assert_eq!((copied.status, &copied.json()["ticket"]["number"]), (200, &json!("A001")), "{}", copied.text());
    assert!(hall.orders.recv().await.unwrap().paper.copy);
    hall.post("kiosk", "/api/v1/copies", json!({"track": "/t/nothing"})).await.problem(404, "unknown_link");
    hall.post("greeter", "/api/v1/copies", json!({"track": first["track"]})).await.problem(403, "wrong_role");
}

#[tokio::test]
async fn a_pass_survives_a_restart_and_ends_with_the_day() {
    let hall = hall_with_cards();
    let card = read(&hall, RESIDENT).await.json();
    let hall = hall.restart().await;
    assert_eq!(take(&hall, "cash", &card["card"]).await.status, 201);
    for bad in [json!(""), json!("a.b"), json!(format!("{}x", card["card"].as_str().unwrap()))] {
        take(&hall, "loan", &bad).await.problem(422, "card_expired");
    }
    let both = json!({"service": "loan", "card": card["card"], "identity": RESIDENT});
    hall.post("kiosk", TICKETS, both).await.problem(422, "bad_body");
    hall.state.handle.tell("system:test", queue_core::Command::CloseDay { force: true }).await.unwrap().unwrap();
    read(&hall, RESIDENT).await.problem(409, "day_closed");
    take(&hall, "cash", &card["card"]).await.problem(422, "card_expired");
}

#[tokio::test]
async fn noise_of_the_reader_is_refused_without_being_repeated() {
    let hall = hall_with_cards();
    let bad = [
        json!("12"),
        json!("1".repeat(40)),
        json!("6228480402564890019"),
        json!("110105194912310021"),
        json!("<script>alert(1)</script>"),
        json!(6_228_480_402_564_890_018_u64),
        json!(["6228480402564890018"]),
        json!(null),
    ];
    for number in bad {
        let got = hall.post("kiosk", CARDS, json!({"number": number})).await;
        let told = got.problem(422, "bad_card");
        assert!(!told.contains("622848") && !told.contains("1101051949") && !told.contains("script"), "{told}");
    }
    hall.post("kiosk", CARDS, json!({})).await.problem(422, "bad_body");
    hall.post("clerk", CARDS, json!({"number": RESIDENT})).await.problem(403, "wrong_role");
    hall.post("", CARDS, json!({"number": RESIDENT})).await.problem(401, "no_credential");
}

/// What was asked, and how to answer the next question.
type Asked = Arc<Mutex<Vec<Value>>>;

/// A service of the bank that knows its customers, on a port of its own.
async fn bank(delay: Duration, status: StatusCode, told: Value) -> (String, Asked) {
    let asked = Asked::default();
    let heard = asked.clone();
    let answer = move |Json(question): Json<Value>| async move {
        heard.lock().unwrap().push(question);
        tokio::time::sleep(delay).await;
        (status, Json(told))
    };
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/lane", socket.local_addr().unwrap());
    // Ends with the runtime of the test.
    tokio::spawn(async { axum::serve(socket, Router::new().route("/lane", post(answer))).await });
    (url, asked)
}

async fn told(url: &str, number: &str) -> Value {
    let url = url.to_owned();
    let hall = Hall::with(|config| {
        let lookup = CardLookupConfig { url, timeout_ms: 300 };
        config.cards = Some(CardsConfig { lookup: Some(lookup), ..rules() });
    });
    read(&hall, number).await.json()
}

#[tokio::test]
async fn a_lookup_knows_more_than_the_rules() {
    let (url, asked) = bank(Duration::ZERO, StatusCode::OK, json!({"lane": "vip", "name": "never read"})).await;
    let card = told(&url, RESIDENT).await;
    assert_eq!((&card["lane"], &card["lookup"]), (&json!("vip"), &json!("answered")));
    assert_eq!(asked.lock().unwrap()[0], json!({"kind": "id", "number": RESIDENT}));
    // It says that this one is nobody special, whatever the rule says.
    let (url, _) = bank(Duration::ZERO, StatusCode::NOT_FOUND, json!({})).await;
    let card = told(&url, VIP_CARD).await;
    assert_eq!((&card["lane"], &card["lookup"]), (&Value::Null, &json!("answered")));
}

#[tokio::test]
async fn a_lookup_that_fails_is_the_regular_way_by_the_rules() {
    let late = bank(Duration::from_secs(30), StatusCode::OK, json!({"lane": "vip"})).await.0;
    let broken = bank(Duration::ZERO, StatusCode::INTERNAL_SERVER_ERROR, json!({})).await.0;
    let noise = bank(Duration::ZERO, StatusCode::OK, json!(["vip"])).await.0;
    let stranger = bank(Duration::ZERO, StatusCode::OK, json!({"lane": "platinum"})).await.0;
    let huge = bank(Duration::ZERO, StatusCode::OK, json!({"lane": "v".repeat(20_000)})).await.0;
    for url in [late, broken, noise, stranger, huge, "http://127.0.0.1:1/lane".to_owned()] {
        let card = told(&url, RESIDENT).await;
        assert_eq!((&card["lane"], &card["lookup"]), (&Value::Null, &json!("failed")), "{url}");
        assert_eq!(told(&url, VIP_CARD).await["lane"], "vip", "the rule counts: {url}");
    }
}

#[tokio::test]
async fn the_menu_says_what_the_kiosk_needs() {
    let hall = Hall::with(|config| {
        config.groups = ["personal", "nobody"]
            .map(|id| GroupConfig { id: id.to_owned(), name: [("en".to_owned(), id.to_owned())].into() })
            .into();
        config.services[0].group = Some("personal".to_owned());
        config.cards = None;
    });
    let menu = hall.get("kiosk", "/api/v1/menu").await.json();
    assert_eq!(menu["groups"], json!([{"id": "personal", "name": {"en": "personal"}}]), "an empty group is no button");
    let groups: Vec<_> = menu["services"].as_array().unwrap().iter().map(|service| &service["group"]).collect();
    assert_eq!(groups, [&json!("personal"), &Value::Null, &Value::Null]);
    assert_eq!((&menu["cards"], &menu["appointments"]), (&json!(false), &json!(true)));
    assert_eq!(menu["public_url"], "http://127.0.0.1:8700");
    let known = Hall::with(|config| {
        config.cards = None;
        config.branch.public_url = None;
        config.services[0].identity = IdentityRule::Required;
    });
    let menu = known.get("kiosk", "/api/v1/menu").await.json();
    assert_eq!((&menu["cards"], &menu["public_url"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn a_kiosk_without_a_voice_is_lent_one() {
    let hall = Hall::new();
    let got = hall.get("kiosk", "/api/v1/speech?language=en&text=Please%20take%20your%20ticket").await;
    if got.status == 409 {
        got.problem(409, "no_voice"); // a machine without espeak-ng
        return;
    }
    assert_eq!((got.status, got.header("content-type")), (200, "audio/wav"), "{}", got.text());
    let said = hound::WavReader::new(&got.bytes[..]).unwrap();
    let seconds = f64::from(said.duration()) / f64::from(said.spec().sample_rate);
    assert!((0.5..10.0).contains(&seconds), "{seconds} s");
    hall.get("kiosk", "/api/v1/speech?language=fr&text=bonjour").await.problem(422, "unknown_language");
    hall.get("kiosk", "/api/v1/speech?language=en&text=").await.problem(400, "bad_query");
    hall.get("clerk", "/api/v1/speech?language=en&text=hello").await.problem(403, "wrong_role");
}
