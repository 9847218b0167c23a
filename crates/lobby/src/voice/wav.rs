//! WAV files in and out, through hound.

use std::path::Path;

use super::VoiceError;
use super::audio::{RATE, resample, to_f32, to_i16};

/// A WAV file as 48 kHz mono, whatever it was: recordings come in every rate, width and channel count.
///
/// # Errors
/// [`VoiceError::File`] when it cannot be read or is no WAV file.
pub(super) fn read(path: &Path) -> Result<Vec<f32>, VoiceError> {
    let broken =
        |cause: hound::Error| VoiceError::File { action: "read", path: path.to_owned(), cause: cause.to_string() };
    let mut reader = hound::WavReader::open(path).map_err(broken)?;
    let spec = reader.spec();
    let samples = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<Vec<_>, _>>(),
        hound::SampleFormat::Int if spec.bits_per_sample == 16 => {
            reader.samples::<i16>().collect::<Result<Vec<_>, _>>().map(|samples| to_f32(&samples))
        }
        hound::SampleFormat::Int => {
            #[allow(clippy::cast_precision_loss)] // 24 bit fit into f32
            let scale = (1_i64 << (spec.bits_per_sample - 1)) as f32;
            #[allow(clippy::cast_precision_loss)]
            let scaled = |sample: Result<i32, _>| sample.map(|value| value as f32 / scale);
            reader.samples::<i32>().map(scaled).collect()
        }
    }
    .map_err(broken)?;
    Ok(resample(&to_mono(&samples, spec.channels), spec.sample_rate))
}

fn to_mono(samples: &[f32], channels: u16) -> Vec<f32> {
    if channels <= 1 {
        return samples.to_vec();
    }
    samples.chunks_exact(usize::from(channels)).map(|frame| frame.iter().sum::<f32>() / f32::from(channels)).collect()
}

/// Writes 48 kHz mono, 16 bit.
///
/// # Errors
/// [`VoiceError::File`] when the disk refuses.
pub(super) fn write(path: &Path, samples: &[i16]) -> Result<(), VoiceError> {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let write_all = || -> Result<(), hound::Error> {
        let mut writer = hound::WavWriter::create(path, spec)?;
        for sample in samples {
            writer.write_sample(*sample)?;
        }
        writer.finalize()
    };
    write_all().map_err(|cause| VoiceError::File { action: "write", path: path.to_owned(), cause: cause.to_string() })
}

/// The same from samples between −1 and 1.
///
/// # Errors
/// As [`write`].
pub(super) fn write_f32(path: &Path, samples: &[f32]) -> Result<(), VoiceError> {
    write(path, &to_i16(samples))
}

/// A WAV file of 48 kHz mono, 16 bit: 44 bytes of header, then the samples.
pub fn bytes(samples: &[i16]) -> Vec<u8> {
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
    fn a_stereo_recording_at_another_rate_becomes_48_khz_mono() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("recorded.wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        for _ in 0..44_100 {
            writer.write_sample(1 << 22).unwrap();
            writer.write_sample(0).unwrap();
        }
        writer.finalize().unwrap();
        let samples = read(&path).unwrap();
        assert!(samples.len().abs_diff(48_000) <= 1);
        assert!((samples[24_000] - 0.25).abs() < 0.01);
    }

    #[test]
    fn a_file_that_is_no_wav_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("noise.wav");
        std::fs::write(&path, b"not a sound").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("noise.wav"));
    }
}
