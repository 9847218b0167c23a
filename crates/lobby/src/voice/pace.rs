//! Clips slower or faster than they were made, at the same pitch. Clip by clip, so that it is known where each ends; what has
//! been made once is kept while neither speed nor pack changes.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;

use tracing::warn;

use super::audio::{RATE, to_f32, to_i16};
use super::pack::{ClipId, Pack};
use super::phrasing::Pass;
use super::render::Part;

/// As the clips were made, in percent.
const AS_MADE: u8 = 100;

/// Clips at the speed that was asked for last.
#[derive(Debug, Default)]
pub struct Pace {
    speed: u8,
    /// What they are made of.
    of: Option<Arc<Pack>>,
    made: Arc<Pack>,
}

impl Pace {
    /// Brings what is to be heard to a speed in percent: the clips it needs, and the sounds that were made as a whole.
    /// The chime stays as it is.
    pub fn bring(&mut self, pack: Arc<Pack>, passes: &mut [Pass], speed: u8) -> Arc<Pack> {
        if speed == AS_MADE {
            return pack;
        }
        if self.speed != speed || !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &pack)) {
            *self = Self { speed, of: Some(pack.clone()), made: Arc::default() };
        }
        let made = Arc::make_mut(&mut self.made);
        for part in passes.iter_mut().flat_map(|pass| &mut pass.parts) {
            match part {
                Part::Clips(clips) => clips.iter().for_each(|id| add(made, &pack, id, speed)),
                Part::Whole(samples) => *samples = at_speed(samples, speed),
            }
        }
        if let (None, Some(chime)) = (made.clip(&ClipId::chime()), pack.clip(&ClipId::chime())) {
            made.put(ClipId::chime(), chime.clone());
        }
        self.made.clone()
    }
}

fn add(made: &mut Pack, pack: &Pack, id: &ClipId, speed: u8) {
    if made.clip(id).is_none()
        && let Some(samples) = pack.clip(id)
    {
        made.put(id.clone(), at_speed(samples, speed));
    }
}

/// The same words in less or more time. What cannot be changed stays as it is: better heard too fast than not at all.
fn at_speed(samples: &Arc<[i16]>, speed: u8) -> Arc<[i16]> {
    let rate = NonZeroU32::new(RATE).unwrap_or(NonZeroU32::MIN);
    match wsola::stretch(&to_f32(samples), rate, NonZeroU16::MIN, f32::from(speed) / 100.0) {
        Ok(stretched) => to_i16(&stretched).into(),
        Err(cause) => {
            warn!(%cause, "a clip keeps its speed");
            samples.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    #![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a tone of a test")]
    use super::super::audio::{active_rms, peak, to_db};
    use super::super::pack::tests::toy_pack;
    use super::*;

    /// How often a tone crosses zero upwards in a second.
    fn pitch(samples: &[i16]) -> f32 {
        let inner = &samples[4_800..samples.len() - 4_800];
        let ups = inner.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count();
        ups as f32 * RATE as f32 / inner.len() as f32
    }

    #[test]
    fn slower_and_faster_keep_pitch_and_level() {
        let tone = |n: usize| (8_000.0 * (std::f32::consts::TAU * 220.0 * n as f32 / RATE as f32).sin()) as i16;
        let samples: Arc<[i16]> = (0..48_000).map(tone).collect();
        for speed in [70, 85, 120, 130] {
            let other = at_speed(&samples, speed);
            let expected = 48_000.0 * 100.0 / f32::from(speed);
            assert!((other.len() as f32 - expected).abs() < 2_400.0, "{speed}: {}", other.len());
            assert!((pitch(&other) - 220.0).abs() < 4.0, "{speed}: {} Hz", pitch(&other));
            let level = |samples: &[i16]| to_db(active_rms(&to_f32(samples)));
            assert!((level(&other) - level(&samples)).abs() < 1.0, "{speed}: {} dB", level(&other));
            assert!(to_db(peak(&to_f32(&other))) < -3.0);
        }
    }

    #[test]
    fn what_was_made_is_kept_until_speed_or_pack_changes() {
        let dir = tempfile::tempdir().unwrap();
        toy_pack(dir.path(), &["en"]);
        let load = || Arc::new(Pack::load(dir.path(), &["en".to_owned()]).unwrap());
        let (pack, ticket) = (load(), ClipId::of("en", "ticket"));
        let mut passes = [Pass { chime: true, parts: vec![Part::Clips(vec![ticket.clone()])] }];
        let mut pace = Pace::default();
        assert!(Arc::ptr_eq(&pace.bring(pack.clone(), &mut passes, 100), &pack));
        let first = pace.bring(pack.clone(), &mut passes, 80);
        assert_eq!(first.clip(&ClipId::chime()), pack.clip(&ClipId::chime()));
        assert!(first.clip(&ClipId::of("en", "counter")).is_none(), "only what is needed is made");
        let same =
            |one: &Arc<Pack>, other: &Arc<Pack>| Arc::ptr_eq(one.clip(&ticket).unwrap(), other.clip(&ticket).unwrap());
        assert!(same(&first, &pace.bring(pack.clone(), &mut passes, 80)));
        assert!(!same(&first, &pace.bring(pack.clone(), &mut passes, 90)));
        assert!(!same(&first, &pace.bring(load(), &mut passes, 80)));
    }
}
