//! Runs a self-test: all parts at once, each with a result, and none of them for longer than half a minute.

use super::{Expected, FIRST_TEST_ID, SelfTestOrder, picture::Shown};
use crate::{
    clock::Clock,
    controller::{Handle, Stopped},
    devices::{
        alerts,
        health::Count,
        printer::{PrintOrder, TicketPaper},
        registry::Registry,
    },
    orders::DeskPictures,
    views::DeviceStatus,
    voice::{Announcement, Outcome, Rank, Saying},
};
use futures_util::future::join_all;
use queue_core::{
    Command, CounterId, JobId, PrintOutcome, PrinterId, SelfTestOutcome, SelfTestPart, SelfTestResult, Timestamp,
};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How long the test picture stands: long enough to walk past the counters.
const PICTURE: Duration = Duration::from_secs(3);
/// A unit that is well has answered again by then; displays are written every five seconds.
const ANSWER: Duration = Duration::from_secs(7);
/// How often it is looked whether all have answered.
const LOOK: Duration = Duration::from_millis(250);
/// A slip or a chime takes no longer.
const JOB: Duration = Duration::from_secs(30);
/// A clock that stands further behind the journal than this is wrong.
const BEHIND_MS: i64 = 2_000;
/// No clock is right before the first version of this program: 2025-01-01.
const FIRST_MS: i64 = 1_735_689_600_000;

/// What a self-test can reach.
pub struct Reach {
    /// Pictures of the counters, the same channels that the controller draws on.
    pub desks: DeskPictures,
    /// Ticket printers.
    pub printers: BTreeMap<PrinterId, mpsc::Sender<PrintOrder>>,
    /// Where the outcome of a slip is told.
    pub slips: Expected<PrintOutcome>,
    /// The voice, unless it is off.
    pub voice: Option<mpsc::Sender<Announcement>>,
    /// Where the outcome of a chime is told.
    pub chimes: Expected<Outcome>,
    /// Data directory.
    pub data: PathBuf,
}

/// Whatever runs self-tests.
pub struct Bench {
    /// The way to the branch.
    pub handle: Handle,
    /// How the devices are.
    pub registry: Registry,
    /// The one clock.
    pub clock: Clock,
    /// What it can reach.
    pub reach: Reach,
}

/// Runs what is ordered until `stop`. A test that is cut short is settled at the next start.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub async fn run(
    bench: Bench,
    mut orders: mpsc::Receiver<SelfTestOrder>,
    stop: CancellationToken,
) -> Result<(), Stopped> {
    while let Some(Some(order)) = stop.run_until_cancelled(orders.recv()).await {
        let Some(results) = stop.run_until_cancelled(bench.test(&order)).await else { return Ok(()) };
        bench.finish(&order, results?).await?;
    }
    Ok(())
}

/// A result, and why it is so.
struct Found(SelfTestOutcome, Option<String>, Option<String>);

impl Found {
    fn well() -> Found {
        Found(SelfTestOutcome::Ok, None, None)
    }

    fn failed(code: &str, cause: impl Into<String>) -> Found {
        Found(SelfTestOutcome::Failed, Some(code.to_owned()), Some(cause.into()))
    }

    fn skipped(code: &str, cause: impl Into<String>) -> Found {
        Found(SelfTestOutcome::Skipped, Some(code.to_owned()), Some(cause.into()))
    }

    /// As the device says of itself.
    fn of(status: &DeviceStatus) -> Found {
        let (code, cause) = (Some(status.state.clone()), status.cause.clone());
        match status.state.as_str() {
            "ok" => Found::well(),
            "paper_low" => Found(SelfTestOutcome::Ok, code, cause),
            "silent" => Found(SelfTestOutcome::Skipped, code, cause),
            _ => Found(SelfTestOutcome::Failed, code, cause),
        }
    }
}

impl Bench {
    async fn test(&self, order: &SelfTestOrder) -> Result<Vec<SelfTestResult>, Stopped> {
        let printers = order.parts.iter().filter(|part| part.of == "printer");
        let printers = join_all(printers.enumerate().map(|(place, part)| self.printer(order, place, part)));
        let voices = order.parts.iter().filter(|part| part.of == "voice" && order.means.chime);
        let chimed = join_all(voices.enumerate().map(|(place, part)| self.chime(order, place, part)));
        let (wired, chimed, printers) = tokio::join!(self.wired(order), chimed, printers);
        let mut found: BTreeMap<&str, Found> = wired?;
        found.extend(printers.into_iter().collect::<Result<BTreeMap<_, _>, _>>()?);
        found.extend(chimed.into_iter().flatten());
        found.extend([("clock", self.clock().await?), ("disk", self.disk()), ("journal", self.journal().await?)]);
        let result = |part: &SelfTestPart| {
            if part.is_manual() {
                return None;
            }
            let item = part.item.as_str();
            let found = found.remove(item).unwrap_or_else(|| match self.status(item) {
                Some(status) => Found::of(&status),
                None => Found::failed("missing", "the lobby does not know this device"),
            });
            let Found(outcome, code, cause) = found;
            Some(SelfTestResult { item: part.item.clone(), outcome, code, cause })
        };
        Ok(order.parts.iter().filter_map(result).collect())
    }

    async fn finish(&self, order: &SelfTestOrder, results: Vec<SelfTestResult>) -> Result<(), Stopped> {
        let failed: Vec<SelfTestResult> =
            results.iter().filter(|result| result.outcome == SelfTestOutcome::Failed).cloned().collect();
        let names: Vec<&str> = failed.iter().map(|result| result.item.as_str()).collect();
        info!(test = %order.test, tested = results.len(), failed = ?names, "the self-test has run through");
        self.tell(Command::FinishSelfTest { test: order.test, results }).await?;
        let by_itself = self
            .handle
            .ask(|view| view.branch.selftest().is_some_and(|test| test.by.as_str() == super::schedule::ACTOR))
            .await?;
        // Whoever started it looks at the result; of one that ran by itself somebody has to be told.
        for result in failed.iter().filter(|_| by_itself) {
            let of = order.parts.iter().find(|part| part.item == result.item).map_or("", |part| &part.of);
            let subject = alerts::subject(of, result.item.as_str());
            self.tell(Command::RaiseAlert { subject, reason: result.code.clone(), language: None }).await?;
        }
        Ok(())
    }

    async fn tell(&self, command: Command) -> Result<(), Stopped> {
        if let Err(refusal) = self.handle.tell(super::schedule::ACTOR, command).await? {
            warn!(%refusal, "a result of the self-test is not kept");
        }
        Ok(())
    }

    fn status(&self, id: &str) -> Option<DeviceStatus> {
        self.registry.list().iter().find(|device| device.id == id).cloned()
    }

    /// Desk units and displays: whether they answer, and, where wished, with a test picture meanwhile.
    async fn wired<'a>(&self, order: &'a SelfTestOrder) -> Result<BTreeMap<&'a str, Found>, Stopped> {
        let of_counters: Vec<&SelfTestPart> =
            order.parts.iter().filter(|part| ["desk", "display"].contains(&part.of.as_str())).collect();
        let replies = |part: &SelfTestPart| self.registry.tally(part.item.as_str()).get(Count::Replies);
        let before: Vec<u64> = of_counters.iter().map(|part| replies(part)).collect();
        let shown =
            if order.means.pictures { Shown::show(&self.reach.desks, &self.handle).await? } else { Shown::default() };
        // Nobody waits for those that are known to be gone.
        let gone = |part: &SelfTestPart| {
            self.has_agent(part) || self.status(part.item.as_str()).is_none_or(|status| status.state != "ok")
        };
        let answered = || of_counters.iter().zip(&before).all(|(part, before)| gone(part) || replies(part) > *before);
        let all = async {
            while !answered() {
                sleep(LOOK).await;
            }
        };
        let stands = if shown.before.is_empty() { Duration::ZERO } else { PICTURE };
        // Who has not answered by then is told below.
        let (_, ()) = tokio::join!(timeout(ANSWER, all), sleep(stands));
        shown.restore(&self.reach.desks);
        let judged = of_counters.iter().zip(&before).map(|(part, before)| {
            let in_use = self.counter_of(part).is_some_and(|counter| shown.in_use.contains(&counter));
            (part.item.as_str(), self.judge(part, replies(part) > *before, in_use))
        });
        Ok(judged.collect())
    }

    fn judge(&self, part: &SelfTestPart, answered: bool, in_use: bool) -> Found {
        let Some(status) = self.status(part.item.as_str()) else {
            return Found::failed("missing", "the lobby does not know this device");
        };
        match (&status.cause, answered) {
            _ if status.state != "ok" => Found::of(&status),
            _ if in_use => Found::skipped("in_use", "a customer stands there: its digits were left alone"),
            // Devices that do not answer, or have not yet: only somebody who stands there can say.
            (Some(cause), _) => Found::skipped("unheard", cause.clone()),
            (None, true) => Found::well(),
            // Its agent polls it and says how it is.
            (None, false) if self.has_agent(part) => Found::well(),
            (None, false) => Found::failed("no_answer", "it did not answer during the test"),
        }
    }

    fn has_agent(&self, part: &SelfTestPart) -> bool {
        let counter = part.item.as_str().strip_prefix("desk-");
        self.handle.config().agents.iter().any(|agent| counter == Some(&agent.counter))
    }

    fn counter_of(&self, part: &SelfTestPart) -> Option<CounterId> {
        let config = self.handle.config();
        let (kind, id) = part.item.as_str().split_once('-')?;
        match kind {
            "desk" => Some(id.into()),
            _ => config
                .displays
                .iter()
                .find(|display| display.id == id)
                .and_then(|display| Some(display.counter.as_deref()?.into())),
        }
    }

    async fn printer<'a>(
        &self,
        order: &SelfTestOrder,
        place: usize,
        part: &'a SelfTestPart,
    ) -> Result<(&'a str, Found), Stopped> {
        let id = part.item.as_str();
        let began = self.registry.now().0;
        let tally = self.registry.tally(id);
        // A printer is asked every second or two; what it said before this test proves nothing.
        let fresh = async {
            while tally.last_contact().is_none_or(|at| at < began) {
                sleep(LOOK).await;
            }
        };
        let well = self.status(id).is_some_and(|status| status.state == "ok");
        let silent = well && timeout(ANSWER, fresh).await.is_err();
        let Some(status) = self.status(id) else {
            return Ok((id, Found::failed("missing", "the lobby does not know this device")));
        };
        let found = match status.state.as_str() {
            "ok" if silent => Found::failed("no_answer", "it did not answer during the test"),
            "ok" | "paper_low" | "silent" if order.means.slips => match self.slip(order, place, id).await? {
                Some(trouble) => trouble,
                None => Found::of(&DeviceStatus { state: ok_unless_low(&status.state), ..status }),
            },
            _ => Found::of(&status),
        };
        Ok((id, found))
    }

    /// Prints a slip; nothing when it is known to be out.
    async fn slip(&self, order: &SelfTestOrder, place: usize, id: &str) -> Result<Option<Found>, Stopped> {
        let Some(printer) = self.reach.printers.get(id) else { return Ok(None) };
        let number = FIRST_TEST_ID + order.test.0 * 100 + u64::try_from(place).unwrap_or_default();
        let paper = self.handle.ask(|view| slip_paper(view.config, view.at)).await?;
        let outcome = self.reach.slips.expect(number);
        if printer.try_send(PrintOrder { job: JobId(number), paper }).is_err() {
            return Ok(Some(Found::skipped("in_use", "its queue is full of tickets: the slip was left out")));
        }
        Ok(match timeout(JOB, outcome).await {
            Ok(Ok(PrintOutcome::Printed)) => None,
            Ok(Ok(PrintOutcome::Failed { cause })) => Some(Found::failed("slip_failed", cause)),
            Ok(Ok(PrintOutcome::Uncertain { .. })) => {
                Some(Found::skipped("look", "a slip was sent: look whether it came out"))
            }
            Ok(Err(_)) | Err(_) => Some(Found::failed("slip_failed", "the slip did not come out in time")),
        })
    }

    async fn chime<'a>(
        &self,
        order: &'a SelfTestOrder,
        place: usize,
        part: &'a SelfTestPart,
    ) -> Option<(&'a str, Found)> {
        let status = self.status(part.item.as_str()).filter(|status| status.state == "ok")?;
        let voice = self.reach.voice.as_ref()?;
        let id = FIRST_TEST_ID + order.test.0 * 100 + u64::try_from(place).unwrap_or_default();
        let outcome = self.reach.chimes.expect(id);
        let now = jiff::Timestamp::from_millisecond(self.clock.now().0).unwrap_or_default();
        let chime = Announcement {
            id,
            saying: Saying::Chime {},
            rank: Rank::Notice,
            zones: part.item.as_str().strip_prefix("voice-").map(str::to_owned).into_iter().collect(),
            languages: Vec::new(),
            repeats: 1,
            created_at: now,
            expires_at: now + JOB,
        };
        let found = match (voice.try_send(chime), timeout(JOB, outcome)) {
            (Err(_), _) => Found::skipped("in_use", "too many calls wait to be spoken: the chime was left out"),
            (Ok(()), heard) => match heard.await {
                Ok(Ok(Outcome::Spoken { .. })) => Found::of(&status),
                Ok(Ok(Outcome::Failed { cause })) => Found::failed("not_heard", cause),
                _ => Found::failed("not_heard", "the chime was not played in time"),
            },
        };
        Some((part.item.as_str(), found))
    }

    /// The start of this very test was written and synced; the writer still answers.
    async fn journal(&self) -> Result<Found, Stopped> {
        let running = self.handle.ask(|view| view.branch.running_selftest().is_some()).await?;
        Ok(if running { Found::well() } else { Found::failed("error", "the start of the test is not in the journal") })
    }

    async fn clock(&self) -> Result<Found, Stopped> {
        // The writer never goes back behind the last row: where the clock does, they differ.
        let written = self.handle.ask(|view| view.at).await?;
        let now = self.clock.now();
        Ok(if now < Timestamp(FIRST_MS) {
            Found::failed("clock_wrong", "the clock of the machine shows a year long past")
        } else if written.since(now) > BEHIND_MS {
            Found::failed("clock_wrong", "the clock of the machine stands behind the last row of the journal")
        } else {
            Found::well()
        })
    }

    fn disk(&self) -> Found {
        match crate::storage::free_mib(&self.reach.data) {
            Ok(free) => {
                let enough = u64::from(self.handle.config().storage.alarm_mib);
                if free >= enough { Found::well() } else { Found::failed("disk_low", format!("{free} MiB are free")) }
            }
            Err(cause) => Found::failed("error", format!("the disk cannot be asked: {cause}")),
        }
    }
}

fn ok_unless_low(state: &str) -> String {
    if state == "paper_low" { state.to_owned() } else { "ok".to_owned() }
}

fn slip_paper(config: &crate::config::Config, at: Timestamp) -> TicketPaper {
    let title = [("zh-CN", "自检"), ("en", "Self-test")].map(|(tag, words)| (tag.to_owned(), words.to_owned()));
    TicketPaper {
        branch: config.branch.name.clone(),
        number: "TEST".to_owned(),
        service: title.into(),
        issued: config.local(at).strftime("%Y-%m-%d %H:%M").to_string(),
        languages: config.branch.languages.clone(),
        ..TicketPaper::default()
    }
}
