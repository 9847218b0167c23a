//! The rule once more, as plainly as can be: one list of tickets, scanned from end to end for every question. What it
//! shares with the engine is the Plan.

use planner::formats::{Act, TraceEvent};
use queue_core::{CounterPlan, LanePlan, Plan};

/// A ticket.
#[derive(Clone, Debug)]
pub(crate) struct T {
    pub(crate) id: String,
    pub(crate) service: String,
    pub(crate) lane: String,
    pub(crate) origin: i64,
    pub(crate) number: usize,
    pub(crate) waiting: bool,
    pub(crate) pin: Option<(String, i64)>,
    waited: i64,
    missed: i64,
}

/// A counter: whether it is idle, since when, and who is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct C {
    pub(crate) idle: bool,
    since: i64,
    serving: Option<usize>,
}

/// Place in the list, and why.
pub(crate) type Choice = (usize, &'static str);

#[derive(Clone, Debug)]
pub(crate) struct Naive {
    pub(crate) plan: Plan,
    pub(crate) grace: i64,
    pub(crate) late: String,
    pub(crate) tickets: Vec<T>,
    pub(crate) counters: Vec<C>,
    pub(crate) credit: Vec<i64>,
    pub(crate) draining: bool,
}

impl Naive {
    pub(crate) fn new(plan: Plan, grace: i64, late: &str) -> Naive {
        let counters = vec![C::default(); plan.counters.len()];
        let credit = vec![0; plan.lanes.len()];
        Naive { plan, grace, late: late.to_owned(), tickets: Vec::new(), counters, credit, draining: false }
    }

    pub(crate) fn lane(&self, ticket: &T) -> &LanePlan {
        self.plan.lanes.iter().find(|lane| lane.id.as_str() == ticket.lane).unwrap()
    }

    pub(crate) fn points(&self, counter: &CounterPlan, ticket: &T, at: i64) -> i64 {
        let lane = self.lane(ticket);
        60_000 * (lane.h100 + counter.affinity(&lane.id)) + lane.p100 * (at - ticket.origin)
    }

    fn is_pinned(ticket: &T, at: i64) -> bool {
        ticket.pin.as_ref().is_some_and(|(_, until)| at < *until)
    }

    fn delay(&self, counter: &CounterPlan, ticket: &T) -> Option<i64> {
        let delay = counter.delay(&ticket.service.as_str().into(), &ticket.lane.as_str().into());
        delay.map(|delay| if self.draining { 0 } else { delay })
    }

    /// Whom the counter may call, pins apart.
    pub(crate) fn eligible(&self, counter: usize, at: i64) -> Vec<usize> {
        let plan = &self.plan.counters[counter];
        let fits = |ticket: &T| {
            let delay = self.delay(plan, ticket);
            let open = delay.is_some_and(|delay| delay == 0 || at - ticket.origin >= delay);
            ticket.waiting && !Self::is_pinned(ticket, at) && open
        };
        (0..self.tickets.len()).filter(|place| fits(&self.tickets[*place])).collect()
    }

    fn is_past(&self, ticket: &T, at: i64) -> bool {
        at - ticket.origin >= self.lane(ticket).guard_after_ms
    }

    /// Whether the lane accrues at a call of the counter.
    pub(crate) fn accrues(&self, lane: usize, counter: usize, at: i64) -> bool {
        let of = &self.plan.lanes[lane];
        let tickets = self.eligible(counter, at).into_iter().map(|place| &self.tickets[place]);
        of.share1000 > 0 && tickets.filter(|t| t.lane == of.id.as_str()).any(|t| self.is_past(t, at))
    }

    fn credit_now(&self, lane: usize, at: i64) -> i64 {
        let of = self.plan.lanes[lane].id.as_str();
        let past = |t: &T| t.waiting && !Self::is_pinned(t, at) && t.lane == of && self.is_past(t, at);
        if self.tickets.iter().any(past) { self.credit[lane] } else { 0 }
    }

    /// Who is next at the counter, were it free.
    pub(crate) fn choose(&self, counter: usize, at: i64) -> Option<Choice> {
        let plan = &self.plan.counters[counter];
        let here = |t: &T| t.waiting && Self::is_pinned(t, at) && t.pin.as_ref().unwrap().0 == plan.id.as_str();
        let order = |place: &usize| (self.tickets[*place].origin, self.tickets[*place].number);
        let pinned = (0..self.tickets.len()).filter(|place| here(&self.tickets[*place]));
        if let Some(first) = pinned.min_by_key(order) {
            return Some((first, "pin"));
        }
        let mut eligible = self.eligible(counter, at);
        let mut owed: Option<(i64, usize)> = None;
        for lane in 0..self.plan.lanes.len() {
            let sum = self.credit_now(lane, at) + self.plan.lanes[lane].share1000;
            if self.accrues(lane, counter, at) && sum >= 1_000 && owed.is_none_or(|(most, _)| sum > most) {
                owed = Some((sum, lane));
            }
        }
        if let Some((_, lane)) = owed {
            eligible.retain(|place| self.tickets[*place].lane == self.plan.lanes[lane].id.as_str());
        }
        let best = |place: &usize| (-self.points(plan, &self.tickets[*place], at), order(place));
        let first = eligible.into_iter().min_by_key(best)?;
        Some((first, if owed.is_some() { "guarantee" } else { "points" }))
    }

    /// The next call: counter, ticket, why.
    pub(crate) fn next_call(&self, at: i64) -> Option<(usize, Choice)> {
        let idle = (0..self.counters.len()).filter(|counter| self.counters[*counter].idle);
        let calls = idle.filter_map(|counter| Some((counter, self.choose(counter, at)?)));
        calls.min_by_key(|(counter, (place, why))| {
            let (plan, ticket) = (&self.plan.counters[*counter], &self.tickets[*place]);
            let delay = if *why == "pin" { 0 } else { self.delay(plan, ticket).unwrap() };
            let affinity = plan.affinity(&ticket.lane.as_str().into());
            (*why != "pin", delay, -affinity, plan.skills.len(), self.counters[*counter].since, *counter)
        })
    }

    pub(crate) fn call(&mut self, at: i64, counter: usize, (place, why): Choice) {
        if why != "pin" {
            self.credit = (0..self.plan.lanes.len())
                .map(|lane| {
                    let of = &self.plan.lanes[lane];
                    let share = if self.accrues(lane, counter, at) { of.share1000 } else { 0 };
                    let sum = self.credit_now(lane, at) + share;
                    if of.id.as_str() == self.tickets[place].lane { (sum - 1_000).max(0) } else { sum }
                })
                .collect();
        }
        let ticket = &mut self.tickets[place];
        (ticket.waiting, ticket.pin, ticket.waited) = (false, None, at - ticket.origin);
        (self.counters[counter].idle, self.counters[counter].serving) = (false, Some(place));
    }

    fn place(&self, id: &str) -> usize {
        self.tickets.iter().position(|ticket| ticket.id == id).unwrap()
    }

    fn counter(&mut self, k: &str) -> &mut C {
        let place = self.plan.counters.iter().position(|counter| counter.id.as_str() == k).unwrap();
        &mut self.counters[place]
    }

    fn free(&mut self, k: &str, at: i64) -> Option<usize> {
        let counter = self.counter(k);
        (counter.idle, counter.since) = (true, at);
        counter.serving.take()
    }

    /// Books an event, without the calls that follow.
    pub(crate) fn book(&mut self, event: &TraceEvent) {
        let at = event.at;
        match &event.act {
            Act::Issue { id, service, lane, appt } => {
                let in_time = appt.filter(|appt| at <= appt + self.grace);
                let lane = if appt.is_some() && in_time.is_none() { &self.late } else { lane };
                let (service, lane, number) = (service.clone(), lane.clone(), self.tickets.len());
                let origin = in_time.unwrap_or(at);
                let id = id.clone();
                self.tickets.push(T {
                    id,
                    service,
                    lane,
                    origin,
                    number,
                    waiting: true,
                    pin: None,
                    waited: 0,
                    missed: 0,
                });
            }
            Act::Open { k } | Act::Finish { k } => {
                self.free(k, at);
            }
            Act::Pause { k } => self.counter(k).idle = false,
            Act::Miss { k } => {
                let place = self.free(k, at).unwrap();
                self.tickets[place].missed = at;
            }
            Act::Return { id } => {
                let (place, penalty) = (self.place(id), self.plan.rules.return_penalty_ms);
                let ticket = &mut self.tickets[place];
                ticket.origin += at - ticket.missed + penalty;
                ticket.waiting = true;
            }
            Act::Transfer { k, service, lane, pin } => {
                let place = self.free(k, at).unwrap();
                let until = at + self.plan.rules.pin_ms;
                let ticket = &mut self.tickets[place];
                ticket.service.clone_from(service);
                ticket.lane = lane.clone().unwrap_or(ticket.lane.clone());
                ticket.origin = at - ticket.waited.max(0);
                ticket.pin = pin.clone().map(|pin| (pin, until));
                ticket.waiting = true;
            }
            Act::Cancel { id } => {
                let place = self.place(id);
                self.tickets[place].waiting = false;
            }
            Act::Close => self.draining = true,
            Act::Tick => {}
        }
        if let Some(k) = &event.then_pause {
            self.counter(k).idle = false;
        }
    }
}
