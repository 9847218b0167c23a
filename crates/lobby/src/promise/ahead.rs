//! What the next half hour gives staff reason to act on. Pure: the forecast and what is known of earlier alerts go in, the
//! codes to alert on come out.
//!
//! An alert is worth having only while it is rare: a code has to look bad twice running, what looks neither good nor bad
//! changes nothing, and whoever has answered is not told the same again for half an hour.

use crate::{controller::View, views};
use planner::estimate::Step;
use queue_core::{AlertKind, Millis, Plan, Timestamp};
use std::collections::BTreeMap;

/// How far ahead the judgement looks, in steps of the forecast: half an hour.
const STEPS_AHEAD: usize = 3;
/// Steps in a row that must look bad.
const IN_A_ROW: usize = 2;
/// Below this share within the target a step looks bad, and only from the other one on good again.
const BAD_BELOW: f64 = 0.5;
const GOOD_FROM: f64 = 0.6;
/// Customers expected in a step from which its share counts: more likely than not somebody comes.
const SOMEBODY: f64 = 0.5;
/// Judgements that must find a code bad, with none in between that finds it good.
const CONFIRMED: u32 = 2;
/// After an answer nothing is said of the same for so long.
const QUIET_MS: Millis = 1_800_000;
/// For so long after the opening of a day nothing is judged: it has hardly begun to show what it will be like.
const OPENING_MS: Millis = 600_000;

/// How the next half hour looks for one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    Between,
    Bad,
}

/// An alert of the forecast that was raised today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raised {
    pub(super) code: String,
    /// When somebody answered it.
    pub(super) acked: Option<Timestamp>,
}

/// What the judgement looks at beside the forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) at: Timestamp,
    /// Since when the business day is open; nothing while it is closed.
    pub(super) opened: Option<Timestamp>,
    pub(super) raised: Vec<Raised>,
    /// By service: whether its numbers are given although who takes one is rather called after closing.
    pub(super) closing: Vec<(String, Verdict)>,
}

impl Seen {
    pub(super) fn of(view: &View<'_>) -> Seen {
        let day = view.branch.day();
        let raised = view.branch.alerts().filter(|alert| alert.subject.alert_kind == AlertKind::Forecast);
        let raised = raised.filter_map(|alert| {
            let code = alert.subject.code.clone()?;
            Some(Raised { code, acked: alert.acked.as_ref().map(|(at, _)| *at) })
        });
        // What the kiosk tells a customer is what staff are told.
        let services = views::menu(view, None, &[]).services.into_iter();
        let closing = services.map(|service| {
            let verdict = if service.open && service.past_closing { Verdict::Bad } else { Verdict::Good };
            (format!("past_closing:{}", service.id), verdict)
        });
        Seen {
            at: view.at,
            opened: day.open.then_some(day.opened_at),
            raised: raised.collect(),
            closing: closing.collect(),
        }
    }

    /// Whether the day has gone on for long enough to be judged.
    pub(super) fn is_judged(&self) -> bool {
        self.opened.is_some_and(|opened| self.at.since(opened) >= OPENING_MS)
    }

    /// Whether an alert about this stands, or was answered a short while ago.
    fn is_told(&self, code: &str) -> bool {
        let mut same = self.raised.iter().filter(|raised| raised.code == code);
        same.any(|raised| raised.acked.is_none_or(|acked| self.at.since(acked) < QUIET_MS))
    }
}

/// How every lane's target fares in the next half hour.
pub(super) fn lanes(plan: &Plan, steps: &[Step]) -> Vec<(String, Verdict)> {
    let soon = &steps[..steps.len().min(STEPS_AHEAD)];
    let lanes = plan.lanes.iter().enumerate();
    lanes.map(|(place, lane)| (format!("late:{}", lane.id), kept(soon, place))).collect()
}

fn kept(steps: &[Step], lane: usize) -> Verdict {
    let shares = steps.iter().map(|step| {
        let lane = step.lanes.get(lane).filter(|lane| lane.come >= SOMEBODY)?;
        lane.in_target
    });
    let shares: Vec<Option<f64>> = shares.collect();
    let under = |limit: f64| {
        shares.windows(IN_A_ROW).any(|row| row.iter().flatten().filter(|s| **s < limit).count() == IN_A_ROW)
    };
    match (under(BAD_BELOW), under(GOOD_FROM)) {
        (true, _) => Verdict::Bad,
        (false, true) => Verdict::Between,
        (false, false) => Verdict::Good,
    }
}

/// Remembers how often each code has looked bad.
#[derive(Debug, Default)]
pub(super) struct Watch {
    bad: BTreeMap<String, u32>,
}

impl Watch {
    /// Nothing has looked bad so far.
    pub(super) fn forget(&mut self) {
        self.bad.clear();
    }

    /// What to alert on now.
    pub(super) fn judge(&mut self, seen: &Seen, lanes: Vec<(String, Verdict)>) -> Vec<String> {
        let mut told = Vec::new();
        for (code, verdict) in lanes.into_iter().chain(seen.closing.iter().cloned()) {
            match verdict {
                Verdict::Good => _ = self.bad.remove(&code),
                Verdict::Between => {}
                Verdict::Bad => {
                    let times = self.bad.entry(code.clone()).or_default();
                    *times = times.saturating_add(1);
                    if *times >= CONFIRMED && !seen.is_told(&code) {
                        told.push(code);
                    }
                }
            }
        }
        told
    }
}

#[cfg(test)]
#[path = "ahead_tests.rs"]
mod tests;
