//! How calls are worded, per language, as data: the files `grammar/*.toml`.
//!
//! A grammar names every clip its language needs, with the words it stands for and what the
//! synthesiser is given for it, and the order of clips in a call. A branch adds a language, or words one of ours its own
//! way, by a file `grammar.toml` in that language's folder of its pack.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::VoiceError;

/// The grammars that come with the lobby, as TOML.
const SHIPPED: [(&str, &str); 3] = [
    ("zh-CN", include_str!("grammar/zh-CN.toml")),
    ("en", include_str!("grammar/en.toml")),
    ("yue", include_str!("grammar/yue.toml")),
];

/// How counter numbers are built from clips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberSystem {
    /// 十二, 一百零五, 二百一十: digits, 十 and 百.
    Chinese,
    /// "twelve", "one hundred and five": own words to nineteen, tens, "hundred", "and".
    English,
    /// One clip a number, `number-12`, as far as there are such clips; others digit by digit.
    Listed,
}

/// One clip: what it says and how espeak-ng is told to say it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipText {
    /// The words, for people and for a reader who records them.
    pub text: String,
    /// What espeak-ng is given: toned pinyin or Jyutping for Chinese, plain words for English.
    pub say: String,
    /// Phrases are spoken faster than letters and numbers, which must be understood at once.
    #[serde(default)]
    pub phrase: bool,
}

/// How espeak-ng makes the clips of one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synthesis {
    /// espeak-ng voice of the language.
    pub voice: String,
    /// espeak-ng voice that reads single Latin letters.
    pub letter_voice: String,
    /// Speed of letters and numbers, in espeak-ng's words per minute.
    pub number_speed: u16,
    /// Speed of phrases, in the same unit.
    pub phrase_speed: u16,
    /// espeak-ng voice that reads free text.
    pub text_voice: String,
    /// What that voice is given.
    pub text_reading: Reading,
    /// Its speed, in the same unit.
    pub text_speed: u16,
}

/// What a voice is given of free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// The words themselves.
    AsWritten,
    /// Chinese characters, numbers too.
    Hanzi,
    /// Toned pinyin of them.
    Pinyin,
}

/// Several calls in one sentence: `first`, then a part for each counter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListGrammar {
    /// Clips before the first part.
    pub first: Vec<String>,
    /// Clips of one counter; `{tickets}` are its numbers with a pause between, `{counter}` is its own.
    pub part: Vec<String>,
    /// The same when nothing of the counter's label can be spoken.
    pub part_plain: Vec<String>,
    /// Clips after the last part, unless that is a plain one: said once, so that the others are shorter.
    #[serde(default)]
    pub last: Vec<String>,
    /// Caption of the whole, with `{parts}`.
    pub caption: String,
    /// Caption of one part, with `{tickets}` and `{counter}`.
    pub caption_part: String,
    /// The same when nothing of the counter's label can be spoken.
    pub caption_part_plain: String,
    /// What stands between two parts in writing.
    pub caption_between_parts: String,
    /// What stands between two numbers of one counter in writing.
    pub caption_between_tickets: String,
}

/// One polite phrase.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// Its clip.
    pub clip: String,
    /// What is added to the caption, with its own punctuation.
    pub caption: String,
}

/// Polite phrases: greetings by the time of day, and thanks for a long wait.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Courtesy {
    /// 5 to 11 o'clock.
    pub morning: Phrase,
    /// 11 to 13 o'clock.
    pub noon: Phrase,
    /// 13 to 18 o'clock.
    pub afternoon: Phrase,
    /// The rest of the day.
    pub evening: Phrase,
    /// After a long wait, at the end of the call.
    pub apology: Phrase,
}

impl Courtesy {
    /// The greeting of an hour of the day, 0 to 23.
    pub fn greeting(&self, hour: u8) -> &Phrase {
        match hour {
            5..=10 => &self.morning,
            11..=12 => &self.noon,
            13..=17 => &self.afternoon,
            _ => &self.evening,
        }
    }
}

/// One language: order of a call, number words, clips.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grammar {
    /// Language tag, also the folder of its clips: `zh-CN`, `en`, `yue`.
    pub language: String,
    /// How counters are counted.
    pub numbers: NumberSystem,
    /// What stands between two spoken words in writing: a space, or nothing in Chinese.
    pub word_space: String,
    /// Caption of a call, with `{ticket}` and `{counter}`.
    pub caption: String,
    /// Caption when nothing of the counter's label can be spoken (a name such as 贵宾室).
    pub caption_plain: String,
    /// Clips of a call in order; `{ticket}` and `{counter}` stand for their numbers.
    pub sentence: Vec<String>,
    /// The same when nothing of the counter's label can be spoken.
    pub sentence_plain: Vec<String>,
    /// Several calls in one sentence.
    pub list: ListGrammar,
    /// What may be said before and after a call.
    pub courtesy: Courtesy,
    /// How the clips are made.
    pub synthesis: Synthesis,
    /// Toned pinyin of words of free text whose characters have several readings.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// The clips but for the letters, by name.
    pub clips: BTreeMap<String, ClipText>,
}

impl Grammar {
    /// The grammar of a language that comes with the lobby.
    ///
    /// # Errors
    /// [`VoiceError::UnknownLanguage`], with the languages there are.
    pub fn of(language: &str) -> Result<Self, VoiceError> {
        toml::from_str(Self::text(language)?)
            .map_err(|cause| VoiceError::Grammar { language: language.to_owned(), cause: cause.to_string() })
    }

    /// The grammar of a language: `grammar.toml` in its folder of the pack, else the one that comes with the lobby.
    ///
    /// # Errors
    /// [`VoiceError::UnknownLanguage`], [`VoiceError::Grammar`] when the file is none, [`VoiceError::File`].
    pub fn find(language: &str, pack: &Path) -> Result<Self, VoiceError> {
        if !language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Self::of(language);
        }
        let path = own_file(pack, language);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Self::of(language);
            }
            Err(error) => return Err(VoiceError::file("read", &path)(error)),
        };
        let wrong = |cause: String| VoiceError::Grammar { language: language.to_owned(), cause };
        let grammar: Self = toml::from_str(&text).map_err(|cause| wrong(format!("{}: {cause}", path.display())))?;
        match grammar.problems(language).first() {
            None => Ok(grammar),
            Some(problem) => Err(wrong(format!("{}: {problem}", path.display()))),
        }
    }

    /// What keeps it from being the grammar of a language; nothing when it is whole.
    fn problems(&self, language: &str) -> Vec<String> {
        let mut found = Vec::new();
        if self.language != language {
            found.push(format!("it is for \"{}\"; write language = \"{language}\"", self.language));
        }
        let (list, polite) = (&self.list, &self.courtesy);
        let polite = [&polite.morning, &polite.noon, &polite.afternoon, &polite.evening, &polite.apology];
        let digits = (0..=9).map(|digit| format!("digit-{digit}"));
        let sentences = [&self.sentence, &self.sentence_plain, &list.first, &list.part, &list.part_plain, &list.last];
        let named = sentences.into_iter().flatten().filter(|part| !part.starts_with('{')).cloned();
        for clip in named.chain(polite.map(|phrase| phrase.clip.clone())).chain(digits) {
            if !self.clips.contains_key(&clip) {
                found.push(format!("\"{clip}\" is none of its clips; add it under [clips]"));
            }
        }
        let placed = [
            (self.caption.clone(), "caption", ["{ticket}", "{counter}"]),
            (self.caption_plain.clone(), "caption_plain", ["{ticket}", "{counter}"]),
            (self.sentence.concat(), "sentence", ["{ticket}", "{counter}"]),
            (list.part.concat(), "list.part", ["{tickets}", "{counter}"]),
            (list.caption_part.clone(), "list.caption_part", ["{tickets}", "{counter}"]),
            (list.caption.clone(), "list.caption", ["{parts}", "{parts}"]),
        ];
        for (text, key, places) in placed {
            for place in places.iter().filter(|place| !text.contains(**place)) {
                found.push(format!("`{key}` has no {place}"));
            }
        }
        found
    }

    /// Tags of the languages that come with the lobby.
    pub fn languages() -> Vec<&'static str> {
        SHIPPED.iter().map(|(tag, _)| *tag).collect()
    }

    /// The same, and those that a pack has a grammar for.
    pub fn languages_in(pack: &Path) -> Vec<String> {
        let mut all: Vec<String> = Self::languages().into_iter().map(str::to_owned).collect();
        // A pack that is not there has no languages of its own.
        let folders = std::fs::read_dir(pack).into_iter().flatten().flatten();
        let mut own: Vec<String> = folders.filter_map(|folder| folder.file_name().into_string().ok()).collect();
        own.retain(|tag| !all.contains(tag) && own_file(pack, tag).is_file());
        own.sort();
        all.extend(own);
        all
    }

    /// A grammar that comes with the lobby, to begin one's own with.
    ///
    /// # Errors
    /// [`VoiceError::UnknownLanguage`].
    pub fn text(language: &str) -> Result<&'static str, VoiceError> {
        let known = SHIPPED.iter().find(|(tag, _)| *tag == language).map(|(_, text)| *text);
        known.ok_or_else(|| VoiceError::UnknownLanguage {
            language: language.to_owned(),
            known: Self::languages().join(", "),
        })
    }

    /// Every clip of the language, letters included: its name, its words, and how it is made.
    pub fn all_clips(&self) -> Vec<(String, ClipText)> {
        let letters = ('A'..='Z').map(|letter| {
            let text = ClipText { text: letter.to_string(), say: letter.to_string(), phrase: false };
            (letter_clip(letter), text)
        });
        let words = self.clips.iter().map(|(name, clip)| (name.clone(), clip.clone()));
        letters.chain(words).collect()
    }
}

/// Where a pack has its own grammar of a language.
fn own_file(pack: &Path, language: &str) -> PathBuf {
    pack.join(language).join("grammar.toml")
}

/// Name of the clip of a Latin letter: `letter-a`.
pub(super) fn letter_clip(letter: char) -> String {
    format!("letter-{}", letter.to_ascii_lowercase())
}

/// Whether a clip name is a letter's, which another voice reads.
pub(super) fn is_letter_clip(name: &str) -> bool {
    name.starts_with("letter-")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn every_shipped_grammar_is_whole() {
        for (tag, _) in SHIPPED {
            let grammar = Grammar::of(tag).unwrap();
            assert_eq!(grammar.language, tag);
            assert_eq!(grammar.problems(tag), Vec::<String>::new());
        }
    }

    #[test]
    fn espeak_is_never_handed_digits_to_read() {
        for (tag, _) in SHIPPED {
            for (name, clip) in Grammar::of(tag).unwrap().all_clips() {
                let only_tones = clip
                    .say
                    .split_whitespace()
                    .all(|syllables| !syllables.starts_with(|c: char| c.is_ascii_digit()) && !syllables.contains("00"));
                assert!(only_tones, "{tag}/{name} gives espeak-ng {:?}", clip.say);
            }
        }
    }

    #[test]
    fn a_language_we_do_not_have_is_refused_with_the_list() {
        let message = Grammar::of("fr").unwrap_err().to_string();
        assert!(message.contains("fr") && message.contains("zh-CN, en, yue"));
    }
    #[test]
    fn a_branch_adds_a_language_by_a_folder_and_hears_what_is_wrong_with_it() {
        let pack = tempfile::tempdir().unwrap();
        let path = own_file(pack.path(), "fr");
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        let french = Grammar::text("en").unwrap().replace("language = \"en\"", "language = \"fr\"");
        let french = french.replace("numbers = \"english\"", "numbers = \"listed\"");
        std::fs::write(&path, &french).unwrap();
        let grammar = Grammar::find("fr", pack.path()).unwrap();
        assert_eq!((grammar.language.as_str(), grammar.numbers), ("fr", NumberSystem::Listed));
        assert_eq!(Grammar::languages_in(pack.path()), ["zh-CN", "en", "yue", "fr"]);
        assert_eq!(Grammar::find("en", pack.path()).unwrap(), Grammar::of("en").unwrap());
        let told = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Grammar::find("fr", pack.path()).unwrap_err().to_string()
        };
        for (from, to, part) in [
            ("language = \"fr\"", "language = \"de\"", "write language = \"fr\""),
            ("digit-7 ", "digit-seven ", "\"digit-7\" is none of its clips"),
            ("caption = \"Ticket {ticket}", "caption = \"Ticket ", "`caption` has no {ticket}"),
            ("numbers", "number", "grammar.toml"),
        ] {
            let told = told(&french.replacen(from, to, 1));
            assert!(told.contains(part), "{told}");
        }
        assert!(matches!(Grammar::find("../fr", pack.path()), Err(VoiceError::UnknownLanguage { .. })));
        assert!(matches!(Grammar::find("de", pack.path()), Err(VoiceError::UnknownLanguage { .. })));
    }
}
