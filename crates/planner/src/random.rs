//! Random numbers from a seed. The seed is an argument, so a forecast can be repeated to the last digit.

use crate::normal;

/// `SplitMix64` (Steele, Lea, Flood 2014): one addition and a mix a number, and any two seeds give unrelated streams.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
    /// The second normal of a pair, until it is asked for.
    spare: Option<f64>,
}

/// 2⁶⁴ divided by the golden ratio, odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    /// The stream of a seed.
    pub const fn new(seed: u64) -> Self {
        Random { state: seed, spare: None }
    }

    /// The stream of a named part of something that has a seed; parts do not disturb each other.
    pub fn named(seed: u64, name: &str) -> Self {
        let mixed = name.bytes().fold(seed, |state, byte| mix(state.wrapping_add(STEP) ^ u64::from(byte)));
        Random::new(mixed)
    }

    /// The seed of one part of a whole: the same parts give the same seed, whatever else is played.
    pub fn seed_of(seed: u64, parts: &[u64]) -> u64 {
        parts.iter().fold(seed, |sum, part| Self::new(sum ^ part.wrapping_mul(STEP)).bits())
    }

    /// All 64 bits random.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// Uniform in [0, 1), in steps of 2⁻⁵³.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        // 1 − u lies in (0, 1]: never the logarithm of nought.
        -(1.0 - self.uniform()).ln()
    }

    /// Normal with mean 0 and deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (2.0 * self.exponential()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * self.uniform()).sin_cos();
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// Standard normal known to lie above `z`, where `above` is `normal::above(z)`.
    pub(crate) fn normal_beyond(&mut self, above: f64) -> f64 {
        -normal::quantile((above * self.uniform()).max(1e-300))
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        p > 0.0 && self.uniform() < p
    }

    /// True if something that is expected `times` times happens at least once.
    pub fn happens(&mut self, times: f64) -> bool {
        if times <= 0.0 {
            return false;
        }
        let u = self.uniform();
        // 1 − e^−x ≤ x: most draws need no exponential.
        u < times && u < 1.0 - (-times).exp()
    }
}

const fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Mean and variance of many draws.
    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let draws = 200_000;
        let (sum, squares) = (0..draws).map(|_| draw()).fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        let mean = sum / f64::from(draws);
        (mean, squares / f64::from(draws) - mean * mean)
    }

    #[test]
    fn draws_have_the_moments_they_promise() {
        let mut random = Random::new(1);
        let near =
            |(mean, variance): (f64, f64), m: f64, v: f64| (mean - m).abs() < 0.01 && (variance - v).abs() < 0.02;
        assert!(near(moments(|| random.uniform()), 0.5, 1.0 / 12.0));
        assert!(near(moments(|| random.exponential()), 1.0, 1.0));
        assert!(near(moments(|| random.normal()), 0.0, 1.0));
    }

    #[test]
    fn a_seed_and_a_name_say_everything() {
        let draw = |seed, name| Random::named(seed, name).bits();
        assert_eq!(draw(1, "mmc1"), draw(1, "mmc1"));
        assert_ne!(draw(1, "mmc1"), draw(2, "mmc1"));
        assert_ne!(draw(1, "mmc1"), draw(1, "mmc3"));
    }

    #[test]
    fn what_lies_beyond_is_beyond() {
        let mut random = Random::new(7);
        for z in [-1.0, 0.5, 3.0, 8.0] {
            let above = normal::above(z);
            for _ in 0..500 {
                assert!(random.normal_beyond(above) > z - 1e-3);
            }
        }
    }

    #[test]
    fn a_seed_of_parts_depends_on_each_part_and_their_order() {
        let seeds = [&[1, 2][..], &[2, 1], &[1], &[1, 3]].map(|parts| Random::seed_of(5, parts));
        for (i, a) in seeds.iter().enumerate() {
            assert!(seeds[i + 1..].iter().all(|b| a != b));
        }
        assert_eq!(Random::seed_of(5, &[1, 2]), seeds[0]);
    }
}
