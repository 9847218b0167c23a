//! People, tokens and what was done to them, for those who manage them. Secrets are in the one answer that makes them.

use super::Time;
use crate::accounts::{Audited, Credential, Person, Principal, Role, SignedIn, Staff};
use serde::Serialize;
use utoipa::ToSchema;

/// Who a credential stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// What for.
    pub role: Role,
    /// Staff number, or the name of the device.
    pub name: String,
    /// `person`, `device` (a token or an enrolled page) or `demo`.
    pub kind: &'static str,
    /// Who signed in; `null` for devices.
    #[schema(required)]
    pub staff: Option<StaffBadge>,
    /// When they signed in.
    #[schema(required)]
    pub since: Option<Time>,
    /// When the session ends at the latest; the end of the business day may come first.
    #[schema(required)]
    pub until: Option<Time>,
    /// Seconds without an act after which it ends.
    #[schema(required)]
    pub idle_s: Option<i64>,
}

/// What signs show of somebody, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StaffBadge {
    /// Staff number.
    pub number: String,
    /// Star level, 0 to 5.
    pub stars: u8,
    /// Everything that they may sign in for.
    pub roles: Vec<Role>,
}

/// The answer to signing in, and to the question who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionAnswer {
    /// Whose credential it is.
    pub session: SessionView,
}

impl SessionView {
    /// Of a credential that is good. `idle_s` is how long a person may do nothing.
    pub fn of(principal: &Principal, idle_s: i64) -> SessionView {
        let kind = match &principal.person {
            Some(_) => "person",
            None if principal.name == Principal::DEMO => "demo",
            None => "device",
        };
        let person = principal.person.as_ref();
        let badge = |person: &Person| StaffBadge {
            number: principal.name.clone(),
            stars: person.stars,
            roles: person.roles.clone(),
        };
        SessionView {
            role: principal.role,
            name: principal.name.clone(),
            kind,
            staff: person.map(badge),
            since: person.map(|person| Time(person.since)),
            until: person.map(|person| Time(person.until)),
            idle_s: person.map(|_| idle_s),
        }
    }

    /// Of somebody who has just signed in.
    pub fn begun(signed: &SignedIn, role: Role, idle_s: i64) -> SessionView {
        let person = Person {
            roles: signed.staff.roles.clone(),
            stars: signed.staff.stars,
            since: signed.since,
            until: signed.until,
        };
        SessionView::of(&Principal { role, name: signed.staff.number.clone(), person: Some(person) }, idle_s)
    }
}

/// Somebody, for those who manage staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Staff)]
pub struct StaffView {
    /// Shown on signs and in the journal.
    pub number: String,
    /// Never shown in public.
    pub name: String,
    /// What they may sign in for.
    pub roles: Vec<Role>,
    /// Star level, 0 to 5.
    pub stars: u8,
    /// `pin` or `password`.
    pub secret: &'static str,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// When they were added.
    pub created_at: Time,
    /// When they signed in last.
    #[schema(required)]
    pub signed_in_at: Option<Time>,
}

impl From<&Staff> for StaffView {
    fn from(staff: &Staff) -> StaffView {
        StaffView {
            number: staff.number.clone(),
            name: staff.name.clone(),
            roles: staff.roles.clone(),
            stars: staff.stars,
            secret: staff.secret.name(),
            disabled: !staff.is_enabled(),
            created_at: Time(staff.created_at),
            signed_in_at: staff.signed_in_at.map(Time),
        }
    }
}

/// Everybody, by number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StaffList {
    /// Disabled ones too.
    pub staff: Vec<StaffView>,
}

/// The answer to an act on somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StaffAnswer {
    /// As they are now.
    pub staff: StaffView,
}

/// A token or an enrolled page; its secret is shown by nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenView {
    /// `token` or `page`.
    pub kind: &'static str,
    /// What it may do.
    pub role: Role,
    /// Whose.
    pub name: String,
    /// When it was made.
    pub created_at: Time,
    /// Last use, to the minute.
    #[schema(required)]
    pub last_used_at: Option<Time>,
    /// When it was revoked.
    #[schema(required)]
    pub revoked_at: Option<Time>,
}

impl From<&Credential> for TokenView {
    fn from(known: &Credential) -> TokenView {
        TokenView {
            kind: known.kind.name(),
            role: known.principal.role,
            name: known.principal.name.clone(),
            created_at: Time(known.created_at),
            last_used_at: known.last_used_at.map(Time),
            revoked_at: known.revoked_at.map(Time),
        }
    }
}

/// Tokens and enrolled pages, by role and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenList {
    /// Revoked ones too.
    pub tokens: Vec<TokenView>,
}

/// A new token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewToken {
    /// What it may do.
    pub role: Role,
    /// Whose.
    pub name: String,
    /// The secret, shown this once: `Authorization: Bearer …`.
    pub token: String,
}

/// A new code for the page of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewEnrolment {
    /// What the page may do.
    pub role: Role,
    /// Whose page it will be.
    pub name: String,
    /// Good once.
    pub code: String,
    /// Until then.
    pub until: Time,
    /// Open this on the device.
    pub path: String,
}

/// What was ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Revoked {
    /// How many tokens, pages and codes.
    pub revoked: usize,
}

/// One act on the accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Counts up.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Such as `signed_in`, `signin_failed`, `signed_out`, `session_ended`, `staff_added`, `token_added`.
    pub act: String,
    /// Who, `role:name`; `shell:name` for the command line; empty where nobody was known.
    pub who: String,
    /// The device or the address in the network; empty where nobody was there.
    pub place: String,
    /// Whom or what it was done to.
    pub about: String,
    /// More, such as why it failed.
    pub detail: String,
}

impl From<Audited> for AuditEntry {
    fn from(act: Audited) -> AuditEntry {
        let Audited { seq, at, act, who, place, about, detail } = act;
        AuditEntry { seq, at: Time(at), act, who, place, about, detail }
    }
}

/// Acts on the accounts, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditPage {
    /// At most `limit`.
    pub audit: Vec<AuditEntry>,
    /// Give this as `before` for more; `null` when that was all.
    #[schema(required)]
    pub next: Option<i64>,
}
