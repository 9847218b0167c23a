//! Alerts: raised once, answered by staff, given to the manager when nobody answers.

use super::Judgement;
use crate::{
    Actor, Alert, AlertId, AlertKind, AlertSubject, Branch, CounterId, Event, Refusal, Ticket, Timestamp,
    alert::{ESCALATES_AFTER_MS, GREETER_HAS_MS},
};

impl Branch {
    pub(super) fn decide_raise(
        &self,
        subject: &AlertSubject,
        reason: Option<&str>,
        language: Option<&str>,
    ) -> Judgement {
        let mut subject = subject.clone();
        if let Some(counter) = &subject.counter {
            self.known_counter(counter)?;
            subject.ticket = subject.ticket.or_else(|| self.ticket_at(counter).map(|ticket| ticket.id.clone()));
        }
        if let Some(ticket) = &subject.ticket {
            self.known_ticket(ticket)?;
        }
        let said = reason.map(str::trim).filter(|said| !said.is_empty());
        Ok(self.raise(subject, said, language).into_iter().collect())
    }

    /// The fact that such an alert would be, unless one is open.
    fn raise(&self, subject: AlertSubject, reason: Option<&str>, language: Option<&str>) -> Option<Event> {
        if self.open_alert(&subject).is_some() {
            return None;
        }
        let (reason, language) = (reason.map(str::to_owned), language.map(str::to_owned));
        Some(Event::AlertRaised { alert: AlertId(self.last_alert + 1), subject, reason, language })
    }

    /// The alert about just this that nobody has answered yet.
    pub fn open_alert(&self, subject: &AlertSubject) -> Option<&Alert> {
        self.alerts.values().rev().find(|alert| alert.is_open() && alert.subject == *subject)
    }

    pub(super) fn decide_ack(&self, actor: &Actor, id: AlertId) -> Judgement {
        let alert = self.alerts.get(&id).ok_or(Refusal::UnknownAlert)?;
        Ok(alert.is_open().then(|| Event::AlertAcked { alert: id, by: actor.clone() }).into_iter().collect())
    }

    /// What it was about is over. An alert that somebody has answered stays as it is.
    pub(super) fn decide_clear(&self, subject: &AlertSubject) -> Vec<Event> {
        self.open_alert(subject).map(|alert| Event::AlertCleared { alert: alert.id }).into_iter().collect()
    }

    /// Alerts that have waited too long for an answer.
    pub(crate) fn overdue_alerts(&self, at: Timestamp) -> Vec<Event> {
        let overdue = self.unanswered.iter().take_while(|(due, _)| *due <= at);
        overdue.map(|(_, alert)| Event::AlertEscalated { alert: *alert }).collect()
    }

    /// When the next alert goes to the manager.
    pub(crate) fn next_escalation(&self) -> Option<Timestamp> {
        self.unanswered.first().map(|(due, _)| *due)
    }

    /// Somebody with needs is looked for before the number is missed: the first press alerts the greeter.
    pub(super) fn look_for(
        &self,
        at: Timestamp,
        counter: &CounterId,
        ticket: &Ticket,
    ) -> Result<Option<Event>, Refusal> {
        if ticket.needs.is_empty() {
            return Ok(None);
        }
        let subject =
            AlertSubject { ticket: Some(ticket.id.clone()), ..AlertSubject::at(AlertKind::Needs, counter.clone()) };
        // An alert of an earlier call says nothing about this one.
        let of_this_call = |alert: &&Alert| ticket.called_at.is_none_or(|called| alert.raised_at >= called);
        let known = self.alerts.values().rev().find(|alert| alert.subject == subject).filter(of_this_call);
        let Some(known) = known else {
            let id = AlertId(self.last_alert + 1);
            return Ok(Some(Event::AlertRaised {
                alert: id,
                subject,
                reason: None,
                language: ticket.language.clone(),
            }));
        };
        match GREETER_HAS_MS - at.since(known.raised_at) {
            left if left > 0 => Err(Refusal::GreeterAlerted { wait_s: left.unsigned_abs().div_ceil(1_000) }),
            _ => Ok(None),
        }
    }

    /// The alert that people wait whom nobody serves, now that this counter stops.
    pub(super) fn alert_of_last(&self, counter: &CounterId) -> Option<Event> {
        self.raise(AlertSubject::at(AlertKind::LastCounter, counter.clone()), None, None)
    }

    /// Whether somebody waits whom this counter may take, now or later, and no other open one.
    pub fn is_last_for_somebody(&self, id: &CounterId) -> bool {
        let Some(plan) = self.plan.counter(id) else { return false };
        let open = |other: &CounterId| {
            other != id && self.counters.get(other).is_some_and(|c| c.state == crate::CounterState::Open)
        };
        self.waiting().keys().any(|(service, lane)| {
            plan.delay(service, lane).is_some()
                && !self.plan.counters.iter().any(|other| open(&other.id) && other.delay(service, lane).is_some())
        })
    }

    /// All alerts of the day, oldest first.
    pub fn alerts(&self) -> impl DoubleEndedIterator<Item = &Alert> {
        self.alerts.values()
    }

    /// The alert of that id, if it is of the current day.
    pub fn alert(&self, id: AlertId) -> Option<&Alert> {
        self.alerts.get(&id)
    }

    /// Whether somebody has answered this counter's call for help and it has not called a customer since: the lamp
    /// "help is coming" of its unit.
    pub fn is_help_coming(&self, counter: &CounterId) -> bool {
        let since = self.counters.get(counter).and_then(|counter| counter.last_call).unwrap_or_default();
        self.alerts.values().any(|alert| {
            matches!(alert.subject.alert_kind, AlertKind::Help | AlertKind::Dispute)
                && alert.subject.counter.as_ref() == Some(counter)
                && alert.acked.as_ref().is_some_and(|(acked, _)| *acked > since)
        })
    }

    pub(crate) fn apply_alert(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::AlertRaised { alert: id, subject, reason, language } => {
                self.last_alert = self.last_alert.max(id.0);
                self.unanswered.insert((at.plus(ESCALATES_AFTER_MS), *id));
                let alert = Alert {
                    id: *id,
                    subject: subject.clone(),
                    reason: reason.clone(),
                    language: language.clone(),
                    raised_at: at,
                    acked: None,
                    escalated_at: None,
                    cleared_at: None,
                };
                self.alerts.insert(*id, alert);
            }
            Event::AlertAcked { alert: id, by } => {
                if let Some(alert) = self.alerts.get_mut(id) {
                    alert.acked = Some((at, by.clone()));
                    self.unanswered.remove(&(alert.raised_at.plus(ESCALATES_AFTER_MS), *id));
                }
            }
            Event::AlertCleared { alert: id } => {
                if let Some(alert) = self.alerts.get_mut(id) {
                    alert.cleared_at = Some(at);
                    self.unanswered.remove(&(alert.raised_at.plus(ESCALATES_AFTER_MS), *id));
                }
            }
            Event::AlertEscalated { alert: id } => {
                if let Some(alert) = self.alerts.get_mut(id) {
                    alert.escalated_at = Some(at);
                    self.unanswered.remove(&(alert.raised_at.plus(ESCALATES_AFTER_MS), *id));
                }
            }
            _ => {}
        }
    }
}

/// The refusal that goes with facts which only prepare what was wished: whoever pressed *no-show* reads that the
/// greeter was alerted first.
pub(crate) fn not_yet(facts: &[Event]) -> Option<Refusal> {
    let looked_for =
        |fact: &Event| matches!(fact, Event::AlertRaised { subject, .. } if subject.alert_kind == AlertKind::Needs);
    let wait_s = GREETER_HAS_MS.unsigned_abs() / 1_000;
    facts.iter().any(looked_for).then_some(Refusal::GreeterAlerted { wait_s })
}
