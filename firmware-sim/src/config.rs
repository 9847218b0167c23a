//! Which hardware is simulated: one TOML file, checked as a whole, every mistake with its line and a remedy.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use counter::Profile;
use serde::Deserialize;

use crate::crowd::CrowdConfig;
use crate::models;
use crate::printer::{Model, Says};

/// Speeds that a serial port of the system can be set to and that desk units and printers know.
const BAUDS: [u32; 8] = [2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400];

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
    /// Displays that only show.
    #[serde(default, rename = "display")]
    pub displays: Vec<DisplayConfig>,
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
    /// Speed that the units are set to, bits per second; that of the profile when the file says none.
    #[serde(default)]
    pub baud: u32,
    /// Addresses of the units, 1–247, once each over all lines; none where the line carries displays only.
    #[serde(default)]
    pub units: Vec<u8>,
    /// Whether the units have rating keys.
    #[serde(default)]
    pub rater: bool,
    /// What the units speak: a file of `config/devices` by name, or a path to one.
    #[serde(default = "default_line_profile")]
    pub profile: String,
    /// Whether call boxes answer what they are written with the same frame.
    #[serde(default = "yes")]
    pub echoes: bool,
    /// Addresses that a second unit has by mistake. It hears and answers like the first, at the same time.
    #[serde(default)]
    pub twins: Vec<u8>,
    /// Whether units of `desk-modbus` hear noise at another speed than theirs; otherwise they follow the lobby.
    #[serde(default)]
    pub fixed_speed: bool,
    /// The profile, once it is read.
    #[serde(skip)]
    pub model: Option<Profile>,
}

/// A display on a line, or on a port of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisplayConfig {
    /// Name of the display.
    pub id: String,
    /// The line that it hangs on; without one it has a port of its own.
    pub line: Option<String>,
    /// That port, a file name under the wires directory; the id when absent.
    pub port: Option<String>,
    /// What it hears: a file of `config/devices` by name, or a path to one.
    #[serde(default = "default_display_profile")]
    pub profile: String,
    /// Address.
    #[serde(default = "default_unit")]
    pub unit: u8,
    /// Name of its counter, for profiles that write it.
    #[serde(default = "default_counter")]
    pub counter: String,
    /// Speed that it is set to, bits per second; that of the profile when the file says none.
    #[serde(default)]
    pub baud: u32,
    /// The profile, once it is read.
    #[serde(skip)]
    pub model: Option<Profile>,
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
    /// Width of the paper: 58 or 80 mm. With a `model` it is that of the model.
    #[serde(default = "default_paper")]
    pub paper_mm: u32,
    /// What it can do: a printer profile of `config/devices` by name, or a path to one; everything without it.
    #[serde(default)]
    pub model: Option<String>,
    /// What it says of itself, where that is not what the model says: `full`, `half`, `silent` or `foreign`.
    #[serde(default)]
    pub status: Option<Says>,
    /// The model, once it is read.
    #[serde(skip)]
    pub able: Model,
    /// How fast it prints, millimetres a second.
    #[serde(default = "default_speed")]
    pub mm_per_s: u32,
}

fn default_line_profile() -> String {
    "desk-modbus".to_owned()
}

fn default_display_profile() -> String {
    "led-digits-modbus".to_owned()
}

fn default_unit() -> u8 {
    1
}

fn default_counter() -> String {
    "1".to_owned()
}

fn yes() -> bool {
    true
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

impl DisplayConfig {
    /// File name of its own port under the wires directory; `None` on a line.
    pub fn own_port(&self) -> Option<&str> {
        if self.line.is_some() { None } else { Some(self.port.as_deref().unwrap_or(&self.id)) }
    }
}

impl PrinterConfig {
    /// File name of the port under the wires directory.
    pub fn port(&self) -> &str {
        self.port.as_deref().unwrap_or(&self.id)
    }

    /// Printable dots across the paper at 203 dots an inch: 384 on 58 mm, 576 on 80 mm.
    pub fn dots(&self) -> u32 {
        match &self.model {
            Some(_) => self.able.dots,
            None if self.paper_mm == 58 => 384,
            None => 576,
        }
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
        let base = file.parent().unwrap_or(Path::new(""));
        Self::parse_at(base, &text).map_err(|mistakes| ConfigError::Wrong { file: file.to_owned(), mistakes })
    }

    /// Parses and checks the text of a file; profiles with a path lie under the current directory.
    ///
    /// # Errors
    /// Every mistake with its line; the list is never empty.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        Self::parse_at(Path::new(""), text)
    }

    fn parse_at(base: &Path, text: &str) -> Result<Self, Vec<Mistake>> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let what = error.message().trim_end().to_owned();
            vec![Mistake { line: before.matches('\n').count() + 1, what }]
        })?;
        let mut mistakes = models::fill_in(&mut config, base, |name, index| header(text, name, index));
        mistakes.extend(config.mistakes(text));
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
            let bare = self.displays.iter().all(|display| display.line.as_ref() != Some(&line.id));
            if line.units.is_empty() && bare {
                wrong(format!("line `{}` has no units; write units = [1, 2]", line.id));
            }
            for twin in line.twins.iter().filter(|twin| !line.units.contains(twin)) {
                wrong(format!(
                    "twin {twin} of line `{}` has nobody to be mistaken for; name one of its units",
                    line.id
                ));
            }
            for unit in &line.units {
                if !(1..=247).contains(unit) {
                    wrong(format!("unit {unit} of line `{}` is no Modbus address; use 1 to 247", line.id));
                } else if !units.insert(*unit) {
                    wrong(format!("unit {unit} of line `{}` is there twice; give every unit its own number", line.id));
                }
            }
        }
        for (index, display) in self.displays.iter().enumerate() {
            let mut wrong = |what: String| {
                found.push(Mistake { line: header(text, "[[display]]", index), what });
            };
            // A display on a line has that line's port and speed.
            let port = display.own_port().unwrap_or(&display.id);
            let speed = if display.line.is_some() { BAUDS[0] } else { display.baud };
            check_device(&display.id, port, speed, &mut ids, &mut ports, &mut wrong);
            let line = display.line.as_deref();
            if let Some(line) = line.filter(|id| self.lines.iter().all(|line| line.id != **id)) {
                wrong(format!("display `{}` hangs on line `{line}`, which is not there; add a [[line]]", display.id));
            }
            let taken = self.lines.iter().find(|own| Some(own.id.as_str()) == line);
            let others = self.displays.iter().take(index).filter(|other| other.line.as_deref() == line);
            let twice = taken.is_some_and(|own| own.units.contains(&display.unit))
                || (line.is_some() && others.map(|other| other.unit).any(|unit| unit == display.unit));
            if twice || !(1..=247).contains(&display.unit) {
                wrong(format!("display `{}` cannot have unit {}; use a free one, 1 to 247", display.id, display.unit));
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
