//! What one caller may ask, what they may send, and what is noted of them.

use crate::{
    hall::{Got, Hall, request, send},
    signin::{add_staff, enrolled, real, sign_in},
};
use axum::{body::Body, extract::ConnectInfo};
use futures_util::future::join_all;
use lobby::{accounts::Role, config::LimitsConfig, http};
use serde_json::json;
use std::{net::SocketAddr, time::Duration};

const TICKETS: &str = "/api/v1/tickets";

fn limited(change: impl FnOnce(&mut LimitsConfig)) -> Hall {
    Hall::with(|config| {
        config.limits.calls = Some(true);
        change(&mut config.limits);
    })
}

/// A call from an address of the network.
async fn from(hall: &Hall, address: &str, path: &str) -> Got {
    let mut request = request("GET", path, "", &[], Body::empty());
    let peer: SocketAddr = format!("{address}:40000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    hall.send(request).await
}

#[tokio::test]
async fn a_script_at_the_kiosk_does_not_empty_the_roll() {
    let hall = limited(|limits| limits.tickets_per_min = 2);
    let take = async || hall.post("kiosk", TICKETS, json!({"service": "cash"})).await;
    assert_eq!((take().await.status, take().await.status), (201, 201));
    let third = take().await;
    let detail = third.problem(429, "too_many_tickets");
    assert!(detail.contains("ask the staff"), "{detail}");
    let wait: u64 = third.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait) && third.json()["wait_s"] == wait, "{wait}");
    // A copy is paper, too; everything else goes on, and so does everybody else.
    hall.post("kiosk", "/api/v1/copies", json!({"track": "x"})).await.problem(429, "too_many_tickets");
    assert_eq!(hall.get("kiosk", "/api/v1/menu").await.status, 200);
    for _ in 0..5 {
        let got = hall.post("greeter", TICKETS, json!({"service": "cash"})).await;
        assert_eq!((got.status, &got.json()["print"]), (201, &json!("none")), "no paper, no limit");
    }
    assert_eq!(hall.orders.len(), 2, "a greeter's tablet asks for no paper");
    // Who may not call at all learns that first.
    hall.post("clerk", TICKETS, json!({"service": "cash"})).await.problem(403, "wrong_role");
    let noted = hall.get("manager", "/api/v1/audit").await.json();
    let noted: Vec<_> = noted["audit"].as_array().unwrap().iter().filter(|act| act["act"] == "calls_refused").collect();
    assert_eq!((noted.len(), &noted[0]["who"], &noted[0]["about"]), (1, &json!("kiosk:demo"), &json!(TICKETS)));
    let metrics = hall.get("", "/metrics").await.text();
    assert!(metrics.contains("lobby_calls_refused_total 2\n"), "{metrics}");
}

#[tokio::test]
async fn an_hour_of_paper_is_limited_too_and_the_same_answer_again_is_none() {
    let hall = limited(|limits| (limits.tickets_per_min, limits.tickets_per_hour) = (1_000, 3));
    let take = async |key: &str| {
        let body = Body::from(json!({"service": "cash"}).to_string());
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        hall.send(request("POST", TICKETS, "kiosk", &headers, body)).await
    };
    for key in ["a", "a", "a", "b", "c"] {
        assert_eq!(take(key).await.status, 201, "{key}");
    }
    let got = take("d").await;
    got.problem(429, "too_many_tickets");
    assert!(got.json()["wait_s"].as_u64().unwrap() > 1_000, "{}", got.text());
}

#[tokio::test]
async fn whoever_drives_a_branch_fast_with_the_usual_limits_is_served() {
    // Its printer is not there: what is not printed uses up no paper, and a full queue stops no numbers.
    let hall = limited(|_| {});
    let mut told = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..600 {
        let got = hall.post("kiosk", TICKETS, json!({"service": "cash"})).await;
        assert_eq!(got.status, 201, "{}", got.text());
        *told.entry(got.json()["print"].to_string()).or_default() += 1;
    }
    assert!(told["\"failed\""] > 500, "{told:?}");
    for _ in 0..200 {
        assert_eq!(hall.post("clerk", "/api/v1/counters/1/open", json!({})).await.status, 200);
    }
}

#[tokio::test]
async fn each_device_link_and_address_has_calls_of_its_own() {
    let hall = limited(|limits| {
        limits.calls_per_min.insert(Role::Screen, 4);
        (limits.link_calls_per_min, limits.address_calls_per_min) = (4, 8);
    });
    let ask = async |role: &str, path: &str| hall.get(role, path).await;
    for _ in 0..2 {
        assert_eq!(ask("screen", "/api/v1/board").await.status, 200);
    }
    ask("screen", "/api/v1/board").await.problem(429, "too_many_calls");
    assert_eq!(ask("clerk", "/api/v1/board").await.status, 200);
    // Phones behind one address have their links; a link has not more for coming from many.
    let link = hall.take("cash").await["track"].as_str().unwrap().replace("/t/", "/api/v1/track/");
    for address in ["10.0.0.1", "10.0.0.2"] {
        assert_eq!(from(&hall, address, &link).await.status, 200);
    }
    from(&hall, "10.0.0.3", &link).await.problem(429, "too_many_calls");
    // Whoever shows nothing, or something that is wrong, is counted by address.
    for _ in 0..4 {
        from(&hall, "10.0.0.9", "/api/v1/menu").await.problem(401, "no_credential");
    }
    from(&hall, "10.0.0.9", "/api/v1/menu").await.problem(429, "too_many_calls");
    from(&hall, "10.0.0.9", "/kiosk").await.problem(429, "too_many_calls");
    assert_eq!(from(&hall, "10.0.0.9", "/healthz").await.status, 200, "who watches the lobby is never counted");
    assert_eq!(from(&hall, "10.0.0.10", "/kiosk").await.status, 200);
}

#[tokio::test]
async fn a_demo_counts_nothing_and_a_branch_does() {
    let hall = Hall::new();
    for _ in 0..150 {
        hall.take("cash").await;
    }
    let usual = LimitsConfig::default();
    let count = |demo: bool| http::Limits::new(&usual, demo);
    assert!(format!("{:?}", count(true)).contains("None") && !format!("{:?}", count(false)).contains("None)"));
}

#[tokio::test]
async fn one_person_holds_three_numbers_and_takes_nine_a_day() {
    let hall = Hall::with(|config| {
        let service = config.services[0].clone();
        for (id, series) in [("cards", "D"), ("abroad", "E")] {
            config.services.push(lobby::config::ServiceConfig {
                id: id.to_owned(),
                series: series.to_owned(),
                ..service.clone()
            });
        }
    });
    let take = async |service: &str, who: &str| {
        hall.post("kiosk", TICKETS, json!({"service": service, "identity": who})).await
    };
    for service in ["cash", "account", "loan"] {
        assert_eq!(take(service, "110101199003071234").await.status, 201);
    }
    let detail = take("cards", "110101199003071234").await.problem(409, "identity_live");
    assert!(detail.contains('3'), "{detail}");
    // The paper of one that is held comes again, and others are not meant.
    assert_eq!(take("cash", "110101199003071234").await.status, 200);
    assert_eq!(take("cards", "110101199003071235").await.status, 201);
    // Taking and giving back all day long ends, too.
    let tout = "110101199003071236";
    for _ in 0..9 {
        let id = take("cash", tout).await.json()["ticket"]["id"].as_str().unwrap().to_owned();
        let gone = hall.post("greeter", &format!("{TICKETS}/{id}/cancel"), json!({"reason": "left"})).await;
        assert_eq!(gone.status, 200, "{}", gone.text());
    }
    take("cash", tout).await.problem(409, "identity_day");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_wrong_pins_open_nothing_and_keep_nobody_from_the_lobby() {
    let hall = real();
    add_staff(hall.dir(), "1001", &[Role::Clerk], "2401");
    let (bad, good) = (enrolled(&hall, Role::Desk, "pc-bad").await, enrolled(&hall, Role::Desk, "pc-good").await);
    let token = crate::accounts::token(hall.dir(), Role::Kiosk, "k1");
    let bearer = format!("Bearer {token}");
    let bearer = [("authorization", bearer.as_str())];
    let guess = async |n: usize| {
        let wish = json!({"staff": format!("{}", 1_000 + n % 100), "secret": format!("{n:04}")});
        sign_in(&hall, &bad, &wish).await.status
    };
    let (mut opened, mut longest) = (0, Duration::ZERO);
    for hundred in 0..100 {
        let guesses = join_all((0..100).map(|n| guess(hundred * 100 + n)));
        let asked = async {
            let began = std::time::Instant::now();
            let menu = hall.send(request("GET", "/api/v1/menu", "", &bearer, Body::empty())).await;
            (menu.status, began.elapsed())
        };
        let (statuses, (menu, took)) = tokio::join!(guesses, asked);
        assert!(statuses.iter().all(|status| [200, 401, 429, 503].contains(status)), "{statuses:?}");
        opened += statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(menu, 200);
        longest = longest.max(took);
    }
    assert_eq!(opened, 0, "2401 was tried for 1001, and the device was locked by then");
    assert!(longest < Duration::from_secs(5), "the menu took {longest:?}");
    // The clerk at another counter is not locked out by it.
    assert_eq!(sign_in(&hall, &good, &json!({"staff": "1001", "secret": "2401"})).await.status, 200);
    let noted = lobby::accounts::Store::open(hall.dir()).unwrap().audit(None, 20_000).unwrap();
    let failed = noted.iter().filter(|act| act.act == "signin_failed").count();
    assert!((50..200).contains(&failed), "{failed} of 10,000 failures stand in the audit");
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let hall = Hall::new();
    let asked = [("kiosk", "/api/v1/menu"), ("", "/api/v1/menu"), ("", "/kiosk"), ("", "/nothing"), ("", "/metrics")];
    for (role, path) in asked {
        let got = hall.get(role, path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "SAMEORIGIN"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(got.header(name), value, "{path}");
        }
        assert!(got.header("content-security-policy").contains("frame-ancestors 'self'"), "{path}");
        assert!(got.header("permissions-policy").contains("geolocation=()"), "{path}");
        assert_eq!(got.header("strict-transport-security"), "", "plain HTTP promises no TLS");
        let kept = if path == "/kiosk" { "no-cache" } else { "no-store" };
        assert_eq!(got.header("cache-control"), kept, "{path}");
    }
}

#[tokio::test]
async fn no_trick_of_a_path_leaves_the_pages() {
    let hall = Hall::new();
    let tricks = [
        "/assets/../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/assets/..%5c..%5cCargo.toml",
        "/assets/%252e%252e%252fCargo.toml",
        "/assets/%00",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/.",
        "/assets/..",
        "/t/assets/..%2f..%2fsrc%2flib.rs",
        "/t/assets/%2e%2e%2findex.html",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/kiosk/..%2f..%2fCargo.toml",
        "/api/v1/../../etc/passwd",
        "/api/v1/tickets/..%2f..%2fetc%2fpasswd",
        "/api/v1/reports/day/..%2f..%2fetc%2fpasswd",
    ];
    for trick in tricks {
        let got = hall.send(request("GET", trick, "manager", &[], Body::empty())).await;
        assert!(matches!(got.status, 400 | 404), "{trick}: {} {}", got.status, got.text());
        assert!(!got.text().contains("[package]") && !got.text().contains("root:"), "{trick}");
    }
    let public = http::public_router(hall.state.clone());
    for path in ["/", "/kiosk", "/signin", "/metrics", "/healthz", "/api/v1/menu", "/api/v1/openapi.json", "/assets/x"]
    {
        let got = send(&public, request("GET", path, "manager", &[], Body::empty())).await;
        assert_eq!(got.status, 404, "{path} is not for phones");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let hall = limited(|limits| limits.body_s = 1);
    let never = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    hall.send(request("POST", TICKETS, "kiosk", &[], never)).await.problem(408, "slow_body");
}

#[tokio::test]
async fn data_that_is_taken_away_is_noted_with_who_and_why() {
    let hall = Hall::new();
    hall.take("cash").await;
    let day = hall.get("manager", "/api/v1/day").await.json()["business_day"].as_str().unwrap().to_owned();
    let csv = format!("/api/v1/reports/day/{day}?format=csv&table=jumps&reason=complaint%2017");
    assert_eq!(hall.get("manager", &csv).await.status, 200);
    assert_eq!(hall.get("engineer", "/api/v1/journal?limit=1").await.status, 200);
    // The next page of the same, and a look at the page, are no further export.
    assert_eq!(hall.get("engineer", "/api/v1/journal?after=1").await.status, 200);
    assert_eq!(hall.get("manager", &format!("/api/v1/reports/day/{day}")).await.status, 200);
    hall.get("manager", &format!("{csv}%0d%0aSet-Cookie:x")).await.problem(422, "bad_text");
    let noted = lobby::accounts::Store::open(hall.dir()).unwrap().audit(None, 10).unwrap();
    let noted: Vec<_> = noted.iter().map(|act| (&*act.act, &*act.who, &*act.about, &*act.detail)).collect();
    let (report, journal) = (format!("report {day} jumps"), "journal");
    let wanted = [
        ("exported", "engineer:demo", journal, "no reason given"),
        ("exported", "manager:demo", report.as_str(), "complaint 17"),
    ];
    assert_eq!(noted, wanted);
}
