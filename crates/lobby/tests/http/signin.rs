//! People sign in, work at a counter, hand it over and sign out.

use crate::hall::{Got, Hall, request};
use axum::body::Body;
use lobby::accounts::{Role, StaffCommand, Store, TokenCommand};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

pub(crate) fn real() -> Hall {
    Hall::with(|config| {
        config.demo = false;
        // The tests press faster than a clerk.
        config.rules.min_call_gap_s = 0;
    })
}

pub(crate) fn add_staff(dir: &Path, number: &str, roles: &[Role], secret: &str) -> String {
    let (number, name, roles, stars) = (number.to_owned(), format!("Name of {number}"), roles.to_vec(), 4);
    let mut out = Vec::new();
    let add = StaffCommand::Add { number, name, roles, stars };
    add.run(dir, &|_| Ok(secret.to_owned()), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Enrols a device and answers its cookies as a browser sends them.
pub(crate) async fn enrolled(hall: &Hall, role: Role, name: &str) -> String {
    let mut out = Vec::new();
    TokenCommand::Enroll { role, name: name.to_owned() }.run(hall.dir(), &mut out).unwrap();
    let code = String::from_utf8(out).unwrap().lines().next().unwrap().to_owned();
    cookies(&hall.get("", &format!("/enroll?code={code}")).await)
}

/// What a browser would send back.
pub(crate) fn cookies(got: &Got) -> String {
    let set = got.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    set.map(|value| value.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

pub(crate) async fn sign_in(hall: &Hall, cookies: &str, body: &Value) -> Got {
    let headers = [("cookie", cookies)];
    hall.send(request("POST", "/api/v1/signin", "", &headers, Body::from(body.to_string()))).await
}

/// A call of a page: the role is named, the cookies say who it is.
pub(crate) async fn call(hall: &Hall, role: &str, cookies: &str, method: &str, path: &str, body: Value) -> Got {
    let body = if method == "GET" { Body::empty() } else { Body::from(body.to_string()) };
    hall.send(request(method, path, "", &[("cookie", cookies), ("x-role", role)], body)).await
}

/// Waits until a call answers with that status.
pub(crate) async fn until(status: u16, mut probe: impl AsyncFnMut() -> u16) {
    let mut last = 0;
    for _ in 0..300 {
        last = probe().await;
        if last == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited for {status}, and it is {last}");
}

#[tokio::test]
async fn a_clerk_signs_in_with_a_pin_and_is_named_at_the_counter() {
    let hall = real();
    assert_eq!(add_staff(hall.dir(), "1001", &[Role::Clerk], "2468"), "staff 1001 may sign in as clerk\n");
    let device = enrolled(&hall, Role::Desk, "pc-1").await;
    assert!(device.contains("ns-desk-8700=") && device.contains("ns-device-8700="), "{device}");

    let wish = json!({"staff": "1001", "secret": "2468", "role": "clerk"});
    let got = sign_in(&hall, &device, &wish).await;
    assert_eq!(got.status, 200, "{}", got.text());
    let set = got.header("set-cookie");
    assert!(set.starts_with("ns-clerk-8700=") && set.contains("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"));
    assert!(!set.contains("Secure"), "plain HTTP: a browser would drop it");
    assert_eq!(got.json()["session"]["staff"], json!({"number": "1001", "stars": 4, "roles": ["clerk"]}));
    assert_eq!(got.json()["session"]["idle_s"], 3600);

    let clerk = cookies(&got);
    let opened = call(&hall, "clerk", &clerk, "POST", "/api/v1/counters/1/open", json!({})).await.json();
    assert_eq!((&opened["counter"]["staff"], &opened["counter"]["stars"]), (&json!("1001"), &json!(4)));
    assert!(opened["counter"]["staff_since"].is_string());
    let who = call(&hall, "clerk", &clerk, "GET", "/api/v1/session", json!({})).await.json();
    assert_eq!((&who["session"]["kind"], &who["session"]["name"]), (&json!("person"), &json!("1001")));
    // The cookie is worth nothing for another role, nor under its name.
    let stolen = clerk.replace("ns-clerk-", "ns-manager-");
    call(&hall, "manager", &stolen, "GET", "/api/v1/forecast", json!({})).await.problem(401, "bad_credential");
    call(&hall, "manager", &clerk, "GET", "/api/v1/forecast", json!({})).await.problem(401, "no_credential");
    // The page keeps the session and renews nothing of it.
    let page = hall.send(request("GET", "/counter", "", &[("cookie", &clerk)], Body::empty())).await;
    assert_eq!(page.header("set-cookie"), "");
}

#[tokio::test]
async fn a_pin_is_good_on_enrolled_devices_only() {
    let hall = real();
    add_staff(hall.dir(), "1001", &[Role::Clerk], "2468");
    add_staff(hall.dir(), "2001", &[Role::Manager], "correct horse");
    for number in ["1001", "9999"] {
        let got = sign_in(&hall, "", &json!({"staff": number, "secret": "2468"})).await;
        let detail = got.problem(403, "pin_needs_device");
        assert!(detail.contains("enrol"), "{detail}");
    }
    // A password is.
    let got = sign_in(&hall, "", &json!({"staff": "2001", "secret": "correct horse"})).await;
    assert_eq!(got.status, 200, "{}", got.text());
    // A revoked device is none.
    let device = enrolled(&hall, Role::Screen, "tablet").await;
    let mut out = Vec::new();
    TokenCommand::Revoke { role: None, name: "tablet".to_owned() }.run(hall.dir(), &mut out).unwrap();
    sign_in(&hall, &device, &json!({"staff": "1001", "secret": "2468"})).await.problem(403, "pin_needs_device");
    // In a demo, which is on loopback, it is good everywhere.
    let demo = Hall::new();
    add_staff(demo.dir(), "1001", &[Role::Clerk], "2468");
    assert_eq!(sign_in(&demo, "", &json!({"staff": "1001", "secret": "2468"})).await.status, 200);
}

#[tokio::test]
async fn whoever_errs_too_often_waits_and_learns_nothing() {
    let hall = real();
    add_staff(hall.dir(), "1001", &[Role::Clerk], "2468");
    let (one, other) = (enrolled(&hall, Role::Desk, "pc-1").await, enrolled(&hall, Role::Desk, "pc-2").await);
    for number in ["1001", "9999"] {
        let mut sentences = Vec::new();
        for _ in 0..5 {
            let got = sign_in(&hall, &one, &json!({"staff": number, "secret": "1111"})).await;
            sentences.push(got.problem(401, "wrong_secret"));
        }
        sentences.dedup();
        assert_eq!(sentences.len(), 1);
        // Now the right one is not looked at either.
        let got = sign_in(&hall, &one, &json!({"staff": number, "secret": "2468"})).await;
        got.problem(429, "signin_locked");
        let retry: u32 = got.header("retry-after").parse().unwrap();
        assert!((25..=30).contains(&retry) && got.json()["wait_s"] == retry, "{retry}");
    }
    // At another device the same person is no stranger.
    assert_eq!(sign_in(&hall, &other, &json!({"staff": "1001", "secret": "2468"})).await.status, 200);
    // A manager's new secret forgives.
    let passwd = StaffCommand::Passwd { number: "1001".to_owned() };
    passwd.run(hall.dir(), &|_| Ok("1357".to_owned()), &mut Vec::new()).unwrap();
    assert_eq!(sign_in(&hall, &one, &json!({"staff": "1001", "secret": "1357"})).await.status, 200);
    for file in std::fs::read_dir(hall.dir()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in ["\"2468\"", "\"1357\"", "secret\":\""] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}

#[tokio::test]
async fn bad_wishes_to_sign_in_are_told_apart() {
    let hall = real();
    add_staff(hall.dir(), "1001", &[Role::Clerk, Role::Greeter], "long enough");
    sign_in(&hall, "", &json!({"staff": "1001", "secret": "long enough", "role": "manager"}))
        .await
        .problem(403, "not_their_role");
    sign_in(&hall, "", &json!({"staff": "1001", "secret": "long enough", "role": "kiosk"}))
        .await
        .problem(422, "bad_role");
    sign_in(&hall, "", &json!({"staff": "1001"})).await.problem(422, "bad_body");
    sign_in(&hall, "", &json!({"staff": "1001", "secret": "long enough", "more": 1})).await.problem(422, "bad_body");
    sign_in(&hall, "", &json!({"staff": "'; DROP TABLE staff", "secret": "long enough"}))
        .await
        .problem(401, "wrong_secret");
    // Without a role one is signed in for all of one's own.
    let got = sign_in(&hall, "", &json!({"staff": " 1001 ", "secret": "long enough"})).await;
    let both = cookies(&got);
    assert!(both.contains("ns-clerk-8700=") && both.contains("ns-greeter-8700="), "{both}");
    assert_eq!(call(&hall, "greeter", &both, "GET", "/api/v1/tickets", json!({})).await.status, 200);
}

#[tokio::test]
async fn two_clerks_at_one_counter() {
    let hall = real();
    for number in ["1001", "1002"] {
        add_staff(hall.dir(), number, &[Role::Clerk], "2468");
    }
    let device = enrolled(&hall, Role::Desk, "pc-1").await;
    let clerk = async |number: &str| {
        cookies(&sign_in(&hall, &device, &json!({"staff": number, "secret": "2468", "role": "clerk"})).await)
    };
    let (first, second) = (clerk("1001").await, clerk("1002").await);
    let at = async |who: &str, act: &str, body: Value| {
        call(&hall, "clerk", who, "POST", &format!("/api/v1/counters/1/{act}"), body).await
    };
    assert_eq!(at(&first, "open", json!({})).await.status, 200);
    // Another tab of the same clerk.
    assert_eq!(at(&clerk("1001").await, "next", json!({})).await.status, 200);
    // The other one is told who holds it, and since when.
    for act in ["open", "next", "finish", "pause", "clerk"] {
        let body = if act == "pause" { json!({"reason": "rest"}) } else { json!({}) };
        let detail = at(&second, act, body).await.problem(409, "counter_taken");
        assert!(detail.contains("1001") && detail.contains("since") && detail.contains(':'), "{detail}");
    }
    // A desk unit works on, whoever is named.
    let desk = device.split("; ").find(|one| one.starts_with("ns-desk")).unwrap();
    assert_eq!(call(&hall, "desk", desk, "POST", "/api/v1/counters/1/next", json!({})).await.status, 200);
    at(&second, "clerk", json!({"from": "1009"})).await.problem(409, "counter_taken");
    let taken = at(&second, "clerk", json!({"from": "1001"})).await;
    assert_eq!(taken.json()["counter"]["staff"], "1002");
    assert_eq!(taken.json()["counter"]["state"], "open");
    at(&first, "next", json!({})).await.problem(409, "counter_taken");
    // It stands in the journal, with whom they took it from.
    let rows = Store::open(hall.dir()).unwrap().audit(None, 10).unwrap();
    assert!(rows.iter().any(|row| row.act == "signed_in" && row.who == "clerk:1002" && row.place == "desk:pc-1"));
    add_staff(hall.dir(), "2001", &[Role::Manager], "correct horse");
    let manager = cookies(&sign_in(&hall, "", &json!({"staff": "2001", "secret": "correct horse"})).await);
    let journal = call(&hall, "manager", &manager, "GET", "/api/v1/journal?limit=1000", json!({})).await.json();
    let facts: Vec<_> = journal["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "staff_named").collect();
    assert_eq!(facts.len(), 1);
    assert_eq!((&facts[0]["fact"]["from"], &facts[0]["actor"]), (&json!("1001"), &json!("clerk:1002")));
}

#[tokio::test]
async fn signing_out_leaves_the_counter_open_without_a_name() {
    let hall = real();
    add_staff(hall.dir(), "1001", &[Role::Clerk], "2468");
    let device = enrolled(&hall, Role::Desk, "pc-1").await;
    let wish = json!({"staff": "1001", "secret": "2468", "role": "clerk"});
    let clerk = format!("{device}; {}", cookies(&sign_in(&hall, &device, &wish).await));
    call(&hall, "clerk", &clerk, "POST", "/api/v1/counters/1/open", json!({})).await;
    let out = call(&hall, "clerk", &clerk, "POST", "/api/v1/signout", json!({})).await;
    assert_eq!(out.status, 200, "{}", out.text());
    assert!(out.header("set-cookie").starts_with("ns-clerk-8700=; ") && out.header("set-cookie").contains("Max-Age=0"));
    call(&hall, "clerk", &clerk, "POST", "/api/v1/counters/1/next", json!({})).await.problem(401, "bad_credential");
    let counter = call(&hall, "desk", &clerk, "GET", "/api/v1/counters/1", json!({})).await.json();
    assert_eq!((&counter["counter"]["state"], &counter["counter"]["staff"]), (&json!("open"), &Value::Null));
    // A device has nobody to sign out.
    call(&hall, "desk", &clerk, "POST", "/api/v1/signout", json!({})).await.problem(409, "not_signed_in");
    // One person a role and device: the next sign-in ends the one before.
    add_staff(hall.dir(), "1002", &[Role::Clerk], "2468");
    let one = format!("{device}; {}", cookies(&sign_in(&hall, &device, &wish).await));
    let next = json!({"staff": "1002", "secret": "2468", "role": "clerk"});
    assert_eq!(sign_in(&hall, &one, &next).await.status, 200);
    call(&hall, "clerk", &one, "GET", "/api/v1/session", json!({})).await.problem(401, "bad_credential");
}

#[tokio::test]
async fn a_session_ends_with_the_shift() {
    let hall = real();
    add_staff(hall.dir(), "1001", &[Role::Clerk, Role::Manager], "correct horse");
    let both = cookies(&sign_in(&hall, "", &json!({"staff": "1001", "secret": "correct horse"})).await);
    let clerk = async || call(&hall, "clerk", &both, "GET", "/api/v1/session", json!({})).await.status;
    assert_eq!(clerk().await, 200);
    let closed = call(&hall, "manager", &both, "POST", "/api/v1/day/close", json!({})).await;
    assert_eq!(closed.status, 200, "{}", closed.text());
    until(401, clerk).await;
    // Whoever closed the day reads its report afterwards.
    assert_eq!(call(&hall, "manager", &both, "GET", "/api/v1/session", json!({})).await.status, 200);
    let ended = Store::open(hall.dir()).unwrap().audit(None, 20).unwrap();
    assert!(ended.iter().any(|row| row.act == "session_ended" && row.who == "clerk:1001" && row.detail == "day"));
}

#[tokio::test]
async fn an_idle_session_ends_and_an_active_one_goes_on() {
    let (hall, hands) = Hall::by_hand(|config| {
        config.demo = false;
        config.accounts.idle_min = 30;
    });
    let pass = |minutes: i64| hands.set(hands.at().plus(minutes * 60_000));
    add_staff(hall.dir(), "2001", &[Role::Manager], "correct horse");
    let wish = json!({"staff": "2001", "secret": "correct horse", "role": "manager"});
    let manager = cookies(&sign_in(&hall, "", &wish).await);
    let active = async || call(&hall, "manager", &manager, "POST", "/api/v1/session/active", json!({})).await.status;
    let reads = async || call(&hall, "manager", &manager, "GET", "/api/v1/session", json!({})).await.status;
    pass(29);
    assert_eq!(active().await, 200);
    pass(29);
    assert_eq!((reads().await, active().await), (200, 200), "58 minutes, with an act between");
    pass(29);
    assert_eq!(reads().await, 200);
    pass(2);
    assert_eq!(reads().await, 401, "reading was no act");
}

#[tokio::test]
async fn a_page_of_another_site_does_nothing() {
    let hall = Hall::new();
    let own = [("cookie", "ns-clerk-8700=demo-clerk"), ("x-role", "clerk"), ("host", "10.0.0.7:8700")];
    let post = async |more: &[(&str, &str)]| {
        let headers = [&own[..], more].concat();
        hall.send(request("POST", "/api/v1/counters/1/open", "", &headers, Body::from("{}"))).await
    };
    post(&[("sec-fetch-site", "cross-site")]).await.problem(403, "cross_site");
    post(&[("sec-fetch-site", "same-site")]).await.problem(403, "cross_site");
    // A browser on plain HTTP over a LAN address sends no Sec-Fetch-Site.
    post(&[("origin", "http://evil.example")]).await.problem(403, "cross_site");
    post(&[("origin", "null")]).await.problem(403, "cross_site");
    post(&[("origin", "http://10.0.0.7:8701")]).await.problem(403, "cross_site");
    assert_eq!(post(&[("origin", "http://10.0.0.7:8700")]).await.status, 200);
    assert_eq!(post(&[("sec-fetch-site", "same-origin"), ("origin", "http://10.0.0.7:8700")]).await.status, 200);
    // Scripts and devices send neither.
    assert_eq!(post(&[]).await.status, 200);
}

#[tokio::test]
async fn a_code_that_is_not_accepted_shows_people_a_page() {
    let hall = real();
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    for (path, status) in [("/enroll?code=0000-0000-0000", 403), ("/enroll", 200)] {
        let got = hall.send(request("GET", path, "", &browser, Body::empty())).await;
        assert_eq!((got.status, got.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
    }
    let program = [("accept", "application/json")];
    let got = hall.send(request("GET", "/enroll?code=0000-0000-0000", "", &program, Body::empty())).await;
    got.problem(403, "bad_code");
    for _ in 0..8 {
        hall.get("", "/enroll?code=0000-0000-0000").await.problem(403, "bad_code");
    }
    let got = hall.send(request("GET", "/enroll?code=0000-0000-0000", "", &browser, Body::empty())).await;
    assert_eq!((got.status, got.header("content-type")), (429, "text/html; charset=utf-8"));
    assert!(!got.header("retry-after").is_empty());
}
