//! Pages and the listener for phones.

use crate::hall::{Hall, request, send};
use axum::body::Body;
use lobby::http;
use serde_json::json;

const PAGES: [&str; 9] =
    ["/", "/kiosk", "/counter", "/screen", "/manager", "/wiring", "/signin", "/staff", "/t/whatever"];

#[tokio::test]
async fn pages_are_shells_for_anybody() {
    let hall = Hall::with(|config| config.demo = false);
    for page in PAGES {
        let got = hall.get("", page).await;
        assert_eq!(got.status, 200, "{page}");
        assert_eq!(got.header("content-type"), "text/html; charset=utf-8", "{page}");
        assert_eq!(got.header("cache-control"), "no-cache", "{page}");
        assert_eq!(got.header("set-cookie"), "", "{page}: only a demo gives cookies away");
        assert!(got.header("content-security-policy").starts_with("default-src 'self'; img-src 'self' data:;"));
        assert_eq!(got.header("referrer-policy"), "no-referrer");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        let known = [("if-none-match", got.header("etag"))];
        let again = hall.send(request("GET", page, "", &known, Body::empty())).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{page}");
    }
}

#[tokio::test]
async fn a_demo_page_carries_its_cookie_and_works_with_it() {
    let hall = Hall::new();
    for (page, cookie) in [
        ("/kiosk", "kiosk"),
        ("/screen", "screen"),
        ("/counter", "clerk"),
        ("/manager", "manager"),
        ("/wiring", "engineer"),
    ] {
        let got = hall.get("", page).await;
        let set = got.header("set-cookie");
        assert!(
            set.starts_with(&format!("ns-{cookie}-8700=demo-{cookie}; HttpOnly; SameSite=Strict; Path=/")),
            "{set}"
        );
        assert!(!set.contains("Secure"), "plain HTTP: a browser would drop it");
    }
    assert_eq!(hall.get("", "/t/whatever").await.header("set-cookie"), "");
    let cookie = [("cookie", "ns-kiosk-8700=demo-kiosk"), ("x-role", "kiosk")];
    let body = Body::from(json!({"service": "cash"}).to_string());
    assert_eq!(hall.send(request("POST", "/api/v1/tickets", "", &cookie, body)).await.status, 201);
}

#[tokio::test]
async fn files_of_pages_are_kept_for_ever() {
    let hall = Hall::new();
    let shell = hall.get("", "/kiosk").await.text();
    let start = shell.find("/assets/").expect("the shell loads something");
    let file = shell[start..].split(['"', '\'']).next().unwrap();
    for path in [file.to_owned(), format!("/t{file}")] {
        let got = hall.send(request("GET", &path, "", &[("accept-encoding", "br")], Body::empty())).await;
        assert_eq!(got.status, 200, "{path}");
        assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(got.header("vary"), "Accept-Encoding");
        let plain = hall.get("", &path).await;
        assert_eq!(plain.header("content-encoding"), "");
    }
    hall.get("", "/assets/nothing.js").await.problem(404, "no_such_route");
}

#[tokio::test]
async fn the_second_listener_knows_only_links() {
    let hall = Hall::new();
    let track = hall.take("cash").await["track"].as_str().unwrap().to_owned();
    let public = http::public_router(hall.state.clone());
    let get = async |path: &str, role: &str| send(&public, request("GET", path, role, &[], Body::empty())).await.status;
    assert_eq!(get(&track, "").await, 200);
    assert_eq!(get(&track.replace("/t/", "/api/v1/track/"), "").await, 200);
    for path in ["/", "/kiosk", "/metrics", "/healthz", "/api/v1/openapi.json", "/enroll?code=1"] {
        assert!(matches!(get(path, "").await, 401 | 404), "{path}");
    }
    for path in ["/api/v1/menu", "/api/v1/tickets", "/api/v1/board", "/api/v1/journal"] {
        assert_eq!(get(path, "manager").await, 404, "{path}");
    }
}
