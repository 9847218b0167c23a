//! From a configuration to the Plan that the queue works by.

use super::model::{Config, CounterConfig, LaneConfig};
use queue_core::{CounterPlan, LaneId, LanePlan, Millis, Plan, PlanDigest, Rules, ServiceId, ServicePlan, Skill};
use sha2::{Digest, Sha256};

const MINUTE_MS: Millis = 60_000;

impl Config {
    /// The lane of whoever says nothing: `regular` where there is such a lane, else the first.
    pub fn default_lane(&self) -> Option<&str> {
        let regular = self.lanes.iter().find(|lane| lane.id == "regular");
        regular.or_else(|| self.lanes.first()).map(|lane| lane.id.as_str())
    }

    /// What the queue works by. Ask [`super::check`] first: what contradicts itself there is left out here.
    pub fn plan(&self) -> Plan {
        let services: Vec<ServicePlan> = self
            .services
            .iter()
            .map(|service| ServicePlan {
                id: service.id.as_str().into(),
                series: service.series.clone(),
                mean_s: service.mean_min.saturating_mul(60),
                quota: service.quota,
            })
            .collect();
        let mut lanes: Vec<LanePlan> = self.lanes.iter().map(lane).collect();
        self.rules.preset.apply(&mut lanes);
        Plan {
            services,
            lanes,
            counters: self.counters.iter().map(|counter| self.counter(counter)).collect(),
            rules: Rules {
                preset: self.rules.preset,
                min_call_gap_ms: Millis::from(self.rules.min_call_gap_s) * 1_000,
                no_show: self.rules.no_show,
                return_penalty_ms: Millis::from(self.rules.return_penalty_min) * MINUTE_MS,
                pin_ms: Millis::from(self.rules.pin_min) * MINUTE_MS,
                no_show_after_calls: self.rules.no_show_after_calls,
                no_show_gap_ms: Millis::from(self.rules.no_show_gap_s) * 1_000,
                recall_limit: self.rules.recall_limit,
                urgent_lane: self.urgent_lane().map(Into::into),
                sham_under_ms: Millis::from(self.rules.sham_under_s) * 1_000,
                sham_next_ms: Millis::from(self.rules.sham_next_s) * 1_000,
                grace_ms: Millis::from(self.rules.appointment_grace_min) * MINUTE_MS,
                appointment_lane: self.appointment_lane().map(LaneId::from),
                late_lane: self.late_lane().map(LaneId::from),
                identity_required: self.services_for_the_known(),
                identity_live: self.rules.identity_live,
                identity_day: self.rules.identity_day,
                rating_ms: Millis::from(self.rules.rating_s) * 1_000,
                ..Rules::default()
            },
        }
    }

    /// The lane that was named, else the lane `priority`, if there is one.
    fn urgent_lane(&self) -> Option<&str> {
        let usual = || self.lanes.iter().map(|lane| lane.id.as_str()).find(|lane| *lane == "priority");
        self.rules.urgent_lane.as_deref().or_else(usual)
    }

    /// Every class that `serves` takes at once and `overflow` after so many minutes, written out: the most specific of
    /// the entries decides. What names nothing that the branch has stands in it as written, for whoever judges it.
    pub(crate) fn skills(&self, serves: &[String], overflow: &[(String, u32)]) -> Vec<Skill> {
        let at_once = serves.iter().map(|serves| (serves.as_str(), 0));
        let later = overflow.iter().map(|(serves, after)| (serves.as_str(), Millis::from(*after) * MINUTE_MS));
        let entries: Vec<(Pattern<'_>, Millis)> =
            at_once.chain(later).map(|(text, delay)| (Pattern::of(text), delay)).collect();
        let strange = |pattern: &Pattern<'_>| {
            pattern.service.is_some_and(|id| self.services.iter().all(|service| service.id != id))
                || pattern.lane.is_some_and(|id| self.lanes.iter().all(|lane| lane.id != id))
        };
        let mut skills = Vec::new();
        for (pattern, delay) in entries.iter().filter(|(pattern, _)| strange(pattern)) {
            let (service, lane) = (pattern.service.map(ServiceId::from), pattern.lane.map(LaneId::from));
            skills.push(Skill { service, lane, delay_ms: Some(*delay) });
        }
        for service in &self.services {
            for lane in &self.lanes {
                let fitting = entries.iter().filter(|(pattern, _)| pattern.fits(&service.id, &lane.id));
                let best = fitting.max_by_key(|(pattern, delay)| (pattern.specific(), std::cmp::Reverse(*delay)));
                if let Some((_, delay)) = best {
                    let (service, lane) = (Some(service.id.as_str().into()), Some(lane.id.as_str().into()));
                    skills.push(Skill { service, lane, delay_ms: Some(*delay) });
                }
            }
        }
        skills
    }

    fn counter(&self, counter: &CounterConfig) -> CounterPlan {
        let overflow: Vec<_> = counter.overflow.iter().map(|over| (over.serves.clone(), over.after_min)).collect();
        let affinity = counter.prefers.iter().map(|(lane, points)| (lane.as_str().into(), i64::from(*points) * 100));
        CounterPlan {
            id: counter.id.as_str().into(),
            skills: self.skills(&counter.serves, &overflow),
            affinity: affinity.collect(),
            auto_next: counter.auto_next,
        }
    }
}

fn lane(lane: &LaneConfig) -> LanePlan {
    LanePlan {
        id: lane.id.as_str().into(),
        h100: i64::from(lane.head_start) * 100,
        p100: 0, // by the preset
        guard_after_ms: Millis::from(lane.guarantee_after_min.unwrap_or(0)) * MINUTE_MS,
        share1000: i64::from(lane.guarantee_share.unwrap_or(0)) * 10,
        target_s: lane.target_min.saturating_mul(60),
    }
}

/// `service`, `service/lane`, `*/lane` or `*`.
#[derive(Clone, Copy)]
pub(super) struct Pattern<'a> {
    pub(super) service: Option<&'a str>,
    pub(super) lane: Option<&'a str>,
}

impl<'a> Pattern<'a> {
    pub(super) fn of(text: &'a str) -> Pattern<'a> {
        let (service, lane) = text.split_once('/').unwrap_or((text, "*"));
        let named = |part: &'a str| (part != "*").then_some(part);
        Pattern { service: named(service), lane: named(lane) }
    }

    pub(super) fn fits(self, service: &str, lane: &str) -> bool {
        self.service.is_none_or(|wanted| wanted == service) && self.lane.is_none_or(|wanted| wanted == lane)
    }

    /// `service/lane` before `*/lane` before `service` before `*`.
    fn specific(self) -> u8 {
        u8::from(self.service.is_some()) + 2 * u8::from(self.lane.is_some())
    }
}

/// Fingerprint of a Plan: the first 16 hexadecimal digits of SHA-256 over its JSON.
pub fn digest(plan: &Plan) -> PlanDigest {
    use std::fmt::Write as _;
    let json = serde_json::to_vec(plan).unwrap_or_default();
    let hash = Sha256::digest(&json);
    let mut text = String::with_capacity(16);
    for byte in hash.iter().take(8) {
        let _ = write!(text, "{byte:02x}");
    }
    PlanDigest(text)
}
