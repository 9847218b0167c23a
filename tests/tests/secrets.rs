//! Secrets stand nowhere: a lobby lives through everything that has one, and then its log and every file of its data
//! directory are searched.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, hall::program};
use reqwest::{Client, Method, RequestBuilder, Response, header::SET_COOKIE};
use serde_json::{Value, json};
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

const PASSWORD: &str = "correct horse battery";
const PIN: &str = "864209";
const WRONG: &str = "wrong horse battery";
/// A resident's card that is right, a bank's, and a phone.
const CARD: &str = "11010519491231002X";
const BANK: &str = "6228480402564890018";
const PHONE: &str = "13800138000";

/// Runs the command line; `typed` goes to its standard input.
fn lobby(hall: &Hall, arguments: &[&str], typed: &str) -> String {
    let mut command = Command::new(program("lobby"));
    command.args(arguments).arg("--data").arg(hall.data());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Sends a call and answers what came, with the values of the cookies that were set.
async fn call(request: RequestBuilder) -> (u16, Value, Vec<String>) {
    let response: Response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let cookies = response.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned());
    let cookies: Vec<String> = cookies.map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null), cookies)
}

fn values(cookies: &[String]) -> impl Iterator<Item = String> + '_ {
    cookies.iter().map(|cookie| cookie.split_once('=').unwrap().1.to_owned())
}

fn files(dir: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

/// Cards are read and numbers taken with them; answers the links.
async fn links(
    to: &impl Fn(Method, &str) -> RequestBuilder,
    kiosk: &impl Fn(&str, Value) -> RequestBuilder,
) -> Vec<String> {
    let mut found = Vec::new();
    let (status, read, _) = call(kiosk("/api/v1/cards", json!({"number": BANK}))).await;
    assert_eq!(status, 200, "{read}");
    for identity in [json!(CARD), json!({"kind": "phone", "number": PHONE})] {
        let wish = kiosk("/api/v1/tickets", json!({"service": "cash", "identity": identity}));
        let (status, taken, _) = call(wish.header("Idempotency-Key", "a-key-of-a-kiosk")).await;
        assert!(status == 201 || status == 409, "{taken}");
        let Some(link) = taken["track"].as_str() else { continue };
        let link = link.rsplit('/').next().unwrap();
        assert_eq!(call(to(Method::GET, &format!("/api/v1/track/{link}"))).await.0, 200);
        assert_eq!(call(to(Method::GET, &format!("/t/{link}"))).await.0, 200);
        found.push(link.to_owned());
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_stands_in_the_log_or_on_the_disk() {
    // Without the file that is kept for a full disk: there is nothing in it to be searched.
    let edits = [("demo = true", "demo = false"), ("[limits]", "[storage]\nreserve_mib = 0\n\n[limits]")];
    let edits = edits.map(|(from, to)| (from.to_owned(), to.to_owned())).to_vec();
    let logs = "debug,lobby=trace,rustls=trace,hyper=trace,axum=trace,tower_http=trace".to_owned();
    let mut hall = Hall::start_with(HallPlan { without_hardware: true, edits, logs, ..HallPlan::default() }).await;
    let (http, base) = (Client::new(), hall.nobody().base().to_owned());
    let to = |method: Method, path: &str| http.request(method, format!("{base}{path}"));
    let post = |path: &str, body: Value| to(Method::POST, path).json(&body);
    let mut secrets = [PASSWORD, PIN, WRONG, CARD, BANK, PHONE].map(str::to_owned).to_vec();

    // People and devices.
    lobby(&hall, &["staff", "add", "2001", "--name", "Wang Fang", "--role", "manager"], &format!("{PASSWORD}\n"));
    lobby(&hall, &["staff", "add", "1001", "--name", "Li Na", "--role", "clerk"], &format!("{PIN}\n"));
    let token = lobby(&hall, &["token", "add", "--role", "kiosk", "--name", "k1"], "").trim().to_owned();
    let code = lobby(&hall, &["token", "enroll", "--role", "desk", "--name", "pc-1"], "");
    let code = code.lines().next().unwrap().to_owned();
    let enrolled = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let (status, _, device) = call(enrolled.get(format!("{base}/enroll?code={code}"))).await;
    assert_eq!((status, device.len()), (303, 2));
    secrets.extend(values(&device));
    secrets.extend([token.clone(), code]);

    // Signing in: well, wrongly, with a PIN where none is good, and out.
    let sign_in = |staff: &str, secret: &str| post("/api/v1/signin", json!({"staff": staff, "secret": secret}));
    let (status, _, manager) = call(sign_in("2001", PASSWORD)).await;
    assert_eq!(status, 200);
    assert_eq!(call(sign_in("2001", WRONG)).await.0, 401);
    assert_eq!(call(sign_in(PASSWORD, PASSWORD)).await.0, 401, "the secret where the number belongs");
    assert_eq!(call(sign_in("1001", PIN)).await.0, 403);
    let (status, _, clerk) = call(sign_in("1001", PIN).header("Cookie", device.join("; "))).await;
    assert_eq!(status, 200);
    secrets.extend(values(&manager).chain(values(&clerk)));
    let page = |method: Method, path: &str, role: &str, cookies: &[String]| {
        to(method, path).header("X-Role", role).header("Cookie", cookies.join("; "))
    };
    let new = json!({"number": "1002", "name": "Zhao Min", "roles": ["clerk"], "secret": "975310"});
    assert_eq!(call(page(Method::POST, "/api/v1/staff", "manager", &manager).json(&new)).await.0, 201);
    let made = json!({"role": "screen", "name": "s1"});
    for path in ["/api/v1/tokens", "/api/v1/enrolments"] {
        let (status, answer, _) = call(page(Method::POST, path, "manager", &manager).json(&made)).await;
        assert_eq!(status, 201, "{answer}");
        let shown = answer.as_object().unwrap().values().filter_map(Value::as_str).filter(|text| text.len() > 10);
        secrets.extend(shown.filter(|text| !text.contains(':') && !text.contains('/')).map(str::to_owned));
    }
    secrets.push("975310".to_owned());

    // Numbers of people, and the links that they get.
    let kiosk = |path: &str, body: Value| post(path, body).bearer_auth(&token);
    let links = links(&to, &kiosk).await;
    // Broken calls that carry them.
    call(to(Method::POST, "/api/v1/signin").header("Content-Type", "application/json").body(format!("{{{PASSWORD}")))
        .await;
    call(kiosk("/api/v1/tickets", json!({"service": "cash", "identity": {"number": CARD}}))).await;
    call(kiosk("/api/v1/tickets", json!({"service": CARD}))).await;
    assert_eq!(call(page(Method::POST, "/api/v1/signout", "clerk", &clerk).json(&json!({}))).await.0, 200);
    taken_away(&hall, async || call(page(Method::GET, "/api/v1/audit", "manager", &manager)).await.1).await;
    assert!(hall.end(Duration::from_secs(10)).await);
    search(&hall, &secrets, &links);
}

/// The journal is taken away beside the running lobby, which needs no reason, and is noted with the one that is given.
async fn taken_away(hall: &Hall, audit: impl AsyncFn() -> Value) {
    assert!(lobby(hall, &["journal", "export"], "").lines().count() > 3);
    lobby(hall, &["journal", "export", "--reason", "complaint 17"], "");
    let audit = audit().await;
    let noted =
        audit["audit"].as_array().unwrap().iter().filter(|act| act["act"] == "exported" && act["about"] == "journal");
    let reasons: Vec<&str> = noted.filter_map(|act| act["detail"].as_str()).collect();
    assert_eq!(reasons, ["complaint 17", "no reason given"], "{audit}");
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Looks for all of them in everything that is left of the lobby. Links are good for a day only, and the journal keeps the
/// answers in which they were given until the next one ends, for whoever asks again with the same key.
fn search(hall: &Hall, secrets: &[String], links: &[String]) {
    let mut searched = Vec::new();
    files(&hall.data(), &mut searched);
    searched.push(("the log".to_owned(), hall.log().into_bytes()));
    assert!(searched.len() >= 3 && hall.log().len() > 2_000, "there is something to be found");
    assert!(secrets.len() >= 14 && !links.is_empty() && secrets.iter().all(|secret| secret.len() >= 6), "{secrets:?}");
    // The search finds what is there.
    assert!(searched.iter().any(|(_, bytes)| holds(bytes, "Wang Fang")));
    let told = |(place, bytes): &(String, Vec<u8>)| {
        let links = if place.contains("journal.db") { &[] } else { links };
        secrets
            .iter()
            .chain(links)
            .filter(|secret| holds(bytes, secret))
            .map(|secret| format!("{secret} in {place}"))
            .collect::<Vec<_>>()
    };
    let told: Vec<String> = searched.iter().flat_map(told).collect();
    assert!(told.is_empty(), "{told:#?}");
}
