//! Many days, on as many threads as the machine has cores; each day keeps to its own.

use super::{DayPlan, Lived, live};
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Breaches of one day that are printed.
const SHOWN: usize = 5;
/// Broken days that are printed.
const DAYS: usize = 10;

/// What many days came to.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Days that were lived.
    pub days: u64,
    /// Rows of their journals.
    pub rows: u64,
    /// Starts of a lobby.
    pub starts: u64,
    /// Kills right after a commit that nobody had seen.
    pub kills_at_commit: u64,
    /// Kills that took the power.
    pub power_cuts: u64,
    /// Requests that were sent again.
    pub retries: u64,
    /// Steps of the clock.
    pub clock_steps: u64,
    /// Presses that units latched.
    pub presses: u64,
    /// Numbers given.
    pub issued: u64,
    /// Calls.
    pub called: u64,
    /// Pieces of paper.
    pub papers: u64,
    /// Boards that screens received.
    pub boards: u64,
    /// Other faults.
    pub faults: BTreeMap<&'static str, u64>,
    /// Days that broke a promise: the seed, and what it broke.
    pub broken: Vec<(u64, Vec<String>)>,
    /// How long it took.
    pub took: Duration,
}

/// Which days, and when to stop.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    /// The first seed.
    pub from: u64,
    /// How many.
    pub days: u64,
    /// No day begins later than this.
    pub within: Duration,
    /// The first day that breaks a promise is the last.
    pub stop_at_first: bool,
    /// Threads.
    pub threads: usize,
}

impl Many {
    /// So many days from a seed on, on all cores, without a limit.
    pub fn new(from: u64, days: u64) -> Many {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Many { from, days, within: Duration::MAX, stop_at_first: false, threads }
    }

    /// Lives through them; `plan` says what day a seed is.
    pub fn live(&self, plan: impl Fn(u64) -> DayPlan + Sync) -> Summary {
        let began = Instant::now();
        let (next, enough) = (AtomicU64::new(0), AtomicBool::new(false));
        let sum = Mutex::new(Summary::default());
        std::thread::scope(|threads| {
            for _ in 0..self.threads.max(1) {
                threads.spawn(|| {
                    while !enough.load(Ordering::Relaxed) && began.elapsed() < self.within {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= self.days {
                            return;
                        }
                        let plan = plan(self.from + number);
                        let lived = catch_unwind(AssertUnwindSafe(|| live(plan)));
                        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                        let well = match lived {
                            Ok(lived) => sum.add(plan.seed, &lived),
                            Err(panic) => sum.broke(plan.seed, vec![words(&*panic)]),
                        };
                        if !well && self.stop_at_first {
                            enough.store(true, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let mut sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
        sum.took = began.elapsed();
        sum.broken.sort_unstable();
        sum
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("the lobby has panicked: {}", text.unwrap_or("without words"))
}

impl Summary {
    fn broke(&mut self, seed: u64, breaches: Vec<String>) -> bool {
        self.days += 1;
        self.broken.push((seed, breaches));
        false
    }

    /// Takes in a day; answers whether it was well.
    fn add(&mut self, seed: u64, lived: &Lived) -> bool {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let Lived { happened, verdict } = lived;
        self.rows += u64::try_from(verdict.rows).unwrap_or(0);
        self.starts += happened.starts;
        self.kills_at_commit += happened.kills_at_commit;
        self.power_cuts += happened.power_cuts;
        self.retries += happened.retries;
        self.clock_steps += happened.clock_steps;
        self.boards += happened.boards;
        self.presses += count(verdict.counts.presses.latched);
        self.issued += count(verdict.counts.calls.issued);
        self.called += count(verdict.counts.calls.called);
        self.papers += count(verdict.counts.paper.papers);
        for (fault, times) in &happened.faults {
            *self.faults.entry(fault).or_default() += times;
        }
        if verdict.breaches.is_empty() {
            self.days += 1;
            return true;
        }
        self.broke(seed, verdict.breaches.clone())
    }

    /// As a table for people.
    pub fn text(&self) -> String {
        let Summary { days, rows, starts, kills_at_commit, power_cuts, retries, clock_steps, .. } = self;
        let Summary { presses, issued, called, papers, boards, .. } = self;
        let faults: Vec<String> = self.faults.iter().map(|(name, times)| format!("{times} {name}")).collect();
        let lines = [
            ("days", format!("{days} in {:.1} s, {} with a breach", self.took.as_secs_f64(), self.broken.len())),
            ("journal", format!("{rows} rows")),
            (
                "lobby",
                format!("{starts} starts, {kills_at_commit} kills right after a commit, {power_cuts} power cuts"),
            ),
            ("people", format!("{issued} numbers, {called} calls, {presses} presses, {retries} requests sent again")),
            ("shown", format!("{papers} pieces of paper, {boards} boards on screens")),
            ("faults", format!("{clock_steps} steps of the clock, {}", faults.join(", "))),
        ];
        lines.map(|(name, what)| format!("{name:>9}  {what}\n")).concat()
    }

    /// The first days that broke a promise, and how to live them again; `more` is what their command says besides.
    pub fn broken_text(&self, more: &str) -> String {
        let told = self.broken.iter().take(DAYS).map(|(seed, breaches)| {
            let breaches: Vec<String> = breaches.iter().take(SHOWN).map(|breach| format!("\n  {breach}")).collect();
            let breaches = breaches.concat();
            format!(
                "\nseed {seed} broke a promise; the same day again: cargo xtask days --seed {seed}{more}{breaches}\n"
            )
        });
        told.collect()
    }
}
