//! `lobby simulate`: a file of days or queues in, the answer of the rule out. The file says its own format.

mod journal;
mod recorded;
mod tables;

use crate::journal::JournalError;
use planner::{
    cases::Case,
    change::Change,
    estimate::{DaysFile, Estimates, Walk},
    formats::{self, CaseAnswer, CasesAnswer, Format, FormatError, JournalQuestion, NamedCalls, WhatifFile},
    whatif::WhatifAnswer,
};
use serde::Serialize;
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

/// Of every simulation that draws random numbers, so that a file has one answer.
const SEED: u64 = 20_261_121;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The file could not be read at all.
    #[error("{}: {cause}", .path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The file is not what it should be.
    #[error("{}: {mistake}", .path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Where and what.
        mistake: FormatError,
    },
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The answer could not be written.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
}

impl SimulateError {
    /// Whether the file given is the mistake.
    pub fn is_wrong_use(&self) -> bool {
        match self {
            SimulateError::Unreadable { .. } | SimulateError::Wrong { .. } => true,
            SimulateError::Journal(cause) => matches!(cause, JournalError::Missing(_)),
            SimulateError::Output(_) => false,
        }
    }
}

/// Answers a file: one JSON document with `json`, else a table for people.
///
/// # Errors
/// The file cannot be read or has a mistake, which is told with its place; the answer cannot be written.
pub fn main(path: &Path, json: bool, out: &mut dyn Write) -> Result<(), SimulateError> {
    let text =
        std::fs::read_to_string(path).map_err(|cause| SimulateError::Unreadable { path: path.to_owned(), cause })?;
    Answer::of(&text, path)?.write(json, out)
}

/// Answers a question about days of a journal.
///
/// # Errors
/// The journal cannot be read, has no such day, or the change cannot be done; the answer cannot be written.
pub fn journal_days(question: &JournalQuestion, json: bool, out: &mut dyn Write) -> Result<(), SimulateError> {
    Answer::of_journal(question)?.write(json, out)
}

/// The answer to a question about days of a journal, and what was changed; a search for counters ends when `go_on` says no.
///
/// # Errors
/// The journal cannot be read, has no such day, or the change cannot be done.
pub fn whatif(question: &JournalQuestion, go_on: &dyn Fn() -> bool) -> Result<(Change, WhatifAnswer), SimulateError> {
    let scenario = journal::scenario(question)?;
    let answer = scenario.answer_while(go_on);
    Ok((scenario.change, answer))
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Cases(CasesAnswer),
    Trace(formats::TraceAnswer),
    Traces(formats::TracesAnswer),
    Days(Estimates),
    Whatif(Box<WhatifAnswer>),
}

impl Answer {
    fn write(&self, json: bool, out: &mut dyn Write) -> Result<(), SimulateError> {
        if json {
            serde_json::to_writer(&mut *out, self).map_err(io::Error::from)?;
            writeln!(out)?;
        } else {
            self.table(out)?;
        }
        Ok(out.flush()?)
    }

    fn of(text: &str, path: &Path) -> Result<Answer, SimulateError> {
        let read = || -> Result<_, FormatError> {
            match formats::format_of(text)? {
                Format::Cases => Ok(Ok(Answer::Cases(simulate_cases(&formats::read_cases(text)?.cases)))),
                Format::Trace => Ok(Ok(Answer::Trace(formats::answer_trace(text)?))),
                Format::Traces => Ok(Ok(Answer::Traces(formats::answer_traces(text)?))),
                Format::Days => Ok(Ok(Answer::Days(estimate_days(text)?))),
                Format::Whatif => match WhatifFile::parse(text, SEED)? {
                    WhatifFile::Profile(scenario) => Ok(Ok(Answer::Whatif(Box::new(scenario.answer())))),
                    WhatifFile::Journal(question) => Ok(Err(question)),
                },
            }
        };
        match read().map_err(|mistake| SimulateError::Wrong { path: path.to_owned(), mistake })? {
            Ok(answer) => Ok(answer),
            Err(question) => Answer::of_journal(&question),
        }
    }

    fn of_journal(question: &JournalQuestion) -> Result<Answer, SimulateError> {
        Ok(Answer::Whatif(Box::new(journal::scenario(question)?.answer())))
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Answer::Cases(answer) => tables::cases(&answer.cases, out),
            Answer::Trace(answer) => tables::calls(&answer.calls, out),
            Answer::Traces(answer) => answer.traces.iter().try_for_each(|NamedCalls { name, calls }| {
                writeln!(out, "{name}: {} calls", calls.len())?;
                tables::calls(calls, out)
            }),
            Answer::Days(answer) => tables::estimates(answer, out),
            Answer::Whatif(answer) => tables::whatif(answer, out),
        }
    }
}

fn simulate_cases(cases: &[Case]) -> CasesAnswer {
    let cases = each(cases, |case| {
        let begun = Instant::now();
        let found = case.simulate(SEED);
        CaseAnswer::new(case, found, begun.elapsed().as_secs_f64())
    });
    CasesAnswer { cases }
}

/// The estimates of recorded days: the walk through them is one after the other, the plays are not.
fn estimate_days(text: &str) -> Result<Estimates, FormatError> {
    let file = DaysFile::parse(text)?;
    let walk = Walk::new(&file)?;
    let played = each(walk.asks(), |ask| ask.play(&file.setup));
    Ok(walk.calibrate(&file, &played))
}

/// The answer to each item, in their order, worked out on as many threads as the machine has: each thread takes the
/// next item that none has taken.
fn each<T: Sync, R: Send>(items: &[T], answer: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let taken = std::iter::from_fn(|| {
            let place = next.fetch_add(1, Ordering::Relaxed);
            Some((place, items.get(place)?))
        });
        taken.map(|(place, item)| (place, answer(item))).collect::<Vec<_>>()
    };
    let others = thread::available_parallelism().map_or(0, |threads| threads.get() - 1).min(items.len());
    let mut answers = thread::scope(|scope| {
        let spawned: Vec<_> = (0..others).map(|_| scope.spawn(work)).collect();
        let mut answers = work();
        for thread in spawned {
            match thread.join() {
                Ok(found) => answers.extend(found),
                Err(cause) => std::panic::resume_unwind(cause),
            }
        }
        answers
    });
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
