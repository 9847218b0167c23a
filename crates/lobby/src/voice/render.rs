//! Puts chime, clips and pauses together into the samples of a call.

use std::time::Duration;

use super::audio::{duration_of, samples_in};
use super::pack::{ClipId, Pack};
use super::wording::Sentence;

/// Between two clips of a sentence (HARDWARE §4.2).
const CLIP_PAUSE: Duration = Duration::from_millis(40);
/// From the end of the chime to the first word.
const CHIME_PAUSE: Duration = Duration::from_millis(100);
/// Between two languages.
const LANGUAGE_PAUSE: Duration = Duration::from_millis(450);
/// After a call, before its repeat or the next call. Longer than any device buffer, so that the last
/// word is out of the loudspeaker when the call counts as spoken.
const CALL_PAUSE: Duration = Duration::from_millis(600);

/// Sound of one call, 48 kHz mono.
#[derive(Debug, Clone, Default)]
pub struct Sound {
    /// The samples.
    pub samples: Vec<i16>,
    /// Clips in the order they are heard, chime included.
    pub clips: Vec<ClipId>,
    /// Index after the last sample of each clip.
    pub ends: Vec<usize>,
    /// Clips the pack does not have; the others are spoken all the same.
    pub missing: Vec<ClipId>,
}

impl Sound {
    /// Chime, then the sentences in order, once; no pause after the last word.
    pub fn of(pack: &Pack, sentences: &[Sentence]) -> Self {
        let mut sound = Self::default();
        sound.clip(pack, &ClipId::chime());
        for (number, sentence) in sentences.iter().enumerate() {
            sound.pause(if number == 0 { CHIME_PAUSE } else { LANGUAGE_PAUSE });
            for (place, id) in sentence.clips.iter().enumerate() {
                if place > 0 {
                    sound.pause(CLIP_PAUSE);
                }
                sound.clip(pack, id);
            }
        }
        sound
    }

    /// The same `times` times, a pause between.
    #[must_use]
    pub fn repeated(&self, times: u8) -> Self {
        let mut whole = Self { missing: self.missing.clone(), ..Self::default() };
        for number in 0..times {
            if number > 0 {
                whole.pause(CALL_PAUSE);
            }
            let offset = whole.samples.len();
            whole.samples.extend_from_slice(&self.samples);
            whole.clips.extend_from_slice(&self.clips);
            whole.ends.extend(self.ends.iter().map(|end| offset + end));
        }
        whole
    }

    /// Adds the pause that separates a call from the next.
    #[must_use]
    pub fn with_pause_after(mut self) -> Self {
        self.pause(CALL_PAUSE);
        self
    }

    /// Length in seconds, to the millisecond.
    pub fn seconds(&self) -> f64 {
        (duration_of(self.samples.len()).as_secs_f64() * 1_000.0).round() / 1_000.0
    }

    fn clip(&mut self, pack: &Pack, id: &ClipId) {
        let Some(samples) = pack.clip(id) else {
            self.missing.push(id.clone());
            return;
        };
        self.samples.extend_from_slice(samples);
        self.clips.push(id.clone());
        self.ends.push(self.samples.len());
    }

    fn pause(&mut self, time: Duration) {
        let silence = samples_in(time);
        self.samples.resize(self.samples.len().saturating_add(silence), 0);
    }
}
