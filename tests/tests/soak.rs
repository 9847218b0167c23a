//! The soak in short, through the real lobby: every kind of fault within minutes of the hall. And the judge himself, who
//! must notice whatever is lost, doubled or made up: each test takes a good record and spoils one thing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use counter::Key;
use firmware_sim::{
    Script,
    desk::{Latched, PressedBy},
};
use lobby_tests::{
    hall::root,
    soak::{Hours, Paper, Record, Row, judge, report},
};
use queue_core::{
    Actor, Branch, BusinessDay, Command, CounterId, DeskId, Event, IssueWish, JobId, Press, PressMark, PressResult,
    PrintOutcome, Timestamp, Why,
};

#[tokio::test(flavor = "multi_thread")]
async fn minutes_of_faults_lose_nothing() {
    let script = Script::parse(include_str!("../src/soak/slice.toml")).unwrap();
    let hours = Hours { seed: 4, speed: 60, script, kills: 3, busy: 4.0, told: false, days: None };
    let outcome = hours.live().await;
    let report = report::of(&outcome, hours.seed, hours.speed, hours.days);
    assert!(report.is_well(), "{}\nthe lobby's log:\n{}", report.text(), outcome.log);
    let stricken: Vec<&String> = report.faults.keys().collect();
    assert_eq!(stricken.len(), 15, "every kind of the slice came: {stricken:?}");
    assert!(report.verdict.paper.printed > 0 && report.verdict.calls.finished > 0, "{}", report.text());
}

/// A small hall that makes its own journal, as the lobby would.
struct Played {
    branch: Branch,
    record: Record,
    now: Timestamp,
}

const BOOT: u16 = 7;

impl Played {
    /// Three numbers with paper, and a counter that calls all of them.
    fn well() -> Played {
        let mut hall =
            Played { branch: Branch::default(), record: Record::default(), now: Timestamp(1_700_000_000_000) };
        let plan = lobby::config::Config::load(&root().join("config/demo/branch.toml")).unwrap().plan();
        let digest = lobby::config::digest(&plan);
        hall.wish("start", None, &Command::AdoptPlan { plan: Box::new(plan), digest });
        hall.wish("start", None, &Command::OpenDay { day: BusinessDay::new("2026-11-21").unwrap() });
        let baseline = PressMark { boot: BOOT, wraps: 0, seq: 0 };
        let desk = DeskId::from("desks/1");
        hall.wish("desk", None, &Command::SetDeskBaseline { desk, mark: baseline, why: "first_reading".to_owned() });
        for customer in 1..=3 {
            hall.take(customer);
        }
        for (seq, key) in (1..).zip([Key::Next, Key::Arrived, Key::Next, Key::Next, Key::Recall]) {
            hall.press(seq, key);
        }
        hall
    }

    fn wish(&mut self, actor: &str, request: Option<&str>, command: &Command) {
        self.now = self.now.plus(1_000);
        let handled = self.branch.handle(self.now, &Actor::from(actor), command).unwrap();
        for fact in handled.facts.into_iter().chain(handled.settled) {
            let seq = i64::try_from(self.record.rows.len()).unwrap() + 1;
            let day = Some("2026-11-21".to_owned());
            self.record.rows.push(Row { seq, at: self.now, day, request: request.map(str::to_owned), fact });
        }
    }

    fn take(&mut self, customer: u64) {
        let wish = IssueWish {
            service: "cash".into(),
            lane: "regular".into(),
            language: None,
            kiosk: None,
            identity: None,
            needs: Vec::new(),
            then: Vec::new(),
            printer: Some("kiosk-1".into()),
            promise: None,
        };
        self.wish("kiosk:k1", Some(&format!("kiosk/{customer}")), &Command::Issue(wish));
        let job = JobId(customer);
        self.wish("printer", None, &Command::StartPrint { job });
        self.wish("printer", None, &Command::EndPrint { job, outcome: PrintOutcome::Printed });
        self.record.papers.push(Paper {
            printer: "kiosk-1".to_owned(),
            n: customer,
            copy: false,
            lines: vec!["现金业务".to_owned(), format!("A00{customer}")],
            qr: vec![format!("http://127.0.0.1/t/{customer}")],
        });
    }

    fn press(&mut self, seq: u16, key: Key) {
        let mark = PressMark { boot: BOOT, wraps: 0, seq };
        let (desk, counter) = (DeskId::from("desks/1"), CounterId::from("1"));
        let press = Press { desk, counter, mark, key: key.code(), stale: false, age_ms: Some(0) };
        self.wish("desk:desks/1", Some(&format!("desk:desks:1/{BOOT}:0:{seq}")), &Command::Press(press));
        self.latch(BOOT, seq, key);
    }

    /// A finger that the journal has not heard of.
    fn latch(&mut self, boot: u16, seq: u16, key: Key) {
        let (n, line) = (self.record.latched + 1, "desks".to_owned());
        let at = jiff::Timestamp::from_millisecond(self.now.0).unwrap();
        self.record.presses.push(Latched { n, line, unit: 1, boot, wraps: 0, seq, key, at, by: PressedBy::Crowd });
        self.record.latched = n;
    }

    /// The place of the `nth` row that `wanted` wants.
    fn row(&self, nth: usize, wanted: impl Fn(&Event) -> bool) -> usize {
        let mut found = self.record.rows.iter().enumerate().filter(|(_, row)| wanted(&row.fact));
        found.nth(nth).unwrap().0
    }

    /// The only breach that the judge finds.
    fn breach(&self) -> String {
        let verdict = judge(&self.record);
        assert_eq!(verdict.breaches.len(), 1, "{:#?}", verdict.breaches);
        verdict.breaches[0].clone()
    }
}

fn pressed(fact: &Event) -> bool {
    matches!(fact, Event::Pressed { .. })
}

fn called(fact: &Event) -> bool {
    matches!(fact, Event::Called { .. })
}

#[test]
fn a_good_record_is_well_and_counted() {
    let verdict = judge(&Played::well().record);
    assert_eq!(verdict.breaches, Vec::<String>::new());
    assert_eq!((verdict.presses.latched, verdict.presses.obeyed), (5, 5));
    assert_eq!((verdict.calls.issued, verdict.calls.called, verdict.calls.finished), (3, 3, 2));
    assert_eq!((verdict.paper.papers, verdict.paper.printed), (3, 3));
}

#[test]
fn a_press_that_is_lost_doubled_or_made_up_is_noticed() {
    let mut lost = Played::well();
    lost.latch(BOOT, 6, Key::Finish);
    assert!(lost.breach().contains("never heard of"), "{}", lost.breach());

    let mut doubled = Played::well();
    let again = doubled.record.rows[doubled.row(4, pressed)].clone();
    doubled.record.rows.push(again);
    assert!(doubled.breach().contains("judged twice"), "{}", doubled.breach());

    let mut made_up = Played::well();
    made_up.record.presses.pop();
    made_up.record.latched -= 1;
    assert!(made_up.breach().contains("nobody pressed"), "{}", made_up.breach());

    let mut another_key = Played::well();
    another_key.record.presses[4].key = Key::Help;
    assert!(judge(&another_key.record).breaches[0].contains("judged as key 2"));

    let mut nameless = Played::well();
    let last = nameless.row(4, pressed);
    nameless.record.rows[last].request = Some("desk:desks:1/7:0:9".to_owned());
    assert!(judge(&nameless.record).breaches.iter().any(|why| why.contains("under the request id")));

    let mut forgotten = Played::well();
    forgotten.record.latched += 1;
    assert!(forgotten.breach().contains("nobody can judge"), "{}", forgotten.breach());
}

#[test]
fn what_the_journal_says_of_lost_presses_counts() {
    let mut hall = Played::well();
    for seq in 6..=20 {
        hall.latch(BOOT, seq, Key::Recall);
    }
    let desk = DeskId::from("desks/1");
    let missed = PressMark { boot: BOOT, wraps: 0, seq: 12 };
    hall.wish("desk", None, &Command::ReportMissed { desk: desk.clone(), mark: missed, count: 7 });
    // The unit loses its power: its last eight are gone, and one more came before the lobby read it again.
    hall.latch(9, 1, Key::Next);
    let reboot = PressMark { boot: 9, wraps: 0, seq: 1 };
    hall.wish("desk", None, &Command::SetDeskBaseline { desk: desk.clone(), mark: reboot, why: "new_boot".to_owned() });
    let verdict = judge(&hall.record);
    assert_eq!(verdict.breaches, Vec::<String>::new());
    assert_eq!((verdict.presses.missed, verdict.presses.baseline, verdict.presses.powered_off), (7, 1, 8));

    // A baseline where presses were counted before would swallow them.
    let mut swallowed = Played::well();
    swallowed.latch(BOOT, 6, Key::Next);
    let mark = PressMark { boot: BOOT, wraps: 0, seq: 6 };
    swallowed.wish("desk", None, &Command::SetDeskBaseline { desk, mark, why: "new_boot".to_owned() });
    assert!(swallowed.breach().contains("known before"), "{}", swallowed.breach());
}

#[test]
fn a_call_out_of_turn_is_noticed() {
    let mut hall = Played::well();
    let (first, second) = (hall.row(0, called), hall.row(1, called));
    let ticket_of = |row: &Row| row.fact.ticket().unwrap().clone();
    let later = ticket_of(&hall.record.rows[second]);
    if let Event::Called { ticket, .. } = &mut hall.record.rows[first].fact {
        *ticket = later;
    }
    let verdict = judge(&hall.record);
    assert!(verdict.breaches[0].contains("by the rule it was A001's turn"), "{:#?}", verdict.breaches);

    let mut other_reason = Played::well();
    let last = other_reason.row(2, called);
    if let Event::Called { why, .. } = &mut other_reason.record.rows[last].fact {
        *why = Why::Guarantee;
    }
    assert!(other_reason.breach().contains("was called to counter 1 by Guarantee"), "{}", other_reason.breach());

    let mut twice = Played::well();
    let again = twice.record.rows[twice.row(2, called)].clone();
    twice.record.rows.push(again);
    assert!(judge(&twice.record).breaches.iter().any(|why| why.contains("while it was called")));
}

#[test]
fn two_customers_with_one_number_or_one_wish_are_noticed() {
    let issued = |fact: &Event| matches!(fact, Event::Issued { .. });
    let mut hall = Played::well();
    let third = hall.row(2, issued);
    if let Event::Issued { number, .. } = &mut hall.record.rows[third].fact {
        "A001".clone_into(number);
    }
    assert!(judge(&hall.record).breaches[0].contains("two customers have A001"));

    let mut wish = Played::well();
    let third = wish.row(2, issued);
    wish.record.rows[third].request = Some("kiosk/1".to_owned());
    assert!(judge(&wish.record).breaches.iter().any(|why| why.contains("kiosk/1 was granted a second time")));
}

#[test]
fn paper_that_should_not_be_is_noticed() {
    let paper = |n, copy, number: &str, whose: u64| Paper {
        printer: "kiosk-1".to_owned(),
        n,
        copy,
        lines: vec![number.to_owned()],
        qr: vec![format!("http://127.0.0.1/t/{whose}")],
    };
    for (extra, hint) in [
        (Some(paper(4, false, "A002", 2)), "a second time without COPY"),
        (Some(paper(4, false, "A777", 9)), "no number that was given"),
        (None, "never came out"),
    ] {
        let mut hall = Played::well();
        match extra {
            Some(extra) => hall.record.papers.push(extra),
            None => drop(hall.record.papers.pop()),
        }
        assert!(hall.breach().contains(hint), "{}", hall.breach());
    }
    let mut copy = Played::well();
    copy.record.papers.push(paper(4, true, "A002", 2));
    assert_eq!(judge(&copy.record).breaches, Vec::<String>::new());

    let mut said_failed = Played::well();
    let ended = |fact: &Event| matches!(fact, Event::PrintEnded { .. });
    let last = said_failed.row(2, ended);
    let outcome = PrintOutcome::Failed { cause: "paper_out".to_owned() };
    said_failed.record.rows[last].fact = Event::PrintEnded { job: JobId(3), outcome };
    assert!(said_failed.breach().contains("said to have failed"), "{}", said_failed.breach());

    let mut merged = Played::well();
    merged.record.papers[1].lines.push("A003".to_owned());
    assert!(judge(&merged.record).breaches[0].contains("several numbers"));
}

#[test]
fn a_refused_press_is_counted_by_its_code() {
    let mut hall = Played::well();
    hall.press(6, Key::Ok); // nothing was typed
    let verdict = judge(&hall.record);
    assert_eq!(verdict.breaches, Vec::<String>::new());
    assert_eq!(verdict.presses.refused.get("nothing_typed"), Some(&1), "{:?}", verdict.presses);
    let last = hall.row(5, pressed);
    assert!(matches!(&hall.record.rows[last].fact, Event::Pressed { result: PressResult::Refused { .. }, .. }));
}
