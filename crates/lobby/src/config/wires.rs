//! The shape of a branch's wires: lines, their units, displays and printers.

use serde::Deserialize;

/// A serial line of desk units.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineConfig {
    /// Name in logs and device ids: `line-<id>`.
    pub id: String,
    /// A path, relative to the wires directory, or `tcp://host:port`.
    pub port: String,
    /// What the units speak: a file of `config/devices` by name, or a path to one.
    #[serde(default = "default_line_profile")]
    pub profile: String,
    /// Bits per second, where it is not the usual speed of the profile.
    #[serde(default)]
    pub baud: Option<u32>,
    /// 8E1 in place of 8N1, where the profile does not say it.
    #[serde(default)]
    pub even_parity: Option<bool>,
    /// Who is on it; nobody where it carries displays only.
    #[serde(default)]
    pub units: Vec<UnitConfig>,
}

/// A display that only shows the number of its counter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisplayConfig {
    /// Name in logs and device ids: `display-<id>`.
    pub id: String,
    /// A port of its own: a path, relative to the wires directory, `tcp://host:port` or `udp://host:port`.
    #[serde(default)]
    pub port: Option<String>,
    /// Or the line that it hangs on.
    #[serde(default)]
    pub line: Option<String>,
    /// A file of `config/devices` by name, or a path to one.
    #[serde(default = "default_display_profile")]
    pub profile: String,
    /// What it shows.
    #[serde(default)]
    pub shows: Shows,
    /// The counter that it stands at; none for a board of calls.
    #[serde(default)]
    pub counter: Option<String>,
    /// Its address on the wire, 1–247.
    #[serde(default = "default_unit")]
    pub unit: u8,
    /// Bits per second of its own port, where it is not the usual speed of the profile.
    #[serde(default)]
    pub baud: Option<u32>,
    /// 8E1 in place of 8N1 at its own port, where the profile does not say it.
    #[serde(default)]
    pub even_parity: Option<bool>,
}

/// What a display shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// The number at its counter.
    #[default]
    Number,
    /// The calls of the hall, newest first.
    Calls,
}

fn default_display_profile() -> String {
    "led-digits-modbus".to_owned()
}

fn default_unit() -> u8 {
    1
}

fn default_line_profile() -> String {
    "desk-modbus".to_owned()
}

/// One desk unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitConfig {
    /// Its address on the line, 1–247.
    pub unit: u8,
    /// The counter that it stands at.
    pub counter: String,
}

/// A desk unit at a clerk's own PC. Its port and model are written there, in the file of its `counter-agent`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentConfig {
    /// Name of the agent, and of its token: `lobby token add --role desk --name <id>`.
    pub id: String,
    /// The counter that the unit stands at; the device is `desk-<counter>`.
    pub counter: String,
}

fn default_baud() -> u32 {
    115_200
}

/// A ticket printer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterConfig {
    /// Name in logs and as a device.
    pub id: String,
    /// A path, relative to the wires directory, or `tcp://host:port`.
    pub port: String,
    /// A file of `config/devices` by name, or a path to one.
    #[serde(default = "default_printer_profile")]
    pub profile: String,
    /// Bits per second.
    #[serde(default = "default_baud")]
    pub baud: u32,
}

fn default_printer_profile() -> String {
    "escpos-80".to_owned()
}
