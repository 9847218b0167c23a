//! The business day: sessions, windows, quotas, and who opens and closes it. Hours are chosen around the real time with
//! an hour to spare on every side.

use crate::hall::Hall;
use lobby::{
    clock::Clock,
    config::{Config, DayOpening, IssueWindowConfig, SessionConfig},
};
use serde_json::{Value, json};

const TICKETS: &str = "/api/v1/tickets";

/// What the branch's clock shows so many hours from now.
fn clock(config: &Config, hours: i64) -> String {
    config.local(Clock::real().now().plus(hours * 3_600_000)).strftime("%H:%M").to_string()
}

/// Sessions as hours from now: first number, last ticket, end. The business day rolls over half a day from here.
fn sessions(config: &mut Config, all: &[[i64; 3]]) {
    config.day.rolls_at = clock(config, 12);
    let session = |[from, last_ticket, until]: &[i64; 3]| SessionConfig {
        from: clock(config, *from),
        last_ticket: Some(clock(config, *last_ticket)),
        until: clock(config, *until),
        days: "mon-sun".to_owned(),
    };
    config.day.sessions = all.iter().map(session).collect();
}

fn window(config: &Config, from: i64, until: i64) -> IssueWindowConfig {
    let (from, until) = (clock(config, from), clock(config, until));
    IssueWindowConfig { from, until, days: "mon-sun".to_owned() }
}

/// Why the kiosk's menu says that the first service cannot be had: code, Chinese, English.
async fn why(hall: &Hall) -> (String, String, String) {
    let why = hall.get("kiosk", "/api/v1/menu").await.json()["services"][0]["why"].clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&why["code"]), text(&why["text"]["zh-CN"]), text(&why["text"]["en"]))
}

/// The number is refused, in words that name the time, and the menu says the same.
async fn refused(hall: &Hall, code: &str, names: &str) {
    let detail = hall.post("kiosk", TICKETS, json!({"service": "cash"})).await.problem(409, code);
    assert!(detail.contains(names), "{detail}");
    let (menu, chinese, english) = why(hall).await;
    assert_eq!((menu.as_str(), &english), (code, &detail));
    assert!(
        !chinese.is_ascii() && chinese.contains(names.trim_start_matches(|c: char| !c.is_ascii_digit())),
        "{chinese}"
    );
}

#[tokio::test]
async fn before_the_first_session_and_between_two_no_number_is_given() {
    let hall = Hall::with(|config| sessions(config, &[[-5, -4, -3], [2, 3, 4]]));
    let opens = hall.state.handle.config().day.sessions[1].from.clone();
    refused(&hall, "outside_session", &opens).await;
    let day = hall.get("clerk", "/api/v1/day").await.json();
    assert_eq!(
        (&day["open"], &day["draining"], day["sessions"].as_array().unwrap().len()),
        (&json!(true), &json!(true), 2)
    );
    assert_eq!(day["sessions"][1]["from"], day["next_session"]);
    let menu = hall.get("kiosk", "/api/v1/menu").await.json();
    assert_eq!(menu["services"][0]["hours"][1]["from"], day["next_session"]);
    assert_eq!(menu["services"][0]["hours"][1]["until"], day["sessions"][1]["last_ticket"]);
}

#[tokio::test]
async fn after_the_last_ticket_no_number_is_given_and_the_hall_drains() {
    let hall = Hall::with(|config| sessions(config, &[[-2, -1, 1]]));
    refused(&hall, "after_last_ticket", "today").await;
    assert_eq!(hall.get("clerk", "/api/v1/day").await.json()["draining"], true);
    let hall = Hall::with(|config| sessions(config, &[[-2, -1, 1], [3, 4, 5]]));
    let again = hall.state.handle.config().day.sessions[1].from.clone();
    refused(&hall, "after_last_ticket", &again).await;
}

#[tokio::test]
async fn a_service_has_hours_and_a_quota_of_its_own() {
    let hall = Hall::with(|config| {
        sessions(config, &[[-3, 3, 4]]);
        config.services[0].issue_windows = vec![window(config, -2, -1)];
        config.services[1].issue_windows = vec![window(config, -1, 1)];
        config.services[1].quota = Some(1);
        config.services[2].issue_windows = vec![window(config, 1, 2)];
    });
    refused(&hall, "service_closed", "today").await;
    let opens = hall.state.handle.config().services[2].issue_windows[0].from.clone();
    let loan = hall.post("kiosk", TICKETS, json!({"service": "loan"})).await.problem(409, "service_closed");
    assert!(loan.contains(&opens) && loan.contains("Loans"), "{loan}");
    let further = hall.post("kiosk", TICKETS, json!({"service": "account", "then": ["loan"]})).await;
    further.problem(409, "service_closed");
    hall.take("account").await;
    let used = hall.post("kiosk", TICKETS, json!({"service": "account"})).await.problem(409, "quota_used");
    assert!(used.contains('1') && used.contains("Accounts"), "{used}");
    let menu = hall.get("kiosk", "/api/v1/menu").await.json();
    assert_eq!(menu["services"][1]["why"]["code"], "quota_used");
    assert_eq!(menu["services"][2]["hours"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_manager_opens_and_closes_the_day() {
    let hall = Hall::with(|config| config.day.open = DayOpening::ByManager);
    let opened = hall.post("manager", "/api/v1/day/open", json!({})).await.json();
    assert_eq!((&opened["open"], &opened["sessions"]), (&json!(true), &Value::Null));
    let again = hall.post("manager", "/api/v1/day/open", json!({})).await.json();
    assert_eq!(again["opened_at"], opened["opened_at"], "repeating it changes nothing");
    hall.take("cash").await;
    hall.take("cash").await;
    hall.act("1", "open", json!({})).await;
    hall.act("1", "next", json!({})).await;
    let busy = hall.post("manager", "/api/v1/day/close", json!({})).await.problem(409, "day_busy");
    assert!(busy.contains("A001"), "{busy}");
    hall.post("manager", "/api/v1/day/close", json!({"confrm": true})).await.problem(422, "bad_body");
    let closed = hall.post("manager", "/api/v1/day/close", json!({"confirm": true})).await.json();
    assert_eq!((&closed["open"], &closed["counts"]["expired"]), (&json!(false), &json!(2)));
    hall.post("kiosk", TICKETS, json!({"service": "cash"})).await.problem(409, "day_closed");
    let nothing = hall.post("manager", "/api/v1/day/close", json!({})).await;
    assert_eq!(nothing.status, 200, "closing a closed day changes nothing");
}

#[tokio::test]
async fn on_a_day_off_the_day_is_not_opened() {
    let hall = Hall::with(|config| {
        sessions(config, &[[-1, 1, 2]]);
        config.day.open = DayOpening::ByManager;
        config.day.holidays = vec![config.business_day(Clock::real().now()).as_str().to_owned()];
    });
    let detail = hall.post("manager", "/api/v1/day/open", json!({})).await.problem(409, "no_session");
    assert!(detail.contains("workdays"), "{detail}");
    let (code, chinese, english) = why(&hall).await;
    let next = hall.state.handle.config().day.sessions[0].from.clone();
    // Which day that is stands there, too, unless it is that of the calendar: between midnight and the roll-over.
    assert!(code == "day_closed" && chinese.contains(&next) && english.contains(&next), "{chinese} {english}");
    assert_eq!(hall.get("manager", "/api/v1/day").await.json()["sessions"], json!([]));
}

/// Kinds of the journal's rows, oldest first.
async fn kinds(hall: &Hall) -> Vec<String> {
    let rows = hall.get("engineer", "/api/v1/journal?limit=1000").await.json();
    rows["rows"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn hours_that_changed_over_a_restart_are_a_fact() {
    let hall = Hall::with(|config| sessions(config, &[[-1, 1, 2]]));
    assert_eq!(kinds(&hall).await, ["plan_adopted", "hours_set", "day_opened"]);
    hall.take("cash").await;
    let hall = hall.restart().await;
    let hall = hall.restart_with(|config| sessions(config, &[[-3, -2, -1], [1, 2, 3]])).await.unwrap();
    refused(&hall, "outside_session", ":").await;
    let kinds = kinds(&hall).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "hours_set").count(), 2, "once for each change: {kinds:?}");
    assert_eq!(kinds.last().unwrap(), "draining_started");
}

/// Two zones whose dates are never the same, the earlier one first.
const ZONES: [&str; 2] = ["Etc/GMT+12", "Etc/GMT-14"];

#[tokio::test]
async fn a_day_left_open_is_closed_at_the_next_start_with_counts() {
    let hall = Hall::with(|config| config.branch.time_zone = ZONES[0].to_owned());
    let before = hall.get("clerk", "/api/v1/day").await.json();
    hall.take("cash").await;
    let hall = hall.restart_with(|config| config.branch.time_zone = ZONES[1].to_owned()).await.unwrap();
    let after = hall.get("clerk", "/api/v1/day").await.json();
    assert_ne!(before["business_day"], after["business_day"]);
    assert_eq!((&after["open"], &after["counts"]["issued"]), (&json!(true), &json!(0)));
    let rows = hall.get("engineer", "/api/v1/journal?limit=1000").await.json();
    let closed = rows["rows"].as_array().unwrap().iter().find(|row| row["kind"] == "day_closed").unwrap();
    assert_eq!(closed["fact"]["counts"]["expired"], 1, "{closed}");
}

/// A zone that was mistyped and set right, or a clock without a battery, brings back a date that is over: who has a number
/// keeps it, and the day goes on.
#[tokio::test]
async fn a_start_in_an_earlier_day_loses_nobody() {
    let hall = Hall::with(|config| config.branch.time_zone = ZONES[1].to_owned());
    let before = hall.get("clerk", "/api/v1/day").await.json();
    hall.take("cash").await;
    hall.act("1", "open", json!({})).await;
    let hall = hall.restart_with(|config| config.branch.time_zone = ZONES[0].to_owned()).await.unwrap();
    let after = hall.get("clerk", "/api/v1/day").await.json();
    assert_eq!((&after["business_day"], &after["open"]), (&before["business_day"], &json!(true)));
    assert_eq!(hall.take("cash").await["ticket"]["number"], "A002");
    assert_eq!(hall.act("1", "next", json!({})).await["ticket"]["number"], "A001");
    let kinds = kinds(&hall).await;
    assert!(!kinds.iter().any(|kind| kind == "day_closed" || kind == "expired"), "{kinds:?}");
}
