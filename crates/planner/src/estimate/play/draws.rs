//! What a play draws as it goes on: lengths of services, pauses and breaks, and who comes next.

use super::{BREAK_SPREAD, Due, Outcome, PAUSE_SIGMA, Player, ms};
use crate::engine::Serving;
use crate::estimate::arrivals::HALF_HOUR;
use crate::estimate::learn::{minutes, patience};
use crate::normal;
use crate::random::Random;
use std::cmp::Reverse;

/// What numbers are drawn for, where every customer and counter has numbers of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Draw {
    /// Today's pace and crowd.
    Today,
    /// What is left of the call under way at a counter.
    UnderWay,
    /// What is left of a counter's pause, or until it opens.
    Absence,
    /// Whether and when a booking comes.
    Booking,
    /// When the next customer walks in, and what for.
    WalkIn,
    /// A customer's service.
    Service,
    /// What a counter does between customers.
    Between,
}

impl Player<'_> {
    /// What follows is drawn for one customer or counter. Nothing changes unless plays have common numbers: then it has
    /// the numbers that it has in every play of this turn, whatever happened around it.
    pub(super) fn draw_for(&mut self, what: Draw, who: u32, which: i64) {
        if let Some(seed) = self.common {
            let parts = [what as u64, u64::from(who), which.cast_unsigned()];
            self.random = Random::new(Random::seed_of(seed, &parts));
        }
    }

    pub(super) fn no_show(&self, serving: Serving) -> f64 {
        self.outlook.no_show[patience(serving.since - serving.ticket.origin)]
    }

    /// Draws a whole call.
    pub(super) fn serve(&mut self, counter: usize, serving: Serving) {
        self.draw_for(Draw::Service, serving.ticket.seq, serving.ticket.origin);
        if self.random.chance(self.no_show(serving)) {
            let length = self.outlook.miss_minutes * (2.0 / 3.0 + 2.0 / 3.0 * self.random.uniform());
            self.end(counter, serving.since + ms(length), Outcome::Over);
            return;
        }
        let service = self.setup.rule.service(serving.class);
        let its = &self.outlook.services[service];
        let mut length =
            (its.m + self.outlook.counters[counter].f + its.sigma * self.random.normal()).exp() * self.pace;
        let outcome = self.outcome(service);
        if outcome != Outcome::Over {
            length *= self.outlook.transfer_share;
        }
        self.end(counter, serving.since + ms(length), outcome);
    }

    pub(super) fn outcome(&mut self, service: usize) -> Outcome {
        let transfers = &self.outlook.services[service].transfers;
        if transfers.iter().all(|share| *share <= 0.0) {
            return Outcome::Over;
        }
        let mut left = self.random.uniform();
        for (to, share) in transfers.iter().enumerate() {
            if left < *share {
                return Outcome::Transfer(to);
            }
            left -= share;
        }
        Outcome::Over
    }

    pub(super) fn end(&mut self, counter: usize, at: i64, outcome: Outcome) {
        let at = at.max(self.at + 1) + ms(self.outlook.gap_minutes);
        self.due.push(Reverse((at, Due::End(counter, outcome))));
    }

    #[allow(clippy::cast_precision_loss, reason = "the length of a break")]
    pub(super) fn break_length(&mut self, planned: i64, spent: i64) -> i64 {
        let least = (planned + BREAK_SPREAD.0).max(spent);
        let most = planned + BREAK_SPREAD.1;
        let spread =
            if least < most { minutes(most - least) * self.random.uniform() } else { self.random.exponential() };
        least + ms(spread)
    }

    pub(super) fn pause_length(&mut self, spent: i64) -> i64 {
        let m = self.outlook.pause_minutes.ln() - PAUSE_SIGMA * PAUSE_SIGMA / 2.0;
        let above = normal::above((minutes(spent).max(1e-6).ln() - m) / PAUSE_SIGMA);
        ms((m + PAUSE_SIGMA * self.random.normal_beyond(above)).exp())
    }

    /// Draws the next walk-in from rates that change every half hour.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of a day")]
    pub(super) fn next_walk_in(&mut self, now: i64) {
        self.walk_in = i64::MAX;
        let first = self.at / HALF_HOUR;
        let mut left = self.random.exponential() / self.crowd;
        let mut from = now;
        let place = usize::try_from(now / HALF_HOUR - first).unwrap_or(0);
        for rate in self.outlook.rates.iter().skip(place) {
            let end = (from / HALF_HOUR + 1) * HALF_HOUR;
            let here = rate * (end - from) as f64;
            if left < here {
                self.walk_in = from + (left / rate) as i64 + 1;
                return;
            }
            left -= here;
            from = end;
        }
    }
}
