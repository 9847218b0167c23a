//! What a branch chooses about its voice.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::by_hour::ByHour;
use super::render::CALL_PAUSE;
use super::shelf::Shelf;
use super::wording::WordingOptions;

/// Where announcements go. In configuration a string: `device`, `device:NAME`, `wav:FOLDER`, `screens`,
/// `screens:ID,ID`, `off`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum VoiceOutput {
    /// A sound device: the system's default one, or the one of this name.
    Device {
        /// Name as the sound server lists it; `None` for the default device.
        name: Option<String>,
    },
    /// One WAV file per announcement, numbered, with its JSON beside it, in place of a device.
    Wav {
        /// The folder.
        dir: PathBuf,
    },
    /// The pages of screens that have a loudspeaker.
    Screens {
        /// Which ones; every one that has sound when empty.
        ids: Vec<String>,
    },
    /// Nothing is spoken; captions are shown.
    #[default]
    Off,
}

impl FromStr for VoiceOutput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "device" => Ok(Self::Device { name: None }),
            None if text == "off" => Ok(Self::Off),
            None if text == "screens" => Ok(Self::Screens { ids: Vec::new() }),
            Some(("screens", ids)) if ids.split(',').all(|id| !id.trim().is_empty()) => {
                Ok(Self::Screens { ids: ids.split(',').map(|id| id.trim().to_owned()).collect() })
            }
            Some(("device", name)) if !name.is_empty() => Ok(Self::Device { name: Some(name.to_owned()) }),
            Some(("wav", dir)) if !dir.is_empty() => Ok(Self::Wav { dir: dir.into() }),
            _ => Err(format!(
                "\"{text}\" is no voice output: write \"device\", \"device:NAME\", \"screens\", \"screens:ID\", \
                 \"wav:FOLDER\" or \"off\""
            )),
        }
    }
}

impl TryFrom<String> for VoiceOutput {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<VoiceOutput> for String {
    fn from(output: VoiceOutput) -> Self {
        output.to_string()
    }
}

impl fmt::Display for VoiceOutput {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device { name: None } => out.write_str("device"),
            Self::Device { name: Some(name) } => write!(out, "device:{name}"),
            Self::Wav { dir } => write!(out, "wav:{}", dir.display()),
            Self::Screens { ids } if ids.is_empty() => out.write_str("screens"),
            Self::Screens { ids } => write!(out, "screens:{}", ids.join(",")),
            Self::Off => out.write_str("off"),
        }
    }
}

/// Everything the speaker of one zone needs to know about its branch.
#[derive(Debug, Clone)]
pub struct VoiceSettings {
    /// Name of the zone; `main` where there is one only.
    pub zone: String,
    /// Where announcements go.
    pub output: VoiceOutput,
    /// Folder of the clip pack.
    pub pack: PathBuf,
    /// Languages whose clips are loaded; announcements choose among them.
    pub languages: Vec<String>,
    /// Choices of wording.
    pub wording: WordingOptions,
    /// A greeting by the time of day before each call.
    pub greet: bool,
    /// How loud, and when quiet.
    pub volume: ByHour,
    /// How fast, without a change of pitch.
    pub speed: ByHour,
    /// Between two announcements.
    pub gap: Duration,
    /// How long a caption stands when there is no sound to say when it ends (off, no device, no pack,
    /// recordings, quiet hours).
    pub caption_hold: Duration,
    /// Where sound for screens lies.
    pub shelf: Shelf,
    /// How many screens play it.
    pub listeners: watch::Receiver<usize>,
}

impl VoiceSettings {
    /// The usual settings: Mandarin and English, 一, captions without sound for 3 s.
    pub fn new(output: VoiceOutput, pack: PathBuf) -> Self {
        Self {
            zone: "main".to_owned(),
            output,
            pack,
            languages: vec!["zh-CN".to_owned(), "en".to_owned()],
            wording: WordingOptions::default(),
            greet: false,
            volume: ByHour::default(),
            speed: ByHour::default(),
            gap: CALL_PAUSE,
            caption_hold: Duration::from_secs(3),
            shelf: Shelf::default(),
            listeners: watch::channel(0).1,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn outputs_are_read_as_written_and_mistakes_name_the_choices() {
        for text in ["device", "device:lobby", "wav:/var/calls", "screens", "screens:lobby,east", "off"] {
            assert_eq!(text.parse::<VoiceOutput>().unwrap().to_string(), text);
        }
        for text in ["", "wav", "wav:", "device:", "screens:", "screens:a,,b", "loud", "Device"] {
            let error = text.parse::<VoiceOutput>().unwrap_err();
            assert!(error.contains("wav:FOLDER"), "{error}");
        }
    }
}
