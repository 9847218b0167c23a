//! From what a counter takes back to how a configuration writes it.

use queue_core::{CounterPlan, LaneId, Millis, Plan, ServiceId};
use std::collections::BTreeMap;

const MINUTE_MS: Millis = 60_000;

/// `serves` and `overflow` of a counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// `cash`, `cash/vip`, `*/vip` or `*`.
    pub(crate) serves: Vec<String>,
    /// The same, with the minutes from which it counts.
    pub(crate) overflow: Vec<(String, u32)>,
}

/// A delay of a class; `None` is never.
type Delay = Option<Millis>;

/// As short as the patterns allow: lanes across all services, else services across all lanes, else class by class.
pub(crate) fn written(plan: &Plan, counter: &CounterPlan) -> Written {
    let delay = |service: &ServiceId, lane: &LaneId| counter.delay(service, lane);
    let lanes: Vec<(&LaneId, Vec<Delay>)> = plan
        .lanes
        .iter()
        .map(|lane| (&lane.id, plan.services.iter().map(|s| delay(&s.id, &lane.id)).collect()))
        .collect();
    let mut entries: Vec<(String, Millis)> = Vec::new();
    if lanes.iter().all(|(_, delays)| is_one(delays)) {
        let by_lane: Vec<(&LaneId, Delay)> =
            lanes.iter().map(|(lane, delays)| (*lane, delays.first().copied().flatten())).collect();
        let usual = by_lane.iter().all(|(_, delay)| delay.is_some()).then(|| commonest(&by_lane)).flatten();
        entries.extend(usual.map(|usual| ("*".to_owned(), usual)));
        let others = by_lane.into_iter().filter(|(_, delay)| delay.is_some() && *delay != usual);
        entries.extend(others.filter_map(|(lane, delay)| Some((format!("*/{lane}"), delay?))));
    } else {
        for service in &plan.services {
            let delays: Vec<Delay> = plan.lanes.iter().map(|lane| delay(&service.id, &lane.id)).collect();
            if is_one(&delays) {
                entries.extend(delays.first().copied().flatten().map(|delay| (service.id.to_string(), delay)));
            } else {
                let classes = plan.lanes.iter().zip(delays);
                entries
                    .extend(classes.filter_map(|(lane, delay)| Some((format!("{}/{}", service.id, lane.id), delay?))));
            }
        }
    }
    let (at_once, later): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, delay)| *delay == 0);
    let minutes = |delay: Millis| u32::try_from((delay + MINUTE_MS - 1) / MINUTE_MS).unwrap_or(u32::MAX);
    Written {
        serves: at_once.into_iter().map(|(text, _)| text).collect(),
        overflow: later.into_iter().map(|(text, delay)| (text, minutes(delay))).collect(),
    }
}

fn is_one(delays: &[Delay]) -> bool {
    delays.windows(2).all(|pair| pair[0] == pair[1])
}

/// The delay of most lanes; the shortest of several.
fn commonest(lanes: &[(&LaneId, Delay)]) -> Delay {
    let mut counts: BTreeMap<Delay, usize> = BTreeMap::new();
    for (_, delay) in lanes {
        *counts.entry(*delay).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).and_then(|(delay, _)| delay)
}

impl Written {
    /// The lines of a configuration that would make it lasting.
    pub(crate) fn toml(&self, counter: &CounterPlan) -> String {
        let serves: Vec<String> = self.serves.iter().map(|text| format!("{text:?}")).collect();
        let head = format!("[[counters]]\nid = {:?}\nserves = [{}]\n", counter.id.as_str(), serves.join(", "));
        let later: Vec<String> =
            self.overflow.iter().map(|(text, after)| format!("{{ serves = {text:?}, after_min = {after} }}")).collect();
        let points: Vec<String> =
            counter.affinity.iter().map(|(lane, points)| format!("{lane} = {}", points / 100)).collect();
        [
            Some(head),
            (!later.is_empty()).then(|| format!("overflow = [{}]\n", later.join(", "))),
            (!points.is_empty()).then(|| format!("prefers = {{ {} }}\n", points.join(", "))),
            counter.auto_next.then(|| "auto_next = true\n".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::Config;

    const DEMO: &str = include_str!("../../../../config/demo/branch.toml");

    fn demo() -> Config {
        toml::from_str(DEMO).unwrap()
    }

    /// What a counter serves, and what it takes after so many minutes.
    type Odd = (&'static [&'static str], &'static [(&'static str, u32)]);

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let config = demo();
        let plan = config.plan();
        for counter in &plan.counters {
            let Written { serves, overflow } = written(&plan, counter);
            assert_eq!(config.skills(&serves, &overflow), counter.skills, "{serves:?} {overflow:?}");
        }
        let odd: [Odd; 4] = [
            (&["cash/vip", "loan"], &[("account/regular", 5)]),
            (&["*"], &[]),
            (&["*/vip", "*/priority"], &[]),
            (&[], &[("*", 8), ("cash/vip", 1)]),
        ];
        for (serves, overflow) in odd {
            let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            let later: Vec<_> = overflow.iter().map(|(text, min)| ((*text).to_owned(), *min)).collect();
            let counter = CounterPlan { skills: config.skills(&own(serves), &later), ..plan.counters[0].clone() };
            let Written { serves, overflow } = written(&plan, &counter);
            assert_eq!(config.skills(&serves, &overflow), counter.skills, "{serves:?} {overflow:?}");
        }
    }

    #[test]
    fn a_configuration_is_written_as_a_person_would() {
        let plan = demo().plan();
        let fourth = &plan.counters[3];
        let found = written(&plan, fourth);
        assert_eq!(
            (found.serves.clone(), found.overflow.clone()),
            (vec!["*/vip".to_owned()], vec![("*".to_owned(), 8)])
        );
        let text = found.toml(fourth);
        let back: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(back["counters"][0]["overflow"][0]["after_min"].as_integer(), Some(8), "{text}");
        let first = written(&plan, &plan.counters[0]);
        assert_eq!(first.serves, ["cash", "account"]);
    }
}
