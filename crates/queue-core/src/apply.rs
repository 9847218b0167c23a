//! Booking facts. Cannot fail and judges nothing: replaying a journal is exactly this.
//!
//! A fact about something unknown (a ticket of an earlier day, a counter that the Plan no longer has) books nothing.

use crate::{
    Branch, Counter, CounterId, CounterState, DeviceReport, Event, FurtherLeg, Plan, PlanDigest, Ticket, TicketId,
    TicketState, Timestamp,
};

impl Branch {
    /// Books a fact.
    pub fn apply(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::PlanAdopted { digest, plan, .. } => self.apply_plan(digest, plan),
            Event::DayOpened { .. }
            | Event::DrainingStarted
            | Event::DrainingEnded
            | Event::HoursSet { .. }
            | Event::DayClosed { .. } => self.apply_day(at, fact),
            Event::Issued { .. }
            | Event::Cancelled { .. }
            | Event::Expired { .. }
            | Event::LaneChanged { .. }
            | Event::Reinstated { .. }
            | Event::PinExpired { .. } => self.apply_ticket(at, fact),
            Event::CounterOpened { .. }
            | Event::CounterClosed { .. }
            | Event::StaffNamed { .. }
            | Event::StaffLeft { .. }
            | Event::CounterPausing { .. }
            | Event::CounterPaused { .. }
            | Event::CounterResumed { .. }
            | Event::CounterReady { .. } => self.apply_counter(at, fact),
            Event::Called { .. } | Event::Recalled { .. } | Event::Arrived { .. } => self.apply_call(at, fact),
            Event::Finished { .. }
            | Event::NoShow { .. }
            | Event::Held { .. }
            | Event::TicketResumed { .. }
            | Event::HeldMoved { .. }
            | Event::Transferred { .. }
            | Event::Returned { .. } => self.apply_leaving(at, fact),
            Event::AlertRaised { .. }
            | Event::AlertAcked { .. }
            | Event::AlertEscalated { .. }
            | Event::AlertCleared { .. } => self.apply_alert(at, fact),
            Event::SelfTestStarted(_) | Event::SelfTestFinished { .. } | Event::SelfTestTicked(_) => {
                self.apply_selftest(at, fact);
            }
            Event::CounterPlanned { .. } | Event::CounterPlanEnded { .. } => self.apply_run_plan(at, fact),
            Event::NoticeAsked { .. } | Event::NoticeEnded { .. } => self.apply_notice(at, fact),
            Event::NeedsSet { .. }
            | Event::Flagged { .. }
            | Event::Deferred { .. }
            | Event::NoteKept { .. }
            | Event::ThenSet { .. } => self.apply_saying(fact),
            Event::Undone { .. } => self.apply_undone(fact),
            Event::WalkStarted { .. } | Event::LineWalked { .. } => self.apply_walk(at, fact),
            Event::Pressed { .. } | Event::DeskBaseline { .. } | Event::PressesMissed { .. } => {
                self.apply_desk(at, fact);
            }
            Event::PrintOrdered { .. }
            | Event::PrintStarted { .. }
            | Event::PrintEnded { .. }
            | Event::PaperChangeStarted { .. }
            | Event::PaperChangeEnded { .. }
            | Event::PrintVoided { .. } => self.apply_print(at, fact),
            Event::DeviceChanged { device, state, cause } => {
                let report = DeviceReport { state: state.clone(), cause: cause.clone(), since: at };
                self.devices.insert(device.clone(), report);
            }
            Event::AppointmentBooked { .. } | Event::AppointmentCancelled { .. } => self.apply_appointment(fact),
            Event::Rated { .. } => self.apply_rated(at, fact),
        }
    }

    fn apply_plan(&mut self, digest: &PlanDigest, plan: &Plan) {
        self.plan = plan.clone();
        self.digest = digest.clone();
        for counter in &plan.counters {
            self.counters.entry(counter.id.clone()).or_insert_with(|| Counter::new(counter.id.clone()));
        }
        self.counters.retain(|id, _| plan.counter(id).is_some());
        // Another configuration is in force as it is written.
        self.run_plans.clear();
    }

    fn apply_counter(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::CounterOpened { counter, staff, stars } => self.at_counter(counter, |counter| {
                counter.state = CounterState::Open;
                counter.idle_since = at;
                counter.reason = None;
                if let Some(staff) = staff {
                    counter.name(at, staff, *stars);
                }
            }),
            Event::CounterClosed { counter, .. } => self.at_counter(counter, |counter| {
                let (last_call, served) = (counter.last_call, counter.served.take());
                *counter = Counter { last_call, served, ..Counter::new(counter.id.clone()) };
            }),
            Event::StaffNamed { counter, staff, stars, .. } => {
                self.at_counter(counter, |counter| counter.name(at, staff, *stars));
            }
            Event::StaffLeft { counter, .. } => self.at_counter(counter, |counter| {
                (counter.staff, counter.stars, counter.staff_since) = (None, None, None);
            }),
            Event::CounterPausing { counter, reason } => self.at_counter(counter, |counter| {
                counter.state = CounterState::Pausing;
                counter.reason = Some(*reason);
            }),
            Event::CounterPaused { counter, reason } => self.at_counter(counter, |counter| {
                counter.state = CounterState::Paused;
                counter.reason = Some(*reason);
                counter.ready = false;
            }),
            Event::CounterResumed { counter } => self.at_counter(counter, |counter| {
                counter.state = CounterState::Open;
                counter.reason = None;
                if counter.ticket.is_none() {
                    counter.idle_since = at;
                }
            }),
            Event::CounterReady { counter } => self.at_counter(counter, |counter| counter.ready = true),
            _ => {}
        }
    }

    fn apply_call(&mut self, at: Timestamp, fact: &Event) {
        match fact {
            Event::Called { ticket: id, counter, why, waited_ms, credit, .. } => {
                self.remember_call(at, id, counter, credit);
                for (lane, value) in credit {
                    self.credit.insert(lane.clone(), *value);
                }
                if let Some(ticket) = self.tickets.get_mut(id) {
                    self.queues.remove(ticket);
                    ticket.state = TicketState::Called;
                    ticket.counter = Some(counter.clone());
                    ticket.called_at = Some(at);
                    ticket.why = Some(why.clone());
                    ticket.arrived_at = None;
                    ticket.times = 1;
                    ticket.waited_ms = *waited_ms;
                    ticket.last_called_at = Some(at);
                    ticket.pin_before = ticket.pin.take();
                }
                self.at_counter(counter, |counter| {
                    counter.ready = false;
                    counter.ticket = Some(id.clone());
                    counter.last_call = Some(at);
                });
            }
            Event::Recalled { ticket, .. } => self.at_ticket(ticket, |ticket| {
                ticket.times += 1;
                ticket.last_called_at = Some(at);
            }),
            Event::Arrived { ticket, .. } => self.at_ticket(ticket, |ticket| {
                ticket.state = TicketState::Serving;
                ticket.arrived_at = Some(at);
            }),
            _ => {}
        }
    }

    fn apply_leaving(&mut self, at: Timestamp, fact: &Event) {
        self.remember_act(at, fact);
        match fact {
            Event::Finished { ticket, counter, next, .. } => {
                self.leave(at, counter);
                self.remember_served(at, ticket, counter);
                if let Some(FurtherLeg { service, origin, then }) = next {
                    self.requeue(ticket, |ticket| {
                        ticket.service = service.clone();
                        ticket.origin = *origin;
                        ticket.then.clone_from(then);
                    });
                } else {
                    self.counts.done += 1;
                    self.at_ticket(ticket, |ticket| ticket.state = TicketState::Done);
                }
            }
            Event::NoShow { ticket, counter } => {
                self.leave(at, counter);
                self.counts.no_show += 1;
                self.at_ticket(ticket, |ticket| {
                    ticket.state = TicketState::NoShow;
                    ticket.missed_at = Some(at);
                });
            }
            Event::Held { ticket, counter } => {
                self.leave(at, counter);
                self.at_counter(counter, |counter| counter.held.push(ticket.clone()));
                self.at_ticket(ticket, |ticket| (ticket.state, ticket.held_at) = (TicketState::Held, Some(at)));
            }
            Event::TicketResumed { ticket, counter } => {
                self.unhold(ticket);
                self.at_counter(counter, |counter| {
                    counter.ready = false;
                    counter.last_act = None;
                    counter.ticket = Some(ticket.clone());
                });
                self.at_ticket(ticket, |ticket| {
                    ticket.state = TicketState::Serving;
                    ticket.counter = Some(counter.clone());
                    ticket.held_at = None;
                });
            }
            Event::HeldMoved { ticket, counter } => {
                self.unhold(ticket);
                self.at_counter(counter, |counter| counter.held.push(ticket.clone()));
                self.at_ticket(ticket, |ticket| ticket.counter = Some(counter.clone()));
            }
            Event::Transferred { ticket, counter, service, lane, origin, pin } => {
                self.leave(at, counter);
                self.requeue(ticket, |ticket| {
                    ticket.service = service.clone();
                    ticket.lane = lane.clone();
                    ticket.origin = *origin;
                    ticket.pin.clone_from(pin);
                });
            }
            Event::Returned { ticket, counter, pin } => {
                self.unhold(ticket);
                self.at_counter(counter, |counter| {
                    if counter.ticket.as_ref() == Some(ticket) {
                        counter.ticket = None;
                    }
                });
                self.requeue(ticket, |ticket| ticket.pin.clone_from(pin));
            }
            _ => {}
        }
    }

    /// The customer leaves the counter; a counter that was about to pause pauses now.
    fn leave(&mut self, at: Timestamp, counter: &CounterId) {
        self.at_counter(counter, |counter| {
            counter.ticket = None;
            counter.ready = false;
            counter.idle_since = at;
        });
    }

    /// Puts a ticket back into the queue that it belongs to after `change`, wherever it was.
    pub(crate) fn requeue(&mut self, id: &TicketId, change: impl FnOnce(&mut Ticket)) {
        let Some(ticket) = self.tickets.get_mut(id) else { return };
        if ticket.state == TicketState::Waiting {
            self.queues.remove(ticket);
        }
        change(ticket);
        ticket.state = TicketState::Waiting;
        ticket.counter = None;
        ticket.called_at = None;
        ticket.arrived_at = None;
        ticket.held_at = None;
        ticket.times = 0;
        self.queues.insert(ticket);
    }

    /// Takes a ticket out of wherever it is, for good.
    pub(crate) fn end(&mut self, id: &TicketId, state: TicketState) {
        self.unhold(id);
        let Some(ticket) = self.tickets.get_mut(id) else { return };
        if ticket.state == TicketState::Waiting {
            self.queues.remove(ticket);
        }
        ticket.state = state;
        ticket.pin = None;
        ticket.held_at = None;
        if let Some(counter) = ticket.counter.clone() {
            self.at_counter(&counter, |counter| {
                if counter.ticket.as_ref() == Some(id) {
                    counter.ticket = None;
                }
            });
        }
    }

    pub(crate) fn unhold(&mut self, id: &TicketId) {
        let Some(holder) = self.tickets.get(id).and_then(|ticket| ticket.counter.clone()) else { return };
        self.at_counter(&holder, |counter| counter.held.retain(|held| held != id));
    }

    fn at_counter(&mut self, id: &CounterId, change: impl FnOnce(&mut Counter)) {
        if let Some(counter) = self.counters.get_mut(id) {
            change(counter);
        }
    }

    pub(crate) fn at_ticket(&mut self, id: &TicketId, change: impl FnOnce(&mut Ticket)) {
        if let Some(ticket) = self.tickets.get_mut(id) {
            change(ticket);
        }
    }
}
