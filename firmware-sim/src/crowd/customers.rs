//! Customers of one service: they come at random, take a number, and wait as long as they can.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::clock::CrowdClock;
use super::config::{CrowdConfig, ServiceConfig};
use super::kiosk::{Kiosk, Taken};
use super::profile::Arrivals;
use super::room::Room;
use crate::rng::Chance;

/// What customers and clerks of one crowd share.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) people: CrowdConfig,
    pub(super) kiosk: Kiosk,
    pub(super) room: Room,
    clock: tokio::sync::OnceCell<CrowdClock>,
}

impl Place {
    pub(super) fn new(people: CrowdConfig, kiosk: Kiosk) -> Self {
        Self { people, kiosk, room: Room::default(), clock: tokio::sync::OnceCell::new() }
    }

    /// The crowd's time, once the doors are open.
    pub(super) async fn clock(&self) -> &CrowdClock {
        self.clock.get_or_init(|| self.kiosk.doors_open()).await
    }
}

/// Somebody who waits, and how it ends when it takes too long.
struct Waiter {
    taken: Taken,
    since: Duration,
    gives_back: bool,
}

/// Lets the customers of one service come, for ever. Comings and goings are taken in the order of their time, so a
/// lobby that is away keeps them at the kiosk and loses nobody.
pub(super) async fn come(place: &Place, service: &ServiceConfig, mut chance: Chance) {
    let clock = place.clock().await;
    let luck = Chance::new(chance.bits(), "arrivals");
    let mut arrivals = Arrivals::new(Duration::from_secs_f64(service.every_s), place.people.course(), luck);
    let mut waiting: BTreeMap<(Duration, u64), Waiter> = BTreeMap::new();
    for count in 1_u64.. {
        let next = arrivals.next(|at| clock.hour(at));
        while let Some(first) = waiting.first_entry().filter(|first| first.key().0 <= next) {
            let ((at, who), waiter) = first.remove_entry();
            clock.sleep_until(at).await;
            leave(place, &waiter, &format!("{}-{who}-back", service.id)).await;
        }
        clock.sleep_until(next).await;
        let (wish, greeter) = wish(&place.people, service, &mut chance);
        let patience = place.people.patience(&mut chance);
        let gives_back = chance.happens(place.people.gives_back);
        let Some(taken) = place.kiosk.take(&format!("{}-{count}", service.id), &wish, greeter).await else { continue };
        let since = clock.now();
        place.room.sits(&taken.number, since);
        if let Some(patience) = patience {
            waiting.insert((since + patience, count), Waiter { taken, since, gives_back });
        }
    }
}

/// Somebody has had enough: gives the number back, or just walks out. Whoever was called meanwhile does neither.
async fn leave(place: &Place, waiter: &Waiter, key: &str) {
    let number = &waiter.taken.number;
    if !place.room.leaves(number) {
        return;
    }
    if !waiter.gives_back {
        tracing::info!(number, "a customer has left without a word");
    } else if place.kiosk.give_back(key, &waiter.taken).await {
        tracing::info!(number, "a customer gave the number back");
    } else {
        place.room.sits(number, waiter.since); // called at that moment
    }
}

/// What one customer asks for, and whether the greeter has to give it.
fn wish(people: &CrowdConfig, service: &ServiceConfig, chance: &mut Chance) -> (Value, bool) {
    let language = if chance.happens(people.english) { "en" } else { "zh-CN" };
    let mut wish = json!({ "service": service.id, "language": language, "kiosk": people.kiosk });
    let lot = chance.unit();
    let vip = lot < people.vip;
    if vip {
        wish["lane"] = json!("vip");
    } else if lot < people.vip + people.priority {
        wish["lane"] = json!("priority");
    }
    (wish, vip)
}
