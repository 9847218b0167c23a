//! Sound for screens: the newest clips as WAV files in memory, fetched over HTTP while they are to be heard.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::audio::RATE;

/// Clips kept, all zones together: those being played, and a few for screens that are slow.
const KEPT: usize = 16;

/// One clip: zone, announcement, pass.
type Key = (String, u64, u32);

/// Clips by zone, announcement and pass. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Mutex<VecDeque<(Key, Arc<[u8]>)>>>);

impl Shelf {
    /// Puts a clip there; the oldest goes when there are too many.
    pub(super) fn put(&self, zone: &str, id: u64, pass: u32, samples: &[i16]) {
        let file = wav_bytes(samples).into();
        let mut clips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clips.push_back(((zone.to_owned(), id, pass), file));
        while clips.len() > KEPT {
            clips.pop_front();
        }
    }

    /// A clip as a WAV file, 48 kHz mono, 16 bit.
    pub fn get(&self, zone: &str, id: u64, pass: u32) -> Option<Arc<[u8]>> {
        let clips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clips.iter().find(|(key, _)| key.0 == zone && key.1 == id && key.2 == pass).map(|(_, file)| file.clone())
    }
}

/// A canonical WAV file: 44 bytes of header, then the samples.
fn wav_bytes(samples: &[i16]) -> Vec<u8> {
    let bytes = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(44 + samples.len() * 2);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&bytes.saturating_add(36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes()); // PCM
    file.extend_from_slice(&1_u16.to_le_bytes()); // mono
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    for sample in samples {
        file.extend_from_slice(&sample.to_le_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn clips_are_wav_files_and_the_oldest_go() {
        let shelf = Shelf::default();
        for id in 0..20 {
            shelf.put("main", id, 1, &[1, -2, 3]);
        }
        assert!(shelf.get("main", 3, 1).is_none() && shelf.get("east", 19, 1).is_none());
        let file = shelf.get("main", 19, 1).unwrap();
        let mut reader = hound::WavReader::new(&file[..]).unwrap();
        assert_eq!((reader.spec().sample_rate, reader.spec().channels), (48_000, 1));
        assert_eq!(reader.samples::<i16>().map(Result::unwrap).collect::<Vec<_>>(), [1, -2, 3]);
    }
}
