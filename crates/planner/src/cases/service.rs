//! How long a customer occupies a server.

use crate::random::Random;

/// The distribution of service times of a class, no-shows included.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Of those who come.
    pub shape: ServiceShape,
    /// Probability that a called customer does not come.
    pub no_show: f64,
    /// How long a no-show occupies the server.
    pub no_show_time: f64,
}

/// Distribution of a length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ServiceShape {
    /// With this mean.
    Exponential(f64),
    /// Mean and deviation of the logarithm.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Deviation of the logarithm.
        sigma: f64,
    },
    /// Always the same.
    Constant(f64),
}

impl ServiceShape {
    /// Log-normal of a mean and a coefficient of variation; constant where that is 0.
    pub fn log_normal(mean: f64, cv: f64) -> Self {
        if cv == 0.0 {
            return ServiceShape::Constant(mean);
        }
        let variance = cv.mul_add(cv, 1.0).ln();
        ServiceShape::LogNormal { mu: mean.ln() - variance / 2.0, sigma: variance.sqrt() }
    }

    /// One length of time.
    pub(crate) fn draw(self, random: &mut Random) -> f64 {
        match self {
            ServiceShape::Exponential(mean) => mean * random.exponential(),
            ServiceShape::LogNormal { mu, sigma } => sigma.mul_add(random.normal(), mu).exp(),
            ServiceShape::Constant(length) => length,
        }
    }
}

impl Service {
    /// One length of time.
    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        if self.no_show > 0.0 && random.uniform() < self.no_show { self.no_show_time } else { self.shape.draw(random) }
    }
}
