//! The selection rule on small integers, made to be copied and played forward hundreds of times: who
//! waits, which counters are free, and whom the rule calls next (DISCIPLINE §1). Times are milliseconds.

use std::collections::VecDeque;

use super::rule::{Rule, Skill};

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
    /// Whether the ticket was pinned to it.
    pub pinned: bool,
}

/// The head of an empty queue.
const NOBODY: Waiting = Waiting { origin: i64::MAX, seq: u32::MAX, tag: u32::MAX };

/// The lobby at an instant.
#[derive(Debug, PartialEq, Eq)]
pub struct Hall {
    /// Per class, in order of (origin, seq).
    queues: Vec<VecDeque<Waiting>>,
    /// Per class the first of its queue, or [`NOBODY`]: side by side, because every choice reads all of them.
    heads: Vec<Waiting>,
    pins: Vec<Pinned>,
    counters: Vec<Doing>,
    credit: Vec<i64>,
    draining: bool,
    idle: usize,
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

    /// Every waiting ticket with its class, pinned ones last.
    pub fn waiting(&self) -> impl Iterator<Item = (usize, Waiting)> + '_ {
        let free = self.queues.iter().enumerate();
        free.flat_map(|(class, queue)| queue.iter().map(move |ticket| (class, *ticket)))
            .chain(self.pins.iter().map(|pinned| (pinned.class, pinned.ticket)))
    }

    fn unpin(&mut self, at: i64) {
        while let Some(i) = self.pins.iter().position(|pinned| at >= pinned.until) {
            let pinned = self.pins.swap_remove(i);
            self.wait(pinned.class, pinned.ticket);
        }
    }

    fn delay(&self, skill: &Skill) -> i64 {
        if self.draining { 0 } else { skill.delay }
    }

    fn head(&self, skill: &Skill, at: i64) -> Option<Waiting> {
        let head = self.heads[skill.class];
        if head.origin == i64::MAX {
            return None;
        }
        let delay = self.delay(skill);
        (delay == 0 || at - head.origin >= delay).then_some(head)
    }

    /// Whether anybody in a lane waits past its limit, whatever the service.
    fn past_limit(&self, rule: &Rule, lane: usize, at: i64) -> bool {
        let limit = rule.lanes[lane].guard_after;
        let mut class = lane;
        while let Some(head) = self.heads.get(class) {
            if head.origin <= at - limit {
                return true;
            }
            class += rule.lanes.len();
        }
        false
    }

    /// A lane's credit, or 0 once nobody in it waits past its limit.
    fn credit_now(&self, rule: &Rule, lane: usize, at: i64) -> i64 {
        let credit = self.credit[lane];
        if credit != 0 && self.past_limit(rule, lane, at) { credit } else { 0 }
    }

    /// Whether a lane with a guarantee has a ticket past its limit that this counter may call now.
    fn accrues(&self, rule: &Rule, counter: usize, lane: usize, at: i64) -> bool {
        let limit = rule.lanes[lane].guard_after;
        rule.lanes[lane].share1000 > 0
            && self.past_limit(rule, lane, at)
            && rule.counters[counter]
                .skills
                .iter()
                .any(|skill| skill.lane == lane && self.head(skill, at).is_some_and(|head| at - head.origin >= limit))
    }

    /// The lane to which the guarantee restricts this choice.
    fn owed(&self, rule: &Rule, counter: usize, at: i64) -> Option<usize> {
        let mut owed = None;
        for (lane, its) in rule.lanes.iter().enumerate() {
            if !self.accrues(rule, counter, lane, at) {
                continue;
            }
            let sum = self.credit_now(rule, lane, at) + its.share1000;
            if sum >= 1000 && owed.is_none_or(|(_, best)| sum > best) {
                owed = Some((lane, sum));
            }
        }
        owed.map(|(lane, _)| lane)
    }

    /// Whom a free counter would call: the pin's place, or the skill whose head it is.
    fn select(&self, rule: &Rule, counter: usize, at: i64) -> Option<Choice> {
        let pins = self.pins.iter().enumerate().filter(|(_, pinned)| pinned.counter == counter);
        if let Some((place, _)) = pins.min_by_key(|(_, pinned)| pinned.ticket) {
            return Some(Choice::Pin(place));
        }
        let owed = self.owed(rule, counter, at);
        let mut best: Option<(i64, Waiting, &Skill)> = None;
        for skill in &rule.counters[counter].skills {
            let lane = skill.lane;
            if owed.is_some_and(|owed| owed != lane) {
                continue;
            }
            let Some(head) = self.head(skill, at) else { continue };
            let its = &rule.lanes[lane];
            // Sixty thousand times the points, so that milliseconds and hundredths stay whole.
            let points = 60_000 * (its.h100 + skill.b100) + its.p100 * (at - head.origin);
            if best.is_none_or(|(most, first, _)| points > most || (points == most && head < first)) {
                best = Some((points, head, skill));
            }
        }
        best.map(|(_, _, skill)| Choice::Skill(*skill))
    }

    /// Makes every call that the rule makes now, in its order.
    pub fn assign(&mut self, rule: &Rule, at: i64, mut called: impl FnMut(Call)) {
        if !self.pins.is_empty() {
            self.unpin(at);
        }
        while self.idle > 0 {
            let mut best = None;
            for (counter, its) in rule.counters.iter().enumerate() {
                let Doing::Idle(since) = self.counters[counter] else { continue };
                let Some(choice) = self.select(rule, counter, at) else { continue };
                let (pinned, delay, bonus) = match &choice {
                    Choice::Pin(_) => (0, 0, 0),
                    Choice::Skill(skill) => (1, self.delay(skill), skill.b100),
                };
                let order = (pinned, delay, -bonus, its.breadth, since, its.rank);
                if best.as_ref().is_none_or(|(least, _, _)| order < *least) {
                    best = Some((order, counter, choice));
                }
            }
            let Some((_, counter, choice)) = best else { return };
            if let Some(call) = self.call(rule, counter, &choice, at) {
                called(call);
            }
        }
    }

    #[inline]
    fn call(&mut self, rule: &Rule, counter: usize, choice: &Choice, at: i64) -> Option<Call> {
        let (ticket, class, pinned) = match choice {
            Choice::Pin(place) => {
                let pinned = self.pins.swap_remove(*place);
                (pinned.ticket, pinned.class, true)
            }
            Choice::Skill(skill) => {
                for (lane, its) in rule.lanes.iter().enumerate() {
                    if its.share1000 == 0 {
                        continue;
                    }
                    let booked = if self.accrues(rule, counter, lane, at) { its.share1000 } else { 0 };
                    self.credit[lane] = self.credit_now(rule, lane, at) + booked;
                }
                let lane = skill.lane;
                self.credit[lane] = (self.credit[lane] - 1000).max(0);
                let queue = &mut self.queues[skill.class];
                let ticket = queue.pop_front()?;
                self.heads[skill.class] = queue.front().copied().unwrap_or(NOBODY);
                (ticket, skill.class, false)
            }
        };
        let serving = Serving { ticket, class, since: at };
        self.set(counter, Doing::Busy(serving));
        Some(Call { counter, serving, pinned })
    }

    /// The next instant at which a call can come by itself: a delay passes or a pin ends.
    pub fn wake(&self, rule: &Rule, at: i64) -> Option<i64> {
        if self.idle == 0 {
            return None;
        }
        let mut next = self.pins.iter().map(|pinned| pinned.until).min();
        for (counter, its) in rule.counters.iter().enumerate() {
            if !matches!(self.counters[counter], Doing::Idle(_)) {
                continue;
            }
            for skill in &its.skills {
                let delay = self.delay(skill);
                let head = self.heads[skill.class];
                if delay == 0 || head.origin == i64::MAX {
                    continue;
                }
                let ripe = head.origin + delay;
                if ripe > at && next.is_none_or(|next| ripe < next) {
                    next = Some(ripe);
                }
            }
        }
        next
    }
}

/// What `select` found.
#[derive(Debug, Clone, Copy)]
enum Choice {
    /// The pinned ticket in this place.
    Pin(usize),
    /// The head of this skill's class.
    Skill(Skill),
}

#[cfg(test)]
#[path = "hall_tests.rs"]
mod tests;
