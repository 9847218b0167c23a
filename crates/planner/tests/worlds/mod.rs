//! Random lobbies and random days in them, as files of format `trace`. Only what can happen happens: whoever makes
//! the day plays it along.
#![allow(dead_code, reason = "each test uses its part")]

use planner::{
    engine::{Doing, TicketState},
    formats::{BranchConfig, Player, TimeUnit, read_events},
    random::Random,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const SERVICES: [&str; 3] = ["A", "B", "C"];
const LANES: [&str; 4] = ["REG", "PRI", "VIP", "APT"];

/// One random day.
pub(crate) struct World {
    pub(crate) config: Value,
    pub(crate) events: Vec<Value>,
    /// After each event: when time alone next changes something.
    pub(crate) wakes: Vec<Option<i64>>,
}

impl World {
    /// As a file.
    pub(crate) fn file(&self) -> String {
        json!({ "format": "trace", "time_unit": "second", "config": self.config, "events": self.events }).to_string()
    }
}

/// One of several values, each as likely.
pub(crate) fn one_of<T: Copy>(random: &mut Random, of: &[T]) -> T {
    of[below(random, of.len())]
}

/// A number below `end`.
pub(crate) fn below(random: &mut Random, end: usize) -> usize {
    usize::try_from(random.bits() % u64::try_from(end).unwrap()).unwrap()
}

fn between(random: &mut Random, from: i64, to: i64) -> i64 {
    from + i64::try_from(random.bits() % u64::try_from(to - from + 1).unwrap()).unwrap()
}

fn chance(random: &mut Random, percent: u64) -> bool {
    random.bits() % 100 < percent
}

pub(crate) fn config(random: &mut Random) -> Value {
    let lane_count = 1 + below(random, LANES.len());
    let mut left = 1_000;
    let mut lanes = Map::new();
    let turn = below(random, lane_count);
    for (place, lane) in LANES[..lane_count].iter().enumerate() {
        let share = if chance(random, 60) { between(random, 0, left) } else { 0 };
        left -= share;
        lanes.insert(
            (*lane).to_owned(),
            json!({
                "rank": (place + turn) % lane_count,
                "h100": one_of(random, &[0, 0, 500, 3_000]),
                "p100": one_of(random, &[100, 100, 250, 500, 50]),
                "guard_after": one_of(random, &[0, 0, 60, 300, 900]),
                "share1000": share,
            }),
        );
    }
    let counters: Map<String, Value> = (1..=1 + below(random, 5))
        .map(|rank| (format!("K{rank}"), json!({
            "rank": rank,
            "skills": skills(random, lane_count),
            "affinity": if chance(random, 30) { json!({ (one_of(random, &LANES)): one_of(random, &[100, 300, 3_000]) }) } else { json!({}) },
        })))
        .collect();
    json!({
        "lanes": lanes,
        "counters": counters,
        "appt_grace": one_of(random, &[0, 600]),
        "appt_late_lane": "REG",
        "return_penalty": one_of(random, &[0, 300]),
        "pin_timeout": one_of(random, &[0, 60, 900]),
        "services": { "A": {}, "B": {}, "C": {} },
    })
}

fn skills(random: &mut Random, lane_count: usize) -> Value {
    let delays = [Some(0), Some(0), Some(0), Some(30), Some(120), Some(480), None];
    let mut skills = Map::new();
    for _ in 0..=below(random, 5) {
        let service = one_of(random, &SERVICES);
        let lane = one_of(random, &LANES[..lane_count]);
        let key =
            one_of(random, &[format!("{service}/*"), format!("{service}/{lane}"), format!("*/{lane}")].each_ref())
                .clone();
        skills.insert(key, json!(one_of(random, &delays)));
    }
    Value::Object(skills)
}

/// A day of `length` events in a random lobby.
pub(crate) fn world(random: &mut Random, length: usize) -> World {
    let config = config(random);
    day_in(config, random, length)
}

/// A day of `length` events in a lobby.
pub(crate) fn day_in(config: Value, random: &mut Random, length: usize) -> World {
    let branch: BranchConfig = serde_json::from_value(config.clone()).unwrap();
    let services = SERVICES.map(str::to_owned).to_vec();
    let player = Player::new(Arc::new(branch.branch(TimeUnit::Second, services).unwrap()));
    let lanes = config["lanes"].as_object().unwrap().keys().cloned().collect();
    let mut day = Day { player, lanes, at: 0, issued: 0, closed: false, rush: chance(random, 50) };
    let mut world = World { config, events: Vec::new(), wakes: Vec::new() };
    while world.events.len() < length {
        let Some((kind, about)) = day.next(random) else { continue };
        let event = json!([day.at, kind, about]);
        let read = read_events(TimeUnit::Second, std::slice::from_ref(&event)).unwrap().remove(0);
        day.player.play(&read, |_, _| ()).unwrap_or_else(|e| panic!("{event}: {e}"));
        world.wakes.push(day.player.engine().next_wake(day.at * 1_000).map(|ms| ms / 1_000));
        world.events.push(event);
    }
    world
}

struct Day {
    player: Player,
    lanes: Vec<String>,
    at: i64,
    issued: usize,
    closed: bool,
    /// Many people come and few are served: guarantees get to work.
    rush: bool,
}

impl Day {
    /// What happens next, if what chance proposes can happen.
    fn next(&mut self, random: &mut Random) -> Option<(&'static str, Value)> {
        let step = if chance(random, 20) { 0 } else { between(random, 0, 90) };
        let wake = self.player.engine().next_wake(self.at * 1_000).map(|ms| ms / 1_000);
        if let Some(wake) = wake.filter(|wake| *wake <= self.at + step && chance(random, 80)) {
            self.at = wake;
            return Some(("tick", json!({})));
        }
        self.at += step;
        let counter = below(random, self.player.engine().rule().counters.len());
        let k = format!("K{}", counter + 1);
        let doing = self.player.engine().hall().doing(counter);
        match random.bits() % 100 {
            0..45 => Some(("issue", self.issue(random))),
            45..50 => self.ticket(random, |state| matches!(state, TicketState::Missed(_))).map(|id| ("return", id)),
            50..52 => self.ticket(random, |state| state == TicketState::Waiting).map(|id| ("cancel", id)),
            52..53 if self.issued > 20 && !self.closed => {
                self.closed = true;
                Some(("close", json!({})))
            }
            53..54 => Some(("tick", json!({}))),
            _ => match doing {
                Doing::Closed | Doing::Paused(..) => Some(("open", json!({ "k": k }))),
                Doing::Idle(_) if chance(random, 5) => Some(("pause", json!({ "k": k }))),
                Doing::Busy(_) if !self.rush || chance(random, 50) => Some(self.leave(random, &k)),
                _ => None,
            },
        }
    }

    fn issue(&mut self, random: &mut Random) -> Value {
        self.issued += 1;
        let lane = &self.lanes[below(random, self.lanes.len())];
        let mut about =
            json!({ "id": format!("T{}", self.issued), "service": one_of(random, &SERVICES), "lane": lane });
        if chance(random, 10) {
            about["appt"] = json!(self.at + between(random, -1_500, 1_500));
        }
        about
    }

    fn ticket(&self, random: &mut Random, fits: impl Fn(TicketState) -> bool) -> Option<Value> {
        let tickets = self.player.engine().tickets().iter().enumerate();
        let fitting: Vec<usize> = tickets.filter(|(_, ticket)| fits(ticket.state)).map(|(place, _)| place).collect();
        (!fitting.is_empty()).then(|| json!({ "id": format!("T{}", one_of(random, &fitting) + 1) }))
    }

    /// The customer at a counter goes.
    fn leave(&self, random: &mut Random, k: &str) -> (&'static str, Value) {
        let mut about = json!({ "k": k });
        if chance(random, 8) {
            about["then"] = json!("pause");
        }
        match random.bits() % 10 {
            0 => ("miss", about),
            1 | 2 => {
                about["service"] = json!(one_of(random, &SERVICES));
                if chance(random, 30) {
                    about["lane"] = json!(self.lanes[below(random, self.lanes.len())]);
                }
                if chance(random, 60) {
                    about["pin"] = json!(format!("K{}", 1 + below(random, self.player.engine().rule().counters.len())));
                }
                ("transfer", about)
            }
            _ => ("finish", about),
        }
    }
}
