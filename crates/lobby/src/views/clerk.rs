//! What a counter has before it: who stands there, whom it may be given next and why.

use super::{CounterView, Estimate, TicketView, Time, counter, ticket};
use crate::controller::View;
use queue_core::{CounterId, CounterState, LaneId, Place, ServiceId, Ticket, Timestamp, Why};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many of those who come next are named.
const NEXT: usize = 12;
/// How many of those who wait past their target are named.
const LATE: usize = 100;

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

/// All queues of the hall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Queues {
    /// When it was so, by the lobby's clock.
    pub at: Time,
    /// Every service and lane that somebody waits in.
    pub queues: Vec<QueueNow>,
    /// Who has waited past the target of the lane, longest over first; at most 100.
    pub late: Vec<TicketView>,
    /// How many have.
    pub late_count: usize,
}

/// One service and lane as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueNow {
    /// Service.
    pub service: String,
    /// Lane.
    pub lane: String,
    /// How many wait, those for one counter among them.
    pub count: usize,
    /// How many of them have waited past the target.
    pub late: usize,
    /// Wait that the branch aims at. Seconds.
    #[schema(required)]
    pub target_s: Option<u32>,
    /// Since when the first of them waits.
    #[schema(required)]
    pub oldest: Option<Time>,
    /// What somebody who takes a number now would wait, where the branch can tell.
    #[schema(required)]
    pub estimate: Option<Estimate>,
    /// Open counters that take them, now or when they have waited longer.
    pub counters: Vec<String>,
}

/// The queues as greeters and managers see them.
pub fn queues(view: &View<'_>) -> Queues {
    let branch = view.branch;
    let mut all: BTreeMap<(ServiceId, LaneId), Vec<&Place>> = BTreeMap::new();
    let mut counts = branch.waiting();
    for (service, lane, queue) in branch.lines() {
        let target_s = target(view, lane).unwrap_or(u32::MAX);
        let is_late = |place: &&Place| view.at.since(place.origin) > i64::from(target_s) * 1_000;
        all.insert((service.clone(), lane.clone()), queue.iter().take_while(is_late).collect());
    }
    let over = |place: &Place, lane: &LaneId| {
        view.at.since(place.origin) - i64::from(target(view, lane).unwrap_or_default()) * 1_000
    };
    let mut late: Vec<(i64, &Place)> = all
        .iter()
        .flat_map(|((_, lane), places)| places.iter().take(LATE).map(move |place| (over(place, lane), *place)))
        .collect();
    late.sort_unstable_by_key(|(over, place)| (std::cmp::Reverse(*over), place.sequence));
    let late = late.iter().take(LATE).filter_map(|(_, place)| branch.ticket(&place.ticket));
    let late = late.map(|found| ticket(branch, found)).collect();
    let late_count = all.values().map(Vec::len).sum();
    let first = |class: &(ServiceId, LaneId)| {
        branch.lines().find(|(service, lane, _)| (*service, *lane) == (&class.0, &class.1))?.2.first().cloned()
    };
    let queues = std::mem::take(&mut counts).into_iter().map(|(class, count)| QueueNow {
        late: all.get(&class).map_or(0, Vec::len),
        target_s: target(view, &class.1),
        oldest: first(&class).map(|place| Time(place.origin)),
        estimate: view.promises.shown(class.0.as_str(), class.1.as_str()),
        counters: taking(view, &class.0, &class.1),
        count,
        service: class.0.as_str().to_owned(),
        lane: class.1.as_str().to_owned(),
    });
    Queues { at: Time(view.at), queues: queues.collect(), late, late_count }
}

/// Open counters that ever take this service and lane, in the order of the Plan.
fn taking(view: &View<'_>, service: &ServiceId, lane: &LaneId) -> Vec<String> {
    let open = |id: &CounterId| view.branch.counter(id).is_some_and(|counter| counter.state == CounterState::Open);
    let plans = view.branch.plan().counters.iter();
    let taking = plans.filter(|plan| open(&plan.id) && plan.delay(service, lane).is_some());
    taking.map(|plan| plan.id.as_str().to_owned()).collect()
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
