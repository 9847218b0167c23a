//! Who is next: points, and one guarantee.
//!
//! Every ticket collects points while it waits, some lanes faster than others; a counter calls whoever has most. A
//! lane that has waited past its limit is guaranteed a share of the calls. All arithmetic is in integers, so that
//! two engines agree ticket by ticket. Cost: services × lanes; the queues themselves are never walked.

use crate::{
    Branch, CounterId, CounterPlan, CounterState, Event, LaneId, LanePlan, Millis, Place, ServiceId, TicketId,
    Timestamp, Why,
};
use std::{cmp::Reverse, collections::BTreeMap, collections::BTreeSet};

/// Milliseconds in a minute: points are counted in 1/6,000,000, so that a sum is exact.
const MINUTE_MS: i64 = 60_000;
/// One call, in the unit of the guarantee's accounts.
pub(crate) const ONE_CALL: i64 = 1_000;

/// A ticket and why it is next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Who.
    pub ticket: TicketId,
    /// Why.
    pub why: Why,
}

/// The first of a queue: service, lane, who.
pub(crate) type Head<'a> = (&'a ServiceId, &'a LaneId, &'a Place);

pub(crate) struct Candidate<'a> {
    pub(crate) lane: &'a LanePlan,
    pub(crate) place: &'a Place,
    points: i64,
}

impl Branch {
    /// Who is next at this counter, were it free now. `None` when nobody waits whom it may take.
    pub fn choose(&self, counter: &CounterId, at: Timestamp) -> Option<Choice> {
        if let Some(place) = self.queues.pinned_head(counter) {
            return Some(Choice { ticket: place.ticket.clone(), why: Why::Pin });
        }
        let plan = self.plan.counter(counter)?;
        let candidates = self.candidates(plan, self.queues.heads(), at);
        let (best, why) = self.best(&candidates, |lane| self.credit_now(lane, at), at)?;
        Some(Choice { ticket: best.place.ticket.clone(), why })
    }

    /// The best of these, with these accounts of the lanes.
    pub(crate) fn best<'c, 'a>(
        &self,
        candidates: &'c [Candidate<'a>],
        credit: impl Fn(&LanePlan) -> i64,
        at: Timestamp,
    ) -> Option<(&'c Candidate<'a>, Why)> {
        let owed = self.owed_lane(candidates, credit, at);
        let best = candidates
            .iter()
            .filter(|candidate| owed.is_none_or(|lane| candidate.lane.id == *lane))
            .min_by_key(|candidate| (Reverse(candidate.points), candidate.place))?;
        let why = match owed {
            Some(_) => Why::Guarantee,
            // Back to 1/100 points, for people.
            None => Why::Points { points: best.points / MINUTE_MS },
        };
        Some((best, why))
    }

    /// Those of these heads that the counter may take, with their points there.
    pub(crate) fn candidates<'a>(
        &'a self,
        counter: &CounterPlan,
        heads: impl Iterator<Item = Head<'a>>,
        at: Timestamp,
    ) -> Vec<Candidate<'a>> {
        heads
            .filter_map(|(service, lane, place)| {
                let waited = at.since(place.origin);
                let delay = self.delay_now(counter.delay(service, lane)?);
                if delay != 0 && waited < delay {
                    return None;
                }
                let lane = self.plan.lane(lane)?;
                let fixed = lane.h100.saturating_add(counter.affinity(&lane.id));
                let points = MINUTE_MS.saturating_mul(fixed).saturating_add(lane.p100.saturating_mul(waited));
                Some(Candidate { lane, place, points })
            })
            .collect()
    }

    /// While the hall drains every finite delay is nought.
    pub(crate) fn delay_now(&self, delay: Millis) -> Millis {
        if self.draining { 0 } else { delay }
    }

    /// The lane whose guarantee is due, if any: the largest account, ties to the lane of lower rank.
    fn owed_lane<'a>(
        &self,
        candidates: &[Candidate<'a>],
        credit: impl Fn(&LanePlan) -> i64,
        at: Timestamp,
    ) -> Option<&'a LaneId> {
        accruing(candidates, at)
            .map(|lane| (credit(lane).saturating_add(lane.share1000), lane))
            .filter(|(credit, _)| *credit >= ONE_CALL)
            .min_by_key(|(credit, lane)| (Reverse(*credit), self.rank(&lane.id)))
            .map(|(_, lane)| &lane.id)
    }

    fn rank(&self, lane: &LaneId) -> usize {
        self.plan.lanes.iter().position(|known| known.id == *lane).unwrap_or(usize::MAX)
    }

    /// A lane's account; forgotten as soon as nobody of it is past its limit.
    fn credit_now(&self, lane: &LanePlan, at: Timestamp) -> i64 {
        let anybody_past =
            self.queues.heads().any(|(_, of, place)| *of == lane.id && at.since(place.origin) >= lane.guard_after_ms);
        if anybody_past { self.credit.get(&lane.id).copied().unwrap_or(0) } else { 0 }
    }

    /// The accounts after this call, as far as they move.
    fn credit_after(&self, counter: &CounterPlan, ticket: &TicketId, at: Timestamp) -> BTreeMap<LaneId, i64> {
        let candidates = self.candidates(counter, self.queues.heads(), at);
        let due: BTreeSet<&LaneId> = accruing(&candidates, at).map(|lane| &lane.id).collect();
        let called = self.tickets.get(ticket).map(|ticket| &ticket.lane);
        self.plan
            .lanes
            .iter()
            .filter_map(|lane| {
                let mut credit = self.credit_now(lane, at);
                if due.contains(&lane.id) {
                    credit = credit.saturating_add(lane.share1000);
                }
                if called == Some(&lane.id) {
                    credit = credit.saturating_sub(ONE_CALL).max(0);
                }
                (credit != self.credit.get(&lane.id).copied().unwrap_or(0)).then(|| (lane.id.clone(), credit))
            })
            .collect()
    }

    /// The fact that this choice would be. A manual call books credit like any other unpinned one.
    pub(crate) fn call(&self, counter: &CounterId, at: Timestamp, choice: Choice) -> Event {
        let waited_ms = self.tickets.get(&choice.ticket).map_or(0, |ticket| ticket.waited(at));
        let pinned = self.tickets.get(&choice.ticket).is_some_and(|ticket| ticket.pin.is_some());
        let credit = match self.plan.counter(counter) {
            Some(plan) if !pinned => self.credit_after(plan, &choice.ticket, at),
            _ => BTreeMap::new(),
        };
        Event::Called {
            ticket: choice.ticket,
            counter: counter.clone(),
            why: choice.why,
            plan: self.digest.clone(),
            waited_ms,
            credit,
        }
    }

    /// The next call into a counter that stands ready, if anybody may be called now. Of several counters: pinned
    /// tickets first, then the smaller delay, the larger affinity, fewer skills, longest idle, order in the Plan.
    pub(crate) fn next_assignment(&self, at: Timestamp) -> Option<Event> {
        let (_, counter, choice) = self
            .plan
            .counters
            .iter()
            .enumerate()
            .filter_map(|(rank, plan)| {
                let counter = self.counters.get(&plan.id).filter(|counter| {
                    counter.ready && counter.state == CounterState::Open && counter.ticket.is_none()
                })?;
                let choice = self.choose(&plan.id, at)?;
                let ticket = self.tickets.get(&choice.ticket)?;
                let pinned = choice.why == Why::Pin;
                let delay = if pinned { 0 } else { plan.delay(&ticket.service, &ticket.lane).unwrap_or(0) };
                let suits = (
                    !pinned,
                    self.delay_now(delay),
                    Reverse(plan.affinity(&ticket.lane)),
                    plan.skills.len(),
                    counter.idle_since,
                    rank,
                );
                Some((suits, &plan.id, choice))
            })
            .min_by(|a, b| a.0.cmp(&b.0))?;
        Some(self.call(counter, at, choice))
    }

    /// When [`crate::Command::Wake`] is due: the earliest instant after `at` at which time alone changes something:
    /// a pin runs out, a delay opens for a counter that stands ready, an unanswered alert goes to the manager, a session
    /// begins or ends.
    pub fn next_wake(&self, at: Timestamp) -> Option<Timestamp> {
        let pins = self
            .queues
            .all_pinned()
            .filter_map(|(_, place)| self.tickets.get(&place.ticket)?.pin.as_ref().map(|pin| pin.until));
        let delays = self.plan.counters.iter().filter(|plan| self.stands_ready(&plan.id)).flat_map(|plan| {
            self.queues.heads().filter_map(move |(service, lane, place)| {
                let delay = self.delay_now(plan.delay(service, lane)?);
                (delay > 0).then(|| place.origin.plus(delay))
            })
        });
        let acts =
            self.next_escalation().into_iter().chain(self.next_turn_of_hours(at)).chain(self.next_forgotten_walk());
        let shown = self.next_emergency_end(at);
        pins.chain(delays).chain(acts).chain(shown).filter(|when| *when > at).min()
    }

    fn stands_ready(&self, counter: &CounterId) -> bool {
        self.counters.get(counter).is_some_and(|counter| counter.ready)
    }

    /// How many wait whom this counter may take, now or after a delay.
    pub fn waiting_for(&self, counter: &CounterId) -> usize {
        let Some(plan) = self.plan.counter(counter) else { return 0 };
        let queued: usize = self
            .queues
            .classes()
            .filter(|(service, lane, _)| plan.delay(service, lane).is_some())
            .map(|(_, _, queue)| queue.len())
            .sum();
        queued + self.queues.pinned_count(counter)
    }
}

/// Lanes with a guarantee and a candidate that has waited past its limit.
pub(crate) fn accruing<'a, 'c: 'a>(
    candidates: &'a [Candidate<'c>],
    at: Timestamp,
) -> impl Iterator<Item = &'c LanePlan> + 'a {
    candidates
        .iter()
        .filter(move |c| c.lane.share1000 > 0 && at.since(c.place.origin) >= c.lane.guard_after_ms)
        .map(|c| c.lane)
}
