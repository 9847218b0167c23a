//! Arithmetic on samples: conversion to the pack's format, trimming, levelling, measuring.
//!
//! Inside the voice every sound is 48 kHz, mono, 16 bit. rodio's own resampling clicks at clip
//! boundaries (HARDWARE §4.1), so sounds are converted once, when the pack is made or loaded.

use std::time::Duration;

/// Samples a second of every clip.
pub const RATE: u32 = 48_000;

/// Level every made clip is brought to: RMS of its loud parts, full scale = 0 dB.
pub const TARGET_RMS_DB: f32 = -20.0;

/// No sample of a made clip goes above this, so that levelling never clips.
pub const PEAK_LIMIT_DB: f32 = -3.0;

/// Below this a stretch counts as silence when a recording is judged, full scale = 0 dB.
pub const SILENCE_DB: f32 = -50.0;

/// Length of the windows in which loudness is measured.
const WINDOW: usize = (RATE / 200) as usize; // 5 ms

/// Number of samples in `time`.
pub fn samples_in(time: Duration) -> usize {
    usize::try_from(time.as_micros() * u128::from(RATE) / 1_000_000).unwrap_or(usize::MAX)
}

/// How long `count` samples last.
pub fn duration_of(count: usize) -> Duration {
    let nanos = (count as u128) * 1_000_000_000 / u128::from(RATE);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Factor of a level in decibels.
pub fn from_db(db: f32) -> f32 {
    10_f32.powf(db / 20.0)
}

/// Level in decibels of a factor; −120 for silence.
pub fn to_db(factor: f32) -> f32 {
    20.0 * factor.max(1e-6).log10()
}

/// Largest absolute sample, full scale = 1.
pub fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// Root mean square over the windows that are not silent, so that pauses do not count.
pub fn active_rms(samples: &[f32]) -> f32 {
    let floor = from_db(SILENCE_DB);
    let (mut sum, mut count) = (0.0_f64, 0_usize);
    for window in samples.chunks(WINDOW) {
        if rms(window) > floor {
            sum += window.iter().map(|s| f64::from(*s) * f64::from(*s)).sum::<f64>();
            count += window.len();
        }
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    // a level: f32 has digits to spare
    if count == 0 { 0.0 } else { (sum / count as f64).sqrt() as f32 }
}

#[allow(clippy::cast_precision_loss)] // windows are 240 samples
fn rms(window: &[f32]) -> f32 {
    (window.iter().map(|s| s * s).sum::<f32>() / window.len().max(1) as f32).sqrt()
}

/// Longest stretch below [`SILENCE_DB`] between the first and the last sound.
pub fn longest_gap(samples: &[f32]) -> Duration {
    let floor = from_db(SILENCE_DB);
    let (mut longest, mut current, mut heard) = (0, 0, false);
    for window in samples.chunks(WINDOW) {
        if rms(window) > floor {
            if heard {
                longest = longest.max(current);
            }
            (current, heard) = (0, true);
        } else {
            current += window.len();
        }
    }
    duration_of(longest)
}

/// Cuts the silence off both ends, keeping a few milliseconds, and fades the edges so that clips
/// joined with a pause never click.
pub fn trim(samples: &[f32]) -> Vec<f32> {
    let floor = peak(samples) * from_db(-40.0);
    let loud = |window: &[f32]| rms(window) > floor;
    let Some(first) = samples.chunks(WINDOW).position(loud) else {
        return Vec::new();
    };
    let last = samples.chunks(WINDOW).rposition(loud).unwrap_or(first);
    let start = (first * WINDOW).saturating_sub(2 * WINDOW);
    let end = ((last + 4) * WINDOW).min(samples.len());
    let mut kept = samples[start..end].to_vec();
    fade(&mut kept);
    kept
}

/// Fades the first and last 5 ms.
#[allow(clippy::cast_precision_loss)] // at most 240 steps
fn fade(samples: &mut [f32]) {
    let steps = WINDOW.min(samples.len() / 2);
    let last = samples.len();
    for step in 0..steps {
        let factor = step as f32 / steps as f32;
        samples[step] *= factor;
        samples[last - 1 - step] *= factor;
    }
}

/// Brings a clip to [`TARGET_RMS_DB`], or as near as [`PEAK_LIMIT_DB`] allows.
pub fn level(samples: &mut [f32]) {
    let (loud, highest) = (active_rms(samples), peak(samples));
    if loud == 0.0 || highest == 0.0 {
        return;
    }
    let wanted = from_db(TARGET_RMS_DB) / loud;
    let allowed = from_db(PEAK_LIMIT_DB) / highest;
    let factor = wanted.min(allowed);
    for sample in samples {
        *sample *= factor;
    }
}

/// Converts from `from` samples a second to [`RATE`] with a windowed sinc of 32 zero crossings.
///
/// Between the two rates only so many offsets to the nearest sample occur (320 from 22.05 kHz); the
/// filter is computed once for each.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap
)] // positions inside a clip are far below 2^31
pub fn resample(samples: &[f32], from: u32) -> Vec<f32> {
    const CROSSINGS: f64 = 16.0;
    if from == RATE || from == 0 || samples.is_empty() {
        return samples.to_vec();
    }
    let shared = greatest_common_divisor(from, RATE);
    let (up, down) = ((RATE / shared) as usize, (from / shared) as usize);
    // Going down, the filter must also stop what the lower rate cannot carry.
    let cutoff = (f64::from(RATE) / f64::from(from)).min(1.0);
    let half = (CROSSINGS / cutoff).ceil() as isize;
    let filter = |phase: usize| {
        let offset = phase as f64 / up as f64;
        (1 - half..=half).map(move |tap| (cutoff * kernel((offset - tap as f64) * cutoff, half as f64 * cutoff)) as f32)
    };
    let filters: Vec<Vec<f32>> = (0..up).map(|phase| filter(phase).collect()).collect();
    (0..samples.len() * up / down)
        .map(|index| {
            let (middle, phase) = (index * down / up, index * down % up);
            let first = middle as isize + 1 - half;
            let before = usize::try_from(-first).unwrap_or(0); // taps left of the first sample
            let start = usize::try_from(first).unwrap_or(0);
            let taps = &filters[phase][before..];
            let pairs = samples[start..].iter().zip(taps);
            pairs.map(|(sample, tap)| sample * tap).sum()
        })
        .collect()
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Sinc under a Hann window that ends at `half`.
fn kernel(distance: f64, half: f64) -> f64 {
    use std::f64::consts::PI;
    if distance.abs() < 1e-9 {
        return 1.0;
    }
    if distance.abs() >= half {
        return 0.0;
    }
    let sinc = (PI * distance).sin() / (PI * distance);
    sinc * 0.5 * (1.0 + (PI * distance / half).cos())
}

/// Samples from −1 to 1 as 16 bit; what is louder is cut.
#[allow(clippy::cast_possible_truncation)] // clamped before
pub fn to_i16(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|sample| (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16).collect()
}

/// 16 bit samples from −1 to 1.
pub fn to_f32(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|sample| f32::from(*sample) / f32::from(i16::MAX)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    #![allow(clippy::cast_precision_loss)]
    use super::*;

    fn tone(rate: u32, hertz: f32, seconds: f32, amplitude: f32) -> Vec<f32> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = (rate as f32 * seconds) as usize;
        (0..count).map(|i| amplitude * (std::f32::consts::TAU * hertz * i as f32 / rate as f32).sin()).collect()
    }

    #[test]
    fn resampling_keeps_length_pitch_and_level() {
        for from in [22_050, 44_100, 16_000, 96_000] {
            let converted = resample(&tone(from, 440.0, 0.5, 0.5), from);
            assert!(converted.len().abs_diff(24_000) <= 1, "{from}");
            let inner = &converted[2_000..22_000];
            let expected = tone(RATE, 440.0, 0.5, 0.5);
            let worst = inner.iter().zip(&expected[2_000..]).fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(worst < 0.01, "{from}: off by {worst}");
        }
    }

    #[test]
    fn resampling_down_removes_what_does_not_fit() {
        let converted = resample(&tone(96_000, 30_000.0, 0.2, 0.9), 96_000);
        assert!(peak(&converted[2_000..7_000]) < 0.05);
    }

    #[test]
    fn trimming_leaves_the_sound_and_levelling_never_clips() {
        let mut padded = vec![0.0; 10_000];
        padded.extend(tone(RATE, 300.0, 0.25, 0.02));
        padded.extend(vec![0.0; 20_000]);
        let mut kept = trim(&padded);
        assert!(kept.len() >= 12_000 && kept.len() < 12_000 + 8 * WINDOW);
        level(&mut kept);
        assert!((to_db(active_rms(&kept)) - TARGET_RMS_DB).abs() < 0.5);
        let mut spiky = vec![0.001; 4_800];
        spiky[100] = 0.9;
        level(&mut spiky);
        assert!(to_db(peak(&spiky)) <= PEAK_LIMIT_DB + 0.01);
        assert!(trim(&vec![0.0; 4_800]).is_empty());
    }

    #[test]
    fn gaps_are_measured_between_sounds_only() {
        let mut sound = vec![0.0; 9_600];
        sound.extend(tone(RATE, 300.0, 0.1, 0.5));
        sound.extend(vec![0.0; 24_000]);
        sound.extend(tone(RATE, 300.0, 0.1, 0.5));
        sound.extend(vec![0.0; 48_000]);
        let gap = longest_gap(&sound);
        assert!(gap.abs_diff(Duration::from_millis(500)) < Duration::from_millis(11), "{gap:?}");
    }
}
