//! A lobby on small integers, made to be copied and played forward hundreds of times: who waits, which counters are
//! free, what the lanes are owed. Times are milliseconds.

use super::rule::Rule;
use std::collections::VecDeque;

/// One waiting ticket. Its order within a class is (`origin`, `seq`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// Clock origin of its points.
    pub origin: i64,
    /// Order of issue.
    pub seq: u32,
    /// The caller's handle, handed back by a call.
    pub tag: u32,
}

/// A waiting ticket that one counter has until an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pinned {
    /// The ticket.
    pub ticket: Waiting,
    /// Its class once the pin ends.
    pub class: usize,
    /// The counter that it waits for.
    pub counter: usize,
    /// The instant from which it waits for any counter again.
    pub until: i64,
}

/// A ticket at a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serving {
    /// The ticket as it waited.
    pub ticket: Waiting,
    /// Its class.
    pub class: usize,
    /// When it was called.
    pub since: i64,
}

/// What a counter is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Not open.
    Closed,
    /// Free and ready since an instant.
    Idle(i64),
    /// Has a ticket.
    Busy(Serving),
    /// Paused since an instant; planned (a break) or not.
    Paused(i64, bool),
}

/// One call that the rule made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The counter.
    pub counter: usize,
    /// The ticket, its class and the instant.
    pub serving: Serving,
    /// Why it was next.
    pub reason: CallReason,
}

/// Why a ticket was next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallReason {
    /// It had the most points.
    Points,
    /// Its lane was owed a call.
    Guarantee,
    /// It was sent to this counter.
    Pin,
}

impl CallReason {
    /// As in traces and journals.
    pub const fn as_str(self) -> &'static str {
        match self {
            CallReason::Points => "points",
            CallReason::Guarantee => "guarantee",
            CallReason::Pin => "pin",
        }
    }
}

/// The head of an empty queue.
pub(super) const NOBODY: Waiting = Waiting { origin: i64::MAX, seq: u32::MAX, tag: u32::MAX };

/// The lobby at an instant.
#[derive(Debug, PartialEq, Eq)]
pub struct Hall {
    /// Per class, in order of (origin, seq).
    pub(super) queues: Vec<VecDeque<Waiting>>,
    /// Per class the first of its queue, or [`NOBODY`]: side by side, because every choice reads all of them.
    pub(super) heads: Vec<Waiting>,
    pub(super) pins: Vec<Pinned>,
    pub(super) counters: Vec<Doing>,
    pub(super) credit: Vec<i64>,
    pub(super) draining: bool,
    pub(super) idle: usize,
}

impl Clone for Hall {
    fn clone(&self) -> Self {
        Self {
            queues: self.queues.clone(),
            heads: self.heads.clone(),
            pins: self.pins.clone(),
            counters: self.counters.clone(),
            credit: self.credit.clone(),
            draining: self.draining,
            idle: self.idle,
        }
    }

    /// Keeps the memory of the last play: a play is a copy, two hundred times a ticket.
    fn clone_from(&mut self, from: &Self) {
        self.queues.clone_from(&from.queues);
        self.heads.clone_from(&from.heads);
        self.pins.clone_from(&from.pins);
        self.counters.clone_from(&from.counters);
        self.credit.clone_from(&from.credit);
        self.draining = from.draining;
        self.idle = from.idle;
    }
}

impl Hall {
    /// An empty hall with all counters closed.
    pub fn new(rule: &Rule) -> Self {
        Self {
            queues: vec![VecDeque::new(); rule.classes()],
            heads: vec![NOBODY; rule.classes()],
            pins: Vec::new(),
            counters: vec![Doing::Closed; rule.counters.len()],
            credit: vec![0; rule.lanes.len()],
            draining: false,
            idle: 0,
        }
    }

    /// What a counter is doing.
    pub fn doing(&self, counter: usize) -> Doing {
        self.counters[counter]
    }

    /// Sets what a counter is doing. No call is made.
    pub fn set(&mut self, counter: usize, doing: Doing) {
        self.idle -= usize::from(matches!(self.counters[counter], Doing::Idle(_)));
        self.idle += usize::from(matches!(doing, Doing::Idle(_)));
        self.counters[counter] = doing;
    }

    /// The guarantee's credit of a lane, thousandths, as a live branch has it.
    pub fn set_credit(&mut self, lane: usize, thousandths: i64) {
        self.credit[lane] = thousandths;
    }

    /// Whether the last ticket has been issued.
    pub fn draining(&self) -> bool {
        self.draining
    }

    /// From here on finite delays are 0.
    pub fn drain(&mut self) {
        self.draining = true;
    }

    /// A ticket joins the queue of its class.
    pub fn wait(&mut self, class: usize, ticket: Waiting) {
        let queue = &mut self.queues[class];
        match queue.back() {
            Some(last) if *last > ticket => {
                let place = queue.partition_point(|other| *other < ticket);
                queue.insert(place, ticket);
            }
            _ => queue.push_back(ticket),
        }
        self.heads[class] = self.heads[class].min(ticket);
    }

    /// A ticket waits for one counter.
    pub fn pin(&mut self, pinned: Pinned) {
        self.pins.push(pinned);
    }

    /// A ticket waits no longer. Nothing happens if it does not wait.
    pub fn leave(&mut self, class: usize, tag: u32) {
        self.pins.retain(|pinned| pinned.ticket.tag != tag);
        let queue = &mut self.queues[class];
        queue.retain(|ticket| ticket.tag != tag);
        self.heads[class] = queue.front().copied().unwrap_or(NOBODY);
    }

    /// By class: how many wait, pinned ones left out.
    pub fn queue_lengths(&self) -> impl Iterator<Item = u32> + '_ {
        self.queues.iter().map(|queue| u32::try_from(queue.len()).unwrap_or(u32::MAX))
    }

    /// Every waiting ticket with its class, pinned ones last.
    pub fn waiting(&self) -> impl Iterator<Item = (usize, Waiting)> + '_ {
        let free = self.queues.iter().enumerate();
        free.flat_map(|(class, queue)| queue.iter().map(move |ticket| (class, *ticket)))
            .chain(self.pins.iter().map(|pinned| (pinned.class, pinned.ticket)))
    }
}

#[cfg(test)]
#[path = "hall_tests.rs"]
mod tests;
