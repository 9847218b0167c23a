//! Request ids: the same id twice is one fact and one answer.

/// Who asked with which id, and a fingerprint of what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Whose ids these are, such as `kiosk:k1`: two devices may use the same id.
    pub scope: String,
    /// The id as sent (`Idempotency-Key`), or made of a desk unit's press.
    pub key: String,
    /// SHA-256 over what was asked, without identity numbers; another one under the same id is an error of the caller.
    pub fingerprint: [u8; 32],
}

/// A request that was answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What was asked then.
    pub fingerprint: [u8; 32],
    /// Whose identity number it was about, until that day was closed.
    pub identity: Option<String>,
    /// What was answered.
    pub answer: Answer,
}

/// An answer as it is kept for a repeated request: an HTTP status and a JSON body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status; 0 where nobody reads the answer.
    pub status: u16,
    /// JSON.
    pub body: String,
}
