//! Route × role: every route of the table, every role, and every kind of credential that somebody might try.

use crate::{
    hall::{Hall, request},
    signin::{add_staff, cookies, sign_in},
};
use axum::body::Body;
use lobby::{
    accounts::{Role, StaffCommand},
    http::{
        self,
        access::{self, Access, Who},
    },
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The roles of each route, written out a second time so that the table cannot drift.
const CONTRACT: &str = include_str!("../../../../tests/golden/roles.txt");

/// The address with something in its open places that nobody has.
fn address(path: &str) -> String {
    let names = [("{id}", "20000101-A001"), ("{counter}", "99"), ("{token}", "nothing"), ("{code}", "NOBODYS")];
    names.iter().fold(path.replace("{line}", "nowhere").replace("{number}", "99-99"), |path, (open, name)| {
        path.replace(open, name)
    })
}

/// Routes and roles of the contract.
fn contract() -> BTreeMap<(&'static str, &'static str), BTreeSet<&'static str>> {
    let lines = CONTRACT.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &'static str| {
        let mut words = line.split_whitespace();
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        ((method, path), words.collect::<BTreeSet<_>>())
    };
    lines.map(read).collect()
}

fn may(access: &Access) -> BTreeSet<&'static str> {
    match access.who {
        Who::Anyone => BTreeSet::from(["anyone"]),
        Who::Roles(roles) => roles.iter().map(|role| role.name()).collect(),
    }
}

#[test]
fn the_table_is_the_contract() {
    let table: BTreeMap<_, _> =
        access::TABLE.iter().map(|access| ((access.method, access.path), may(access))).collect();
    assert_eq!(table.len(), access::TABLE.len(), "a route stands in the table twice");
    let contract = contract();
    for (route, roles) in &table {
        assert_eq!(Some(roles), contract.get(route), "{route:?}: say who may call it in tests/golden/roles.txt");
    }
    for route in contract.keys() {
        assert!(table.contains_key(route), "{route:?} is promised and not there");
    }
}

/// Names and values of headers.
type Headers = Vec<(String, String)>;

/// Everything that a caller might show for one role.
struct Tries {
    /// Role, what is shown, and whether it is good for that role.
    shown: Vec<(Role, &'static str, Headers, bool)>,
}

fn header(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn page(role: Role, secret: &str) -> Vec<(String, String)> {
    vec![header("x-role", role.name()), header("cookie", format!("ns-{}-8700={secret}", role.name()))]
}

impl Tries {
    /// Good and bad credentials of every role: devices by token and cookie, people by session, sessions that ended,
    /// and good secrets under the name of another role.
    async fn new(hall: &Hall) -> Tries {
        let everything = Role::ALL.into_iter().filter(|role| !matches!(role, Role::Kiosk | Role::Screen | Role::Desk));
        let people: Vec<Role> = everything.collect();
        add_staff(hall.dir(), "9001", &people, "all of these roles");
        add_staff(hall.dir(), "9002", &people, "all of these roles");
        let wish = |number: &str| json!({"staff": number, "secret": "all of these roles"});
        let good = session_secrets(&cookies(&sign_in(hall, "", &wish("9001")).await));
        let ended = session_secrets(&cookies(&sign_in(hall, "", &wish("9002")).await));
        StaffCommand::Disable { number: "9002".to_owned() }
            .run(hall.dir(), &|_| Ok(String::new()), &mut Vec::new())
            .unwrap();
        let mut shown = Vec::new();
        for role in Role::ALL {
            let demo = format!("demo-{}", role.name());
            shown.push((role, "nothing", vec![], false));
            shown.push((role, "a bad token", vec![header("authorization", format!("Bearer {demo}x"))], false));
            shown.push((role, "its token", vec![header("authorization", format!("Bearer {demo}"))], true));
            shown.push((role, "its cookie", page(role, &demo), true));
            // Stolen from a page of another role.
            for other in Role::ALL.into_iter().filter(|other| *other != role) {
                shown.push((role, "a moved cookie", page(role, &format!("demo-{}", other.name())), false));
            }
            if let (Some(session), Some(over)) = (good.get(role.name()), ended.get(role.name())) {
                shown.push((role, "a session", page(role, session), true));
                shown.push((role, "an ended session", page(role, over), false));
                let other = good.iter().find(|(name, _)| *name != role.name()).unwrap().1;
                shown.push((role, "a moved session", page(role, other), false));
            }
        }
        Tries { shown }
    }
}

/// `ns-clerk-8700=…; …` by role.
fn session_secrets(cookies: &str) -> BTreeMap<String, String> {
    let named = cookies.split("; ").filter_map(|one| one.split_once('='));
    named.map(|(name, secret)| (name.split('-').nth(1).unwrap().to_owned(), secret.to_owned())).collect()
}

#[tokio::test]
async fn every_route_knows_its_roles() {
    let hall = Hall::new();
    let tries = Tries::new(&hall).await;
    let contract = contract();
    for access in access::TABLE {
        let path = address(access.path);
        let roles = &contract[&(access.method, access.path)];
        for (role, what, headers, good) in &tries.shown {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            // A body that no route takes: who may not call must not learn that.
            let body = if access.method == "POST" { Body::from("{") } else { Body::empty() };
            let status = status(&hall, access.method, &path, "", &headers, body).await;
            let told = format!("{what} of {} at {} {path}: {status}", role.name(), access.method);
            match (roles.contains("anyone"), good, roles.contains(role.name())) {
                (true, ..) | (_, true, true) => assert!(!matches!(status, 401 | 403), "{told}"),
                (false, true, false) => assert_eq!(status, 403, "{told}"),
                (false, false, _) => assert_eq!(status, 401, "{told}"),
            }
        }
    }
}

/// The status alone: a stream has no end to wait for.
async fn status(hall: &Hall, method: &str, path: &str, role: &str, headers: &[(&str, &str)], body: Body) -> u16 {
    use tower::ServiceExt as _;
    let response = hall.router.clone().oneshot(request(method, path, role, headers, body)).await.unwrap();
    response.status().as_u16()
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
