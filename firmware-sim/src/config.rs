//! Which hardware is simulated: one TOML file, checked as a whole, every mistake with its line and a remedy.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::crowd::CrowdConfig;

/// Speeds that a serial port of the system can be set to and that desk units and printers know.
const BAUDS: [u32; 7] = [4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400];

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Seed of faults and crowd; `--seed` comes first.
    #[serde(default)]
    pub seed: u64,
    /// Lines of desk units.
    #[serde(default, rename = "line")]
    pub lines: Vec<LineConfig>,
    /// Printers.
    #[serde(default, rename = "printer")]
    pub printers: Vec<PrinterConfig>,
    /// Customers and clerks for `--crowd`.
    #[serde(default)]
    pub crowd: CrowdConfig,
}

/// A line of desk units on one port.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineConfig {
    /// Name of the line.
    pub id: String,
    /// Port, a file name under the wires directory; the id when absent.
    pub port: Option<String>,
    /// Speed that the units are set to, bits per second.
    #[serde(default = "default_baud")]
    pub baud: u32,
    /// Addresses of the units, 1–247, once each over all lines.
    pub units: Vec<u8>,
    /// Whether the units have rating keys.
    #[serde(default)]
    pub rater: bool,
}

/// A ticket printer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterConfig {
    /// Name of the printer.
    pub id: String,
    /// Port, a file name under the wires directory; the id when absent.
    pub port: Option<String>,
    /// Speed that the printer is set to, bits per second.
    #[serde(default = "default_baud")]
    pub baud: u32,
    /// Width of the paper: 58 or 80 mm.
    #[serde(default = "default_paper")]
    pub paper_mm: u32,
    /// How fast it prints, millimetres a second.
    #[serde(default = "default_speed")]
    pub mm_per_s: u32,
}

fn default_baud() -> u32 {
    115_200
}

fn default_paper() -> u32 {
    80
}

fn default_speed() -> u32 {
    200
}

impl LineConfig {
    /// File name of the port under the wires directory.
    pub fn port(&self) -> &str {
        self.port.as_deref().unwrap_or(&self.id)
    }
}

impl PrinterConfig {
    /// File name of the port under the wires directory.
    pub fn port(&self) -> &str {
        self.port.as_deref().unwrap_or(&self.id)
    }

    /// Printable dots across the paper at 203 dots an inch: 384 on 58 mm, 576 on 80 mm.
    pub fn dots(&self) -> u32 {
        if self.paper_mm == 58 { 384 } else { 576 }
    }
}

/// One mistake in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub what: String,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {file}: {source}; name an existing TOML file with --config, e.g. config/demo/sim.toml")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file has mistakes, all of them listed.
    #[error("{}", Mistakes { file, mistakes })]
    Wrong {
        /// The file.
        file: PathBuf,
        /// Every mistake.
        mistakes: Vec<Mistake>,
    },
}

struct Mistakes<'a> {
    file: &'a Path,
    mistakes: &'a [Mistake],
}

impl fmt::Display for Mistakes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let newline = if index > 0 { "\n" } else { "" };
            write!(f, "{newline}{}:{}: {}", self.file.display(), mistake.line, mistake.what)?;
        }
        Ok(())
    }
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|source| ConfigError::Unreadable { file: file.to_owned(), source })?;
        Self::parse(&text).map_err(|mistakes| ConfigError::Wrong { file: file.to_owned(), mistakes })
    }

    /// Parses and checks the text of a file.
    ///
    /// # Errors
    /// Every mistake with its line; the list is never empty.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let what = error.message().trim_end().to_owned();
            vec![Mistake { line: before.matches('\n').count() + 1, what }]
        })?;
        let mistakes = config.mistakes(text);
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    fn mistakes(&self, text: &str) -> Vec<Mistake> {
        let mut found = Vec::new();
        let (mut ids, mut ports, mut units) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (index, line) in self.lines.iter().enumerate() {
            let mut wrong = |what: String| {
                found.push(Mistake { line: header(text, "[[line]]", index), what });
            };
            check_device(&line.id, line.port(), line.baud, &mut ids, &mut ports, &mut wrong);
            if line.units.is_empty() {
                wrong(format!("line `{}` has no units; write units = [1, 2]", line.id));
            }
            for unit in &line.units {
                if !(1..=247).contains(unit) {
                    wrong(format!("unit {unit} of line `{}` is no Modbus address; use 1 to 247", line.id));
                } else if !units.insert(*unit) {
                    wrong(format!("unit {unit} of line `{}` is there twice; give every unit its own number", line.id));
                }
            }
        }
        for (index, printer) in self.printers.iter().enumerate() {
            let mut wrong = |what: String| {
                found.push(Mistake { line: header(text, "[[printer]]", index), what });
            };
            check_device(&printer.id, printer.port(), printer.baud, &mut ids, &mut ports, &mut wrong);
            if !matches!(printer.paper_mm, 58 | 80) {
                wrong(format!("printer `{}` has paper_mm = {}; write 58 or 80", printer.id, printer.paper_mm));
            }
            if !(10..=500).contains(&printer.mm_per_s) {
                wrong(format!("printer `{}` has mm_per_s = {}; write 10 to 500", printer.id, printer.mm_per_s));
            }
        }
        let line = header(text, "[crowd]", 0);
        found.extend(self.crowd.mistakes().into_iter().map(|what| Mistake { line, what }));
        found
    }
}

fn check_device<'a>(
    id: &'a str,
    port: &'a str,
    baud: u32,
    ids: &mut BTreeSet<&'a str>,
    ports: &mut BTreeSet<&'a str>,
    wrong: &mut impl FnMut(String),
) {
    let plain =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !plain(id) {
        wrong(format!("`{id}` is no name for a device; use letters, digits, - and _, e.g. kiosk-1"));
    } else if !ids.insert(id) {
        wrong(format!("there are two devices `{id}`; give each its own id"));
    }
    if !plain(port) {
        wrong(format!("port `{port}` of `{id}` is no file name; use letters, digits, - and _"));
    } else if !ports.insert(port) {
        wrong(format!("port `{port}` of `{id}` belongs to another device already; give each its own port"));
    }
    if !BAUDS.contains(&baud) {
        wrong(format!("`{id}` has baud = {baud}; write one of {BAUDS:?}"));
    }
}

/// Line number of the `index`-th `header` in the file; 1 when it is not there (an inline table).
fn header(text: &str, header: &str, index: usize) -> usize {
    let mut places = text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(header));
    places.nth(index).map_or(1, |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn mistakes(text: &str) -> Vec<(usize, String)> {
        Config::parse(text).unwrap_err().into_iter().map(|mistake| (mistake.line, mistake.what)).collect()
    }

    #[test]
    fn an_empty_file_is_no_hardware() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
    }

    #[test]
    fn ports_default_to_ids_and_paper_to_80_mm() {
        let config = Config::parse("[[line]]\nid = 'desks'\nunits = [1]\n[[printer]]\nid = 'p'").unwrap();
        assert_eq!(config.lines[0].port(), "desks");
        assert_eq!((config.printers[0].port(), config.printers[0].dots()), ("p", 576));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let found = mistakes("[[line]]\nid = 'desks'\nunits = [1]\nbauds = 9600\n");
        assert_eq!(found[0].0, 4);
        assert!(found[0].1.contains("unknown field `bauds`"), "{found:?}");
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let text = "[[line]]\nid = 'a'\nunits = [1, 1, 0]\nbaud = 9601\n\n[[line]]\nid = 'a'\nunits = []\n\n\
                    [[printer]]\nid = '../x'\npaper_mm = 76\n";
        let found = mistakes(text);
        let at = |line: usize| found.iter().filter(|(number, _)| *number == line).count();
        assert_eq!((at(1), at(6), at(10)), (3, 3, 3), "{found:#?}");
        assert!(found.iter().all(|(_, what)| what.contains(';')), "each says what to do: {found:#?}");
    }
}
