//! A call as a rodio source that tells how far the device has taken it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rodio::{ChannelCount, SampleRate, Source};
use tokio::sync::mpsc;

use super::audio::{RATE, duration_of};
use super::render::Sound;

/// rodio's converter for devices at another rate reads two samples when a source is connected, before
/// the device asks for any; a later one is the device's doing.
const LEAD: usize = 8;
/// How often it is looked whether the call is still wanted, in samples: every 5 ms.
const LOOK_EVERY: usize = 240;

/// How far a call has been taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// The device took the first samples at this moment.
    Started(Instant),
    /// Another clip's last sample was taken.
    ClipEnded,
    /// Nothing that matters to the call.
    None,
    /// The last sample was taken.
    Finished,
}

/// One call, once, 48 kHz mono.
pub(super) struct SpeechSource {
    sound: Arc<Sound>,
    position: usize,
    clips_ended: usize,
    progress: mpsc::Sender<Progress>,
}

impl SpeechSource {
    /// A source and its progress. The channel has room for every step, so the audio thread never waits.
    pub(super) fn new(sound: Arc<Sound>) -> (Self, mpsc::Receiver<Progress>) {
        let (progress, steps) = mpsc::channel(sound.ends.len() + 2);
        let source = Self { sound, position: 0, clips_ended: 0, progress };
        (source, steps)
    }

    /// A full or closed channel only means that nobody waits for this call any more.
    fn tell(&self, step: Progress) {
        let _ = self.progress.try_send(step);
    }
}

impl Iterator for SpeechSource {
    type Item = rodio::Sample;

    fn next(&mut self) -> Option<Self::Item> {
        // Whoever waited for this call dropped it: something more pressing is to be heard.
        if self.position.is_multiple_of(LOOK_EVERY) && self.progress.is_closed() {
            return None;
        }
        let sample = *self.sound.samples.get(self.position)?;
        self.position += 1;
        let last = self.sound.samples.len();
        if self.position == LEAD.min(last) {
            self.tell(Progress::Started(Instant::now()));
        }
        if self.sound.ends.get(self.clips_ended) == Some(&self.position) {
            self.clips_ended += 1;
            self.tell(Progress::ClipEnded);
        }
        if self.position == last {
            self.tell(Progress::Finished);
        }
        Some(f32::from(sample) / 32_768.0)
    }
}

impl Source for SpeechSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        ChannelCount::MIN
    }

    fn sample_rate(&self) -> SampleRate {
        SampleRate::new(RATE).unwrap_or(SampleRate::MIN)
    }

    fn total_duration(&self) -> Option<Duration> {
        Some(duration_of(self.sound.samples.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_nobody_waits_for_falls_silent() {
        let sound = Sound { samples: vec![1; 1_000], ends: vec![1_000], ..Sound::default() };
        let (mut source, steps) = SpeechSource::new(Arc::new(sound));
        assert_eq!(source.by_ref().take(100).count(), 100);
        drop(steps);
        assert_eq!(source.count(), 140);
    }

    #[test]
    fn a_source_tells_start_each_clip_and_end_once() {
        let sound = Sound { samples: vec![1; 100], ends: vec![40, 80], ..Sound::default() };
        let (source, mut steps) = SpeechSource::new(Arc::new(sound));
        assert_eq!(source.count(), 100);
        let mut seen = Vec::new();
        while let Ok(step) = steps.try_recv() {
            seen.push(step);
        }
        assert!(matches!(seen[0], Progress::Started(_)));
        assert_eq!(seen[1..], [Progress::ClipEnded, Progress::ClipEnded, Progress::Finished]);
    }
}
