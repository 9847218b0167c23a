//! What could be done now, ranked by what it would do: every act a manager could carry out at once is played on the same
//! customers, and those that spare most people a wait past their target come first.
//!
//! Pure and bounded: [`candidates`] lists at most [`MOST`] changes of one act each, [`rank`] plays them until the caller
//! says that time is up and answers what it has found by then.

use crate::{
    change::{Change, Help, Part},
    estimate::{Staffing, Toll},
};
use queue_core::{CounterPlan, CounterState, Millis, Plan, ServiceId};

/// Most changes that are looked at: a hall of thirty counters has hundreds, and few of them differ.
pub const MOST: usize = 40;
/// From this wait on a counter helps another queue, minutes.
const HELPS_AFTER_MIN: u32 = 5;
const MINUTE: Millis = 60_000;
/// Less than so many people spared is luck.
const WORTH_LATE: f64 = 0.3;
/// So much less of all waits is worth an act that spares nobody a wait past the target.
const WORTH_WAIT: f64 = 0.05;
/// So much more of all waits is too much, however many are spared.
const MORE_WAIT: f64 = 0.02;
/// And at least so much of it, seconds for each of the people.
const WORTH_WAIT_S: f64 = 20.0;

/// An act and what it would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// What is done.
    pub change: Change,
    /// What the next two hours cost with it.
    pub toll: Toll,
}

/// What could be done now, the plainest first: a paused counter resumes, a closed one opens, an open one helps a queue
/// that it does not serve, or serves nothing else. Of counters that take the same only the first is looked at.
pub fn candidates(plan: &Plan, states: &[CounterState]) -> Vec<Change> {
    let counters = || plan.counters.iter().zip(states.iter().copied());
    let of_state = |wanted: &'static [CounterState]| {
        let mut seen: Vec<&CounterPlan> = Vec::new();
        counters()
            .filter(|(_, state)| wanted.contains(state))
            .filter(|(counter, _)| {
                let is_new =
                    !seen.iter().any(|known| known.skills == counter.skills && known.affinity == counter.affinity);
                seen.push(counter);
                is_new
            })
            .map(|(counter, _)| counter)
            .collect::<Vec<_>>()
    };
    let opens = |counter: &CounterPlan| Part::Staff {
        counter: counter.id.clone(),
        staffing: Staffing::Open,
        span: crate::change::Span::default(),
    };
    let resumed = of_state(&[CounterState::Paused]).into_iter().map(opens);
    let opened = of_state(&[CounterState::Closed]).into_iter().map(opens);
    let open = of_state(&[CounterState::Open, CounterState::Pausing]);
    let helps = open.iter().flat_map(|counter| {
        let lacking = plan.services.iter().filter(|service| takes_later(plan, counter, &service.id));
        lacking.map(|service| Part::Help {
            counter: counter.id.clone(),
            help: Help { services: vec![service.id.clone()], after_min: HELPS_AFTER_MIN },
        })
    });
    let moves = open.iter().flat_map(|counter| {
        let others = plan.services.iter().filter(|service| !serves_only(plan, counter, &service.id));
        others.map(|service| Part::Move { counter: counter.id.clone(), services: vec![service.id.clone()] })
    });
    let parts = resumed.chain(opened).chain(helps).chain(moves).take(MOST);
    parts.map(|part| Change { parts: vec![part] }).collect()
}

/// Whether some lane of the service is taken never, or only after a longer wait.
fn takes_later(plan: &Plan, counter: &CounterPlan, service: &ServiceId) -> bool {
    let after = Millis::from(HELPS_AFTER_MIN) * MINUTE;
    plan.lanes.iter().any(|lane| counter.delay(service, &lane.id).is_none_or(|delay| delay > after))
}

/// Whether the service is all that the counter takes, and at once.
fn serves_only(plan: &Plan, counter: &CounterPlan, service: &ServiceId) -> bool {
    let mut classes = plan.services.iter().flat_map(|known| plan.lanes.iter().map(move |lane| (&known.id, &lane.id)));
    classes.all(|(known, lane)| counter.delay(known, lane) == (known == service).then_some(0))
}

/// Plays each of the changes until `go_on` says no; those that are worth doing, the best first: by people spared a wait
/// past their target, then by waits. `play` plays one course; fewer `plays` are enough to see which are worth more.
pub fn rank(
    as_is: Toll,
    changes: Vec<Change>,
    mut play: impl FnMut(&Change) -> Toll,
    mut go_on: impl FnMut() -> bool,
) -> Vec<Ranked> {
    let mut ranked = Vec::new();
    for change in changes {
        if !go_on() {
            break;
        }
        let toll = play(&change);
        if is_worth(as_is, toll) {
            ranked.push(Ranked { change, toll });
        }
    }
    // Stable: of equals the plainer comes first.
    ranked.sort_by(|a, b| a.toll.late.total_cmp(&b.toll.late).then(a.toll.wait_s.total_cmp(&b.toll.wait_s)));
    ranked
}

fn is_worth(as_is: Toll, toll: Toll) -> bool {
    let late = as_is.late - toll.late;
    let wait_s = as_is.wait_s - toll.wait_s;
    // Whoever is late already must not pay for those who are not yet: left alone, they would count no more than now.
    if -wait_s > as_is.wait_s * MORE_WAIT {
        return false;
    }
    // Nobody is to be made late so that others wait less.
    late >= WORTH_LATE || (late > -WORTH_LATE && wait_s > (as_is.wait_s * WORTH_WAIT).max(as_is.people * WORTH_WAIT_S))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
#[path = "acts_tests.rs"]
mod tests;
