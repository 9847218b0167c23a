//! What a counter takes at run time, in place of what its configuration says, until the day ends.

use super::{Judgement, require_reason};
use crate::{Branch, CounterId, CounterPlan, CounterState, Event, Refusal, Skill};

impl Branch {
    pub(super) fn decide_plan_counter(
        &self,
        id: &CounterId,
        skills: &[Skill],
        reason: &str,
        confirm: bool,
    ) -> Judgement {
        self.known_counter(id)?;
        for skill in skills {
            if let Some(service) = skill.service.as_ref().filter(|service| self.plan.service(service).is_none()) {
                return Err(Refusal::UnknownService(service.clone()));
            }
            if let Some(lane) = skill.lane.as_ref().filter(|lane| self.plan.lane(lane).is_none()) {
                return Err(Refusal::UnknownLane(lane.clone()));
            }
        }
        if skills.iter().all(|skill| skill.delay_ms.is_none()) {
            return Err(Refusal::ServesNobody(id.clone()));
        }
        require_reason(reason)?;
        if self.plan.counter(id).is_some_and(|plan| plan.skills == skills) {
            return Ok(Vec::new());
        }
        let configured = self.run_plans.get(id).is_some_and(|run| run.configured == skills);
        let fact = if configured {
            Event::CounterPlanEnded { counter: id.clone() }
        } else {
            Event::CounterPlanned { counter: id.clone(), skills: skills.to_vec(), reason: reason.trim().to_owned() }
        };
        self.unless_left_alone(id, skills, confirm, fact)
    }

    pub(super) fn decide_end_counter_plan(&self, id: &CounterId, confirm: bool) -> Judgement {
        self.known_counter(id)?;
        let Some(run) = self.run_plans.get(id) else { return Ok(Vec::new()) };
        self.unless_left_alone(id, &run.configured, confirm, Event::CounterPlanEnded { counter: id.clone() })
    }

    /// The fact, unless it leaves people waiting for nobody and nobody has said that this is meant. Staff are told.
    fn unless_left_alone(&self, id: &CounterId, skills: &[Skill], confirm: bool, fact: Event) -> Judgement {
        let numbers = self.left_alone(id, skills);
        let alert = match (numbers.is_empty(), confirm) {
            (true, _) => None,
            (false, true) => self.alert_of_last(id),
            (false, false) => return Err(Refusal::LeavesNobody { counter: id.clone(), numbers }),
        };
        Ok([Some(fact), alert].into_iter().flatten().collect())
    }

    /// Numbers that wait and that of all open counters only this one takes, and would no longer.
    fn left_alone(&self, id: &CounterId, skills: &[Skill]) -> Vec<String> {
        let open = |id: &CounterId| self.counters.get(id).is_some_and(|counter| counter.state == CounterState::Open);
        let Some(now) = self.plan.counter(id).filter(|_| open(id)) else { return Vec::new() };
        let then = CounterPlan { skills: skills.to_vec(), ..now.clone() };
        let left = self.queues.classes().filter(|(service, lane, queue)| {
            let others = || self.plan.counters.iter().filter(|other| other.id != *id && open(&other.id));
            !queue.is_empty()
                && now.delay(service, lane).is_some()
                && then.delay(service, lane).is_none()
                && !others().any(|other| other.delay(service, lane).is_some())
        });
        let tickets = left.flat_map(|(_, _, queue)| queue).filter_map(|place| self.tickets.get(&place.ticket));
        tickets.map(|ticket| ticket.number.clone()).collect()
    }

    /// At the end of the day every counter is what its configuration says again.
    pub(super) fn end_run_plans(&self) -> impl Iterator<Item = Event> + '_ {
        self.run_plans.keys().map(|counter| Event::CounterPlanEnded { counter: counter.clone() })
    }
}
