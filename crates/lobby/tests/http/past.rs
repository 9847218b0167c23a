//! A journal with days behind it: a small hall played by the branch itself, with services twice as long as configured.

use lobby::{
    config::{Config, digest},
    journal::{Draft, Journal},
};
use queue_core::{Actor, Branch, BusinessDay, Command, Foreseen, IssueWish, Promise, Timestamp};
use std::path::Path;

const DAY_MS: i64 = 86_400_000;
/// Length of every service of the past, seconds; the demo branch says 240 for cash.
pub(crate) const SERVICE_S: i64 = 480;
/// What everybody was promised who had to wait.
pub(crate) const TOLD: Promise =
    Promise { low_s: 100, p50_s: 200, high_s: 400, raw: Foreseen { low_s: 100, p50_s: 200, high_s: 400 } };

struct Writer {
    journal: Journal,
    branch: Branch,
    actor: Actor,
}

impl Writer {
    fn wish(&mut self, at: Timestamp, command: &Command) {
        let handled = self.branch.handle(at, &self.actor, command).unwrap();
        for fact in handled.facts.iter().chain(&handled.settled) {
            let day = self.branch.day().day.as_ref();
            self.journal.append(Draft { at, day, actor: &self.actor, request: None, fact }).unwrap();
        }
    }
}

/// Writes the `days` before today: two counters for cash, a customer every five minutes from nine to twelve. Answers their dates.
pub(crate) fn write(dir: &Path, config: &Config, now: Timestamp, days: i64) -> Vec<String> {
    let journal = Journal::open(dir).unwrap();
    let mut writer = Writer { journal, branch: Branch::default(), actor: Actor::from("system:past") };
    let plan = config.plan();
    let digest = digest(&plan);
    writer.wish(now.plus(-days * DAY_MS), &Command::AdoptPlan { plan: Box::new(plan), digest });
    let dates: Vec<BusinessDay> = (1..=days).rev().map(|back| config.business_day(now.plus(-back * DAY_MS))).collect();
    for day in &dates {
        write_day(&mut writer, day, config.midnight(day).plus(9 * 3_600_000));
    }
    writer.journal.commit().unwrap();
    dates.iter().map(|day| day.as_str().to_owned()).collect()
}

fn write_day(writer: &mut Writer, day: &BusinessDay, nine: Timestamp) {
    let counters = ["1", "2"];
    writer.wish(nine, &Command::OpenDay { day: day.clone() });
    for counter in counters {
        writer.wish(nine, &Command::OpenCounter { counter: counter.into(), staff: None });
        writer.wish(nine, &Command::CallNext { counter: counter.into() });
    }
    for second in (0..4 * 3_600).step_by(10) {
        let at = nine.plus(second * 1000);
        if second % 180 == 0 && second < 3 * 3_600 {
            let issue = IssueWish {
                service: "cash".into(),
                lane: "regular".into(),
                language: None,
                kiosk: None,
                identity: None,
                needs: Vec::new(),
                then: Vec::new(),
                printer: None,
                promise: Some(TOLD),
            };
            writer.wish(at, &Command::Issue(issue));
        }
        for counter in counters {
            let served = writer.branch.ticket_at(&counter.into());
            let called = served.and_then(|ticket| ticket.called_at);
            if called.is_some_and(|called| at.since(called) >= SERVICE_S * 1000) {
                writer.wish(at, &Command::CallNext { counter: counter.into() });
            }
        }
    }
    writer.wish(nine.plus(12 * 3_600_000), &Command::CloseDay { force: true });
}
