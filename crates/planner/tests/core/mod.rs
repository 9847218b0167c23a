//! A random day played by the core itself, command by command: the branch that journals, not the engine that forecasts.
//!
//! Traces know no presses: an idle counter always stands ready. So the counter that became free is made ready by the
//! fact itself, and then all ready counters are called into.

use planner::formats::{Act, BranchConfig, TimeUnit, TraceEvent, read_events};
use queue_core::{
    Actor, Branch, BusinessDay, Command, CounterId, CounterState, Event, Outcome, PauseReason, PlanDigest, ServiceId,
    TicketId, Timestamp, TransferTo, Why,
};
use serde_json::{Value, json};

/// The calls of a day, as `[seconds, counter, ticket, reason]`.
pub(crate) fn calls(config: &Value, events: &[Value]) -> Value {
    let terms: BranchConfig = serde_json::from_value(config.clone()).unwrap();
    let services: Vec<String> = terms.services.iter().flat_map(|all| &all.0).map(|(name, _)| name.clone()).collect();
    let plan = terms.plan(TimeUnit::Second, &services).unwrap();
    let mut day = Day { branch: Branch::default(), config, issued: 0, calls: Vec::new() };
    let digest = PlanDigest("trace".to_owned());
    day.wish(Timestamp(0), &Command::AdoptPlan { plan: Box::new(plan), digest });
    day.wish(Timestamp(0), &Command::OpenDay { day: BusinessDay::new("2026-01-05").unwrap() });
    for event in read_events(TimeUnit::Second, events).unwrap() {
        day.play(&event);
    }
    Value::Array(day.calls)
}

struct Day<'a> {
    branch: Branch,
    config: &'a Value,
    issued: u64,
    calls: Vec<Value>,
}

impl Day<'_> {
    fn wish(&mut self, at: Timestamp, wish: &Command) {
        let facts = self.branch.decide(at, &actor(), wish).unwrap_or_else(|refusal| panic!("{wish:?}: {refusal}"));
        for fact in &facts {
            self.branch.apply(at, fact);
        }
    }

    fn play(&mut self, event: &TraceEvent) {
        let at = Timestamp(event.at);
        let pauses = |k: &str| Command::Pause { counter: k.into(), reason: PauseReason::Rest };
        if let Some(k) = event.then_pause.as_deref() {
            self.wish(at, &pauses(k));
        }
        let at_counter = match &event.act {
            Act::Issue { id, service, lane, appt } => {
                self.issue(at, id, service, lane, *appt);
                None
            }
            Act::Return { id } => {
                self.come_back(at, &id.as_str().into());
                None
            }
            Act::Cancel { id } => {
                self.wish(at, &Command::Cancel { ticket: id.as_str().into(), customer: true, reason: None });
                None
            }
            Act::Close => {
                self.wish(at, &Command::StartDraining);
                None
            }
            Act::Tick => None,
            Act::Open { k } => {
                let counter: CounterId = k.as_str().into();
                let closed = self.branch.counter(&counter).unwrap().state == CounterState::Closed;
                let open = Command::OpenCounter { counter: counter.clone(), staff: None };
                self.wish(at, &if closed { open } else { Command::Resume { counter } });
                Some(k)
            }
            Act::Finish { k } => {
                self.wish(at, &Command::Finish { counter: k.as_str().into(), outcome: Outcome::Done });
                Some(k)
            }
            Act::Pause { k } => {
                self.wish(at, &pauses(k));
                None
            }
            Act::Miss { k } => {
                self.wish(at, &Command::NoShow { counter: k.as_str().into() });
                Some(k)
            }
            Act::Transfer { k, service, lane, pin } => {
                let to = TransferTo::Service {
                    service: ServiceId::from(service.as_str()),
                    pin: pin.as_deref().map(CounterId::from),
                };
                let lane = lane.as_deref().map(Into::into);
                self.wish(at, &Command::Transfer { counter: k.as_str().into(), to, lane, confirm: true });
                Some(k)
            }
        };
        if let Some(counter) = at_counter.map(|k| CounterId::from(k.as_str()))
            && self.branch.counter(&counter).unwrap().state == CounterState::Open
        {
            self.branch.apply(at, &Event::CounterReady { counter });
        }
        for call in self.branch.handle(at, &actor(), &Command::Wake).unwrap().settled {
            let Event::Called { ticket, counter, why, .. } = call else { panic!("{call:?}") };
            let why = match why {
                Why::Points { .. } => "points",
                Why::Guarantee => "guarantee",
                Why::Pin => "pin",
                Why::Manual { .. } => "manual",
            };
            self.calls.push(json!([event.written, counter, ticket, why]));
        }
    }

    /// Directly as a fact: ids are the trace's, and codes of appointments are not in it.
    fn issue(&mut self, at: Timestamp, id: &str, service: &str, lane: &str, appt: Option<i64>) {
        self.issued += 1;
        let grace = self.seconds("appt_grace");
        let late = appt.is_some_and(|booked| at > Timestamp(booked).plus(grace));
        let lane = if late { self.config["appt_late_lane"].as_str().unwrap() } else { lane };
        let issued = Event::Issued {
            ticket: id.into(),
            number: id.to_owned(),
            service: service.into(),
            lane: lane.into(),
            sequence: self.issued,
            origin: appt.filter(|_| !late).map_or(at, Timestamp),
            language: None,
            kiosk: None,
            identity: None,
            appointment: None,
            needs: Vec::new(),
            then: Vec::new(),
            promise: None,
        };
        self.branch.apply(at, &issued);
    }

    /// Directly as a fact, too: a trace lets a customer miss and return as often as it likes.
    fn come_back(&mut self, at: Timestamp, ticket: &TicketId) {
        let missed = self.branch.ticket(ticket).unwrap();
        let absence = at.since(missed.missed_at.unwrap());
        let origin = missed.origin.plus(absence).plus(self.seconds("return_penalty"));
        self.branch.apply(at, &Event::Reinstated { ticket: ticket.clone(), origin });
    }

    fn seconds(&self, key: &str) -> i64 {
        self.config[key].as_i64().unwrap() * 1_000
    }
}

fn actor() -> Actor {
    Actor::from("system:trace")
}
