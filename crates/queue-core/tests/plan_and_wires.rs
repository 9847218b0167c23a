//! What days as text do not say: another Plan in the middle of a day, the marks of presses, and states of devices.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
use queue_core::*;
use support::{Teller, plan, wishes};

fn facts(teller: &mut Teller, line: &str) -> Vec<Event> {
    let wish = wishes::parse(teller, &line.split_whitespace().collect::<Vec<_>>());
    teller.wish(&wish).unwrap().facts
}

fn adopt(plan: &Plan, digest: &str) -> Command {
    Command::AdoptPlan { plan: Box::new(plan.clone()), digest: PlanDigest(digest.to_owned()) }
}

#[test]
fn before_a_plan_there_is_no_day() {
    let open = Command::OpenDay { day: BusinessDay::new("2026-11-21").unwrap() };
    let refused = Branch::default().decide(Timestamp(0), &"system:test".into(), &open);
    assert_eq!(refused, Err(Refusal::NoPlan));
    assert!(BusinessDay::new("21.11.2026").is_err());
}

#[test]
fn another_plan_is_in_force_at_once_and_says_what_changed() {
    let mut teller = Teller::new(plan());
    assert_eq!(teller.wish(&adopt(&plan(), "p1")).unwrap(), Handled::default(), "the same Plan is no fact");
    facts(&mut teller, "take loan");
    facts(&mut teller, "open 1");
    facts(&mut teller, "next 1");
    let mut changed = plan();
    changed.counters[0].skills.push(support::counter("x", &[("loan", "*", 0)]).skills.remove(0));
    changed.counters.remove(1);
    changed.rules.min_call_gap_ms = 0;
    let handled = teller.wish(&adopt(&changed, "p2")).unwrap();
    let [Event::PlanAdopted { difference, .. }] = handled.facts.as_slice() else { panic!("{handled:?}") };
    assert_eq!(difference, &["counter 1 changed", "counter 2 removed", "rules changed"]);
    let [Event::Called { plan, .. }] = handled.settled.as_slice() else { panic!("nobody was called: {handled:?}") };
    assert_eq!(plan.0, "p2", "a call names the Plan that it follows from");
    assert_eq!(teller.branch.counters().count(), 3);
}

#[test]
fn a_plan_that_strands_somebody_is_refused_with_the_numbers() {
    let without = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        plan
    };
    let mut teller = Teller::new(plan());
    for line in ["take cash then loan", "take account vip", "open 2", "next 2", "hold 2"] {
        facts(&mut teller, line);
    }
    let stranded = |teller: &mut Teller, plan: &Plan| match teller.wish(&adopt(plan, "p2")) {
        Err(Refusal::PlanInUse(numbers)) => numbers,
        other => panic!("{other:?}"),
    };
    let no_loan = without(&|plan| plan.services.retain(|service| service.id.as_str() != "loan"));
    assert_eq!(stranded(&mut teller, &no_loan), ["A001"], "a further service is needed too");
    let no_vip = without(&|plan| plan.lanes.retain(|lane| lane.id.as_str() != "vip"));
    assert_eq!(stranded(&mut teller, &no_vip), ["B001"]);
    let no_keeper = without(&|plan| plan.counters.retain(|counter| counter.id.as_str() != "2"));
    assert_eq!(stranded(&mut teller, &no_keeper), ["A001"], "its counter keeps it");
    let nobody_able = without(&|plan| plan.counters.retain(|counter| counter.id.as_str() == "2"));
    assert_eq!(stranded(&mut teller, &nobody_able), ["B001"], "no counter is left for it");
    for line in ["cancel A001 by staff", "cancel B001"] {
        facts(&mut teller, line);
    }
    assert!(teller.wish(&adopt(&no_vip, "p2")).is_ok());
}

fn press(boot: u16, wraps: u32, seq: u16) -> Command {
    let mark = PressMark { boot, wraps, seq };
    Command::Press(Press { desk: "desks/1".into(), counter: "1".into(), mark, key: 7, stale: false, age_ms: Some(0) })
}

#[test]
fn one_press_is_one_command_across_wraps_and_boots() {
    let mut teller = Teller::new(plan());
    facts(&mut teller, "open 1");
    let judged = |teller: &mut Teller, wish: &Command| teller.wish(wish).unwrap().facts.len();
    assert_eq!(judged(&mut teller, &press(7, 0, 65_535)), 2);
    assert_eq!(judged(&mut teller, &press(7, 0, 65_535)), 0, "the same press again");
    assert_eq!(judged(&mut teller, &press(7, 0, 65_534)), 0, "a late old reply");
    assert_eq!(judged(&mut teller, &press(7, 1, 0)), 2, "the sequence went around");
    assert_eq!(judged(&mut teller, &press(8, 0, 1)), 2, "a new boot");
    assert_eq!(teller.branch.counter(&"1".into()).unwrap().state, CounterState::Paused);
    let mut other = press(8, 0, 1);
    if let Command::Press(press) = &mut other {
        press.desk = "desks/2".into();
    }
    assert_eq!(judged(&mut teller, &other), 2, "marks are those of one unit");
}

#[test]
fn a_baseline_presses_nothing_and_missed_presses_are_counted() {
    let mut teller = Teller::new(plan());
    let desk = || DeskId::from("desks/1");
    let mark = |seq| PressMark { boot: 7, wraps: 0, seq };
    let baseline = Command::SetDeskBaseline { desk: desk(), mark: mark(9), why: "first_contact".to_owned() };
    assert_eq!(teller.wish(&baseline).unwrap().facts.len(), 1);
    assert_eq!(teller.wish(&baseline).unwrap(), Handled::default());
    assert_eq!(teller.wish(&press(7, 0, 9)).unwrap(), Handled::default(), "the baseline itself is no press");
    let missed = Command::ReportMissed { desk: desk(), mark: mark(21), count: 4 };
    assert_eq!(teller.wish(&missed).unwrap().facts.len(), 1);
    assert_eq!(teller.wish(&missed).unwrap(), Handled::default());
    let known = teller.branch.desk(&desk()).unwrap();
    assert_eq!((known.missed, known.mark), (4, Some(mark(21))));
}

#[test]
fn a_device_says_a_thing_once() {
    let mut teller = Teller::new(plan());
    let report = |state: &str| Command::ReportDevice { device: "kiosk-1".into(), state: state.to_owned(), cause: None };
    assert_eq!(teller.wish(&report("paper_out")).unwrap().facts.len(), 1);
    teller.at = teller.at.plus(5_000);
    assert_eq!(teller.wish(&report("paper_out")).unwrap(), Handled::default());
    let (_, known) = teller.branch.devices().next().unwrap();
    assert_eq!((known.state.as_str(), known.since), ("paper_out", Timestamp(support::EIGHT)));
    assert_eq!(teller.wish(&report("ok")).unwrap().facts.len(), 1);
}

#[test]
fn hours_belong_to_a_day_and_stand_before_it_is_opened() {
    let mut teller = Teller::new(plan());
    let day = |day: &str| BusinessDay::new(day).unwrap();
    let off = Hours { sessions: Some(Vec::new()), ..Hours::default() };
    let set = |day: BusinessDay| Command::SetHours { day, hours: off.clone() };
    assert_eq!(teller.wish(&set(day("2026-11-22"))), Err(Refusal::DayOpen(day("2026-11-21"))));
    facts(&mut teller, "close-day");
    teller.wish(&set(day("2026-11-22"))).unwrap();
    facts(&mut teller, "open-day 2026-11-22");
    let take = wishes::parse(&mut teller, &["take", "cash"]);
    assert_eq!(teller.wish(&take), Err(Refusal::OutsideSession { next: None }));
}

#[test]
fn numbers_of_appointments_leave_the_quota_alone() {
    let mut plan = plan();
    plan.services[0].quota = Some(1);
    let mut teller = Teller::new(plan);
    let wish = wishes::parse(&mut teller, &["take", "cash"]);
    let Event::Issued { ticket, number, service, lane, sequence, origin, .. } =
        teller.wish(&wish).unwrap().facts.remove(0)
    else {
        panic!("no number")
    };
    let mut other = Branch::default();
    for (at, fact) in &teller.journal[..2] {
        other.apply(*at, fact);
    }
    let (language, kiosk, identity, needs, then, promise) = (None, None, None, Vec::new(), Vec::new(), None);
    let appointment = Some("X1".to_owned());
    #[rustfmt::skip]
    other.apply(teller.at, &Event::Issued {
        ticket, number, service, lane, sequence, origin, language, kiosk, identity, appointment, needs, then, promise,
    });
    assert!(other.decide(teller.at, &"kiosk:k1".into(), &wish).is_ok());
    assert_eq!(teller.wish(&wish), Err(Refusal::QuotaUsed { service: "cash".into(), quota: 1 }));
}
