//! Whole days with known calls, compared ticket by ticket (`tests/golden/discipline/golden-traces.json`).
//!
//! The traces know no presses: an idle counter always stands ready. So each event is booked without calling anybody,
//! the counter that became free is made ready by the fact itself, and then all ready counters are called into at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use queue_core::*;
use serde_json::Value;

const TRACES: &str = include_str!("../../../tests/golden/discipline/golden-traces.json");

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {value}"))
}

fn number(value: &Value, key: &str) -> i64 {
    value[key].as_i64().unwrap_or_else(|| panic!("no number `{key}` in {value}"))
}

/// The entries of a map of the configuration in order of their rank.
fn ranked(map: &Value) -> Vec<(&String, &Value)> {
    let mut all: Vec<_> = map.as_object().unwrap().iter().collect();
    all.sort_by_key(|(_, value)| number(value, "rank"));
    all
}

fn skill(key: &str, delay: &Value) -> Skill {
    let (service, lane) = key.split_once('/').unwrap();
    let named = |part: &str| (part != "*").then(|| part.to_owned());
    Skill {
        service: named(service).map(ServiceId::from),
        lane: named(lane).map(LaneId::from),
        delay_ms: delay.as_i64().map(|seconds| seconds * 1000),
    }
}

fn plan(config: &Value) -> Plan {
    let lane = |(id, lane): (&String, &Value)| LanePlan {
        id: id.as_str().into(),
        h100: number(lane, "h100"),
        p100: number(lane, "p100"),
        guard_after_ms: number(lane, "guard_after") * 1000,
        share1000: lane["share1000"].as_i64().unwrap_or(0),
        target_s: 900,
    };
    let counter = |(id, counter): (&String, &Value)| CounterPlan {
        id: id.as_str().into(),
        skills: counter["skills"].as_object().unwrap().iter().map(|(key, delay)| skill(key, delay)).collect(),
        affinity: counter["affinity"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(lane, points)| (lane.as_str().into(), points.as_i64().unwrap()))
            .collect(),
        auto_next: false,
    };
    Plan {
        services: ["A", "B", "C"]
            .map(|id| ServicePlan { id: id.into(), series: id.to_owned(), mean_s: 60, quota: None })
            .to_vec(),
        lanes: ranked(&config["lanes"]).into_iter().map(lane).collect(),
        counters: ranked(&config["counters"]).into_iter().map(counter).collect(),
        rules: Rules {
            min_call_gap_ms: 0,
            no_show: NoShowPolicy::Once,
            return_penalty_ms: number(config, "return_penalty") * 1000,
            pin_ms: number(config, "pin_timeout") * 1000,
            ..Rules::default()
        },
    }
}

struct Adapter<'a> {
    branch: Branch,
    config: &'a Value,
    sequence: u64,
    calls: Vec<(i64, String, String, &'static str)>,
}

impl Adapter<'_> {
    fn wish(&mut self, at: Timestamp, wish: &Command) {
        let facts = self.branch.decide(at, &"system:trace".into(), wish).unwrap_or_else(|e| panic!("{wish:?}: {e}"));
        for fact in &facts {
            self.branch.apply(at, fact);
        }
    }

    fn event(&mut self, seconds: i64, kind: &str, about: &Value) {
        let at = Timestamp(seconds * 1000);
        let counter = || CounterId::from(text(about, "k"));
        let ticket = || TicketId::from(text(about, "id"));
        match kind {
            "issue" => self.issue(at, about),
            "open" => match self.branch.counter(&counter()).unwrap().state {
                CounterState::Closed => self.wish(at, &Command::OpenCounter { counter: counter(), staff: None }),
                _ => self.wish(at, &Command::Resume { counter: counter() }),
            },
            "finish" => {
                if text_or(about, "then") == Some("pause") {
                    self.wish(at, &Command::Pause { counter: counter(), reason: PauseReason::Rest });
                }
                self.wish(at, &Command::Finish { counter: counter(), outcome: Outcome::Done });
            }
            "pause" => self.wish(at, &Command::Pause { counter: counter(), reason: PauseReason::Rest }),
            "miss" => self.wish(at, &Command::NoShow { counter: counter() }),
            "return" => self.wish(at, &Command::Reinstate { ticket: ticket() }),
            "transfer" => {
                let pin = text_or(about, "pin").map(CounterId::from);
                let to = TransferTo::Service { service: text(about, "service").into(), pin };
                let lane = text_or(about, "lane").map(LaneId::from);
                self.wish(at, &Command::Transfer { counter: counter(), to, lane, confirm: true });
            }
            "cancel" => self.wish(at, &Command::Cancel { ticket: ticket(), customer: true, reason: None }),
            "close" => self.wish(at, &Command::StartDraining),
            "tick" => {}
            other => panic!("unknown event `{other}`"),
        }
        if let Some(counter) = text_or(about, "k").map(CounterId::from)
            && self.branch.counter(&counter).unwrap().state == CounterState::Open
        {
            self.branch.apply(at, &Event::CounterReady { counter });
        }
        let handled = self.branch.handle(at, &"system:trace".into(), &Command::Wake).unwrap();
        for call in handled.settled {
            let Event::Called { ticket, counter, why, .. } = call else { panic!("{call:?}") };
            let why = match why {
                Why::Points { .. } => "points",
                Why::Guarantee => "guarantee",
                Why::Pin => "pin",
                Why::Manual { .. } => "manual",
            };
            self.calls.push((seconds, counter.to_string(), ticket.to_string(), why));
        }
    }

    /// Directly as a fact: the ids are the trace's, and appointments have no command yet.
    fn issue(&mut self, at: Timestamp, about: &Value) {
        self.sequence += 1;
        let (mut lane, mut origin) = (text(about, "lane"), at);
        if let Some(booked) = about["appt"].as_i64() {
            let booked = Timestamp(booked * 1000);
            if at <= booked.plus(number(self.config, "appt_grace") * 1000) {
                origin = booked;
            } else {
                lane = text(self.config, "appt_late_lane");
            }
        }
        let issued = Event::Issued {
            ticket: text(about, "id").into(),
            number: text(about, "id").to_owned(),
            service: text(about, "service").into(),
            lane: lane.into(),
            sequence: self.sequence,
            origin,
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
}

fn text_or<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

#[test]
fn the_golden_days_are_called_ticket_by_ticket() {
    let file: Value = serde_json::from_str(TRACES).unwrap();
    let traces = file["traces"].as_array().unwrap();
    assert_eq!(traces.len(), 4, "traces are added here, never taken away");
    for trace in traces {
        let config = &trace["config"];
        let mut adapter = Adapter { branch: Branch::default(), config, sequence: 0, calls: Vec::new() };
        let start = Timestamp(0);
        let digest = PlanDigest(text(trace, "name").to_owned());
        adapter.wish(start, &Command::AdoptPlan { plan: Box::new(plan(config)), digest });
        adapter.wish(start, &Command::OpenDay { day: BusinessDay::new("2026-01-05").unwrap() });
        for event in trace["events"].as_array().unwrap() {
            adapter.event(event[0].as_i64().unwrap(), event[1].as_str().unwrap(), &event[2]);
        }
        let expected = trace["expected_calls"].as_array().unwrap();
        assert!(!expected.is_empty());
        for (place, (ours, theirs)) in adapter.calls.iter().zip(expected).enumerate() {
            let ours = serde_json::json!([ours.0, ours.1, ours.2, ours.3]);
            assert_eq!(ours, *theirs, "{}: call {place}", text(trace, "name"));
        }
        assert_eq!(adapter.calls.len(), expected.len(), "{}", text(trace, "name"));
    }
}
