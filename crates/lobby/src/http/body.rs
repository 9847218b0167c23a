//! What a caller asks for: the JSON body, strictly read, and the request id it comes under.

use super::{AppState, auth::Caller, error::ApiError};
use crate::controller::RequestKey;
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};

/// Largest body that is read. The contract's figure (DESIGN, step 1).
pub(super) const BODY_LIMIT: usize = 64 * 1024;
/// How much of a larger body is taken and thrown away, so that its sender reads the answer and not a broken pipe.
const DRAIN_LIMIT: usize = 4 * 1024 * 1024;
/// End of the addresses that take a note: its words outlive no retention, so a fingerprint has their number only.
const NOTES: &str = "/note";
/// Longest `Idempotency-Key`.
const KEY_LIMIT: usize = 200;

/// The body of an unsafe call, and its request id.
pub(super) struct Asked<T> {
    pub(super) body: T,
    pub(super) request: Option<RequestKey>,
}

impl<T: DeserializeOwned> FromRequest<Arc<AppState>> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<AppState>) -> Result<Asked<T>, ApiError> {
        let (parts, body) = request.into_parts();
        let key = key(&parts.headers)?;
        let expects = parts.headers.contains_key(header::EXPECT);
        let within = Duration::from_secs(state.handle.config().limits.body_s.into());
        let read = tokio::time::timeout(within, read(body, declared(&parts.headers), expects)).await;
        let bytes = read.map_err(|_| ApiError::SlowBody)??;
        let value = parse(&parts.headers, &bytes)?;
        let request = key.map(|key| RequestKey {
            scope: scope(parts.extensions.get::<Caller>(), parts.uri.path()),
            key,
            fingerprint: fingerprint(parts.method.as_str(), parts.uri.path(), &value),
        });
        let body = serde_json::from_value(value).map_err(|cause| ApiError::BadBody(cause.to_string()))?;
        Ok(Asked { body, request })
    }
}

/// Whose request ids these are. Customers with a link share nobody's: the link is part of the scope, as a hash, since
/// the scope is kept longer than the link is good.
fn scope(caller: Option<&Caller>, path: &str) -> String {
    match caller {
        Some(Caller(principal)) => principal.actor(),
        None => format!("link:{}", hex(&Sha256::digest(path.as_bytes())[..8])),
    }
}

fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let good = (1..=KEY_LIMIT).contains(&key.len()) && key.as_bytes().iter().all(u8::is_ascii_graphic);
    let text = key.to_str().map_err(|_| ApiError::BadKey)?;
    if good { Ok(Some(text.to_owned())) } else { Err(ApiError::BadKey) }
}

async fn read(body: Body, declared: Option<usize>, expects: bool) -> Result<Vec<u8>, ApiError> {
    let hopeless = declared.is_some_and(|size| size > DRAIN_LIMIT || (expects && size > BODY_LIMIT));
    if hopeless {
        return Err(ApiError::TooLarge);
    }
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::with_capacity(declared.unwrap_or(0).min(BODY_LIMIT));
    let mut total = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::BrokenBody)?;
        total += chunk.len();
        if total > DRAIN_LIMIT {
            break;
        }
        if total <= BODY_LIMIT {
            bytes.extend_from_slice(&chunk);
        }
    }
    if total > BODY_LIMIT { Err(ApiError::TooLarge) } else { Ok(bytes) }
}

/// No body is `{}`.
fn parse(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, ApiError> {
    if bytes.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    if !is_json(headers) {
        return Err(ApiError::NotJson);
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|cause| ApiError::Syntax(cause.to_string()))?;
    if value.is_object() { Ok(value) } else { Err(ApiError::BadBody("the body has to be a JSON object".to_owned())) }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(mime)) = headers.get(header::CONTENT_TYPE).map(|mime| mime.to_str()) else { return false };
    let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// What was asked, whatever the order of its fields and the spaces between them. Of an identity number only that it
/// was given: whoever owns the disk could try all numbers against a fingerprint. The writer compares its keyed hash.
fn fingerprint(method: &str, path: &str, body: &Value) -> [u8; 32] {
    let mut text = format!("{method}\n{path}\n");
    let mut body = body.clone();
    if let Some(identity) = body.get_mut("identity") {
        *identity = Value::from(!identity.is_null());
    }
    if path.ends_with(NOTES)
        && let Some(text) = body.get_mut("text")
    {
        *text = Value::from(text.as_str().map_or(0, |text| text.chars().count()));
    }
    canonical(&body, &mut text);
    Sha256::digest(text.as_bytes()).into()
}

/// JSON with its fields in order. Does not rely on the order that `serde_json` keeps, which a feature changes.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (place, (name, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_fields_does_not_make_another_request() {
        let (a, b) = (json!({"b": [1, {"y": 1, "x": 2}], "a": null}), json!({"a": null, "b": [1, {"x": 2, "y": 1}]}));
        assert_eq!(fingerprint("POST", "/x", &a), fingerprint("POST", "/x", &b));
        assert_ne!(fingerprint("POST", "/x", &a), fingerprint("POST", "/y", &b));
        assert_ne!(fingerprint("POST", "/x", &a), fingerprint("POST", "/x", &json!({"a": null, "b": [1]})));
    }

    #[test]
    fn an_identity_number_is_not_in_the_fingerprint() {
        let of = |identity: Value| fingerprint("POST", "/x", &json!({"service": "cash", "identity": identity}));
        assert_eq!(of(json!("110101199003071234")), of(json!({"kind": "phone", "number": "13800001234"})));
        assert_ne!(of(json!("110101199003071234")), of(Value::Null));
    }
}
