//! Desk units that sit at an agent: a program on a clerk's own PC that has the unit on a port there and speaks with the
//! lobby over HTTP. Here is which agents there are and how their units are; presses and pictures go through
//! `http/desks.rs` like any wish and any level.
//!
//! A unit is as its agent says for as long as the agent listens to the unit's picture. The newest listener is the one:
//! a connection that broke without a word must not keep its successor out, nor speak for it.

use super::registry::Registry;
use crate::config::Config;
use queue_core::{CounterId, DeskId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// All desk units at agents. Cheap to clone.
#[derive(Clone)]
pub struct Agents(Arc<BTreeMap<DeskId, Seat>>);

/// The place of one agent.
struct Seat {
    desk: DeskId,
    counter: CounterId,
    registry: Registry,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    /// Ends the stream that counts, and is `None` while there is none.
    listener: Option<(u64, CancellationToken)>,
    /// Streams so far, to tell them apart.
    listeners: u64,
    /// What the agent said of the unit: state and cause.
    said: Option<(String, Option<String>)>,
}

impl Agents {
    /// The agents of a configuration; each unit is a device from here on.
    pub fn new(config: &Config, registry: &Registry) -> Agents {
        let seat = |desk: DeskId, counter: CounterId| Seat {
            desk,
            counter,
            registry: registry.clone(),
            now: Mutex::default(),
        };
        let seats = config.agents.iter().map(|agent| {
            let desk = DeskId::from(agent.id.as_str());
            (desk.clone(), seat(desk, agent.counter.as_str().into()))
        });
        let agents = Agents(Arc::new(seats.collect()));
        for seat in agents.0.values() {
            let cause = format!("its agent {} has not called since the lobby started", seat.desk);
            seat.report("offline", Some(cause));
        }
        agents
    }

    /// The counter that the unit of an agent stands at.
    pub fn counter(&self, desk: &DeskId) -> Option<&CounterId> {
        self.0.get(desk).map(|seat| &seat.counter)
    }

    /// An agent listens to the picture of its unit, until the answer is dropped. `None` where there is no such agent.
    pub fn enter(&self, desk: &DeskId) -> Option<Listening> {
        let seat = self.0.get(desk)?;
        let mut now = seat.lock();
        now.listeners += 1;
        let (number, replaced) = (now.listeners, CancellationToken::new());
        if let Some((_, former)) = now.listener.replace((number, replaced.clone())) {
            former.cancel();
        } else {
            info!(agent = %desk, counter = %seat.counter, "the agent of a desk unit is connected");
        }
        seat.show(&now);
        drop(now);
        Some(Listening { agents: self.clone(), desk: desk.clone(), number, replaced })
    }

    /// An agent says how its unit is.
    pub fn say(&self, desk: &DeskId, state: String, cause: Option<String>) {
        let Some(seat) = self.0.get(desk) else { return };
        let mut now = seat.lock();
        now.said = Some((state, cause));
        seat.show(&now);
    }
}

impl Seat {
    fn lock(&self) -> std::sync::MutexGuard<'_, Now> {
        // Nothing panics while it is held.
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, now: &Now) {
        match (&now.listener, &now.said) {
            (None, _) => self.report("offline", Some(format!("its agent {} is not connected", self.desk))),
            (Some(_), None) => self.report("starting", None),
            (Some(_), Some((state, cause))) => self.report(state, cause.clone()),
        }
    }

    fn report(&self, state: &str, cause: Option<String>) {
        self.registry.report(&format!("desk-{}", self.counter), "desk", state, cause);
    }
}

/// One agent that listens.
pub struct Listening {
    agents: Agents,
    desk: DeskId,
    number: u64,
    replaced: CancellationToken,
}

impl Listening {
    /// Ends when a newer listener takes the place of this one.
    pub fn replaced(&self) -> CancellationToken {
        self.replaced.clone()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let Some(seat) = self.agents.0.get(&self.desk) else { return };
        let mut now = seat.lock();
        if now.listener.take_if(|(number, _)| *number == self.number).is_some() {
            warn!(agent = %self.desk, counter = %seat.counter, "the agent of a desk unit is gone");
            // Whoever comes next says it anew: meanwhile anything may have happened to the unit.
            now.said = None;
            seat.show(&now);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{clock::Clock, config::Config};

    const BRANCH: &str = include_str!("../../../../config/demo/branch.toml");

    #[test]
    fn a_unit_is_as_its_newest_agent_says_and_offline_without_one() {
        let text = BRANCH.replace("  { unit = 4, counter = \"4\" },\n", "");
        let config: Config = toml::from_str(&format!("{text}\n[[agents]]\nid = \"pc-4\"\ncounter = \"4\"\n")).unwrap();
        let registry = Registry::new(Clock::real());
        let list = registry.watch();
        let state = || {
            let device = list.borrow()[0].clone();
            assert_eq!((device.id.as_str(), device.kind.as_str()), ("desk-4", "desk"));
            device.state
        };
        let agents = Agents::new(&config, &registry);
        let desk = DeskId::from("pc-4");
        assert_eq!(state(), "offline");
        agents.say(&desk, "ok".to_owned(), None);
        assert_eq!(state(), "offline", "what somebody says who does not listen counts for nothing yet");
        let first = agents.enter(&desk).unwrap();
        assert_eq!(state(), "ok");
        let second = agents.enter(&desk).unwrap();
        assert!(first.replaced().is_cancelled() && !second.replaced().is_cancelled());
        drop(first);
        assert_eq!(state(), "ok", "the newest counts");
        agents.say(&desk, "unplugged".to_owned(), Some("its cable".to_owned()));
        assert_eq!(state(), "unplugged");
        drop(second);
        assert_eq!(state(), "offline");
        let third = agents.enter(&desk).unwrap();
        assert_eq!(state(), "starting", "nobody has said yet how it is now");
        drop(third);
        assert!(agents.enter(&DeskId::from("pc-9")).is_none());
    }
}
