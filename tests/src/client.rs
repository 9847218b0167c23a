//! HTTP as the pages and devices of a hall speak it.

use axum::body::Bytes;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// Somebody with a role, talking to one lobby or one firmware-sim.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// Status and JSON of an answer; `Null` where there was none.
pub type Answered = (StatusCode, Value);

impl Client {
    /// Talks to `base` without saying who it is.
    pub fn new(base: impl Into<String>) -> Client {
        Client { http: reqwest::Client::new(), base: base.into(), token: None }
    }

    /// The same as somebody with that token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Client {
        Client { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The address that it talks to.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request; `key` is its `Idempotency-Key`.
    ///
    /// # Errors
    /// What the network said.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Answered, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// What a stream sends, piece by piece, until it ends.
    ///
    /// # Errors
    /// What the network said.
    pub async fn stream(
        &self,
        path: &str,
    ) -> Result<impl futures_util::Stream<Item = Result<Bytes, reqwest::Error>> + Unpin + use<>, reqwest::Error> {
        let mut request = self.http.get(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Ok(Box::pin(request.send().await?.error_for_status()?.bytes_stream()))
    }

    /// Reads something that must be there.
    ///
    /// # Panics
    /// When it is not.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None, None).await.unwrap();
        assert!(status.is_success(), "GET {path}: {status} {body}");
        body
    }

    /// Reads a file that must be there.
    ///
    /// # Panics
    /// When it is not.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let mut request = self.http.get(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "GET {path}: {}", answer.status());
        answer.bytes().await.unwrap().to_vec()
    }

    /// Does something, whatever comes of it.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn try_post(&self, path: &str, body: &Value) -> Answered {
        self.send(Method::POST, path, Some(body), None).await.unwrap()
    }

    /// Does something that must work.
    ///
    /// # Panics
    /// When it does not.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.try_post(path, body).await;
        assert!(status.is_success(), "POST {path} {body}: {status} {answer}");
        answer
    }
}
