//! The next two hours: who will wait how long, with and without a change.

use super::{Text, Time};
use crate::{config::Config, promise::Moment};
use planner::{
    change::{Change, Part, Setting, Span},
    estimate::{STEP, Staffing, Step},
};
use queue_core::{Preset, ServiceId};
use serde::Serialize;
use utoipa::ToSchema;

/// The next two hours.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Forecast {
    /// The moment it starts from.
    pub at: Time,
    /// Length of a step.
    pub step_s: i64,
    /// As things are.
    pub steps: Vec<ForecastStep>,
    /// What was asked about.
    pub change: Option<ForecastChange>,
    /// The same customers with the change.
    pub changed: Option<Vec<ForecastStep>>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ForecastChange {
    /// In plain words.
    pub text: Text,
}

/// Ten minutes to come.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ForecastStep {
    /// Their beginning.
    pub from: Time,
    /// In rank order.
    pub lanes: Vec<ForecastLane>,
}

/// One lane in ten minutes to come.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ForecastLane {
    /// The lane.
    pub lane: String,
    /// How many are expected to wait when the step begins.
    pub waiting: f64,
    /// Mean wait of those who come in the step; null where hardly anybody is expected.
    pub wait_s: Option<u32>,
    /// Share of those who come in the step and wait no longer than the lane's target, 0 to 1.
    pub in_target: Option<f64>,
}

/// Plays a moment forward. Takes a tenth of a second and more: not on the writer's thread.
pub fn forecast(moment: &Moment, config: &Config, change: &Change) -> Forecast {
    let is_changed = !change.parts.is_empty();
    Forecast {
        at: Time(moment.at),
        step_s: STEP / 1_000,
        steps: steps(moment, &Change::default()),
        change: is_changed.then(|| ForecastChange { text: words(change, config) }),
        changed: is_changed.then(|| steps(moment, change)),
    }
}

/// A change in plain words.
pub(super) fn words(change: &Change, config: &Config) -> Text {
    let words = |language| change.parts.iter().map(|part| said(part, config, language)).collect::<Vec<_>>();
    Text::from([("zh-CN".to_owned(), words("zh-CN").join("；")), ("en".to_owned(), words("en").join("; "))])
}

fn steps(moment: &Moment, change: &Change) -> Vec<ForecastStep> {
    let step = |step: Step| ForecastStep {
        from: Time(moment.time(step.from)),
        lanes: moment
            .plan
            .lanes
            .iter()
            .zip(step.lanes)
            .map(|(lane, found)| ForecastLane {
                lane: lane.id.to_string(),
                waiting: rounded(found.waiting, 10.0),
                wait_s: found.wait_s.map(whole),
                in_target: found.in_target.map(|share| rounded(share, 100.0)),
            })
            .collect(),
    };
    moment.forecast(change).into_iter().map(step).collect()
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of some hours, not negative")]
fn whole(seconds: f64) -> u32 {
    seconds.round() as u32
}

/// One part of a change in plain words.
fn said(part: &Part, config: &Config, language: &str) -> String {
    let zh = language == "zh-CN";
    let pick = |zh_text: String, en_text: String| if zh { zh_text } else { en_text };
    match part {
        Part::Staff { counter, staffing: Staffing::Open, span } => pick(
            format!("{}开放{counter}号窗口", when(*span, zh)),
            format!("counter {counter} opens{}", when(*span, zh)),
        ),
        Part::Staff { counter, staffing: Staffing::Close, span } => pick(
            format!("{}{counter}号窗口办完手头业务后关闭", when(*span, zh)),
            format!("counter {counter} closes after its customer{}", when(*span, zh)),
        ),
        Part::Move { counter, services } => {
            let names = named(services, config, language);
            pick(format!("{counter}号窗口改办{names}"), format!("counter {counter} serves {names}"))
        }
        Part::Help { counter, help } => {
            let (names, after) = (named(&help.services, config, language), help.after_min);
            pick(
                format!("{counter}号窗口兼办等候满{after}分钟的{names}"),
                format!("counter {counter} also takes {names} after {after} minutes"),
            )
        }
        Part::Rule(preset) => pick(
            match preset {
                Preset::Fifo => "一律先来先办",
                Preset::Strict => "严格按队列优先",
                Preset::Targets => "按等候目标计分",
                Preset::Shares => "先来先办，保证各队列份额",
            }
            .to_owned(),
            match preset {
                Preset::Fifo => "first come, first served",
                Preset::Strict => "strict priority of lanes",
                Preset::Targets => "points by the lanes' targets",
                Preset::Shares => "first come, first served, with guaranteed shares",
            }
            .to_owned(),
        ),
        Part::Lane { lane, setting, value } => {
            let known = config.lanes.iter().find(|known| known.id == lane.as_str());
            let name = own(known.map(|lane| &lane.name), lane.as_str(), language);
            match setting {
                Setting::Target => {
                    pick(format!("{name}队列目标等候{value}分钟"), format!("{name}: target {value} minutes"))
                }
                Setting::HeadStart => {
                    pick(format!("{name}队列取号即得{value}分"), format!("{name}: {value} points at once"))
                }
                Setting::GuaranteeAfter => pick(
                    format!("{name}队列等候{value}分钟起有保证"),
                    format!("{name}: guarantee after {value} minutes"),
                ),
                Setting::GuaranteeShare => {
                    pick(format!("{name}队列至少{value}%的叫号"), format!("{name}: at least {value} % of the calls"))
                }
            }
        }
    }
}

fn named(services: &[ServiceId], config: &Config, language: &str) -> String {
    let name = |id: &ServiceId| {
        let known = config.services.iter().find(|service| service.id == id.as_str());
        own(known.map(|service| &service.name), id.as_str(), language)
    };
    let names: Vec<String> = services.iter().map(name).collect();
    names.join(if language == "zh-CN" { "、" } else { " and " })
}

fn own(name: Option<&Text>, id: &str, language: &str) -> String {
    let name = name.and_then(|name| name.get(language).or_else(|| name.values().next()));
    name.cloned().unwrap_or_else(|| id.to_owned())
}

/// Before the words in Chinese, after them in English.
fn when(span: Span, zh: bool) -> String {
    let clock = |at: i64| format!("{:02}:{:02}", at / 3_600_000, at / 60_000 % 60);
    match (span.from.map(clock), span.until.map(clock)) {
        (Some(from), Some(until)) if zh => format!("{from}至{until}，"),
        (Some(from), _) if zh => format!("{from}起，"),
        (Some(from), Some(until)) => format!(" from {from} until {until}"),
        (Some(from), None) => format!(" from {from}"),
        (None, _) => String::new(),
    }
}
