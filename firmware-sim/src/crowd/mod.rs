//! Simulated customers and clerks, who use only what people use: the kiosk API and the keys of the desk units.

mod config;

pub use config::{CrowdConfig, ServiceConfig};

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::hall::Hall;

/// The people, at work until stopped.
#[derive(Debug)]
pub struct Crowd {
    tasks: JoinSet<()>,
}

impl Crowd {
    /// Sends the crowd of `config` to the lobby at `lobby` and to the desk units of `hall`.
    pub fn start(_config: &Config, _lobby: reqwest::Url, _hall: &Arc<Hall>, _stop: CancellationToken) -> Self {
        Self { tasks: JoinSet::new() }
    }

    /// Waits until everybody went home; cancel the token first.
    pub async fn ended(mut self) {
        self.tasks.shutdown().await;
    }
}
