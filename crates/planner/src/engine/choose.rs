//! Who is next: `DISCIPLINE` §1, heads of queues only.

use super::{Call, CallReason, CounterIx, CounterState, Engine, LaneIx, TicketIx, TicketState, state::Place};
use queue_core::Millis;
use std::cmp::Reverse;

/// One call, in the unit of the lanes' accounts.
const ONE_CALL: i64 = 1_000;

/// A set of lanes, one bit each; see [`super::MAX_LANES`].
type LaneSet = u128;

/// A ticket that could be called, and by what right.
#[derive(Clone, Copy)]
struct Choice {
    place: Place,
    class: usize,
    reason: CallReason,
}

/// How well a counter suits the ticket it would call; the smallest is called into.
type Suits = (bool, Millis, Reverse<i64>, usize, Millis);

impl Engine {
    /// Makes all calls that can be made at this instant, one after the other, and hands each to `called`.
    pub fn assign(&mut self, at: Millis, mut called: impl FnMut(Call)) {
        self.release_pins(at);
        while let Some((counter, choice)) = self.next_assignment(at) {
            called(self.call(at, counter, choice));
        }
    }

    /// The earliest instant after `at` at which time alone can change who is called: a delay opens for an idle
    /// counter, or a pin runs out.
    pub fn next_wake(&self, at: Millis) -> Option<Millis> {
        let idle = self.counters.iter().zip(&self.rules.counters).filter(|(c, _)| c.state == CounterState::Idle);
        let delays = idle.flat_map(|(_, rule)| {
            let heads = self.queues.iter().zip(&rule.delays);
            heads.filter_map(|(queue, delay)| Some(queue.front()?.origin + delay.filter(|delay| *delay > 0)?))
        });
        let pins = self.pinned.iter().map(|pinned| pinned.until);
        let delays = delays.filter(|_| !self.draining);
        delays.chain(pins).filter(|when| *when > at).min()
    }

    /// Tickets whose pin has run out wait in the queue of their class.
    fn release_pins(&mut self, at: Millis) {
        let mut place = 0;
        while let Some(pinned) = self.pinned.get(place).copied() {
            if at < pinned.until {
                place += 1;
                continue;
            }
            self.pinned.swap_remove(place);
            self.queue(pinned.place.ticket, at);
        }
    }

    fn next_assignment(&self, at: Millis) -> Option<(CounterIx, Choice)> {
        let mut best: Option<(Suits, CounterIx, Choice)> = None;
        for (index, counter) in self.counters.iter().enumerate() {
            if counter.state != CounterState::Idle {
                continue;
            }
            let counter = CounterIx::at(index);
            let Some(choice) = self.choose(at, counter) else { continue };
            let suits = self.suits(counter, &choice);
            // Only strictly better: of equals the earlier counter.
            if best.as_ref().is_none_or(|(known, ..)| suits < *known) {
                best = Some((suits, counter, choice));
            }
        }
        best.map(|(_, counter, choice)| (counter, choice))
    }

    fn suits(&self, counter: CounterIx, choice: &Choice) -> Suits {
        let rule = &self.rules.counters[counter.index()];
        let is_pinned = choice.reason == CallReason::Pin;
        let delay = if is_pinned || self.draining { 0 } else { rule.delays[choice.class].unwrap_or(0) };
        let affinity = rule.affinity[self.lane_of(choice.class)];
        (!is_pinned, delay, Reverse(affinity), rule.skills, self.counters[counter.index()].idle_since)
    }

    fn lane_of(&self, class: usize) -> usize {
        class % self.rules.lanes.len()
    }

    fn choose(&self, at: Millis, counter: CounterIx) -> Option<Choice> {
        let pinned = self.pinned.iter().filter(|pinned| pinned.counter == counter).map(|pinned| pinned.place).min();
        if let Some(place) = pinned {
            let ticket = &self.tickets[place.ticket.index()];
            let class = self.rules.class(ticket.service, ticket.lane);
            return Some(Choice { place, class, reason: CallReason::Pin });
        }
        let owed = self.owed_lane(at, counter);
        let rule = &self.rules.counters[counter.index()];
        let best = self
            .heads(at, counter)
            .filter(|(class, _)| owed.is_none_or(|lane| self.lane_of(*class) == lane))
            .min_by_key(|(class, place)| {
                let lane = self.lane_of(*class);
                let law = &self.rules.lanes[lane];
                let points = law.head_start + law.speed * (at - place.origin) + rule.affinity[lane];
                (Reverse(points), *place)
            })?;
        let reason = if owed.is_some() { CallReason::Guarantee } else { CallReason::Points };
        Some(Choice { place: best.1, class: best.0, reason })
    }

    /// The heads of the queues that the counter may take from now.
    fn heads(&self, at: Millis, counter: CounterIx) -> impl Iterator<Item = (usize, Place)> + '_ {
        let delays = &self.rules.counters[counter.index()].delays;
        self.queues.iter().zip(delays).enumerate().filter_map(move |(class, (queue, delay))| {
            let place = *queue.front()?;
            let delay = (*delay)?;
            (self.draining || delay == 0 || at - place.origin >= delay).then_some((class, place))
        })
    }

    /// Lanes with a guarantee and a head that the counter may take and that is past the limit.
    fn accruing(&self, at: Millis, counter: CounterIx) -> LaneSet {
        if !self.guarded {
            return 0;
        }
        self.heads(at, counter).map(|(class, place)| (self.lane_of(class), place)).fold(0, |set, (lane, place)| {
            let law = &self.rules.lanes[lane];
            let accrues = law.share1000 > 0 && at - place.origin >= law.guard_after_ms;
            if accrues { set | bit(lane) } else { set }
        })
    }

    /// A lane's account; forgotten as soon as nobody of it in the queues is past its limit.
    fn credit_now(&self, at: Millis, lane: usize) -> i64 {
        if self.credit[lane] == 0 {
            return 0;
        }
        let after = self.rules.lanes[lane].guard_after_ms;
        let of_lane = self.queues.iter().skip(lane).step_by(self.rules.lanes.len());
        let anybody_past = of_lane.filter_map(|queue| queue.front()).any(|place| at - place.origin >= after);
        if anybody_past { self.credit[lane] } else { 0 }
    }

    /// The lane whose guarantee is due, if any: the largest account, ties to the lane of lower rank.
    fn owed_lane(&self, at: Millis, counter: CounterIx) -> Option<usize> {
        let accruing = self.accruing(at, counter);
        if accruing == 0 {
            return None;
        }
        (0..self.rules.lanes.len())
            .filter(|lane| accruing & bit(*lane) != 0)
            .map(|lane| (self.credit_now(at, lane) + self.rules.lanes[lane].share1000, lane))
            .filter(|(credit, _)| *credit >= ONE_CALL)
            .min_by_key(|(credit, lane)| (Reverse(*credit), *lane))
            .map(|(_, lane)| lane)
    }

    fn call(&mut self, at: Millis, counter: CounterIx, choice: Choice) -> Call {
        let ticket = choice.place.ticket;
        if choice.reason == CallReason::Pin {
            self.pinned.retain(|pinned| pinned.place != choice.place);
        } else {
            self.book_credit(at, counter, self.lane_of(choice.class));
            self.queues[choice.class].pop_front();
        }
        let called = &mut self.tickets[ticket.index()];
        called.state = TicketState::AtCounter;
        called.pin = None;
        called.waited_ms = at - called.origin;
        let desk = &mut self.counters[counter.index()];
        desk.state = CounterState::Busy;
        desk.serving = Some(ticket);
        Call { at, counter, ticket, reason: choice.reason }
    }

    /// Before the ticket leaves its queue: it counts as waiting past the limit itself.
    fn book_credit(&mut self, at: Millis, counter: CounterIx, called: usize) {
        if !self.guarded {
            return;
        }
        let accruing = self.accruing(at, counter);
        for lane in 0..self.credit.len() {
            let share = if accruing & bit(lane) == 0 { 0 } else { self.rules.lanes[lane].share1000 };
            let credit = self.credit_now(at, lane) + share;
            self.credit[lane] = if lane == called { (credit - ONE_CALL).max(0) } else { credit };
        }
    }

    /// Puts a ticket where it waits: before its counter while its pin holds, else in the queue of its class.
    pub(super) fn queue(&mut self, ticket: TicketIx, at: Millis) {
        let waiting = &mut self.tickets[ticket.index()];
        waiting.state = TicketState::Waiting;
        let place = Place { origin: waiting.origin, ticket };
        if let Some((counter, until)) = waiting.pin
            && at < until
        {
            self.pinned.push(super::state::Pinned { place, counter, until });
            return;
        }
        waiting.pin = None;
        let class = self.rules.class(waiting.service, waiting.lane);
        let queue = &mut self.queues[class];
        let ahead = queue.partition_point(|known| *known < place);
        queue.insert(ahead, place);
    }

    /// The account of a lane's guarantee as a choice at this instant reads it, in 1/1000 calls.
    pub fn credit(&self, at: Millis, lane: LaneIx) -> i64 {
        self.credit_now(at, lane.index())
    }
}

/// Nothing for a lane past [`super::MAX_LANES`]: it has no guarantee.
fn bit(lane: usize) -> LaneSet {
    u32::try_from(lane).ok().and_then(|lane| LaneSet::checked_shl(1, lane)).unwrap_or(0)
}
