//! What the duty manager can do: other services for a counter, acts proposed, a day played again, tables to take away.

use crate::{
    golden,
    hall::Hall,
    promise::{busy, foreseen},
};
use serde_json::{Value, json};

fn plan(counter: &str) -> String {
    format!("/api/v1/counters/{counter}/plan")
}

async fn counter(hall: &Hall, id: &str) -> Value {
    hall.get("manager", &format!("/api/v1/counters/{id}")).await.json()["counter"].clone()
}

#[tokio::test]
async fn a_counter_is_given_other_services_for_the_day() {
    let hall = Hall::new();
    assert_eq!(counter(&hall, "2").await["run_plan"], Value::Null);
    hall.act("2", "open", json!({})).await;
    hall.act("2", "next", json!({})).await;
    let loan = hall.take("loan").await["ticket"]["number"].clone();
    let body = json!({"services": ["loan"], "overflow": [{"serves": "cash/vip", "after_min": 5}], "reason": "  排队的都是贷款 "});
    let got = hall.put("manager", &plan("2"), body.clone()).await;
    assert_eq!(got.status, 200, "{}", got.text());
    let now = got.json()["counter"].clone();
    assert_eq!(now["number"], loan, "it stood ready, and is called into at once");
    assert_eq!(now["services"], json!(["cash", "loan"]), "vip of cash, later");
    let expected = json!({"serves": ["loan"], "overflow": [{"serves": "cash/vip", "after_min": 5}]});
    assert_eq!(now["takes"], expected);
    let run = &now["run_plan"];
    assert_eq!((&run["reason"], &run["configured"]["serves"]), (&json!("排队的都是贷款"), &json!(["cash"])));
    assert!(run["toml"].as_str().unwrap().contains("serves = [\"loan\"]"), "{run}");
    let board = hall.get("screen", "/api/v1/board").await.json();
    assert_eq!(board["counters"][1]["services"], now["services"], "the hall sees it");
    // The same again is no new fact; it survives a restart.
    hall.put("manager", &plan("2"), body).await;
    let facts = |rows: &Value| {
        let kinds = rows["rows"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap());
        kinds.filter(|kind| kind.starts_with("counter_plan")).count()
    };
    assert_eq!(facts(&hall.get("manager", "/api/v1/journal?limit=1000").await.json()), 1);
    let hall = hall.restart().await;
    assert_eq!(counter(&hall, "2").await["takes"], expected);
    let back = hall.delete("manager", &plan("2")).await.json()["counter"].clone();
    assert_eq!((&back["takes"]["serves"], &back["run_plan"]), (&json!(["cash"]), &Value::Null));
    assert_eq!(hall.delete("manager", &plan("2")).await.status, 200, "repeating it changes nothing");
}

#[tokio::test]
async fn a_plan_that_leaves_people_to_nobody_is_asked_about_and_ends_with_the_day() {
    let hall = Hall::new();
    hall.act("1", "open", json!({})).await;
    let number = hall.take("account").await["ticket"]["number"].as_str().unwrap().to_owned();
    let wish = |confirm: bool| json!({"services": ["cash"], "reason": "too many", "confirm": confirm});
    let detail = hall.put("manager", &plan("1"), wish(false)).await.problem(409, "leaves_nobody");
    assert!(detail.contains(&number), "{detail}");
    assert_eq!(counter(&hall, "1").await["run_plan"], Value::Null);
    assert_eq!(hall.put("manager", &plan("1"), wish(true)).await.status, 200);
    let alerts = hall.get("manager", "/api/v1/alerts").await.json();
    assert_eq!(alerts["alerts"][0]["kind"], "last_counter", "staff are told");
    assert_eq!(hall.post("manager", "/api/v1/day/close", json!({"confirm": true})).await.status, 200);
    assert_eq!(counter(&hall, "1").await["takes"]["serves"], json!(["cash", "account"]), "as configured again");
}

#[tokio::test]
async fn what_cannot_be_planned_is_told() {
    let hall = Hall::new();
    let good = || json!({"services": ["cash"], "reason": "why"});
    hall.put("manager", &plan("99"), good()).await.problem(404, "unknown_counter");
    hall.put("clerk", &plan("99"), good()).await.problem(403, "wrong_role");
    hall.delete("manager", &plan("99")).await.problem(404, "unknown_counter");
    for (body, code) in [
        (json!({"services": ["tea"], "reason": "why"}), "unknown_service"),
        (json!({"serves": ["cash/gold"], "reason": "why"}), "unknown_lane"),
        (json!({"services": [], "reason": "why"}), "serves_nobody"),
        (json!({"services": ["cash"], "reason": " "}), "reason_missing"),
        (json!({"services": ["cash"], "serves": ["cash"], "reason": "why"}), "bad_plan"),
        (json!({"reason": "why"}), "bad_plan"),
        (json!({"services": ["*/vip"], "reason": "why"}), "bad_plan"),
        (json!({"services": ["cash"], "overflow": [{"serves": "*", "after_min": 9999}], "reason": "why"}), "bad_plan"),
        (json!({"services": ["cash"], "reason": "one\ntwo"}), "bad_text"),
        (json!({"services": ["cash"]}), "bad_body"),
        (json!({"services": ["cash"], "reason": "why", "now": true}), "bad_body"),
    ] {
        hall.put("manager", &plan("1"), body).await.problem(422, code);
    }
    assert_eq!(counter(&hall, "1").await["run_plan"], Value::Null);
}

#[tokio::test]
async fn acts_are_proposed_with_what_they_would_do_and_how_they_are_done() {
    let hall = Hall::crowded().foreseeing();
    foreseen(&hall, |promises| promises.moment().is_some()).await;
    let acts = hall.get("manager", "/api/v1/forecast/acts").await;
    assert_eq!(acts.status, 200, "{}", acts.text());
    let acts = acts.json();
    let late = |toll: &Value| toll["late"].as_f64().unwrap();
    assert!(late(&acts["as_is"]) > 0.0 && late(&acts["as_is"]) <= acts["as_is"]["people"].as_f64().unwrap(), "{acts}");
    let list = acts["acts"].as_array().unwrap();
    assert!((1..=3).contains(&list.len()), "a crowd at one counter can be helped: {acts}");
    let lates: Vec<f64> = list.iter().map(|act| late(&act["then"])).collect();
    // An act that only shortens waits is one, too.
    assert!(lates.is_sorted() && lates[0] <= late(&acts["as_is"]), "the best first: {lates:?} of {acts}");
    let best = &list[0];
    // The same change, before and after, as it is asked for elsewhere.
    let change = best["change"].as_str().unwrap();
    let shown = hall.get("manager", &format!("/api/v1/forecast?change={change}")).await.json();
    assert_eq!(shown["change"]["text"], best["text"]);
    for call in best["do"].as_array().unwrap() {
        let (method, path) = (call["method"].as_str().unwrap(), call["path"].as_str().unwrap());
        let got = match method {
            "PUT" => hall.put("manager", path, call["body"].clone()).await,
            _ => hall.post("manager", path, call["body"].clone()).await,
        };
        assert_eq!(got.status, 200, "{method} {path}: {}", got.text());
    }
}

#[tokio::test]
async fn what_a_counter_takes_today_is_what_waits_are_foreseen_by() {
    let hall = Hall::new().foreseeing();
    busy(&hall).await;
    let takes_loans = |promises: &lobby::promise::Promises| {
        let moment = promises.moment()?;
        moment.plan.counter(&"2".into())?.delay(&"loan".into(), &"regular".into())
    };
    foreseen(&hall, |promises| promises.moment().is_some() && takes_loans(promises).is_none()).await;
    let body = json!({"services": ["cash", "loan"], "reason": "loans queue up"});
    assert_eq!(hall.put("manager", &plan("2"), body).await.status, 200);
    foreseen(&hall, |promises| takes_loans(promises) == Some(0)).await;
    assert_eq!(hall.delete("manager", &plan("2")).await.status, 200);
    foreseen(&hall, |promises| promises.moment().is_some() && takes_loans(promises).is_none()).await;
}

#[tokio::test]
async fn a_small_queue_needs_no_acts_and_who_may_not_ask_is_told() {
    let hall = Hall::new().foreseeing();
    busy(&hall).await;
    foreseen(&hall, |promises| promises.moment().is_some()).await;
    let acts = hall.get("manager", "/api/v1/forecast/acts").await.json();
    assert!(acts["acts"].as_array().unwrap().len() <= 3, "{acts}");
    hall.get("clerk", "/api/v1/forecast/acts").await.problem(403, "wrong_role");
    Hall::new().get("manager", "/api/v1/forecast/acts").await.problem(409, "no_forecast");
}

#[tokio::test]
async fn yesterday_is_played_again_with_a_change() {
    let hall = Hall::after(2);
    let yesterday = hall.days.last().unwrap().clone();
    let asked = |change: &str| format!("/api/v1/whatif?day={yesterday}&change={change}");
    let plain = hall.get("manager", &asked("")).await;
    assert_eq!(plain.status, 200, "{}", plain.text());
    let plain = plain.json();
    assert_eq!((&plain["day"], &plain["change"], &plain["staffing"]), (&json!(yesterday), &Value::Null, &Value::Null));
    let regular = &plain["lanes"][0];
    assert_eq!(
        (&regular["lane"], &regular["target_s"], &regular["changed"]),
        (&json!("regular"), &json!(900), &Value::Null)
    );
    assert_eq!(regular["recorded"]["arrivals"], 60.0);
    let more = hall.get("manager", &asked("open:3")).await.json();
    assert_eq!(more["change"]["en"], "counter 3 opens");
    let wait = |lane: &Value, which: &str| lane[which]["wait_s"].as_f64().unwrap();
    assert!(wait(&more["lanes"][0], "changed") < wait(&more["lanes"][0], "as_is"), "{}", more["lanes"][0]);
    let halves = more["lanes"][0]["half_hours"].as_array().unwrap();
    assert!(halves.len() > 1 && halves.iter().all(|half| half["changed"]["wait_s"].is_number()));
    hall.get("manager", &asked("open:99")).await.problem(422, "bad_whatif");
    hall.get("manager", &format!("{}&goal=2", asked(""))).await.problem(422, "bad_goal");
    hall.get("manager", "/api/v1/whatif?day=1999-12-31").await.problem(404, "unknown_day");
    hall.get("clerk", "/api/v1/whatif").await.problem(403, "wrong_role");
}

#[tokio::test]
async fn how_many_counters_must_be_open_is_searched_one_question_at_a_time() {
    let hall = Hall::after(1);
    let yesterday = hall.days[0].clone();
    let found = hall.get("manager", &format!("/api/v1/whatif?day={yesterday}&search=true&goal=0.6")).await;
    assert_eq!(found.status, 200, "{}", found.text());
    let staffing = found.json()["staffing"].clone();
    assert_eq!(staffing["goal"], 0.6);
    assert!(staffing["complete"].is_boolean() && staffing["reached"].is_boolean());
    let groups = staffing["groups"].as_array().unwrap().len();
    let halves = staffing["half_hours"].as_array().unwrap();
    assert!(!halves.is_empty() && halves.iter().all(|half| half["open"].as_array().unwrap().len() == groups));
    // Who asked and went leaves the next one its turn.
    let asked = format!("/api/v1/whatif?day={yesterday}&search=true");
    let gone = hall.get("manager", &asked);
    tokio::time::timeout(std::time::Duration::from_millis(200), gone).await.ok();
    assert_eq!(hall.get("manager", &format!("/api/v1/whatif?day={yesterday}")).await.status, 200);
}

#[tokio::test]
async fn tables_of_a_day_are_files_that_a_spreadsheet_reads() {
    let hall = Hall::after(2);
    let yesterday = hall.days.last().unwrap().clone();
    let path = |query: &str| format!("/api/v1/reports/day/{yesterday}{query}");
    let got = hall.get("manager", &path(".csv")).await;
    assert_eq!((got.status, got.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(got.header("content-disposition").contains(&format!("{yesterday}-queues.csv")));
    golden::check("report-queues.csv", &got.text());
    golden::check(
        "report-counters.en.csv",
        &hall.get("manager", &path("?format=csv&table=counters&language=en")).await.text(),
    );
    for table in ["half_hours", "staff", "jumps", "alerts", "ratings", "promise", "papers"] {
        let got = hall.get("manager", &path(&format!("?format=csv&table={table}"))).await;
        assert_eq!(got.status, 200, "{table}: {}", got.text());
        let text = got.text();
        assert!(text.starts_with('\u{feff}') && text.ends_with("\r\n"), "{table}: {text:?}");
        let commas = |line: &str| line.matches(',').count();
        let mut lines = text.lines();
        let heads = commas(lines.next().unwrap());
        assert!(lines.all(|line| commas(line) == heads), "{table}: {text}");
    }
    let days = hall.get("manager", "/api/v1/reports/days").await.json()["days"].clone();
    assert_eq!(days.as_array().unwrap().iter().filter(|day| hall.days.iter().any(|known| *day == known)).count(), 2);
    hall.get("manager", &path("?format=xml")).await.problem(400, "bad_query");
    hall.get("clerk", "/api/v1/reports/days").await.problem(403, "wrong_role");
    hall.get("manager", "/api/v1/reports/day/1999-12-31.csv").await.problem(404, "unknown_day");
}

#[tokio::test]
async fn the_day_tells_who_was_taken_out_of_turn_and_what_clerks_and_alerts_came_to() {
    let hall = Hall::new();
    hall.act("1", "open", json!({})).await;
    hall.take("cash").await;
    let second = hall.take("cash").await["ticket"]["id"].clone();
    let third = hall.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    let fourth = hall.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    hall.act("1", "call", json!({"ticket": second, "reason": "=HYPERLINK(\"x\")"})).await;
    let lane = json!({"lane": "vip", "reason": "老客户"});
    assert_eq!(hall.post("greeter", &format!("/api/v1/tickets/{third}/lane"), lane).await.status, 200);
    let flag = json!({"flag": "urgent", "reason": "赶飞机", "authoriser": "9001"});
    assert_eq!(hall.post("greeter", &format!("/api/v1/tickets/{fourth}/flag"), flag).await.status, 200);
    assert_eq!(hall.post("clerk", "/api/v1/counters/1/help", json!({})).await.status, 200);
    let alert = hall.get("manager", "/api/v1/alerts").await.json()["alerts"][0]["id"].clone();
    let ack = format!("/api/v1/alerts/{}/ack", alert.as_str().unwrap());
    assert_eq!(hall.post("manager", &ack, json!({})).await.status, 200);

    let today = hall.get("kiosk", "/api/v1/menu").await.json()["business_day"].as_str().unwrap().to_owned();
    let report = hall.get("manager", &format!("/api/v1/reports/day/{today}")).await.json();
    let jumps = report["jumps"].as_array().unwrap();
    let kinds: Vec<_> =
        jumps.iter().map(|jump| (jump["kind"].as_str().unwrap(), jump["number"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("manual_call", "A002"), ("lane_change", "A003"), ("urgent", "A004")], "{jumps:?}");
    assert_eq!((&jumps[2]["authoriser"], &jumps[2]["lane"]), (&json!("9001"), &json!("priority")));
    assert!(jumps[1]["by"].as_str().unwrap().starts_with("greeter"));
    let alerts = &report["alerts"][0];
    assert_eq!((&alerts["kind"], &alerts["raised"], &alerts["answered"]), (&json!("help"), &json!(1), &json!(1)));
    assert_eq!(
        report["half_hours"].as_array().unwrap().iter().map(|half| half["issued"].as_u64().unwrap()).sum::<u64>(),
        4
    );
    assert_eq!((&report["papers"][0]["printer"], &report["papers"][0]["ordered"]), (&json!("kiosk-1"), &json!(4)));
    let table = hall.get("manager", &format!("/api/v1/reports/day/{today}.csv?table=jumps")).await.text();
    assert!(table.contains("\"'=HYPERLINK(\"\"x\"\")\""), "no formula: {table}");
}

#[tokio::test]
async fn the_hall_now_tells_who_waits_longest_against_which_target() {
    let hall = Hall::new();
    hall.act("1", "open", json!({})).await;
    let first = hall.take("cash").await["ticket"]["number"].clone();
    let second = hall.take("cash").await["ticket"]["number"].clone();
    hall.act("1", "next", json!({})).await;
    let now = hall.get("greeter", "/api/v1/hall").await.json();
    let cash = &now["queues"][0];
    assert_eq!((&cash["service"], &cash["lane"], &cash["target_s"]), (&json!("cash"), &json!("regular"), &json!(900)));
    assert_eq!(
        (&cash["waiting"], &cash["longest"], &cash["late"], &cash["open"]),
        (&json!(1), &second, &json!(0), &json!(1))
    );
    let one = &now["counters"][0];
    assert_eq!((&one["counter"], &one["service"], &one["arrived"]), (&json!("1"), &json!("cash"), &json!(false)));
    assert!(one["since_s"].is_u64() && one["idle_s"].is_null(), "{one} has {first}");
    hall.get("kiosk", "/api/v1/hall").await.problem(403, "wrong_role");
}
