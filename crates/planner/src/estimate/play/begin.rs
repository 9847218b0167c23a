//! The start of a play: what is under way, drawn given how long it has lasted already.

use std::cmp::Reverse;

use super::{Draw, Due, FIRST_STRANGER, Outcome, Player, UnderWay, index, ms};
use crate::engine::{Doing, Serving};
use crate::estimate::learn::minutes;
use crate::normal;

/// A counter that is this late opening is not expected any more, milliseconds.
const OPENING_GIVEN_UP: i64 = 3_600_000;

impl Player<'_> {
    /// Takes the live state as it is and draws what is under way.
    pub(super) fn begin(&mut self) {
        self.hall.clone_from(self.start);
        self.due.clear();
        self.breaks_taken.fill(0);
        self.closing.fill(false);
        self.seq = FIRST_STRANGER - 1;
        // What is known of today is itself uncertain, the more the longer the wait.
        self.draw_for(Draw::Today, 0, 0);
        self.pace = (self.outlook.pace_error * self.random.normal()).exp();
        self.crowd = (1.0 + self.outlook.crowd_error * self.random.normal()).max(0.1);
        for i in 0..self.under_way.len() {
            self.go_on(self.under_way[i]);
        }
        for counter in 0..self.setup.rule.counters.len() {
            self.draw_for(Draw::Absence, index(counter), 0);
            match self.start.doing(counter) {
                Doing::Paused(since, planned) => self.go_on_pausing(counter, since, planned),
                Doing::Closed => self.expect_opening(counter),
                Doing::Busy(_) | Doing::Idle(_) => {}
            }
            for i in 0..self.outlook.counters[counter].breaks.len() {
                let start = self.outlook.counters[counter].breaks[i].start.max(self.at + 1);
                self.due.push(Reverse((start, Due::Break(counter))));
            }
        }
        for i in 0..self.outlook.awaited.len() {
            let (booked, chance) = self.outlook.awaited[i];
            self.draw_for(Draw::Booking, index(i), 0);
            if self.random.chance(chance) {
                let at = booked.at + self.offset_after(self.at - booked.at);
                self.due.push(Reverse((at, Due::CheckIn(booked.service, booked.at))));
            }
        }
        self.draw_for(Draw::WalkIn, 0, 0);
        self.next_walk_in(self.at);
        for i in 0..self.staffing.len() {
            let (at, counter, staffing) = self.staffing[i];
            if at <= self.at {
                self.staff(counter, self.at, staffing);
            } else {
                self.due.push(Reverse((at, Due::Staff(counter, staffing))));
            }
        }
    }

    /// One of the past punctualities that lie after what has passed already.
    fn offset_after(&mut self, passed: i64) -> i64 {
        let offsets = &self.outlook.offsets;
        let later = &offsets[offsets.partition_point(|offset| *offset <= passed)..];
        let place = self.pick(later.len());
        later.get(place).copied().unwrap_or(passed + 1)
    }

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a short list"
    )]
    fn pick(&mut self, of: usize) -> usize {
        (self.random.uniform() * of as f64) as usize
    }

    pub(super) fn under_way(&self, counter: usize, serving: Serving) -> UnderWay {
        let service = &self.outlook.services[self.setup.rule.service(serving.class)];
        let spent = minutes(self.at - serving.since);
        let z = (spent.max(1e-6).ln() - service.m - self.outlook.counters[counter].f) / service.sigma;
        let above = normal::above(z).max(1e-300);
        let mean = self.outlook.miss_minutes;
        let still = ((4.0 / 3.0 * mean - spent) / (2.0 / 3.0 * mean)).clamp(0.0, 1.0);
        let miss = self.no_show(serving) * still;
        let served = (1.0 - self.no_show(serving)) * above;
        UnderWay { counter, serving, above, missing: miss / (miss + served) }
    }

    /// Draws the rest of a call under way.
    fn go_on(&mut self, under_way: UnderWay) {
        let UnderWay { counter, serving, above, missing } = under_way;
        self.draw_for(Draw::UnderWay, index(counter), 0);
        let spent = minutes(self.at - serving.since);
        if self.random.chance(missing) {
            let (least, most) = (2.0 / 3.0 * self.outlook.miss_minutes, 4.0 / 3.0 * self.outlook.miss_minutes);
            let least = least.max(spent);
            let length = least + (most - least).max(0.0) * self.random.uniform();
            self.end(counter, serving.since + ms(length), Outcome::Over);
            return;
        }
        let service = self.setup.rule.service(serving.class);
        let z = self.random.normal_beyond(above);
        let its = &self.outlook.services[service];
        let length = (its.m + self.outlook.counters[counter].f + its.sigma * z).exp();
        let length = spent + (length - spent).max(0.0) * self.pace;
        let outcome = self.outcome(service);
        self.end(counter, serving.since + ms(length), outcome);
    }

    fn go_on_pausing(&mut self, counter: usize, since: i64, planned: bool) {
        let length = self.outlook.counters[counter].pause_planned.filter(|_| planned);
        let until = match length {
            Some(length) => since + self.break_length(length, self.at - since),
            None => since + self.pause_length(self.at - since),
        };
        self.due.push(Reverse((until.max(self.at + 1), Due::Resume(counter))));
    }

    fn expect_opening(&mut self, counter: usize) {
        let Some(opens) = self.outlook.counters[counter].opens else { return };
        if self.at > opens + OPENING_GIVEN_UP {
            return;
        }
        let usual = opens + ms(2.0 * self.outlook.opening_minutes * self.random.uniform());
        let opens = if usual > self.at { usual } else { self.at + 1 + ms(self.random.exponential()) };
        self.due.push(Reverse((opens, Due::Resume(counter))));
    }
}
