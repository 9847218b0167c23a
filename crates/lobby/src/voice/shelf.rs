//! Sound for screens: the newest clips as WAV files in memory, fetched over HTTP while they are to be heard.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::wav;

/// Clips kept, all zones together: those being played, and a few for screens that are slow.
const KEPT: usize = 16;

/// One clip: zone, announcement, pass.
type Key = (String, u64, u32);

/// The oldest first, each a WAV file.
type Clips = VecDeque<(Key, Arc<[u8]>)>;

/// Clips by zone, announcement and pass. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Mutex<Clips>>);

impl Shelf {
    /// Puts a clip there; the oldest goes when there are too many.
    pub(super) fn put(&self, zone: &str, id: u64, pass: u32, samples: &[i16]) {
        let file = wav::bytes(samples).into();
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
