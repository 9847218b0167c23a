//! Holds the promise to its own past: the centre times a learned ratio, each half-width times the error
//! quantile that was seen on that side (DISCIPLINE §2).

use std::collections::VecDeque;

/// Outcomes that set the centre, a lane.
const OUTCOMES: usize = 300;
/// Outcomes that set the half-widths, a lane. Errors of one day resemble each other, and 300 tickets of a busy lane are
/// hardly more than a day: on simulated heavy branches 300 cover 75 % of the waits, 1000 cover 78 %.
const WIDTH_OUTCOMES: usize = 1000;
/// Weight of "the plays are right", in outcomes.
const PRIOR: f64 = 50.0;
/// Share of the outcomes of a side within its half-width: 80 % of all within both, with a little more above, where a
/// broken promise is noticed.
const COVERAGE_BELOW: f64 = 0.79;
/// The same above the centre.
const COVERAGE_ABOVE: f64 = 0.84;
/// Half-widths are at least this, seconds: a forecast to the second is luck.
const LEAST_HALF_WIDTH: f64 = 15.0;

/// An estimate of a wait, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Lower bound of the 80 % interval.
    pub low_s: f64,
    /// As likely shorter as longer.
    pub p50_s: f64,
    /// Upper bound of the 80 % interval.
    pub high_s: f64,
}

impl Estimate {
    /// Called at once.
    pub const NOW: Self = Self { low_s: 0.0, p50_s: 0.0, high_s: 0.0 };
}

/// What was promised and what came, of one lane.
#[derive(Debug, Clone, Default)]
struct Lane {
    outcomes: VecDeque<Outcome>,
    centre: f64,
    lower: f64,
    upper: f64,
}

#[derive(Debug, Clone, Copy)]
struct Outcome {
    /// As played, before calibration.
    played: Estimate,
    actual_s: f64,
}

/// The learned corrections of every lane.
#[derive(Debug, Clone)]
pub struct Calibration {
    lanes: Vec<Lane>,
}

impl Calibration {
    /// No corrections yet.
    pub fn new(lanes: usize) -> Self {
        let lane = Lane { outcomes: VecDeque::new(), centre: 1.0, lower: 1.0, upper: 1.0 };
        Self { lanes: vec![lane; lanes] }
    }

    /// What to say where the plays said `played`.
    pub fn correct(&self, lane: usize, played: Estimate) -> Estimate {
        let its = &self.lanes[lane];
        let p50_s = its.centre * played.p50_s;
        let (below, above) = half_widths(played, its.centre);
        Estimate { low_s: (p50_s - its.lower * below).max(0.0), p50_s, high_s: p50_s + its.upper * above }
    }

    /// A ticket was called after `actual_s`, and the plays at its issue had said `played`.
    pub fn book(&mut self, lane: usize, played: Estimate, actual_s: f64) {
        let its = &mut self.lanes[lane];
        its.outcomes.push_back(Outcome { played, actual_s });
        if its.outcomes.len() > WIDTH_OUTCOMES {
            its.outcomes.pop_front();
        }
        its.centre = its.ratio();
        (its.lower, its.upper) = (its.scale(false), its.scale(true));
    }
}

fn half_widths(played: Estimate, centre: f64) -> (f64, f64) {
    let below = centre * (played.p50_s - played.low_s);
    let above = centre * (played.high_s - played.p50_s);
    (below.max(LEAST_HALF_WIDTH), above.max(LEAST_HALF_WIDTH))
}

impl Lane {
    /// The factor on the centre with the least absolute error: a median of the ratios, weighted by the promise.
    fn ratio(&self) -> f64 {
        let last = || self.outcomes.iter().rev().take(OUTCOMES);
        let promised = last().map(|outcome| outcome.played.p50_s.max(1.0));
        let mean = promised.clone().sum::<f64>() / count(last().len());
        let ratios = last().zip(promised);
        let mut ratios: Vec<(f64, f64)> = ratios.map(|(outcome, p50)| (outcome.actual_s / p50, p50)).collect();
        ratios.push((1.0, PRIOR * mean));
        weighted_quantile(&mut ratios, 0.5)
    }

    fn scale(&self, upper: bool) -> f64 {
        let errors = self.outcomes.iter().filter_map(|outcome| {
            let error = outcome.actual_s - self.centre * outcome.played.p50_s;
            let (below, above) = half_widths(outcome.played, self.centre);
            let share = if upper { error / above } else { -error / below };
            (share > 0.0).then_some((share, 1.0))
        });
        let mut errors: Vec<(f64, f64)> = errors.collect();
        errors.push((1.0, PRIOR));
        weighted_quantile(&mut errors, if upper { COVERAGE_ABOVE } else { COVERAGE_BELOW })
    }
}

#[allow(clippy::cast_precision_loss, reason = "at most a thousand outcomes")]
fn count(n: usize) -> f64 {
    n as f64
}

/// The least value with at least `share` of the weight at or below it.
fn weighted_quantile(values: &mut [(f64, f64)], share: f64) -> f64 {
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let goal = share * values.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut sum = 0.0;
    for (value, weight) in values.iter() {
        sum += weight;
        if sum >= goal {
            return *value;
        }
    }
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAYED: Estimate = Estimate { low_s: 400.0, p50_s: 600.0, high_s: 1000.0 };

    #[test]
    fn nothing_known_changes_nothing() {
        assert_eq!(Calibration::new(1).correct(0, PLAYED), PLAYED);
    }

    #[test]
    fn a_promise_that_is_always_half_is_doubled_and_other_lanes_stay() {
        let mut calibration = Calibration::new(2);
        for _ in 0..300 {
            calibration.book(1, PLAYED, 1200.0);
        }
        assert!((calibration.correct(1, PLAYED).p50_s - 1200.0).abs() < 1e-9);
        assert_eq!(calibration.correct(0, PLAYED), PLAYED);
    }

    #[test]
    fn half_widths_follow_the_errors_of_their_side() {
        let mut calibration = Calibration::new(1);
        for i in 0..300 {
            let error = [-100.0, 1200.0][i % 2];
            calibration.book(0, PLAYED, 600.0 + error);
        }
        let said = calibration.correct(0, PLAYED);
        assert!((said.p50_s - 600.0).abs() < 1e-9);
        assert!(said.high_s > 1700.0, "{said:?}");
        // Errors of half the half-width weigh against the prior of one.
        assert!((said.low_s - 400.0).abs() < 1e-9, "{said:?}");
    }

    #[test]
    fn a_promise_of_nothing_survives() {
        let mut calibration = Calibration::new(1);
        for _ in 0..100 {
            calibration.book(0, Estimate::NOW, 0.0);
        }
        let said = calibration.correct(0, Estimate::NOW);
        assert!(said.high_s.is_finite() && said.low_s >= 0.0 && said.low_s <= said.p50_s);
    }
}
