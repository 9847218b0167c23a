//! What a manager could do now, what it would do for the people, and how it is done.

use super::{Text, TextSchema, Time, forecast::words};
use crate::{
    config::{Config, Written, written},
    promise::{Moment, Proposals},
};
use planner::{change::Part, estimate::Toll};
use queue_core::{CounterId, CounterState};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// What stands in the journal where nobody says why.
const REASON: &str = "proposed by the forecast";

/// What could be done now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Acts {
    /// The moment it starts from.
    pub at: Time,
    /// The next two hours as they are.
    pub as_is: ActToll,
    /// At most three, the best first; none where nothing helps.
    pub acts: Vec<Act>,
    /// Whether there was time to look at everything.
    pub complete: bool,
}

/// What the next two hours cost the people who wait now or come within them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct ActToll {
    /// How many they are.
    pub people: f64,
    /// How many of them wait past their lane's target.
    pub late: f64,
    /// Their mean wait.
    pub mean_wait_s: f64,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Act {
    /// As `GET /api/v1/forecast?change=` takes it: that shows the same hours before and after.
    pub change: String,
    /// In plain words, by language.
    #[schema(value_type = TextSchema)]
    pub text: Text,
    /// What the hours cost with it.
    pub then: ActToll,
    /// How it is done: calls to be made one after the other.
    #[serde(rename = "do")]
    pub calls: Vec<ActCall>,
}

/// A call that does an act, or a part of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ActCall {
    /// `POST` or `PUT`.
    pub method: &'static str,
    /// Such as `/api/v1/counters/5/open`.
    pub path: String,
    /// Its body.
    #[schema(value_type = Object)]
    pub body: Value,
}

/// What was found, in words and with how it is done.
pub fn acts(moment: &Moment, config: &Config, found: &Proposals) -> Acts {
    let act = |ranked: &planner::acts::Ranked| {
        let calls = ranked.change.parts.iter().filter_map(|part| call(moment, part));
        Act {
            change: ranked.change.to_string(),
            text: words(&ranked.change, config),
            then: toll(ranked.toll),
            calls: calls.collect(),
        }
    };
    Acts {
        at: Time(moment.at),
        as_is: toll(found.as_is),
        acts: found.acts.iter().map(act).collect(),
        complete: found.complete,
    }
}

fn toll(toll: Toll) -> ActToll {
    let tenth = |value: f64| (value * 10.0).round() / 10.0;
    ActToll { people: tenth(toll.people), late: tenth(toll.late), mean_wait_s: toll.mean_wait_s().round() }
}

/// How a part is done; nothing for what only a configuration can do.
fn call(moment: &Moment, part: &Part) -> Option<ActCall> {
    let path = |counter: &CounterId, act: &str| format!("/api/v1/counters/{counter}/{act}");
    match part {
        Part::Staff { counter, staffing, .. } => {
            let place = moment.plan.counters.iter().position(|known| known.id == *counter)?;
            let act = match (staffing, moment.state(place)) {
                (planner::estimate::Staffing::Close, _) => "close",
                (planner::estimate::Staffing::Open, CounterState::Paused) => "resume",
                (planner::estimate::Staffing::Open, _) => "open",
            };
            Some(ActCall { method: "POST", path: path(counter, act), body: json!({}) })
        }
        Part::Move { counter, .. } | Part::Help { counter, .. } => {
            let then = planner::change::Change { parts: vec![part.clone()] }.plan(&moment.plan);
            let Written { serves, overflow } = written(&then, then.counter(counter)?);
            let overflow: Vec<Value> =
                overflow.iter().map(|(serves, after)| json!({"serves": serves, "after_min": after})).collect();
            let body = json!({"serves": serves, "overflow": overflow, "reason": REASON});
            Some(ActCall { method: "PUT", path: path(counter, "plan"), body })
        }
        Part::Rule(_) | Part::Lane { .. } => None,
    }
}
