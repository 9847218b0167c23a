//! Taking back: a counter's last finish, no-show, hold or transfer, once and for a minute, while the ticket is nowhere
//! else. A finish made by *next* is taken back together with the call that it made.

use crate::{
    Branch, CounterId, CounterState, Event, LaneId, Millis, Refusal, Ticket, TicketId, TicketState, Timestamp, Uncalled,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// For how long an act can be taken back.
const UNDO_MS: Millis = 60_000;

/// What a counter did last, with everything that taking it back needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastAct {
    /// When.
    pub(crate) at: Timestamp,
    /// The ticket as it stood at the counter.
    pub(crate) before: Ticket,
    /// Finished by *next*, or into the next call: that call belongs to it.
    pub(crate) by_next: bool,
    /// The ticket that was called by that, as it waited.
    pub(crate) called: Option<Ticket>,
    /// By how much that call lowered (or, negative, raised) the guarantee accounts, in 1/1000 calls.
    pub(crate) credit: BTreeMap<LaneId, i64>,
}

impl Branch {
    pub(crate) fn decide_undo(&self, at: Timestamp, id: &CounterId) -> Result<Vec<Event>, Refusal> {
        let counter = self.counters.get(id).ok_or_else(|| Refusal::UnknownCounter(id.clone()))?;
        let nothing = || Refusal::NothingToUndo(id.clone());
        let last = counter.last_act.as_ref().filter(|last| at.since(last.at) <= UNDO_MS).ok_or_else(nothing)?;
        let before = &last.before;
        let now = self.tickets.get(&before.id).ok_or_else(nothing)?;
        let here = match now.state {
            TicketState::Done | TicketState::NoShow => true,
            TicketState::Waiting => now.returns == before.returns,
            TicketState::Held => now.counter.as_ref() == Some(id),
            _ => false,
        };
        let uncalled = self.uncall(counter.ticket.as_ref(), last.called.as_ref());
        let (true, Some(uncalled)) = (here, uncalled) else {
            return Err(Refusal::MovedOn(before.number.clone()));
        };
        let undone = Event::Undone {
            ticket: before.id.clone(),
            counter: id.clone(),
            state: before.state,
            service: before.service.clone(),
            lane: before.lane.clone(),
            origin: before.origin,
            called_at: before.called_at,
            arrived_at: before.arrived_at,
            times: before.times,
            waited_ms: before.waited_ms,
            then: before.then.clone(),
            credit: if uncalled.is_some() { self.credit_without(&last.credit) } else { BTreeMap::new() },
            uncalled,
        };
        let pausing = (counter.state == CounterState::Paused)
            .then(|| Event::CounterPausing { counter: id.clone(), reason: counter.reason.unwrap_or_default() });
        Ok([Some(undone), pausing].into_iter().flatten().collect())
    }

    /// The accounts as they would stand without a call; what other counters called since stays in them.
    fn credit_without(&self, call: &BTreeMap<LaneId, i64>) -> BTreeMap<LaneId, i64> {
        let now = |lane: &LaneId| self.credit.get(lane).copied().unwrap_or(0);
        call.iter().map(|(lane, moved)| (lane.clone(), now(lane).saturating_add(*moved).max(0))).collect()
    }

    /// Whom the counter has now must be nobody, or whoever the act itself called and who has not arrived yet.
    #[allow(clippy::option_option, reason = "none stands in the way, or this one goes back, or it cannot be")]
    fn uncall(&self, current: Option<&TicketId>, called: Option<&Ticket>) -> Option<Option<Uncalled>> {
        let Some(current) = current else { return called.is_none().then_some(None) };
        let called = called.filter(|called| called.id == *current)?;
        let still_called = self.tickets.get(current)?.state == TicketState::Called;
        still_called.then(|| Some(Uncalled { ticket: called.id.clone(), pin: called.pin.clone() }))
    }

    /// Remembers what a counter does, so that it can be taken back.
    pub(crate) fn remember_act(&mut self, at: Timestamp, fact: &Event) {
        let (ticket, counter, by_next) = match fact {
            Event::Finished { ticket, counter, by_next, .. } => (ticket, counter, *by_next),
            Event::NoShow { ticket, counter }
            | Event::Held { ticket, counter }
            | Event::Transferred { ticket, counter, .. } => (ticket, counter, false),
            _ => return,
        };
        let Some(before) = self.tickets.get(ticket).cloned() else { return };
        // Where finishing makes the counter ready, the call comes by itself and belongs to it all the same.
        let finished = matches!(fact, Event::Finished { .. });
        let by_next = by_next || (finished && self.plan.counter(counter).is_some_and(|plan| plan.auto_next));
        if let Some(counter) = self.counters.get_mut(counter) {
            counter.last_act = Some(Box::new(LastAct { at, before, by_next, called: None, credit: BTreeMap::new() }));
        }
    }

    /// A call made by *next* belongs to the finish before it; any other leaves nothing to take back.
    pub(crate) fn remember_call(
        &mut self,
        at: Timestamp,
        ticket: &TicketId,
        counter: &CounterId,
        credit: &BTreeMap<LaneId, i64>,
    ) {
        let waiting = self.tickets.get(ticket).cloned();
        let before = |lane: &LaneId| self.credit.get(lane).copied().unwrap_or(0);
        let moved = credit.iter().map(|(lane, after)| (lane.clone(), before(lane).saturating_sub(*after))).collect();
        let Some(counter) = self.counters.get_mut(counter) else { return };
        counter.last_act = match counter.last_act.take() {
            Some(mut last) if last.by_next && last.at == at && last.called.is_none() => {
                last.called = waiting;
                last.credit = moved;
                Some(last)
            }
            _ => None,
        };
    }

    pub(crate) fn apply_undone(&mut self, fact: &Event) {
        let Event::Undone {
            ticket: id,
            counter,
            state,
            service,
            lane,
            origin,
            called_at,
            arrived_at,
            times,
            waited_ms,
            then,
            uncalled,
            credit,
        } = fact
        else {
            return;
        };
        if let Some(Uncalled { ticket, pin }) = uncalled {
            self.requeue(ticket, |ticket| ticket.pin.clone_from(pin));
        }
        self.credit.extend(credit.iter().map(|(lane, account)| (lane.clone(), *account)));
        self.unhold(id);
        let Some(ticket) = self.tickets.get_mut(id) else { return };
        match ticket.state {
            TicketState::Waiting => self.queues.remove(ticket),
            TicketState::Done => self.counts.done = self.counts.done.saturating_sub(1),
            TicketState::NoShow => self.counts.no_show = self.counts.no_show.saturating_sub(1),
            _ => {}
        }
        ticket.state = *state;
        ticket.counter = Some(counter.clone());
        ticket.service = service.clone();
        ticket.lane = lane.clone();
        ticket.origin = *origin;
        ticket.called_at = *called_at;
        ticket.arrived_at = *arrived_at;
        ticket.times = *times;
        ticket.waited_ms = *waited_ms;
        ticket.then.clone_from(then);
        ticket.missed_at = None;
        ticket.held_at = None;
        ticket.pin = None;
        if let Some(counter) = self.counters.get_mut(counter) {
            counter.ticket = Some(id.clone());
            counter.ready = false;
            ticket.served = counter.last_act.take().and_then(|last| last.before.served);
            counter.served.take_if(|served| served == id);
        }
    }
}
