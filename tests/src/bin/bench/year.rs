//! A restart with a year behind it.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
    hall::{Hall, demo_branch},
};
use lobby::{
    config::Config,
    journal::{Draft, Journal},
};
use queue_core::{Actor, Branch, BusinessDay, Command, Event, IssueWish, Outcome, Timestamp};
use std::{path::Path, time::Duration};

/// Days on which the branch worked.
const DAYS: i64 = 200;
/// Numbers of each.
const TICKETS: i64 = 3_000;
const RESTARTS: usize = 5;
const DAY_MS: i64 = 86_400_000;
/// Facts in one transaction: nobody waits for them.
const GROUP: usize = 20_000;
/// Between two customers.
const STEP_MS: i64 = 10_000;

/// Killed, then started: until `/readyz` answers 200. Today is lived through by the lobby itself.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let mut hall = Hall::open().await?;
    hall.lobby.kill()?;
    let data = hall.folder.path().join("data");
    std::fs::remove_dir_all(&data)?;
    let rows = write_year(&data)?;
    let first = hall.restart().await?;
    // The first start finds no snapshot and leaves one behind.
    while !data.join(lobby::controller::SNAPSHOT).is_file() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut times = Vec::new();
    for _ in 0..RESTARTS {
        times.push(hall.restart().await?);
    }
    let worst = ms(quantile(&mut times, 1_000)) / 1_000.0;
    let what = format!("kill -9 → ready with {DAYS} days × {TICKETS} tickets behind it, worst of {RESTARTS}");
    Ok(vec![
        Figure::new(what, worst, "s", Reach::AtMost(1.0)),
        Figure::new(
            format!("  the same without a snapshot, {rows} rows replayed"),
            ms(first) / 1_000.0,
            "s",
            Reach::Beside,
        ),
    ])
}

fn write_year(data: &Path) -> Result<i64, Fault> {
    let config: Config = toml::from_str(&std::fs::read_to_string(demo_branch()?)?)?;
    let plan = config.plan();
    let digest = lobby::config::digest(&plan);
    let mut year = Year { journal: Journal::open(data)?, branch: Branch::default(), group: 0 };
    let now = Timestamp(jiff::Timestamp::now().as_millisecond());
    year.wish(now.plus(-DAYS * DAY_MS), &Command::AdoptPlan { plan: Box::new(plan), digest })?;
    for ago in (1..=DAYS).rev() {
        let day = config.business_day(now.plus(-ago * DAY_MS));
        let open = config.midnight(&day).plus(9 * 3_600_000);
        year.day(open, day)?;
    }
    year.journal.commit()?;
    Ok(year.journal.seq())
}

struct Year {
    journal: Journal,
    branch: Branch,
    group: usize,
}

impl Year {
    fn day(&mut self, open: Timestamp, day: BusinessDay) -> Result<(), Fault> {
        let counter = || "1".into();
        self.wish(open, &Command::OpenDay { day })?;
        self.wish(open, &Command::OpenCounter { counter: counter(), staff: None })?;
        for number in 0..TICKETS {
            let at = open.plus(number * STEP_MS);
            self.wish(at, &Command::Issue(ticket()))?;
            self.wish(at.plus(1_000), &Command::CallNext { counter: counter() })?;
            self.wish(at.plus(2_000), &Command::Arrived { counter: counter() })?;
            self.wish(at.plus(9_000), &Command::Finish { counter: counter(), outcome: Outcome::Done })?;
        }
        self.wish(open.plus(TICKETS * STEP_MS), &Command::CloseDay { force: true })
    }

    fn wish(&mut self, at: Timestamp, command: &Command) -> Result<(), Fault> {
        let actor = Actor::from("system:bench");
        let handled = self.branch.handle(at, &actor, command)?;
        for fact in handled.facts.iter().chain(&handled.settled) {
            let day = self.branch.day().day.as_ref();
            self.journal.append(Draft { at, day, actor: &actor, request: None, fact })?;
            self.group += 1;
            if self.group.is_multiple_of(GROUP) || matches!(fact, Event::DayClosed { .. }) {
                self.journal.commit()?;
            }
        }
        Ok(())
    }
}

fn ticket() -> IssueWish {
    IssueWish {
        service: "cash".into(),
        lane: "regular".into(),
        language: None,
        kiosk: Some("k1".to_owned()),
        identity: None,
        needs: Vec::new(),
        then: Vec::new(),
        printer: None,
        promise: None,
    }
}
