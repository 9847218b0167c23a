//! Press sequences: which presses are new, and the name of each press that stays the same through everything.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The newest press of a unit that the lobby knows; also the identity of one press.
///
/// As text it is `boot:wraps:seq`, the tail of the request id of the command that the press became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// Boot id of the unit.
    pub boot: u16,
    /// How often the sequence went past 65535 in this boot, as far as the lobby saw.
    pub wraps: u32,
    /// Press sequence.
    pub seq: u16,
}

impl Mark {
    /// The mark `presses` later.
    #[must_use]
    pub fn after(self, presses: u16) -> Self {
        let (seq, wrapped) = self.seq.overflowing_add(presses);
        Self { seq, wraps: self.wraps.wrapping_add(u32::from(wrapped)), ..self }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.boot, self.wraps, self.seq)
    }
}

/// Why a reading presses nothing and only sets the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaselineWhy {
    /// Nothing was remembered of this unit.
    FirstReading,
    /// The unit was powered up since.
    NewBoot,
}

/// What a reading of boot and sequence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing new.
    Unchanged,
    /// This many presses are new, 1–32767.
    New(u16),
    /// An old reply that came late: it says nothing.
    Late,
    /// Counting starts here.
    Baseline(BaselineWhy),
}

/// Judges a reading against the newest press known.
pub fn judge(known: Option<Mark>, boot: u16, seq: u16) -> Verdict {
    match known {
        None => Verdict::Baseline(BaselineWhy::FirstReading),
        Some(mark) if mark.boot != boot => Verdict::Baseline(BaselineWhy::NewBoot),
        Some(mark) => match seq.wrapping_sub(mark.seq) {
            0 => Verdict::Unchanged,
            new @ 1..=0x7FFF => Verdict::New(new),
            0x8000.. => Verdict::Late,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Mark = Mark { boot: 7, wraps: 0, seq: 65_530 };

    #[test]
    fn readings_are_judged_by_their_distance() {
        let verdict = |seq| judge(Some(MARK), 7, seq);
        assert_eq!(verdict(65_530), Verdict::Unchanged);
        assert_eq!(verdict(65_531), Verdict::New(1));
        assert_eq!(verdict(2), Verdict::New(8));
        assert_eq!(verdict(MARK.seq.wrapping_add(32_767)), Verdict::New(32_767));
        assert_eq!(verdict(MARK.seq.wrapping_add(32_768)), Verdict::Late);
        assert_eq!(verdict(65_529), Verdict::Late);
        assert_eq!(judge(Some(MARK), 8, 65_531), Verdict::Baseline(BaselineWhy::NewBoot));
        assert_eq!(judge(None, 7, 3), Verdict::Baseline(BaselineWhy::FirstReading));
    }

    #[test]
    fn a_wrap_makes_another_press() {
        assert_eq!(MARK.after(5), Mark { boot: 7, wraps: 0, seq: 65_535 });
        assert_eq!(MARK.after(6), Mark { boot: 7, wraps: 1, seq: 0 });
        assert_eq!(MARK.after(6).to_string(), "7:1:0");
    }
}
