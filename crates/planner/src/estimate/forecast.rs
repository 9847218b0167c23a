//! The next two hours from the live state: who will wait, how long, and whether that keeps the targets; and the same
//! with something changed. Both are played with numbers that every customer and counter has of its own, so that they
//! differ by the change and not by luck.

use super::learn::Setup;
use super::outlook::Outlook;
use super::play::{FIRST_STRANGER, Player, Staffing, Watch};
use crate::engine::{Hall, Serving};
use crate::random::Random;

/// Length of a step, milliseconds.
pub const STEP: i64 = 600_000;
/// Steps of a forecast.
pub const STEPS: usize = 12;
/// Plays of a forecast: its means are then known to a tenth of the spread of one day.
const PLAYS: u64 = 100;
/// How long after the last step a play goes on for those who came in it, milliseconds. Who still waits then is counted
/// with the wait so far.
pub(super) const PATIENCE: i64 = 3 * 3_600_000;
/// Customers in a step, over all plays, below which there is nothing to tell of their waits.
const FEW: f64 = 5.0;

/// Ten minutes to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Their beginning, milliseconds since local midnight.
    pub from: i64,
    /// By lane.
    pub lanes: Vec<LaneStep>,
}

/// One lane in ten minutes to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneStep {
    /// How many are expected to wait at its beginning.
    pub waiting: f64,
    /// How many are expected to come in it.
    pub come: f64,
    /// Mean wait of those who come in it, seconds; none if hardly anybody does.
    pub wait_s: Option<f64>,
    /// Share of those who come in it and wait no longer than the target.
    pub in_target: Option<f64>,
}

/// What a forecast starts from.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// What can be expected.
    pub outlook: &'a Outlook,
    /// Who is where.
    pub hall: &'a Hall,
    /// Now, milliseconds since local midnight.
    pub at: i64,
}

/// What is done about it: the rule in the setup, targets, and what people are told to do.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// With the rule that is followed.
    pub setup: &'a Setup,
    /// By lane: the wait to be kept, milliseconds.
    pub targets: &'a [i64],
    /// Instant, counter, and what it is told.
    pub staffing: &'a [(i64, usize, Staffing)],
}

/// The next two hours. The same seed gives every customer the same time of coming, service and patience, whatever the
/// course.
pub fn forecast(present: Present<'_>, course: Course<'_>, seed: u64) -> Vec<Step> {
    let Present { outlook, hall, at } = present;
    let mut player = Player::new(course.setup, outlook, hall, at, seed).told(course.staffing);
    let mut ahead = Ahead::new(course, at);
    for play in 0..PLAYS {
        ahead.begin();
        player.play_in_common(Random::seed_of(seed, &[play]), &mut ahead);
        ahead.end();
    }
    ahead.steps()
}

/// Somebody who came in a play.
#[derive(Debug, Clone, Copy)]
struct Comer {
    at: i64,
    lane: usize,
    called: bool,
}

/// Sums over all plays, of one lane in one step.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    waiting: f64,
    come: f64,
    wait: f64,
    in_target: f64,
}

/// Looks on at plays for the waits of people who are still to come.
struct Ahead<'a> {
    course: Course<'a>,
    at: i64,
    /// By step and lane.
    sums: Vec<Sums>,
    /// Those of this play who came within the steps, in the order of coming.
    comers: Vec<Comer>,
    /// How many of them still wait.
    missing: usize,
    /// The first step whose beginning has not been reached.
    next_step: usize,
    /// Until when this play has gone.
    now: i64,
}

impl<'a> Ahead<'a> {
    fn new(course: Course<'a>, at: i64) -> Self {
        let sums = vec![Sums::default(); STEPS * course.setup.rule.lanes.len()];
        Self { course, at, sums, comers: Vec::new(), missing: 0, next_step: 0, now: at }
    }

    fn begin(&mut self) {
        self.comers.clear();
        (self.missing, self.next_step, self.now) = (0, 0, self.at);
    }

    /// A play is over: whoever was not called waits until now at least.
    fn end(&mut self) {
        for place in 0..self.comers.len() {
            if !self.comers[place].called {
                self.waited(place, self.now);
            }
        }
    }

    fn waited(&mut self, place: usize, until: i64) {
        let Comer { at, lane, .. } = self.comers[place];
        let wait = until - at;
        let in_target = wait <= self.course.targets.get(lane).copied().unwrap_or(i64::MAX);
        let sums = &mut self.sums[step_of(at - self.at) * self.course.setup.rule.lanes.len() + lane];
        sums.come += 1.0;
        sums.wait += seconds(wait);
        sums.in_target += f64::from(u8::from(in_target));
    }

    fn steps(self) -> Vec<Step> {
        let lanes = self.course.setup.rule.lanes.len();
        let from = (0..).map(|step: i64| self.at + step * STEP);
        let steps = self.sums.chunks(lanes).zip(from);
        steps.map(|(sums, from)| Step { from, lanes: sums.iter().map(Sums::mean).collect() }).collect()
    }
}

impl Watch for Ahead<'_> {
    fn called(&mut self, at: i64, serving: Serving) {
        let place = serving.ticket.seq.checked_sub(FIRST_STRANGER).and_then(|place| usize::try_from(place).ok());
        let Some(place) = place.filter(|place| self.comers.get(*place).is_some_and(|comer| !comer.called)) else {
            return;
        };
        self.comers[place].called = true;
        self.missing -= 1;
        self.waited(place, at);
    }

    fn joined(&mut self, at: i64, class: usize, _: u32) {
        // Those who come later have higher numbers; nobody asks about them.
        if step_of(at - self.at) < STEPS {
            self.comers.push(Comer { at, lane: self.course.setup.rule.lane(class), called: false });
            self.missing += 1;
        }
    }

    fn passes(&mut self, next: i64, hall: &Hall) -> bool {
        let lanes = self.course.setup.rule.lanes.len();
        while self.next_step < STEPS && self.at + ms_of(self.next_step) < next {
            for (class, count) in hall.queue_lengths().enumerate().filter(|(_, count)| *count > 0) {
                let lane = self.course.setup.rule.lane(class);
                self.sums[self.next_step * lanes + lane].waiting += f64::from(count);
            }
            self.next_step += 1;
        }
        let end = self.at + ms_of(STEPS);
        self.now = next.min(end + PATIENCE);
        next < end || (self.missing > 0 && next < end + PATIENCE)
    }
}

impl Sums {
    #[allow(clippy::cast_precision_loss, reason = "a hundred plays")]
    fn mean(&self) -> LaneStep {
        let plays = PLAYS as f64;
        let of_comers = |sum: f64| (self.come >= FEW).then(|| sum / self.come);
        LaneStep {
            waiting: self.waiting / plays,
            come: self.come / plays,
            wait_s: of_comers(self.wait),
            in_target: of_comers(self.in_target),
        }
    }
}

/// The step of an instant; at most one past the last.
fn step_of(passed: i64) -> usize {
    usize::try_from(passed / STEP).unwrap_or(0).min(STEPS)
}

fn ms_of(steps: usize) -> i64 {
    i64::try_from(steps).unwrap_or(i64::MAX).saturating_mul(STEP)
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "forecast_tests.rs"]
mod tests;
