//! The day of each clerk, wherever they worked.

use super::{station::Station, visit::seconds};
use queue_core::{CounterId, Event, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One clerk, over all counters.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StaffReport {
    /// Staff number.
    pub staff: String,
    /// Numbers called.
    pub calls: usize,
    /// Served to the end of the service.
    pub served: usize,
    /// At an open counter, pauses included.
    pub open_s: f64,
    /// Paused.
    pub paused_s: f64,
    /// With a customer, from call to end.
    pub busy_s: f64,
    /// Busy over open minus paused.
    #[schema(required)]
    pub utilisation: Option<f64>,
}

/// Who worked where, and what came of it. A counter whose clerk nobody named counts for nobody.
#[derive(Debug, Default)]
pub(super) struct Clerks {
    at: BTreeMap<CounterId, String>,
    days: BTreeMap<String, Station>,
    /// Since when a customer is at a counter, for whoever takes it over.
    busy: BTreeMap<CounterId, Timestamp>,
}

impl Clerks {
    pub(super) fn book(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::CounterOpened { counter, staff: Some(staff), .. } | Event::StaffNamed { counter, staff, .. } => {
                self.come(at, counter, staff);
            }
            Event::CounterClosed { counter, .. } => {
                self.busy.remove(counter);
                self.go(at, counter);
            }
            // The customer who is there is the next one's.
            Event::StaffLeft { counter, .. } => self.go(at, counter),
            Event::CounterPaused { counter, .. } => self.with(counter, |day| _ = day.paused.get_or_insert(at)),
            Event::CounterResumed { counter } => self.with(counter, |day| day.resume(at)),
            Event::Called { counter, .. } => {
                self.busy.insert(counter.clone(), at);
                self.with(counter, |day| {
                    day.calls += 1;
                    day.busy = Some(at);
                });
            }
            Event::TicketResumed { counter, .. } => {
                self.busy.insert(counter.clone(), at);
                self.with(counter, |day| day.busy = Some(at));
            }
            Event::Finished { counter, .. } => {
                self.leave(at, counter);
                self.with(counter, |day| day.served += 1);
            }
            Event::NoShow { counter, .. }
            | Event::Held { counter, .. }
            | Event::Transferred { counter, .. }
            | Event::Returned { counter, .. } => self.leave(at, counter),
            _ => {}
        }
    }

    fn go(&mut self, at: Timestamp, counter: &CounterId) {
        if let Some(day) = self.at.remove(counter).and_then(|staff| self.days.get_mut(&staff)) {
            day.close(at);
        }
    }

    /// The counter's last act is taken back; whether it was a service to the end, and whether a call went with it.
    pub(super) fn undone(&mut self, at: Timestamp, counter: &CounterId, served: bool, called: bool) {
        self.leave(at, counter);
        self.busy.insert(counter.clone(), at);
        self.with(counter, |day| {
            day.busy = Some(at);
            day.served = day.served.saturating_sub(usize::from(served));
            day.calls = day.calls.saturating_sub(usize::from(called));
        });
    }

    fn come(&mut self, at: Timestamp, counter: &CounterId, staff: &str) {
        if self.at.get(counter).is_some_and(|there| there == staff) {
            return;
        }
        self.with(counter, |day| day.close(at));
        self.at.insert(counter.clone(), staff.to_owned());
        let busy = self.busy.get(counter).map(|_| at);
        let day = self.days.entry(staff.to_owned()).or_default();
        day.open.get_or_insert(at);
        day.busy = day.busy.or(busy);
    }

    fn leave(&mut self, at: Timestamp, counter: &CounterId) {
        self.busy.remove(counter);
        self.with(counter, |day| _ = day.leave(at));
    }

    fn with(&mut self, counter: &CounterId, change: impl FnOnce(&mut Station)) {
        if let Some(day) = self.at.get(counter).and_then(|staff| self.days.get_mut(staff)) {
            change(day);
        }
    }

    /// The day until its last fact.
    pub(super) fn report(mut self, last: Timestamp) -> Vec<StaffReport> {
        for day in self.days.values_mut() {
            day.close(last);
        }
        let report = |(staff, day): (String, Station)| StaffReport {
            staff,
            calls: day.calls,
            served: day.served,
            open_s: seconds(day.open_ms),
            paused_s: seconds(day.paused_ms),
            busy_s: seconds(day.busy_ms),
            utilisation: day.utilisation(),
        };
        self.days.into_iter().map(report).collect()
    }
}
