//! A counter's plan at run time: what it takes today in place of what its configuration says.

use crate::{Branch, CounterId, Event, Skill, Timestamp};
use serde::{Deserialize, Serialize};

/// What a counter was told to take, on top of the configuration; ends with the day at the latest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPlan {
    /// What the configuration says; the Plan in force has what the counter takes now.
    pub configured: Vec<Skill>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

impl Branch {
    /// Counters that take something else than their configuration says.
    pub fn run_plans(&self) -> impl Iterator<Item = (&CounterId, &RunPlan)> {
        self.run_plans.iter()
    }

    /// What a counter was told to take in place of what its configuration says, where it was.
    pub fn run_plan(&self, counter: &CounterId) -> Option<&RunPlan> {
        self.run_plans.get(counter)
    }

    pub(crate) fn apply_run_plan(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::CounterPlanned { counter, skills, reason } => {
                let Some(plan) = self.plan.counters.iter_mut().find(|plan| plan.id == *counter) else { return };
                let before = std::mem::replace(&mut plan.skills, skills.clone());
                let run = self.run_plans.entry(counter.clone()).or_insert_with(|| RunPlan {
                    configured: before,
                    reason: String::new(),
                    since: at,
                });
                (run.reason, run.since) = (reason.clone(), at);
            }
            Event::CounterPlanEnded { counter } => {
                let Some(run) = self.run_plans.remove(counter) else { return };
                if let Some(plan) = self.plan.counters.iter_mut().find(|plan| plan.id == *counter) {
                    plan.skills = run.configured;
                }
            }
            _ => {}
        }
    }
}
