//! What could be done about a day: other counters, other skills, another rule. Written as people type it:
//! `open:5@10:30-12:00,move:3:cash+account,rule:targets,lane:vip:target=5`.

use crate::estimate::Staffing;
use queue_core::{CounterId, CounterPlan, LaneId, Millis, Plan, Preset, ServiceId, Skill};
use std::fmt;

#[path = "change_text.rs"]
mod text;

const MINUTE: Millis = 60_000;
/// Last minute that a time of day can name.
const DAY_MINUTES: Millis = 1_440;
/// Largest target, guarantee or head start that a change takes: a week in minutes.
const MOST: i64 = 10_080;
/// Guarantee of the slowest lane where a branch has none and a preset wants one: the wait from which it counts, and its
/// share in 1/1000. `DISCIPLINE` §1, defaults.
const USUAL_GUARANTEE: (Millis, i64) = (45 * MINUTE, 250);

/// Several things done at once, in the order written. None at all changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// One thing each.
    pub parts: Vec<Part>,
}

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// `open:5`, `close:2`, with `@10:30` from then on, with `@10:30-12:00` until then.
    Staff {
        /// The counter.
        counter: CounterId,
        /// What it is told.
        staffing: Staffing,
        /// When.
        span: Span,
    },
    /// `move:3:cash+account`: what the counter serves from now on.
    Move {
        /// The counter.
        counter: CounterId,
        /// At least one.
        services: Vec<ServiceId>,
    },
    /// `help:3:loan:5`: what the counter serves besides, of those who have waited for so long.
    Help {
        /// The counter.
        counter: CounterId,
        /// What, and when.
        help: Help,
    },
    /// `rule:fifo`.
    Rule(Preset),
    /// `lane:vip:target=5`.
    Lane {
        /// The lane.
        lane: LaneId,
        /// What of it.
        setting: Setting,
        /// Minutes, points, or hundredths.
        value: i64,
    },
}

/// Help for queues that a counter does not serve at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// At least one.
    pub services: Vec<ServiceId>,
    /// From this wait on, minutes.
    pub after_min: u32,
}

/// A part of a day; an end that is not given is that of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Milliseconds since local midnight.
    pub from: Option<Millis>,
    /// Milliseconds since local midnight.
    pub until: Option<Millis>,
}

/// What a lane can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Wait to be kept, minutes.
    Target,
    /// Points to begin with.
    HeadStart,
    /// Wait from which its guarantee counts, minutes.
    GuaranteeAfter,
    /// Guaranteed share of the calls, percent.
    GuaranteeShare,
}

impl Setting {
    /// As written, like the keys of the configuration.
    const NAMES: [(&'static str, Setting); 4] = [
        ("target", Setting::Target),
        ("head_start", Setting::HeadStart),
        ("guarantee_after", Setting::GuaranteeAfter),
        ("guarantee_share", Setting::GuaranteeShare),
    ];

    /// As written.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, setting)| *setting == self).map_or("", |(name, _)| name)
    }
}

/// Why a change cannot be: the part, and what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}`: {remedy}")]
pub struct BadChange {
    /// As written.
    pub part: String,
    /// What is wrong and what to write instead.
    pub remedy: String,
}

/// Names to choose from, for a sentence.
fn listed<T: fmt::Display>(names: impl Iterator<Item = T>) -> String {
    names.map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}

impl Change {
    /// Reads a change of a branch.
    ///
    /// # Errors
    /// The first part that is not understood, or names what the branch does not have.
    pub fn parse(text: &str, plan: &Plan) -> Result<Change, BadChange> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parts =
            parts.map(|part| Part::parse(part, plan).map_err(|remedy| BadChange { part: part.to_owned(), remedy }));
        let change = Change { parts: parts.collect::<Result<_, _>>()? };
        if change.parts.contains(&Part::Rule(Preset::Shares))
            && change.plan(plan).lanes.iter().all(|lane| lane.share1000 == 0)
        {
            let lane = plan.lanes.first().map_or("regular", |lane| lane.id.as_str());
            let remedy = format!("no lane has a share of the calls; add lane:{lane}:guarantee_share=25");
            return Err(BadChange { part: "rule:shares".to_owned(), remedy });
        }
        let shares: i64 = change.plan(plan).lanes.iter().map(|lane| lane.share1000).sum();
        if shares > 1_000 {
            let remedy = format!("all lanes together are then guaranteed {} % of the calls; write less", shares / 10);
            return Err(BadChange { part: text.to_owned(), remedy });
        }
        Ok(change)
    }

    /// The Plan with this done. Which counter is open when is none of it: see [`Change::staffing`].
    pub fn plan(&self, plan: &Plan) -> Plan {
        let mut plan = plan.clone();
        for part in &self.parts {
            if let Part::Rule(preset) = part {
                plan.rules.preset = *preset;
                if *preset == Preset::Targets {
                    guarantee_the_slowest(&mut plan);
                }
            }
        }
        for part in &self.parts {
            match part {
                Part::Lane { lane, setting, value } => set_lane(&mut plan, lane, *setting, *value),
                Part::Move { counter, services } => move_counter(&mut plan, counter, services),
                Part::Help { counter, help } => help_out(&mut plan, counter, help),
                Part::Rule(_) | Part::Staff { .. } => {}
            }
        }
        // Hand-written points stay where no other rule was asked for.
        if self.parts.iter().any(|part| matches!(part, Part::Rule(_))) || plan.rules.preset == Preset::Strict {
            plan.rules.preset.apply(&mut plan.lanes);
        }
        plan
    }

    /// What counters are told, by their place in `plan`.
    pub fn told(&self, plan: &Plan) -> Vec<(usize, Staffing, Span)> {
        let told = self.parts.iter().filter_map(|part| {
            let Part::Staff { counter, staffing, span } = part else { return None };
            let place = plan.counters.iter().position(|known| known.id == *counter)?;
            Some((place, *staffing, *span))
        });
        told.collect()
    }

    /// The same as instants: from `from` on where it does not say, and taken back where it ends.
    pub fn staffing(&self, plan: &Plan, from: Millis) -> Vec<(Millis, usize, Staffing)> {
        let mut staffing = Vec::new();
        for (place, told, span) in self.told(plan) {
            staffing.push((span.from.unwrap_or(from), place, told));
            if let Some(until) = span.until {
                let back = if told == Staffing::Open { Staffing::Close } else { Staffing::Open };
                staffing.push((until, place, back));
            }
        }
        staffing
    }
}

impl Part {
    fn parse(text: &str, plan: &Plan) -> Result<Part, String> {
        let (kind, about) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "open" => staff(about, Staffing::Open, "open:5, or open:5@10:30-12:00", plan),
            "close" => staff(about, Staffing::Close, "close:2, or close:2@15:00", plan),
            "move" => {
                let (counter, services) = about.split_once(':').ok_or("write move:3:cash+account")?;
                let counter = self::counter(counter, "move:3:cash", plan)?;
                Ok(Part::Move { counter, services: services_of(services, plan)? })
            }
            "help" => help(about, plan),
            "rule" => {
                let names = listed(Preset::ALL.iter().map(|preset| preset.name()));
                let preset =
                    Preset::named(about).ok_or_else(|| format!("the rules are {names}; write rule:targets"))?;
                Ok(Part::Rule(preset))
            }
            "lane" => lane(about, plan),
            _ => Err(
                "a change is open:5, close:2, move:3:cash+account, help:3:loan:5, rule:targets or lane:vip:target=5"
                    .to_owned(),
            ),
        }
    }
}

/// Services joined by a plus; in an address a plus is a space.
fn services_of(names: &str, plan: &Plan) -> Result<Vec<ServiceId>, String> {
    names.split(['+', ' ']).map(|name| service(name, plan)).collect()
}

fn help(about: &str, plan: &Plan) -> Result<Part, String> {
    let example = "write help:3:loan:5, whom counter 3 takes after 5 minutes";
    let mut parts = about.split(':');
    let (Some(name), Some(services), Some(after), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(example.to_owned());
    };
    let after_min = after.trim().parse().ok().filter(|after| Millis::from(*after) <= DAY_MINUTES);
    let after_min = after_min.ok_or_else(|| format!("`{after}` is no number of minutes up to a day; {example}"))?;
    let counter = counter(name, "help:3:loan:5", plan)?;
    Ok(Part::Help { counter, help: Help { services: services_of(services, plan)?, after_min } })
}

fn staff(about: &str, staffing: Staffing, example: &str, plan: &Plan) -> Result<Part, String> {
    let (name, span) = about.split_once('@').map_or((about, None), |(name, span)| (name, Some(span)));
    let span = match span {
        None => Span::default(),
        Some(span) => {
            let (from, until) = span.split_once('-').map_or((span, None), |(from, until)| (from, Some(until)));
            let time =
                |text: &str| time_of_day(text).ok_or_else(|| format!("{text} is no time of day; write {example}"));
            Span { from: Some(time(from)?), until: until.map(time).transpose()? }
        }
    };
    if span.until.is_some_and(|until| Some(until) <= span.from) {
        return Err(format!("it ends before it begins; write {example}"));
    }
    Ok(Part::Staff { counter: counter(name, example, plan)?, staffing, span })
}

/// `HH:MM`, up to 24:00, as milliseconds since midnight.
pub fn time_of_day(text: &str) -> Option<Millis> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() <= 2).map(Millis::from);
    let minutes = number(hours)? * 60 + number(minutes).filter(|minutes| *minutes < 60)?;
    (minutes <= DAY_MINUTES).then_some(minutes * MINUTE)
}

fn counter(name: &str, example: &str, plan: &Plan) -> Result<CounterId, String> {
    let known = plan.counters.iter().find(|counter| counter.id.as_str() == name.trim());
    known.map(|counter| counter.id.clone()).ok_or_else(|| {
        let all = listed(plan.counters.iter().map(|counter| &counter.id));
        format!("there is no counter `{name}`; the branch has {all}; write for example {example}")
    })
}

fn service(name: &str, plan: &Plan) -> Result<ServiceId, String> {
    let known = plan.services.iter().find(|service| service.id.as_str() == name);
    known.map(|service| service.id.clone()).ok_or_else(|| {
        let all = listed(plan.services.iter().map(|service| &service.id));
        format!("there is no service `{name}`; the branch has {all}; several are joined by +")
    })
}

fn lane(about: &str, plan: &Plan) -> Result<Part, String> {
    let example = "write for example lane:vip:target=5";
    let (name, set) = about.split_once(':').ok_or(example)?;
    let known = plan.lanes.iter().find(|lane| lane.id.as_str() == name.trim());
    let known = known.ok_or_else(|| {
        format!(
            "there is no lane `{name}`; the branch has {}; {example}",
            listed(plan.lanes.iter().map(|lane| &lane.id))
        )
    })?;
    let (key, value) = set.split_once('=').ok_or(example)?;
    let setting = Setting::NAMES.iter().find(|(known, _)| *known == key.trim()).map(|(_, setting)| *setting);
    let setting = setting
        .ok_or_else(|| format!("a lane has {}; {example}", listed(Setting::NAMES.iter().map(|(name, _)| name))))?;
    let (least, most) = match setting {
        Setting::Target => (1, MOST),
        Setting::HeadStart | Setting::GuaranteeAfter => (0, MOST),
        Setting::GuaranteeShare => (0, 100),
    };
    let value = value.trim().parse().ok().filter(|value| (least..=most).contains(value));
    let value = value.ok_or_else(|| format!("`{key}` is a whole number from {least} to {most}"))?;
    Ok(Part::Lane { lane: known.id.clone(), setting, value })
}

fn guarantee_the_slowest(plan: &mut Plan) {
    let slowest = plan.lanes.iter().map(|lane| lane.target_s).max();
    let one_is_faster = plan.lanes.iter().any(|lane| Some(lane.target_s) < slowest);
    if one_is_faster && plan.lanes.iter().all(|lane| lane.share1000 == 0) {
        let first = plan.lanes.iter_mut().find(|lane| Some(lane.target_s) == slowest);
        if let Some(lane) = first {
            (lane.guard_after_ms, lane.share1000) = USUAL_GUARANTEE;
        }
    }
}

fn set_lane(plan: &mut Plan, id: &LaneId, setting: Setting, value: i64) {
    let preset = plan.rules.preset;
    let Some(lane) = plan.lanes.iter_mut().find(|lane| lane.id == *id) else { return };
    match setting {
        Setting::Target => {
            lane.target_s = u32::try_from(value * 60).unwrap_or(u32::MAX);
            if preset == Preset::Targets {
                preset.apply(std::slice::from_mut(lane));
            }
        }
        Setting::HeadStart => lane.h100 = value * 100,
        Setting::GuaranteeAfter => lane.guard_after_ms = value * MINUTE,
        Setting::GuaranteeShare => {
            lane.share1000 = value * 10;
            if lane.guard_after_ms == 0 && preset != Preset::Shares {
                lane.guard_after_ms = USUAL_GUARANTEE.0;
            }
        }
    }
}

/// The counter serves these services in all lanes: as it did where it did, else at once.
fn move_counter(plan: &mut Plan, id: &CounterId, services: &[ServiceId]) {
    let Some(place) = plan.counters.iter().position(|counter| counter.id == *id) else { return };
    let counter: &CounterPlan = &plan.counters[place];
    let classes = services.iter().flat_map(|service| plan.lanes.iter().map(move |lane| (service, &lane.id)));
    let skills = classes.map(|(service, lane)| Skill {
        service: Some(service.clone()),
        lane: Some(lane.clone()),
        delay_ms: Some(counter.delay(service, lane).unwrap_or(0)),
    });
    let skills = skills.collect();
    plan.counters[place].skills = skills;
}

/// The counter serves these besides, in all lanes, after a wait: sooner than it did, never later.
fn help_out(plan: &mut Plan, id: &CounterId, help: &Help) {
    let Some(place) = plan.counters.iter().position(|counter| counter.id == *id) else { return };
    let after = Millis::from(help.after_min) * MINUTE;
    let counter: &CounterPlan = &plan.counters[place];
    let classes = plan.services.iter().flat_map(|service| plan.lanes.iter().map(move |lane| (&service.id, &lane.id)));
    let skills = classes.filter_map(|(service, lane)| {
        let delay = counter.delay(service, lane);
        let helped = help.services.contains(service).then_some(after);
        let delay_ms = delay.into_iter().chain(helped).min()?;
        Some(Skill { service: Some(service.clone()), lane: Some(lane.clone()), delay_ms: Some(delay_ms) })
    });
    let skills = skills.collect();
    plan.counters[place].skills = skills;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "change_tests.rs"]
mod tests;
