//! Model against machine: random days in random worlds, played to the machine and to a naive branch (`naive.rs`), which
//! must agree after every wish; and the rules of DESIGN §5 that hold in every state.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod acts;
mod booked;
mod hours;
mod naive;
mod people;
mod planned;
mod world;

use naive::{Call, Naive};
use proptest::prelude::*;
use queue_core::*;
use std::collections::BTreeSet;
use world::Draw;

struct Play {
    branch: Branch,
    model: Naive,
    at: Timestamp,
    actor: Actor,
    journal: Vec<(Timestamp, Event)>,
    numbers: BTreeSet<(BusinessDay, String)>,
}

impl Play {
    fn new(plan: &Plan) -> Play {
        let model = Naive::new(plan.clone());
        let (branch, at, actor) = (Branch::default(), Timestamp(1_000_000), "system:test".into());
        let mut play = Play { branch, model, at, actor, journal: Vec::new(), numbers: BTreeSet::new() };
        let adopt = Command::AdoptPlan { plan: Box::new(plan.clone()), digest: PlanDigest("p".to_owned()) };
        play.machine(&adopt).unwrap();
        play.both(&Command::OpenDay { day: BusinessDay::new("2026-11-21").unwrap() });
        play
    }

    /// A wish to the machine alone, with everything that one can see of it without a model.
    fn machine(&mut self, wish: &Command) -> Result<Vec<Event>, Refusal> {
        let before = self.branch.clone();
        let judged = self.branch.decide(self.at, &self.actor, wish);
        assert_eq!(judged, before.decide(self.at, &self.actor, wish), "the same question, another answer");
        let handled = self.branch.handle(self.at, &self.actor, wish);
        let Handled { facts, settled } = match handled {
            Ok(handled) => handled,
            Err(refusal) => {
                assert_eq!(before, self.branch, "{wish:?} was refused and changed something");
                return Err(refusal);
            }
        };
        assert_eq!(judged.unwrap(), facts);
        let facts: Vec<Event> = facts.into_iter().chain(settled).collect();
        let mut seen = before;
        for fact in &facts {
            self.fifo_inside_a_class(&seen, fact);
            self.no_number_twice(&seen, fact);
            seen.apply(self.at, fact);
            self.journal.push((self.at, fact.clone()));
        }
        assert_eq!(seen, self.branch, "applying the facts is not what handling did");
        Ok(facts)
    }

    fn fifo_inside_a_class(&self, before: &Branch, fact: &Event) {
        let Event::Called { ticket, why: Why::Points { .. } | Why::Guarantee, .. } = fact else { return };
        let called = before.ticket(ticket).unwrap();
        assert_eq!(called.state, TicketState::Waiting);
        let passed = before.tickets().find(|other| {
            other.state == TicketState::Waiting
                && other.pin.is_none()
                && (&other.service, &other.lane) == (&called.service, &called.lane)
                && (other.origin, other.sequence) < (called.origin, called.sequence)
        });
        assert_eq!(passed, None, "{} was called at {:?} before it", called.number, self.at);
    }

    fn no_number_twice(&mut self, before: &Branch, fact: &Event) {
        if let Event::Issued { number, .. } = fact {
            let day = before.day().day.clone().unwrap();
            assert!(self.numbers.insert((day, number.clone())), "{number} was given twice");
        }
    }

    /// A wish to both; they must agree on what came of it and on how things stand.
    fn both(&mut self, wish: &Command) {
        let theirs = self.model.step(self.at.0, wish);
        let ours = self.machine(wish).map(|facts| self.calls(&facts)).map_err(|refusal| refusal.code());
        assert_eq!(ours, theirs, "machine and model differ on {wish:?} at {:?}", self.at);
        assert_eq!(picture(&self.branch), self.model.picture(), "after {wish:?}");
        self.one_place_each();
        self.nobody_idle();
    }

    fn calls(&self, facts: &[Event]) -> Vec<Call> {
        let called = |fact: &Event| {
            let Event::Called { ticket, counter, why, .. } = fact else { return None };
            let why = match why {
                Why::Points { .. } => "points",
                Why::Guarantee => "guarantee",
                Why::Pin => "pin",
                Why::Manual { .. } => "manual",
            };
            Some((counter.to_string(), self.branch.ticket(ticket).unwrap().number.clone(), why))
        };
        facts.iter().filter_map(called).collect()
    }

    /// A ticket is in exactly one place, a counter has at most one customer, and who waits is in a queue.
    fn one_place_each(&self) {
        for ticket in self.branch.tickets() {
            let at = self.branch.counters().filter(|counter| counter.ticket.as_ref() == Some(&ticket.id)).count();
            let kept: usize = self
                .branch
                .counters()
                .map(|counter| counter.held.iter().filter(|held| **held == ticket.id).count())
                .sum();
            let wanted = match ticket.state {
                TicketState::Called | TicketState::Serving => (1, 0),
                TicketState::Held => (0, 1),
                _ => (0, 0),
            };
            assert_eq!((at, kept), wanted, "{} is {}", ticket.number, ticket.state.name());
        }
        let waiting = self.branch.tickets().filter(|ticket| ticket.state == TicketState::Waiting).count();
        assert_eq!(self.branch.waiting().values().sum::<usize>(), waiting, "somebody waits in no queue, or in two");
    }

    /// No counter stands ready while somebody waits whom it may take, by the rule and by brute force.
    fn nobody_idle(&self) {
        for (k, counter) in self.branch.counters().enumerate().filter(|(_, counter)| counter.ready) {
            assert_eq!((counter.state, &counter.ticket), (CounterState::Open, &None));
            let expired = self.branch.tickets().any(|t| t.pin.as_ref().is_some_and(|pin| pin.until <= self.at));
            assert!(expired || self.model.select(k, self.at.0).is_none(), "counter {} is left idle", counter.id);
        }
    }

    /// Lets time pass as the controller does: what time alone changes is booked before the next wish.
    fn wait(&mut self, gap: i64) {
        let wake = self.branch.next_wake(self.at);
        let to = match (gap, wake) {
            (-1, Some(wake)) => wake,
            (-2, Some(wake)) => wake.plus(-1).max(self.at),
            (gap, _) => self.at.plus(gap.max(0) * 1000),
        };
        let due_before = self.branch.is_due(self.at);
        self.at = to;
        let due = self.branch.is_due(to);
        assert!(due_before || !due || wake.is_some_and(|wake| wake <= to), "due at {to:?}, was told {wake:?}");
        if due {
            self.both(&Command::Wake);
            assert!(!self.branch.is_due(to), "still due after waking");
        }
    }

    fn step(&mut self, draw: Draw) {
        self.wait(draw.gap);
        self.model.now = self.at.0;
        let wish = world::wish(&self.model, draw);
        self.both(&wish);
    }
}

/// How things stand, in words that both sides can say.
fn picture(branch: &Branch) -> Vec<String> {
    let mut lines: Vec<String> = branch
        .tickets()
        .map(|x| {
            let at = match x.state {
                TicketState::Called | TicketState::Serving | TicketState::Held => x.counter.clone(),
                _ => None,
            };
            let pin = x.pin.as_ref().map(|pin| (pin.counter.clone(), pin.until.0));
            format!("{} {} {}/{} {} {at:?} {pin:?}", x.number, x.state.name(), x.service, x.lane, x.origin.0)
        })
        .collect();
    lines.sort();
    lines.push(format!("draining: {}", branch.is_draining()));
    lines.extend(branch.counters().map(|c| {
        let number = branch.ticket_at(&c.id).map(|ticket| ticket.number.as_str());
        format!("{} {} {} {number:?}", c.id, c.state.name(), c.ready)
    }));
    lines
}

impl Naive {
    fn picture(&self) -> Vec<String> {
        let id = |k: usize| self.plan.counters[k].id.clone();
        let mut lines: Vec<String> = self
            .tickets
            .iter()
            .map(|x| {
                let at = match x.state {
                    TicketState::Called | TicketState::Serving | TicketState::Held => x.at.map(id),
                    _ => None,
                };
                let pin = x.pin.map(|(k, until)| (id(k), until));
                format!("{} {} {}/{} {} {at:?} {pin:?}", x.number, x.state.name(), x.service, x.lane, x.origin)
            })
            .collect();
        lines.sort();
        lines.push(format!("draining: {}", self.draining));
        lines.extend(self.counters.iter().enumerate().map(|(k, c)| {
            let number = self.customer(k).map(|i| self.tickets[i].number.as_str());
            format!("{} {} {} {number:?}", id(k), c.state.name(), c.ready)
        }));
        lines
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn machine_and_model_agree_wish_by_wish(
        plan in world::plan(),
        draws in prop::collection::vec(world::draw(), 1..200),
    ) {
        let mut play = Play::new(&plan);
        for draw in draws {
            play.step(draw);
        }
        let replayed = Branch::replay(play.journal.iter().map(|(at, fact)| (*at, fact)));
        prop_assert_eq!(replayed, play.branch, "replaying the journal is not what was lived");
    }
}

/// The random days are worth something only if they reach what they are meant to test.
#[test]
fn the_random_days_reach_every_kind_of_fact_and_call() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut kinds = BTreeSet::new();
    for _ in 0..150 {
        let plan = world::plan().new_tree(&mut runner).unwrap().current();
        let draws = prop::collection::vec(world::draw(), 120).new_tree(&mut runner).unwrap().current();
        let mut play = Play::new(&plan);
        for draw in draws {
            play.step(draw);
        }
        kinds.extend(play.journal.iter().map(|(at, fact)| match fact {
            Event::Called { why: Why::Guarantee, .. } => "called by guarantee",
            Event::Called { why: Why::Pin, .. } => "called by pin",
            Event::Finished { next: Some(_), by_next: true, .. } => "goes on, by next",
            Event::Issued { appointment: Some(_), origin, .. } if origin > at => "issued for an early appointment",
            Event::Issued { appointment: Some(_), origin, .. } if origin == at => "issued for a late appointment",
            fact => fact.kind(),
        }));
    }
    let wanted = [
        "day_opened",
        "draining_started",
        "draining_ended",
        "hours_set",
        "day_closed",
        "issued",
        "cancelled",
        "appointment_booked",
        "appointment_cancelled",
        "issued for an early appointment",
        "issued for a late appointment",
        "expired",
        "lane_changed",
        "reinstated",
        "pin_expired",
        "counter_opened",
        "counter_closed",
        "counter_pausing",
        "counter_paused",
        "counter_resumed",
        "counter_ready",
        "called",
        "called by guarantee",
        "called by pin",
        "recalled",
        "arrived",
        "finished",
        "goes on, by next",
        "no_show",
        "held",
        "ticket_resumed",
        "held_moved",
        "transferred",
        "returned",
        "alert_raised",
        "alert_acked",
        "alert_escalated",
        "needs_set",
        "flagged",
        "deferred",
        "counter_planned",
        "counter_plan_ended",
    ];
    let missing: Vec<&str> = wanted.into_iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
}
