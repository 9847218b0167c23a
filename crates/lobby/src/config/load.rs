//! Reading a branch's file from disk.

use super::{check, mistake::Mistakes, model::Config};
use crate::{
    report::Past,
    voice::{self, VoiceOutput},
};
use std::{fs, path::Path};

impl Config {
    /// Reads and checks a branch's file. Warnings go to the log; [`check_file`] shows them.
    ///
    /// # Errors
    /// Everything that keeps the lobby from running with it, each with line and remedy.
    pub fn load(path: &Path) -> Result<Config, Mistakes> {
        let (config, warnings) = read(path, None)?;
        for warning in warnings.iter() {
            tracing::warn!("{}:{}: {}. {}", path.display(), warning.line, warning.what, warning.remedy);
        }
        Ok(config)
    }
}

/// What `lobby check` prints, and its exit status: 0 when the lobby would run, with or without warnings, else 2. Targets are
/// compared with the past where there is one.
pub fn check_file(path: &Path, past: Option<&Past>) -> (String, u8) {
    match read(path, past) {
        Ok((config, mut warnings)) => {
            devices_of_voice(path, &config, &mut warnings);
            let size = format!(
                "{}: the lobby can run with this: {}, {}, {}",
                path.display(),
                counted(config.services.len(), "service"),
                counted(config.lanes.len(), "lane"),
                counted(config.counters.len(), "counter"),
            );
            let shown = warnings.to_string();
            let end = if shown.is_empty() { "" } else { "\n" };
            let compared = past.map(|past| match past.days {
                0 => format!("\n{}: no closed day with 20 calls or more to compare targets with.", past.data.display()),
                days => {
                    let days = counted(days, "day");
                    format!("\n{}: targets were compared with the last {days}.", past.data.display())
                }
            });
            (format!("{shown}{end}{size}.{}", compared.unwrap_or_default()), 0)
        }
        Err(mistakes) => {
            let count = counted(mistakes.errors(), "mistake");
            (format!("{mistakes}\n{}: {count}, {}.", path.display(), counted(mistakes.warnings(), "warning")), 2)
        }
    }
}

/// A loudspeaker that this machine does not have may hang on another one, so it is only a warning.
fn devices_of_voice(path: &Path, config: &Config, warnings: &mut Mistakes) {
    for zone in config.voice_zones() {
        let VoiceOutput::Device { name: Some(name) } = zone.output() else { continue };
        let Err(missing) = voice::find_device_named(&name) else { continue };
        // Read a moment ago; a file that is gone by now has its mistakes in line 1.
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().position(|line| line.contains(&format!("device:{name}"))).map_or(1, |place| place + 1);
        warnings.warn(
            line,
            format!("on this machine {missing}"),
            "Write a name of \"lobby voice devices\", or plug it in.",
        );
    }
    warnings.sort();
}

fn read(path: &Path, past: Option<&Past>) -> Result<(Config, Mistakes), Mistakes> {
    match fs::read_to_string(path) {
        Ok(text) => check::read(path, &text, past),
        Err(error) => {
            let mut mistakes = Mistakes::none(path.display().to_string());
            let remedy = "Give the path of a branch's file, such as config/demo/branch.toml.";
            mistakes.error(1, format!("the file cannot be read: {error}"), remedy);
            Err(mistakes)
        }
    }
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
