//! The queue's state as it stands, copied in one question and then as the planner knows it.

use super::{facts::Translator, names::Names};
use crate::controller::View;
use planner::estimate::{Doing, Hall, Pinned, Rule, Serving, Waiting};
use queue_core::{CounterState, Plan, PlanDigest, Promise, Ticket, TicketId, Timestamp};

/// A copy of who waits and what the counters do.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// When it was so.
    pub(crate) at: Timestamp,
    /// Whether the business day is open.
    pub(crate) open: bool,
    /// The Plan in force: another one than that of the names makes the picture useless.
    pub(crate) digest: PlanDigest,
    /// What counters take now, where that is not what the names have: they were told something else meanwhile.
    pub(crate) replanned: Option<Plan>,
    /// Everybody who waits.
    pub(crate) waiting: Vec<Waits>,
    counters: Vec<(usize, Place)>,
    credit: Vec<i64>,
    draining: bool,
}

/// Somebody who waits.
#[derive(Clone, Debug)]
pub(crate) struct Waits {
    pub(crate) ticket: TicketId,
    pub(crate) class: usize,
    pub(crate) issued: Timestamp,
    pub(crate) promise: Option<Promise>,
    /// Whether it was called before: the promise made at issue ends with the first call.
    pub(crate) called_before: bool,
    origin: Timestamp,
    sequence: u64,
    pin: Option<(usize, Timestamp)>,
}

/// What a counter does.
#[derive(Clone, Copy, Debug)]
enum Place {
    Idle(Timestamp),
    Busy { class: usize, origin: Timestamp, since: Timestamp, then_pauses: bool },
    Paused,
}

/// A picture in the planner's words.
pub(crate) struct Played {
    pub(crate) hall: Hall,
    /// Counters that pause after the customer who is there.
    pub(crate) pausing: Vec<usize>,
}

impl Picture {
    /// Whether no more numbers are taken.
    pub(crate) fn draining(&self) -> bool {
        self.draining
    }

    /// Copies what a play starts from; as little as will do, since the queue waits meanwhile.
    pub(crate) fn of(view: &View<'_>, names: &Names) -> Picture {
        let branch = view.branch;
        let waiting = branch.queue().filter_map(|ticket| waits(ticket, names));
        let counters = branch.counters().filter_map(|counter| {
            let place = names.counter(&counter.id)?;
            let ticket = branch.ticket_at(&counter.id);
            let class = ticket.and_then(|ticket| names.class(&ticket.service, &ticket.lane));
            let doing = match (counter.state, ticket, class) {
                (CounterState::Closed, ..) => return None,
                (CounterState::Paused, ..) => Place::Paused,
                (state, Some(ticket), Some(class)) => Place::Busy {
                    class,
                    origin: ticket.origin,
                    since: ticket.called_at.unwrap_or(view.at),
                    then_pauses: state == CounterState::Pausing,
                },
                _ => Place::Idle(counter.idle_since),
            };
            Some((place, doing))
        });
        Picture {
            at: view.at,
            open: branch.day().open,
            digest: branch.digest().clone(),
            replanned: (*branch.plan() != names.plan).then(|| branch.plan().clone()),
            waiting: waiting.collect(),
            counters: counters.collect(),
            credit: names.plan.lanes.iter().map(|lane| branch.credit(&lane.id)).collect(),
            draining: branch.is_draining(),
        }
    }

    /// The hall of a play. Tags are places in `waiting`.
    pub(crate) fn hall(&self, rule: &Rule, translator: &Translator) -> Played {
        let of_day = |at: Timestamp| at.since(translator.midnight());
        let mut hall = Hall::new(rule);
        if self.draining {
            hall.drain();
        }
        for (lane, credit) in self.credit.iter().enumerate() {
            hall.set_credit(lane, *credit);
        }
        // Order of issue, small enough to leave room for people whom a play invents.
        let mut order: Vec<usize> = (0..self.waiting.len()).collect();
        order.sort_unstable_by_key(|place| self.waiting[*place].sequence);
        for (seq, place) in (1_u32..).zip(order) {
            let waits = &self.waiting[place];
            let tag = u32::try_from(place).unwrap_or(u32::MAX);
            let ticket = Waiting { origin: of_day(waits.origin), seq, tag };
            match waits.pin {
                Some((counter, until)) => {
                    hall.pin(Pinned { ticket, class: waits.class, counter, until: of_day(until) });
                }
                None => hall.wait(waits.class, ticket),
            }
        }
        let mut pausing = Vec::new();
        for (counter, doing) in &self.counters {
            let doing = match *doing {
                Place::Idle(since) => Doing::Idle(of_day(since)),
                Place::Busy { class, origin, since, then_pauses } => {
                    pausing.extend(then_pauses.then_some(*counter));
                    let ticket = Waiting { origin: of_day(origin), seq: 0, tag: AT_COUNTER };
                    Doing::Busy(Serving { ticket, class, since: of_day(since) })
                }
                Place::Paused => {
                    let (since, planned) = translator.paused(*counter).unwrap_or((self.at, false));
                    Doing::Paused(of_day(since), planned)
                }
            };
            hall.set(*counter, doing);
        }
        Played { hall, pausing }
    }
}

/// The tag of who is at a counter and not asked about.
const AT_COUNTER: u32 = u32::MAX;

fn waits(ticket: &Ticket, names: &Names) -> Option<Waits> {
    Some(Waits {
        ticket: ticket.id.clone(),
        class: names.class(&ticket.service, &ticket.lane)?,
        issued: ticket.issued_at,
        promise: ticket.promise.filter(|_| !ticket.deferred),
        called_before: ticket.why.is_some(),
        origin: ticket.origin,
        sequence: ticket.sequence,
        pin: ticket.pin.as_ref().and_then(|pin| Some((names.counter(&pin.counter)?, pin.until))),
    })
}
