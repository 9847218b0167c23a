//! Customers of the crowd against a kiosk API that goes away, and the demo's file.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use firmware_sim::crowd::CrowdError;
use firmware_sim::{Config, Crowd};
use serde_json::{Value, json};
use support::{World, wait};

#[derive(Default)]
struct Lobby {
    /// Requests by key, every one of them.
    seen: BTreeMap<String, Vec<Value>>,
    tokens: Vec<String>,
}

type Shared = Arc<Mutex<Lobby>>;

/// Fails the first two attempts of every key.
async fn issue(State(lobby): State<Shared>, headers: HeaderMap, body: Json<Value>) -> (StatusCode, Json<Value>) {
    let mut lobby = lobby.lock().unwrap();
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    lobby.tokens.push(text("authorization"));
    let attempts = lobby.seen.entry(text("idempotency-key")).or_default();
    attempts.push(body.0);
    if attempts.len() < 3 {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(Value::Null));
    }
    (StatusCode::CREATED, Json(json!({"ticket":{"number":"A001"},"ahead":0})))
}

const CROWD: &str = "
    [crowd]
    priority = 0.5
    [[crowd.service]]
    id = 'cash'
    series = 'A'
    every_s = 40
    mean_s = 60
";

#[tokio::test]
async fn customers_ask_again_with_the_same_key() {
    let lobby = Shared::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let routes = Router::new().route("/readyz", get(|| async {})).route("/api/v1/tickets", post(issue));
    let served = tokio::spawn(axum::serve(listener, routes.with_state(Arc::clone(&lobby))).into_future());

    let world = World::of(&[support::HALL, CROWD].concat()).await;
    let mut config = Config::parse(CROWD).unwrap();
    config.crowd.speed = 400.0;
    let crowd = Crowd::start(&config, &address, world.sim.hall(), &world.stop).unwrap();
    let done = || lobby.lock().unwrap().seen.values().filter(|tries| tries.len() == 3).count() >= 4;
    wait("four customers to be served", || done().then_some(())).await;
    wait("a clerk to press", || world.sim.hall().desks().any(|desk| desk.view().sequence > 0).then_some(())).await;
    world.stop.cancel();
    crowd.ended().await;
    world.sim.ended().await;
    served.abort();

    let lobby = lobby.lock().unwrap();
    assert!(lobby.tokens.iter().all(|token| token == "Bearer demo-kiosk"));
    for attempts in lobby.seen.values() {
        assert!(attempts.len() <= 3, "nobody asks again after an answer");
        assert!(attempts.iter().all(|wish| *wish == attempts[0]), "the same key is the same wish");
        assert_eq!((&attempts[0]["service"], &attempts[0]["kiosk"]), (&json!("cash"), &json!("k1")));
    }
    let wishes: Vec<&Value> = lobby.seen.values().map(|tries| &tries[0]).collect();
    assert!(wishes.iter().all(|wish| matches!(wish["lane"].as_str(), None | Some("priority"))));
}

/// Numbers that were given back, by the token of their link.
type Returned = Arc<Mutex<Vec<(String, Option<String>)>>>;

async fn give_back(
    State(returned): State<Returned>,
    axum::extract::Path(token): axum::extract::Path<String>,
    headers: HeaderMap,
) -> Json<Value> {
    let who = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    returned.lock().unwrap().push((token, who));
    Json(json!({}))
}

#[tokio::test]
async fn who_has_waited_too_long_gives_the_number_back_once() {
    let (lobby, returned) = (Shared::default(), Returned::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let issue = async |State(lobby): State<Shared>, headers: HeaderMap, body: Json<Value>| {
        let mut lobby = lobby.lock().unwrap();
        let key = headers["idempotency-key"].to_str().unwrap().to_owned();
        lobby.seen.entry(key).or_default().push(body.0);
        let number = format!("A{:03}", lobby.seen.len());
        let track = format!("/t/link-{number}");
        (StatusCode::CREATED, Json(json!({"ticket":{"number":number},"ahead":9,"track":track})))
    };
    let menu = || async {
        let at = firmware_sim::clock::rfc3339(jiff::Timestamp::now());
        Json(json!({"at":at,"branch":{"time_zone":"Asia/Shanghai"}}))
    };
    let issuing = Router::new().route("/api/v1/tickets", post(issue)).with_state(Arc::clone(&lobby));
    let returning =
        Router::new().route("/api/v1/track/{token}/cancel", post(give_back)).with_state(Arc::clone(&returned));
    let routes = issuing.merge(returning).route("/readyz", get(|| async {})).route("/api/v1/menu", get(menu));
    let served = tokio::spawn(axum::serve(listener, routes).into_future());

    let world = World::start().await;
    let mut config = Config::parse(&CROWD.replace("[crowd]", "[crowd]\npatience_min = 2\ngives_back = 1")).unwrap();
    config.crowd.speed = 400.0;
    let crowd = Crowd::start(&config, &address, world.sim.hall(), &world.stop).unwrap();
    wait("four numbers to come back", || (returned.lock().unwrap().len() >= 4).then_some(())).await;
    world.stop.cancel();
    crowd.ended().await;
    world.sim.ended().await;
    served.abort();

    let returned = returned.lock().unwrap();
    let tokens: std::collections::BTreeSet<_> = returned.iter().map(|(token, _)| token).collect();
    assert_eq!(tokens.len(), returned.len(), "each once: {returned:?}");
    assert!(returned.iter().all(|(token, who)| token.starts_with("link-A") && who.is_none()), "{returned:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_told() {
    let world = World::start().await;
    let address = "https://127.0.0.1:8700".parse().unwrap();
    let refused = Crowd::start(&Config::default(), &address, world.sim.hall(), &world.stop);
    assert!(matches!(refused, Err(CrowdError::Address(_))));
    world.sim.stop().await;
}

#[test]
fn the_demo_is_the_demo() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/sim.toml");
    let config = Config::load(&file).unwrap();
    assert_eq!((config.lines[0].port(), config.lines[0].baud), ("desks", 115_200));
    assert_eq!(config.lines[0].units, [1, 2, 3, 4]);
    assert_eq!((config.printers[0].port(), config.printers[0].dots()), ("kiosk-1", 576));
    let services: Vec<_> = config.crowd.services.iter().map(|service| (service.id.as_str(), service.mean_s)).collect();
    assert_eq!(services, [("cash", 240.0), ("account", 540.0), ("loan", 1080.0)]);
}
