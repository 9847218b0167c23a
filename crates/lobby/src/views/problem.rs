//! Errors as RFC 9457 problems: what is wrong and what to do, never how the lobby works inside.

use serde::Serialize;
use utoipa::ToSchema;

/// An error, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells kinds apart.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The HTTP status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Stable, for programs, such as `counter_closed`.
    pub code: String,
    /// A sentence for people that says what to do.
    pub detail: String,
    /// Seconds after which the same may be asked again with success, where time alone changes that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_s: Option<u64>,
}

impl Problem {
    /// A problem of that HTTP status. An unknown status is worded as the general error of its class.
    pub fn new(status: u16, code: impl Into<String>, detail: impl Into<String>) -> Problem {
        let known = axum::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        Problem {
            kind: "about:blank",
            title: known.unwrap_or("Error"),
            status,
            code: code.into(),
            detail: detail.into(),
            wait_s: None,
        }
    }
}
