//! The Plan in force and the business day.

use super::Judgement;
use crate::{Branch, BusinessDay, CounterState, DayCounts, Event, Plan, PlanDigest, Refusal, Ticket, TicketState};

impl Branch {
    pub(super) fn decide_adopt_plan(&self, plan: &Plan, digest: &PlanDigest) -> Judgement {
        if *digest == self.digest {
            return Ok(Vec::new());
        }
        let stranded: Vec<String> = self
            .tickets
            .values()
            .filter(|ticket| ticket.state.is_live() && !(fits(plan, ticket) && self.still_served(plan, ticket)))
            .map(|ticket| ticket.number.clone())
            .collect();
        if self.day.open && !stranded.is_empty() {
            return Err(Refusal::PlanInUse(stranded));
        }
        let mut difference = difference(&self.plan, plan);
        let ended = self.run_plans.keys().map(|counter| format!("what counter {counter} was told to take today ends"));
        difference.extend(ended);
        Ok(vec![Event::PlanAdopted { digest: digest.clone(), difference, plan: Box::new(plan.clone()) }])
    }

    /// Whether some counter can take the ticket under the new Plan, or none could under the old one either.
    fn still_served(&self, plan: &Plan, ticket: &Ticket) -> bool {
        let able = |plan: &Plan| plan.counters.iter().any(|c| c.delay(&ticket.service, &ticket.lane).is_some());
        able(plan) || !able(&self.plan)
    }

    pub(super) fn decide_open_day(&self, day: &BusinessDay) -> Judgement {
        if self.plan.services.is_empty() {
            return Err(Refusal::NoPlan);
        }
        match &self.day.day {
            Some(open) if self.day.open && open == day => Ok(Vec::new()),
            Some(open) if self.day.open => Err(Refusal::DayOpen(open.clone())),
            _ => {
                // Another day forgets the paper of the one before. What is still under way gets its outcome while it is known.
                let another = self.day.day.as_ref() != Some(day);
                let mut facts = if another { self.end_started_prints() } else { Vec::new() };
                facts.push(Event::DayOpened { day: day.clone() });
                Ok(facts)
            }
        }
    }

    pub(super) fn decide_start_draining(&self) -> Judgement {
        match (self.day.open, self.draining) {
            (false, _) => Err(Refusal::DayClosed),
            (true, true) => Ok(Vec::new()),
            (true, false) => Ok(vec![Event::DrainingStarted]),
        }
    }

    pub(super) fn decide_close_day(&self, force: bool) -> Judgement {
        let Some(day) = self.day.day.clone().filter(|_| self.day.open) else { return Ok(Vec::new()) };
        let live = || self.tickets.values().filter(|ticket| ticket.state.is_live());
        let busy: Vec<String> =
            live().filter(|ticket| ticket.state != TicketState::Waiting).map(|ticket| ticket.number.clone()).collect();
        let forced = !busy.is_empty();
        if forced && !force {
            return Err(Refusal::DayBusy(busy));
        }
        let mut facts: Vec<Event> = live().map(|ticket| Event::Expired { ticket: ticket.id.clone() }).collect();
        let expired = self.counts.expired + u64::try_from(facts.len()).unwrap_or(u64::MAX);
        let open = self.counters.values().filter(|counter| counter.state != CounterState::Closed);
        facts.extend(open.map(|counter| Event::CounterClosed { counter: counter.id.clone(), reason: None }));
        facts.extend(self.end_run_plans());
        facts.extend(self.end_queued_prints());
        facts.push(Event::DayClosed { day, counts: DayCounts { expired, ..self.counts.clone() }, forced });
        Ok(facts)
    }
}

/// Whether a live ticket could still be served under the Plan.
fn fits(plan: &Plan, ticket: &Ticket) -> bool {
    let at_counter = ticket.state != TicketState::Waiting;
    plan.service(&ticket.service).is_some()
        && plan.lane(&ticket.lane).is_some()
        && ticket.then.iter().all(|service| plan.service(service).is_some())
        && ticket.counter.as_ref().is_none_or(|counter| !at_counter || plan.counter(counter).is_some())
        && ticket.pin.as_ref().is_none_or(|pin| plan.counter(&pin.counter).is_some())
}

/// What a manager should read when the rules changed: a sentence a thing, in the order of the Plan.
fn difference(old: &Plan, new: &Plan) -> Vec<String> {
    fn compare<T: PartialEq>(kind: &str, old: &[T], new: &[T], id: impl Fn(&T) -> String, into: &mut Vec<String>) {
        for thing in new {
            match old.iter().find(|known| id(known) == id(thing)) {
                None => into.push(format!("{kind} {} added", id(thing))),
                Some(known) if known != thing => into.push(format!("{kind} {} changed", id(thing))),
                Some(_) => {}
            }
        }
        let gone = old.iter().filter(|known| !new.iter().any(|thing| id(thing) == id(known)));
        into.extend(gone.map(|known| format!("{kind} {} removed", id(known))));
    }
    let mut lines = Vec::new();
    compare("service", &old.services, &new.services, |service| service.id.to_string(), &mut lines);
    compare("lane", &old.lanes, &new.lanes, |lane| lane.id.to_string(), &mut lines);
    compare("counter", &old.counters, &new.counters, |counter| counter.id.to_string(), &mut lines);
    if old.rules != new.rules {
        lines.push("rules changed".to_owned());
    }
    lines
}
