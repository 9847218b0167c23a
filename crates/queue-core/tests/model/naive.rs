//! The same branch once more, as plainly as can be: one list of tickets, scanned from end to end for every question.
//! No queues, no facts, no replay. What it shares with the machine is the Plan and the names.

use super::booked::Booked;
use queue_core::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct T {
    pub id: TicketId,
    pub number: String,
    pub service: ServiceId,
    pub lane: LaneId,
    pub seq: usize,
    pub origin: i64,
    pub state: TicketState,
    /// Place in `counters` of who called, serves or holds it.
    pub at: Option<usize>,
    pub pin: Option<(usize, i64)>,
    pub waited: i64,
    pub missed: i64,
    pub returns: u32,
    pub then: Vec<ServiceId>,
    // Acts of people.
    pub called: i64,
    pub times: u32,
    pub last_called: i64,
    pub pin_before: Option<(usize, i64)>,
    pub needs: usize,
    pub flags: Vec<Flag>,
    pub deferred: bool,
}

/// An alert; its place in the list is its id less one.
#[derive(Clone, Debug)]
pub struct A {
    pub kind: AlertKind,
    pub k: usize,
    pub ticket: Option<TicketId>,
    pub at: i64,
    pub open: bool,
    pub day: String,
}

#[derive(Clone, Debug)]
pub struct C {
    pub state: CounterState,
    pub ready: bool,
    pub idle: i64,
    pub last_call: Option<i64>,
}

/// How well a counter suits a call: the smallest is given it.
type Suits = (bool, i64, i64, usize, i64, usize);

/// A call: counter, number, reason.
pub type Call = (String, String, &'static str);

#[derive(Clone, Debug)]
pub struct Naive {
    pub plan: Plan,
    pub tickets: Vec<T>,
    pub counters: Vec<C>,
    pub credit: Vec<i64>,
    pub draining: bool,
    /// Since when.
    pub drained: i64,
    pub hours: Hours,
    /// A service for each number of the day.
    pub quotas: Vec<ServiceId>,
    pub now: i64,
    pub day: Option<String>,
    /// The open day, or the last one.
    pub last_day: String,
    pub booked: Vec<Booked>,
    /// Every number ever given, as day and number.
    pub given: Vec<(String, String)>,
    pub seq: usize,
    pub calls: Vec<Call>,
    pub alerts: Vec<A>,
    /// By counter: what its configuration says, where it was told to take something else.
    pub configured: Vec<Option<Vec<Skill>>>,
}

use TicketState::{Called, Waiting};

impl Naive {
    pub fn new(plan: Plan) -> Naive {
        let counter = C { state: CounterState::Closed, ready: false, idle: 0, last_call: None };
        Naive {
            counters: vec![counter; plan.counters.len()],
            credit: vec![0; plan.lanes.len()],
            configured: vec![None; plan.counters.len()],
            plan,
            tickets: Vec::new(),
            draining: false,
            drained: 0,
            hours: Hours::default(),
            quotas: Vec::new(),
            now: 0,
            day: None,
            last_day: String::new(),
            booked: Vec::new(),
            given: Vec::new(),
            seq: 0,
            calls: Vec::new(),
            alerts: Vec::new(),
        }
    }

    /// Does a wish, then gives ready counters what they may take. A refusal leaves everything as it was.
    pub fn step(&mut self, t: i64, wish: &Command) -> Result<Vec<Call>, &'static str> {
        let mut then = self.clone();
        then.calls.clear();
        then.now = t;
        then.act(t, wish)?;
        then.assign(t);
        *self = then;
        Ok(self.calls.clone())
    }

    fn lane(&self, id: &LaneId) -> usize {
        self.plan.lanes.iter().position(|lane| lane.id == *id).unwrap()
    }

    /// The delay of a class at a counter by the three patterns, from the most to the least telling.
    pub fn delay(&self, k: usize, service: &ServiceId, lane: &LaneId) -> Option<i64> {
        for pattern in [(Some(service), Some(lane)), (Some(service), None), (None, Some(lane))] {
            for skill in &self.plan.counters[k].skills {
                if (skill.service.as_ref(), skill.lane.as_ref()) == pattern {
                    return skill.delay_ms.map(|delay| if self.draining { 0 } else { delay });
                }
            }
        }
        None
    }

    fn eligible(&self, k: usize, ticket: &T, t: i64) -> bool {
        let waited = t - ticket.origin;
        let open = |delay: i64| delay == 0 || waited >= delay;
        ticket.state == Waiting
            && ticket.pin.is_none()
            && self.delay(k, &ticket.service, &ticket.lane).is_some_and(open)
    }

    fn over(&self, ticket: &T, t: i64) -> bool {
        t - ticket.origin >= self.plan.lanes[self.lane(&ticket.lane)].guard_after_ms
    }

    fn credit_now(&self, lane: usize, t: i64) -> i64 {
        let past = |x: &T| x.state == Waiting && x.pin.is_none() && self.lane(&x.lane) == lane && self.over(x, t);
        if self.tickets.iter().any(past) { self.credit[lane] } else { 0 }
    }

    fn accruing(&self, k: usize, t: i64) -> Vec<usize> {
        let lanes = 0..self.plan.lanes.len();
        let any = |lane: usize| {
            self.tickets.iter().any(|x| self.lane(&x.lane) == lane && self.eligible(k, x, t) && self.over(x, t))
        };
        lanes.filter(|lane| self.plan.lanes[*lane].share1000 > 0 && any(*lane)).collect()
    }

    /// Who is next at a counter, and why: brute force over everybody.
    pub fn select(&self, k: usize, t: i64) -> Option<(usize, &'static str)> {
        let places = || 0..self.tickets.len();
        let order = |i: &usize| (self.tickets[*i].origin, self.tickets[*i].seq);
        let pinned = |i: &usize| {
            self.tickets[*i].state == Waiting && self.tickets[*i].pin.is_some_and(|(counter, _)| counter == k)
        };
        if let Some(i) = places().filter(pinned).min_by_key(order) {
            return Some((i, "pin"));
        }
        let points = |i: &usize| {
            let lane = &self.plan.lanes[self.lane(&self.tickets[*i].lane)];
            let fixed = lane.h100 + self.plan.counters[k].affinity(&lane.id);
            60_000 * fixed + lane.p100 * (t - self.tickets[*i].origin)
        };
        let sum = |lane: &usize| self.credit_now(*lane, t) + self.plan.lanes[*lane].share1000;
        let mut owed: Vec<usize> = self.accruing(k, t).into_iter().filter(|lane| sum(lane) >= 1000).collect();
        owed.sort_by_key(|lane| (-sum(lane), *lane));
        let fits = |i: &usize| {
            self.eligible(k, &self.tickets[*i], t)
                && owed.first().is_none_or(|lane| self.lane(&self.tickets[*i].lane) == *lane)
        };
        let best = places().filter(fits).min_by_key(|i| (-points(i), order(i)))?;
        Some((best, if owed.is_empty() { "points" } else { "guarantee" }))
    }

    pub fn call(&mut self, k: usize, i: usize, t: i64, why: &'static str) {
        if self.tickets[i].pin.is_none() {
            let accruing = self.accruing(k, t);
            for lane in 0..self.credit.len() {
                let more = if accruing.contains(&lane) { self.plan.lanes[lane].share1000 } else { 0 };
                // The lanes are asked in turn, none of them moves another's account.
                self.credit[lane] = self.credit_now(lane, t) + more;
            }
            let called = self.lane(&self.tickets[i].lane);
            self.credit[called] = (self.credit[called] - 1000).max(0);
        }
        let ticket = &mut self.tickets[i];
        (ticket.pin_before, ticket.called, ticket.last_called, ticket.times) = (ticket.pin, t, t, 1);
        (ticket.state, ticket.at, ticket.pin, ticket.waited) = (Called, Some(k), None, t - ticket.origin);
        (self.counters[k].ready, self.counters[k].last_call) = (false, Some(t));
        self.calls.push((self.plan.counters[k].id.to_string(), self.tickets[i].number.clone(), why));
    }

    fn assign(&mut self, t: i64) {
        loop {
            let mut best: Option<(Suits, usize, usize, &'static str)> = None;
            for (k, counter) in self.counters.iter().enumerate().filter(|(_, counter)| counter.ready) {
                let Some((i, why)) = self.select(k, t) else { continue };
                let (ticket, plan) = (&self.tickets[i], &self.plan.counters[k]);
                let delay = if why == "pin" { 0 } else { self.delay(k, &ticket.service, &ticket.lane).unwrap() };
                let suits = (why != "pin", delay, -plan.affinity(&ticket.lane), plan.skills.len(), counter.idle, k);
                if best.as_ref().is_none_or(|(known, ..)| suits < *known) {
                    best = Some((suits, k, i, why));
                }
            }
            let Some((_, k, i, why)) = best else { return };
            self.call(k, i, t, why);
        }
    }
}
