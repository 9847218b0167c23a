//! Booking facts of the business day and of tickets away from a counter.

use crate::{Branch, DayState, Event, Ticket, TicketState, Timestamp, queues::Queues};
use std::collections::BTreeSet;

/// Days whose last numbers are remembered: a day that is opened again, also after a clock ran ahead and another day
/// stood open for a while, goes on where it stopped.
const SERIES_DAYS: usize = 40;

impl Branch {
    pub(crate) fn apply_day(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::DayOpened { day } => {
                if self.day.day.as_ref() != Some(day) {
                    self.tickets.clear();
                    self.queues = Queues::default();
                    self.jobs.clear();
                    self.unfinished.clear();
                    self.alerts.clear();
                    self.unanswered.clear();
                    self.counts = crate::DayCounts::default();
                    self.taken.clear();
                    self.by_identity.clear();
                    self.forget_old_appointments(day);
                }
                self.draining = false;
                self.day = DayState { day: Some(day.clone()), open: true, opened_at: at };
                self.series.entry(day.clone()).or_default();
                while self.series.len() > SERIES_DAYS
                    && let Some(oldest) = self.series.keys().find(|known| *known != day).cloned()
                {
                    self.series.remove(&oldest);
                }
            }
            Event::DrainingStarted => (self.draining, self.draining_since) = (true, at),
            Event::DrainingEnded => self.draining = false,
            Event::HoursSet { hours, .. } => self.hours.clone_from(hours),
            Event::DayClosed { .. } => {
                self.day.open = false;
                self.draining = false;
                self.credit.clear();
            }
            _ => {}
        }
    }

    fn apply_issue(&mut self, at: Timestamp, fact: &Event) {
        let Event::Issued {
            ticket,
            number,
            service,
            lane,
            sequence,
            origin,
            language,
            kiosk,
            identity,
            appointment,
            needs,
            then,
            promise,
            ..
        } = fact
        else {
            return;
        };
        let issued = Ticket {
            id: ticket.clone(),
            number: number.clone(),
            service: service.clone(),
            lane: lane.clone(),
            sequence: *sequence,
            issued_at: at,
            origin: *origin,
            state: TicketState::Waiting,
            counter: None,
            called_at: None,
            times: 0,
            why: None,
            arrived_at: None,
            waited_ms: 0,
            missed_at: None,
            held_at: None,
            returns: 0,
            pin: None,
            language: language.clone(),
            kiosk: kiosk.clone(),
            needs: needs.clone(),
            then: then.clone(),
            identity: identity.clone(),
            job: None,
            promise: *promise,
            last_called_at: None,
            pin_before: None,
            flags: BTreeSet::new(),
            deferred: false,
            served: None,
            notes: 0,
        };
        self.book_number(&issued);
        if appointment.is_none() {
            *self.taken.entry(service.clone()).or_default() += 1;
        }
        self.sequence = self.sequence.max(*sequence);
        self.counts.issued += 1;
        self.apply_appointment(fact);
        if let Some(identity) = identity {
            self.by_identity.entry(identity.clone()).or_default().push(ticket.clone());
        }
        self.queues.insert(&issued);
        self.tickets.insert(ticket.clone(), issued);
    }

    /// The last number of its series in this business day.
    fn book_number(&mut self, issued: &Ticket) {
        let planned = self.plan.service(&issued.service).map(|plan| plan.series.as_str());
        let (series, digits) = match planned.and_then(|series| Some((series, issued.number.strip_prefix(series)?))) {
            Some(split) => split,
            None => issued.number.split_at(issued.number.find(|c: char| c.is_ascii_digit()).unwrap_or(0)),
        };
        let (Some(day), Ok(number)) = (&self.day.day, digits.parse::<u32>()) else { return };
        let last = self.series.entry(day.clone()).or_default().entry(series.to_owned()).or_default();
        *last = number.max(*last);
    }

    pub(crate) fn apply_ticket(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::Issued { .. } => self.apply_issue(at, fact),
            Event::Cancelled { ticket, .. } => {
                self.counts.cancelled += 1;
                if self.tickets.get(ticket).is_some_and(|ticket| ticket.state == TicketState::NoShow) {
                    self.counts.no_show = self.counts.no_show.saturating_sub(1); // counted once, as what it came to
                }
                self.end(ticket, TicketState::Cancelled);
            }
            Event::Expired { ticket } => {
                self.counts.expired += 1;
                self.end(ticket, TicketState::Expired);
            }
            Event::LaneChanged { ticket, lane, .. } => self.requeue(ticket, |ticket| ticket.lane = lane.clone()),
            Event::PinExpired { ticket } => self.requeue(ticket, |ticket| ticket.pin = None),
            Event::Reinstated { ticket, origin } => {
                self.counts.no_show = self.counts.no_show.saturating_sub(1);
                self.requeue(ticket, |ticket| {
                    ticket.origin = *origin;
                    ticket.returns += 1;
                    ticket.missed_at = None;
                });
            }
            _ => {}
        }
    }
}
