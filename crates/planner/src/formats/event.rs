//! The events of a day, `[t, kind, {…}]`, read one by one so that a mistake is told with its index.

use super::{FormatError, TimeUnit};
use queue_core::Millis;
use serde_json::{Map, Number, Value};

/// One event of a trace or day.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceEvent {
    /// When, in milliseconds.
    pub at: Millis,
    /// When, as the file writes it; answers repeat it.
    pub written: Number,
    /// What happens.
    pub act: Act,
    /// The counter goes on a break right after, before anybody is called: `then: "pause"`.
    pub then_pause: Option<String>,
    /// Whether a break is a planned one, where the file says so.
    pub planned: Option<bool>,
}

impl TraceEvent {
    /// Whether the break that begins with it is one of the plan.
    pub fn is_planned(&self) -> bool {
        self.planned.unwrap_or(false)
    }
}

/// What happens. `k` names a counter, `id` a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the keys of the file")]
pub enum Act {
    /// The counter opens, or comes back from a break.
    Open { k: String },
    /// A ticket is taken; `appt` in milliseconds.
    Issue { id: String, service: String, lane: String, appt: Option<Millis> },
    /// The customer at the counter is done.
    Finish { k: String },
    /// The idle counter goes on a break.
    Pause { k: String },
    /// Whoever was called did not come.
    Miss { k: String },
    /// A no-show is back.
    Return { id: String },
    /// The customer goes on to another service.
    Transfer { k: String, service: String, lane: Option<String>, pin: Option<String> },
    /// The ticket waits no longer.
    Cancel { id: String },
    /// Last-ticket time.
    Close,
    /// Time alone: a delay opened or a pin ran out.
    Tick,
}

/// Kinds of events, as files write them.
const KINDS: &str = "open, issue, finish, pause, miss, return, transfer, cancel, close, tick";

/// Reads a list of events in time order; equal times are in the order written.
///
/// # Errors
/// `event 17: …` for the first that is not well formed, or earlier than the one before. The first event is 0.
pub fn read_events(unit: TimeUnit, events: &[Value]) -> Result<Vec<TraceEvent>, FormatError> {
    let mut read: Vec<TraceEvent> = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        let event = read_event(unit, event).map_err(|e| e.within(format!("event {index}")))?;
        if let Some(before) = read.last().filter(|before| event.at < before.at) {
            let (at, was) = (&event.written, &before.written);
            return Err(FormatError::new(format!(
                "event {index}: out of order, its time {at} lies before {was}, the time of the event before it"
            )));
        }
        read.push(event);
    }
    Ok(read)
}

fn read_event(unit: TimeUnit, event: &Value) -> Result<TraceEvent, FormatError> {
    let shape = || FormatError::new(format!("an event is [time, kind, {{…}}], not {}", shortened(event)));
    let parts = event.as_array().filter(|parts| (2..=3).contains(&parts.len())).ok_or_else(shape)?;
    let Value::Number(written) = &parts[0] else {
        return Err(FormatError::new(format!("its time is {}, not a number", shortened(&parts[0]))));
    };
    let at = unit.to_millis(written).map_err(|e| e.within("its time"))?;
    let kind = parts[1].as_str().ok_or_else(shape)?;
    let none = Map::new();
    let about = match parts.get(2) {
        None | Some(Value::Null) => &none,
        Some(Value::Object(about)) => about,
        Some(_) => return Err(shape()),
    };
    let fields = Fields { kind, about };
    let then_pause = match fields.optional("then")? {
        None => None,
        Some(then) if then == "pause" => Some(fields.required("k")?),
        Some(then) => return Err(FormatError::new(format!("`then` is `{then}`; it can only be `pause`"))),
    };
    let planned = about.get("planned").and_then(Value::as_bool);
    Ok(TraceEvent { at, written: written.clone(), act: act(unit, &fields)?, then_pause, planned })
}

fn act(unit: TimeUnit, fields: &Fields<'_>) -> Result<Act, FormatError> {
    let text = |key| fields.required(key);
    Ok(match fields.kind {
        "open" => Act::Open { k: text("k")? },
        "issue" => Act::Issue {
            id: text("id")?,
            service: text("service")?,
            lane: text("lane")?,
            appt: fields.time(unit, "appt")?,
        },
        "finish" => Act::Finish { k: text("k")? },
        "pause" => Act::Pause { k: text("k")? },
        "miss" => Act::Miss { k: text("k")? },
        "return" => Act::Return { id: text("id")? },
        "transfer" => Act::Transfer {
            k: text("k")?,
            service: text("service")?,
            lane: fields.optional("lane")?,
            pin: fields.optional("pin")?,
        },
        "cancel" => Act::Cancel { id: text("id")? },
        "close" => Act::Close,
        "tick" => Act::Tick,
        unknown => return Err(FormatError::new(format!("kind `{unknown}` is not known; there are {KINDS}"))),
    })
}

/// What stands in the braces of an event.
struct Fields<'a> {
    kind: &'a str,
    about: &'a Map<String, Value>,
}

impl Fields<'_> {
    fn required(&self, key: &str) -> Result<String, FormatError> {
        self.optional(key)?.ok_or_else(|| FormatError::new(format!("`{}` without `{key}`", self.kind)))
    }

    fn optional(&self, key: &str) -> Result<Option<String>, FormatError> {
        match self.about.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(FormatError::new(format!("`{key}` is {}, not a text", shortened(other)))),
        }
    }

    fn time(&self, unit: TimeUnit, key: &str) -> Result<Option<Millis>, FormatError> {
        match self.about.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(written)) => unit.to_millis(written).map(Some).map_err(|e| e.within(format!("`{key}`"))),
            Some(other) => Err(FormatError::new(format!("`{key}` is {}, not a number", shortened(other)))),
        }
    }
}

/// A value as it can be shown in a sentence.
fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { text.chars().take(59).chain(['…']).collect() }
}
