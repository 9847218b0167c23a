//! `lobby simulate --journal`: a day that the branch itself lived, played again; with its own rule it comes out as it
//! was, and with another one as people would have met it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use lobby::{
    config::{Config, digest},
    journal::{Draft, Journal},
    simulate,
};
use planner::{formats::JournalQuestion, random::Random};
use queue_core::{
    Actor, Branch, BusinessDay, Command, CounterState, Event, IssueWish, Outcome, PauseReason, Timestamp, TransferTo,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};
use tempfile::TempDir;

const BRANCH: &str = include_str!("../../../config/demo/branch.toml");
const DATE: &str = "2026-11-20";
const HOUR: i64 = 3_600;

/// A lobby that writes its own journal, and what its customers really waited.
struct Life {
    journal: Journal,
    branch: Branch,
    random: Random,
    midnight: Timestamp,
    /// By counter: when the customer there is done, or the clerk presses *next*.
    due: BTreeMap<&'static str, i64>,
    issued: BTreeMap<String, (i64, String)>,
    /// By lane: waits to the first call, seconds.
    waits: BTreeMap<String, Vec<i64>>,
}

impl Life {
    fn wish(&mut self, second: i64, command: &Command) {
        let at = self.midnight.plus(second * 1_000);
        let actor = Actor::from("system:test");
        let handled = self.branch.handle(at, &actor, command).unwrap_or_else(|no| panic!("{command:?}: {no}"));
        for fact in handled.facts.iter().chain(&handled.settled) {
            match fact {
                Event::Issued { ticket, lane, .. } => {
                    self.issued.insert(ticket.to_string(), (second, lane.to_string()));
                }
                Event::Called { ticket, .. } => {
                    if let Some((since, lane)) = self.issued.remove(&ticket.to_string()) {
                        self.waits.entry(lane).or_default().push(second - since);
                    }
                }
                _ => {}
            }
            let day = self.branch.day().day.as_ref();
            self.journal.append(Draft { at, day, actor: &actor, request: None, fact }).unwrap();
        }
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.random.bits() % 100 < percent
    }

    fn issue(&mut self, second: i64) {
        let service = ["cash", "cash", "cash", "account", "loan"][usize::try_from(self.random.bits() % 5).unwrap()];
        let lane =
            ["regular", "regular", "regular", "priority", "vip"][usize::try_from(self.random.bits() % 5).unwrap()];
        let wish = IssueWish {
            service: service.into(),
            lane: lane.into(),
            language: None,
            kiosk: None,
            identity: None,
            needs: Vec::new(),
            then: if self.chance(10) { vec!["account".into()] } else { Vec::new() },
            printer: None,
            promise: None,
        };
        self.wish(second, &Command::Issue(wish));
    }

    /// A counter's customer is done, or it was about to press *next*.
    fn press(&mut self, second: i64, counter: &'static str) {
        let id = || counter.into();
        self.due.remove(counter);
        let is_busy = self.branch.ticket_at(&id()).is_some();
        if self.branch.counter(&id()).unwrap().state != CounterState::Open {
            if is_busy {
                self.wish(second, &Command::Finish { counter: id(), outcome: Outcome::Done });
            }
            return;
        }
        if is_busy && self.chance(6) {
            self.wish(second, &Command::NoShow { counter: id() });
        } else if is_busy && self.chance(8) {
            let to = TransferTo::Service { service: "loan".into(), pin: None };
            self.wish(second, &Command::Transfer { counter: id(), to, lane: None, confirm: true });
        } else if is_busy && self.chance(30) {
            // Some finish first and take their time.
            self.wish(second, &Command::Finish { counter: id(), outcome: Outcome::Done });
        } else {
            return self.wish(second, &Command::CallNext { counter: id() });
        }
        if self.branch.ticket_at(&id()).is_none() {
            let rest = 5 + i64::try_from(self.random.bits() % 40).unwrap();
            self.due.insert(counter, second + rest);
        }
    }

    fn second(&mut self, second: i64) {
        self.wish(second, &Command::Wake);
        if second < 12 * HOUR && self.random.bits().is_multiple_of(95) {
            self.issue(second);
        }
        for counter in ["1", "2", "3", "4"] {
            if self.due.get(counter).is_some_and(|due| *due <= second) {
                self.press(second, counter);
            }
            let is_new = self.branch.ticket_at(&counter.into()).is_some() && !self.due.contains_key(counter);
            if is_new {
                let length = 60 + i64::try_from(self.random.bits() % 500).unwrap();
                self.due.insert(counter, second + length);
            }
        }
        match second - 9 * HOUR {
            0 => ["1", "2", "4"].iter().for_each(|counter| self.open(second, counter)),
            4_000 => self.open(second, "3"),
            5_000 => self.wish(second, &Command::Pause { counter: "1".into(), reason: PauseReason::Meal }),
            6_500 => {
                self.wish(second, &Command::Resume { counter: "1".into() });
                self.wish(second, &Command::CallNext { counter: "1".into() });
            }
            _ => {}
        }
    }

    fn open(&mut self, second: i64, counter: &str) {
        self.wish(second, &Command::OpenCounter { counter: counter.into(), staff: None });
        self.wish(second, &Command::CallNext { counter: counter.into() });
    }
}

/// A journal with one day in it, and what its customers waited, by lane.
fn lived() -> (TempDir, BTreeMap<String, Vec<i64>>) {
    let folder = tempfile::tempdir().unwrap();
    let config: Config = toml::from_str(BRANCH).unwrap();
    let day = BusinessDay::new(DATE).unwrap();
    let mut life = Life {
        journal: Journal::open(folder.path()).unwrap(),
        branch: Branch::default(),
        random: Random::new(11),
        midnight: config.midnight(&day),
        due: BTreeMap::new(),
        issued: BTreeMap::new(),
        waits: BTreeMap::new(),
    };
    let plan = config.plan();
    let digest = digest(&plan);
    life.wish(8 * HOUR, &Command::AdoptPlan { plan: Box::new(plan), digest });
    life.wish(9 * HOUR - 1, &Command::OpenDay { day });
    (9 * HOUR..14 * HOUR).for_each(|second| life.second(second));
    life.wish(15 * HOUR, &Command::CloseDay { force: true });
    life.journal.commit().unwrap();
    (folder, life.waits)
}

fn question(folder: &Path, change: &str) -> JournalQuestion {
    JournalQuestion {
        journal: folder.display().to_string(),
        days: vec![DATE.to_owned()],
        change: change.to_owned(),
        search: None,
        time_zone: Some("Asia/Shanghai".to_owned()),
    }
}

fn answer(question: &JournalQuestion) -> Value {
    let mut out = Vec::new();
    simulate::journal_days(question, true, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn mean(waits: &[i64]) -> f64 {
    f64::from(u32::try_from(waits.iter().sum::<i64>()).unwrap()) / f64::from(u32::try_from(waits.len()).unwrap())
}

#[test]
fn a_day_played_by_its_own_rule_comes_out_as_it_was() {
    let (folder, waits) = lived();
    let told = answer(&question(folder.path(), ""));
    assert_eq!((&told["days"], &told["change"]), (&json!([DATE]), &Value::Null));
    let (mut was, mut is, mut come) = (0.0, 0.0, 0.0);
    for lane in told["lanes"].as_array().unwrap() {
        let Some(waits) = waits.get(lane["lane"].as_str().unwrap()) else { continue };
        let number = |pointer: &str| lane.pointer(pointer).unwrap().as_f64().unwrap();
        assert!((number("/recorded/wait_s") - mean(waits)).abs() < 1e-6, "the journal is read right: {lane}");
        assert!((number("/recorded/arrivals") - number("/as_is/arrivals")).abs() < 1e-9);
        assert!(number("/as_is/never_called").abs() < 1e-9 && lane["changed"].is_null());
        let arrivals = number("/as_is/arrivals");
        (was, is, come) =
            (was + number("/recorded/wait_s") * arrivals, is + number("/as_is/wait_s") * arrivals, come + arrivals);
        assert_eq!(lane["half_hours"][0]["from"], "09:00", "in the branch's own time");
    }
    assert!(come > 90.0 && was / come > 240.0, "a day of some weight: {come} came, {} s", was / come);
    assert!((is / was - 1.0).abs() < 0.05, "{} s were, {} s are played", was / come, is / come);
}

#[test]
fn a_change_meets_the_same_people() {
    let (folder, _) = lived();
    let plain = answer(&question(folder.path(), ""));
    for (change, lane, is_better) in [
        ("open:3@09:00", 0, true),
        ("close:1@10:00-11:30", 0, false),
        ("rule:strict", 2, true),
        ("rule:fifo", 2, false),
    ] {
        let told = answer(&question(folder.path(), change));
        let lane = &told["lanes"][lane];
        assert_eq!(
            lane["as_is"],
            plain["lanes"].as_array().unwrap().iter().find(|one| one["lane"] == lane["lane"]).unwrap()["as_is"]
        );
        assert_eq!(lane["changed"]["arrivals"], lane["as_is"]["arrivals"]);
        let wait = |key: &str| lane[key]["wait_s"].as_f64().unwrap();
        assert_eq!(wait("changed") < wait("as_is"), is_better, "{change}: {lane}");
    }
    let same = answer(&question(folder.path(), "open:2"));
    let lanes = same["lanes"].as_array().unwrap();
    assert!(lanes.iter().all(|lane| lane["changed"] == lane["as_is"]), "it was open all day");
}

#[test]
fn counters_are_searched_on_the_days_own_people_and_a_table_is_for_people() {
    let (folder, _) = lived();
    let mut asked = question(folder.path(), "");
    (asked.days, asked.search) = (Vec::new(), Some(0.8));
    let told = answer(&asked);
    assert_eq!(told["days"], json!([DATE]), "the last day without one");
    let staffing = &told["staffing"];
    assert_eq!(staffing["groups"], json!([["1"], ["2"], ["3"], ["4"]]));
    assert_eq!(staffing["half_hours"].as_array().unwrap().len(), 6);
    assert!(staffing["half_hours"][2]["load"].as_f64().unwrap() > 1.0);
    let mut table = Vec::new();
    simulate::journal_days(&asked, false, &mut table).unwrap();
    let table = String::from_utf8(table).unwrap();
    for line in ["2026-11-20\n", "regular, target 15 min\n", "  as it was ", "counters to open for 80 % within target"]
    {
        assert!(table.contains(line), "{line} is not in\n{table}");
    }
}

#[test]
fn what_cannot_be_asked_is_told_with_what_there_is() {
    let (folder, _) = lived();
    let said = |change: &dyn Fn(&mut JournalQuestion)| {
        let mut question = question(folder.path(), "");
        change(&mut question);
        let mut out = Vec::new();
        let error = simulate::journal_days(&question, true, &mut out).unwrap_err();
        assert!(error.is_wrong_use() && out.is_empty(), "{error}");
        error.to_string()
    };
    let told = said(&|question| question.days = vec!["2026-11-21".to_owned()]);
    assert!(told.ends_with("the journal has no day 2026-11-21; its last days are 2026-11-20"), "{told}");
    let told = said(&|question| question.change = "open:9".to_owned());
    assert!(told.contains("change: `open:9`: there is no counter `9`; the branch has 1, 2, 3, 4"), "{told}");
    let told = said(&|question| question.time_zone = Some("Moon/Crater".to_owned()));
    assert!(told.contains("`Moon/Crater` is no time zone"), "{told}");
    let told = said(&|question| question.journal = "no/such/dir".to_owned());
    assert!(told.starts_with("there is no journal in no/such/dir"), "{told}");

    let file = folder.path().join("whatif.json");
    let text = json!({"format": "whatif", "journal": folder.path(), "days": [DATE], "change": "open:3@09:00",
        "time_zone": "Asia/Shanghai"});
    std::fs::write(&file, text.to_string()).unwrap();
    let mut out = Vec::new();
    simulate::main(&file, true, &mut out).unwrap();
    let told: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(told, answer(&question(folder.path(), "open:3@09:00")), "a file asks the same");
}
