//! Errors at the edge: every one becomes an RFC 9457 problem. Causes go to the log, never to the page.

use crate::{
    accounts::{AccountsError, SignInRefusal},
    config::Config,
    controller::{Answer, Stopped},
    journal::JournalError,
    views::{Problem, sentence},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use queue_core::{AppointmentCode, CounterId, Refusal, TicketId, Timestamp};

/// Seconds after which a lobby that was restarted is back.
const RESTART_S: u64 = 3;

/// What a caller may learn when a call fails.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum ApiError {
    #[error("say who calls: send `Authorization: Bearer <token>`, or enrol this page with a code")]
    NoCredential,
    #[error("this credential is not known here or was revoked; ask the engineer for another one")]
    BadCredential,
    #[error("the role `{0}` may not do this; ask somebody who may, or sign in as somebody else")]
    WrongRole(&'static str),
    #[error("this token is of desk `{0}`; make one for this desk with `lobby token add --role desk --name …`")]
    OtherDesk(String),
    #[error("{}", refused_sign_in(.0))]
    SignIn(SignInRefusal),
    #[error("the role `{0}` is not yours to give or to take; ask an engineer")]
    NotTheirsToGive(&'static str),
    #[error("this call came from a page of another site; open the page of the lobby itself")]
    CrossSite,
    #[error("in this branch a manager calls out of turn; ask the duty manager")]
    ManualCallForbidden,
    #[error("there is nothing at this address; /api/v1/openapi.json lists what there is")]
    NoSuchRoute,
    #[error("this address does not answer to {0}; /api/v1/openapi.json lists what there is")]
    WrongMethod(String),
    #[error("the body is larger than 64 KiB; nothing was done")]
    TooLarge,
    #[error("send the body as `Content-Type: application/json`")]
    NotJson,
    #[error("the body did not arrive in time; send it again at once, or send less")]
    SlowBody,
    #[error("this lobby is spoken with by TLS only; open the same address with https://")]
    TlsOnly,
    #[error("too many calls came from here; wait {0} s, or ask the engineer to look at [limits] of the configuration")]
    TooManyCalls(u64),
    #[error("many tickets were printed here just now; wait {0} s, or ask the staff for a number")]
    TooManyTickets(u64),
    #[error("the body did not arrive whole; send it again")]
    BrokenBody,
    #[error("the body is not JSON ({0}); nothing was done")]
    Syntax(String),
    #[error("{0}; nothing was done")]
    BadBody(String),
    #[error("{detail}; nothing was done")]
    BadValue { code: &'static str, detail: String },
    #[error("the query cannot be understood: {0}")]
    BadQuery(String),
    #[error("`Idempotency-Key` has to be 1 to 200 visible ASCII characters; nothing was done")]
    BadKey,
    #[error("this Idempotency-Key was used before with another request; use a new key for a new request")]
    KeyReused,
    #[error("{detail}")]
    NotFound { code: &'static str, detail: String },
    #[error("{detail}")]
    Conflict { code: &'static str, detail: String },
    #[error("too many wrong codes; try again in {0} seconds")]
    TooManyCodes(u64),
    #[error("this code is wrong, used or older than 10 minutes; make a new one with `lobby token enroll`")]
    BadCode,
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("not ready: {0}")]
    NotReady(&'static str),
    #[error("the lobby could not do this; its log says why")]
    Accounts(#[from] AccountsError),
    #[error("the lobby could not do this; its log says why")]
    Journal(#[from] JournalError),
    #[error("the lobby could not do this; its log says why")]
    Unexpected(&'static str),
}

impl ApiError {
    /// HTTP status and stable code.
    fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            ApiError::NoCredential => (StatusCode::UNAUTHORIZED, "no_credential"),
            ApiError::BadCredential => (StatusCode::UNAUTHORIZED, "bad_credential"),
            ApiError::WrongRole(_) => (StatusCode::FORBIDDEN, "wrong_role"),
            ApiError::OtherDesk(_) => (StatusCode::FORBIDDEN, "other_desk"),
            ApiError::SignIn(SignInRefusal::Wrong) => (StatusCode::UNAUTHORIZED, "wrong_secret"),
            ApiError::SignIn(SignInRefusal::PinNeedsDevice) => (StatusCode::FORBIDDEN, "pin_needs_device"),
            ApiError::SignIn(SignInRefusal::NotTheirRole(_)) => (StatusCode::FORBIDDEN, "not_their_role"),
            ApiError::SignIn(SignInRefusal::Locked { .. }) => (StatusCode::TOO_MANY_REQUESTS, "signin_locked"),
            ApiError::SignIn(SignInRefusal::Busy) => (StatusCode::SERVICE_UNAVAILABLE, "signin_busy"),
            ApiError::NotTheirsToGive(_) => (StatusCode::FORBIDDEN, "not_theirs_to_give"),
            ApiError::CrossSite => (StatusCode::FORBIDDEN, "cross_site"),
            ApiError::ManualCallForbidden => (StatusCode::FORBIDDEN, "manual_call_forbidden"),
            ApiError::NoSuchRoute => (StatusCode::NOT_FOUND, "no_such_route"),
            ApiError::WrongMethod(_) => (StatusCode::METHOD_NOT_ALLOWED, "wrong_method"),
            ApiError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            ApiError::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json"),
            ApiError::SlowBody => (StatusCode::REQUEST_TIMEOUT, "slow_body"),
            ApiError::TlsOnly => (StatusCode::FORBIDDEN, "tls_only"),
            ApiError::TooManyCalls(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_calls"),
            ApiError::TooManyTickets(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_tickets"),
            ApiError::BrokenBody => (StatusCode::BAD_REQUEST, "broken_body"),
            ApiError::Syntax(_) => (StatusCode::BAD_REQUEST, "bad_json"),
            ApiError::BadBody(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bad_body"),
            ApiError::BadValue { code, .. } => (StatusCode::UNPROCESSABLE_ENTITY, code),
            ApiError::BadQuery(_) => (StatusCode::BAD_REQUEST, "bad_query"),
            ApiError::BadKey => (StatusCode::BAD_REQUEST, "bad_idempotency_key"),
            ApiError::KeyReused => (StatusCode::CONFLICT, "key_reused"),
            ApiError::NotFound { code, .. } => (StatusCode::NOT_FOUND, code),
            ApiError::Conflict { code, .. } => (StatusCode::CONFLICT, code),
            ApiError::TooManyCodes(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_codes"),
            ApiError::BadCode => (StatusCode::FORBIDDEN, "bad_code"),
            ApiError::Stopped(_) => (StatusCode::SERVICE_UNAVAILABLE, "stopped"),
            ApiError::NotReady(_) => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
            ApiError::Accounts(_) | ApiError::Journal(_) | ApiError::Unexpected(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }

    /// Stable code, as in the problem.
    pub(super) fn code(&self) -> &'static str {
        self.kind().1
    }

    /// What stands against a change of the accounts, told apart from accounts that cannot be used.
    pub(super) fn from_accounts(error: AccountsError) -> ApiError {
        let detail = error.to_string();
        match error {
            AccountsError::BadNumber(_) => ApiError::BadValue { code: "bad_number", detail },
            AccountsError::BadPersonName | AccountsError::BadName(_) => ApiError::BadValue { code: "bad_name", detail },
            AccountsError::BadStars(_) => ApiError::BadValue { code: "bad_stars", detail },
            AccountsError::NotForPeople(_) | AccountsError::NoRole => ApiError::BadValue { code: "bad_roles", detail },
            AccountsError::SecretTooShort | AccountsError::SecretTooLong => {
                ApiError::BadValue { code: "bad_secret", detail }
            }
            AccountsError::PasswordNeeded => ApiError::BadValue { code: "password_needed", detail },
            AccountsError::PasswordFirst(_) => ApiError::Conflict { code: "password_first", detail },
            AccountsError::StaffTaken(_) => ApiError::Conflict { code: "staff_taken", detail },
            AccountsError::Taken { .. } => ApiError::Conflict { code: "token_taken", detail },
            AccountsError::UnknownStaff(_) => ApiError::NotFound { code: "unknown_staff", detail },
            AccountsError::NothingToRevoke(_) => ApiError::NotFound { code: "nothing_to_revoke", detail },
            other => ApiError::Accounts(other),
        }
    }

    /// Seconds after which the same may be asked again with success.
    fn wait_s(&self) -> Option<u64> {
        match self {
            ApiError::Stopped(_) | ApiError::NotReady(_) | ApiError::SignIn(SignInRefusal::Busy) => Some(RESTART_S),
            ApiError::TooManyCodes(seconds) | ApiError::TooManyCalls(seconds) | ApiError::TooManyTickets(seconds) => {
                Some(*seconds)
            }
            ApiError::SignIn(SignInRefusal::Locked { retry_after_s }) => Some(*retry_after_s),
            _ => None,
        }
    }

    fn log(&self) {
        match self {
            ApiError::Accounts(cause) => tracing::error!(%cause, "a call failed: the accounts cannot be used"),
            ApiError::Journal(cause) => tracing::error!(%cause, "a call failed: the journal cannot be read"),
            ApiError::Unexpected(cause) => tracing::error!(cause, "a call failed"),
            _ => {}
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let (status, code) = self.kind();
        let told = status == StatusCode::TOO_MANY_REQUESTS;
        let wait_s = self.wait_s();
        let detail = self.to_string();
        let problem = Problem { wait_s: wait_s.filter(|_| told), ..Problem::new(status.as_u16(), code, detail) };
        let mut response = answer(Answer { status: status.as_u16(), body: json(&problem) });
        let headers = response.headers_mut();
        match self {
            ApiError::NoCredential | ApiError::BadCredential => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        if let Some(wait_s) = wait_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        response
    }
}

fn refused_sign_in(refusal: &SignInRefusal) -> String {
    match refusal {
        SignInRefusal::Wrong => "number or secret is not right; try again, or ask a manager for a new one".to_owned(),
        SignInRefusal::PinNeedsDevice => {
            "a PIN is good on enrolled devices only; enrol this one with a code, or sign in \
                                          with a password"
                .to_owned()
        }
        SignInRefusal::NotTheirRole(role) => {
            format!("you may not sign in as {}; ask whoever manages staff", role.name())
        }
        SignInRefusal::Locked { retry_after_s } => format!("too many tries failed; try again in {retry_after_s} s"),
        SignInRefusal::Busy => "too many people sign in at this moment; try again".to_owned(),
    }
}

/// An answer as it goes out; from 400 on it is a problem.
pub(super) fn answer(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mime = if answer.status >= 400 { "application/problem+json" } else { "application/json" };
    let headers = [(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, "no-store")];
    (status, headers, answer.body).into_response()
}

/// JSON text of an answer. All of them are plain data with text keys, which `serde_json` can always write.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// What the address of a call named: an unknown one of these is 404, an unknown one in the body is 422.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub(super) ticket: Option<TicketId>,
    pub(super) counter: Option<CounterId>,
    pub(super) appointment: Option<AppointmentCode>,
}

/// The answer to a wish that was refused.
pub(super) fn refused(refusal: &Refusal, named: &Named, config: &Config, at: Timestamp) -> Answer {
    let status = status(refusal, named).as_u16();
    let detail = sentence(config, at, refusal);
    let problem = Problem { wait_s: refusal.wait_s(), ..Problem::new(status, refusal.code(), detail) };
    Answer { status, body: json(&problem) }
}

fn status(refusal: &Refusal, named: &Named) -> StatusCode {
    match refusal {
        Refusal::UnknownTicket(id) if named.ticket.as_ref() == Some(id) => StatusCode::NOT_FOUND,
        Refusal::UnknownCounter(id) if named.counter.as_ref() == Some(id) => StatusCode::NOT_FOUND,
        Refusal::UnknownAppointment(code) if named.appointment.as_ref() == Some(code) => StatusCode::NOT_FOUND,
        Refusal::UnknownTicket(_)
        | Refusal::UnknownCounter(_)
        | Refusal::UnknownService(_)
        | Refusal::UnknownLane(_)
        | Refusal::TooManyServices
        | Refusal::ReasonMissing
        | Refusal::AuthoriserMissing
        | Refusal::UnknownAppointment(_)
        | Refusal::AppointmentPast { .. }
        | Refusal::AppointmentService { .. }
        | Refusal::AppointmentTwice(_)
        | Refusal::AppointmentMistakes { .. }
        | Refusal::UnknownTestItem(_)
        | Refusal::IdentityRequired(_)
        | Refusal::ServesNobody(_)
        | Refusal::UnknownScore(_) => StatusCode::UNPROCESSABLE_ENTITY,
        // Alerts, print jobs and self-tests are only ever named by the address.
        Refusal::UnknownAlert | Refusal::UnknownJob | Refusal::UnknownSelfTest => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}
