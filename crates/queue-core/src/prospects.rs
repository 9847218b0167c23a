//! Who a counter would be given next, one after the other, if it called now and nobody else did. For people to look at:
//! nothing is booked, and no queue is walked further than asked for.

use crate::{
    Branch, CounterId, LaneId, LanePlan, Place, ServiceId, TicketId, Timestamp, Why,
    choice::{ONE_CALL, accruing},
};
use std::{
    collections::{BTreeMap, BTreeSet, btree_set},
    iter::Peekable,
};

/// Somebody whom a counter may be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// Who.
    pub ticket: TicketId,
    /// Why it would be called, with its points as they are now; nothing for whoever must wait longer first.
    pub why: Option<Why>,
    /// From when the counter may take it, where that is not now.
    pub from: Option<Timestamp>,
}

struct Line<'a> {
    service: &'a ServiceId,
    lane: &'a LaneId,
    queue: Peekable<btree_set::Iter<'a, Place>>,
}

impl Branch {
    /// The next `limit` at this counter in the order of their calls, as things stand at `at`: whoever waits for the
    /// counter itself, then by the rule, then those whom it may take only when they have waited longer.
    pub fn prospects(&self, counter: &CounterId, at: Timestamp, limit: usize) -> Vec<Prospect> {
        let Some(plan) = self.plan.counter(counter) else { return Vec::new() };
        let pinned = self.queues.pinned(counter).take(limit);
        let mut found: Vec<Prospect> =
            pinned.map(|place| Prospect { ticket: place.ticket.clone(), why: Some(Why::Pin), from: None }).collect();
        let mut lines: Vec<Line<'_>> = self
            .queues
            .classes()
            .map(|(service, lane, queue)| Line { service, lane, queue: queue.iter().peekable() })
            .collect();
        let mut credit = self.credit.clone();
        while found.len() < limit {
            let heads: Vec<_> =
                lines.iter_mut().filter_map(|line| Some((line.service, line.lane, *line.queue.peek()?))).collect();
            let past = |lane: &LanePlan| {
                heads.iter().any(|(_, of, place)| **of == lane.id && at.since(place.origin) >= lane.guard_after_ms)
            };
            let account = |lane: &LanePlan| if past(lane) { credit.get(&lane.id).copied().unwrap_or(0) } else { 0 };
            let candidates = self.candidates(plan, heads.iter().copied(), at);
            let Some((best, why)) = self.best(&candidates, account, at) else { break };
            let due: BTreeSet<&LaneId> = accruing(&candidates, at).map(|lane| &lane.id).collect();
            let after: BTreeMap<LaneId, i64> = self
                .plan
                .lanes
                .iter()
                .map(|lane| {
                    let earned = if due.contains(&lane.id) { lane.share1000 } else { 0 };
                    let spent = if lane.id == best.lane.id { ONE_CALL } else { 0 };
                    let credit = account(lane).saturating_add(earned);
                    (lane.id.clone(), if spent > 0 { credit.saturating_sub(spent).max(0) } else { credit })
                })
                .collect();
            let taken = &best.place.ticket;
            found.push(Prospect { ticket: taken.clone(), why: Some(why), from: None });
            for line in &mut lines {
                line.queue.next_if(|place| place.ticket == *taken);
            }
            credit = after;
        }
        let mut later: Vec<(Timestamp, &Place)> = Vec::new();
        for line in &mut lines {
            let Some(delay) = plan.delay(line.service, line.lane) else { continue };
            let opens = |place: &Place| place.origin.plus(self.delay_now(delay));
            let not_yet = line.queue.by_ref().filter(|place| opens(place) > at);
            later.extend(not_yet.take(limit - found.len()).map(|place| (opens(place), place)));
        }
        later.sort_unstable();
        let later = later.into_iter().take(limit - found.len());
        found.extend(later.map(|(from, place)| Prospect { ticket: place.ticket.clone(), why: None, from: Some(from) }));
        found
    }
}
