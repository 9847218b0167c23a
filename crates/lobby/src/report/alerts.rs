//! Alerts of a day: how many, and how soon somebody looked.

use super::{Spread, visit::seconds};
use queue_core::{AlertId, AlertKind, Event, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Alerts of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlertReport {
    /// `needs`, `help`, `dispute`, `last_counter`, `forecast` or `device`.
    pub kind: &'static str,
    /// Raised.
    pub raised: usize,
    /// Answered by somebody.
    pub answered: usize,
    /// Over by themselves before anybody answered.
    pub cleared: usize,
    /// Unanswered for so long that they went to the manager.
    pub escalated: usize,
    /// From raising to the answer.
    pub answer: Spread,
}

#[derive(Debug)]
struct Known {
    kind: AlertKind,
    raised: Timestamp,
    answered: Option<Timestamp>,
    cleared: bool,
    escalated: bool,
}

#[derive(Debug, Default)]
pub(super) struct Alerts(BTreeMap<AlertId, Known>);

impl Alerts {
    pub(super) fn book(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::AlertRaised { alert, subject, .. } => {
                let kind = subject.alert_kind;
                self.0.insert(*alert, Known { kind, raised: at, answered: None, cleared: false, escalated: false });
            }
            Event::AlertAcked { alert, .. } => self.with(*alert, |known| _ = known.answered.get_or_insert(at)),
            Event::AlertCleared { alert } => self.with(*alert, |known| known.cleared = known.answered.is_none()),
            Event::AlertEscalated { alert } => self.with(*alert, |known| known.escalated = true),
            _ => {}
        }
    }

    fn with(&mut self, alert: AlertId, change: impl FnOnce(&mut Known)) {
        if let Some(known) = self.0.get_mut(&alert) {
            change(known);
        }
    }

    pub(super) fn report(&self) -> Vec<AlertReport> {
        let mut kinds: BTreeMap<AlertKind, Vec<&Known>> = BTreeMap::new();
        for known in self.0.values() {
            kinds.entry(known.kind).or_default().push(known);
        }
        let report = |(kind, all): (AlertKind, Vec<&Known>)| {
            let count = |which: fn(&Known) -> bool| all.iter().filter(|known| which(known)).count();
            let waits = all.iter().filter_map(|known| Some(seconds(known.answered?.since(known.raised))));
            AlertReport {
                kind: kind.name(),
                raised: all.len(),
                answered: count(|known| known.answered.is_some()),
                cleared: count(|known| known.cleared),
                escalated: count(|known| known.escalated),
                answer: Spread::of(waits.collect()),
            }
        };
        kinds.into_iter().map(report).collect()
    }
}
