//! The one source of numbers that nobody may foresee: keys of days, salts, marks of starts. The operating system gives
//! them; in a simulated hall they come from a seed, so that the same seed writes the same journal.

use sha2::{Digest, Sha256};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Cheap to clone; clones of a seeded one draw from the same row of numbers.
#[derive(Clone, Debug, Default)]
pub struct Chance(Option<Arc<Seeded>>);

#[derive(Debug)]
struct Seeded {
    seed: u64,
    drawn: AtomicU64,
}

impl Chance {
    /// The operating system's.
    pub fn of_system() -> Chance {
        Chance(None)
    }

    /// The same numbers for the same seed. Never where secrets matter.
    pub fn from_seed(seed: u64) -> Chance {
        Chance(Some(Arc::new(Seeded { seed, drawn: AtomicU64::new(0) })))
    }

    /// Fills the bytes.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        let Some(seeded) = &self.0 else {
            return getrandom::fill(bytes).map_err(|cause| io::Error::other(cause.to_string()));
        };
        for piece in bytes.chunks_mut(32) {
            let drawn = seeded.drawn.fetch_add(1, Ordering::SeqCst);
            let mut digest = Sha256::new();
            digest.update(seeded.seed.to_be_bytes());
            digest.update(drawn.to_be_bytes());
            piece.copy_from_slice(&digest.finalize()[..piece.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        let draw = |chance: &Chance| {
            let mut bytes = [0; 40];
            chance.fill(&mut bytes).unwrap();
            bytes
        };
        let (one, same, other) = (Chance::from_seed(7), Chance::from_seed(7), Chance::from_seed(8));
        let first = draw(&one);
        assert_eq!(first, draw(&same));
        assert_ne!(first, draw(&one), "the row goes on");
        assert_ne!(first, draw(&other));
        assert_ne!(draw(&Chance::of_system()), draw(&Chance::of_system()));
    }
}
