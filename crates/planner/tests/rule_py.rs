//! The core and the engine beside `rule.py`, the rule's executable form, on random worlds: the same calls, the same
//! wake-ups.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
// The engine is pure; its examiner starts Python.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)]

mod core;
mod worlds;

use planner::{formats, random::Random};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// Reads a world a line and answers its calls and wake-ups; every tenth is checked against the choice by brute force.
const EXAMINER: &str = r"
import sys, json
from rule import Engine
for n, line in enumerate(sys.stdin):
    world = json.loads(line)
    engine = Engine(world['config'], check=n % 10 == 0)
    wakes = []
    for t, kind, about in world['events']:
        engine.event(t, kind, **about)
        wakes.append(engine.next_wake(t))
    print(json.dumps({'calls': engine.calls, 'wakes': wakes}))
";

/// More worlds by `PLANNER_WORLDS`.
const WORLDS: usize = 2_000;

#[test]
fn two_thousand_random_worlds_are_called_as_the_reference_calls_them() {
    let count = std::env::var("PLANNER_WORLDS").ok().map_or(WORLDS, |count| count.parse().unwrap());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/discipline");
    let mut python = Command::new("python3")
        .args(["-B", "-c", EXAMINER])
        .env("PYTHONPATH", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs the reference engine");
    let mut random = Random::new(20_261_122);
    let worlds: Vec<_> = (0..count).map(|_| worlds::world(&mut random, 80)).collect();
    let lines: Vec<String> =
        worlds.iter().map(|world| json!({ "config": world.config, "events": world.events }).to_string()).collect();
    let mut stdin = python.stdin.take().unwrap();
    let feeder = thread::spawn(move || lines.iter().try_for_each(|line| writeln!(stdin, "{line}")));
    let answers = BufReader::new(python.stdout.take().unwrap()).lines();
    let mut seen = Seen::default();
    let mut answered = 0;
    for (answer, world) in answers.zip(&worlds) {
        let theirs: Value = serde_json::from_str(&answer.unwrap()).unwrap();
        let ours = serde_json::to_value(formats::answer_trace(&world.file()).unwrap()).unwrap();
        assert!(
            ours["calls"] == theirs["calls"],
            "world {answered}: calls differ\n{}\n{}\n{}",
            world.file(),
            ours["calls"],
            theirs["calls"]
        );
        let core = core::calls(&world.config, &world.events);
        assert!(core == theirs["calls"], "world {answered}: the core differs\n{}\n{core}", world.file());
        assert!(json!(world.wakes) == theirs["wakes"], "world {answered}: wake-ups differ\n{}", world.file());
        seen.count(world, &ours["calls"]);
        answered += 1;
    }
    feeder.join().unwrap().unwrap();
    assert!(python.wait().unwrap().success());
    assert_eq!(answered, count);
    seen.enough(count);
}

/// What the worlds were about: a test of easy worlds proves little.
#[derive(Debug, Default)]
struct Seen {
    calls: usize,
    guarantees: usize,
    pins: usize,
    several_shares: usize,
    no_limit: usize,
    wakes: usize,
}

impl Seen {
    fn count(&mut self, world: &worlds::World, calls: &Value) {
        let calls = calls.as_array().unwrap();
        let reasons = |reason: &str| calls.iter().filter(|call| call[3] == reason).count();
        let lanes: Vec<&Value> = world.config["lanes"].as_object().unwrap().values().collect();
        let shared = lanes.iter().filter(|lane| lane["share1000"].as_i64().unwrap() > 0);
        self.calls += calls.len();
        self.guarantees += reasons("guarantee");
        self.pins += reasons("pin");
        self.several_shares += usize::from(shared.clone().count() > 1);
        self.no_limit += usize::from(shared.clone().any(|lane| lane["guard_after"] == 0));
        self.wakes += world.wakes.iter().flatten().count();
    }

    fn enough(&self, worlds: usize) {
        assert!(self.calls > worlds * 10, "{self:?}");
        assert!(self.guarantees > worlds / 2, "{self:?}");
        assert!(self.pins > worlds / 10, "{self:?}");
        assert!(self.several_shares > worlds / 4 && self.no_limit > worlds / 4, "{self:?}");
        assert!(self.wakes > worlds, "{self:?}");
    }
}
