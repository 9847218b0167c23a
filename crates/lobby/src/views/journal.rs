//! Devices and rows of the journal, for staff.

use super::Time;
use crate::journal::Export;
use serde::Serialize;
use utoipa::ToSchema;

/// Anything on a wire or a screen, and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceStatus {
    /// Such as `kiosk-1`, `desk-1`, `line-desks`, `screen-lobby`, `voice-main`.
    pub id: String,
    /// `printer`, `desk`, `line`, `screen` or `voice`.
    pub kind: String,
    /// `ok`, or what is wrong as a code: `starting`, `offline`, `unplugged`, `paper_low`, `paper_out`, `cover_open`,
    /// `cutter`, `error`, `silent`, `paper_change`, `no_font`, `wrong_profile`, `no_sound_device`, `no_voice_pack`.
    pub state: String,
    /// Since when.
    pub since: Time,
    /// What happened.
    #[schema(required)]
    pub cause: Option<String>,
    /// What to do about it.
    #[schema(required)]
    pub remedy: Option<String>,
}

/// All devices, sorted by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceList {
    /// Sorted by id.
    pub devices: Vec<DeviceStatus>,
}

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
