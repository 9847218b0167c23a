//! Staff and tokens as managers and engineers change them from their page.

use crate::{
    hall::{Got, Hall},
    signin::{add_staff, call, cookies, enrolled, real, sign_in},
};
use lobby::accounts::Role;
use serde_json::{Value, json};

/// A hall with a manager and an engineer signed in.
struct Office {
    hall: Hall,
    manager: String,
    engineer: String,
}

impl Office {
    async fn new() -> Office {
        let hall = real();
        add_staff(hall.dir(), "2001", &[Role::Manager], "correct horse");
        add_staff(hall.dir(), "3001", &[Role::Engineer], "battery staple");
        let manager = cookies(&sign_in(&hall, "", &json!({"staff": "2001", "secret": "correct horse"})).await);
        let engineer = cookies(&sign_in(&hall, "", &json!({"staff": "3001", "secret": "battery staple"})).await);
        Office { hall, manager, engineer }
    }

    async fn manager(&self, path: &str, body: Value) -> Got {
        call(&self.hall, "manager", &self.manager, "POST", &format!("/api/v1/{path}"), body).await
    }

    async fn engineer(&self, path: &str, body: Value) -> Got {
        call(&self.hall, "engineer", &self.engineer, "POST", &format!("/api/v1/{path}"), body).await
    }

    async fn read(&self, path: &str) -> Value {
        let got = call(&self.hall, "manager", &self.manager, "GET", &format!("/api/v1/{path}"), json!({})).await;
        assert_eq!(got.status, 200, "{}", got.text());
        got.json()
    }
}

#[tokio::test]
async fn a_manager_adds_changes_and_disables_a_clerk() {
    let office = Office::new().await;
    let wish = json!({"number": "1001", "name": "李娜", "roles": ["greeter", "clerk"], "stars": 3, "secret": "2468"});
    let added = office.manager("staff", wish.clone()).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let staff = &added.json()["staff"];
    assert_eq!((&staff["roles"], &staff["secret"]), (&json!(["clerk", "greeter"]), &json!("pin")));
    office.manager("staff", wish).await.problem(409, "staff_taken");

    let device = enrolled(&office.hall, Role::Screen, "tablet").await;
    let signed = sign_in(&office.hall, &device, &json!({"staff": "1001", "secret": "2468", "role": "greeter"})).await;
    let greeter = cookies(&signed);
    let changed = office.manager("staff/1001", json!({"stars": 5, "roles": ["clerk"]})).await;
    assert_eq!((&changed.json()["staff"]["stars"], &changed.json()["staff"]["name"]), (&json!(5), &json!("李娜")));
    // The role is gone, and with it the session.
    let asked = call(&office.hall, "greeter", &greeter, "GET", "/api/v1/tickets", json!({})).await;
    asked.problem(401, "bad_credential");
    office.manager("staff/1001", json!({"roles": ["clerk", "manager"]})).await.problem(409, "password_first");
    let secret = office.manager("staff/1001/secret", json!({"secret": "long enough"})).await;
    assert_eq!(secret.json()["staff"]["secret"], "password");
    assert_eq!(office.manager("staff/1001/disable", json!({})).await.json()["staff"]["disabled"], true);
    sign_in(&office.hall, "", &json!({"staff": "1001", "secret": "long enough"})).await.problem(401, "wrong_secret");
    assert_eq!(office.manager("staff/1001/enable", json!({})).await.json()["staff"]["disabled"], false);
    let numbers: Vec<_> =
        office.read("staff").await["staff"].as_array().unwrap().iter().map(|one| one["number"].clone()).collect();
    assert_eq!(numbers, ["1001", "2001", "3001"]);
}

#[tokio::test]
async fn nobody_gives_more_than_is_theirs_or_shuts_themselves_out() {
    let office = Office::new().await;
    let engineer = json!({"number": "3002", "name": "E", "roles": ["engineer"], "secret": "long enough"});
    office.manager("staff", engineer.clone()).await.problem(403, "not_theirs_to_give");
    office.manager("staff/3001/secret", json!({"secret": "long enough"})).await.problem(403, "not_theirs_to_give");
    office.manager("staff/3001/disable", json!({})).await.problem(403, "not_theirs_to_give");
    office.manager("tokens", json!({"role": "engineer", "name": "e9"})).await.problem(403, "not_theirs_to_give");
    office.manager("staff/2001/disable", json!({})).await.problem(409, "not_yourself");
    office.manager("staff/2001", json!({"roles": ["clerk"]})).await.problem(409, "not_yourself");
    assert_eq!(office.engineer("staff", engineer).await.status, 201);
    assert_eq!(office.engineer("staff/2001/disable", json!({})).await.status, 200);
    call(&office.hall, "manager", &office.manager, "GET", "/api/v1/staff", json!({}))
        .await
        .problem(401, "bad_credential");
}

#[tokio::test]
async fn bad_staff_is_refused_with_a_sentence() {
    let office = Office::new().await;
    let with = |key: &str, value: Value| {
        let mut wish = json!({"number": "1001", "name": "Li", "roles": ["clerk"], "secret": "2468"});
        wish[key] = value;
        wish
    };
    for (key, value, code) in [
        ("number", json!("10 01"), "bad_number"),
        ("number", json!(""), "bad_number"),
        ("name", json!("  "), "bad_name"),
        ("name", json!("a\nb"), "bad_name"),
        ("roles", json!([]), "bad_roles"),
        ("roles", json!(["kiosk"]), "bad_roles"),
        ("roles", json!(["king"]), "bad_body"),
        ("stars", json!(6), "bad_stars"),
        ("secret", json!("123"), "bad_secret"),
        ("secret", json!("1234567"), "bad_secret"),
    ] {
        office.manager("staff", with(key, value)).await.problem(422, code);
    }
    let mut manager = with("roles", json!(["manager"]));
    manager["secret"] = json!("123456");
    office.manager("staff", manager).await.problem(422, "password_needed");
    office.manager("staff/9999", json!({"stars": 1})).await.problem(404, "unknown_staff");
    assert_eq!(office.read("staff").await["staff"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn tokens_are_shown_once_and_the_same_request_twice_is_one_token() {
    let office = Office::new().await;
    let headers = [("cookie", office.manager.as_str()), ("x-role", "manager"), ("idempotency-key", "k-1")];
    let post = async |body: Value| {
        let body = axum::body::Body::from(body.to_string());
        office.hall.send(crate::hall::request("POST", "/api/v1/tokens", "", &headers, body)).await
    };
    let first = post(json!({"role": "kiosk", "name": "k9"})).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(post(json!({"role": "kiosk", "name": "k9"})).await.bytes, first.bytes);
    post(json!({"role": "kiosk", "name": "k8"})).await.problem(409, "key_reused");
    office.manager("tokens", json!({"role": "kiosk", "name": "k9"})).await.problem(409, "token_taken");
    let token = first.json()["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let menu =
        crate::hall::request("GET", "/api/v1/menu", "", &[("authorization", &bearer)], axum::body::Body::empty());
    assert_eq!(office.hall.send(menu).await.status, 200);
    let listed = office.read("tokens").await;
    assert!(!listed.to_string().contains(&token) && listed.to_string().contains("k9"));
    assert_eq!(office.manager("tokens/revoke", json!({"role": "kiosk", "name": "k9"})).await.json()["revoked"], 1);
    let menu =
        crate::hall::request("GET", "/api/v1/menu", "", &[("authorization", &bearer)], axum::body::Body::empty());
    office.hall.send(menu).await.problem(401, "bad_credential");
    office.manager("tokens/revoke", json!({"role": "kiosk", "name": "k9"})).await.problem(404, "nothing_to_revoke");

    let code = office.manager("enrolments", json!({"role": "screen", "name": "s9"})).await.json();
    let got = office.hall.get("", code["path"].as_str().unwrap()).await;
    assert_eq!((got.status, got.header("location")), (303, "/screen"));
}

#[tokio::test]
async fn the_audit_says_who_what_and_where_and_no_secret() {
    let office = Office::new().await;
    let wish = json!({"number": "1001", "name": "Li", "roles": ["clerk"], "secret": "975310"});
    office.manager("staff", wish).await;
    office.manager("tokens", json!({"role": "kiosk", "name": "k9"})).await;
    sign_in(&office.hall, "", &json!({"staff": "2001", "secret": "wrong horse"})).await.problem(401, "wrong_secret");
    sign_in(&office.hall, "", &json!({"staff": "1001", "secret": "975310"})).await.problem(403, "pin_needs_device");
    office.manager("signout", json!({})).await;
    let page = call(&office.hall, "engineer", &office.engineer, "GET", "/api/v1/audit?limit=3", json!({})).await.json();
    let acts: Vec<_> = page["audit"].as_array().unwrap().iter().map(|act| act["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["signed_out", "signin_failed", "signin_failed"]);
    assert_eq!(page["audit"][0]["who"], "manager:2001");
    assert_eq!((&page["audit"][1]["about"], &page["audit"][1]["detail"]), (&json!("1001"), &json!("pin_needs_device")));
    let more = format!("/api/v1/audit?before={}", page["next"]);
    let all = call(&office.hall, "engineer", &office.engineer, "GET", &more, json!({})).await;
    let first = all.json()["audit"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&first["act"], &first["about"]), (&json!("staff_added"), &json!("2001")));
    assert!(first["who"].as_str().unwrap().starts_with("shell:") && first["at"].as_str().unwrap().ends_with('Z'));
    assert!(all.text().contains("token_added") && all.json()["next"].is_null());
    for secret in ["975310", "wrong horse", "correct horse", "argon2"] {
        assert!(!all.text().contains(secret), "{secret}");
    }
}
