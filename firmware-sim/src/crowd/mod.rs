//! Simulated customers and clerks, who use only what people use: the kiosk API and the keys of the desk units.
//!
//! A unit that a person pressed is left to that person for five minutes.

mod clerk;
mod config;
mod customers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use clerk::{Clerk, Screen};
pub use config::{CrowdConfig, ServiceConfig};
pub use customers::{CrowdError, Kiosk};

use crate::config::Config;
use crate::desk::Desk;
use crate::hall::Hall;
use crate::rng::Chance;

/// How often a clerk looks at the unit, real time.
const LOOK: Duration = Duration::from_millis(250);

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
        let kiosk = Arc::new(Kiosk::new(lobby, &config.crowd)?);
        let people = Arc::new(config.crowd.clone());
        let mut tasks = JoinSet::new();
        for service in config.crowd.services.clone() {
            let chance = Chance::new(config.seed, &format!("customers-{}", service.id));
            let (kiosk, people, stop) = (Arc::clone(&kiosk), Arc::clone(&people), stop.clone());
            tasks.spawn(async move {
                stop.run_until_cancelled(customers::come(&kiosk, &people, &service, chance)).await;
            });
        }
        for desk in hall.desks() {
            let chance = Chance::new(config.seed, &format!("clerk-{}", desk.address()));
            let (kiosk, people, stop) = (Arc::clone(&kiosk), Arc::clone(&people), stop.clone());
            let desk = Arc::clone(desk);
            tasks.spawn(async move {
                stop.run_until_cancelled(work(&kiosk, &desk, &people, chance)).await;
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
async fn work(kiosk: &Kiosk, desk: &Desk, people: &CrowdConfig, chance: Chance) {
    kiosk.doors_open().await;
    let mut clerk = Clerk::new(people.clone(), chance);
    let opening = Instant::now();
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        let seen = desk.view();
        let screen = Screen { text: &seen.text, waiting: seen.waiting, rater: seen.status.rater, person: seen.human };
        if let Some(key) = clerk.look(opening.elapsed().mul_f64(people.speed), &screen) {
            desk.press_by_crowd(key);
        }
    }
}
