//! Customers at the kiosk: they come at random, choose, and wait for the answer.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::config::{CrowdConfig, ServiceConfig};
use crate::rng::Chance;

/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(5);
/// First and longest pause before the same wish is sent again.
const RETRY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(3));

/// Why the crowd cannot go to a lobby.
#[derive(Debug, thiserror::Error)]
pub enum CrowdError {
    /// Not an address that can be called.
    #[error("{0} is no address of a lobby; give --crowd something like http://127.0.0.1:8700")]
    Address(reqwest::Url),
    /// The client cannot be made.
    #[error("no HTTP client for the crowd: {0}")]
    Client(#[from] reqwest::Error),
}

/// The public interface of a kiosk.
#[derive(Debug)]
pub struct Kiosk {
    client: reqwest::Client,
    tickets: reqwest::Url,
    ready: reqwest::Url,
    token: String,
    /// Makes keys of one run differ from those of another with the same seed.
    run: i64,
}

impl Kiosk {
    /// A kiosk of the lobby at `lobby`.
    ///
    /// # Errors
    /// [`CrowdError`] when the address is not plain HTTP.
    pub fn new(lobby: &reqwest::Url, config: &CrowdConfig) -> Result<Self, CrowdError> {
        let wrong = || CrowdError::Address(lobby.clone());
        if lobby.scheme() != "http" {
            return Err(wrong());
        }
        let tickets = lobby.join("/api/v1/tickets").map_err(|_| wrong())?;
        let ready = lobby.join("/readyz").map_err(|_| wrong())?;
        let client = reqwest::Client::builder().timeout(ANSWER).no_proxy().build()?;
        Ok(Self { client, tickets, ready, token: config.token.clone(), run: Timestamp::now().as_millisecond() })
    }

    /// Waits until the lobby is ready, so that nobody presses keys in an empty hall.
    pub(super) async fn doors_open(&self) {
        loop {
            match self.client.get(self.ready.clone()).send().await {
                Ok(answer) if answer.status().is_success() => return,
                Ok(answer) => {
                    tracing::debug!(status = %answer.status(), "the lobby is not ready; waiting");
                }
                Err(error) => tracing::debug!(%error, "the lobby is away; waiting"),
            }
            tokio::time::sleep(RETRY.0).await;
        }
    }

    /// Takes a ticket. The same key is sent until the lobby answers, so that one customer gets one ticket however
    /// often the lobby goes away. `None` when the lobby refuses.
    async fn take(&self, key: &str, wish: &Value) -> Option<Value> {
        let mut pause = RETRY.0;
        loop {
            match self.ask(key, wish).await {
                Ok((status, answer)) if status.is_success() => return Some(answer),
                Ok((status, answer)) if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                    let why = answer["detail"].as_str().unwrap_or("no reason given");
                    tracing::warn!(%status, why, %wish, "a customer got no ticket");
                    return None;
                }
                Ok((status, _)) => {
                    tracing::debug!(%status, key, "the lobby cannot answer now; trying again");
                }
                Err(error) => tracing::debug!(%error, key, "the lobby is away; trying again"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY.1);
        }
    }

    async fn ask(&self, key: &str, wish: &Value) -> reqwest::Result<(StatusCode, Value)> {
        let request = self.client.post(self.tickets.clone()).bearer_auth(&self.token);
        let answer = request.header("Idempotency-Key", key).json(wish).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }
}

/// Lets the customers of one service come, for ever.
pub(super) async fn come(kiosk: &Kiosk, people: &CrowdConfig, service: &ServiceConfig, mut chance: Chance) {
    let mean = Duration::from_secs_f64(service.every_s / people.speed);
    kiosk.doors_open().await;
    for number in 1_u64.. {
        // The doors open to somebody who already waited outside.
        let gap = if number == 1 { mean.mul_f64(chance.unit() / 4.0) } else { chance.arrival(mean) };
        tokio::time::sleep(gap).await;
        let wish = wish(people, service, &mut chance);
        let key = format!("crowd-{}-{}-{number}", kiosk.run, service.id);
        if let Some(answer) = kiosk.take(&key, &wish).await {
            let ticket = answer["ticket"]["number"].as_str().unwrap_or("?");
            tracing::info!(ticket, ahead = %answer["ahead"], "a customer took a ticket");
        }
    }
}

/// What one customer taps.
fn wish(people: &CrowdConfig, service: &ServiceConfig, chance: &mut Chance) -> Value {
    let language = if chance.happens(people.english) { "en" } else { "zh-CN" };
    let mut wish = json!({ "service": service.id, "language": language, "kiosk": people.kiosk });
    if chance.happens(people.priority) {
        wish["lane"] = json!("priority");
    }
    wish
}
