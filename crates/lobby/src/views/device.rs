//! Devices, for staff.

use super::Time;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Anything on a wire or a screen, and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceStatus {
    /// Such as `kiosk-1`, `desk-1`, `line-desks`, `screen-lobby`, `voice-main`.
    pub id: String,
    /// `printer`, `desk`, `display`, `line`, `screen` or `voice`.
    pub kind: String,
    /// `ok`, or what is wrong as a code: `starting`, `offline`, `unplugged`, `paper_low`, `paper_out`, `cover_open`,
    /// `cutter`, `error`, `silent`, `paper_change`, `no_font`, `wrong_profile`, `baud_mismatch`, `display_fault`, `key_stuck`,
    /// `out_of_step`, `no_sound_device`, `no_voice_pack`.
    pub state: String,
    /// Since when.
    pub since: Time,
    /// What happened.
    #[schema(required)]
    pub cause: Option<String>,
    /// What to do about it, for readers that choose no language.
    #[schema(required)]
    pub remedy: Option<String>,
    /// The same by language: `zh-CN` and `en`.
    pub texts: BTreeMap<String, DeviceText>,
    /// The device through which it is reached, such as `line-desks`: while that one is down, so is this.
    #[schema(required)]
    pub via: Option<String>,
}

/// How a device is, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceText {
    /// Its state.
    pub state: String,
    /// What happened.
    #[schema(required)]
    pub cause: Option<String>,
    /// What to do about it.
    #[schema(required)]
    pub remedy: Option<String>,
}

/// A device with what is counted of it since the lobby started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceHealth {
    /// How it is.
    #[serde(flatten)]
    pub status: DeviceStatus,
    /// When it last gave a sign of life; `null` for never.
    #[schema(required)]
    pub last_contact: Option<Time>,
    /// What went well, such as `replies` or `jobs_printed`.
    pub traffic: BTreeMap<&'static str, u64>,
    /// What did not, such as `timeouts`, `garbled` or `jobs_uncertain`: all that is counted of such a device.
    pub errors: BTreeMap<&'static str, u64>,
}

/// All devices, sorted by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceList {
    /// The lobby's clock when this was read.
    pub at: Time,
    /// Sorted by id.
    pub devices: Vec<DeviceHealth>,
}
