//! A clip pack: one WAV file per clip, `chime.wav` and a folder per language, held in memory.
//!
//! Everything is checked when the pack is loaded, so that a missing clip is a fault at 8:30 and
//! never a hole in a call. A recording put in place of a clip's file is used as it is.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::audio::to_i16;
use super::grammar::Grammar;
use super::{VoiceError, wav};

/// Name of a clip, and of its file below the pack's folder without `.wav`: `zh-CN/digit-1`, `chime`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ClipId(String);

impl ClipId {
    /// The clip `name` of a language.
    pub fn of(language: &str, name: &str) -> Self {
        Self(format!("{language}/{name}"))
    }

    /// The chime, the same for all languages.
    pub fn chime() -> Self {
        Self("chime".to_owned())
    }

    /// No clip: a pause between two numbers of one sentence.
    pub fn pause() -> Self {
        Self("pause".to_owned())
    }

    /// Where the clip lies in a pack.
    pub fn path(&self, pack: &Path) -> PathBuf {
        pack.join(format!("{}.wav", self.0))
    }
}

impl fmt::Display for ClipId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Every clip of some languages, ready to be spoken.
///
/// 16 bit samples in memory: about 2 MB a language.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    clips: BTreeMap<ClipId, Arc<[i16]>>,
}

impl Pack {
    /// Loads the chime and all clips of `languages` from `dir`. Reads some hundred small files: call
    /// it outside of async code.
    ///
    /// # Errors
    /// [`VoiceError::NoPack`] when the folder is missing, [`VoiceError::BrokenPack`] with every clip
    /// that is missing, empty or unreadable, [`VoiceError::UnknownLanguage`].
    pub fn load(dir: &Path, languages: &[String]) -> Result<Self, VoiceError> {
        let (pack, problems) = Self::load_what_is_there(dir, languages)?;
        if problems.is_empty() { Ok(pack) } else { Err(VoiceError::BrokenPack { dir: dir.to_owned(), problems }) }
    }

    /// The same, and what is missing, empty or unreadable beside it: a call is rather spoken with a gap than not at all.
    ///
    /// # Errors
    /// [`VoiceError::NoPack`] when the folder is missing, [`VoiceError::BrokenPack`] when nothing in it but the chime can
    /// be used, [`VoiceError::UnknownLanguage`].
    pub fn load_what_is_there(dir: &Path, languages: &[String]) -> Result<(Self, Vec<String>), VoiceError> {
        if !dir.is_dir() {
            return Err(VoiceError::NoPack { dir: dir.to_owned() });
        }
        let mut clips = BTreeMap::new();
        let mut problems = Vec::new();
        for id in required_clips(dir, languages)? {
            let path = id.path(dir);
            if !path.is_file() {
                problems.push(format!("{id} is missing"));
                continue;
            }
            match wav::read(&path) {
                Ok(samples) if samples.is_empty() => problems.push(format!("{id} is empty")),
                Ok(samples) => {
                    clips.insert(id, to_i16(&samples).into());
                }
                Err(error) => problems.push(format!("{id}: {error}")),
            }
        }
        if clips.keys().all(|id| *id == ClipId::chime()) {
            return Err(VoiceError::BrokenPack { dir: dir.to_owned(), problems });
        }
        Ok((Self { clips }, problems))
    }

    /// Puts a clip there, in place of the one of that name.
    pub(super) fn put(&mut self, id: ClipId, samples: Arc<[i16]>) {
        self.clips.insert(id, samples);
    }

    /// Samples of a clip, or `None` when its language was not loaded.
    pub fn clip(&self, id: &ClipId) -> Option<&Arc<[i16]>> {
        self.clips.get(id)
    }
}

/// Where the clips lie: the folder `voice` of the data directory, else `target/voice` (a checkout where
/// the tests made them), whichever is there; neither yet: where they are to be made.
pub fn pack_dir(data: Option<&Path>) -> PathBuf {
    let of_checkout = PathBuf::from("target/voice");
    match data.map(|data| data.join("voice")) {
        Some(of_data) if of_data.is_dir() || !of_checkout.is_dir() => of_data,
        _ => of_checkout,
    }
}

/// The chime and every clip of some languages.
///
/// # Errors
/// [`VoiceError::UnknownLanguage`].
pub(super) fn required_clips(dir: &Path, languages: &[String]) -> Result<Vec<ClipId>, VoiceError> {
    let mut ids = vec![ClipId::chime()];
    for language in languages {
        let grammar = Grammar::find(language, dir)?;
        ids.extend(grammar.all_clips().iter().map(|(name, _)| ClipId::of(language, name)));
    }
    Ok(ids)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// A pack whose clips are 10 ms of direct current each, made without espeak-ng.
    pub(in crate::voice) fn toy_pack(dir: &Path, languages: &[&str]) {
        let languages: Vec<String> = languages.iter().map(ToString::to_string).collect();
        for id in required_clips(dir, &languages).unwrap() {
            let path = id.path(dir);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            wav::write(&path, &[1_000; 480]).unwrap();
        }
    }

    #[test]
    fn a_missing_clip_fails_the_load_and_every_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        toy_pack(dir.path(), &["en"]);
        assert!(Pack::load(dir.path(), &["en".to_owned()]).is_ok());
        std::fs::remove_file(dir.path().join("en/digit-4.wav")).unwrap();
        std::fs::write(dir.path().join("en/letter-q.wav"), b"RIFF").unwrap();
        wav::write(&dir.path().join("chime.wav"), &[]).unwrap();
        let Err(VoiceError::BrokenPack { problems, .. }) = Pack::load(dir.path(), &["en".to_owned()]) else {
            panic!("a broken pack was loaded");
        };
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(problems[0], "chime is empty");
        assert!(problems.contains(&"en/digit-4 is missing".to_owned()));
        assert!(problems.iter().any(|problem| problem.starts_with("en/letter-q: cannot read")));
    }

    #[test]
    fn no_folder_says_what_to_run() {
        let dir = tempfile::tempdir().unwrap();
        let error = Pack::load(&dir.path().join("voice"), &["en".to_owned()]).unwrap_err();
        assert!(matches!(error, VoiceError::NoPack { .. }));
        assert!(error.to_string().contains("lobby voice build"));
    }

    #[test]
    fn a_recording_takes_the_place_of_a_clip() {
        let dir = tempfile::tempdir().unwrap();
        toy_pack(dir.path(), &["en"]);
        let id = ClipId::of("en", "digit-7");
        wav::write(&id.path(dir.path()), &[5_000; 960]).unwrap();
        let pack = Pack::load(dir.path(), &["en".to_owned()]).unwrap();
        assert_eq!(pack.clip(&id).unwrap().len(), 960);
    }
}
