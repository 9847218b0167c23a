//! Plans at run time on the naive branch: what a counter takes today.

use super::naive::Naive;
use queue_core::*;

impl Naive {
    pub fn act_plan(&mut self, t: i64, wish: &Command) -> Result<(), &'static str> {
        let (k, skills, confirm) = match wish {
            Command::PlanCounter { counter, skills, reason, confirm } => {
                let k = self.k(counter)?;
                self.may_plan(skills, reason)?;
                (k, skills.clone(), *confirm)
            }
            Command::EndCounterPlan { counter, confirm } => {
                let k = self.k(counter)?;
                let Some(configured) = self.configured[k].clone() else { return Ok(()) };
                (k, configured, *confirm)
            }
            _ => return Ok(()),
        };
        if self.plan.counters[k].skills == skills && matches!(wish, Command::PlanCounter { .. }) {
            return Ok(());
        }
        let mut then = self.clone();
        then.plan.counters[k].skills.clone_from(&skills);
        let open = |j: usize| self.counters[j].state == CounterState::Open;
        let takes = |naive: &Naive, j: usize, i: usize| {
            open(j) && naive.delay(j, &naive.tickets[i].service, &naive.tickets[i].lane).is_some()
        };
        let waits = |i: &usize| self.tickets[*i].state == TicketState::Waiting && self.tickets[*i].pin.is_none();
        // Whoever somebody open took before, and nobody open takes after.
        let left = (0..self.tickets.len()).filter(waits).any(|i| {
            (0..self.counters.len()).any(|j| takes(self, j, i)) && !(0..self.counters.len()).any(|j| takes(&then, j, i))
        });
        if left && !confirm {
            return Err("leaves_nobody");
        }
        if left {
            self.raise(t, AlertKind::LastCounter, k, None, false);
        }
        let configured = self.configured[k].take().unwrap_or_else(|| self.plan.counters[k].skills.clone());
        self.configured[k] = (configured != skills).then_some(configured);
        self.plan.counters[k].skills = skills;
        Ok(())
    }

    fn may_plan(&self, skills: &[Skill], reason: &str) -> Result<(), &'static str> {
        let unknown =
            |skill: &Skill| skill.service.as_ref().is_some_and(|service| self.plan.service(service).is_none());
        if skills.iter().any(unknown) {
            return Err("unknown_service");
        } else if skills.iter().all(|skill| skill.delay_ms.is_none()) {
            return Err("serves_nobody");
        } else if reason.is_empty() {
            return Err("reason_missing");
        }
        Ok(())
    }

    /// The day is over.
    pub fn end_plans(&mut self) {
        for k in 0..self.configured.len() {
            if let Some(configured) = self.configured[k].take() {
                self.plan.counters[k].skills = configured;
            }
        }
    }
}
