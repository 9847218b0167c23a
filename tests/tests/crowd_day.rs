//! Hours of a busy day in seconds: the lobby on a fast clock, and a crowd that comes, waits, leaves and is served,
//! through both real programs. Whatever happened, the books are in order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{
    Hall, HallPlan,
    hall::{program, root},
    until,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::{Child, Command, Stdio},
};

/// How many times faster than life; a service of four minutes takes two thirds of a second.
const SPEED: u32 = 360;
/// Simulated minutes that the day goes on at least.
const MINUTES: i64 = 60;

/// The crowd's program, ended with the test.
struct Crowd(Child);

impl Crowd {
    fn start(hall: &Hall) -> Crowd {
        // The demo's crowd, three times as many and soon tired.
        let config = std::fs::read_to_string(root().join("config/demo/sim.toml")).unwrap();
        assert!(config.contains("patience_min = 60"));
        let file = hall.data().join("crowd.toml");
        std::fs::write(
            &file,
            config.replace("patience_min = 60", "patience_min = 6").replace("load = 2.0", "load = 3.0"),
        )
        .unwrap();
        let mut program = Command::new(program("firmware-sim"));
        program.arg("run").arg("--config").arg(file).arg("--wires").arg(hall.wires());
        program.args(["--listen", "127.0.0.1:0", "--crowd", hall.nobody().base(), "--speed", &SPEED.to_string()]);
        program.args(["--profile", "overload"]).stdin(Stdio::null()).stderr(Stdio::null());
        Crowd(program.spawn().unwrap())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        // Ended already, or killed now: either way it is gone.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn lobby_time(hall: &Hall) -> jiff::Timestamp {
    hall.role("kiosk").get("/api/v1/menu").await["at"].as_str().unwrap().parse().unwrap()
}

/// `lobby journal verify` or `export` on what is left; what it wrote.
fn journal(hall: &Hall, command: &str) -> String {
    let run = Command::new(program("lobby")).args(["journal", command, "--data"]).arg(hall.data()).output().unwrap();
    assert!(run.status.success(), "journal {command}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

/// What every sequence of facts must keep: no number twice in a day, one customer at a counter, nobody called who has
/// gone, nobody gone twice.
#[derive(Default)]
struct Books {
    numbers: BTreeSet<(String, String)>,
    at_counter: BTreeMap<String, String>,
    ended: BTreeSet<String>,
    kinds: BTreeMap<String, usize>,
}

impl Books {
    fn book(&mut self, row: &Value) {
        let fact = &row["fact"];
        let text = |key: &str| fact[key].as_str().unwrap_or_else(|| panic!("no {key} in {row}")).to_owned();
        let kind = row["kind"].as_str().unwrap();
        *self.kinds.entry(kind.to_owned()).or_default() += 1;
        match kind {
            "issued" => {
                let day = row["business_day"].as_str().unwrap().to_owned();
                assert!(self.numbers.insert((day, text("number"))), "a number twice: {row}");
            }
            "called" | "ticket_resumed" => {
                assert!(!self.ended.contains(&text("ticket")), "somebody who has gone: {row}");
                let before = self.at_counter.insert(text("counter"), text("ticket"));
                assert_eq!(before, None, "two at a counter: {row}");
            }
            "finished" | "no_show" | "held" | "transferred" | "returned" => {
                assert_eq!(self.at_counter.remove(&text("counter")), Some(text("ticket")), "{row}");
            }
            _ => {}
        }
        if matches!(kind, "finished" | "no_show" | "cancelled" | "expired") && fact["next"].is_null() {
            assert!(self.ended.insert(text("ticket")), "gone twice: {row}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_at_speed_leaves_the_books_in_order() {
    let plan = HallPlan { without_hardware: true, speed: SPEED, ..HallPlan::default() };
    let mut hall = Hall::start_with(plan).await;
    let opened = lobby_time(&hall).await;
    let crowd = Crowd::start(&hall);
    until("the hour to pass", async || {
        let passed = lobby_time(&hall).await.duration_since(opened).as_mins();
        if passed >= MINUTES { Ok(()) } else { Err(format!("{passed} minutes have passed")) }
    })
    .await;
    until("somebody to lose patience, somebody not to come, and somebody to be served", async || {
        let tickets = hall.role("clerk").get("/api/v1/tickets?limit=500").await;
        let tickets = tickets["tickets"].as_array().unwrap();
        let states: BTreeSet<&str> = tickets.iter().map(|one| one["state"].as_str().unwrap()).collect();
        let seen = ["cancelled", "no_show", "done"].iter().all(|state| states.contains(state));
        if seen { Ok(()) } else { Err(format!("{states:?}")) }
    })
    .await;
    hall.kill(); // in the middle of it all: what was answered is in the books
    drop(crowd);

    journal(&hall, "verify");
    let mut books = Books::default();
    for line in journal(&hall, "export").lines() {
        books.book(&serde_json::from_str(line).unwrap());
    }
    for kind in ["issued", "called", "finished", "no_show", "cancelled"] {
        assert!(books.kinds.contains_key(kind), "nobody was {kind}: {:?}", books.kinds);
    }
}
