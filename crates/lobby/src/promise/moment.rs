//! What a forecast starts from: everything that the last pass knew, so that a forecast agrees with the estimates that
//! are shown beside it. Playing it forward is up to whoever asks, on a thread of their own.

use planner::{
    change::Change,
    estimate::{Course, Hall, Outlook, Present, Rule, Setup, Step, forecast},
    whatif::Law,
};
use queue_core::{Plan, Timestamp};

/// The seed of every forecast: with and without a change it is the same customers who come.
const SEED: u64 = 0x666f_7265_6361_7374;

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

    /// An instant of a forecast.
    pub fn time(&self, of_day: i64) -> Timestamp {
        self.midnight.plus(of_day)
    }
}
