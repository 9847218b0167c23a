//! Appointments over HTTP: booking, lists, check-in by code, and every problem with a code of its own.

use crate::hall::{Got, Hall, request};
use axum::body::Body;
use jiff::ToSpan as _;
use lobby::{clock::Clock, config::Config, views::Time};
use queue_core::Timestamp;
use serde_json::{Value, json};

const TICKETS: &str = "/api/v1/tickets";
const ALL: &str = "/api/v1/appointments";
const MINUTE: i64 = 60_000;

fn code(code: &str) -> String {
    format!("{ALL}/{code}")
}

/// A hall whose business day does not roll over while it is tested.
fn hall_with(change: impl FnOnce(&mut Config)) -> Hall {
    Hall::with(|config| {
        let now = config.local(Clock::real().now());
        config.day.rolls_at = (now.time() + 12.hours()).strftime("%H:%M").to_string();
        change(config);
    })
}

fn hall() -> Hall {
    hall_with(|_| {})
}

/// A moment from now, as RFC 3339.
fn at(hall: &Hall, minutes: i64) -> String {
    Time(now(hall).plus(minutes * MINUTE)).to_string()
}

fn now(hall: &Hall) -> Timestamp {
    hall.state.clock.now()
}

async fn book(hall: &Hall, name: &str, service: &str, at: &str) -> Value {
    let got = hall.put("manager", &code(name), json!({"service": service, "at": at})).await;
    assert_eq!(got.status, 201, "{}", got.text());
    got.json()
}

async fn check_in(hall: &Hall, code: &str) -> Got {
    hall.post("kiosk", TICKETS, json!({"appointment": code})).await
}

#[tokio::test]
async fn booked_listed_changed_and_taken_back() {
    let hall = hall();
    let (soon, later) = (at(&hall, 5), at(&hall, 10));
    let booked = book(&hall, "k7-Q2", "loan", &soon).await;
    let date = booked["date"].as_str().unwrap().to_owned();
    let expected = json!({
        "code": "k7-Q2", "service": "loan", "at": soon, "date": date, "state": "booked", "ticket": null
    });
    assert_eq!(booked, expected);
    let same = hall.put("hq", &code("K7-Q2"), json!({"service": "loan", "at": soon})).await;
    assert_eq!((same.status, same.json()), (200, expected));
    let changed = hall.put("manager", &code("k7-Q2"), json!({"service": "cash", "at": later})).await;
    assert_eq!((changed.status, &changed.json()["service"]), (200, &json!("cash")));
    book(&hall, "A1", "cash", &at(&hall, 7)).await;

    let list = hall.get("greeter", &format!("{ALL}?date={date}")).await.json();
    let codes: Vec<_> = list["appointments"].as_array().unwrap().iter().map(|known| &known["code"]).collect();
    assert_eq!((&list["date"], codes), (&json!(date), vec![&json!("A1"), &json!("k7-Q2")]));
    let none = hall.get("hq", &format!("{ALL}?date=2020-02-29")).await.json();
    assert_eq!(none, json!({"date": "2020-02-29", "appointments": []}));

    let gone = hall.delete("manager", &code("K7-q2")).await;
    assert_eq!((gone.status, &gone.json()["state"], &gone.json()["code"]), (200, &json!("cancelled"), &json!("k7-Q2")));
    hall.delete("manager", &code("k7-Q2")).await.problem(404, "unknown_appointment");
    check_in(&hall, "K7-Q2").await.problem(422, "unknown_appointment");
    let rows = hall.get("manager", "/api/v1/journal?limit=1000").await.json();
    let kinds: Vec<_> = rows["rows"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "appointment_booked").count(), 3, "the same again is no fact");
}

#[tokio::test]
async fn a_punctual_customer_waits_from_the_booked_time_and_in_the_lane_of_appointments() {
    let hall = hall();
    let soon = at(&hall, 5);
    book(&hall, "K7", "cash", &soon).await;
    let first = check_in(&hall, "k7").await;
    assert_eq!(first.status, 201, "{}", first.text());
    let ticket = first.json()["ticket"].clone();
    assert_eq!(
        (&ticket["service"], &ticket["lane"], &ticket["number"]),
        (&json!("cash"), &json!("appointment"), &json!("A001"))
    );
    // Again, with the service named and from the greeter's tablet: the same number.
    let again = hall.post("greeter", TICKETS, json!({"service": "cash", "appointment": "K7"})).await;
    assert_eq!((again.status, &again.json()["ticket"]["id"]), (200, &ticket["id"]));

    let list = hall.get("manager", ALL).await.json();
    let expected = json!({"id": ticket["id"], "number": "A001"});
    assert_eq!(
        (&list["appointments"][0]["state"], &list["appointments"][0]["ticket"]),
        (&json!("checked_in"), &expected)
    );
    let detail = hall.get("clerk", &format!("{TICKETS}/{}", ticket["id"].as_str().unwrap())).await.json();
    let issued = &detail["history"][0];
    assert_eq!(
        (&issued["appointment"], Time(Timestamp(issued["origin"].as_i64().unwrap())).to_string()),
        (&json!("K7"), soon.clone())
    );

    let hall = hall.restart().await;
    assert_eq!(check_in(&hall, "K7").await.json()["ticket"]["id"], ticket["id"]);
    hall.act("1", "open", json!({})).await;
    assert_eq!(hall.act("1", "next", json!({})).await["ticket"]["number"], "A001", "early, but nobody else waits");
    hall.act("1", "finish", json!({})).await;
    check_in(&hall, "K7").await.problem(409, "appointment_used");
    hall.put("manager", &code("K7"), json!({"service": "loan", "at": soon})).await.problem(409, "appointment_used");
    hall.delete("manager", &code("K7")).await.problem(409, "appointment_used");
}

#[tokio::test]
async fn whoever_is_late_waits_in_the_late_lane() {
    let hall = hall_with(|config| {
        config.rules.appointment_grace_min = 0;
        config.rules.late_lane = Some("priority".to_owned());
    });
    let soon = Time(now(&hall).plus(20)).to_string();
    book(&hall, "K7", "cash", &soon).await;
    // The clock is the wall's; the time booked passes while nobody does anything.
    while Time(now(&hall)).to_string() <= soon {
        tokio::task::yield_now().await;
    }
    assert_eq!(hall.get("manager", ALL).await.json()["appointments"][0]["state"], "late");
    let late = check_in(&hall, "K7").await.json();
    assert_eq!(late["ticket"]["lane"], "priority");
}

#[tokio::test]
async fn what_is_wrong_with_a_booking_is_said() {
    let hall = hall();
    let soon = at(&hall, 5);
    let refused = async |name: &str, body: Value, status: u16, code_of: &str| {
        hall.put("manager", &code(name), body).await.problem(status, code_of)
    };
    refused("K7", json!({"service": "gold", "at": soon}), 422, "unknown_service").await;
    let past = refused("K7", json!({"service": "cash", "at": "2020-01-01T00:00:00Z"}), 422, "appointment_past").await;
    assert!(past.contains("2020-01-01T00:00:00Z") && past.contains(&at(&hall, 0)[..13]), "{past}");
    for time in ["tomorrow", "", "2026-11-23", "2026-11-23 09:30", "2026-02-30T09:30:00Z", "25:00"] {
        refused("K7", json!({"service": "cash", "at": time}), 422, "bad_time").await;
    }
    refused("K7", json!({"service": "cash"}), 422, "bad_body").await;
    refused("K7", json!({"service": "cash", "at": soon, "name": "Li"}), 422, "bad_body").await;
    let long = "K".repeat(33);
    for name in ["K%207", "K_7", "%E5%8F%B7", long.as_str()] {
        refused(name, json!({"service": "cash", "at": soon}), 422, "bad_appointment_code").await;
    }
    for date in ["today", "2026-02-30", "20261123", "2026-11-23T00:00"] {
        hall.get("manager", &format!("{ALL}?date={date}")).await.problem(400, "bad_query");
    }
    assert_eq!(hall.get("manager", ALL).await.json()["appointments"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_with_a_check_in_is_said() {
    let hall = hall();
    book(&hall, "K7", "cash", &at(&hall, 5)).await;
    let tomorrow = book(&hall, "K8", "cash", &at(&hall, 24 * 60)).await;
    let refused =
        async |body: Value, status: u16, code: &str| hall.post("kiosk", TICKETS, body).await.problem(status, code);
    refused(json!({"appointment": "K9"}), 422, "unknown_appointment").await;
    refused(json!({"appointment": "K 9"}), 422, "bad_appointment_code").await;
    refused(json!({"appointment": "K7", "service": "loan"}), 422, "appointment_service").await;
    refused(json!({"appointment": "K7", "lane": "vip"}), 422, "appointment_lane").await;
    refused(json!({"service": "cash", "lane": "appointment"}), 422, "appointment_needed").await;
    let other = refused(json!({"appointment": "K8"}), 409, "appointment_other_day").await;
    assert!(other.contains(tomorrow["date"].as_str().unwrap()), "{other}");
    // A greeter may send somebody to the lane without a code.
    let sent = hall.post("greeter", TICKETS, json!({"service": "cash", "lane": "appointment"})).await;
    assert_eq!((sent.status, &sent.json()["ticket"]["number"]), (201, &json!("A001")), "nothing was issued meanwhile");
}

#[tokio::test]
async fn a_branch_without_a_lane_for_them_takes_none() {
    let hall = hall_with(|config| config.lanes.retain(|lane| lane.id != "appointment"));
    let soon = at(&hall, 5);
    hall.put("manager", &code("K7"), json!({"service": "cash", "at": soon})).await.problem(409, "no_appointments");
    check_in(&hall, "K7").await.problem(409, "no_appointments");
}

#[tokio::test]
async fn many_are_booked_or_none() {
    let hall = hall();
    let (soon, later) = (at(&hall, 5), at(&hall, 10));
    let item = |code: &str, service: &str, at: &str| json!({"code": code, "service": service, "at": at});
    let bad = json!([
        item("K1", "cash", &soon),
        item("K 2", "cash", &soon),
        item("K3", "gold", &soon),
        item("K4", "cash", "noon"),
        item("k1", "cash", &soon),
        item("K5", "cash", "2020-01-01 09:30")
    ]);
    let told = hall.post("manager", ALL, json!({"appointments": bad, "check": true})).await;
    assert_eq!((told.status, &told.json()["booked"]), (200, &json!(1)));
    let mistakes: Vec<_> = told.json()["mistakes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mistake| (mistake["index"].as_u64().unwrap(), mistake["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        (1, "bad_appointment_code"),
        (2, "unknown_service"),
        (3, "bad_time"),
        (4, "appointment_twice"),
        (5, "appointment_past"),
    ];
    assert_eq!(mistakes, expected.map(|(index, code)| (index, code.to_owned())));
    hall.post("manager", ALL, json!({"appointments": bad})).await.problem(422, "appointment_mistakes");
    let twice = json!([item("K1", "cash", &soon), item("K1", "loan", &soon)]);
    let said = hall.post("manager", ALL, json!({"appointments": twice})).await.problem(422, "appointment_mistakes");
    assert!(said.contains("appointments[1]"), "{said}");
    let too_many = vec![item("K", "cash", "x"); 501];
    hall.post("manager", ALL, json!({"appointments": too_many})).await.problem(422, "bad_body");
    assert_eq!(hall.get("manager", ALL).await.json()["appointments"], json!([]), "nothing was booked");

    let good = json!({"appointments": [item("K1", "cash", &soon), item("K2", "loan", &later)]});
    let counts = |got: &Got| (got.status, got.json());
    let expected = |booked: u32, changed: u32, same: u32| {
        (200, json!({"booked": booked, "changed": changed, "same": same, "mistakes": []}))
    };
    assert_eq!(counts(&hall.post("hq", ALL, good.clone()).await), expected(2, 0, 0));
    assert_eq!(counts(&hall.post("hq", ALL, good).await), expected(0, 0, 2));
    let mixed =
        json!({"appointments": [item("K1", "cash", &later), item("K2", "loan", &later), item("K3", "cash", &later)]});
    assert_eq!(counts(&hall.post("hq", ALL, mixed).await), expected(1, 1, 1));
}

#[tokio::test]
async fn a_local_time_that_clocks_skip_or_repeat_is_refused() {
    let hall = hall_with(|config| config.branch.time_zone = "Europe/Berlin".to_owned());
    let check = async |at: &str| {
        let item = json!({"code": "K1", "service": "cash", "at": at});
        let told = hall.post("manager", ALL, json!({"appointments": [item], "check": true})).await.json();
        told["mistakes"][0]["code"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(check("2035-03-25 02:30").await, "bad_time", "skipped");
    assert_eq!(check("2035-10-28 02:30").await, "bad_time", "twice");
    assert_eq!(check("2035-10-28 02:30+02:00").await, "none", "with its offset it is one moment");
    assert_eq!(check("2035-10-28T03:30").await, "none");
    assert_eq!(check("2035-10-28").await, "bad_time", "a date is no time");
}

#[tokio::test]
async fn the_same_request_id_is_one_booking() {
    let hall = hall();
    let (soon, later) = (at(&hall, 5), at(&hall, 10));
    let put = async |at: &str| {
        let body = Body::from(json!({"service": "cash", "at": at}).to_string());
        hall.send(request("PUT", &code("K7"), "manager", &[("idempotency-key", "booking-1")], body)).await
    };
    let first = put(&soon).await;
    assert_eq!(first.status, 201);
    hall.delete("manager", &code("K7")).await;
    assert_eq!(put(&soon).await, first, "what was answered, not done again");
    put(&later).await.problem(409, "key_reused");
    hall.delete("manager", &code("K7")).await.problem(404, "unknown_appointment");
}
