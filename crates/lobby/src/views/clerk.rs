//! What a counter has before it: who stands there, whom it may be given next and why.

use super::{CounterView, TicketView, Time, counter, ticket};
use crate::controller::View;
use queue_core::{CounterId, LaneId, ServiceId, Ticket, Timestamp, Why};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many of those who come next are named.
const NEXT: usize = 12;

/// A counter and who waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CounterQueue {
    /// When it was so, by the lobby's clock: ages are told from here.
    pub at: Time,
    /// The counter; `waiting` in it counts everybody.
    pub counter: CounterView,
    /// Who stands there.
    #[schema(required)]
    pub ticket: Option<TicketView>,
    /// The next at this counter in the order of their calls, if it called now and nobody else did; at most 12.
    pub next: Vec<NextView>,
    /// Every service and lane that somebody waits in.
    pub lines: Vec<LineWaiting>,
}

/// Somebody whom a counter may be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Next)]
pub struct NextView {
    /// Who.
    pub ticket: TicketView,
    /// Why it would be called: `rule` is `points`, `guarantee` or `pin`, with its figure; `null` for whoever this counter
    /// takes only later.
    #[schema(required, value_type = Option<Object>)]
    pub why: Option<Why>,
    /// From when this counter may take it, where that is not now.
    #[schema(required)]
    pub from: Option<Time>,
    /// When its wait goes past the target of its lane.
    #[schema(required)]
    pub due: Option<Time>,
}

/// One service and lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineWaiting {
    /// Service.
    pub service: String,
    /// Lane.
    pub lane: String,
    /// How many wait.
    pub count: usize,
    /// Since when the first of them waits; `null` where all wait for one counter.
    #[schema(required)]
    pub oldest: Option<Time>,
    /// Whether this counter ever takes them.
    pub own: bool,
}

impl CounterQueue {
    /// Whether whoever looks would see the same, whenever it was.
    pub fn same_picture(&self, other: &CounterQueue) -> bool {
        let settled = |queue: &CounterQueue| CounterQueue { at: Time::default(), ..queue.clone() };
        settled(self) == settled(other)
    }
}

/// What the counter has before it; `None` where there is no such counter.
pub fn counter_queue(view: &View<'_>, id: &CounterId) -> Option<CounterQueue> {
    let branch = view.branch;
    let found = branch.counter(id)?;
    let next = branch.prospects(id, view.at, NEXT).into_iter().filter_map(|prospect| {
        let waiting = branch.ticket(&prospect.ticket)?;
        let due = target(view, &waiting.lane).map(|target_s| Time(due(waiting, target_s)));
        Some(NextView { ticket: ticket(branch, waiting), why: prospect.why, from: prospect.from.map(Time), due })
    });
    let oldest: BTreeMap<(&ServiceId, &LaneId), Timestamp> =
        branch.lines().filter_map(|(service, lane, queue)| Some(((service, lane), queue.first()?.origin))).collect();
    let plan = branch.plan().counter(id);
    let lines = branch.waiting().into_iter().map(|((service, lane), count)| LineWaiting {
        count,
        oldest: oldest.get(&(&service, &lane)).copied().map(Time),
        own: plan.is_some_and(|plan| plan.delay(&service, &lane).is_some()),
        service: service.as_str().to_owned(),
        lane: lane.as_str().to_owned(),
    });
    Some(CounterQueue {
        at: Time(view.at),
        counter: counter(branch, found),
        ticket: branch.ticket_at(id).map(|there| ticket(branch, there)),
        next: next.collect(),
        lines: lines.collect(),
    })
}

fn target(view: &View<'_>, lane: &LaneId) -> Option<u32> {
    view.branch.plan().lane(lane).map(|lane| lane.target_s)
}

fn due(waiting: &Ticket, target_s: u32) -> Timestamp {
    waiting.origin.plus(i64::from(target_s) * 1_000)
}

/// A greeter and whether the hands are full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Greeter)]
pub struct GreeterView {
    /// Staff number, or the name of the tablet.
    pub name: String,
    /// With a customer, or away.
    pub busy: bool,
    /// Since when.
    pub since: Time,
}

/// Greeters that have said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GreeterList {
    /// By name.
    pub greeters: Vec<GreeterView>,
}
