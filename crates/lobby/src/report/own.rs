//! A clerk's own day in numbers, while it lasts: read on from where the last question stopped.

use super::{measure::count, visit::seconds};
use crate::journal::{self, JournalError};
use queue_core::{BusinessDay, CounterId, Event, LaneId, TicketId, Timestamp};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Waits that the branch aims at, by lane. Seconds.
pub type Targets = BTreeMap<String, u32>;

/// Whose day.
#[derive(Clone, Debug)]
pub struct Whose {
    /// Which day.
    pub day: BusinessDay,
    /// The counter.
    pub counter: CounterId,
    /// The staff number of whoever works there and asks; their day at every counter then.
    pub staff: Option<String>,
}

/// The day in numbers of whoever works at a counter, so far. Lengths of time are seconds.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OwnDay {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// The counter that was asked for.
    pub counter: String,
    /// Whose numbers these are, at whatever counter; `null` for everybody's at this one.
    #[schema(required)]
    pub staff: Option<String>,
    /// Numbers called.
    pub calls: usize,
    /// Served to the end.
    pub served: usize,
    /// Called and did not come.
    pub no_shows: usize,
    /// Sent on to another service or counter.
    pub sent_on: usize,
    /// Mean from arrival, else call, to the end of the service; without suspected sham services.
    #[schema(required)]
    pub mean_service_s: Option<f64>,
    /// Mean wait of those who were called.
    #[schema(required)]
    pub mean_wait_s: Option<f64>,
    /// Share of them who waited no longer than the target of their lane, from 0 to 1.
    #[schema(required)]
    pub in_target: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Served { sham: bool },
    NoShow,
    SentOn,
}

/// One call and what came of it.
#[derive(Clone, Debug)]
struct Call {
    counter: CounterId,
    staff: Option<String>,
    lane: Option<LaneId>,
    waited_ms: i64,
    since: Timestamp,
    end: Option<(Timestamp, End)>,
}

/// The calls of a business day.
#[derive(Debug)]
pub struct OwnBook {
    day: BusinessDay,
    /// The last row that was read; none before the first reading.
    read: Option<i64>,
    lanes: BTreeMap<TicketId, LaneId>,
    staff: BTreeMap<CounterId, String>,
    calls: Vec<Call>,
    /// The newest call of a ticket, by place.
    last: BTreeMap<TicketId, usize>,
}

impl OwnBook {
    /// Nothing read yet.
    pub fn new(day: BusinessDay) -> OwnBook {
        let (lanes, staff, last) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        OwnBook { day, read: None, lanes, staff, calls: Vec::new(), last }
    }

    /// Which day.
    pub fn day(&self) -> &BusinessDay {
        &self.day
    }

    /// Reads on.
    ///
    /// # Errors
    /// [`JournalError`] when the journal cannot be read.
    pub fn read(&mut self, db: &Connection) -> Result<(), JournalError> {
        let last = if let Some(after) = self.read {
            journal::facts(
                db,
                after,
                |_| true,
                |row| {
                    self.book(row.at, &row.fact);
                    true
                },
            )?
        } else {
            let (day, mut last) = (self.day.clone(), None);
            journal::day(db, &day, |row| {
                self.book(row.at, &row.fact);
                last = Some(row.seq);
            })?;
            last.map_or_else(|| journal::last(db), Ok)?
        };
        self.read = Some(last);
        Ok(())
    }

    fn book(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::Issued { ticket, lane, .. }
            | Event::LaneChanged { ticket, lane, .. }
            | Event::Transferred { ticket, lane, .. } => _ = self.lanes.insert(ticket.clone(), lane.clone()),
            Event::CounterOpened { counter, staff: Some(staff), .. } | Event::StaffNamed { counter, staff, .. } => {
                self.staff.insert(counter.clone(), staff.clone());
            }
            Event::CounterOpened { counter, staff: None, .. }
            | Event::CounterClosed { counter, .. }
            | Event::StaffLeft { counter, .. } => {
                self.staff.remove(counter);
            }
            Event::Called { ticket, counter, waited_ms, .. } => self.called(at, ticket, counter, *waited_ms),
            Event::Undone { ticket, lane, uncalled, .. } => {
                self.lanes.insert(ticket.clone(), lane.clone());
                self.change(ticket, |call| call.end = None);
                if let Some(uncalled) = uncalled {
                    self.take_back(&uncalled.ticket);
                }
            }
            Event::Arrived { ticket, .. } => self.change(ticket, |call| call.since = at),
            _ => {}
        }
        match fact {
            Event::Finished { ticket, sham, .. } => self.end(at, ticket, End::Served { sham: *sham }),
            Event::NoShow { ticket, .. } => self.end(at, ticket, End::NoShow),
            Event::Transferred { ticket, .. } => self.end(at, ticket, End::SentOn),
            Event::Returned { ticket, .. } => self.take_back(ticket),
            _ => {}
        }
    }

    fn called(&mut self, at: Timestamp, ticket: &TicketId, counter: &CounterId, waited_ms: i64) {
        let (staff, lane) = (self.staff.get(counter).cloned(), self.lanes.get(ticket).cloned());
        self.last.insert(ticket.clone(), self.calls.len());
        self.calls.push(Call { counter: counter.clone(), staff, lane, waited_ms, since: at, end: None });
    }

    fn end(&mut self, at: Timestamp, ticket: &TicketId, end: End) {
        self.change(ticket, |call| call.end = Some((at, end)));
    }

    fn change(&mut self, ticket: &TicketId, change: impl FnOnce(&mut Call)) {
        if let Some(call) = self.last.get(ticket).and_then(|place| self.calls.get_mut(*place)) {
            change(call);
        }
    }

    /// The newest call of the ticket was none, unless it had its end.
    fn take_back(&mut self, ticket: &TicketId) {
        let Some(place) = self.last.remove(ticket) else { return };
        if self.calls.get(place).is_some_and(|call| call.end.is_none()) {
            self.calls.remove(place);
            self.last.values_mut().filter(|later| **later > place).for_each(|later| *later -= 1);
        }
    }

    /// The numbers of whoever asks.
    pub fn of(&self, whose: &Whose, targets: &Targets) -> OwnDay {
        let own = |call: &&Call| match &whose.staff {
            Some(staff) => call.staff.as_ref() == Some(staff),
            None => call.counter == whose.counter,
        };
        let calls: Vec<&Call> = self.calls.iter().filter(own).collect();
        let ended =
            |which: fn(End) -> bool| calls.iter().filter(|call| call.end.is_some_and(|(_, end)| which(end))).count();
        let services: Vec<f64> = calls.iter().filter_map(|call| call.service_s()).collect();
        let waits: Vec<f64> = calls.iter().map(|call| seconds(call.waited_ms.max(0))).collect();
        let kept = calls.iter().filter_map(|call| {
            let target = targets.get(call.lane.as_ref()?.as_str())?;
            Some(call.waited_ms <= i64::from(*target) * 1_000)
        });
        let kept: Vec<bool> = kept.collect();
        OwnDay {
            day: self.day.as_str().to_owned(),
            counter: whose.counter.as_str().to_owned(),
            staff: whose.staff.clone(),
            calls: calls.len(),
            served: ended(|end| matches!(end, End::Served { .. })),
            no_shows: ended(|end| end == End::NoShow),
            sent_on: ended(|end| end == End::SentOn),
            mean_service_s: super::measure::mean(&services),
            mean_wait_s: super::measure::mean(&waits),
            in_target: (!kept.is_empty()).then(|| count(kept.iter().filter(|kept| **kept).count()) / count(kept.len())),
        }
    }
}

impl Call {
    fn service_s(&self) -> Option<f64> {
        let (at, End::Served { sham: false }) = self.end? else { return None };
        Some(seconds(at.since(self.since).max(0)))
    }
}
