//! What a model of printer can do: one TOML file each, under `config/devices`. A difference between two models is a
//! line there and never a branch in the code that prints.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The file of a profile that is part of the program.
macro_rules! built_in {
    ($name:literal) => {
        ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/devices/", $name, ".toml")))
    };
}

/// Profiles that are part of the program, so that a branch's file can name them wherever it lies.
const BUILT_IN: [(&str, &str); 9] = [
    built_in!("escpos-58"),
    built_in!("escpos-80"),
    built_in!("escpos-80-silent"),
    built_in!("escpos-58-silent"),
    built_in!("escpos-80-half"),
    built_in!("escpos-58-half"),
    built_in!("escpos-80-raster"),
    built_in!("escpos-58-raster"),
    built_in!("escpos-80-presenter"),
];

/// Most bytes of a command; longer ones are a mistake in the file.
const MOST_BYTES: usize = 16;
/// Questions `DLE EOT n` that there are.
const QUESTIONS: [u8; 4] = [1, 2, 3, 4];
/// Shortest and longest time after which a ticket is taken back that nobody took.
const RETRACT_AFTER_S: std::ops::RangeInclusive<u32> = 5..=600;

/// What a model of printer can do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Printable dots across.
    pub dots: u16,
    /// Narrow characters in a line of normal size; a Chinese character takes two.
    pub columns: u8,
    /// Character set of its Chinese font.
    pub chinese: Chinese,
    /// What it says about itself.
    pub status: StatusKind,
    /// Whether a sensor sees the end of the roll; without one `paper_low` is never reported.
    pub near_end: bool,
    /// How it shows that the paper is out.
    pub proof: Proof,
    /// Blank lines before the cut.
    pub feed_lines: u8,
    /// Bytes of the cut.
    #[serde(deserialize_with = "hexadecimal")]
    pub cut: Vec<u8>,
    /// Which questions `DLE EOT n` it answers, with status `half`.
    #[serde(default)]
    pub answers: Vec<u8>,
    /// Who draws QR codes.
    #[serde(default)]
    pub qr: QrBy,
    /// Bytes that hand a ticket to the customer, sent after the cut; none without a presenter.
    #[serde(default, deserialize_with = "hexadecimal")]
    pub present: Vec<u8>,
    /// Bytes that take a ticket back that nobody took.
    #[serde(default, deserialize_with = "hexadecimal")]
    pub retract: Vec<u8>,
    /// Seconds after which it is taken back, where no other ticket came.
    #[serde(default)]
    pub retract_after_s: Option<u32>,
    /// Whether it is taken back before the next one is printed.
    #[serde(default)]
    pub retract_before_next: bool,
}

/// Character set of the Chinese font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chinese {
    /// GB 18030, which contains GBK and GB 2312.
    Gb18030,
    /// It has none: the whole ticket is drawn here with an installed font and sent as a picture.
    Raster,
}

/// Who draws QR codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QrBy {
    /// The printer, by `GS ( k`.
    #[default]
    Command,
    /// We, as a picture.
    Drawn,
}

/// What a printer says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusKind {
    /// `DLE EOT` is answered, `GS a` pushes changes.
    Full,
    /// The questions `DLE EOT` of the profile's `answers`, and nothing unasked.
    Half,
    /// Nothing, ever.
    Silent,
}

/// How a printer shows that the paper is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// `GS ( H`, function 48: answered when the paper is out. Without an answer `GS r 1` is asked.
    GsH,
    /// `GS r 1` after the job: answered when everything before it was worked off. Weaker.
    GsR,
    /// Not at all: what was sent is uncertain for ever.
    None,
}

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Neither built in nor a file.
    #[error(
        "there is no printer profile `{name}`: it is neither built in ({}) nor the file {}: {source}",
        built_in_names(), path.display()
    )]
    Missing {
        /// As written in the branch's file.
        name: String,
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is there and wrong.
    #[error("printer profile `{name}`, line {line}: {what}")]
    Wrong {
        /// As written in the branch's file.
        name: String,
        /// From 1.
        line: usize,
        /// What is wrong and what to write.
        what: String,
    },
}

fn built_in_names() -> String {
    BUILT_IN.map(|(name, _)| name).join(", ")
}

impl Profile {
    /// The profile called `name`: a built-in one, else a file; a relative path is relative to `base`, the folder of
    /// the branch's file.
    ///
    /// # Errors
    /// [`ProfileError`] with what to write instead.
    pub fn load(name: &str, base: &Path) -> Result<Profile, ProfileError> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Profile::parse(name, text);
        }
        let path = base.join(name);
        let text = std::fs::read_to_string(&path).map_err(|source| ProfileError::Missing {
            name: name.to_owned(),
            path,
            source,
        })?;
        Profile::parse(name, &text)
    }

    /// Parses and checks the text of a profile; `name` is for the error.
    ///
    /// # Errors
    /// [`ProfileError::Wrong`].
    pub fn parse(name: &str, text: &str) -> Result<Profile, ProfileError> {
        let wrong = |line, what: String| ProfileError::Wrong { name: name.to_owned(), line, what };
        let profile: Profile = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            wrong(before.matches('\n').count() + 1, error.message().trim_end().to_owned())
        })?;
        match profile.mistake() {
            None => Ok(profile),
            Some((key, what)) => {
                let line = text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |at| at + 1);
                Err(wrong(line, what))
            }
        }
    }

    /// The questions `DLE EOT n` that it answers.
    pub fn asks(&self) -> &[u8] {
        match self.status {
            StatusKind::Full => &QUESTIONS,
            StatusKind::Half => &self.answers,
            StatusKind::Silent => &[],
        }
    }

    /// A built-in profile for the same paper and letters that says so much of itself.
    pub(super) fn like(&self, status: StatusKind, asks: &[u8]) -> Option<&'static str> {
        let fits = |known: &Profile| {
            known.status == status && known.asks() == asks && known.dots == self.dots && known.chinese == self.chinese
        };
        let found = BUILT_IN.iter().find(|(name, text)| Profile::parse(name, text).is_ok_and(|known| fits(&known)));
        found.map(|(name, _)| *name)
    }

    /// The key at fault and what to write there.
    fn mistake(&self) -> Option<(&'static str, String)> {
        if !(16..=96).contains(&self.columns) {
            return Some(("columns", format!("{} columns; write 16 to 96, such as 48 on 80 mm", self.columns)));
        }
        if u16::from(self.columns) * 8 > self.dots {
            let what = format!("{} dots are too few for {} columns; write 576 on 80 mm", self.dots, self.columns);
            return Some(("dots", what));
        }
        if self.cut.is_empty() || self.cut.len() > MOST_BYTES {
            return Some(("cut", "1 to 16 bytes are needed, such as \"1D 56 42 00\"".to_owned()));
        }
        if self.status == StatusKind::Silent && self.proof != Proof::None {
            return Some(("proof", "a silent printer proves nothing; write proof = \"none\"".to_owned()));
        }
        self.status_mistake().or_else(|| self.presenter_mistake())
    }

    fn status_mistake(&self) -> Option<(&'static str, String)> {
        let half = self.status == StatusKind::Half;
        if !half && !self.answers.is_empty() {
            let what = "only status = \"half\" goes with answers; leave the line out".to_owned();
            return Some(("answers", what));
        }
        if half && self.answers.is_empty() {
            let what = "half of the questions are answered, but which? Write answers = [1, 4]".to_owned();
            return Some(("status", what));
        }
        let mut asked = BTreeSet::new();
        if let Some(n) = self.answers.iter().find(|n| !QUESTIONS.contains(n) || !asked.insert(**n)) {
            let what = format!("{n} is no question of its own; write each of 1 to 4 at most once, such as [1, 4]");
            return Some(("answers", what));
        }
        if self.near_end && !self.asks().contains(&4) {
            let what = "the end of the roll is told by DLE EOT 4, which is not answered; write false".to_owned();
            return Some(("near_end", what));
        }
        None
    }

    fn presenter_mistake(&self) -> Option<(&'static str, String)> {
        for (key, bytes) in [("present", &self.present), ("retract", &self.retract)] {
            if bytes.len() > MOST_BYTES {
                return Some((key, "at most 16 bytes, such as \"1D 65 02\"".to_owned()));
            }
        }
        let when = self.retract_after_s.is_some() || self.retract_before_next;
        if when && self.retract.is_empty() {
            let key = if self.retract_before_next { "retract_before_next" } else { "retract_after_s" };
            return Some((key, "by which bytes? Write retract = \"1D 65 02\" as the model wants it".to_owned()));
        }
        if !when && !self.retract.is_empty() {
            let what = "when? Write retract_after_s = 30, or retract_before_next = true, or leave it out".to_owned();
            return Some(("retract", what));
        }
        let after = self.retract_after_s.filter(|after| !RETRACT_AFTER_S.contains(after))?;
        Some(("retract_after_s", format!("{after} seconds; write 5 to 600")))
    }
}

/// `"1D 56 42 00"`.
fn hexadecimal<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    let byte = |pair: &str| {
        let digits = pair.len() == 2 && pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        digits.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
    };
    text.split_ascii_whitespace()
        .map(|pair| {
            byte(pair).ok_or_else(|| {
                let what = format!("`{pair}` is no byte; write two hexadecimal digits each, such as \"1D 56 42 00\"");
                serde::de::Error::custom(what)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn wrong(change: (&str, &str)) -> String {
        let text = BUILT_IN[1].1.replace(change.0, change.1);
        assert_ne!(text, BUILT_IN[1].1, "the test changes something");
        Profile::parse("mine", &text).unwrap_err().to_string()
    }

    #[test]
    fn every_shipped_profile_is_valid_and_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/devices");
        for (name, _) in BUILT_IN {
            assert_eq!(
                Profile::load(name, Path::new("/nowhere")).unwrap(),
                Profile::load(&format!("{name}.toml"), &folder).unwrap()
            );
        }
        let shipped =
            std::fs::read_dir(folder).unwrap().filter_map(|file| file.unwrap().file_name().into_string().ok());
        for file in shipped.filter(|file| file.starts_with("escpos")) {
            assert!(BUILT_IN.iter().any(|(name, _)| file == format!("{name}.toml")), "{file} is not built in");
        }
    }

    #[test]
    fn widths_are_those_of_the_paper() {
        let of = |name| Profile::load(name, Path::new("")).map(|profile| (profile.dots, profile.columns)).unwrap();
        assert_eq!((of("escpos-58"), of("escpos-80")), ((384, 32), (576, 48)));
    }

    #[test]
    fn a_mistake_is_named_with_its_line_and_what_to_write() {
        let unknown = wrong(("near_end", "near_ends"));
        assert!(unknown.contains("line 7: unknown field `near_ends`"), "{unknown}");
        let cut = wrong(("1D 56 42 00", "1D 5"));
        assert!(cut.contains("`5` is no byte; write two hexadecimal digits"), "{cut}");
        let proof = wrong(("\"full\" ", "\"silent\" "));
        assert!(proof.contains("line 8: a silent printer proves nothing; write proof = \"none\""), "{proof}");
        let columns = wrong(("columns = 48", "columns = 148"));
        assert!(columns.contains("line 4: 148 columns; write 16 to 96"), "{columns}");
        let dots = wrong(("576", "76"));
        assert!(dots.contains("line 3: 76 dots are too few for 48 columns"), "{dots}");
        let cut = wrong(("1D 56 42 00", ""));
        assert!(cut.contains("1 to 16 bytes are needed"), "{cut}");
    }

    #[test]
    fn half_a_status_and_a_presenter_are_told_whole() {
        let half = wrong(("\"full\" ", "\"half\" "));
        assert!(
            half.contains("line 6: half of the questions are answered, but which? Write answers = [1, 4]"),
            "{half}"
        );
        let full = wrong(("feed_lines", "answers = [1]\nfeed_lines"));
        assert!(full.contains("line 9: only status = \"half\" goes with answers"), "{full}");
        let twice = wrong(("\"full\" ", "\"half\"\nanswers = [1, 1]#"));
        assert!(twice.contains("line 7: 1 is no question of its own"), "{twice}");
        let blind = wrong(("\"full\" ", "\"half\"\nanswers = [1]#"));
        assert!(blind.contains("line 8: the end of the roll is told by DLE EOT 4"), "{blind}");
        let how = wrong(("feed_lines", "retract_after_s = 30\nfeed_lines"));
        assert!(how.contains("line 9: by which bytes?"), "{how}");
        let when = wrong(("feed_lines", "retract = \"1D 65 02\"\nfeed_lines"));
        assert!(when.contains("line 9: when?"), "{when}");
        let soon = wrong(("feed_lines", "retract = \"1D 65 02\"\nretract_after_s = 1\nfeed_lines"));
        assert!(soon.contains("line 10: 1 seconds; write 5 to 600"), "{soon}");
    }

    #[test]
    fn a_profile_that_is_nowhere_is_told_with_the_ones_that_are() {
        let missing = Profile::load("escpos-90", Path::new("/nowhere")).unwrap_err().to_string();
        assert!(missing.contains("`escpos-90`"), "{missing}");
        assert!(missing.contains("escpos-58, escpos-80, escpos-80-silent, escpos-58-silent"), "{missing}");
        assert!(missing.contains("/nowhere/escpos-90"), "{missing}");
    }
}
