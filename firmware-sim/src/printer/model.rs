//! What a simulated printer can do: read from the same profile files as the lobby's, so that a printer can be tried before
//! it is bought, or with a status of its own, so that it is another printer than the lobby was told.

use std::path::Path;

use serde::Deserialize;

/// The file of a profile that is part of the program.
macro_rules! built_in {
    ($name:literal) => {
        ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../config/devices/", $name, ".toml")))
    };
}

const BUILT_IN: [(&str, &str); 9] = [
    built_in!("escpos-80"),
    built_in!("escpos-58"),
    built_in!("escpos-80-half"),
    built_in!("escpos-58-half"),
    built_in!("escpos-80-silent"),
    built_in!("escpos-58-silent"),
    built_in!("escpos-80-raster"),
    built_in!("escpos-58-raster"),
    built_in!("escpos-80-presenter"),
];

/// What a printer says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Says {
    /// Everything, and changes unasked.
    #[default]
    Full,
    /// What the profile's `answers` name.
    Half,
    /// Nothing.
    Silent,
    /// Bytes that are no status of ESC/POS, as a printer of another make.
    Foreign,
}

/// What it can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Printable dots across.
    pub dots: u32,
    /// What it says of itself.
    pub says: Says,
    /// The questions `DLE EOT n` that it answers.
    pub answers: Vec<u8>,
    /// Whether it answers `GS ( H`.
    pub proves: bool,
    /// Whether it has a Chinese font.
    pub chinese: bool,
    /// Bytes that hand a ticket out; none without a presenter.
    pub present: Vec<u8>,
    /// Bytes that take it back.
    pub retract: Vec<u8>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            dots: 576,
            says: Says::Full,
            answers: vec![1, 2, 3, 4],
            proves: true,
            chinese: true,
            present: Vec::new(),
            retract: Vec::new(),
        }
    }
}

/// The lines of a profile that the printer itself can know; the others are how the lobby uses it.
#[derive(Deserialize)]
struct Lines {
    dots: u32,
    chinese: String,
    status: Says,
    proof: String,
    #[serde(default)]
    answers: Vec<u8>,
    #[serde(default)]
    present: String,
    #[serde(default)]
    retract: String,
}

impl Model {
    /// The model called `name`: a built-in profile, else a file relative to `base`.
    ///
    /// # Errors
    /// What is wrong and what to write instead.
    pub fn load(name: &str, base: &Path) -> Result<Self, String> {
        let text = match BUILT_IN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => (*text).to_owned(),
            None => std::fs::read_to_string(base.join(name)).map_err(|error| {
                let known = BUILT_IN.map(|(known, _)| known).join(", ");
                format!("there is no printer model `{name}` ({error}); write one of {known}, or a path")
            })?,
        };
        let lines: Lines = toml::from_str(&text)
            .map_err(|error| format!("printer model `{name}`: {}; see config/devices", error.message().trim_end()))?;
        let bytes = |key: &str, text: &str| {
            hexadecimal(text)
                .ok_or_else(|| format!("printer model `{name}`: {key} = \"{text}\" is no bytes; see config/devices"))
        };
        Ok(Self {
            dots: lines.dots,
            says: lines.status,
            answers: if lines.status == Says::Half { lines.answers } else { vec![1, 2, 3, 4] },
            proves: lines.proof == "gs_h",
            chinese: lines.chinese == "gb18030",
            present: bytes("present", &lines.present)?,
            retract: bytes("retract", &lines.retract)?,
        })
    }

    /// The answer to `DLE EOT n`, of which an honest printer would say `honest`.
    pub(super) fn answer(&self, n: u8, honest: Option<u8>) -> Option<u8> {
        match self.says {
            Says::Silent => None,
            Says::Foreign => honest.map(|_| 0x0F | n << 5 & 0x60), // none of the fixed bits of ESC/POS
            Says::Full | Says::Half => honest.filter(|_| self.answers.contains(&n)),
        }
    }

    /// Whether it speaks at all.
    pub(super) fn speaks(&self) -> bool {
        self.says != Says::Silent
    }

    /// Whether it tells of changes unasked.
    pub(super) fn pushes(&self) -> bool {
        self.says == Says::Full
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    text.split_ascii_whitespace().map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn models_are_the_profiles_of_the_lobby() {
        for (name, _) in BUILT_IN {
            let model = Model::load(name, Path::new("")).unwrap();
            assert_eq!(model.dots == 384, name.contains("58"), "{name}");
            assert_eq!(model.chinese, !name.contains("raster"), "{name}");
            assert_eq!(model.says == Says::Silent, name.contains("silent"), "{name}");
            assert_eq!(model.present.is_empty(), !name.contains("presenter"), "{name}");
        }
        let half = Model::load("escpos-80-half", Path::new("")).unwrap();
        assert_eq!((half.answers.as_slice(), half.proves), (&[1, 4][..], false));
        assert_eq!(Model::load("escpos-80", Path::new("")).unwrap(), Model::default());
        let missing = Model::load("escpos-90", Path::new("")).unwrap_err();
        assert!(missing.contains("write one of escpos-80, escpos-58"), "{missing}");
    }

    #[test]
    fn a_foreign_printer_answers_with_no_status() {
        let foreign = Model { says: Says::Foreign, ..Model::default() };
        for n in 1..=4 {
            let byte = foreign.answer(n, Some(0x12)).unwrap();
            assert_ne!(byte & 0x93, 0x12, "{byte:02X}");
        }
        assert_eq!(foreign.answer(9, None), None);
    }
}
