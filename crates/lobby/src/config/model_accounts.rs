//! The shape of `[accounts]`: how long people stay signed in, and how often they may err.

use serde::Deserialize;

/// How long people stay signed in, and how often they may err.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsConfig {
    /// Minutes without an act after which a session ends, 1 to 1440.
    pub idle_min: u32,
    /// Hours after which it ends in any case, 1 to 24.
    pub longest_h: u32,
    /// Failures of one number at one device, 5 to 10, after which the next try has to wait.
    pub lock_after: u32,
}

impl Default for AccountsConfig {
    fn default() -> AccountsConfig {
        AccountsConfig { idle_min: 60, longest_h: 12, lock_after: 5 }
    }
}
