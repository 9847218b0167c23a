//! What one model of desk electronics wants: one TOML file each, under `config/devices`.
//!
//! A profile is data. Where a wire needs code it names one of the protocols here; the rest of the file says what
//! differs from model to model. How to add one stands in this crate's README.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::display::modbus::{Content, Registers, WRITE_MANY, WRITE_ONE};
use crate::display::template::{Charset, Template};
use crate::display::{Align, CallList, DisplayProfile, Form};
use crate::ff68::{KeyMap, Meaning};
use crate::key::Key;

macro_rules! shipped {
    ($($name:literal),*) => {
        /// Profiles that are part of the program, so that a branch's file can name them wherever it lies.
        const BUILT_IN: &[(&str, &str)] = &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/devices/", $name, ".toml")),
        )),*];
    };
}
shipped!(
    "alpha-board",
    "callbox-ff68",
    "desk-modbus",
    "led-digits-ascii",
    "led-digits-modbus",
    "led-text-gb",
    "led-text-modbus"
);

/// Speeds at which such devices run, bits per second.
const BAUDS: [u32; 7] = [2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200];
/// Widest display, characters.
const WIDEST: usize = 64;

/// What the devices of one model speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speech {
    /// Desk units of profile `desk-modbus`: nothing differs but the wire.
    DeskModbus,
    /// Call boxes with FF68 frames.
    CallboxFf68(KeyMap),
    /// A display that only shows.
    Display(DisplayProfile),
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Usual speed, bits per second; a branch's file may say another.
    pub baud: u32,
    /// 8E1 in place of 8N1.
    pub even_parity: bool,
    /// What it speaks.
    pub speech: Speech,
    /// Codes of the keys of a unit, in the order in which whoever wires it tries them; none at a display.
    pub keys: Vec<u16>,
}

/// What is wrong in the text of a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("profile `{name}`, line {line}: {what}")]
pub struct ProfileError {
    /// As it was called.
    pub name: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what to write.
    pub what: String,
}

/// A key of the file and what is wrong with it.
type Mistake = (&'static str, String);

impl Profile {
    /// Names of the profiles that are part of the program.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The text of a profile that is part of the program.
    pub fn built_in(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Whether its devices have keys (a line of them serves counters), or only show.
    pub fn has_keys(&self) -> bool {
        !matches!(self.speech, Speech::Display(_))
    }

    /// Parses and checks the text of a profile; `name` is for the error.
    ///
    /// # Errors
    /// [`ProfileError`] with the line and what to write there.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        let wrong = |line, what: String| ProfileError { name: name.to_owned(), line, what };
        let place = |error: &toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            before.matches('\n').count() + 1
        };
        let syntax = |error: toml::de::Error| wrong(place(&error), error.message().trim_end().to_owned());
        let table: toml::Table = toml::from_str(text).map_err(syntax)?;
        let profile = match table.get("protocol").and_then(toml::Value::as_str) {
            Some("desk-modbus") => toml::from_str::<DeskFile>(text).map_err(syntax)?.profile(),
            Some("callbox-ff68") => toml::from_str::<CallboxFile>(text).map_err(syntax)?.profile(),
            Some("led-digits-modbus") => toml::from_str::<LedFile>(text).map_err(syntax)?.profile(),
            Some("template") => toml::from_str::<TemplateFile>(text).map_err(syntax)?.profile(),
            _ => {
                let what = "write \"desk-modbus\", \"callbox-ff68\", \"led-digits-modbus\" or \"template\"";
                Err(("protocol", what.to_owned()))
            }
        };
        profile.and_then(Profile::checked).map_err(|(key, what)| {
            let line = text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |at| at + 1);
            wrong(line, format!("{key}: {what}"))
        })
    }

    fn checked(self) -> Result<Self, Mistake> {
        if !BAUDS.contains(&self.baud) {
            return Err(("baud", format!("{} is no speed of such a device; write one of {BAUDS:?}", self.baud)));
        }
        if let Speech::Display(display) = &self.speech
            && display.width.is_some_and(|width| !(1..=WIDEST).contains(&width))
        {
            return Err(("width", format!("write a number of characters from 1 to {WIDEST}")));
        }
        Ok(self)
    }
}

fn usual_baud() -> u32 {
    9_600
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskFile {
    #[serde(rename = "protocol")]
    _protocol: String,
    baud: u32,
    #[serde(default)]
    even_parity: bool,
    /// All but the rating keys, where it says nothing.
    keys: Option<Vec<String>>,
}

impl DeskFile {
    fn profile(self) -> Result<Profile, Mistake> {
        let usual = || Key::ALL.iter().map(|(key, _)| *key).filter(|key| key.rating().is_none()).collect();
        let named = |name: &String| {
            let wrong = |_| ("keys", format!("`{name}` is no key; write next, recall, pause, rate-1, 0 to 9, ok, …"));
            name.parse::<Key>().map_err(wrong)
        };
        let keys: Vec<Key> = match &self.keys {
            None => usual(),
            Some(names) => names.iter().map(named).collect::<Result<_, _>>()?,
        };
        let keys = keys.into_iter().map(Key::code).collect();
        Ok(Profile { baud: self.baud, even_parity: self.even_parity, speech: Speech::DeskModbus, keys })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallboxFile {
    #[serde(rename = "protocol")]
    _protocol: String,
    #[serde(default = "usual_baud")]
    baud: u32,
    #[serde(default)]
    even_parity: bool,
    keys: BTreeMap<String, String>,
    #[serde(default)]
    digit_ok: BTreeMap<String, String>,
    #[serde(default)]
    rater: BTreeMap<String, String>,
}

impl CallboxFile {
    fn profile(self) -> Result<Profile, Mistake> {
        let byte = |text: &str| (text.len() == 2).then(|| u8::from_str_radix(text, 16).ok()).flatten();
        let digit = |text: &str| text.parse().ok().filter(|digit: &u8| *digit <= 9 && text.len() == 1);
        let keys = KeyMap {
            keys: meanings("[keys]", &self.keys, byte, "two hexadecimal digits, such as 0C")?,
            digit_ok: meanings("[digit_ok]", &self.digit_ok, digit, "one digit")?,
            rater: meanings("[rater]", &self.rater, byte, "two hexadecimal digits, such as 01")?,
        };
        if keys.keys.is_empty() {
            return Err(("[keys]", "write what its keys mean, such as 0C = \"next\"".to_owned()));
        }
        let codes = keys.keys.values().filter_map(|meaning| meaning.code()).collect();
        Ok(Profile { baud: self.baud, even_parity: self.even_parity, speech: Speech::CallboxFf68(keys), keys: codes })
    }
}

fn meanings(
    table: &'static str,
    entries: &BTreeMap<String, String>,
    read: impl Fn(&str) -> Option<u8>,
    wanted: &str,
) -> Result<BTreeMap<u8, Meaning>, Mistake> {
    let entry = |(key, name): (&String, &String)| {
        let byte = read(key).ok_or_else(|| (table, format!("`{key}` cannot stand before the =; write {wanted}")))?;
        let meaning = Meaning::from_name(name).ok_or_else(|| {
            let what = format!("`{name}` is no meaning of a key; write next, recall, pause, transfer, ok, 0 to 9, …, call-back or invite-rating");
            (table, what)
        })?;
        Ok((byte, meaning))
    };
    entries.iter().map(entry).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LedForm {
    Number,
    Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedFile {
    #[serde(rename = "protocol")]
    _protocol: String,
    #[serde(default = "usual_baud")]
    baud: u32,
    #[serde(default)]
    even_parity: bool,
    form: LedForm,
    register: u16,
    function: u8,
    width: u8,
    #[serde(default)]
    blank: u16,
    #[serde(default)]
    align: Align,
    alphabet: Option<String>,
    #[serde(default)]
    idle: String,
    #[serde(default)]
    paused: String,
    #[serde(default)]
    paused_to: String,
    #[serde(default)]
    closed: String,
    answers: bool,
}

impl LedFile {
    fn profile(self) -> Result<Profile, Mistake> {
        let functions: &[u8] = match self.form {
            LedForm::Number => &[WRITE_ONE, WRITE_MANY],
            LedForm::Text => &[WRITE_MANY],
        };
        if !functions.contains(&self.function) {
            return Err(("function", "write 16, or 6 where the form is \"number\"".to_owned()));
        }
        let content = match self.form {
            LedForm::Number => Content::Number { blank: self.blank },
            LedForm::Text => Content::Text { width: self.width },
        };
        let (register, function, answers) = (self.register, self.function, self.answers);
        let display = DisplayProfile {
            form: Form::Modbus(Registers { register, function, content, answers }),
            alphabet: self.alphabet,
            width: Some(usize::from(self.width)),
            align: self.align,
            idle: self.idle,
            paused: self.paused,
            paused_to: self.paused_to,
            closed: self.closed,
            calls: None,
        };
        let (baud, even_parity, speech) = (self.baud, self.even_parity, Speech::Display(display));
        Ok(Profile { baud, even_parity, speech, keys: Vec::new() })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFile {
    #[serde(rename = "protocol")]
    _protocol: String,
    #[serde(default = "usual_baud")]
    baud: u32,
    #[serde(default)]
    even_parity: bool,
    #[serde(default)]
    encoding: Charset,
    frame: String,
    flash_frame: Option<String>,
    width: Option<usize>,
    #[serde(default)]
    align: Align,
    alphabet: Option<String>,
    #[serde(default)]
    idle: String,
    #[serde(default)]
    paused: String,
    #[serde(default)]
    paused_to: String,
    #[serde(default)]
    closed: String,
    calls: Option<CallsFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallsFile {
    call: String,
    #[serde(default)]
    between: String,
    most: usize,
}

impl CallsFile {
    fn list(self) -> Result<CallList, Mistake> {
        if !self.call.contains("{number}") {
            return Err(("[calls]", "write in `call` how one is shown, such as \"{number}>{counter}\"".to_owned()));
        }
        Ok(CallList { call: self.call, between: self.between, most: self.most })
    }
}

impl TemplateFile {
    fn profile(self) -> Result<Profile, Mistake> {
        let parse = |key, line: &str| Template::parse(line, self.encoding).map_err(|error| (key, error.to_string()));
        let frame = parse("frame", &self.frame)?;
        let flash = self.flash_frame.as_deref().map(|line| parse("flash_frame", line)).transpose()?;
        for (key, template) in [("frame", Some(&frame)), ("flash_frame", flash.as_ref())] {
            if template.is_some_and(|template| !template.shows_anything()) {
                return Err((key, "nothing would ever be seen; put {number} or {text} into it".to_owned()));
            }
        }
        let display = DisplayProfile {
            form: Form::Template(frame, flash),
            alphabet: self.alphabet,
            width: self.width,
            align: self.align,
            idle: self.idle,
            paused: self.paused,
            paused_to: self.paused_to,
            closed: self.closed,
            calls: self.calls.map(CallsFile::list).transpose()?,
        };
        let (baud, even_parity, speech) = (self.baud, self.even_parity, Speech::Display(display));
        Ok(Profile { baud, even_parity, speech, keys: Vec::new() })
    }
}
