//! A script of faults: how many of which kind, over which span, for each class of devices. One TOML file.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Longest span, hours of the hall.
const LONGEST_H: f64 = 24.0;
/// Most of one kind; more than a day has seconds to spare for.
const MOST: u32 = 10_000;

/// The whole file. Times are those of the hall: at `--speed 60` a minute takes a second.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Hours over which the faults are spread, from the start.
    pub span_h: f64,
    /// Desk units and call boxes.
    #[serde(default)]
    pub desks: DeskScript,
    /// Displays that only show.
    #[serde(default)]
    pub displays: DeskScript,
    /// Whole lines.
    #[serde(default)]
    pub lines: LineScript,
    /// Printers.
    #[serde(default)]
    pub printers: PrinterScript,
}

/// Faults of desk units, or of displays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeskScript {
    /// Chance per frame that one byte flips, on every device through the whole span.
    pub garble: f64,
    /// The data wire is parted.
    pub unplug: Often,
    /// It hears and never answers.
    pub mute: Often,
    /// Its answers are late by `ms`.
    pub late: Often,
    /// *Next* is stuck.
    pub stuck: Often,
    /// Power off and on.
    pub reboot: Often,
}

/// Faults of whole lines.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LineScript {
    /// The plug is out at the lobby.
    pub unplug: Often,
    /// What its devices say arrives as noise.
    pub noise: Often,
}

/// Faults of printers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrinterScript {
    /// The cable is out.
    pub unplug: Often,
    /// The roll is nearly at its end, until the greeter puts in another.
    pub paper_low: Often,
    /// No paper, until the greeter puts some in.
    pub paper_out: Often,
    /// Somebody leaves the cover open, until the greeter shuts it.
    pub cover: Often,
    /// The knife jams, until the greeter frees it.
    pub cutter: Often,
    /// It takes no byte.
    pub stalled: Often,
    /// It says nothing.
    pub silent: Often,
    /// It never proves that paper is out.
    pub no_proof: Often,
}

/// How often one kind of fault comes, on whichever device of the class the lot falls, and how long it lasts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Often {
    /// So many in the span, exactly.
    pub count: u32,
    /// Or so many an hour, on average.
    pub per_h: f64,
    /// Shortest and longest, seconds of the hall; 60 to 300 when absent.
    pub for_s: Option<(f64, f64)>,
    /// Lateness of answers, real milliseconds from least to most; 50 to 400 when absent. For `late` only.
    pub ms: Option<(u64, u64)>,
}

/// Why a script cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The file cannot be read.
    #[error("cannot read {file}: {source}; name an existing TOML file with --faults, e.g. config/demo/faults.toml")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What it says makes no sense.
    #[error("{file}: {what}")]
    Wrong {
        /// The file.
        file: PathBuf,
        /// What is wrong and what to write instead.
        what: String,
    },
}

impl Often {
    /// Shortest and longest, seconds.
    pub(super) fn lasts(&self) -> (f64, f64) {
        self.for_s.unwrap_or((60.0, 300.0))
    }

    /// Least and most lateness, milliseconds.
    pub(super) fn lateness(&self) -> (u64, u64) {
        self.ms.unwrap_or((50, 400))
    }

    pub(super) fn is_never(&self) -> bool {
        self.count == 0 && self.per_h <= 0.0
    }
}

impl Script {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`ScriptError`] with the first mistake.
    pub fn load(file: &Path) -> Result<Self, ScriptError> {
        let text = std::fs::read_to_string(file)
            .map_err(|source| ScriptError::Unreadable { file: file.to_owned(), source })?;
        Self::parse(&text).map_err(|what| ScriptError::Wrong { file: file.to_owned(), what })
    }

    /// Parses and checks the text of a file.
    ///
    /// # Errors
    /// The first mistake: what is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let script: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if !(script.span_h > 0.0 && script.span_h <= LONGEST_H) {
            return Err(format!("span_h = {}; write hours above 0 and up to {LONGEST_H}", script.span_h));
        }
        for (class, garble) in [("desks", script.desks.garble), ("displays", script.displays.garble)] {
            if !(0.0..=1.0).contains(&garble) {
                return Err(format!("garble = {garble} of [{class}]; write a chance from 0 to 1"));
            }
        }
        if !script.displays.stuck.is_never() {
            return Err("displays have no keys; leave `stuck` out of [displays]".to_owned());
        }
        for kind in super::kinds::KINDS {
            check((kind.often)(&script)).map_err(|what| format!("{} of [{}]: {what}", kind.name, kind.class.name()))?;
        }
        Ok(script)
    }
}

fn check(often: &Often) -> Result<(), String> {
    let (least, most) = often.lasts();
    if often.count > 0 && often.per_h != 0.0 {
        return Err("both count and per_h are given; write one of them".to_owned());
    }
    if often.count > MOST || !(0.0..=f64::from(MOST)).contains(&often.per_h) {
        return Err(format!("far too many; write a count or a rate up to {MOST}"));
    }
    if !(least > 0.0 && least <= most && most <= LONGEST_H * 3600.0) {
        return Err(format!("for_s = [{least}, {most}]; write seconds above 0, the shorter first"));
    }
    let (least, most) = often.lateness();
    if !(least > 0 && least <= most && most <= crate::control::LATEST_MS) {
        return Err(format!("ms = [{least}, {most}]; write milliseconds from 1 to 60000, the smaller first"));
    }
    Ok(())
}
