//! A day as text: one wish a line, and what came of it. The language is for tests only.
//!
//! ```text
//! @8:30:05            the clock (starts at 8:00:00; `+90` moves it by seconds)
//! take cash [vip] [then account,loan] [as ID] [on PRINTER] [with hearing,sight]
//! open 1 [by 1001] · close 1 [held to 2] [as manager] [because REASON] · pause 1 [meal] · resume 1
//! next 1 · call 1 A001 because late flight · recall 1 · arrived 1 · finish 1 [papers_missing] · no-show 1
//! hold 1 · undo 1 · take-up 1 A001 · send 1 to loan [at 3] [in vip] [anyway] · send 1 to counter 3 [in vip] [anyway]
//! clerk 1001 WISH · name 1 1002 [from 1001] · leave 1001
//! cancel A001 [by staff] · reinstate A001 · lane A001 vip because REASON · reprint A001 on PRINTER
//! hours 8:30-11:45-12:00,13:30-16:45-17:00 [loan 9:00-11:00]…   from-last ticket-until; also `hours off`, `hours always`
//! open-day DAY · drain · close-day [force] · wake · start-print N · end-print N printed|CAUSE
//! help 1 [because REASON] · dispute 1 · ask k1 · forecast CODE · ack N (alerts) · needs A001 hearing,sight
//! flag A001 urgent|special [by 9001] because REASON · defer A001 3
//! note A001 DIGEST · then A001 loan,account|none · seeing A001|nobody next 1 (any act) · who-next 1
//! plan 1 cash/*,*/vip+480 [anyway] because REASON · unplan 1 [anyway]     what a counter takes today
//! key 1 7 [stale]     key code 7 on the unit of counter 1; `again 1 7` repeats the press that came last
//! book K7 cash @9:30 [for DAY] · book-all K7 cash @9:30, K8 loan @9:45 · unbook K7
//! check-in K7 [for SERVICE] [as ID] [on PRINTER]
//! take-many 998 cash  that many numbers, silently
//! # …                 a remark
//! rule no_show_after_calls|recall_limit N · rule no_show_gap SECONDS · rule urgent_lane LANE · rule sham UNDER NEXT
//! rule appointments LANE [LATE LANE] · rule grace SECONDS · rule identity SERVICE
//! rule auto_next 1 · rule no_show void|tail · rule series cash A1 · rule quota loan 2 · rule guarantee LANE SECONDS SHARE/1000
//! show                counters and queues
//! ```
//! Facts are indented by two spaces, calls into ready counters by `→`, refusals start with `!`; all these are the test's, and are left out when a day is read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use queue_core::*;
use std::fmt::Write;

pub mod acts;
pub mod facts;
pub mod wishes;

/// Eight in the morning of a test day, in milliseconds.
pub const EIGHT: i64 = 8 * 3_600_000;

/// A branch that is told its day.
pub struct Teller {
    pub branch: Branch,
    pub at: Timestamp,
    /// Every fact so far, as a journal would hold it.
    pub journal: Vec<(Timestamp, Event)>,
    pub said: String,
    pub seq: u16,
}

/// The Plan of the demo branch, with a call gap of two seconds and a fourth counter that helps out after 8 minutes.
pub fn plan() -> Plan {
    let service =
        |id: &str, series: &str, mean_s| ServicePlan { id: id.into(), series: series.into(), mean_s, quota: None };
    let lane = |id: &str, p100, guard_after_ms, share1000, target_s| LanePlan {
        id: id.into(),
        h100: 0,
        p100,
        guard_after_ms,
        share1000,
        target_s,
    };
    Plan {
        services: vec![service("cash", "A", 240), service("account", "B", 540), service("loan", "C", 1080)],
        lanes: vec![
            lane("regular", 100, 2_700_000, 250, 900),
            lane("priority", 250, 0, 0, 360),
            lane("vip", 500, 0, 0, 180),
        ],
        counters: vec![
            counter("1", &[("cash", "*", 0), ("account", "*", 0)]),
            counter("2", &[("cash", "*", 0)]),
            counter("3", &[("cash", "*", 0), ("account", "*", 0), ("loan", "*", 0)]),
            counter("4", &[("*", "vip", 0), ("cash", "*", 480_000), ("account", "*", 480_000)]),
        ],
        rules: Rules::default(),
    }
}

/// A counter with skills written `(service, lane, delay in ms)`, where `*` is every one.
pub fn counter(id: &str, skills: &[(&str, &str, i64)]) -> CounterPlan {
    let skill = |(service, lane, delay): &(&str, &str, i64)| Skill {
        service: (*service != "*").then(|| (*service).into()),
        lane: (*lane != "*").then(|| (*lane).into()),
        delay_ms: Some(*delay),
    };
    CounterPlan {
        id: id.into(),
        skills: skills.iter().map(skill).collect(),
        affinity: std::collections::BTreeMap::default(),
        auto_next: false,
    }
}

/// Plays a day as it stands in its file, without what came of it, and compares the whole with the file.
#[track_caller]
pub fn check(day: &str, expected: &expect_test::ExpectFile) {
    let wishes = || day.lines().filter(|line| !line.starts_with([' ', '!']));
    let mut plan = plan();
    for line in wishes().filter_map(|line| line.strip_prefix("rule ")) {
        wishes::rule(&mut plan, &line.split_whitespace().collect::<Vec<_>>());
    }
    let mut teller = Teller::new(plan);
    wishes().for_each(|line| teller.play(line));
    expected.assert_eq(&teller.said);
    assert_eq!(
        teller.branch,
        Branch::replay(teller.journal.iter().map(|(at, fact)| (*at, fact))),
        "replaying the journal is not what was lived"
    );
}

impl Teller {
    /// A branch on its first open day at eight.
    pub fn new(plan: Plan) -> Teller {
        let mut teller = Teller {
            branch: Branch::default(),
            at: Timestamp(EIGHT),
            journal: Vec::new(),
            said: String::new(),
            seq: 0,
        };
        let digest = PlanDigest("p1".to_owned());
        teller.wish(&Command::AdoptPlan { plan: Box::new(plan), digest }).unwrap();
        teller.wish(&Command::OpenDay { day: BusinessDay::new("2026-11-21").unwrap() }).unwrap();
        teller
    }

    /// One wish, as the controller handles it: what time alone has changed comes first.
    pub fn wish(&mut self, wish: &Command) -> Result<Handled, Refusal> {
        let actor = Actor::from("clerk:1001");
        assert_eq!(
            self.branch.decide(self.at, &actor, wish),
            self.branch.decide(self.at, &actor, wish),
            "two answers to the same question"
        );
        let before = self.branch.clone();
        let handled = self.branch.handle(self.at, &actor, wish);
        match &handled {
            Err(_) => assert_eq!(before, self.branch, "a refusal changed something"),
            Ok(handled) => {
                let facts = handled.facts.iter().chain(&handled.settled);
                self.journal.extend(facts.map(|fact| (self.at, fact.clone())));
            }
        }
        handled
    }

    fn play(&mut self, line: &str) {
        writeln!(self.said, "{line}").unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["#" | "rule", ..] => {}
            [clock] if clock.starts_with(['@', '+']) => self.at = wishes::clock(self.at, clock),
            ["who-next", counter] => {
                for prospect in self.branch.prospects(&CounterId::from(*counter), self.at, 6) {
                    let number = self.branch.ticket(&prospect.ticket).map(|ticket| ticket.number.as_str());
                    let from = prospect.from.map(|from| format!(" in {} s", from.since(self.at) / 1000));
                    let why = prospect.why.map(|why| format!(" {why:?}"));
                    let words: String = [from, why].into_iter().flatten().collect();
                    writeln!(self.said, "  next {}{words}", number.unwrap_or_default()).unwrap();
                }
            }
            ["show"] => self.said += &facts::picture(&self.branch),
            ["take-many", count, what @ ..] => {
                let wish = wishes::parse(self, &[&["take"], what].concat());
                for _ in 0..count.parse::<u32>().unwrap() {
                    let taken = self.branch.handle(self.at, &Actor::from("kiosk:k1"), &wish).unwrap();
                    self.journal.extend(taken.facts.into_iter().map(|fact| (self.at, fact)));
                }
            }
            _ => {
                let wish = wishes::parse(self, &words);
                let handled = self.wish(&wish);
                self.tell(&handled);
            }
        }
    }

    fn tell(&mut self, handled: &Result<Handled, Refusal>) {
        match handled {
            Err(refusal) => writeln!(self.said, "! {}: {refusal}", refusal.code()).unwrap(),
            Ok(Handled { facts, settled }) if facts.is_empty() && settled.is_empty() => self.said += "  nothing new\n",
            Ok(Handled { facts, settled }) => {
                for fact in facts {
                    writeln!(self.said, "  {}", facts::line(&self.branch, fact)).unwrap();
                }
                for fact in settled {
                    writeln!(self.said, "  → {}", facts::line(&self.branch, fact)).unwrap();
                }
                if let Some(refusal) = handled.as_ref().unwrap().not_yet() {
                    writeln!(self.said, "! {}: {refusal}", refusal.code()).unwrap();
                }
            }
        }
    }
}
