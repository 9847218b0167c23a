//! What whoever works at a counter has in view and writes down: who comes next, old views, notes, further services, the
//! own day in numbers.

use crate::{
    hall::{Got, Hall},
    stream::{Events, serve},
};
use queue_core::Command;
use serde_json::{Value, json};

async fn at(hall: &Hall, counter: &str, act: &str, body: Value) -> Got {
    hall.post("clerk", &format!("/api/v1/counters/{counter}/{act}"), body).await
}

fn numbers(queue: &Value) -> Vec<&str> {
    queue["next"].as_array().unwrap().iter().map(|next| next["ticket"]["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn who_comes_next_is_told_with_the_reason_and_comes() {
    let hall = Hall::new();
    for service in ["cash", "account", "cash", "loan"] {
        hall.take(service).await;
    }
    hall.act("1", "open", json!({})).await;
    let queue = hall.get("clerk", "/api/v1/counters/1/queue").await.json();
    assert_eq!(numbers(&queue), ["A001", "B001", "A002"], "counter 1 does no loans");
    assert_eq!((&queue["next"][0]["why"]["rule"], &queue["next"][0]["from"]), (&json!("points"), &Value::Null));
    assert!(queue["next"][0]["due"].as_str() > queue["at"].as_str());
    let own: Vec<_> = queue["lines"].as_array().unwrap().iter().map(|line| (&line["service"], &line["own"])).collect();
    assert_eq!(
        own,
        [(&json!("account"), &json!(true)), (&json!("cash"), &json!(true)), (&json!("loan"), &json!(false))]
    );
    for number in ["A001", "B001", "A002"] {
        assert_eq!(hall.act("1", "next", json!({})).await["ticket"]["number"], number);
    }
    // Counter 4 takes ordinary customers after eight minutes: it is told from when.
    let later = hall.get("desk", "/api/v1/counters/4/queue").await.json();
    assert_eq!((numbers(&later), &later["next"][0]["why"]), (vec!["C001"], &Value::Null));
    assert!(later["next"][0]["from"].is_string());
    hall.get("clerk", "/api/v1/counters/9/queue").await.problem(404, "unknown_counter");
    hall.get("clerk", "/api/v1/counters/9/day").await.problem(404, "unknown_counter");
}

#[tokio::test]
async fn ten_thousand_wait_and_the_list_stays_short() {
    let hall = Hall::new();
    let take = Command::Issue(queue_core::IssueWish {
        service: "cash".into(),
        lane: "regular".into(),
        language: None,
        kiosk: None,
        identity: None,
        needs: Vec::new(),
        then: Vec::new(),
        printer: None,
        promise: None,
    });
    // Series end at 9,999; the rest waits for accounts.
    let wish = |service: &str| match take.clone() {
        Command::Issue(wish) => Command::Issue(queue_core::IssueWish { service: service.into(), ..wish }),
        other => other,
    };
    // Many at a time, so that they share the syncs of the disk.
    for service in ["cash", "account"] {
        for _ in 0..10 {
            let taken = (0..500).map(|_| hall.state.handle.tell("kiosk:k1", wish(service)));
            for taken in futures_util::future::join_all(taken).await {
                taken.unwrap().unwrap();
            }
        }
    }
    let queue = hall.get("clerk", "/api/v1/counters/1/queue").await;
    assert!(queue.bytes.len() < 20_000, "{} bytes", queue.bytes.len());
    let queue = queue.json();
    assert_eq!((queue["next"].as_array().unwrap().len(), &queue["counter"]["waiting"]), (12, &json!(10_000)));
    let counts: Vec<_> = queue["lines"].as_array().unwrap().iter().map(|line| line["count"].clone()).collect();
    assert_eq!(counts, [5_000, 5_000]);
    let hall_now = hall.get("greeter", "/api/v1/hall").await.json();
    assert_eq!((&hall_now["queues"][0]["waiting"], &hall_now["late_count"]), (&json!(5_000), &json!(0)));
}

#[tokio::test]
async fn the_picture_follows_every_act_also_one_that_no_screen_shows() {
    let hall = Hall::new();
    hall.take("cash").await;
    hall.act("1", "open", json!({})).await;
    hall.act("1", "next", json!({})).await;
    let served = serve(&hall).await;
    let mut events = Events::of(served.address, "/api/v1/counters/1/queue/events?role=clerk", "demo-clerk").await;
    let first = events.next().await.unwrap();
    assert_eq!((first.kind.as_str(), &first.data["ticket"]["state"]), ("queue", &json!("called")));
    hall.act("1", "arrived", json!({})).await;
    loop {
        let event = events.next().await.expect("the stream ended");
        if event.kind == "queue" {
            assert_eq!(event.data["ticket"]["state"], "serving");
            break;
        }
    }
    assert_eq!(hall.get("clerk", "/api/v1/counters/9/queue/events").await.status, 404);
}

#[tokio::test]
async fn an_old_view_does_nothing_to_another_customer() {
    let hall = Hall::new();
    let first = hall.take("cash").await["ticket"]["id"].clone();
    hall.take("cash").await;
    hall.act("1", "open", json!({})).await;
    assert_eq!(hall.act("1", "next", json!({"expect": null})).await["ticket"]["id"], first);
    let stale = at(&hall, "1", "next", json!({"expect": null})).await.problem(409, "other_ticket");
    assert!(stale.contains("A001"), "{stale}");
    at(&hall, "1", "finish", json!({"expect": "20000101-A009", "outcome": "done"})).await.problem(409, "other_ticket");
    let now = hall.get("clerk", "/api/v1/counters/1").await.json();
    assert_eq!((&now["counter"]["number"], &now["ticket"]["state"]), (&json!("A001"), &json!("called")));
    let gone = hall.act("1", "finish", json!({"expect": first})).await;
    assert_eq!((&gone["ticket"]["number"], &gone["ticket"]["state"]), (&json!("A001"), &json!("done")));
    at(&hall, "9", "next", json!({"expect": null})).await.problem(404, "unknown_counter");
    at(&hall, "1", "next", json!({"expect": 7})).await.problem(422, "bad_body");
}

#[tokio::test]
async fn a_note_is_read_by_staff_until_the_day_is_closed_and_stands_in_no_row() {
    const WORDS: &str = "<script>alert('x')</script> 带走复印件";
    let hall = Hall::new();
    let id = hall.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tickets/{id}");
    let note = format!("{path}/note");
    let key = [("idempotency-key", "note-1")];
    let noted = hall.post_as("clerk", &note, &key, json!({"text": WORDS})).await;
    assert_eq!((noted.status, &noted.json()["notes"]), (200, &json!(1)), "{}", noted.text());
    assert!(!noted.text().contains("script"), "an answer that is kept has no words of it: {}", noted.text());
    let again = hall.post_as("clerk", &note, &key, json!({"text": WORDS})).await;
    assert_eq!(again.json(), noted.json());
    hall.post_as("clerk", &note, &key, json!({"text": "other words"})).await.problem(409, "key_reused");

    hall.act("1", "open", json!({})).await;
    hall.act("2", "open", json!({})).await;
    hall.act("1", "next", json!({})).await;
    hall.act("1", "transfer", json!({"counter": "2"})).await;
    assert_eq!(hall.act("2", "next", json!({})).await["ticket"]["notes"], 1, "the next counter sees that there is one");
    let detail = hall.get("clerk", &path).await.json();
    assert_eq!((&detail["notes"][0]["text"], &detail["notes"][0]["by"]), (&json!(WORDS), &json!("clerk:demo")));
    let row = detail["history"].as_array().unwrap().iter().find(|row| row["kind"] == "note_kept").unwrap();
    assert_eq!(row["digest"].as_str().unwrap().len(), 43);
    let journal = hall.get("manager", "/api/v1/journal?limit=500").await.text();
    assert!(journal.contains("note_kept") && !journal.contains("alert('x')") && !journal.contains("复印件"));

    for bad in [json!({"text": ""}), json!({"text": "长".repeat(501)}), json!({"text": "bell\u{7}"})] {
        hall.post("clerk", &note, bad).await.problem(422, "bad_note");
    }
    hall.post("clerk", "/api/v1/tickets/20000101-A001/note", json!({"text": "x"})).await.problem(404, "unknown_ticket");
    let hall = hall.restart().await;
    assert_eq!(hall.get("greeter", &path).await.json()["notes"][0]["text"], WORDS);
    hall.state.handle.tell("system:test", Command::CloseDay { force: true }).await.unwrap().unwrap();
    assert_eq!(hall.get("greeter", &path).await.json()["notes"], json!([]));
    for file in std::fs::read_dir(hall.dir()).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(9).any(|window| window == "复印件".as_bytes()), "{}", file.display());
    }
}

#[tokio::test]
async fn further_services_are_added_at_the_counter() {
    let hall = Hall::new();
    let id = hall.take("cash").await["ticket"]["id"].as_str().unwrap().to_owned();
    let then = format!("/api/v1/tickets/{id}/then");
    hall.act("2", "open", json!({})).await;
    hall.act("2", "next", json!({})).await;
    let set = hall.post("clerk", &then, json!({"then": ["loan"]})).await;
    assert_eq!((set.status, &set.json()["then"]), (200, &json!(["loan"])), "{}", set.text());
    hall.post("clerk", &then, json!({"then": ["gold"]})).await.problem(422, "unknown_service");
    hall.post("clerk", &then, json!({"then": ["loan", "loan", "loan", "loan", "loan"]}))
        .await
        .problem(422, "too_many_services");
    let gone = hall.act("2", "finish", json!({})).await;
    assert_eq!((&gone["ticket"]["state"], &gone["ticket"]["service"]), (&json!("waiting"), &json!("loan")));
    hall.act("3", "open", json!({})).await;
    hall.act("3", "next", json!({})).await;
    hall.act("3", "finish", json!({})).await;
    hall.post("clerk", &then, json!({"then": ["loan"]})).await.problem(409, "wrong_state");
}

#[tokio::test]
async fn the_day_in_numbers_goes_on_from_question_to_question() {
    let hall = Hall::with(|config| config.rules.sham_under_s = 0);
    for _ in 0..3 {
        hall.take("cash").await;
    }
    let day = || async { hall.get("clerk", "/api/v1/counters/2/day").await.json() };
    hall.act("2", "open", json!({})).await;
    let empty = day().await;
    assert_eq!((&empty["calls"], &empty["in_target"], &empty["staff"]), (&json!(0), &Value::Null, &Value::Null));
    hall.act("2", "next", json!({})).await;
    hall.act("2", "finish", json!({})).await;
    hall.act("2", "next", json!({})).await;
    hall.act("2", "no-show", json!({})).await;
    let busy = day().await;
    assert_eq!((&busy["calls"], &busy["served"], &busy["no_shows"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!(busy["in_target"], 1.0);
    assert!(busy["mean_service_s"].as_f64().is_some_and(|mean| mean >= 0.0));
    hall.act("2", "undo", json!({})).await;
    let undone = day().await;
    assert_eq!((&undone["calls"], &undone["no_shows"]), (&json!(2), &json!(0)));
    hall.act("2", "transfer", json!({"service": "loan", "confirm": true})).await;
    assert_eq!(day().await["sent_on"], 1);
    assert_eq!(
        hall.get("clerk", "/api/v1/counters/1/day").await.json()["calls"],
        0,
        "another counter's day is its own"
    );
}

#[tokio::test]
async fn a_hold_has_its_age() {
    let hall = Hall::new();
    hall.take("cash").await;
    hall.act("1", "open", json!({})).await;
    hall.act("1", "next", json!({})).await;
    let held = hall.act("1", "hold", json!({})).await["counter"]["held"][0].clone();
    assert!(held["held_at"].as_str() >= held["called_at"].as_str() && held["held_at"].is_string(), "{held}");
    let back = hall.act("1", "resume-ticket", json!({"ticket": held["id"]})).await;
    assert_eq!(back["ticket"]["held_at"], Value::Null);
}
