//! Announcements as files in place of sound: `000001-A012-12.wav` and `.json`, numbered in the order
//! of speaking, so that a call can be found in a recording.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use tracing::warn;

use super::announcement::{Announcement, Caption, Saying, rfc3339};
use super::pack::ClipId;
use super::render::Sound;
use super::{VoiceError, wav};

/// Recordings kept, about 0.5 GB: a demo that runs for weeks must not fill its disk. Older ones go.
const KEPT: u64 = 500;

/// What stands beside each recording.
#[derive(Debug, Serialize)]
struct Label<'call> {
    number: u64,
    file: String,
    #[serde(flatten)]
    announcement: &'call Announcement,
    #[serde(serialize_with = "rfc3339")]
    spoken_at: Timestamp,
    caption: &'call Caption,
    clips: &'call [ClipId],
    missing: &'call [ClipId],
    seconds: f64,
}

/// A folder of recordings.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    dir: PathBuf,
}

impl Recorder {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Writes one announcement, sound first, so that whoever sees the JSON finds the WAV. Blocking.
    ///
    /// # Errors
    /// [`VoiceError::File`] when the folder cannot be made or written.
    pub(super) fn write(
        &self,
        announcement: &Announcement,
        caption: &Caption,
        sound: &Sound,
        spoken_at: Timestamp,
    ) -> Result<(), VoiceError> {
        fs::create_dir_all(&self.dir).map_err(VoiceError::file("create", &self.dir))?;
        let numbers = self.numbers()?;
        let number = numbers.iter().max().map_or(1, |(last, _)| last + 1);
        let name = match &announcement.saying {
            Saying::Call(call) => format!("{}-{}", file_safe(&call.ticket), file_safe(&call.counter)),
            Saying::Speech(_) => "notice".to_owned(),
            Saying::Chime {} => "chime".to_owned(),
        };
        let stem = format!("{number:06}-{name}");
        let label = Label {
            number,
            file: format!("{stem}.wav"),
            announcement,
            spoken_at,
            caption,
            clips: &sound.clips,
            missing: &sound.missing,
            seconds: sound.seconds(),
        };
        let temporary = self.dir.join(".writing.tmp");
        wav::write(&temporary, &sound.samples)?;
        move_to(&temporary, &self.dir.join(&label.file))?;
        let text = serde_json::to_vec_pretty(&label)
            .map_err(std::io::Error::from)
            .map_err(VoiceError::file("write", &temporary))?;
        fs::write(&temporary, text).map_err(VoiceError::file("write", &temporary))?;
        move_to(&temporary, &self.dir.join(format!("{stem}.json")))?;
        forget_old(&numbers, number);
        Ok(())
    }

    /// Number and path of each recording file there is.
    fn numbers(&self) -> Result<Vec<(u64, PathBuf)>, VoiceError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(VoiceError::file("read", &self.dir))? {
            let path = entry.map_err(VoiceError::file("read", &self.dir))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if let Some(number) = name.split_once('-').and_then(|(first, _)| first.parse().ok()) {
                found.push((number, path));
            }
        }
        Ok(found)
    }
}

fn forget_old(recordings: &[(u64, PathBuf)], newest: u64) {
    for (number, path) in recordings {
        if number + KEPT <= newest
            && let Err(error) = fs::remove_file(path)
        {
            warn!("The old recording {} cannot be removed: {error}", path.display());
        }
    }
}

fn move_to(from: &Path, to: &Path) -> Result<(), VoiceError> {
    fs::rename(from, to).map_err(VoiceError::file("write", to))
}

/// Letters and digits of any script; everything else would be a path or a puzzle.
fn file_safe(text: &str) -> String {
    let safe = |character: char| {
        if character.is_alphanumeric() { character } else { '_' }
    };
    text.chars().map(safe).take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_leave_the_folder() {
        assert_eq!(file_safe("../../etc"), "______etc");
        assert_eq!(file_safe("贵宾 1"), "贵宾_1");
    }
}
