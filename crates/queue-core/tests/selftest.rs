//! The self-test as facts: one at a time, results for its own parts, ticks where only a person can say.
#![allow(clippy::unwrap_used, clippy::panic)]

use queue_core::{
    Actor, Branch, Command, Event, Refusal, SelfTestId, SelfTestMeans, SelfTestOutcome, SelfTestPart, SelfTestResult,
    Timestamp,
};

use SelfTestOutcome::{Failed, Ok as Well, Skipped};

fn part(item: &str, of: &str) -> SelfTestPart {
    SelfTestPart { item: item.into(), of: of.to_owned() }
}

fn result(item: &str, outcome: SelfTestOutcome) -> SelfTestResult {
    SelfTestResult { item: item.into(), outcome, code: None, cause: None }
}

struct Play {
    branch: Branch,
    journal: Vec<(Timestamp, Event)>,
}

impl Play {
    fn wish(&mut self, by: &str, wish: &Command) -> Result<usize, Refusal> {
        let at = Timestamp(i64::try_from(self.journal.len()).unwrap() * 1_000);
        let handled = self.branch.handle(at, &Actor::from(by), wish)?;
        let facts = handled.facts.len();
        self.journal.extend(handled.facts.into_iter().map(|fact| (at, fact)));
        Ok(facts)
    }

    fn tick(&mut self, test: u64, item: &str, ok: bool, note: Option<&str>) -> Result<usize, Refusal> {
        let note = note.map(str::to_owned);
        self.wish("greeter:2001", &Command::TickSelfTest { test: SelfTestId(test), item: item.into(), ok, note })
    }
}

#[test]
fn one_at_a_time_with_a_result_for_each_part_and_ticks_of_people() {
    let mut play = Play { branch: Branch::default(), journal: Vec::new() };
    let parts = vec![part("kiosk-1", "printer"), part("screen-lobby", "screen"), part("manual-tv", "manual")];
    let start = Command::StartSelfTest { parts, means: SelfTestMeans::default() };
    assert_eq!(play.wish("manager:9001", &start), Ok(1));
    assert_eq!(play.wish("manager:9001", &start), Err(Refusal::SelfTestRunning(SelfTestId(1))));
    // What only a person can look at need not wait for the rest.
    assert_eq!(play.tick(1, "manual-tv", true, None), Ok(1));
    assert_eq!(play.tick(1, "kiosk-1", true, None), Err(Refusal::TestedByItself("kiosk-1".into())));

    let results = vec![
        result("kiosk-1", SelfTestOutcome::Failed),
        result("screen-lobby", SelfTestOutcome::Skipped),
        result("manual-tv", SelfTestOutcome::Failed),
        result("nobody", SelfTestOutcome::Ok),
    ];
    let finish = Command::FinishSelfTest { test: SelfTestId(1), results };
    assert_eq!(play.wish("system:selftest", &finish), Ok(1));
    assert_eq!(play.wish("system:selftest", &finish), Ok(0), "the first word counts");
    let outcomes = |play: &Play| -> Vec<_> {
        play.branch.selftest().unwrap().items.iter().map(queue_core::SelfTestItem::outcome).collect()
    };
    assert_eq!(outcomes(&play), [Some(Failed), Some(Skipped), Some(Well)]);

    assert_eq!(play.tick(1, "screen-lobby", true, Some(" looked ")), Ok(1));
    assert_eq!(play.tick(1, "screen-lobby", true, Some("looked")), Ok(0), "said before");
    assert_eq!(play.tick(1, "manual-tv", false, Some("no picture")), Ok(1));
    assert_eq!(outcomes(&play), [Some(Failed), Some(Well), Some(Failed)]);
    assert_eq!(play.tick(2, "manual-tv", true, None), Err(Refusal::UnknownSelfTest));
    assert_eq!(play.tick(1, "nobody", true, None), Err(Refusal::UnknownTestItem("nobody".into())));

    let replayed = Branch::replay(play.journal.iter().map(|(at, fact)| (*at, fact)));
    assert_eq!(replayed.selftest(), play.branch.selftest());
    assert_eq!(play.wish("manager:9001", &start), Ok(1));
    assert_eq!(play.branch.selftest().unwrap().id, SelfTestId(2));
}
