//! The rule's settings of one branch, looked up once: lanes, counters and who serves what after which delay.

use queue_core::{CounterPlan, Plan};

/// What the rule knows of a branch. Lanes, services and counters are indices; a class is
/// `service * lanes.len() + lane`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// In lane order: ties of the guarantee fall to the first.
    pub lanes: Vec<LaneRule>,
    /// In counter order.
    pub counters: Vec<CounterRule>,
    /// How many services there are.
    pub services: usize,
}

/// One lane: head start and speed in hundredths of a point, guarantee in milliseconds and thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneRule {
    /// Head start, 1/100 points.
    pub h100: i64,
    /// Speed, 1/100 points a minute.
    pub p100: i64,
    /// The wait after which the guarantee counts.
    pub guard_after: i64,
    /// Guaranteed share of the calls, thousandths.
    pub share1000: i64,
}

/// One counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRule {
    /// What it serves.
    pub skills: Vec<Skill>,
    /// How many skill keys are written for it: fewer is preferred in a tie.
    pub breadth: usize,
    /// Its order among equals.
    pub rank: i64,
}

/// That a counter serves a class after a delay, with a bonus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skill {
    /// Service and lane.
    pub class: usize,
    /// The lane of the class; kept because a division for every head is what a play would spend its time on.
    pub lane: usize,
    /// The wait before which this counter leaves the class to others, milliseconds; or [`Skill::NEVER`].
    pub delay: i64,
    /// Affinity, 1/100 points.
    pub b100: i64,
}

impl Skill {
    /// The delay of a class that a counter calls only when a ticket is pinned to it. Without a bonus such a class need
    /// not be listed.
    pub const NEVER: i64 = i64::MAX;
}

impl Rule {
    /// Looks a Plan up. The order of its lanes and counters is their rank.
    pub fn new(plan: &Plan) -> Self {
        let lanes = plan.lanes.iter().map(|lane| LaneRule {
            h100: lane.h100,
            p100: lane.p100,
            guard_after: lane.guard_after_ms,
            share1000: lane.share1000,
        });
        let counters = (0..).zip(&plan.counters).map(|(rank, counter)| CounterRule {
            skills: skills(plan, counter),
            breadth: counter.skills.len(),
            rank,
        });
        Self { lanes: lanes.collect(), counters: counters.collect(), services: plan.services.len() }
    }

    /// The class of a service and a lane.
    pub fn class(&self, service: usize, lane: usize) -> usize {
        service * self.lanes.len() + lane
    }
    /// The service of a class.
    pub fn service(&self, class: usize) -> usize {
        class / self.lanes.len()
    }
    /// The lane of a class.
    pub fn lane(&self, class: usize) -> usize {
        class % self.lanes.len()
    }
    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.services * self.lanes.len()
    }
}

impl CounterRule {
    /// What it takes and by which rule; nothing for a class that it neither serves nor prefers.
    pub fn skill(&self, class: usize) -> Option<&Skill> {
        self.skills.iter().find(|skill| skill.class == class)
    }

    /// Whether it ever calls a ticket of the class that is not pinned to it.
    pub fn serves(&self, class: usize) -> bool {
        self.skill(class).is_some_and(|skill| skill.delay != Skill::NEVER)
    }
}

fn skills(plan: &Plan, counter: &CounterPlan) -> Vec<Skill> {
    let classes =
        plan.services.iter().flat_map(|service| plan.lanes.iter().enumerate().map(move |lane| (service, lane)));
    let skills = classes.enumerate().filter_map(|(class, (service, (lane, its)))| {
        let delay = counter.delay(&service.id, &its.id);
        let b100 = counter.affinity(&its.id);
        let counts = delay.is_some() || b100 != 0;
        counts.then_some(Skill { class, lane, delay: delay.unwrap_or(Skill::NEVER), b100 })
    });
    skills.collect()
}
