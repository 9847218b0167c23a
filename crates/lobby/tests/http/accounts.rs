//! Tokens and enrolled pages, made by the command line beside a running lobby.

use crate::hall::{Got, Hall, request};
use axum::body::Body;
use lobby::accounts::{AccountsError, Role, Store, TokenCommand};
use queue_core::Timestamp;
use std::path::Path;

fn hall() -> Hall {
    Hall::with(|config| config.demo = false)
}

fn run(dir: &Path, command: &TokenCommand) -> Result<String, AccountsError> {
    let mut out = Vec::new();
    command.run(dir, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

fn add(role: Role, name: &str) -> TokenCommand {
    TokenCommand::Add { role, name: name.to_owned() }
}

/// Makes a token.
pub(crate) fn token(dir: &Path, role: Role, name: &str) -> String {
    run(dir, &add(role, name)).unwrap().trim().to_owned()
}

async fn with_token(hall: &Hall, path: &str, token: &str) -> Got {
    let bearer = format!("Bearer {token}");
    hall.send(request("GET", path, "", &[("authorization", &bearer)], Body::empty())).await
}

#[tokio::test]
async fn a_token_works_at_once_and_stands_nowhere_readable() {
    let hall = hall();
    let token = run(hall.dir(), &add(Role::Kiosk, "k1")).unwrap().trim().to_owned();
    assert!(token.len() >= 22, "128 bits and more: {token}");
    assert_eq!(with_token(&hall, "/api/v1/menu", &token).await.status, 200);
    assert_eq!(with_token(&hall, "/api/v1/devices", &token).await.status, 403);
    for file in std::fs::read_dir(hall.dir()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
    let listed = run(hall.dir(), &TokenCommand::List).unwrap();
    assert!(listed.contains("k1") && listed.contains("used 20") && !listed.contains(&token), "{listed}");
    let twice = run(hall.dir(), &add(Role::Kiosk, "k1")).unwrap_err();
    assert!(matches!(twice, AccountsError::Taken { .. }), "{twice}");
    assert!(matches!(run(hall.dir(), &add(Role::Kiosk, "k 1")).unwrap_err(), AccountsError::BadName(_)));
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing() {
    let hall = hall();
    let token = run(hall.dir(), &add(Role::Engineer, "e1")).unwrap().trim().to_owned();
    let revoke = TokenCommand::Revoke { role: None, name: "e1".to_owned() };
    run(hall.dir(), &revoke).unwrap();
    with_token(&hall, "/api/v1/devices", &token).await.problem(401, "bad_credential");
    assert!(matches!(run(hall.dir(), &revoke).unwrap_err(), AccountsError::NothingToRevoke(_)));
    // The name is free again.
    let again = run(hall.dir(), &add(Role::Engineer, "e1")).unwrap();
    assert_ne!(again.trim(), token);
}

#[tokio::test]
async fn a_page_is_enrolled_once() {
    let hall = hall();
    let told = run(hall.dir(), &TokenCommand::Enroll { role: Role::Screen, name: "s1".to_owned() }).unwrap();
    let code = told.lines().next().unwrap();
    let got = hall.get("", &format!("/enroll?code={}", code.to_lowercase())).await;
    assert_eq!((got.status, got.header("location")), (303, "/screen"));
    assert_eq!(got.header("referrer-policy"), "no-referrer");
    let cookie = got.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("ns-screen-8700="), "{cookie}");
    let board = request("GET", "/api/v1/board?role=screen", "", &[("cookie", &cookie)], Body::empty());
    assert_eq!(hall.send(board).await.status, 200);
    hall.get("", &format!("/enroll?code={code}")).await.problem(403, "bad_code");
    // The page's answer keeps the cookie alive.
    let page = hall.send(request("GET", "/screen", "", &[("cookie", &cookie)], Body::empty())).await;
    assert!(page.header("set-cookie").starts_with(&cookie));
}

#[tokio::test]
async fn wrong_codes_are_slowed_down() {
    let hall = hall();
    for _ in 0..10 {
        hall.get("", "/enroll?code=0000-0000-0000").await.problem(403, "bad_code");
    }
    let told = run(hall.dir(), &TokenCommand::Enroll { role: Role::Screen, name: "s1".to_owned() }).unwrap();
    let got = hall.get("", &format!("/enroll?code={}", told.lines().next().unwrap())).await;
    got.problem(429, "too_many_codes");
    assert!((1..=60).contains(&got.header("retry-after").parse::<u32>().unwrap()));
    hall.get("", "/enroll").await.problem(400, "bad_query");
}

#[tokio::test]
async fn a_kiosk_prints_at_its_own_printer() {
    let hall = Hall::with(|config| {
        config.demo = false;
        config.kiosks.push(lobby::config::KioskConfig {
            id: "k2".to_owned(),
            printer: None,
            name: lobby::config::Text::new(),
        });
    });
    for (name, print) in [("k2", "none"), ("k1", "queued"), ("spare", "queued")] {
        let token = run(hall.dir(), &add(Role::Kiosk, name)).unwrap();
        let bearer = format!("Bearer {}", token.trim());
        let body = Body::from(r#"{"service":"cash"}"#);
        let got = hall.send(request("POST", "/api/v1/tickets", "", &[("authorization", &bearer)], body)).await;
        assert_eq!(got.json()["print"], print, "{name}");
    }
}

#[tokio::test]
async fn a_clerk_s_staff_number_stands_at_the_counter() {
    let hall = hall();
    let token = run(hall.dir(), &add(Role::Clerk, "1001")).unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let open = request("POST", "/api/v1/counters/1/open", "", &[("authorization", &bearer)], Body::empty());
    assert_eq!(hall.send(open).await.json()["counter"]["staff"], "1001");
}

#[test]
fn a_code_lives_ten_minutes() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let code = store.add_enrolment(Role::Kiosk, "k1", Timestamp(0)).unwrap();
    assert_eq!(store.redeem(&code, Timestamp(600_000)).unwrap(), None);
    let (_, whose) = store.redeem(&code, Timestamp(599_999)).unwrap().unwrap();
    assert_eq!(whose.actor(), "kiosk:k1");
}

#[test]
fn accounts_of_a_newer_lobby_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path()).unwrap());
    let db = rusqlite::Connection::open(dir.path().join(lobby::accounts::FILE)).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    let refused = Store::open(dir.path()).unwrap_err();
    assert!(matches!(refused, AccountsError::Newer { found: 99, .. }), "{refused}");
    assert!(refused.to_string().contains("start the newer one"));
}
