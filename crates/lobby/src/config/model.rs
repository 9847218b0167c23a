//! The shape of a branch's configuration file, field by field. `deny_unknown_fields` everywhere: a misspelt key is an
//! error, not a default.

use super::model_accounts::AccountsConfig;
use super::model_cards::{CardsConfig, GroupConfig};
use super::model_day::{DayConfig, IssueWindowConfig, RulesConfig};
use super::model_hall::AlertsConfig;
use super::model_health::{BackupConfig, HealthConfig, SelfTestConfig, StorageConfig};
use super::model_network::{LimitsConfig, TlsConfig};
use super::model_screens::ScreenConfig;
use super::model_voice::VoiceConfig;
use super::wires::{AgentConfig, DisplayConfig, LineConfig, PrinterConfig};
use serde::Deserialize;
use std::{collections::BTreeMap, net::SocketAddr};

/// Words for people, by language tag such as `zh-CN`.
pub type Text = BTreeMap<String, String>;

/// A whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Enables the built-in tokens `demo-<role>` and allows loopback only.
    #[serde(default)]
    pub demo: bool,
    /// Who and where the branch is.
    pub branch: BranchConfig,
    /// When the business day runs.
    #[serde(default)]
    pub day: DayConfig,
    /// Limits and policies.
    #[serde(default)]
    pub rules: RulesConfig,
    /// In the order of the kiosk's menu.
    pub services: Vec<ServiceConfig>,
    /// In rank order.
    pub lanes: Vec<LaneConfig>,
    /// In rank order.
    pub counters: Vec<CounterConfig>,
    /// Serial lines of desk units.
    #[serde(default)]
    pub lines: Vec<LineConfig>,
    /// Ticket printers.
    #[serde(default)]
    pub printers: Vec<PrinterConfig>,
    /// Where customers take numbers.
    #[serde(default)]
    pub kiosks: Vec<KioskConfig>,
    /// Screens that should be connected; one that is not is shown to staff.
    #[serde(default)]
    pub screens: Vec<ScreenConfig>,
    /// The voice of the hall.
    #[serde(default)]
    pub voice: VoiceConfig,
    // Number displays beyond those of desk units.
    /// Displays that only show.
    #[serde(default)]
    pub displays: Vec<DisplayConfig>,
    /// Desk units at a clerk's own PC, each with an agent there.
    #[serde(default)]
    pub agents: Vec<AgentConfig>,
    // Health of the devices.
    /// What is made of devices in trouble.
    #[serde(default)]
    pub health: HealthConfig,
    /// The self-test before the hall opens.
    #[serde(default)]
    pub selftest: SelfTestConfig,
    // The hall.
    /// What in the hall staff are told of.
    #[serde(default)]
    pub alerts: AlertsConfig,
    // People who sign in.
    /// How long people stay signed in, and how often they may err.
    #[serde(default)]
    pub accounts: AccountsConfig,
    // The network.
    /// TLS on the lobby's own address; without it HTTP is plain.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// How much one caller may ask.
    #[serde(default)]
    pub limits: LimitsConfig,
    // The disk.
    /// Room on the disk.
    #[serde(default)]
    pub storage: StorageConfig,
    /// Copies that are made every day.
    #[serde(default)]
    pub backup: Option<BackupConfig>,
    // The kiosk.
    /// Buttons of the kiosk that services stand behind, in their order.
    #[serde(default)]
    pub groups: Vec<GroupConfig>,
    /// Cards at the kiosk; without it the page does not speak of cards.
    #[serde(default)]
    pub cards: Option<CardsConfig>,
}

/// Who and where the branch is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchConfig {
    /// Short name in paths and logs; also the default data directory `var/<id>`.
    pub id: String,
    /// Name on pages and paper.
    pub name: Text,
    /// IANA time zone, such as `Asia/Shanghai`.
    pub time_zone: String,
    /// Language tags in the order of paper and speech; the first is the default.
    #[serde(default = "default_languages")]
    pub languages: Vec<String>,
    /// Address that the lobby listens on.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// A second address that serves the tracking page and nothing else: for a guest network, or a relay.
    #[serde(default)]
    pub public_listen: Option<SocketAddr>,
    /// Where customers' phones reach the tracking page; without it no QR code is printed.
    #[serde(default)]
    pub public_url: Option<String>,
    /// Printed on tickets where given.
    #[serde(default)]
    pub hotline: Option<String>,
    /// Printed on tickets where given, such as `Hall-Guest / 88886666`.
    #[serde(default)]
    pub wifi: Option<String>,
}

fn default_languages() -> Vec<String> {
    vec!["zh-CN".to_owned(), "en".to_owned()]
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8700))
}

/// What customers come for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    /// Name in commands and JSON.
    pub id: String,
    /// One or two capital letters before the digits of a number.
    pub series: String,
    /// Name on pages and paper.
    pub name: Text,
    /// Mean length of a service; the planner starts from it. Minutes.
    pub mean_min: u32,
    /// What to bring.
    #[serde(default)]
    pub papers: Vec<Text>,
    /// Numbers that are given in a business day, those of appointments aside.
    #[serde(default)]
    pub quota: Option<u32>,
    /// When numbers are given, inside the sessions; none for all the time.
    #[serde(default)]
    pub issue_windows: Vec<IssueWindowConfig>,
    /// Whether it matters who takes the number.
    #[serde(default)]
    pub identity: IdentityRule,
    /// A service that takes so long is worth an alert, 0 none; `alerts.overrun_min` without it. Minutes.
    #[serde(default)]
    pub overrun_min: Option<u32>,
    /// The button of the kiosk that it stands behind.
    #[serde(default)]
    pub group: Option<String>,
}

/// Whether it matters who takes a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityRule {
    /// Nobody gets a number unknown.
    Required,
    /// Who is known has one live number for the service.
    #[default]
    Optional,
    /// It does not, and a number that comes along is not kept.
    None,
}

impl IdentityRule {
    /// The name in the configuration and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            IdentityRule::Required => "required",
            IdentityRule::Optional => "optional",
            IdentityRule::None => "none",
        }
    }
}

/// How people queue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneConfig {
    /// Name in commands and JSON.
    pub id: String,
    /// Name on pages and paper; the four usual lanes have names of their own.
    #[serde(default)]
    pub name: Text,
    /// Wait that the branch aims at; the lane collects points as fast as its target is short. Minutes.
    pub target_min: u32,
    /// Wait from which the lane is guaranteed its share of the calls. Minutes.
    #[serde(default)]
    pub guarantee_after_min: Option<u32>,
    /// Guaranteed share of the calls. Percent; 0 for no guarantee.
    #[serde(default)]
    pub guarantee_share: Option<u32>,
    /// Points on taking the number.
    #[serde(default)]
    pub head_start: u32,
    /// Whether a customer may choose it at the kiosk.
    #[serde(default)]
    pub self_service: Option<bool>,
}

/// A numbered place of service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounterConfig {
    /// The number over the counter.
    pub id: String,
    /// What it takes at once: `cash`, `cash/vip`, `*/vip` or `*`.
    #[serde(default)]
    pub serves: Vec<String>,
    /// What it takes when it has waited long enough.
    #[serde(default)]
    pub overflow: Vec<OverflowConfig>,
    /// Points that it adds to a lane's tickets.
    #[serde(default)]
    pub prefers: BTreeMap<String, u32>,
    /// Finishing makes it ready without a press of *next*.
    #[serde(default)]
    pub auto_next: bool,
}

/// What a counter takes when it has waited long enough.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverflowConfig {
    /// As in `serves`.
    pub serves: String,
    /// Minutes.
    pub after_min: u32,
}

/// Where customers take numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KioskConfig {
    /// Name in tickets and logs.
    pub id: String,
    /// Where its paper comes out.
    #[serde(default)]
    pub printer: Option<String>,
    /// Name for customers, such as where it stands; another kiosk that is out of order sends them there.
    #[serde(default)]
    pub name: Text,
}
