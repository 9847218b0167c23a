//! Seeded chance: the same seed gives the same faults and the same crowd.

use std::time::Duration;

/// A stream of chance. `SplitMix64`: one addition and three mixing steps a number; good enough for faults and
/// customers, never for secrets. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of `seed`, apart from the streams that other `purpose`s draw from the same seed.
    pub fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a, so that a new device does not shift the others' luck.
        let mixed = purpose
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self { state: seed ^ mixed }
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    /// From 0 up to but without 1.
    #[allow(clippy::cast_precision_loss)] // 53 bits fit
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with probability `p`; 0 never, 1 always.
    pub fn happens(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// From 0 up to but without `below`; 0 when `below` is 0.
    pub fn index(&mut self, below: usize) -> usize {
        let below = u64::try_from(below).unwrap_or(u64::MAX);
        if below == 0 { 0 } else { usize::try_from(self.bits() % below).unwrap_or(0) }
    }

    /// Time to the next arrival when arrivals come at random, `mean` apart on average (Poisson).
    pub fn arrival(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(-(1.0 - self.unit()).ln())
    }

    /// A duration with this mean whose logarithm is normal with deviation `sigma`: service times look like that,
    /// few very short, a long tail.
    pub fn log_normal(&mut self, mean: Duration, sigma: f64) -> Duration {
        // The second term turns the mean of the normal into the mean of the result.
        mean.mul_f64((sigma * self.normal() - sigma * sigma / 2.0).exp())
    }

    /// As [`Chance::log_normal`], but half of all draws are below `median`.
    pub fn log_normal_around(&mut self, median: Duration, sigma: f64) -> Duration {
        median.mul_f64((sigma * self.normal()).exp())
    }

    /// Normal with mean 0 and deviation 1 (Box–Muller).
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_purposes_differ() {
        let draw = |seed, purpose| Chance::new(seed, purpose).bits();
        assert_eq!(draw(7, "desk-1"), draw(7, "desk-1"));
        assert_ne!(draw(7, "desk-1"), draw(7, "desk-2"));
        assert_ne!(draw(7, "desk-1"), draw(8, "desk-1"));
    }

    #[test]
    fn never_and_always_hold() {
        let mut chance = Chance::new(1, "test");
        assert!((0..1000).all(|_| !chance.happens(0.0) && chance.happens(1.0)));
        assert_eq!(chance.index(0), 0);
    }

    #[test]
    fn means_come_out() {
        let mut chance = Chance::new(42, "test");
        let mean = Duration::from_mins(1);
        let average = |draws: Vec<Duration>| draws.iter().sum::<Duration>().as_secs_f64() / 20_000.0;
        let arrivals = average((0..20_000).map(|_| chance.arrival(mean)).collect());
        let services = average((0..20_000).map(|_| chance.log_normal(mean, 0.6)).collect());
        assert!((58.0..62.0).contains(&arrivals), "{arrivals}");
        assert!((58.0..62.0).contains(&services), "{services}");
    }
}
