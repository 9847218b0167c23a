//! What a simulated lobby consists of: tickets, counters, one queue a class, the lanes' accounts.

use super::{CounterIx, LaneIx, PlayRules, ServiceIx, TicketIx};
use queue_core::Millis;
use std::{collections::VecDeque, sync::Arc};

/// Where a ticket is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// In the queue of its class, or in that of the counter it is pinned to.
    Waiting,
    /// At a counter, called or being served: a simulation makes no difference.
    AtCounter,
    /// Did not come when called, at this instant.
    Missed(Millis),
    /// Served, cancelled.
    Gone,
}

/// A ticket as far as the rule asks about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// What for.
    pub service: ServiceIx,
    /// Where it collects points.
    pub lane: LaneIx,
    /// Start of its clock, in milliseconds.
    pub origin: Millis,
    /// Where it is.
    pub state: TicketState,
    /// Minutes waited before its last call, as milliseconds; negative for one called before its appointment.
    pub waited_ms: Millis,
    /// The counter that alone may call it, and until when.
    pub pin: Option<(CounterIx, Millis)>,
}

/// What a counter is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterState {
    /// Not yet open.
    Closed,
    /// Given the next eligible ticket by itself.
    Idle,
    /// With a customer.
    Busy,
    /// On a break.
    Paused,
}

/// A counter as far as the rule asks about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// What it is doing.
    pub state: CounterState,
    /// Since when it is idle, if it is.
    pub idle_since: Millis,
    /// Who is there.
    pub serving: Option<TicketIx>,
}

/// Why a ticket was next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// One ticket called to one counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// When, in milliseconds.
    pub at: Millis,
    /// Where to.
    pub counter: CounterIx,
    /// Who.
    pub ticket: TicketIx,
    /// Why.
    pub reason: CallReason,
}

/// A place in a queue: clock origin, then sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) origin: Millis,
    pub(super) ticket: TicketIx,
}

/// A place in front of one counter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pinned {
    pub(super) place: Place,
    pub(super) counter: CounterIx,
    pub(super) until: Millis,
}

/// One simulated lobby. Cloning copies all tickets issued so far.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(super) rules: Arc<PlayRules>,
    pub(super) tickets: Vec<Ticket>,
    pub(super) counters: Vec<Counter>,
    /// By class, each in the order of [`Place`].
    pub(super) queues: Vec<VecDeque<Place>>,
    /// Few at any time; in no order.
    pub(super) pinned: Vec<Pinned>,
    /// By lane, in 1/1000 calls.
    pub(super) credit: Vec<i64>,
    pub(super) draining: bool,
    /// Whether any lane has a guarantee at all.
    pub(super) guarded: bool,
}

impl Engine {
    /// An empty lobby, all counters closed.
    pub fn new(rules: Arc<PlayRules>) -> Self {
        let counter = Counter { state: CounterState::Closed, idle_since: 0, serving: None };
        Engine {
            tickets: Vec::new(),
            counters: vec![counter; rules.counters.len()],
            queues: vec![VecDeque::new(); rules.services.len() * rules.lanes.len()],
            pinned: Vec::new(),
            credit: vec![0; rules.lanes.len()],
            draining: false,
            guarded: rules.lanes.iter().any(|lane| lane.share1000 > 0),
            rules,
        }
    }

    /// The rule that is played.
    pub fn rules(&self) -> &Arc<PlayRules> {
        &self.rules
    }

    /// All tickets issued so far, in the order of issue.
    pub fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }

    /// All counters, in rank order.
    pub fn counters(&self) -> &[Counter] {
        &self.counters
    }

    /// Whether last-ticket time is past.
    pub fn is_draining(&self) -> bool {
        self.draining
    }

    /// Who waits, pinned ones last; within service × lane in the order of the rule.
    pub fn waiting(&self) -> impl Iterator<Item = TicketIx> + '_ {
        let queued = self.queues.iter().flatten().map(|place| place.ticket);
        queued.chain(self.pinned.iter().map(|pinned| pinned.place.ticket))
    }

    /// How many wait.
    pub fn waiting_count(&self) -> usize {
        self.queues.iter().map(VecDeque::len).sum::<usize>() + self.pinned.len()
    }

    /// A copy without the tickets that nothing can happen to any more, for playing forward again and again, and the
    /// old index of each ticket in it. Order of issue, and with it every choice, is kept.
    pub fn compact(&self) -> (Engine, Vec<TicketIx>) {
        let is_live = |ticket: &Ticket| matches!(ticket.state, TicketState::Waiting | TicketState::AtCounter);
        let old: Vec<TicketIx> =
            (0..self.tickets.len()).filter(|place| is_live(&self.tickets[*place])).map(TicketIx::at).collect();
        // Ascending, so the new index is found by halving.
        let new = |ticket: TicketIx| TicketIx::at(old.binary_search(&ticket).unwrap_or_default());
        let mut copy = self.clone();
        copy.tickets = old.iter().map(|ticket| self.tickets[ticket.index()].clone()).collect();
        for place in copy.queues.iter_mut().flatten().chain(copy.pinned.iter_mut().map(|pinned| &mut pinned.place)) {
            place.ticket = new(place.ticket);
        }
        for counter in &mut copy.counters {
            counter.serving = counter.serving.filter(|ticket| old.binary_search(ticket).is_ok()).map(new);
        }
        (copy, old)
    }
}
