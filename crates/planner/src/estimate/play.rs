//! Plays the rule forward from a live state, many times, until every watched ticket has been called.

mod begin;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::arrivals::HALF_HOUR;
use super::calibrate::Estimate;
use super::learn::{Setup, minutes, patience};
use super::outlook::Outlook;
use crate::engine::{Call, Doing, Hall, Serving, Waiting};
use crate::normal;
use crate::random::Random;

/// Plays of one estimate.
pub const PLAYS: usize = 200;
/// Plays of one estimate however long they are: below that its quantiles would be seen to jump.
const LEAST_PLAYS: usize = 64;
/// Steps a watched ticket after which an estimate has cost enough: far tickets take longer plays and are less certain anyway.
const STEPS: usize = 10_000;
/// A ticket that no play calls within this time is said to wait this long, milliseconds: half a day.
pub const HORIZON: i64 = 12 * 3_600_000;
/// The tag of people who are not here yet.
const STRANGER: u32 = u32::MAX;
/// Breaks of the plan last the planned length and −60 to +120 s.
const BREAK_SPREAD: (i64, i64) = (-60_000, 120_000);
/// σ of ln of the length of an unplanned pause.
const PAUSE_SIGMA: f64 = 0.4;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    End(usize, Outcome),
    Resume(usize),
    Break(usize),
    CheckIn(usize, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Over,
    Transfer(usize),
}

/// What is left of one call under way, ready to be drawn from.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    counter: usize,
    serving: Serving,
    /// P(service longer than the time already spent).
    above: f64,
    /// P(no-show, given the time already spent).
    missing: f64,
}

/// One state played forward; keeps its memory between plays.
#[derive(Debug)]
pub struct Player<'a> {
    setup: &'a Setup,
    outlook: &'a Outlook,
    start: &'a Hall,
    at: i64,
    random: Random,
    hall: Hall,
    due: BinaryHeap<Reverse<(i64, Due)>>,
    calls: Vec<Call>,
    breaks_taken: Vec<usize>,
    under_way: Vec<UnderWay>,
    seq: u32,
    /// When the next stranger walks in.
    walk_in: i64,
    /// How much longer services take in this play than expected today.
    pace: f64,
    /// How many more people come.
    crowd: f64,
    steps: usize,
}

#[allow(clippy::cast_possible_truncation, reason = "minutes of a day, in milliseconds")]
fn ms(minutes: f64) -> i64 {
    (minutes * 60_000.0 + 0.5) as i64
}

impl<'a> Player<'a> {
    /// A player of what is to come from `at` on.
    pub fn new(setup: &'a Setup, outlook: &'a Outlook, start: &'a Hall, at: i64, seed: u64) -> Self {
        let mut player = Self {
            setup,
            outlook,
            start,
            at,
            random: Random::new(seed),
            hall: start.clone(),
            due: BinaryHeap::new(),
            calls: Vec::new(),
            breaks_taken: vec![0; setup.rule.counters.len()],
            under_way: Vec::new(),
            seq: 0,
            walk_in: i64::MAX,
            pace: 1.0,
            crowd: 1.0,
            steps: 0,
        };
        for counter in 0..setup.rule.counters.len() {
            if let Doing::Busy(serving) = start.doing(counter) {
                player.under_way.push(player.under_way(counter, serving));
            }
        }
        player
    }

    /// Plays at most `plays` times, fewer when plays are long; the waits ahead of each watched tag, in the order given. `watched` is in rising order.
    pub fn play(&mut self, watched: &[u32], plays: usize) -> Vec<Waits> {
        let mut waits = vec![Vec::with_capacity(plays); watched.len()];
        self.steps = 0;
        for play in 0..plays {
            if play >= LEAST_PLAYS && self.steps >= STEPS * watched.len() {
                break;
            }
            self.play_once(watched, &mut waits);
        }
        let sorted = waits.into_iter().map(|mut waits| {
            waits.sort_unstable();
            Waits(waits)
        });
        sorted.collect()
    }

    fn play_once(&mut self, watched: &[u32], waits: &mut [Vec<i64>]) {
        self.begin();
        let plays = waits.first().map_or(0, Vec::len) + 1;
        let mut missing = watched.len();
        let mut now = self.at;
        let end = self.at + HORIZON;
        loop {
            self.steps += 1;
            self.calls.clear();
            let calls = &mut self.calls;
            self.hall.assign(&self.setup.rule, now, |call| calls.push(call));
            for i in 0..self.calls.len() {
                let call = self.calls[i];
                if let Ok(place) = watched.binary_search(&call.serving.ticket.tag) {
                    waits[place].push(now - self.at);
                    missing -= 1;
                }
                self.serve(call.counter, call.serving);
            }
            if missing == 0 {
                return;
            }
            let due = self.due.peek().map_or(i64::MAX, |Reverse((at, _))| *at);
            let wake = self.hall.wake(&self.setup.rule, now).unwrap_or(i64::MAX);
            let close = if self.hall.draining() { i64::MAX } else { self.setup.close.max(self.at + 1) };
            now = due.min(wake).min(self.walk_in).min(close);
            if now >= end {
                break;
            }
            if now == close {
                self.hall.drain();
                self.walk_in = i64::MAX;
            } else if now == self.walk_in {
                self.walk_in(now);
            } else if now == due
                && let Some(Reverse((_, due))) = self.due.pop()
            {
                self.happen(now, due);
            }
        }
        for waits in waits.iter_mut().filter(|waits| waits.len() < plays) {
            waits.push(HORIZON);
        }
    }

    fn no_show(&self, serving: Serving) -> f64 {
        self.outlook.no_show[patience(serving.since - serving.ticket.origin)]
    }

    /// Draws a whole call.
    fn serve(&mut self, counter: usize, serving: Serving) {
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

    fn outcome(&mut self, service: usize) -> Outcome {
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

    fn end(&mut self, counter: usize, at: i64, outcome: Outcome) {
        let at = at.max(self.at + 1) + ms(self.outlook.gap_minutes);
        self.due.push(Reverse((at, Due::End(counter, outcome))));
    }

    #[allow(clippy::cast_precision_loss, reason = "the length of a break")]
    fn break_length(&mut self, planned: i64, spent: i64) -> i64 {
        let least = (planned + BREAK_SPREAD.0).max(spent);
        let most = planned + BREAK_SPREAD.1;
        let spread =
            if least < most { minutes(most - least) * self.random.uniform() } else { self.random.exponential() };
        least + ms(spread)
    }

    fn pause_length(&mut self, spent: i64) -> i64 {
        let m = self.outlook.pause_minutes.ln() - PAUSE_SIGMA * PAUSE_SIGMA / 2.0;
        let above = normal::above((minutes(spent).max(1e-6).ln() - m) / PAUSE_SIGMA);
        ms((m + PAUSE_SIGMA * self.random.normal_beyond(above)).exp())
    }

    /// A counter is through with a customer, a pause or its opening: the next break, a pause, or free.
    fn free(&mut self, counter: usize, now: i64, busy_minutes: f64) {
        let breaks = &self.outlook.counters[counter].breaks;
        if let Some(due) = breaks.get(self.breaks_taken[counter]).filter(|due| due.start <= now) {
            let length = due.length;
            self.breaks_taken[counter] += 1;
            let until = now + self.break_length(length, 0);
            self.pause(counter, now, until, true);
        } else if self.random.happens(self.outlook.pause_rate * busy_minutes) {
            let until = now + self.pause_length(0);
            self.pause(counter, now, until, false);
        } else {
            self.hall.set(counter, Doing::Idle(now));
        }
    }

    fn pause(&mut self, counter: usize, now: i64, until: i64, planned: bool) {
        self.hall.set(counter, Doing::Paused(now, planned));
        self.due.push(Reverse((until, Due::Resume(counter))));
    }

    fn happen(&mut self, now: i64, due: Due) {
        match due {
            Due::End(counter, outcome) => {
                let Doing::Busy(serving) = self.hall.doing(counter) else { return };
                if let Outcome::Transfer(to) = outcome {
                    let class = self.setup.rule.class(to, self.setup.rule.lane(serving.class));
                    let origin = now - (serving.since - serving.ticket.origin).max(0);
                    self.hall.wait(class, Waiting { origin, tag: STRANGER, ..serving.ticket });
                }
                self.free(counter, now, minutes(now - serving.since));
            }
            Due::Resume(counter) => self.free(counter, now, 0.0),
            Due::Break(counter) => {
                let taken = self.breaks_taken[counter];
                let next = self.outlook.counters[counter].breaks.get(taken);
                let ripe = next.is_some_and(|next| next.start <= now);
                if ripe && matches!(self.hall.doing(counter), Doing::Idle(_)) {
                    self.free(counter, now, 0.0);
                }
            }
            Due::CheckIn(service, booked) => {
                if !self.hall.draining() {
                    let punctual = self.setup.appointment_lane.filter(|_| now <= booked + self.setup.grace);
                    let (lane, origin) = punctual.map_or((self.setup.late_lane, now), |lane| (lane, booked));
                    self.join(self.setup.rule.class(service, lane), origin);
                }
            }
        }
    }

    fn walk_in(&mut self, now: i64) {
        let share = self.random.uniform();
        let mix = &self.outlook.mix;
        let class = mix.partition_point(|sum| *sum < share).min(mix.len().saturating_sub(1));
        self.join(class, now);
        self.next_walk_in(now);
    }

    fn join(&mut self, class: usize, origin: i64) {
        self.seq += 1;
        self.hall.wait(class, Waiting { origin, seq: self.seq, tag: STRANGER });
    }

    /// Draws the next walk-in from rates that change every half hour.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of a day")]
    fn next_walk_in(&mut self, now: i64) {
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

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
