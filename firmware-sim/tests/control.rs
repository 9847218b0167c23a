//! The control port: its shapes, and its answers to what makes no sense.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::{Plug, World, golden, wait};

struct Port {
    world: World,
    client: Client,
}

impl Port {
    async fn start() -> Self {
        Self { world: World::start().await, client: Client::builder().no_proxy().build().unwrap() }
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let answer = self.client.get(self.world.url(path)).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> (StatusCode, Value) {
        let answer = self.client.post(self.world.url(path)).body(body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// A ticket comes out of `printer`.
    async fn print(&self, printer: &str, bytes: &[u8]) {
        let plug = Plug::open(&self.world.port(printer));
        let tray = self.world.sim.printer(printer).unwrap();
        let before = tray.tray().count();
        plug.write(bytes);
        wait("the ticket", || (tray.tray().count() > before).then_some(())).await;
    }
}

#[tokio::test]
async fn a_press_answers_sequence_and_time() {
    let port = Port::start().await;
    let (status, first) = port.post("/desks/1/press", r#"{"key":"next"}"#).await;
    assert_eq!((status, &first["seq"], &first["key"]), (StatusCode::OK, &json!(1), &json!("next")));
    assert!(first["at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{first}");
    for key in ["recall", "no-show", "arrived", "finish", "hold", "pause", "transfer", "help", "dispute"] {
        assert_eq!(port.post("/desks/1/press", json!({ "key": key }).to_string()).await.0, StatusCode::OK, "{key}");
    }
    for key in ["rate-1", "rate-5", "0", "9", "ok", "clear"] {
        assert_eq!(port.post("/desks/2/press", json!({ "key": key }).to_string()).await.0, StatusCode::OK, "{key}");
    }
    assert_eq!(port.get("/desks/1").await.1["sequence"], 10);
    port.world.sim.stop().await;
}

#[tokio::test]
async fn a_desk_says_what_a_person_sees() {
    let port = Port::start().await;
    let (status, desk) = port.get("/desks/1").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&desk["text"], &desk["flash"], &desk["waiting"]), (&json!(""), &json!(false), &json!(0)));
    let lamps = json!({"waiting":false,"paused":false,"help":false,"refused":false,"beep":false});
    assert_eq!(desk["lamps"], lamps);
    assert!(desk["changed_at"].is_string());
    port.world.sim.stop().await;
}

#[tokio::test]
async fn devices_lists_everything() {
    let port = Port::start().await;
    let (_, all) = port.get("/devices").await;
    let ids = |kind: &str, field: &str| {
        all[kind].as_array().unwrap().iter().map(|one| one[field].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids("lines", "id"), ["desks"]);
    assert_eq!(ids("desks", "unit"), [1, 2]);
    assert_eq!(ids("printers", "id"), ["kiosk-1", "slip"]);
    assert_eq!(ids("printers", "state"), ["ok", "ok"]);
    assert_eq!(all["desks"][0]["frames"], json!({"heard":0,"answered":0,"unanswered":0,"garbled":0}));
    assert_eq!(all["printers"][1]["dots"], 384);
    port.world.sim.stop().await;
}

#[tokio::test]
async fn every_lever_of_a_desk_can_be_pulled_and_cleared() {
    let port = Port::start().await;
    let pull = r#"{"mute":true,"unplug":true,"garble":0.05,"late_ms":400,"stuck":"next"}"#;
    let (status, desk) = port.post("/desks/1/fault", pull).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(desk["faults"], json!({"mute":true,"unplug":true,"garble":0.05,"late_ms":400}));
    assert_eq!(desk["stuck"], "next");
    for clear in ["0", "false", "null", "\"ok\""] {
        let body = format!(r#"{{"mute":{clear},"unplug":{clear},"garble":{clear},"late_ms":{clear},"stuck":{clear}}}"#);
        port.post("/desks/1/fault", pull).await;
        let (status, desk) = port.post("/desks/1/fault", body).await;
        assert_eq!(status, StatusCode::OK, "{clear}: {desk}");
        assert_eq!(desk["faults"], json!({"mute":false,"unplug":false,"garble":0.0,"late_ms":0}));
        assert_eq!(desk["stuck"], Value::Null);
    }
    let boot = desk["boot"].clone();
    assert_ne!(port.post("/desks/1/fault", r#"{"reboot":true}"#).await.1["boot"], boot);
    port.world.sim.stop().await;
}

#[tokio::test]
async fn every_lever_of_a_printer_can_be_pulled_and_cleared() {
    let port = Port::start().await;
    let fine = json!({"paper":"ok","cover":"closed","cutter":"ok","stalled":false,"silent":false,"unplug":false,"no_proof":false});
    let pulled =
        json!({"paper":"out","cover":"open","cutter":"jam","stalled":true,"silent":true,"unplug":true,"no_proof":true});
    for clear in [
        fine.to_string(),
        r#"{"paper":0,"cover":null,"cutter":false,"stalled":"ok","silent":0,"unplug":null,"no_proof":0}"#.to_owned(),
    ] {
        let (status, printer) = port.post("/printers/kiosk-1/fault", pulled.to_string()).await;
        assert_eq!((status, &printer["faults"], &printer["state"]), (StatusCode::OK, &pulled, &json!("unplugged")));
        let (status, printer) = port.post("/printers/kiosk-1/fault", clear).await;
        assert_eq!((status, &printer["faults"], &printer["state"]), (StatusCode::OK, &fine, &json!("ok")));
    }
    let (_, low) = port.post("/printers/kiosk-1/fault", r#"{"paper":"low"}"#).await;
    assert_eq!(low["state"], "paper_low");
    let (_, line) = port.post("/lines/desks/fault", r#"{"unplug":true}"#).await;
    assert_eq!(line["state"], "unplugged");
    port.world.sim.stop().await;
}

#[tokio::test]
async fn tickets_are_read_as_json_picture_and_bytes() {
    let port = Port::start().await;
    assert_eq!(port.get("/printers/kiosk-1/tickets").await.1, json!({"tickets": []}));
    let job = golden("job-python-escpos.hex");
    port.print("kiosk-1", &job).await;
    port.print("kiosk-1", b"\x1b@\x1c&*** \xb2\xb9\xb4\xf2 ***\nA012\n\x1dVB\x00").await;

    let (_, list) = port.get("/printers/kiosk-1/tickets").await;
    let tickets = list["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 2);
    assert_eq!((&tickets[0]["n"], &tickets[0]["copy"]), (&json!(1), &json!(false)));
    assert_eq!(tickets[0]["lines"][1], "A012");
    assert_eq!((&tickets[1]["n"], &tickets[1]["copy"]), (&json!(2), &json!(true)));
    assert_eq!(port.get("/printers/kiosk-1/tickets/2").await.1, tickets[1]);

    let bin = port.client.get(port.world.url("/printers/kiosk-1/tickets/1.bin")).send().await.unwrap();
    assert_eq!(bin.bytes().await.unwrap(), job);
    let png = port.client.get(port.world.url("/printers/kiosk-1/tickets/1.png")).send().await.unwrap();
    assert_eq!((png.status(), png.headers()["content-type"].as_bytes()), (StatusCode::OK, &b"image/png"[..]));
    assert!(png.bytes().await.unwrap().starts_with(b"\x89PNG"));
    port.world.sim.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_told_and_changes_nothing() {
    let port = Port::start().await;
    let (_, before) = port.get("/devices").await;
    let posts = [
        ("/desks/9/press", r#"{"key":"next"}"#, 404, "unknown_desk", "1, 2"),
        ("/desks/x/press", r#"{"key":"next"}"#, 404, "unknown_desk", "`x`"),
        ("/desks/1/press", r#"{"key":"Next"}"#, 422, "unknown_key", "no-show"),
        ("/desks/1/press", r"{}", 422, "unknown_key", "missing"),
        ("/desks/1/press", r#"{"key":"next","times":2}"#, 422, "unknown_field", "`times`"),
        ("/desks/1/press", r"next", 400, "not_json", "JSON"),
        ("/desks/1/press", r#"["next"]"#, 400, "not_json", "object"),
        ("/desks/1/fault", r#"{"mute":true,"colour":"red"}"#, 422, "unknown_field", "late_ms"),
        ("/desks/1/fault", r#"{"mute":true,"garble":2}"#, 422, "wrong_value", "from 0 to 1"),
        ("/desks/1/fault", r#"{"late_ms":-1}"#, 422, "wrong_value", "milliseconds"),
        ("/desks/1/fault", r#"{"stuck":"knob"}"#, 422, "wrong_value", "key"),
        ("/desks/1/fault", r#"{"mute":"yes"}"#, 422, "wrong_value", "true or false"),
        ("/desks/1/fault", r"{}", 422, "no_fault", "reboot"),
        ("/printers/kiosk-9/fault", r#"{"paper":"out"}"#, 404, "unknown_printer", "kiosk-1"),
        ("/printers/kiosk-1/fault", r#"{"silent":true,"paper":"wet"}"#, 422, "wrong_value", "ok, low or out"),
        ("/printers/kiosk-1/fault", r#"{"paper":true}"#, 422, "wrong_value", "ok, low or out"),
        ("/printers/kiosk-1/fault", r#"{"ink":"out"}"#, 422, "unknown_field", "no_proof"),
        ("/lines/x/fault", r#"{"unplug":true}"#, 404, "unknown_line", "desks"),
        ("/devices", r"{}", 405, "method_not_allowed", "GET"),
        ("/coffee", r"{}", 404, "unknown_route", "/devices"),
    ];
    for (path, body, status, code, hint) in posts {
        let (seen, problem) = port.post(path, body).await;
        assert_eq!((seen.as_u16(), problem["code"].as_str()), (status, Some(code)), "{path} {body}: {problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().unwrap().contains(hint), "{path} {body}: {problem}");
    }
    for path in ["/printers/kiosk-1/tickets/1", "/printers/kiosk-1/tickets/1.png", "/printers/kiosk-1/tickets/x.bin"] {
        assert_eq!(port.get(path).await.1["code"], "unknown_ticket", "{path}");
    }
    assert_eq!(port.get("/devices").await.1, before);
    let problem = port.client.get(port.world.url("/coffee")).send().await.unwrap();
    assert_eq!(problem.headers()["content-type"], "application/problem+json");
    let large = port.client.post(port.world.url("/desks/1/press")).body(vec![b' '; 70_000]).send().await.unwrap();
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    port.world.sim.stop().await;
}

#[tokio::test]
async fn the_page_is_there_and_needs_nothing_from_elsewhere() {
    let port = Port::start().await;
    for (path, kind) in [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")] {
        let answer = port.client.get(port.world.url(path)).send().await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind), "{path}");
        let text = answer.text().await.unwrap();
        let outside = text.replace("http://www.w3.org/2000/svg", "");
        assert!(text.len() > 500 && !outside.contains("http"), "{path}");
    }
    port.world.sim.stop().await;
}
