//! A business day by its schedule, through the real program with a fast clock: it opens before its session, gives
//! numbers, stops at the last ticket, serves who has a number, and closes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::{ToSpan as _, Zoned, civil::Time};
use lobby_tests::{Hall, HallPlan, until};
use serde_json::{Value, json};

/// How many times faster than the wall the branch's clock runs: an hour is twelve seconds.
const SPEED: u32 = 300;

fn clock(now: &Zoned, minutes: i64) -> Time {
    now.time().wrapping_add(minutes.minutes())
}

/// A branch whose only session today begins in ten minutes and takes its last number an hour and a half later.
fn plan() -> HallPlan {
    let now = Zoned::now().in_tz("Asia/Shanghai").unwrap();
    let at = |minutes| clock(&now, minutes).strftime("%H:%M").to_string();
    let day = format!(
        "open = \"by_schedule\"\nsessions = [{{ from = \"{}\", last_ticket = \"{}\", until = \"{}\", days = \"mon-sun\" }}]",
        at(10),
        at(100),
        at(110)
    );
    let edits = [
        ("open = \"at_start\"                 # in session around the clock".to_owned(), day),
        ("rolls_at = \"04:00\"".to_owned(), format!("rolls_at = \"{}\"", at(-720))),
    ];
    HallPlan { edits: edits.into(), without_hardware: true, speed: SPEED, ..HallPlan::default() }
}

async fn day(hall: &Hall, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    until(what, async || {
        let day = hall.role("manager").get("/api/v1/day").await;
        if fits(&day) { Ok(day) } else { Err(day.to_string()) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_opens_and_closes_by_its_sessions() {
    let hall = Hall::start_with(plan()).await;
    let opened = day(&hall, "the day to open", |day| day["open"] == true).await;
    assert_eq!(opened["sessions"].as_array().unwrap().len(), 1, "{opened}");
    until("the session to begin", async || {
        let menu = hall.role("kiosk").get("/api/v1/menu").await;
        if menu["services"][0]["open"] == true { Ok(()) } else { Err(menu["services"][0]["why"].to_string()) }
    })
    .await;
    let taken = hall.take("cash").await;
    assert_eq!(taken["ticket"]["number"], "A001");

    day(&hall, "the last ticket", |day| day["draining"] == true).await;
    let (status, refused) = hall.role("kiosk").try_post("/api/v1/tickets", &json!({"service": "cash"})).await;
    assert_eq!((status.as_u16(), &refused["code"]), (409, &json!("after_last_ticket")));

    // Counter 4 takes cash after eight minutes only, and while the hall drains at once.
    let clerk = hall.role("clerk");
    for act in ["open", "next", "arrived", "finish"] {
        clerk.post(&format!("/api/v1/counters/4/{act}"), &json!({})).await;
    }
    let closed = day(&hall, "the day to close", |day| day["open"] == false).await;
    assert_eq!((&closed["counts"]["done"], &closed["counts"]["expired"]), (&json!(1), &json!(0)));
    assert_eq!(closed["business_day"], opened["business_day"]);
    let rows = hall.role("manager").get("/api/v1/journal?limit=1000").await;
    let by =
        |kind: &str| rows["rows"].as_array().unwrap().iter().find(|row| row["kind"] == kind).unwrap()["actor"].clone();
    assert_eq!(by("day_closed"), "system:schedule");
    assert_eq!(by("draining_started"), "system:queue");
}
