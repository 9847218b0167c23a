//! `lobby voice check`: which clips are missing, too loud, too long or silent.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::audio::{active_rms, duration_of, from_db, peak, to_db};
use super::pack::{ClipId, required_clips};
use super::{VoiceError, wav};

/// Peaks above this are taken for clipping, full scale = 0 dB.
const CLIPPING_DB: f32 = -0.1;
/// Speech louder than this stands out of its sentence; made clips have −20 dB.
const LOUD_DB: f32 = -12.0;
/// A clip whose loudest sample stays below this is silence.
const SILENT_DB: f32 = -40.0;
/// The longest phrase takes a second and a half; more is a recording with its pauses left in.
const LONGEST: Duration = Duration::from_secs(4);

/// Something to mend in a pack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Which clip.
    pub clip: ClipId,
    /// What is wrong.
    pub problem: Problem,
}

/// What may be wrong with a clip.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// There is no file.
    Missing,
    /// The file cannot be read, with the reason.
    Unreadable(String),
    /// Nothing is heard.
    Silent,
    /// It is cut at full scale, or much louder than the rest: peak and RMS in dB.
    TooLoud {
        /// Highest sample.
        peak_db: f32,
        /// Loudness of what is not silence.
        rms_db: f32,
    },
    /// Longer than any clip needs to be, in seconds.
    TooLong {
        /// Its length.
        seconds: f64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clip = &self.clip;
        match &self.problem {
            Problem::Missing => write!(out, "{clip}: missing; record it or run \"lobby voice build\""),
            Problem::Unreadable(cause) => write!(out, "{clip}: {cause}; save it as a WAV file"),
            Problem::Silent => write!(out, "{clip}: silent; record it again"),
            Problem::TooLoud { peak_db, rms_db } => write!(
                out,
                "{clip}: too loud (peak {peak_db:.1} dB, speech {rms_db:.1} dB); make it quieter, speech about -20 dB"
            ),
            Problem::TooLong { seconds } => {
                write!(out, "{clip}: {seconds:.1} s long; cut the silence at both ends")
            }
        }
    }
}

/// Judges every clip of `languages` in `dir`; an empty list is a pack in order.
///
/// # Errors
/// [`VoiceError::NoPack`], [`VoiceError::UnknownLanguage`]; a bad clip is a finding, not an error.
pub fn check(dir: &Path, languages: &[String]) -> Result<Vec<Finding>, VoiceError> {
    if !dir.is_dir() {
        return Err(VoiceError::NoPack { dir: dir.to_owned() });
    }
    let judged = required_clips(dir, languages)?.into_iter().flat_map(|clip| {
        judge(&clip.path(dir)).into_iter().map(move |problem| Finding { clip: clip.clone(), problem })
    });
    Ok(judged.collect())
}

fn judge(path: &Path) -> Vec<Problem> {
    if !path.is_file() {
        return vec![Problem::Missing];
    }
    let samples = match wav::read(path) {
        Ok(samples) => samples,
        Err(error) => return vec![Problem::Unreadable(error.to_string())],
    };
    let (highest, loudness) = (peak(&samples), active_rms(&samples));
    if highest < from_db(SILENT_DB) {
        return vec![Problem::Silent];
    }
    let mut problems = Vec::new();
    if highest > from_db(CLIPPING_DB) || loudness > from_db(LOUD_DB) {
        problems.push(Problem::TooLoud { peak_db: to_db(highest), rms_db: to_db(loudness) });
    }
    let length = duration_of(samples.len());
    if length > LONGEST {
        problems.push(Problem::TooLong { seconds: length.as_secs_f64() });
    }
    problems
}
