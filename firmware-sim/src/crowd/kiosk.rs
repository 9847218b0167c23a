//! The lobby as customers reach it: the kiosk, the greeter and the link on the ticket.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::clock::CrowdClock;
use super::config::CrowdConfig;

/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(5);
/// First and longest pause before the same wish is sent again.
const RETRY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(3));
/// Between two looks at the lobby's clock, to see how fast it runs.
const PACE: Duration = Duration::from_millis(500);

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
pub(super) struct Kiosk {
    client: reqwest::Client,
    lobby: reqwest::Url,
    token: String,
    greeter_token: String,
    speed: f64,
    /// Makes keys of one run differ from those of another with the same seed.
    run: i64,
}

/// A number that a customer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) number: String,
    /// The path of the link on the ticket, where the lobby gave one.
    link: Option<String>,
}

impl Kiosk {
    /// A kiosk of the lobby at `lobby`.
    ///
    /// # Errors
    /// [`CrowdError`] when the address is not plain HTTP.
    pub(super) fn new(lobby: &reqwest::Url, config: &CrowdConfig) -> Result<Self, CrowdError> {
        if lobby.scheme() != "http" {
            return Err(CrowdError::Address(lobby.clone()));
        }
        let client = reqwest::Client::builder().timeout(ANSWER).no_proxy().build()?;
        let run = Timestamp::now().as_millisecond();
        let (token, greeter_token) = (config.token.clone(), config.greeter_token.clone());
        Ok(Self { client, lobby: lobby.clone(), token, greeter_token, speed: config.speed, run })
    }

    /// Waits until the lobby is ready, so that nobody presses keys in an empty hall, and takes over its time.
    pub(super) async fn doors_open(&self) -> CrowdClock {
        while let Err(why) = self.is_ready().await {
            tracing::debug!(why, "the lobby is not ready; waiting");
            tokio::time::sleep(RETRY.0).await;
        }
        let Some((before, zone)) = self.time().await else {
            tracing::warn!("the lobby does not tell its time; the crowd goes by this machine's");
            return CrowdClock::open(self.speed, Timestamp::now(), TimeZone::system());
        };
        let began = Instant::now();
        tokio::time::sleep(PACE).await;
        // A lobby that goes away just now is as far as it was, but for a moment.
        let (now, zone) = self.time().await.unwrap_or((before, zone));
        let pace = now.duration_since(before).as_secs_f64() / began.elapsed().as_secs_f64();
        if (pace / self.speed - 1.0).abs() > 0.2 {
            // The demo does this on purpose: a clock that visitors can read, and a crowd in a hurry.
            let told =
                format!("the crowd lives {} times as fast as life, the lobby's clock {pace:.0} times", self.speed);
            if pace < 1.5 {
                tracing::info!("{told}: waits look shorter than those of a branch");
            } else {
                tracing::warn!("{told}; start both with the same --speed");
            }
        }
        CrowdClock::open(self.speed, now, zone)
    }

    /// Takes a number, at the greeter's tablet where the kiosk does not offer the lane. `None` when the lobby refuses.
    pub(super) async fn take(&self, key: &str, wish: &Value, greeter: bool) -> Option<Taken> {
        let token = if greeter { &self.greeter_token } else { &self.token };
        let answer = self.insist("/api/v1/tickets", &self.key(key), Some(token), wish).await.ok()?;
        let number = answer["ticket"]["number"].as_str()?.to_owned();
        tracing::info!(number, ahead = %answer["ahead"], "a customer took a ticket");
        let link = answer["track"].as_str().and_then(|path| path.strip_prefix("/t/"));
        Some(Taken { number, link: link.map(|token| format!("/api/v1/track/{token}")) })
    }

    /// Gives a number back by the link on its ticket. False when that is not possible (any more).
    pub(super) async fn give_back(&self, key: &str, taken: &Taken) -> bool {
        let Some(link) = &taken.link else { return false };
        self.insist(&format!("{link}/cancel"), &self.key(key), None, &json!({})).await.is_ok()
    }

    fn key(&self, key: &str) -> String {
        format!("crowd-{}-{key}", self.run)
    }

    fn at(&self, path: &str) -> reqwest::Url {
        let mut url = self.lobby.clone();
        url.set_path(path);
        url
    }

    /// Sends a wish until the lobby answers. The key stays the same, so that one wish is one fact however often the
    /// lobby goes away. The error is a refusal, which is already told.
    async fn insist(&self, path: &str, key: &str, token: Option<&String>, wish: &Value) -> Result<Value, StatusCode> {
        let mut pause = RETRY.0;
        loop {
            match self.send(path, key, token, wish).await {
                Ok((status, answer)) if status.is_success() => return Ok(answer),
                Ok((status, answer)) if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                    let why = answer["detail"].as_str().unwrap_or("no reason given");
                    tracing::warn!(%status, why, path, %wish, "the lobby refused a customer");
                    return Err(status);
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

    async fn send(
        &self,
        path: &str,
        key: &str,
        token: Option<&String>,
        wish: &Value,
    ) -> reqwest::Result<(StatusCode, Value)> {
        let mut request = self.client.post(self.at(path)).header("Idempotency-Key", key).json(wish);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    async fn is_ready(&self) -> Result<(), String> {
        let answer = self.client.get(self.at("/readyz")).send().await.map_err(|error| error.to_string())?;
        if answer.status().is_success() { Ok(()) } else { Err(answer.status().to_string()) }
    }

    /// What time it is in the lobby, and where; from the kiosk's menu. `None` where that cannot be read.
    async fn time(&self) -> Option<(Timestamp, TimeZone)> {
        let asked = self.client.get(self.at("/api/v1/menu")).bearer_auth(&self.token).send().await.ok()?;
        let menu: Value = asked.json().await.ok()?;
        let at = menu["at"].as_str()?.parse().ok()?;
        Some((at, TimeZone::get(menu["branch"]["time_zone"].as_str()?).ok()?))
    }
}
