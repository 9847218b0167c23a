//! How the hall speaks, as a branch's file says it.

use super::{
    calendar::{self, Days},
    model::{Config, Text},
};
use crate::voice::{
    VoiceOutput,
    by_hour::{ByHour, Span},
};
use serde::Deserialize;
use std::path::PathBuf;

/// The voice of the hall.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VoiceConfig {
    /// `device`, `device:NAME`, `screens`, `screens:ID,ID`, `wav:DIRECTORY` or `off`.
    pub output: String,
    /// How often a call is said.
    pub repeats: u32,
    /// Digit 1 is 幺 in place of 一.
    pub yao: bool,
    /// Clip pack; the data directory's `voice`, else `target/voice`, when not given.
    pub pack: Option<PathBuf>,
    /// Loudspeakers that speak independently of each other; none for one zone `main` with `output`.
    pub zones: Vec<ZoneConfig>,
    /// Percent of the clips' own level.
    pub volume: u32,
    /// Other percentages at times of the day; the first that fits counts.
    pub volume_by_hour: Vec<VolumeConfig>,
    /// How fast, in percent of what the clips have.
    pub speed: u32,
    /// Other speeds at times of the day; the first that fits counts.
    pub speed_by_hour: Vec<SpeedConfig>,
    /// When nothing is spoken but emergencies; captions are shown.
    pub quiet: Vec<QuietConfig>,
    /// Milliseconds between two announcements.
    pub gap_ms: u32,
    /// A greeting by the time of day before each call.
    pub greet: bool,
    /// Thanks after a wait so long, in minutes; 0 for never.
    pub apology_after_min: u32,
    /// Lanes whose customers are invited in person and not called by voice.
    pub quiet_lanes: Vec<String>,
    /// Words that no notice may have; the usual ones when not given.
    pub banned_words: Option<Vec<String>>,
    /// The broadcast programme.
    pub programme: Vec<ProgrammeConfig>,
}

impl Default for VoiceConfig {
    fn default() -> Self {
        VoiceConfig {
            output: "device".to_owned(),
            repeats: 2,
            yao: false,
            pack: None,
            zones: Vec::new(),
            volume: 100,
            volume_by_hour: Vec::new(),
            speed: 100,
            speed_by_hour: Vec::new(),
            quiet: Vec::new(),
            gap_ms: 600,
            greet: false,
            apology_after_min: 0,
            quiet_lanes: Vec::new(),
            banned_words: None,
            programme: Vec::new(),
        }
    }
}

/// One loudspeaker, or several that say the same.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneConfig {
    /// Device id is `voice-<id>`.
    pub id: String,
    /// As `output` of `[voice]`.
    pub output: String,
    /// Services whose calls are said there.
    #[serde(default)]
    pub services: Vec<String>,
    /// Counters whose calls are said there; without services and counters all.
    #[serde(default)]
    pub counters: Vec<String>,
    /// As `volume` of `[voice]`, in its place.
    #[serde(default)]
    pub volume: Option<u32>,
    /// As `volume_by_hour` of `[voice]`, in its place.
    #[serde(default)]
    pub volume_by_hour: Option<Vec<VolumeConfig>>,
    /// As `speed` of `[voice]`, in its place.
    #[serde(default)]
    pub speed: Option<u32>,
    /// As `speed_by_hour` of `[voice]`, in its place.
    #[serde(default)]
    pub speed_by_hour: Option<Vec<SpeedConfig>>,
}

impl ZoneConfig {
    /// Where its sound goes; `lobby check` refuses what is no output.
    pub fn output(&self) -> VoiceOutput {
        self.output.parse().unwrap_or_default()
    }

    /// Whether it says the calls of a counter for a service.
    pub fn says(&self, service: &str, counter: &str) -> bool {
        let all = self.services.is_empty() && self.counters.is_empty();
        all || self.services.iter().any(|known| known == service) || self.counters.iter().any(|known| known == counter)
    }

    /// Whether a screen plays its sound.
    pub fn is_played_by(&self, screen: &str) -> bool {
        match self.output() {
            VoiceOutput::Screens { ids } => ids.is_empty() || ids.iter().any(|id| id == screen),
            _ => false,
        }
    }
}

/// So loud at a time of the day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeConfig {
    /// Local time, `HH:MM`.
    pub from: String,
    /// Local time; before `from` it is that of the next morning.
    pub until: String,
    /// Percent.
    pub volume: u32,
}

/// So fast at a time of the day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeedConfig {
    /// Local time, `HH:MM`.
    pub from: String,
    /// Local time; before `from` it is that of the next morning.
    pub until: String,
    /// Percent.
    pub speed: u32,
}

/// Quiet at a time of the day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietConfig {
    /// Local time, `HH:MM`.
    pub from: String,
    /// Local time; before `from` it is that of the next morning.
    pub until: String,
}

/// A notice that is said by the clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeConfig {
    /// Its name.
    pub id: String,
    /// What is said, by language.
    pub text: Text,
    /// Local times, `HH:MM`.
    #[serde(default)]
    pub at: Vec<String>,
    /// Again after so many minutes, while numbers are given or between `from` and `until`.
    #[serde(default)]
    pub every_min: Option<u32>,
    /// First time of `every_min`.
    #[serde(default)]
    pub from: Option<String>,
    /// `every_min` ends there.
    #[serde(default)]
    pub until: Option<String>,
    /// So many minutes before the last session of the day ends.
    #[serde(default)]
    pub before_close_min: Option<u32>,
    /// Days of the week; every day without it.
    #[serde(default = "every_day")]
    pub days: String,
    /// Where; everywhere without it.
    #[serde(default)]
    pub zones: Vec<String>,
    /// How often.
    #[serde(default = "once")]
    pub repeats: u32,
}

fn every_day() -> String {
    "mon-sun".to_owned()
}

fn once() -> u32 {
    1
}

/// What no service hall says to its customers (服务忌语), where a branch names no words of its own.
const BANNED: [&str; 14] = [
    "不归我管",
    "不关我事",
    "不知道",
    "急什么",
    "催什么",
    "喊什么",
    "吵什么",
    "少啰嗦",
    "没看见我正忙",
    "你去告",
    "有意见找领导",
    "shut up",
    "not my problem",
    "not my job",
];

impl Config {
    /// The zones that speak: those that are named, else `main`. Zones that are off are not among them.
    pub fn voice_zones(&self) -> Vec<ZoneConfig> {
        let main = || ZoneConfig {
            id: "main".to_owned(),
            output: self.voice.output.clone(),
            services: Vec::new(),
            counters: Vec::new(),
            volume: None,
            volume_by_hour: None,
            speed: None,
            speed_by_hour: None,
        };
        let zones = if self.voice.zones.is_empty() { vec![main()] } else { self.voice.zones.clone() };
        zones.into_iter().filter(|zone| zone.output() != VoiceOutput::Off).collect()
    }

    /// How loud a zone is, and when.
    pub fn volume(&self, zone: &ZoneConfig) -> ByHour {
        let others = zone.volume_by_hour.as_ref().unwrap_or(&self.voice.volume_by_hour);
        let quiet = self.voice.quiet.iter().map(|quiet| (&quiet.from, &quiet.until, 0));
        let others = others.iter().map(|other| (&other.from, &other.until, other.volume));
        self.by_hour(zone.volume.unwrap_or(self.voice.volume), quiet.chain(others))
    }

    /// How fast a zone speaks, and when.
    pub fn speed(&self, zone: &ZoneConfig) -> ByHour {
        let others = zone.speed_by_hour.as_ref().unwrap_or(&self.voice.speed_by_hour);
        let others = others.iter().map(|other| (&other.from, &other.until, other.speed));
        self.by_hour(zone.speed.unwrap_or(self.voice.speed), others)
    }

    fn by_hour<'a>(&self, usual: u32, spans: impl Iterator<Item = (&'a String, &'a String, u32)>) -> ByHour {
        let percent = |percent: u32| u8::try_from(percent).unwrap_or(u8::MAX);
        let span = |(from, until, value): (&String, &String, u32)| {
            Some(Span { from: calendar::time(from)?, until: calendar::time(until)?, percent: percent(value) })
        };
        ByHour { usual: percent(usual), spans: spans.filter_map(span).collect(), zone: self.zone() }
    }

    /// The first word of a text that no notice may have.
    pub fn banned_word(&self, text: &str) -> Option<&str> {
        match &self.voice.banned_words {
            Some(words) => banned(text, words.iter().map(String::as_str)),
            None => banned(text, BANNED.into_iter()),
        }
    }
}

/// The first of `words` that a text has, whatever its capitals and spaces.
pub(super) fn banned<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = squeezed(text);
    let mut words = words.filter(|word| !word.trim().is_empty());
    words.find(|word| text.contains(&squeezed(word)))
}

/// The usual words, for a check of a file that names none.
pub(super) fn usually_banned() -> impl Iterator<Item = &'static str> {
    BANNED.into_iter()
}

impl ProgrammeConfig {
    /// On which days of the week it is said.
    pub(super) fn on(&self) -> Option<Days> {
        Days::parse(&self.days)
    }
}
