//! Simulated customers and clerks, who use only what people use: the kiosk API and the keys of the desk units.
//!
//! Customers come as the profile of the day says, sit down in the [`Room`], and leave when their patience ends; clerks
//! call whoever is next and find out who is still there. A unit that a person pressed is left to that person for five
//! minutes.

mod clerk;
mod clock;
mod config;
mod customers;
mod kiosk;
mod profile;
mod room;

use std::sync::Arc;
use std::time::Duration;

use counter::Key;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use clerk::{Clerk, Screen};
pub use clock::CrowdClock;
pub use config::{CrowdConfig, ServiceConfig};
pub use kiosk::CrowdError;
pub use profile::{Arrivals, Profile};
pub use room::{Guest, Room};

use customers::Place;
use kiosk::Kiosk;

use crate::config::Config;
use crate::desk::Desk;
use crate::hall::Hall;
use crate::rng::Chance;

/// How often a clerk looks at the unit: crowd's time, and its limits in real time. The wire itself takes some 20 ms.
const LOOK: Duration = Duration::from_millis(2_500);
const LOOK_REAL: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(250));

/// The people, at work until stopped.
#[derive(Debug)]
pub struct Crowd {
    tasks: JoinSet<()>,
}

impl Crowd {
    /// Sends the crowd of `config` to the lobby at `lobby` (`http://host:port`) and to the desk units of `hall`, until
    /// `stop` is cancelled.
    ///
    /// # Errors
    /// [`CrowdError`] when the address cannot be used.
    pub fn start(
        config: &Config,
        lobby: &reqwest::Url,
        hall: &Arc<Hall>,
        stop: &CancellationToken,
    ) -> Result<Self, CrowdError> {
        let kiosk = Kiosk::new(lobby, &config.crowd)?;
        let place = Arc::new(Place::new(config.crowd.clone(), kiosk));
        let mut tasks = JoinSet::new();
        for service in config.crowd.services.clone() {
            let chance = Chance::new(config.seed, &format!("customers-{}", service.id));
            let (place, stop) = (Arc::clone(&place), stop.clone());
            tasks.spawn(async move {
                stop.run_until_cancelled(customers::come(&place, &service, chance)).await;
            });
        }
        for desk in hall.desks() {
            let chance = Chance::new(config.seed, &format!("clerk-{}", desk.address()));
            let (place, stop) = (Arc::clone(&place), stop.clone());
            let desk = Arc::clone(desk);
            tasks.spawn(async move {
                stop.run_until_cancelled(work(&place, &desk, chance)).await;
            });
        }
        Ok(Self { tasks })
    }

    /// Waits until everybody went home; cancel the token first.
    pub async fn ended(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "somebody of the crowd broke down");
            }
        }
    }
}

/// A clerk at one unit: looks, thinks, presses.
async fn work(place: &Place, desk: &Desk, chance: Chance) {
    let clock = place.clock().await;
    let mut clerk = Clerk::new(place.people.clone(), chance);
    let mut look = tokio::time::interval(LOOK.div_f64(place.people.speed).clamp(LOOK_REAL.0, LOOK_REAL.1));
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut read = (String::new(), String::new());
    loop {
        look.tick().await;
        let (seen, now) = (desk.view(), clock.now());
        let call_box = seen.lacks.contains(&Key::Finish);
        if read.0 != seen.text {
            // The digits of a box stand for the same customer as long as they stand.
            let number = if call_box { place.room.number_of(&seen.text) } else { None };
            read = (seen.text.clone(), number.unwrap_or(seen.text));
        }
        let screen = Screen {
            text: &read.1,
            guest: place.room.called(&read.1, now),
            waiting: seen.waiting,
            rater: seen.status.rater,
            person: seen.human,
            call_box,
        };
        if let Some(key) = clerk.look(now, &screen).filter(|key| !seen.lacks.contains(key)) {
            desk.press_by_crowd(key);
        }
    }
}
