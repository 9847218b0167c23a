//! Notices, and guidance at a kiosk, as sound: free text through espeak-ng, kept on disk so that the same sentence is made
//! once.
//!
//! espeak-ng's Mandarin reads characters wrongly (HARDWARE §4.2), so it is given toned pinyin; numbers are worded here,
//! since it reads 012 as twelve.

mod numbers;
mod text;

pub use text::{NotPlain, plain};

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::audio::{self, to_i16};
use super::build::{find_espeak, hex, run_espeak};
use super::grammar::{Grammar, Reading};
use super::{VoiceError, wav};

/// Counts up when the same text would come out differently.
const METHOD: u32 = 1;
/// Most files kept, and most bytes: about an hour of notices.
const KEPT_FILES: usize = 200;
const KEPT_BYTES: u64 = 64 << 20;
/// Between what two voices say.
const VOICE_PAUSE: Duration = Duration::from_millis(60);

/// A stretch of text for one voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Read by the voice for Latin letters in place of the language's own.
    pub(super) latin: bool,
    pub(super) text: String,
}

/// Speed of guidance, in percent: for people who do not know the machine.
const SLOW: u32 = 80;

/// The sounds of texts, in a folder of their own.
#[derive(Debug, Clone)]
pub struct FreeText {
    dir: PathBuf,
    pack: PathBuf,
    percent: u32,
}

impl FreeText {
    /// Sounds are kept in `dir`, which is made when it is needed; languages of the branch's own are in `pack`.
    pub fn new(dir: PathBuf, pack: PathBuf) -> Self {
        Self { dir, pack, percent: 100 }
    }

    /// The same, slower: for one customer at a machine, in place of a hall.
    #[must_use]
    pub fn slowly(self) -> Self {
        Self { percent: SLOW, ..self }
    }

    /// A text in a language as sound, 48 kHz mono. Blocking: a tenth of a second the first time.
    ///
    /// # Errors
    /// [`VoiceError::UnknownLanguage`], [`VoiceError::EspeakMissing`], [`VoiceError::Espeak`], [`VoiceError::File`],
    /// [`VoiceError::NothingToSay`] when no word is in it.
    pub fn say(&self, language: &str, text: &str) -> Result<Arc<[i16]>, VoiceError> {
        let grammar = Grammar::find(language, &self.pack)?;
        let stretches = stretches(&grammar, text);
        if stretches.is_empty() {
            return Err(VoiceError::NothingToSay { number: text.to_owned() });
        }
        let made = &grammar.synthesis;
        let recipe = format!("{METHOD} {} {} {stretches:?}", made.text_voice, self.speed(&grammar));
        let path = self.dir.join(format!("{}.wav", hex(&Sha256::digest(recipe.as_bytes()))));
        if let Ok(samples) = wav::read(&path) {
            touch(&path);
            return Ok(to_i16(&samples).into());
        }
        find_espeak()?;
        fs::create_dir_all(&self.dir).map_err(VoiceError::file("create", &self.dir))?;
        let samples = self.make(&grammar, &stretches)?;
        let temporary = self.temporary("tmp");
        wav::write_f32(&temporary, &samples)?;
        fs::rename(&temporary, &path).map_err(VoiceError::file("write", &path))?;
        self.forget_old()?;
        Ok(to_i16(&samples).into())
    }

    fn make(&self, grammar: &Grammar, stretches: &[Stretch]) -> Result<Vec<f32>, VoiceError> {
        let made = &grammar.synthesis;
        let spoken = self.temporary("espeak");
        let mut whole: Vec<f32> = Vec::new();
        for stretch in stretches {
            let voice = if stretch.latin { &made.letter_voice } else { &made.text_voice };
            run_espeak(voice, self.speed(grammar), &stretch.text, &spoken)?;
            let mut samples = audio::trim(&wav::read(&spoken)?);
            audio::level(&mut samples);
            if !whole.is_empty() && !samples.is_empty() {
                whole.resize(whole.len() + audio::samples_in(VOICE_PAUSE), 0.0);
            }
            whole.extend(samples);
        }
        fs::remove_file(&spoken).map_err(VoiceError::file("remove", &spoken))?;
        Ok(whole)
    }

    fn speed(&self, grammar: &Grammar) -> u16 {
        u16::try_from(u32::from(grammar.synthesis.text_speed) * self.percent / 100).unwrap_or(u16::MAX)
    }

    /// A file that nobody else writes: several texts may be made at a time.
    fn temporary(&self, ending: &str) -> PathBuf {
        self.dir.join(format!(".{}-{:?}.{ending}", std::process::id(), std::thread::current().id()))
    }

    /// The files used longest ago go when there are too many.
    fn forget_old(&self) -> Result<(), VoiceError> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(VoiceError::file("read", &self.dir))? {
            let entry = entry.map_err(VoiceError::file("read", &self.dir))?;
            let path = entry.path();
            if let Ok(data) = entry.metadata()
                && path.extension().is_some_and(|ending| ending == "wav")
            {
                files.push((data.modified().unwrap_or(SystemTime::UNIX_EPOCH), data.len(), path));
            }
        }
        files.sort_by_key(|file| std::cmp::Reverse(file.0));
        let mut bytes = 0;
        for (place, (_, length, path)) in files.iter().enumerate() {
            bytes += length;
            if place >= KEPT_FILES || bytes > KEPT_BYTES {
                fs::remove_file(path).map_err(VoiceError::file("remove", path))?;
            }
        }
        Ok(())
    }
}

/// Marks a file as used now. Where the disk does not let us it only goes earlier.
fn touch(path: &Path) {
    if let Ok(file) = fs::File::options().append(true).open(path) {
        let _ = file.set_modified(SystemTime::now());
    }
}

/// What the voices of a language are given for a text.
pub(super) fn stretches(grammar: &Grammar, text: &str) -> Vec<Stretch> {
    match grammar.synthesis.text_reading {
        Reading::AsWritten => {
            let text = numbers::spaced(text);
            if text.chars().any(char::is_alphanumeric) { vec![Stretch { latin: false, text }] } else { Vec::new() }
        }
        Reading::Hanzi => text::by_script(&numbers::in_hanzi(text), str::to_owned),
        Reading::Pinyin => text::by_script(&numbers::in_hanzi(text), |hanzi| text::pinyin(hanzi, &grammar.readings)),
    }
}

#[cfg(test)]
#[path = "free_text_tests.rs"]
mod tests;
