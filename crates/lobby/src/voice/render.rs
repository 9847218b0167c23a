//! Puts chime, clips and pauses together into the samples of a call.

use std::sync::Arc;
use std::time::Duration;

use super::audio::{duration_of, samples_in};
use super::pack::{ClipId, Pack};
use super::wording::Sentence;

/// One language of an announcement.
#[derive(Debug, Clone)]
pub enum Part {
    /// Of clips.
    Clips(Vec<ClipId>),
    /// Made as a whole, 48 kHz mono.
    Whole(Arc<[i16]>),
}

/// Between two clips of a sentence (HARDWARE §4.2).
const CLIP_PAUSE: Duration = Duration::from_millis(40);
/// Between two numbers of one sentence.
const LIST_PAUSE: Duration = Duration::from_millis(150);
/// From the end of the chime to the first word.
const CHIME_PAUSE: Duration = Duration::from_millis(100);
/// Between two languages.
const LANGUAGE_PAUSE: Duration = Duration::from_millis(300);
/// After a call, before its repeat or the next call, unless the configuration says otherwise. Longer than any device
/// buffer, so that the last word is out of the loudspeaker when the call counts as spoken.
pub const CALL_PAUSE: Duration = Duration::from_millis(600);

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
        let parts: Vec<Part> = sentences.iter().map(|sentence| Part::Clips(sentence.clips.clone())).collect();
        Self::of_parts(pack, true, &parts)
    }

    /// The parts in order, once, with or without the chime before them.
    pub fn of_parts(pack: &Pack, chime: bool, parts: &[Part]) -> Self {
        let mut sound = Self::default();
        if chime {
            sound.clip(pack, &ClipId::chime());
        }
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                sound.pause(LANGUAGE_PAUSE);
            } else if chime {
                sound.pause(CHIME_PAUSE);
            }
            match part {
                Part::Clips(clips) => sound.sentence(pack, clips),
                Part::Whole(samples) => {
                    sound.samples.extend_from_slice(samples);
                    sound.ends.push(sound.samples.len());
                }
            }
        }
        sound
    }

    /// Clips with a breath between; [`ClipId::pause`] is a longer one. What is missing leaves no hole.
    fn sentence(&mut self, pack: &Pack, clips: &[ClipId]) {
        let mut breath = Duration::ZERO;
        for id in clips {
            if *id == ClipId::pause() {
                breath = LIST_PAUSE;
                continue;
            }
            if pack.clip(id).is_some() {
                self.pause(breath);
                breath = CLIP_PAUSE;
            }
            self.clip(pack, id);
        }
    }

    /// Whether anything but the chime is heard.
    pub fn says_something(&self) -> bool {
        self.ends.len() > usize::from(self.clips.first() == Some(&ClipId::chime()))
    }

    /// The same, so loud. Percent; 100 leaves it as it is, more is cut at full scale.
    #[must_use]
    pub fn at_volume(mut self, percent: u8) -> Self {
        if percent != 100 {
            for sample in &mut self.samples {
                let scaled = i32::from(*sample) * i32::from(percent) / 100;
                *sample = i16::try_from(scaled).unwrap_or(if scaled < 0 { i16::MIN } else { i16::MAX });
            }
        }
        self
    }

    /// The same `times` times, a pause between.
    #[must_use]
    pub fn repeated(&self, times: u8) -> Self {
        Self::in_sequence(&vec![self.clone(); usize::from(times)])
    }

    /// Several one after the other, a pause between.
    pub fn in_sequence(sounds: &[Self]) -> Self {
        let mut whole = Self::default();
        for sound in sounds {
            if !whole.samples.is_empty() {
                whole.pause(CALL_PAUSE);
            }
            let offset = whole.samples.len();
            whole.samples.extend_from_slice(&sound.samples);
            whole.clips.extend_from_slice(&sound.clips);
            whole.ends.extend(sound.ends.iter().map(|end| offset + end));
            whole
                .missing
                .extend(sound.missing.iter().filter(|id| !whole.missing.contains(id)).cloned().collect::<Vec<_>>());
        }
        whole
    }

    /// Adds the pause that separates a call from the next.
    #[must_use]
    pub fn with_pause_after(mut self, pause: Duration) -> Self {
        self.pause(pause);
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
