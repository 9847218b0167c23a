//! The verdict for people and for programs.

use super::{
    hours::{Memory, Outcome},
    judge::{Verdict, judge},
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write as _};

/// How far the lobby's memory may be above that of its first hour: a day of numbers and print jobs is kept in memory.
const MEMORY_RATIO: f64 = 1.5;
/// The same at the end of each business day after the first, above that at the first one's end.
const DAYS_RATIO: f64 = 1.1;
/// Hours of a day.
const DAY_H: f64 = 24.0;
/// Hours before the end of a day in which its memory is looked at.
const EVENING_H: f64 = 1.0;
/// Hours after which memory is looked at for the first time; half the hours where there are fewer.
const FIRST_HOUR: f64 = 1.0;
/// Breaches that are printed; the JSON has all.
const SHOWN: usize = 20;

/// Everything that is to be said of one soak.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Rules it.
    pub seed: u64,
    /// Times as fast as life.
    pub speed: u32,
    /// Faults that came, by class and kind.
    pub faults: BTreeMap<String, usize>,
    /// What the judge found.
    pub verdict: Verdict,
    /// Memory after the first hour, at the end, and their ratio; `null` where the hours were too short to see.
    pub memory: Option<Flat>,
    /// Memory at the end of each of several days, KiB; empty for hours of one.
    pub days_kib: Vec<u64>,
    /// What had not come to rest at the end.
    pub restless: Vec<String>,
}

/// Memory of the lobby, KiB.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Flat {
    /// After the first hour, or at the end of the first of several days.
    pub first_kib: u64,
    /// At the end.
    pub last_kib: u64,
    /// The second over the first.
    pub ratio: f64,
}

/// Judges an outcome.
pub fn of(outcome: &Outcome, seed: u64, speed: u32, days: Option<u32>) -> Report {
    let mut verdict = judge(&outcome.record);
    let days_kib = days.map(|days| evenings(&outcome.memory, days)).unwrap_or_default();
    let by_days = days_kib.first().zip(days_kib.last()).filter(|_| days_kib.len() > 1);
    let memory = match by_days {
        Some((first, last)) => Some(Flat::new(*first, *last)),
        None => flat(&outcome.memory),
    };
    let limit = if by_days.is_some() { DAYS_RATIO } else { MEMORY_RATIO };
    let broken = outcome.broken.iter().map(|why| format!("the journal does not verify: {why}"));
    let grown = memory.filter(|memory| memory.ratio > limit);
    let grown = grown.map(|memory| format!("the lobby's memory grew by a factor of {:.2}", memory.ratio));
    let sick = outcome.restless.iter().map(|what| format!("not at rest in the end: {what}"));
    let idle = (verdict.calls.called == 0 || verdict.presses.obeyed == 0).then(|| "nothing happened".to_owned());
    let opened = verdict.calls.days;
    let rolled = days.filter(|days| opened < usize::try_from(*days).unwrap_or(usize::MAX));
    let rolled = rolled.map(|days| format!("{opened} business days were opened in {days} days"));
    verdict.breaches.extend(broken.chain(grown).chain(sick).chain(idle).chain(rolled));
    let (faults, restless) = (outcome.faults.clone(), outcome.restless.clone());
    Report { seed, speed, faults, verdict, memory, days_kib, restless }
}

/// The median of the looks in the last hour of each day.
fn evenings(memory: &[Memory], days: u32) -> Vec<u64> {
    (1..=days).filter_map(|day| median(memory, f64::from(day) * DAY_H - EVENING_H, f64::from(day) * DAY_H)).collect()
}

fn median(memory: &[Memory], from: f64, to: f64) -> Option<u64> {
    let mut seen: Vec<u64> =
        memory.iter().filter(|look| (from..=to).contains(&look.hour)).map(|look| look.kib).collect();
    seen.sort_unstable();
    seen.get(seen.len() / 2).copied()
}

/// The median of the looks around the first hour against that of the last ones: single looks jump.
fn flat(memory: &[Memory]) -> Option<Flat> {
    let last = memory.last()?.hour;
    let from = FIRST_HOUR.min(last / 2.0);
    Some(Flat::new(median(memory, from * 0.75, from * 1.25)?, median(memory, last * 0.95, last)?))
}

impl Flat {
    fn new(first_kib: u64, last_kib: u64) -> Flat {
        #[allow(clippy::cast_precision_loss, reason = "a ratio to read")]
        let ratio = last_kib as f64 / first_kib as f64;
        Flat { first_kib, last_kib, ratio }
    }

    fn text(self) -> String {
        let Flat { first_kib, last_kib, ratio } = self;
        format!("{first_kib} KiB at first, {last_kib} KiB at the end: {ratio:.2} times")
    }
}

impl Report {
    /// Whether nothing was found.
    pub fn is_well(&self) -> bool {
        self.verdict.breaches.is_empty()
    }

    /// As JSON.
    ///
    /// # Panics
    /// Never: every key is text.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("counts are JSON")
    }

    /// As a table for people.
    pub fn text(&self) -> String {
        let Verdict { presses, calls, paper, breaches } = &self.verdict;
        let list = |counts: &BTreeMap<String, usize>| {
            counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
        };
        let sum = |counts: &BTreeMap<String, usize>| counts.values().sum::<usize>();
        let mut text = String::new();
        let mut line = |name: &str, what: String| writeln!(text, "{name:>10}  {what}").expect("a text takes lines");
        line("seed", format!("{}, at {} times the pace of life", self.seed, self.speed));
        line("faults", list(&self.faults));
        line(
            "presses",
            format!(
                "{} latched: {} obeyed, {} typed, {} refused ({}), {} missed, {} before a baseline, {} gone with the power",
                presses.latched,
                presses.obeyed,
                presses.typed,
                sum(&presses.refused),
                list(&presses.refused),
                presses.missed,
                presses.baseline,
                presses.powered_off
            ),
        );
        line(
            "customers",
            format!(
                "{} numbers, {} calls ({} by hand), {} served, {} did not come, {} gave the number back",
                calls.issued, calls.called, calls.by_hand, calls.finished, calls.no_show, calls.cancelled
            ),
        );
        line(
            "paper",
            format!(
                "{} pieces ({} copies) of {} jobs: {} printed, {} failed ({}), {} uncertain ({}), of which {} came out",
                paper.papers,
                paper.copies,
                paper.jobs,
                paper.printed,
                sum(&paper.failed),
                list(&paper.failed),
                sum(&paper.uncertain),
                list(&paper.uncertain),
                paper.uncertain_came_out
            ),
        );
        line("memory", self.memory.map_or_else(|| "too short to see".to_owned(), Flat::text));
        if !self.days_kib.is_empty() {
            let days: Vec<String> = self.days_kib.iter().map(u64::to_string).collect();
            line("evenings", format!("{} KiB; {} business days were opened", days.join(", "), calls.days));
        }
        for breach in breaches.iter().take(SHOWN) {
            line("BREACH", breach.clone());
        }
        let more = breaches.len().saturating_sub(SHOWN);
        line(
            "verdict",
            match (breaches.len(), more) {
                (0, _) => "all is well".to_owned(),
                (found, 0) => format!("{found} breaches"),
                (found, more) => format!("{found} breaches, {more} of them not shown"),
            },
        );
        text
    }
}
