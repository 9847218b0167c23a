//! Times of files: numbers in the file's own unit, whole milliseconds inside.

use super::FormatError;
use crate::engine::MAX_INSTANT_MS;
use queue_core::Millis;
use serde::Deserialize;
use serde_json::Number;

/// The unit of every time and length in a file: `time_unit`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum TimeUnit {
    /// 1/1000 s.
    #[serde(rename = "ms", alias = "millisecond", alias = "milliseconds")]
    Millisecond,
    /// As in `discipline/rule.py`.
    #[default]
    #[serde(rename = "second", alias = "s", alias = "seconds")]
    Second,
    /// 60 s.
    #[serde(rename = "minute", alias = "min", alias = "minutes")]
    Minute,
}

impl TimeUnit {
    /// Milliseconds in one.
    pub const fn millis(self) -> Millis {
        match self {
            TimeUnit::Millisecond => 1,
            TimeUnit::Second => 1_000,
            TimeUnit::Minute => 60_000,
        }
    }

    /// Minutes in one.
    pub const fn minutes(self) -> f64 {
        match self {
            TimeUnit::Millisecond => 1.0 / 60_000.0,
            TimeUnit::Second => 1.0 / 60.0,
            TimeUnit::Minute => 1.0,
        }
    }

    /// A time of the file in milliseconds.
    ///
    /// # Errors
    /// It lies beyond [`MAX_INSTANT_MS`] or between two milliseconds.
    pub fn to_millis(self, written: &Number) -> Result<Millis, FormatError> {
        let exact = written.as_i64().and_then(|whole| whole.checked_mul(self.millis()));
        let millis = exact.or_else(|| self.round(written.as_f64()?));
        let millis = millis.filter(|millis| millis.unsigned_abs() <= MAX_INSTANT_MS.unsigned_abs());
        millis.ok_or_else(|| {
            FormatError::new(format!("{written} is no whole number of milliseconds within ±{MAX_INSTANT_MS} ms"))
        })
    }

    /// Fractions such as 0.1 minutes are not exact in binary; a millionth of a millisecond is forgiven.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "both limits are checked")]
    fn round(self, written: f64) -> Option<Millis> {
        let millis = written * self.millis() as f64;
        let is_whole = (millis - millis.round()).abs() <= 1e-6_f64.max(millis.abs() * 1e-12);
        (millis.abs() <= MAX_INSTANT_MS as f64 && is_whole).then(|| millis.round() as Millis)
    }
}
