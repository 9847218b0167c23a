//! What a forecast starts from: everything that the last pass knew, so that a forecast agrees with the estimates that
//! are shown beside it. Playing it forward is up to whoever asks, on a thread of their own.

use planner::{
    acts::{Ranked, candidates, rank},
    change::Change,
    estimate::{Course, Doing, Hall, Outlook, Present, Rule, Setup, Step, Toll, forecast, toll},
    whatif::{HALF_HOUR, Law},
};
use queue_core::{CounterState, Millis, Plan, Timestamp};

/// The seed of every forecast: with and without a change it is the same customers who come.
const SEED: u64 = 0x666f_7265_6361_7374;

/// Plays with which every act that could be done is looked at, and with which the best of them are compared.
const SIGHT: u64 = 12;
const CLOSE_LOOK: u64 = 60;
/// How many of the best are looked at closely, and how many are proposed.
const BEST: usize = 6;
const PROPOSED: usize = 3;

/// What could be done now.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposals {
    /// The next two hours as they are.
    pub as_is: Toll,
    /// At most three, the best first.
    pub acts: Vec<Ranked>,
    /// Whether time sufficed to look at everything.
    pub complete: bool,
}

/// The branch at the moment of a pass, and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// The rule in force.
    pub plan: Plan,
    /// The local midnight that the planner's milliseconds are counted from.
    pub(super) midnight: Timestamp,
    pub(super) setup: Setup,
    pub(super) outlook: Outlook,
    pub(super) hall: Hall,
}

impl Moment {
    /// The next two hours, with this done.
    pub fn forecast(&self, change: &Change) -> Vec<Step> {
        let at = self.at.since(self.midnight);
        let plan = change.plan(&self.plan);
        let setup = Setup { rule: Rule::new(&plan), ..self.setup.clone() };
        let staffing = change.staffing(&self.plan, at);
        let present = Present { outlook: &self.outlook, hall: &self.hall, at };
        forecast(present, Course { setup: &setup, targets: &Law::of(&plan).targets, staffing: &staffing }, SEED)
    }

    /// The acts that would spare most people a wait past their target in the next two hours, looked for until `go_on` says
    /// no: all of them with few plays, then the best of them with many, on the same customers each time.
    pub fn proposals(&self, go_on: impl Fn() -> bool) -> Proposals {
        let states: Vec<CounterState> = (0..self.plan.counters.len()).map(|counter| self.state(counter)).collect();
        let seen = candidates(&self.plan, &states);
        let (as_is, mut looked) = (self.toll(&Change::default(), SIGHT), 0);
        let all = seen.len();
        let sight = |change: &Change| {
            looked += 1;
            self.toll(change, SIGHT)
        };
        let mut best = rank(as_is, seen, sight, &go_on);
        best.truncate(BEST);
        let complete = looked == all;
        let as_is = self.toll(&Change::default(), CLOSE_LOOK);
        let close = |change: &Change| self.toll(change, CLOSE_LOOK);
        let mut acts = rank(as_is, best.into_iter().map(|act| act.change).collect(), close, &go_on);
        acts.truncate(PROPOSED);
        Proposals { as_is, acts, complete: complete && go_on() }
    }

    /// How a counter stood then; who pauses after a customer still takes that one.
    pub fn state(&self, counter: usize) -> CounterState {
        match self.hall.doing(counter) {
            Doing::Closed => CounterState::Closed,
            Doing::Paused(..) => CounterState::Paused,
            Doing::Busy(_) | Doing::Idle(_) => CounterState::Open,
        }
    }

    fn toll(&self, change: &Change, plays: u64) -> Toll {
        let at = self.at.since(self.midnight);
        let plan = change.plan(&self.plan);
        let setup = Setup { rule: Rule::new(&plan), ..self.setup.clone() };
        let staffing = change.staffing(&self.plan, at);
        let present = Present { outlook: &self.outlook, hall: &self.hall, at };
        toll(present, Course { setup: &setup, targets: &Law::of(&plan).targets, staffing: &staffing }, SEED, plays)
    }

    /// Whether nobody waits and nobody is expected for so long.
    pub(super) fn is_quiet(&self, within: Millis) -> bool {
        let at = self.at.since(self.midnight);
        let waits = self.hall.waiting().next().is_some();
        // Rates are by half hour, from the one under way.
        let halves = usize::try_from(within / HALF_HOUR).unwrap_or(0) + 1;
        let comes = self.outlook.rates.iter().take(halves).any(|rate| *rate > 0.0);
        let booked = self.outlook.awaited.iter().any(|(booked, _)| booked.at < at + within);
        !(waits || comes || booked)
    }

    /// An instant of a forecast.
    pub fn time(&self, of_day: i64) -> Timestamp {
        self.midnight.plus(of_day)
    }
}
