//! The hall at this moment, for whoever answers for it: who waits how long against which target, and since when each
//! counter has had its customer.

use super::{Estimate, TicketView, Time, ticket};
use crate::controller::View;
use queue_core::{CounterState, LaneId, Millis, ServiceId, Ticket, TicketState, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many of those who wait past their target are named.
const LATE: usize = 100;

/// The hall now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HallNow {
    /// When it was so.
    pub at: Time,
    /// The open business day.
    #[schema(required)]
    pub business_day: Option<String>,
    /// Every service and lane that somebody waits in or that a counter takes, in the order of the configuration.
    pub queues: Vec<HallQueue>,
    /// Every counter, in the order of the configuration.
    pub counters: Vec<HallCounter>,
    /// Who has waited past the target of the lane, longest over first; at most 100.
    pub late: Vec<TicketView>,
    /// How many have.
    pub late_count: usize,
}

/// One service and lane.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HallQueue {
    /// Service.
    pub service: String,
    /// Lane.
    pub lane: String,
    /// Wait that the lane aims at.
    pub target_s: u32,
    /// How many wait.
    pub waiting: usize,
    /// How long the one who waits longest has waited.
    #[schema(required)]
    pub longest_s: Option<u64>,
    /// That one's number.
    #[schema(required)]
    pub longest: Option<String>,
    /// Since when that one waits.
    #[schema(required)]
    pub oldest: Option<Time>,
    /// How many have waited past the target.
    pub late: usize,
    /// What a newcomer would wait; null where nobody can tell.
    #[schema(required)]
    pub estimate: Option<Estimate>,
    /// Open counters that take it at once.
    pub open: usize,
    /// Open counters that take it, now or when somebody has waited longer.
    pub counters: Vec<String>,
}

/// What a counter is busy with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HallCounter {
    /// Counter.
    pub counter: String,
    /// Its customer's service; null where nobody is there.
    #[schema(required)]
    pub service: Option<String>,
    /// Whether that customer has arrived.
    pub arrived: bool,
    /// How long ago that customer was called, or has been there since the arrival.
    #[schema(required)]
    pub since_s: Option<u64>,
    /// How long it has been without a customer; null unless it is open and free.
    #[schema(required)]
    pub idle_s: Option<u64>,
}

#[derive(Default)]
struct Found<'a> {
    waiting: usize,
    late: usize,
    longest: Option<&'a Ticket>,
}

/// The hall now.
pub fn hall(view: &View<'_>) -> HallNow {
    let (branch, plan) = (view.branch, view.branch.plan());
    let mut found: BTreeMap<(&ServiceId, &LaneId), Found<'_>> = BTreeMap::new();
    let mut late = Vec::new();
    for ticket in branch.queue() {
        let queue = found.entry((&ticket.service, &ticket.lane)).or_default();
        queue.waiting += 1;
        let target_ms = plan.lane(&ticket.lane).map_or(i64::MAX, |lane| i64::from(lane.target_s) * 1_000);
        let over = view.at.since(ticket.origin).saturating_sub(target_ms);
        if over > 0 {
            queue.late += 1;
            late.push((over, ticket));
        }
        if queue.longest.is_none_or(|longest| ticket.origin < longest.origin) {
            queue.longest = Some(ticket);
        }
    }
    let is_open = |id| branch.counter(id).is_some_and(|counter| counter.state == CounterState::Open);
    let mut queues = Vec::new();
    for service in &plan.services {
        for lane in &plan.lanes {
            let taking = plan.counters.iter().filter(|counter| counter.delay(&service.id, &lane.id).is_some());
            let queue = found.remove(&(&service.id, &lane.id)).unwrap_or_default();
            if taking.clone().next().is_none() && queue.waiting == 0 {
                continue;
            }
            let open = taking.filter(|counter| is_open(&counter.id));
            let at_once = open.clone().filter(|counter| counter.delay(&service.id, &lane.id) == Some(0));
            queues.push(HallQueue {
                service: service.id.to_string(),
                lane: lane.id.to_string(),
                target_s: lane.target_s,
                waiting: queue.waiting,
                longest_s: queue.longest.map(|ticket| whole_s(view.at, ticket.origin)),
                longest: queue.longest.map(|ticket| ticket.number.clone()),
                oldest: queue.longest.map(|ticket| Time(ticket.origin)),
                late: queue.late,
                estimate: view.promises.shown(service.id.as_str(), lane.id.as_str()),
                open: at_once.count(),
                counters: open.map(|counter| counter.id.to_string()).collect(),
            });
        }
    }
    let counters = plan.counters.iter().filter_map(|plan| branch.counter(&plan.id)).map(|counter| {
        let ticket = branch.ticket_at(&counter.id);
        let since = ticket.and_then(|ticket| ticket.arrived_at.or(ticket.called_at));
        let free = counter.state == CounterState::Open && ticket.is_none();
        HallCounter {
            counter: counter.id.to_string(),
            service: ticket.map(|ticket| ticket.service.to_string()),
            arrived: ticket.is_some_and(|ticket| ticket.state == TicketState::Serving),
            since_s: since.map(|since| whole_s(view.at, since)),
            idle_s: free.then(|| whole_s(view.at, counter.idle_since)),
        }
    });
    HallNow {
        at: Time(view.at),
        business_day: branch.day().day.as_ref().filter(|_| branch.day().open).map(|day| day.as_str().to_owned()),
        queues,
        counters: counters.collect(),
        late_count: late.len(),
        late: longest_over(late).map(|waiting| ticket(branch, waiting)).collect(),
    }
}

/// The first so many of those who are over, in the order of how much.
fn longest_over(mut late: Vec<(Millis, &Ticket)>) -> impl Iterator<Item = &Ticket> {
    late.sort_unstable_by_key(|(over, ticket)| (std::cmp::Reverse(*over), ticket.sequence));
    late.into_iter().take(LATE).map(|(_, ticket)| ticket)
}

fn whole_s(at: Timestamp, since: Timestamp) -> u64 {
    u64::try_from(at.since(since) / 1_000).unwrap_or(0)
}
