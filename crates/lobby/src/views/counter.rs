//! Counters as the people who work there see them.

use super::{TicketView, Time, counter_states, pause_reason_if_any, ticket};
use crate::{
    config::{Written, written},
    controller::View,
};
use queue_core::{Branch, Counter, CounterId, CounterPlan, CounterState, Ticket, TicketId};
use serde::Serialize;
use utoipa::ToSchema;

/// A counter for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Counter)]
pub struct CounterView {
    /// Its name in commands.
    pub counter: String,
    /// What stands over it, such as `3`.
    pub label: String,
    /// Whether it takes customers.
    #[schema(schema_with = counter_states)]
    pub state: &'static str,
    /// Given the next eligible ticket by itself.
    pub ready: bool,
    /// The number called or served there.
    #[schema(required)]
    pub number: Option<String>,
    /// Staff number of who works there, where known.
    #[schema(required)]
    pub staff: Option<String>,
    /// Since when that one is named there.
    #[schema(required)]
    pub staff_since: Option<Time>,
    /// Star level of that one, 0 to 5, where known.
    #[schema(required)]
    pub stars: Option<u8>,
    /// Services that it ever takes.
    pub services: Vec<String>,
    /// While it takes no customers: the open counters that do its services.
    pub takes_over: Vec<String>,
    /// Why it is paused or about to be.
    #[schema(schema_with = pause_reason_if_any)]
    pub reason: Option<&'static str>,
    /// How many wait whom it may take, now or later.
    pub waiting: usize,
    /// Tickets that it keeps, in the order they were held.
    pub held: Vec<TicketView>,
    /// What it takes now, as a configuration writes it.
    pub takes: CounterTakes,
    /// What it was told to take today in place of what its configuration says; null where it takes that.
    #[schema(required)]
    pub run_plan: Option<CounterRunPlan>,
}

/// What a counter takes, as a configuration writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CounterTakes {
    /// At once: `cash`, `cash/vip`, `*/vip` or `*`.
    pub serves: Vec<String>,
    /// Of those who have waited for so long.
    pub overflow: Vec<CounterOverflow>,
}

/// What a counter takes later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CounterOverflow {
    /// As in `serves`.
    pub serves: String,
    /// From this wait on, minutes.
    pub after_min: u32,
}

/// A plan at run time; it ends with the business day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CounterRunPlan {
    /// Since when.
    pub since: Time,
    /// Why.
    pub reason: String,
    /// What the configuration says, and what it goes back to.
    pub configured: CounterTakes,
    /// The lines of the configuration that would make it lasting.
    pub toml: String,
}

/// The answer to every act at a counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CounterAnswer {
    /// As it stands now.
    pub counter: CounterView,
    /// Who stands there now, called or being served; after finish, no-show, hold and transfer, whom the act was about.
    #[schema(required)]
    pub ticket: Option<TicketView>,
}

/// All counters, in the order of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CounterList {
    /// Every counter.
    pub counters: Vec<CounterView>,
}

/// A counter for staff.
pub fn counter(branch: &Branch, counter: &Counter) -> CounterView {
    CounterView {
        counter: counter.id.as_str().to_owned(),
        label: counter.id.as_str().to_owned(),
        state: counter.state.name(),
        ready: counter.ready,
        number: branch.ticket_at(&counter.id).map(|ticket| ticket.number.clone()),
        staff: counter.staff.clone(),
        staff_since: counter.staff_since.map(Time),
        stars: counter.stars,
        services: services(branch, &counter.id),
        takes_over: takes_over(branch, counter),
        reason: counter.reason.map(queue_core::PauseReason::name),
        waiting: branch.waiting_for(&counter.id),
        held: held(branch, counter).map(|held| ticket(branch, held)).collect(),
        takes: branch.plan().counter(&counter.id).map_or_else(CounterTakes::none, |plan| takes(branch, plan)),
        run_plan: run_plan(branch, &counter.id),
    }
}

impl CounterTakes {
    fn none() -> CounterTakes {
        CounterTakes { serves: Vec::new(), overflow: Vec::new() }
    }
}

fn takes(branch: &Branch, plan: &CounterPlan) -> CounterTakes {
    let Written { serves, overflow } = written(branch.plan(), plan);
    let overflow = overflow.into_iter().map(|(serves, after_min)| CounterOverflow { serves, after_min });
    CounterTakes { serves, overflow: overflow.collect() }
}

fn run_plan(branch: &Branch, id: &CounterId) -> Option<CounterRunPlan> {
    let (run, plan) = branch.run_plan(id).zip(branch.plan().counter(id))?;
    let configured = CounterPlan { skills: run.configured.clone(), ..plan.clone() };
    Some(CounterRunPlan {
        since: Time(run.since),
        reason: run.reason.clone(),
        configured: takes(branch, &configured),
        toml: written(branch.plan(), plan).toml(plan),
    })
}

fn held<'a>(branch: &'a Branch, counter: &'a Counter) -> impl Iterator<Item = &'a Ticket> {
    counter.held.iter().filter_map(|id| branch.ticket(id))
}

/// Services that a counter ever takes.
pub(super) fn services(branch: &Branch, counter: &CounterId) -> Vec<String> {
    branch.services_of(counter).into_iter().map(String::from).collect()
}

/// The counters that a sign over a counter without customers names; nobody takes over from an open one.
pub(crate) fn takes_over(branch: &Branch, counter: &Counter) -> Vec<String> {
    if counter.state == CounterState::Open {
        return Vec::new();
    }
    let services = branch.services_of(&counter.id);
    branch.taking_over(&services, &counter.id).into_iter().map(String::from).collect()
}

/// A counter and who stands there, else who was just sent `away`; `None` where there is no such counter.
pub fn counter_answer(view: &View<'_>, id: &CounterId, away: Option<&TicketId>) -> Option<CounterAnswer> {
    let found = view.branch.counter(id)?;
    let about = view.branch.ticket_at(id).or_else(|| view.branch.ticket(away?));
    let about = about.map(|about| ticket(view.branch, about));
    Some(CounterAnswer { counter: counter(view.branch, found), ticket: about })
}

/// All counters in the order of the configuration.
pub fn counters(view: &View<'_>) -> CounterList {
    let known = view.branch.plan().counters.iter().filter_map(|plan| view.branch.counter(&plan.id));
    CounterList { counters: known.map(|known| counter(view.branch, known)).collect() }
}
