//! The wiring list as text, in Chinese or English: what hangs where, and which keys came through.

use super::{LineToolError, ListArgs, wires_of};
use crate::{
    config::Config,
    devices::wires,
    journal::{self, JournalError},
    views::{self, LineList, LineUnitView, LineView},
};
use queue_core::Branch;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Language of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// Chinese
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
    /// English
    #[value(name = "en")]
    English,
}

impl Language {
    fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

/// Words of the keys in Chinese. Those of the counter page; digits and unknown ones stand for themselves.
const KEYS: [(&str, &str); 18] = [
    ("next", "下一位"),
    ("recall", "重呼"),
    ("no-show", "过号"),
    ("arrived", "已到"),
    ("finish", "办结"),
    ("hold", "挂起"),
    ("pause", "暂停"),
    ("transfer", "转移"),
    ("help", "呼叫"),
    ("dispute", "争议"),
    ("ok", "确认"),
    ("clear", "清除"),
    ("call-back", "调回"),
    ("rate-1", "评价1"),
    ("rate-2", "评价2"),
    ("rate-3", "评价3"),
    ("rate-4", "评价4"),
    ("rate-5", "评价5"),
];

/// The key in words.
pub(super) fn key(name: &str, language: Language) -> &str {
    let zh = KEYS.iter().find(|(known, _)| *known == name).filter(|_| language == Language::Chinese);
    zh.map_or(name, |(_, words)| words)
}

/// `lobby line list`: from the configuration and the journal, beside a running lobby or without one.
pub(super) fn print(args: ListArgs, out: &mut dyn Write) -> Result<(), LineToolError> {
    let config = Config::load(&args.config)?;
    let data = args.data.unwrap_or_else(|| PathBuf::from("var").join(&config.branch.id));
    let zone = config.branch.time_zone.clone();
    let branch = walked(&data)?;
    let facts = wires::facts(&wires_of(&args.config, args.line.as_deref())?);
    let list = LineList { lines: facts.iter().map(|facts| views::line(&branch, facts)).collect() };
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&list).map_err(io::Error::from)?)?;
        return Ok(());
    }
    list.lines.iter().try_for_each(|line| table(line, args.lang, Some(&zone), out)).map_err(LineToolError::from)
}

/// What the journal knows of walks: all that ended. A lobby that has never run knows of none.
fn walked(data: &Path) -> Result<Branch, LineToolError> {
    let mut branch = Branch::default();
    let db = match journal::open_read_only(data) {
        Ok(db) => db,
        Err(JournalError::Missing(_)) => return Ok(branch),
        Err(other) => return Err(other.into()),
    };
    journal::facts(
        &db,
        0,
        |kind| kind == "line_walked",
        |row| {
            branch.apply(row.at, &row.fact);
            true
        },
    )?;
    Ok(branch)
}

/// One line of the wiring list. Times are in `zone`, else UTC.
pub(super) fn table(line: &LineView, language: Language, zone: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let title = language.pick("线路", "Line");
    writeln!(out, "{title} {}: {}, {}, {}", line.line, line.port, line.speed, line.profile)?;
    for unit in &line.units {
        let place = match language {
            Language::Chinese => format!("{} 号窗口  地址 {}", unit.counter, unit.unit),
            Language::English => format!("counter {}  unit {}", unit.counter, unit.unit),
        };
        writeln!(out, "  {place}  {}", state(unit, language, zone))?;
        let names = |ticked: bool| {
            let keys = unit.keys.iter().filter(move |key| key.ticked == ticked);
            keys.map(|known| key(&known.key, language)).collect::<Vec<_>>().join(" ")
        };
        let (seen, missing) = (names(true), names(false));
        let any = unit.walking || unit.walked_at.is_some();
        for (label, keys) in [(language.pick("已按", "pressed"), seen), (language.pick("缺", "missing"), missing)] {
            if any && !keys.is_empty() {
                writeln!(out, "      {label}: {keys}")?;
            }
        }
        if !unit.others.is_empty() {
            let label = language.pick("配置外的键", "beyond the profile");
            let keys: Vec<&str> = unit.others.iter().map(|name| key(name, language)).collect();
            writeln!(out, "      {label}: {}", keys.join(" "))?;
        }
    }
    Ok(())
}

fn state(unit: &LineUnitView, language: Language, zone: Option<&str>) -> String {
    let Some(at) = unit.walked_at else {
        let never = if unit.walking { ("正在核对", "being walked") } else { ("未核对", "not walked yet") };
        return language.pick(never.0, never.1).to_owned();
    };
    let at = jiff::Timestamp::from_millisecond(at.0.0).unwrap_or_default();
    let zone = zone.and_then(|zone| jiff::tz::TimeZone::get(zone).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = at.to_zoned(zone).strftime("%Y-%m-%d %H:%M");
    let keys = unit.keys.len();
    let ticked = unit.keys.iter().filter(|key| key.ticked).count();
    let by = unit.walked_by.as_deref().unwrap_or_default();
    match language {
        Language::Chinese if unit.complete => format!("{ticked}/{keys} 键齐全  {at}  {by}"),
        Language::Chinese => format!("{ticked}/{keys} 键  {at}  {by}"),
        Language::English if unit.complete => format!("all {keys} keys  {at}  {by}"),
        Language::English => format!("{ticked} of {keys} keys  {at}  {by}"),
    }
}
