//! Rows of the journal, for staff.

use crate::journal::Export;
use serde::Serialize;
use utoipa::ToSchema;

/// Rows of the journal, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct JournalPage {
    /// At most `limit`.
    pub rows: Vec<JournalRow>,
    /// Give this as `after` for more; `null` when that was all.
    #[schema(required)]
    pub next: Option<i64>,
}

/// One fact as it was written.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct JournalRow {
    /// Counts up from 1 without a gap.
    pub seq: i64,
    /// When: RFC 3339, UTC, milliseconds.
    #[schema(format = DateTime)]
    pub at: String,
    /// The business day it belongs to, `YYYY-MM-DD`.
    #[schema(required)]
    pub business_day: Option<String>,
    /// Who, `role:name`.
    pub actor: String,
    /// Request id of the wish that it came from, where there was one.
    #[schema(required)]
    pub request_id: Option<String>,
    /// What kind of fact, such as `called`.
    pub kind: String,
    /// The fact itself.
    #[schema(value_type = Object)]
    pub fact: serde_json::Value,
}

impl From<Export> for JournalRow {
    fn from(row: Export) -> JournalRow {
        let Export { seq, at, business_day, actor, request_id, kind, fact } = row;
        JournalRow { seq, at, business_day, actor, request_id, kind, fact }
    }
}
