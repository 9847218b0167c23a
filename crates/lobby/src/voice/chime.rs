//! The chime before every call, computed: a falling third, two struck tones.

use super::audio::{PEAK_LIMIT_DB, RATE, from_db, peak};

/// E5 and C5, the interval of most station chimes, in hertz.
const TONES: [f32; 2] = [659.26, 523.25];
/// From one stroke to the next, in seconds.
const STEP: f32 = 0.38;
/// Whole length, in seconds.
const LENGTH: f32 = 1.0;
/// How much quieter than the peaks of speech, in dB: it calls for attention, it does not startle.
const BELOW_SPEECH_DB: f32 = 6.0;

/// The chime as 48 kHz mono samples between −1 and 1; the same every time.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 48 000 samples
pub(super) fn chime() -> Vec<f32> {
    let rate = RATE as f32;
    let mut samples: Vec<f32> = (0..(LENGTH * rate) as usize)
        .map(|index| {
            let time = index as f32 / rate;
            let strokes = TONES.iter().enumerate();
            strokes.fold(0.0, |sum, (number, hertz)| sum + stroke(time - number as f32 * STEP, *hertz)) * release(time)
        })
        .collect();
    let factor = from_db(PEAK_LIMIT_DB - BELOW_SPEECH_DB) / peak(&samples).max(1e-6);
    for sample in &mut samples {
        *sample *= factor;
    }
    samples
}

/// A struck bar `since` seconds after the stroke: fundamental and two partials that die faster.
fn stroke(since: f32, hertz: f32) -> f32 {
    use std::f32::consts::TAU;
    if since < 0.0 {
        return 0.0;
    }
    let attack = (since / 0.004).min(1.0);
    let partials: [(f32, f32, f32); 3] = [(1.0, 1.0, 5.0), (2.0, 0.35, 8.0), (3.93, 0.12, 16.0)];
    partials.iter().fold(0.0, |sum, (ratio, gain, decay)| {
        sum + gain * (-decay * since).exp() * (TAU * hertz * ratio * since).sin()
    }) * attack
}

/// Fades the last 80 ms to nothing.
fn release(time: f32) -> f32 {
    ((LENGTH - time) / 0.08).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::audio::{active_rms, to_db};
    use super::*;

    #[test]
    fn the_chime_is_heard_ends_in_silence_and_does_not_clip() {
        let samples = chime();
        assert_eq!(samples.len(), 48_000);
        assert!((to_db(peak(&samples)) - (PEAK_LIMIT_DB - BELOW_SPEECH_DB)).abs() < 0.01);
        assert!(to_db(active_rms(&samples)) > -30.0);
        assert!(peak(&samples[47_900..]) < 0.001);
        assert!(samples[0].abs() < 0.001);
    }
}
