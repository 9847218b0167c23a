//! The shape of `[health]`, `[selftest]`, `[storage]` and `[backup]`: devices in trouble, what is looked at before the hall
//! opens, the disk, and copies of what is on it.

use super::Text;
use serde::Deserialize;
use std::path::PathBuf;

/// What is made of devices in trouble.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthConfig {
    /// A printer, line, desk unit, display, disk or backup in trouble for so many seconds raises an alert.
    pub alert_after_s: u32,
}

impl Default for HealthConfig {
    fn default() -> HealthConfig {
        HealthConfig { alert_after_s: 10 }
    }
}

/// The self-test before the hall opens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelfTestConfig {
    /// When it runs by itself: local time `HH:MM`, or `before_open` for half an hour before the first session. Without it
    /// only people start it.
    pub at: Option<String>,
    /// A test picture on the displays of the counters when it runs by itself.
    pub pictures: bool,
    /// A slip out of every printer when it runs by itself.
    pub slips: bool,
    /// A chime when it runs by itself.
    pub chime: bool,
    /// What only people can look at.
    pub manual: Vec<ManualTestConfig>,
}

/// Something that only people can look at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManualTestConfig {
    /// Short name in the journal.
    pub id: String,
    /// What to look at.
    pub name: Text,
}

impl Default for SelfTestConfig {
    fn default() -> SelfTestConfig {
        let usual = [
            ("touch", "取号机触摸屏：点选有反应", "Kiosk: the touch screen answers"),
            ("tv", "大厅电视：画面正常", "Hall television: it shows a picture"),
            ("charger", "手机充电器：能充电", "Phone chargers: they charge"),
            ("calendar", "日历时间牌：日期时间正确", "Calendar and clock: date and time are right"),
        ];
        let manual = usual.map(|(id, zh, en)| ManualTestConfig {
            id: id.to_owned(),
            name: [("zh-CN", zh), ("en", en)].map(|(tag, words)| (tag.to_owned(), words.to_owned())).into(),
        });
        SelfTestConfig { at: None, pictures: true, slips: false, chime: false, manual: manual.into() }
    }
}

/// The disk of the data directory.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StorageConfig {
    /// Less free room than this raises an alert. MiB.
    pub alarm_mib: u32,
    /// Room that is kept free in a file and given up when the disk is full, so that the day can be finished. MiB; 0 for
    /// none.
    pub reserve_mib: u32,
}

impl Default for StorageConfig {
    fn default() -> StorageConfig {
        StorageConfig { alarm_mib: 512, reserve_mib: 32 }
    }
}

/// Copies that the lobby makes by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupConfig {
    /// Where they go: another disk.
    pub dir: PathBuf,
    /// Local time `HH:MM` at which one is made.
    #[serde(default = "default_backup_at")]
    pub at: String,
    /// How many are kept, the newest ones.
    #[serde(default = "default_backup_keep")]
    pub keep: u32,
    /// Who can open them: a public key of age, `age1…`.
    #[serde(default)]
    pub recipient: Option<String>,
    /// Or a file whose first line is a passphrase.
    #[serde(default)]
    pub passphrase_file: Option<PathBuf>,
}

fn default_backup_at() -> String {
    "22:30".to_owned()
}

fn default_backup_keep() -> u32 {
    14
}
