//! Looking on at plays for the waits of tickets that are here already.

use super::{HORIZON, Watch};
use crate::engine::{Hall, Serving};
use crate::estimate::calibrate::Estimate;

/// The waits still ahead of one ticket, milliseconds, as the plays had them; shortest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits(Vec<i64>);

impl Waits {
    /// The wait that a share of the plays stays within, between neighbours in proportion.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among two hundred, milliseconds of half a day"
    )]
    pub fn quantile(&self, share: f64) -> f64 {
        let Some(last) = self.0.len().checked_sub(1) else { return 0.0 };
        let place = share.clamp(0.0, 1.0) * last as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(last);
        let (below_ms, above_ms) = (self.0[below] as f64, self.0[above] as f64);
        below_ms + (above_ms - below_ms) * (place - place.floor())
    }

    /// Median and 80 % interval, seconds.
    pub fn estimate(&self) -> Estimate {
        let seconds = |share| self.quantile(share) / 1000.0;
        Estimate { low_s: seconds(0.1), p50_s: seconds(0.5), high_s: seconds(0.9) }
    }
}

/// Looks on until every watched ticket has been called.
pub(super) struct Tickets<'a> {
    /// In rising order.
    watched: &'a [u32],
    /// By watched ticket, a wait a play.
    waits: Vec<Vec<i64>>,
    /// When plays begin.
    from: i64,
    /// How many this play has not called yet.
    missing: usize,
}

impl<'a> Tickets<'a> {
    pub(super) fn new(watched: &'a [u32], from: i64, plays: usize) -> Self {
        Self { watched, waits: vec![Vec::with_capacity(plays); watched.len()], from, missing: 0 }
    }

    pub(super) fn begin(&mut self) {
        self.missing = self.watched.len();
    }

    /// After the given number of plays: whoever was not called in the last one waits half a day.
    pub(super) fn end(&mut self, plays: usize) {
        for waits in self.waits.iter_mut().filter(|waits| waits.len() < plays) {
            waits.push(HORIZON);
        }
    }

    pub(super) fn sorted(self) -> Vec<Waits> {
        let sorted = self.waits.into_iter().map(|mut waits| {
            waits.sort_unstable();
            Waits(waits)
        });
        sorted.collect()
    }
}

impl Watch for Tickets<'_> {
    fn called(&mut self, at: i64, serving: Serving) {
        if let Ok(place) = self.watched.binary_search(&serving.ticket.tag) {
            self.waits[place].push(at - self.from);
            self.missing -= 1;
        }
    }

    fn passes(&mut self, _: i64, _: &Hall) -> bool {
        self.missing > 0
    }
}
