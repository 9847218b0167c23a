//! What came out of the printers is what the journal says: no number that was never given, none twice without COPY, and
//! an outcome that is true.

use super::record::{Paper, Row};
use queue_core::{Event, JobId, PrintOutcome};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What became of the paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PaperCounts {
    /// Pieces that came out.
    pub papers: usize,
    /// Of them marked as copies.
    pub copies: usize,
    /// Print jobs.
    pub jobs: usize,
    /// Jobs with proof.
    pub printed: usize,
    /// Jobs that did not print, by cause.
    pub failed: BTreeMap<String, usize>,
    /// Jobs of which nobody knows, by cause.
    pub uncertain: BTreeMap<String, usize>,
    /// Of the uncertain ones, those whose paper did come out.
    pub uncertain_came_out: usize,
}

struct Job<'a> {
    number: &'a str,
    copy: bool,
    outcome: Option<&'a PrintOutcome>,
}

/// Judges the paper of one or several printers.
pub fn judge(rows: &[Row], papers: &[Paper], breaches: &mut Vec<String>) -> PaperCounts {
    let mut counts = PaperCounts { papers: papers.len(), ..PaperCounts::default() };
    let mut numbers = BTreeMap::new();
    let mut jobs: BTreeMap<JobId, Job<'_>> = BTreeMap::new();
    for row in rows {
        match &row.fact {
            Event::Issued { ticket, number, .. } => drop(numbers.insert(ticket, number.as_str())),
            Event::PrintOrdered { job, ticket, copy, .. } => {
                let number = numbers.get(ticket).copied().unwrap_or_default();
                jobs.insert(*job, Job { number, copy: *copy, outcome: None });
            }
            Event::PrintEnded { job, outcome } => match jobs.get_mut(job) {
                Some(job) => job.outcome = Some(outcome),
                None => breaches.push(format!("row {}: job {job} ended and was never ordered", row.seq)),
            },
            _ => {}
        }
    }
    let given: BTreeSet<&str> = numbers.values().copied().collect();
    let out = out_of_the_printers(papers, &given, &mut counts, breaches);
    counts.jobs = jobs.len();
    for (id, job) in &jobs {
        let came_out = out.contains(&(job.number, job.copy));
        match job.outcome {
            Some(PrintOutcome::Printed) => {
                counts.printed += 1;
                if !came_out {
                    breaches.push(format!("job {id}: {} is said to be printed, and never came out", job.number));
                }
            }
            Some(PrintOutcome::Failed { cause }) => {
                *counts.failed.entry(cause.clone()).or_default() += 1;
                if came_out && !again(&jobs, *id) {
                    breaches.push(format!("job {id}: {} is said to have failed ({cause}), and came out", job.number));
                }
            }
            Some(PrintOutcome::Uncertain { cause }) => {
                *counts.uncertain.entry(cause.clone()).or_default() += 1;
                counts.uncertain_came_out += usize::from(came_out);
            }
            None => breaches.push(format!("job {id}: nobody says what became of the paper of {}", job.number)),
        }
    }
    counts
}

/// Whether the number of a job was ordered another time as well.
fn again(jobs: &BTreeMap<JobId, Job<'_>>, id: JobId) -> bool {
    let Some(job) = jobs.get(&id) else { return false };
    jobs.iter().any(|(other, another)| *other != id && (another.number, another.copy) == (job.number, job.copy))
}

/// Numbers on paper, and whether as a copy.
fn out_of_the_printers<'a>(
    papers: &[Paper],
    given: &BTreeSet<&'a str>,
    counts: &mut PaperCounts,
    breaches: &mut Vec<String>,
) -> BTreeSet<(&'a str, bool)> {
    let mut out = BTreeSet::new();
    let mut originals: BTreeMap<(String, String), (&str, u64)> = BTreeMap::new();
    for paper in papers {
        let place = format!("ticket {} of {}", paper.n, paper.printer);
        let found: Vec<&str> = paper.lines.iter().filter_map(|line| given.get(line.trim()).copied()).collect();
        counts.copies += usize::from(paper.copy);
        match found.as_slice() {
            [number] => {
                out.insert((*number, paper.copy));
                // Numbers come again on another day; the link on the paper never does.
                let whose = paper.qr.first().cloned().unwrap_or_default();
                let before =
                    (!paper.copy).then(|| originals.insert(((*number).to_owned(), whose), (&paper.printer, paper.n)));
                if let Some((printer, n)) = before.flatten() {
                    breaches
                        .push(format!("{place}: {number} a second time without COPY, after ticket {n} of {printer}"));
                }
            }
            [] => breaches.push(format!("{place} has no number that was given: {:?}", paper.lines)),
            several => breaches.push(format!("{place} has several numbers: {several:?}")),
        }
    }
    out
}
