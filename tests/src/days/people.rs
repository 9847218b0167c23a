//! Customers at the kiosk, clerks at boxes and at pages, greeters: what they wish, and how stubbornly, over a network that
//! loses and delays. A wish keeps its request id however often it is sent.

use super::{
    cast::Group,
    day::Defect,
    world::{Told, World},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use counter::Key;
use firmware_sim::rng::Chance;
use serde_json::{Value, json};
use std::{rc::Rc, time::Duration};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

/// How often somebody tries before giving up.
const TRIES: u32 = 5;
/// Largest answer that is read.
const MOST: usize = 1 << 22;

/// Somebody who calls the lobby over HTTP.
struct Caller {
    world: Rc<World>,
    role: &'static str,
    name: &'static str,
    chance: Chance,
    wishes: u32,
}

/// What came back.
struct Got {
    status: u16,
    body: String,
}

impl Caller {
    fn new(world: &Rc<World>, role: &'static str, name: &'static str) -> Caller {
        Caller { world: Rc::clone(world), role, name, chance: world.chance(name), wishes: 0 }
    }

    async fn pause(&mut self, mean_ms: u64) {
        sleep(self.chance.arrival(Duration::from_millis(mean_ms)).min(Duration::from_secs(10))).await;
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.chance.index(of.len())]
    }

    /// Wishes something until there is an answer, or patience ends.
    async fn wish(&mut self, path: &str, body: &Value) -> Option<Got> {
        self.wishes += 1;
        let key = format!("{}-{}", self.name, self.wishes);
        let mut again = 0;
        while again < TRIES {
            if again > 0 {
                self.world.happened.borrow_mut().retries += 1;
            }
            // A defect that is planted: the lobby takes each sending for a wish of its own.
            let ignored = self.world.plan.defect == Some(Defect::RequestIdIgnored) && again > 0;
            let id = if ignored { format!("{key}#{again}") } else { key.clone() };
            again += 1;
            // 503 says that nothing is decided.
            if let Some(got) = self.send(path, body, &id).await.filter(|got| got.status < 500) {
                let told = Told { key: key.clone(), status: got.status, body: got.body.clone() };
                self.world.told.borrow_mut().push(told);
                if self.chance.happens(0.95) {
                    return Some(got);
                }
                continue; // a double tap: the same once more
            }
            self.pause(300).await;
            if self.chance.happens(0.1) {
                return None; // walks away
            }
        }
        None
    }

    /// Sends a request once. Nothing when it, or its answer, was lost.
    async fn send(&mut self, path: &str, body: &Value, id: &str) -> Option<Got> {
        let patience = Duration::from_millis(400);
        if self.chance.happens(0.2) {
            self.pause(60).await;
        }
        let (lost, unheard) = (self.chance.happens(0.02), self.chance.happens(0.04));
        let Some(up) = self.world.up().filter(|_| !lost) else {
            sleep(patience).await;
            return None;
        };
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer demo-{}", self.role))
            .header(header::CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", id)
            .body(Body::from(body.to_string()))
            .expect("a request");
        let (answer, answered) = oneshot::channel();
        // It goes on in the lobby when whoever sent it hangs up, and ends with the lobby.
        self.world.cast.enter(Group::Lobby, async move {
            let Ok(response) = up.router.oneshot(request).await;
            let status = response.status().as_u16();
            let bytes = axum::body::to_bytes(response.into_body(), MOST).await.unwrap_or_default();
            let _ = answer.send(Got { status, body: String::from_utf8_lossy(&bytes).into_owned() });
        });
        let got = timeout(patience, answered).await.ok()?.ok()?;
        (!unheard).then_some(got)
    }
}

/// Everybody comes.
pub(super) fn enter(world: &Rc<World>) {
    let people = |future| world.cast.enter(Group::People, future);
    world.cast.enter(Group::People, customers(Caller::new(world, "kiosk", "k1"), 700));
    world.cast.enter(Group::People, customers(Caller::new(world, "greeter", "g1"), 2_500));
    world.cast.enter(Group::People, greeter(Caller::new(world, "greeter", "g2")));
    world.cast.enter(Group::People, opener(Caller::new(world, "clerk", "m1")));
    world.cast.enter(Group::People, clerk_at_a_page(Caller::new(world, "clerk", "c3"), "3"));
    for desk in 0..world.desks.borrow().len() {
        people(clerk_at_a_box(Rc::clone(world), desk));
    }
}

async fn customers(mut caller: Caller, every_ms: u64) {
    loop {
        caller.pause(every_ms).await;
        let service = caller.pick(&["cash", "cash", "account", "loan"]);
        let lane = if caller.role == "greeter" {
            caller.pick(&["vip", "priority"])
        } else {
            caller.pick(&["regular", "regular", "regular", "priority"])
        };
        let body = json!({ "service": service, "lane": lane, "kiosk": "k1" });
        caller.wish("/api/v1/tickets", &body).await;
    }
}

/// Prints copies, gives numbers back, brings people back.
async fn greeter(mut caller: Caller) {
    loop {
        caller.pause(2_000).await;
        let tickets: Vec<String> = {
            let told = caller.world.told.borrow();
            let taken = told.iter().filter(|told| told.status == 201);
            let id = |told: &Told| {
                serde_json::from_str::<Value>(&told.body).ok()?["ticket"]["id"].as_str().map(str::to_owned)
            };
            taken.rev().take(12).filter_map(id).collect()
        };
        if tickets.is_empty() {
            continue;
        }
        let ticket = tickets[caller.chance.index(tickets.len())].clone();
        let (act, body) = caller.pick(&[("reprint", "{}"), ("reprint", "{}"), ("cancel", "{}"), ("reinstate", "{}")]);
        let body = serde_json::from_str(body).expect("JSON");
        caller.wish(&format!("/api/v1/tickets/{ticket}/{act}"), &body).await;
    }
}

/// Opens what is closed: in the morning, and after a day that was rolled over.
async fn opener(mut caller: Caller) {
    loop {
        for counter in ["1", "2", "3"] {
            caller.wish(&format!("/api/v1/counters/{counter}/open"), &json!({})).await;
        }
        caller.pause(6_000).await;
    }
}

async fn clerk_at_a_page(mut caller: Caller, counter: &str) {
    loop {
        caller.pause(700).await;
        let act =
            caller.pick(&["next", "next", "next", "next", "arrived", "finish", "no-show", "hold", "recall", "undo"]);
        caller.wish(&format!("/api/v1/counters/{counter}/{act}"), &json!({})).await;
    }
}

async fn clerk_at_a_box(world: Rc<World>, desk: usize) {
    let mut chance = world.chance(&format!("fingers-{desk}"));
    let keys = [
        Key::Next,
        Key::Next,
        Key::Next,
        Key::Next,
        Key::Recall,
        Key::Arrived,
        Key::Finish,
        Key::NoShow,
        Key::Hold,
        Key::Pause,
        Key::Pause,
        Key::Help,
    ];
    loop {
        sleep(chance.arrival(Duration::from_millis(900)).min(Duration::from_secs(6))).await;
        // Now and then somebody loses patience with a key.
        let times = if chance.happens(0.05) { 2 + chance.index(9) } else { 1 };
        let key = keys[chance.index(keys.len())];
        for _ in 0..times {
            let at = jiff::Timestamp::from_millisecond(world.clock.now().0).unwrap_or_default();
            if let Some(latched) = world.desks.borrow_mut()[desk].press(key, at) {
                world.presses.borrow_mut().push(latched);
            }
            sleep(Duration::from_millis(90)).await;
        }
    }
}
