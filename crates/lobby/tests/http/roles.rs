//! Route × role: every route of the table, every role, nobody, and a credential that is not good.

use crate::hall::{Hall, request};
use axum::body::Body;
use lobby::{
    accounts::Role,
    http::{
        self,
        access::{self, Who},
    },
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The address with something in its open places that nobody has.
fn address(path: &str) -> String {
    path.replace("{id}", "20000101-A001")
        .replace("{counter}", "99")
        .replace("{token}", "nothing")
        .replace("{code}", "NOBODYS")
        .replace("{line}", "nowhere")
}

#[tokio::test]
async fn every_route_knows_its_roles() {
    let hall = Hall::new();
    for access in access::TABLE {
        let path = address(access.path);
        // A body that no route takes: who may not call must not learn that.
        let body = || if access.method == "POST" { Body::from("{") } else { Body::empty() };
        for role in Role::ALL {
            let status = status(&hall, access.method, &path, role.name(), &[], body()).await;
            match access.who {
                Who::Anyone => assert!(!matches!(status, 401 | 403), "{role:?} {} {path}: {status}", access.method),
                Who::Roles(roles) if roles.contains(&role) => {
                    assert!(!matches!(status, 401 | 403), "{role:?} {} {path}: {status}", access.method);
                }
                Who::Roles(_) => assert_eq!(status, 403, "{role:?} {} {path}", access.method),
            }
        }
        let nobody = status(&hall, access.method, &path, "", &[], body()).await;
        let stranger = status(&hall, access.method, &path, "", &[("authorization", "Bearer demo-boss")], body()).await;
        let open = access.who == Who::Anyone;
        assert_eq!(nobody == 401, !open, "nobody {} {path}: {nobody}", access.method);
        assert_eq!(stranger == 401, !open, "a bad token {} {path}: {stranger}", access.method);
    }
}

/// The status alone: a stream has no end to wait for.
async fn status(hall: &Hall, method: &str, path: &str, role: &str, headers: &[(&str, &str)], body: Body) -> u16 {
    use tower::ServiceExt as _;
    let response = hall.router.clone().oneshot(request(method, path, role, headers, body)).await.unwrap();
    response.status().as_u16()
}

/// Who, as DESIGN §7 says it, written out a second time so that the table cannot drift.
#[test]
fn the_table_is_the_contract() {
    let may = |method: &str, path: &str| -> String {
        let access = access::TABLE.iter().find(|access| access.method == method && access.path == path).unwrap();
        match access.who {
            Who::Anyone => "anyone".to_owned(),
            Who::Roles(roles) => roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" "),
        }
    };
    assert_eq!(may("POST", "/api/v1/tickets"), "kiosk greeter");
    assert_eq!(may("PUT", "/api/v1/appointments/{code}"), "manager hq");
    assert_eq!(may("DELETE", "/api/v1/appointments/{code}"), "manager hq");
    assert_eq!(may("POST", "/api/v1/appointments"), "manager hq");
    assert_eq!(may("GET", "/api/v1/appointments"), "greeter manager hq");
    assert_eq!(may("GET", "/api/v1/tickets"), "clerk greeter manager engineer");
    assert_eq!(may("POST", "/api/v1/tickets/{id}/cancel"), "greeter");
    assert_eq!(may("POST", "/api/v1/counters/{counter}/next"), "desk clerk manager");
    assert_eq!(may("POST", "/api/v1/track/{token}/cancel"), "anyone");
    assert_eq!(may("POST", "/api/v1/cards"), "kiosk greeter");
    assert_eq!(may("POST", "/api/v1/copies"), "kiosk");
    assert_eq!(may("GET", "/api/v1/speech"), "kiosk");
    assert_eq!(may("GET", "/api/v1/journal"), "manager engineer");
    assert_eq!(may("GET", "/api/v1/forecast"), "manager");
    assert_eq!(may("POST", "/api/v1/lines/{line}/walk"), "engineer manager");
    assert_eq!(may("POST", "/api/v1/day/open"), "manager");
    assert_eq!(may("GET", "/api/v1/devices"), "clerk greeter manager engineer");
    assert!(may("GET", "/api/v1/board/events").starts_with("screen"));
    assert_eq!(may("GET", "/api/v1/screens"), may("GET", "/api/v1/board"));
    assert!(may("GET", "/api/v1/menu").starts_with("kiosk"));
    for access in access::TABLE.iter().filter(|access| access.path.ends_with("/transfer")) {
        assert_eq!(may(access.method, access.path), "desk clerk manager");
    }
}

#[test]
fn the_table_and_the_routes_are_the_same() {
    let document: Value = serde_json::from_str(http::openapi()).unwrap();
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            served.insert((method.to_uppercase(), path.clone()));
        }
    }
    let table: BTreeSet<_> =
        access::TABLE.iter().map(|access| (access.method.to_owned(), access.path.to_owned())).collect();
    assert_eq!(served, table);
}

#[tokio::test]
async fn no_credential_says_how_to_send_one() {
    let hall = Hall::new();
    let got = hall.get("", "/api/v1/menu").await;
    got.problem(401, "no_credential");
    assert_eq!(got.header("www-authenticate"), "Bearer");
    hall.get("hq", "/api/v1/menu").await.problem(403, "wrong_role");
    // Without `demo` in the configuration its tokens are worth nothing.
    let real = Hall::with(|config| config.demo = false);
    real.get("kiosk", "/api/v1/menu").await.problem(401, "bad_credential");
}

#[tokio::test]
async fn a_cookie_counts_for_the_role_that_the_page_names() {
    let hall = Hall::new();
    let cookie = ("cookie", "ns-screen-8700=demo-screen; ns-kiosk-8700=demo-kiosk; ns-clerk-9999=demo-clerk");
    let ask = |path: &'static str, headers: Vec<(&'static str, &'static str)>| {
        let hall = &hall;
        async move { hall.send(request("GET", path, "", &headers, Body::empty())).await.status }
    };
    assert_eq!(ask("/api/v1/menu", vec![cookie, ("x-role", "kiosk")]).await, 200);
    assert_eq!(ask("/api/v1/menu", vec![cookie, ("x-role", "screen")]).await, 403);
    assert_eq!(ask("/api/v1/menu", vec![cookie]).await, 401);
    assert_eq!(ask("/api/v1/board?role=screen", vec![cookie]).await, 200);
    // Of another port, and so of another lobby.
    assert_eq!(ask("/api/v1/counters", vec![cookie, ("x-role", "clerk")]).await, 401);
    // A value under the name of another role.
    let swapped = ("cookie", "ns-clerk-8700=demo-kiosk");
    assert_eq!(ask("/api/v1/counters", vec![swapped, ("x-role", "clerk")]).await, 401);
    // An unsafe call cannot be made by an address alone.
    let forged = hall.send(request("POST", "/api/v1/tickets?role=kiosk", "", &[cookie], Body::from("{}"))).await;
    forged.problem(401, "no_credential");
}
