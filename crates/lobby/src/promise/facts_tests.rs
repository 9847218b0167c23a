//! A day as the branch itself writes it, and what of it is learned.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::{Config, digest};
use queue_core::{Actor, AppointmentWish, Branch, CheckIn, Command, Foreseen, IssueWish, Outcome, TransferTo};

const MINUTE: i64 = 60_000;
const MORNING: i64 = 9 * 60 * MINUTE;
/// Local midnight of the demo's zone.
const MIDNIGHT: Timestamp = Timestamp(1_795_190_400_000);

struct Day {
    branch: Branch,
    translator: Translator,
    lessons: Vec<Lesson>,
}

impl Day {
    fn new() -> Day {
        let config: Config = toml::from_str(include_str!("../../../../config/demo/branch.toml")).unwrap();
        let (plan, digest) = (config.plan(), digest(&config.plan()));
        let names = Names { plan: plan.clone(), digest: digest.clone() };
        let (branch, translator) = (Branch::default(), Translator::new(names));
        let mut day = Day { branch, translator, lessons: Vec::new() };
        day.at(0, Command::AdoptPlan { plan: Box::new(plan), digest });
        day.at(0, Command::OpenDay { day: BusinessDay::new("2026-11-22").unwrap() });
        day.lessons.clear();
        day
    }

    /// A wish at seconds after nine.
    #[allow(clippy::needless_pass_by_value)]
    fn at(&mut self, seconds: i64, command: Command) {
        let at = MIDNIGHT.plus(MORNING + seconds * 1000);
        let handled = self.branch.handle(at, &Actor::from("clerk:1"), &command).unwrap();
        for fact in handled.facts.iter().chain(&handled.settled) {
            self.translator.book(at, fact, |_| MIDNIGHT, &mut self.lessons);
        }
    }

    fn take(&mut self, seconds: i64, service: &str, then: &[&str]) {
        let foreseen = Foreseen { low_s: 60, p50_s: 120, high_s: 240 };
        self.at(
            seconds,
            Command::Issue(IssueWish {
                service: service.into(),
                lane: "regular".into(),
                language: None,
                kiosk: None,
                identity: None,
                needs: Vec::new(),
                then: then.iter().map(|service| (*service).into()).collect(),
                printer: None,
                promise: Some(Promise { low_s: 0, p50_s: 100, high_s: 300, raw: foreseen }),
            }),
        );
    }

    fn open(&mut self, seconds: i64, counter: &str) {
        self.at(seconds, Command::OpenCounter { counter: counter.into(), staff: None });
    }

    fn next(&mut self, seconds: i64, counter: &str) {
        self.at(seconds, Command::CallNext { counter: counter.into() });
    }

    fn finish(&mut self, seconds: i64, counter: &str) {
        self.at(seconds, Command::Finish { counter: counter.into(), outcome: Outcome::Done });
    }

    /// What was learned since the last time, when nobody can take anything back.
    fn learned(&mut self) -> Vec<Lesson> {
        self.translator.settle(Timestamp(i64::MAX), &mut self.lessons);
        std::mem::take(&mut self.lessons)
    }
}

fn fact(seconds: i64, fact: Fact) -> Lesson {
    Lesson::Fact(MORNING + seconds * 1000, fact)
}

fn issued(seconds: i64, service: usize) -> Lesson {
    fact(seconds, Fact::Issued { service, lane: 0, booked: None })
}

fn called(seconds: i64, counter: usize, service: usize, waited: i64, gap: Option<i64>) -> Lesson {
    let waited = waited * 1000;
    fact(seconds, Fact::Called { counter, service, waited, gap: gap.map(|gap| gap * 1000) })
}

fn outcome(actual_s: f64) -> Lesson {
    Lesson::Outcome { lane: 0, played: Estimate { low_s: 60.0, p50_s: 120.0, high_s: 240.0 }, actual_s }
}

#[test]
fn a_service_is_learned_with_its_wait_its_gap_and_what_was_promised() {
    let mut day = Day::new();
    day.take(0, "cash", &[]);
    day.take(10, "cash", &[]);
    day.open(60, "1");
    day.next(65, "1");
    day.finish(300, "1");
    day.next(320, "1");
    day.at(330, Command::NoShow { counter: "1".into() });
    let expected = [
        issued(0, 0),
        issued(10, 0),
        fact(60, Fact::Opened { counter: 0 }),
        outcome(65.0),
        outcome(310.0),
        called(65, 0, 0, 65, Some(5)),
        fact(300, Fact::Finished { counter: 0 }),
        called(320, 0, 0, 310, Some(20)),
        fact(330, Fact::Missed { counter: 0 }),
    ];
    assert_eq!(day.learned(), expected);
}

#[test]
fn what_is_taken_back_teaches_nothing_and_what_goes_on_is_one_service() {
    let mut day = Day::new();
    day.take(0, "cash", &[]);
    day.open(0, "1");
    day.next(10, "1");
    day.finish(100, "1");
    day.at(130, Command::Undo { counter: "1".into() });
    day.at(140, Command::Hold { counter: "1".into() });
    let ticket = day.branch.tickets().next().unwrap().id.clone();
    day.at(400, Command::ResumeTicket { counter: "1".into(), ticket });
    day.finish(450, "1");
    let learned = day.learned();
    // 130 s until it was held, 50 s after: 180 s of service that ended at 450.
    assert_eq!(learned[3..], [called(270, 0, 0, 10, None), fact(450, Fact::Finished { counter: 0 })]);
}

#[test]
fn transfers_and_further_services_start_another_wait() {
    let mut day = Day::new();
    day.take(0, "cash", &["loan"]);
    day.open(0, "2");
    day.open(0, "3");
    day.next(30, "2");
    day.finish(90, "2");
    day.next(120, "3");
    let to = TransferTo::Service { service: "account".into(), pin: None };
    day.at(180, Command::Transfer { counter: "3".into(), to, lane: None, confirm: true });
    let expected = [
        outcome(30.0),
        called(30, 1, 0, 30, Some(30)),
        fact(90, Fact::Finished { counter: 1 }),
        called(120, 2, 2, 60, None),
        fact(180, Fact::Transferred { counter: 2, service: 1 }),
    ];
    assert_eq!(day.learned()[3..], expected, "the wait for a further service starts with what was waited before");
}

#[test]
fn several_services_in_one_go_say_nothing_of_each() {
    let mut day = Day::new();
    day.take(0, "cash", &["account"]);
    day.open(0, "1");
    day.next(30, "1");
    day.finish(900, "1");
    assert_eq!(day.learned()[2..], [outcome(30.0)]);
}

#[test]
fn pauses_are_of_the_plan_or_not_and_closing_ends_them() {
    let mut day = Day::new();
    day.open(0, "1");
    day.at(10, Command::Pause { counter: "1".into(), reason: PauseReason::Rest });
    day.at(70, Command::Resume { counter: "1".into() });
    day.at(100, Command::Pause { counter: "1".into(), reason: PauseReason::Meal });
    day.at(200, Command::CloseCounter { counter: "1".into(), held_to: None, reason: None, authorised: false });
    day.open(7000, "1");
    let expected = [
        fact(0, Fact::Opened { counter: 0 }),
        fact(10, Fact::Paused { counter: 0, planned: false }),
        fact(70, Fact::Opened { counter: 0 }),
        fact(100, Fact::Paused { counter: 0, planned: true }),
        fact(200, Fact::Opened { counter: 0 }),
        fact(7000, Fact::Opened { counter: 0 }),
    ];
    assert_eq!(day.learned(), expected);
}

#[test]
fn a_promise_kept_at_once_is_no_outcome_and_a_day_ends_when_another_begins() {
    let mut day = Day::new();
    day.open(0, "1");
    day.next(0, "1");
    day.take(50, "cash", &[]);
    assert_eq!(day.learned()[1..], [issued(50, 0)], "called as it was taken");
    day.finish(100, "1");
    day.at(200, Command::CloseDay { force: true });
    let before = day.learned();
    assert!(!before.iter().any(|lesson| matches!(lesson, Lesson::Fact(_, Fact::DayEnds))), "{before:?}");
    day.at(86_400, Command::OpenDay { day: BusinessDay::new("2026-11-23").unwrap() });
    let ends = &day.learned()[..];
    assert!(matches!(
        ends,
        [Lesson::Fact(_, Fact::DayEnds), Lesson::DayBegins(_), Lesson::Fact(_, Fact::DayBegins(_))]
    ));
}

#[test]
fn a_service_of_seconds_teaches_nothing_and_who_lets_others_go_first_was_promised_nothing() {
    let mut day = Day::new();
    day.take(0, "cash", &[]);
    day.take(10, "cash", &[]);
    let first = day.branch.tickets().next().unwrap().id.clone();
    day.at(20, Command::Defer { ticket: first, pass: 1 });
    day.open(60, "1");
    day.next(65, "1");
    day.finish(84, "1");
    day.next(90, "1");
    day.finish(200, "1");
    let expected = [
        issued(0, 0),
        issued(10, 0),
        fact(60, Fact::Opened { counter: 0 }),
        outcome(55.0),
        // Its clock starts a millisecond after that of whom it let go first.
        fact(90, Fact::Called { counter: 0, service: 0, waited: 79_999, gap: Some(6_000) }),
        fact(200, Fact::Finished { counter: 0 }),
    ];
    assert_eq!(day.learned(), expected);
}

#[test]
fn who_has_booked_is_expected_until_they_come_or_say_no() {
    let mut day = Day::new();
    let today = BusinessDay::new("2026-11-22").unwrap();
    let tomorrow = BusinessDay::new("2026-11-23").unwrap();
    let midnight = |day: &BusinessDay| if *day == today { 0 } else { 86_400 };
    let mut book = |seconds: i64, code: &str, on: &BusinessDay, hour: i64| {
        let at = MIDNIGHT.plus((midnight(on) + hour * 3_600) * 1000);
        let wish = AppointmentWish { code: code.into(), service: "loan".into(), at, day: on.clone() };
        day.at(seconds, Command::PutAppointment(wish));
    };
    book(0, "K7", &today, 10);
    book(1, "K8", &today, 11);
    book(2, "M1", &tomorrow, 9);
    book(3, "K8", &today, 12);
    day.at(4, Command::DeleteAppointment { code: "K8".into() });
    let booked = |hour: i64| Appointment { at: hour * 60 * MINUTE, service: 2 };
    let check_in = CheckIn {
        code: "k7".into(),
        service: None,
        language: None,
        kiosk: None,
        identity: None,
        needs: Vec::new(),
        then: Vec::new(),
        printer: None,
    };
    day.at(3_500, Command::CheckIn(check_in));
    let expected = [
        fact(0, Fact::Booked(booked(10))),
        fact(1, Fact::Booked(booked(11))),
        fact(3, Fact::Unbooked(booked(11))),
        fact(3, Fact::Booked(booked(12))),
        fact(4, Fact::Unbooked(booked(12))),
        fact(3_500, Fact::Issued { service: 2, lane: 3, booked: Some(10 * 60 * MINUTE) }),
    ];
    assert_eq!(day.learned(), expected);
    day.at(40_000, Command::CloseDay { force: true });
    let expected = day.translator.booked.begin(&tomorrow, MIDNIGHT.plus(86_400_000), &day.translator.names);
    assert_eq!(expected, [booked(9)]);
}
