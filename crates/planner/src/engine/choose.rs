//! Who is next: `DISCIPLINE` §1, heads of queues only.

use super::hall::{Call, CallReason, Doing, Hall, NOBODY, Serving, Waiting};
use super::rule::{Rule, Skill};

/// What [`Hall::select`] found.
#[derive(Debug, Clone, Copy)]
enum Choice {
    /// The pinned ticket in this place.
    Pin(usize),
    /// The head of this skill's class, and by what right.
    Skill(Skill, CallReason),
}

impl Hall {
    fn unpin(&mut self, at: i64) {
        while let Some(i) = self.pins.iter().position(|pinned| at >= pinned.until) {
            let pinned = self.pins.swap_remove(i);
            self.wait(pinned.class, pinned.ticket);
        }
    }

    fn delay(&self, skill: &Skill) -> i64 {
        if self.draining && skill.delay != Skill::NEVER { 0 } else { skill.delay }
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
        let reason = if owed.is_some() { CallReason::Guarantee } else { CallReason::Points };
        best.map(|(_, _, skill)| Choice::Skill(*skill, reason))
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
                    Choice::Pin(place) => (0, 0, its.skill(self.pins[*place].class).map_or(0, |skill| skill.b100)),
                    Choice::Skill(skill, _) => (1, self.delay(skill), skill.b100),
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
        let (ticket, class, reason) = match choice {
            Choice::Pin(place) => {
                let pinned = self.pins.swap_remove(*place);
                (pinned.ticket, pinned.class, CallReason::Pin)
            }
            Choice::Skill(skill, reason) => {
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
                (ticket, skill.class, *reason)
            }
        };
        let serving = Serving { ticket, class, since: at };
        self.set(counter, Doing::Busy(serving));
        Some(Call { counter, serving, reason })
    }

    /// The next instant at which time alone changes who is called: a delay passes for a free counter, or a pin ends.
    pub fn wake(&self, rule: &Rule, at: i64) -> Option<i64> {
        let mut next = self.pins.iter().map(|pinned| pinned.until).filter(|until| *until > at).min();
        if self.idle == 0 {
            return next;
        }
        for (counter, its) in rule.counters.iter().enumerate() {
            if !matches!(self.counters[counter], Doing::Idle(_)) {
                continue;
            }
            for skill in &its.skills {
                let delay = self.delay(skill);
                let head = self.heads[skill.class];
                if delay == 0 || delay == Skill::NEVER || head.origin == i64::MAX {
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
