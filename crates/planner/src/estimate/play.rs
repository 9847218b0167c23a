//! Plays the rule forward from a live state, many times, until every watched ticket has been called.

mod begin;
mod draws;
mod waits;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::learn::{Setup, minutes};
use super::outlook::Outlook;
use crate::engine::{Call, Doing, Hall, Serving, Waiting};
use crate::random::Random;
use draws::Draw;
use waits::Tickets;

pub use waits::Waits;

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
/// The sequence of the first of them; the next ones count up.
pub(super) const FIRST_STRANGER: u32 = u32::MAX / 2 + 1;
/// Breaks of the plan last the planned length and −60 to +120 s.
const BREAK_SPREAD: (i64, i64) = (-60_000, 120_000);
/// σ of ln of the length of an unplanned pause.
const PAUSE_SIGMA: f64 = 0.4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    End(usize, Outcome),
    Resume(usize),
    Break(usize),
    CheckIn(usize, i64),
    Staff(usize, Staffing),
}

/// What a person is told to do about a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Staffing {
    /// Take customers, from wherever the counter's clerk is.
    Open,
    /// Take no more customers after the one who is there.
    Close,
}

/// Whoever looks on at a play.
pub(super) trait Watch {
    /// Somebody is called.
    fn called(&mut self, at: i64, serving: Serving);
    /// Somebody comes; `seq` names them within the play.
    fn joined(&mut self, _at: i64, _class: usize, _seq: u32) {}
    /// Nothing happens from here until `next`. The answer is whether to go on.
    fn passes(&mut self, next: i64, hall: &Hall) -> bool;
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
    /// What people are told to do, and when.
    staffing: Vec<(i64, usize, Staffing)>,
    /// By counter: whether it takes no more customers.
    closing: Vec<bool>,
    /// The seed of numbers that every customer and counter has of its own.
    common: Option<u64>,
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
            staffing: Vec::new(),
            closing: vec![false; setup.rule.counters.len()],
            common: None,
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
        let mut tickets = Tickets::new(watched, self.at, plays);
        self.steps = 0;
        for play in 0..plays {
            if play >= LEAST_PLAYS && self.steps >= STEPS * watched.len() {
                break;
            }
            tickets.begin();
            self.play_once(&mut tickets);
            tickets.end(play + 1);
        }
        tickets.sorted()
    }

    /// The same with people told what to do: instant, counter, and what.
    pub(super) fn told(mut self, staffing: &[(i64, usize, Staffing)]) -> Self {
        self.staffing = staffing.to_vec();
        self
    }

    /// Plays once with numbers that every customer and counter has of its own, so that plays of the same turn differ by
    /// what is done and not by luck (common random numbers).
    pub(super) fn play_in_common(&mut self, turn: u64, watch: &mut impl Watch) {
        self.common = Some(turn);
        self.play_once(watch);
    }

    fn play_once(&mut self, watch: &mut impl Watch) {
        self.begin();
        let mut now = self.at;
        let end = self.at + HORIZON;
        loop {
            self.steps += 1;
            self.calls.clear();
            let calls = &mut self.calls;
            self.hall.assign(&self.setup.rule, now, |call| calls.push(call));
            for i in 0..self.calls.len() {
                let call = self.calls[i];
                watch.called(now, call.serving);
                self.serve(call.counter, call.serving);
            }
            let due = self.due.peek().map_or(i64::MAX, |Reverse((at, _))| *at);
            let wake = self.hall.wake(&self.setup.rule, now).unwrap_or(i64::MAX);
            let close = if self.hall.draining() { i64::MAX } else { self.setup.close.max(self.at + 1) };
            let next = due.min(wake).min(self.walk_in).min(close);
            if !watch.passes(next.min(end), &self.hall) || next >= end {
                return;
            }
            now = next;
            if now == close {
                self.hall.drain();
                self.walk_in = i64::MAX;
            } else if now == self.walk_in {
                self.walk_in(now, watch);
            } else if now == due
                && let Some(Reverse((_, due))) = self.due.pop()
            {
                self.happen(now, due, watch);
            }
        }
    }

    /// A counter is through with a customer, a pause or its opening: the next break, a pause, or free.
    fn free(&mut self, counter: usize, now: i64, busy_minutes: f64) {
        if self.closing[counter] {
            self.hall.set(counter, Doing::Closed);
            return;
        }
        let breaks = &self.outlook.counters[counter].breaks;
        self.draw_for(Draw::Between, index(counter), now);
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

    fn happen(&mut self, now: i64, due: Due, watch: &mut impl Watch) {
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
            Due::Resume(counter) => {
                if matches!(self.hall.doing(counter), Doing::Closed | Doing::Paused(..)) {
                    self.free(counter, now, 0.0);
                }
            }
            Due::Staff(counter, staffing) => self.staff(counter, now, staffing),
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
                    self.join(now, self.setup.rule.class(service, lane), origin, watch);
                }
            }
        }
    }

    /// What a person was told to do about a counter.
    fn staff(&mut self, counter: usize, now: i64, staffing: Staffing) {
        let doing = self.hall.doing(counter);
        self.closing[counter] = staffing == Staffing::Close;
        match staffing {
            Staffing::Open if matches!(doing, Doing::Closed | Doing::Paused(..)) => {
                self.hall.set(counter, Doing::Idle(now));
            }
            // After its customer.
            Staffing::Close if !matches!(doing, Doing::Busy(_)) => self.hall.set(counter, Doing::Closed),
            Staffing::Open | Staffing::Close => {}
        }
    }

    fn walk_in(&mut self, now: i64, watch: &mut impl Watch) {
        self.draw_for(Draw::WalkIn, self.seq, 0);
        let share = self.random.uniform();
        let mix = &self.outlook.mix;
        let class = mix.partition_point(|sum| *sum < share).min(mix.len().saturating_sub(1));
        self.join(now, class, now, watch);
        self.next_walk_in(now);
    }

    fn join(&mut self, now: i64, class: usize, origin: i64, watch: &mut impl Watch) {
        self.seq += 1;
        self.hall.wait(class, Waiting { origin, seq: self.seq, tag: STRANGER });
        watch.joined(now, class, self.seq);
    }
}

/// A counter's number as random numbers are named by it.
fn index(counter: usize) -> u32 {
    u32::try_from(counter).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
