//! Formats `trace` and `traces`: days of events, answered by the calls that the rule makes of them.

use super::{BranchConfig, FormatError, Player, TimeUnit, read_events, services_of};
use crate::engine::Call;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use std::sync::Arc;

#[derive(Deserialize)]
struct TraceFile {
    name: Option<String>,
    time_unit: Option<TimeUnit>,
    config: BranchConfig,
    events: Vec<Value>,
}

#[derive(Deserialize)]
struct TracesFile {
    time_unit: Option<TimeUnit>,
    traces: Vec<TraceFile>,
}

/// One call: time in the file's unit, counter, ticket, reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallRow(pub Number, pub String, pub String, pub &'static str);

/// The answer to a `trace`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceAnswer {
    /// In the order they are made.
    pub calls: Vec<CallRow>,
}

/// The answer to `traces`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracesAnswer {
    /// In the order of the file.
    pub traces: Vec<NamedCalls>,
}

/// The calls of one of several traces.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedCalls {
    /// As in the file.
    pub name: String,
    /// In the order they are made.
    pub calls: Vec<CallRow>,
}

/// Answers a file of format `trace`.
///
/// # Errors
/// The first mistake, with its line and column or the index of its event.
pub fn answer_trace(text: &str) -> Result<TraceAnswer, FormatError> {
    let file: TraceFile = serde_json::from_str(text)?;
    Ok(TraceAnswer { calls: play(&file, file.time_unit.unwrap_or_default())? })
}

/// Answers a file of format `traces`.
///
/// # Errors
/// The first mistake, with the name of its trace.
pub fn answer_traces(text: &str) -> Result<TracesAnswer, FormatError> {
    let file: TracesFile = serde_json::from_str(text)?;
    if file.traces.is_empty() {
        return Err(FormatError::new("`traces` is empty: there is no day to play"));
    }
    let unit = file.time_unit.unwrap_or_default();
    let traces = file.traces.into_iter().enumerate().map(|(index, trace)| {
        let name = trace.name.clone().unwrap_or_else(|| index.to_string());
        let calls = play(&trace, trace.time_unit.unwrap_or(unit));
        Ok(NamedCalls { calls: calls.map_err(|e| e.within(format!("trace {name}")))?, name })
    });
    Ok(TracesAnswer { traces: traces.collect::<Result<_, FormatError>>()? })
}

fn play(trace: &TraceFile, unit: TimeUnit) -> Result<Vec<CallRow>, FormatError> {
    if trace.events.is_empty() {
        return Err(FormatError::new("`events` is empty: nothing happens on this day"));
    }
    let events = read_events(unit, &trace.events)?;
    let services = services_of(&trace.config, &events)?;
    let branch = Arc::new(trace.config.branch(unit, services)?);
    let mut player = Player::new(branch.clone());
    let mut rows = Vec::new();
    let mut calls: Vec<(usize, Call)> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let played = player.play(event, |ticket, call| calls.push((ticket, call)));
        played.map_err(|e| e.within(format!("event {index}")))?;
        for (ticket, call) in calls.drain(..) {
            let counter = branch.counters[call.counter].clone();
            let ticket = player.name(ticket).to_owned();
            rows.push(CallRow(event.written.clone(), counter, ticket, call.reason.as_str()));
        }
    }
    Ok(rows)
}
