//! The agent's file, checked into [`Settings`]: every mistake at once, each with its line and what to write instead.

use counter::{Profile, profile::Speech};
use serde::Deserialize;
use std::{
    fmt,
    path::{Path, PathBuf},
};
use wires::{models, port::PortSettings};

/// Where the token stands without a file; services get secrets this way.
pub(crate) const TOKEN_VARIABLE: &str = "COUNTER_AGENT_TOKEN";
/// Speeds of serial devices of this trade, as in a branch's file.
const BAUDS: [u32; 7] = [2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names are those of the keys")]
struct File {
    desk: String,
    lobby: String,
    ca: Option<PathBuf>,
    token_file: Option<PathBuf>,
    unit: UnitFile,
    display: Option<DisplayFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitFile {
    port: String,
    #[serde(default = "usual_unit_profile")]
    profile: String,
    #[serde(default = "first")]
    unit: u8,
    baud: Option<u32>,
    even_parity: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DisplayFile {
    port: Option<String>,
    #[serde(default = "usual_display_profile")]
    profile: String,
    #[serde(default = "first")]
    unit: u8,
    baud: Option<u32>,
    even_parity: Option<bool>,
}

fn usual_unit_profile() -> String {
    "desk-modbus".to_owned()
}

fn usual_display_profile() -> String {
    "led-digits-modbus".to_owned()
}

fn first() -> u8 {
    1
}

/// Everything that an agent needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// `id` of an `[[agents]]` entry of the branch.
    pub(crate) desk: String,
    /// Address of the lobby.
    pub(crate) lobby: url::Url,
    /// Certificate of the authority that the lobby's TLS is trusted by.
    pub(crate) ca: Option<PathBuf>,
    /// Where the token is read.
    pub(crate) token: Token,
    /// The unit's port.
    pub(crate) port: PortSettings,
    /// Its address there, 1–247.
    pub(crate) unit: u8,
    /// Its model, one with keys.
    pub(crate) profile: Profile,
    /// A display beside it.
    pub(crate) display: Option<Display>,
    /// The folder of the file: relative paths begin there.
    pub(crate) base: PathBuf,
}

/// A display that only shows.
#[derive(Clone, Debug)]
pub(crate) struct Display {
    /// Its own port, or `None` on the wire of the unit.
    pub(crate) port: Option<PortSettings>,
    /// Its address.
    pub(crate) unit: u8,
    /// Its model.
    pub(crate) profile: counter::display::DisplayProfile,
}

/// Where the token stands: never in the agent's file, which people copy about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// In a file of its own.
    File(PathBuf),
    /// In the environment.
    Variable,
}

impl Token {
    /// The token as it is now.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub(crate) fn read(&self) -> Result<String, String> {
        let make = "make one beside the lobby with `lobby token add --role desk --name <desk>`";
        let text = match self {
            Token::Variable => std::env::var(TOKEN_VARIABLE)
                .map_err(|_| format!("no token: set `token_file`, or the variable {TOKEN_VARIABLE}; {make}"))?,
            Token::File(path) => std::fs::read_to_string(path)
                .map_err(|cause| format!("the token in {} cannot be read ({cause}); {make}", path.display()))?,
        };
        let token = text.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!(
                "what stands in the place of the token is none: one line of letters and digits; {make}"
            ));
        }
        Ok(token.to_owned())
    }
}

/// Everything that is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistakes(Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Mistakes {}

impl Settings {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`Mistakes`], each with its line and what to write instead.
    pub(crate) fn load(path: &Path) -> Result<Settings, Mistakes> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|cause| Mistakes(vec![format!("{name}: cannot be read ({cause}); write --config FILE")]))?;
        let base = path.parent().unwrap_or(Path::new("")).to_owned();
        let told = |(line, what): (usize, String)| format!("{name}:{line}: {what}");
        check(&text, base).map_err(|mut mistakes| {
            mistakes.sort_by_key(|(line, _)| *line);
            Mistakes(mistakes.into_iter().map(told).collect())
        })
    }
}

/// Mistakes with their lines.
struct Finder<'a> {
    text: &'a str,
    found: Vec<(usize, String)>,
}

impl Finder<'_> {
    /// A mistake at a key of a table; `""` is the head of the file.
    fn at(&mut self, table: &str, key: &str, what: String) {
        let mut here = table.is_empty();
        let place = self.text.lines().position(|line| {
            let line = line.trim_start();
            if line.starts_with('[') {
                here = line.trim_end() == format!("[{table}]");
                return here && key.is_empty();
            }
            here && !key.is_empty() && line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
        });
        match place {
            Some(place) => self.found.push((place + 1, what)),
            // A default that does not fit: the table stands for it.
            None if !key.is_empty() && !table.is_empty() => self.at(table, "", what),
            None => self.found.push((1, what)),
        }
    }

    /// A profile, of the kind that is wanted here.
    fn profile(&mut self, table: &str, name: &str, base: &Path, keys: bool) -> Option<Profile> {
        match models::load(name, base) {
            Ok(profile) if profile.has_keys() == keys => return Some(profile),
            Ok(_) if keys => self.at(table, "profile", format!("`{name}` only shows; write it under [display]")),
            Ok(_) => self.at(table, "profile", format!("`{name}` is a unit with keys; write it under [unit]")),
            Err(error) => {
                let known: Vec<&str> = Profile::built_in_names().collect();
                self.at(table, "profile", format!("{error}; write one of {}, or a path", known.join(", ")));
            }
        }
        None
    }

    fn port(
        &mut self,
        table: &str,
        name: &str,
        baud: Option<u32>,
        parity: Option<bool>,
        usual: Option<&Profile>,
    ) -> PortSettings {
        if name.trim().is_empty() {
            let what = "a port is a path (/dev/serial/by-id/…), a name (COM3) or tcp://host:port".to_owned();
            self.at(table, "port", what);
        }
        if let Some(baud) = baud.filter(|baud| !BAUDS.contains(baud)) {
            self.at(table, "baud", format!("{baud} is no usual speed; write one of {BAUDS:?}"));
        }
        let (usual_baud, usual_parity) = usual.map_or((BAUDS[2], false), |profile| (profile.baud, profile.even_parity));
        PortSettings {
            name: name.to_owned(),
            baud: baud.unwrap_or(usual_baud),
            even_parity: parity.unwrap_or(usual_parity),
        }
    }

    fn address(&mut self, table: &str, unit: u8) {
        // Source: Modbus over Serial Line V1.02, 2.2.
        if !(1..=247).contains(&unit) {
            self.at(table, "unit", format!("{unit} is no address; write 1 to 247"));
        }
    }
}

fn check(text: &str, base: PathBuf) -> Result<Settings, Vec<(usize, String)>> {
    let file: File = toml::from_str(text).map_err(|error| vec![misread(text, &error)])?;
    let mut finder = Finder { text, found: Vec::new() };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if file.desk.is_empty() || !file.desk.bytes().all(plain) {
        let what =
            format!("`{}` is no desk; write the id of an [[agents]] entry of the branch, as \"pc-7\"", file.desk);
        finder.at("", "desk", what);
    }
    let lobby = url::Url::parse(&file.lobby).ok();
    let lobby = lobby.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if lobby.is_none() {
        let what = format!("`{}` is no lobby; write its address, as \"http://192.168.1.10:8700\"", file.lobby);
        finder.at("", "lobby", what);
    }
    let ca = file.ca.map(|path| base.join(path));
    match (&lobby, &ca) {
        (Some(url), None) if url.scheme() == "https" => {
            let what =
                "a lobby with TLS needs `ca`, the `ca.pem` that `lobby tls init` made, or that of your authority";
            finder.at("", "lobby", what.to_owned());
        }
        (Some(_), Some(path)) => {
            if let Err(what) = crate::lobby::trusted(path) {
                finder.at("", "ca", what);
            }
        }
        _ => {}
    }
    let token = file.token_file.map_or(Token::Variable, |path| Token::File(base.join(path)));
    if let Err(what) = token.read() {
        finder.at("", "token_file", what);
    }
    let profile = finder.profile("unit", &file.unit.profile, &base, true);
    let UnitFile { port, unit, baud, even_parity, .. } = file.unit;
    let port = finder.port("unit", &port, baud, even_parity, profile.as_ref());
    finder.address("unit", unit);
    let display = file.display.and_then(|display| check_display(&mut finder, display, unit, &base));
    match (profile, lobby) {
        (Some(profile), Some(lobby)) if finder.found.is_empty() => {
            Ok(Settings { desk: file.desk, lobby, ca, token, port, unit, profile, display, base })
        }
        _ => Err(finder.found),
    }
}

fn check_display(finder: &mut Finder<'_>, display: DisplayFile, unit: u8, base: &Path) -> Option<Display> {
    finder.address("display", display.unit);
    let profile = finder.profile("display", &display.profile, base, false);
    let port =
        display.port.map(|port| finder.port("display", &port, display.baud, display.even_parity, profile.as_ref()));
    if port.is_none() && display.unit == unit {
        let what = format!("the unit has address {unit} on this wire; write another one, or a port of its own");
        finder.at("display", "unit", what);
    }
    let Speech::Display(profile) = profile?.speech else { return None };
    if profile.calls.is_some() {
        let what = "a board shows the calls of the whole hall; let it hang on the lobby".to_owned();
        finder.at("display", "profile", what);
    }
    Some(Display { port, unit: display.unit, profile })
}

fn misread(text: &str, error: &toml::de::Error) -> (usize, String) {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let mut what = error.message().trim_end().to_owned();
    if what.contains("unknown field `token`") {
        "a token stands in no file that people copy about: write `token_file`".clone_into(&mut what);
    }
    (before.matches('\n').count() + 1, what)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use expect_test::{Expect, expect};

    const GOOD: &str =
        "desk = \"pc-7\"\nlobby = \"http://127.0.0.1:8700\"\ntoken_file = \"token\"\n\n[unit]\nport = \"COM3\"\n";

    fn load(text: &str) -> Result<Settings, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("token"), "s3cret\n").unwrap();
        let path = dir.path().join("agent.toml");
        std::fs::write(&path, text).unwrap();
        let known = Profile::built_in_names().collect::<Vec<_>>().join(", ");
        Settings::load(&path).map_err(|mistakes| {
            mistakes.to_string().replace(&dir.path().display().to_string(), "DIR").replace(&known, "PROFILES")
        })
    }

    #[track_caller]
    fn says(text: &str, expected: &Expect) {
        expected.assert_eq(&load(text).unwrap_err());
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let settings = load(GOOD).unwrap();
        assert_eq!((settings.port.baud, settings.port.even_parity, settings.unit), (115_200, false, 1));
        assert_eq!(settings.profile.speech, Speech::DeskModbus);
        let with_box = GOOD.replace("COM3\"", "COM3\"\nprofile = \"callbox-ff68\"\n\n[display]\nunit = 11");
        let settings = load(&with_box).unwrap();
        assert_eq!(settings.port.baud, 9_600);
        assert!(settings.display.is_some_and(|display| display.port.is_none() && display.unit == 11));
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        says(
            "desk = \"PC 7\"\nlobby = \"ftp://lobby\"\ntoken_file = \"tokn\"\n[unit]\nport = \"\"\nunit = 0\nbaud = 9601\nprofile = \"led-digits-modbus\"\n[display]\nport = \"udp://display:1\"\nprofile = \"led\"\n",
            &expect![[r#"
                DIR/agent.toml:1: `PC 7` is no desk; write the id of an [[agents]] entry of the branch, as "pc-7"
                DIR/agent.toml:2: `ftp://lobby` is no lobby; write its address, as "http://192.168.1.10:8700"
                DIR/agent.toml:3: the token in DIR/tokn cannot be read (No such file or directory (os error 2)); make one beside the lobby with `lobby token add --role desk --name <desk>`
                DIR/agent.toml:5: a port is a path (/dev/serial/by-id/…), a name (COM3) or tcp://host:port
                DIR/agent.toml:6: 0 is no address; write 1 to 247
                DIR/agent.toml:7: 9601 is no usual speed; write one of [2400, 4800, 9600, 19200, 38400, 57600, 115200]
                DIR/agent.toml:8: `led-digits-modbus` only shows; write it under [display]
                DIR/agent.toml:11: there is no profile `led`: it is neither built in nor the file DIR/led: No such file or directory (os error 2); write one of PROFILES, or a path"#]],
        );
        says(
            &GOOD.replace("[unit]", "[unit]\nprofil = \"x\""),
            &expect![
                "DIR/agent.toml:6: unknown field `profil`, expected one of `port`, `profile`, `unit`, `baud`, `even_parity`"
            ],
        );
        says(
            &GOOD.replace("token_file = \"token\"", "token = \"s3cret\""),
            &expect!["DIR/agent.toml:3: a token stands in no file that people copy about: write `token_file`"],
        );
        says(
            &format!("{GOOD}\n[display]\nport = \"COM4\"\nprofile = \"alpha-board\"\n"),
            &expect!["DIR/agent.toml:10: a board shows the calls of the whole hall; let it hang on the lobby"],
        );
        says(
            &format!("{GOOD}\n[display]\nprofile = \"led-digits-ascii\"\n"),
            &expect!["DIR/agent.toml:8: the unit has address 1 on this wire; write another one, or a port of its own"],
        );
    }
}
