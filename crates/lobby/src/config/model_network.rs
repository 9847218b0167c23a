//! The shape of `[tls]` and `[limits]`: how the network is spoken with, and how much one caller may ask.

use crate::accounts::Role;
use serde::Deserialize;
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

/// TLS on the lobby's own address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificate and those above it, as PEM. A relative path starts at the folder of this file.
    pub cert: PathBuf,
    /// Its private key, as PEM.
    pub key: PathBuf,
    /// Name by which pages are opened; it has to stand in the certificate.
    #[serde(default)]
    pub name: Option<String>,
    /// Address of plain HTTP whose only answer is where the pages are.
    #[serde(default)]
    pub redirect: Option<SocketAddr>,
    /// Whether the second listener speaks TLS, too.
    #[serde(default)]
    pub public: bool,
    /// For so many days a browser that was here asks by TLS only; 0 does not tell it so.
    #[serde(default = "default_hsts_days")]
    pub hsts_days: u32,
}

fn default_hsts_days() -> u32 {
    30
}

/// Calls of one device or person in a minute.
const USUAL_CALLS: u32 = 60_000;

/// How much one caller may ask. Counts are those of a minute unless a name says otherwise; half of a minute's calls may come
/// at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Whether calls are counted; without it: unless this is a demo. What connections may do is limited in any case.
    pub calls: Option<bool>,
    /// Calls of one device or person, by role; those that are not named here keep theirs.
    pub calls_per_min: BTreeMap<Role, u32>,
    /// Tickets and copies that one device or person may have printed in a minute. Numbers without paper are not meant.
    pub tickets_per_min: u32,
    /// The same in an hour: with it no script empties a roll of paper before somebody looks.
    pub tickets_per_hour: u32,
    /// Calls by one link of a phone.
    pub link_calls_per_min: u32,
    /// Calls of one network address that shows nothing, or nothing that is good.
    pub address_calls_per_min: u32,
    /// Open connections, all together.
    pub connections: u32,
    /// Open connections of one network address.
    pub connections_per_address: u32,
    /// Seconds for the head of a call, and between two calls on one connection.
    pub head_s: u32,
    /// Seconds for the body of a call.
    pub body_s: u32,
    /// Seconds after which somebody who does not take what is sent is let go.
    pub stuck_s: u32,
}

impl Default for LimitsConfig {
    fn default() -> LimitsConfig {
        LimitsConfig {
            calls: None,
            calls_per_min: BTreeMap::new(),
            // More than any hall gives out at one kiosk, and less than half of a roll in an hour.
            tickets_per_min: 120,
            tickets_per_hour: 400,
            link_calls_per_min: 1_200,
            address_calls_per_min: 60_000,
            connections: 4_000,
            connections_per_address: 2_000,
            head_s: 60,
            body_s: 20,
            stuck_s: 30,
        }
    }
}

impl LimitsConfig {
    /// Calls that a role has in a minute: what is configured, else so many that neither pages nor the scripts of a branch
    /// notice, and few enough that one of them which runs wild leaves the lobby to the others.
    pub fn calls_of(&self, role: Role) -> u32 {
        self.calls_per_min.get(&role).copied().unwrap_or(USUAL_CALLS)
    }
}
