//! The rule's settings of one branch, looked up once: lanes, counters and who serves what after which delay.

/// What the rule knows of a branch. Lanes, services and counters are indices; a class is
/// `service * lanes.len() + lane`.
#[derive(Debug, Clone, PartialEq)]
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
    /// The wait before which this counter leaves the class to others.
    pub delay: i64,
    /// Affinity, 1/100 points.
    pub b100: i64,
}

impl Rule {
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
