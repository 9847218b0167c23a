//! What each wish does to the naive branch, straight from DESIGN §5.

use super::naive::{Naive, T};
use queue_core::TicketState::{Called, Cancelled, Done, Expired, Held, NoShow, Serving, Waiting};
use queue_core::*;

impl Naive {
    pub fn customer(&self, k: usize) -> Option<usize> {
        self.tickets.iter().position(|x| x.at == Some(k) && matches!(x.state, Called | Serving))
    }

    fn working(&self, k: usize) -> Result<(), &'static str> {
        match self.counters[k].state {
            CounterState::Closed => Err("counter_closed"),
            CounterState::Paused => Err("counter_paused"),
            CounterState::Open | CounterState::Pausing => Ok(()),
        }
    }

    fn here(&self, id: &CounterId) -> Result<(usize, usize), &'static str> {
        let k = self.k(id)?;
        self.working(k)?;
        self.customer(k).map(|i| (k, i)).ok_or("nothing_called")
    }

    pub fn k(&self, id: &CounterId) -> Result<usize, &'static str> {
        self.plan.counters.iter().position(|plan| plan.id == *id).ok_or("unknown_counter")
    }

    pub fn i(&self, id: &TicketId) -> Result<usize, &'static str> {
        self.tickets.iter().position(|ticket| ticket.id == *id).ok_or("unknown_ticket")
    }

    /// The customer is no longer at the counter.
    fn leave(&mut self, k: usize, t: i64) {
        (self.counters[k].ready, self.counters[k].idle) = (false, t);
        if self.counters[k].state == CounterState::Pausing {
            self.counters[k].state = CounterState::Paused;
        }
    }

    fn wait(&mut self, i: usize) {
        (self.tickets[i].state, self.tickets[i].at) = (Waiting, None);
    }

    fn finish(&mut self, k: usize, i: usize, t: i64) {
        self.leave(k, t);
        let lane = self.tickets[i].lane.clone();
        let then = std::mem::take(&mut self.tickets[i].then);
        let mut left: Vec<ServiceId> = then.into_iter().filter(|s| self.delay(k, s, &lane).is_none()).collect();
        if left.is_empty() {
            self.tickets[i].state = Done;
            return;
        }
        self.tickets[i].service = left.remove(0);
        self.tickets[i].then = left;
        self.tickets[i].origin = t - self.tickets[i].waited.max(0);
        self.wait(i);
    }

    fn too_soon(&self, k: usize, t: i64) -> bool {
        self.counters[k].last_call.is_some_and(|last| t >= last && t < last + self.plan.rules.min_call_gap_ms)
    }

    fn unpin(&mut self, fits: impl Fn(&T, usize, i64) -> bool) {
        for i in 0..self.tickets.len() {
            if let Some((k, until)) = self.tickets[i].pin
                && self.tickets[i].state == Waiting
                && fits(&self.tickets[i], k, until)
            {
                self.tickets[i].pin = None;
            }
        }
    }

    pub fn act(&mut self, t: i64, wish: &Command) -> Result<(), &'static str> {
        match wish {
            Command::Wake => {
                self.unpin(|_, _, until| until <= t);
                self.wake_hours(t);
            }
            Command::SetHours { day, hours } => return self.set_hours(t, day, hours),
            Command::OpenDay { .. } | Command::CloseDay { .. } | Command::StartDraining => {
                return self.act_day(t, wish);
            }
            Command::Issue(wish) => return self.issue(t, wish, false),
            Command::CheckIn(wish) => return self.check_in(t, wish),
            Command::PutAppointment(wish) => return self.book(t, wish),
            Command::DeleteAppointment { code } => return self.unbook(code),
            Command::Cancel { ticket, .. } | Command::Reinstate { ticket } | Command::ChangeLane { ticket, .. } => {
                let i = self.i(ticket)?;
                return self.act_ticket(t, i, wish);
            }
            Command::OpenCounter { counter, .. }
            | Command::CloseCounter { counter, .. }
            | Command::Pause { counter, .. }
            | Command::Resume { counter } => {
                let k = self.k(counter)?;
                return self.act_counter(t, k, wish);
            }
            Command::CallNext { counter } | Command::CallTicket { counter, .. } => {
                let k = self.k(counter)?;
                self.working(k)?;
                return self.act_call(t, k, wish);
            }
            Command::ResumeTicket { counter, ticket } => {
                let k = self.k(counter)?;
                self.working(k)?;
                if self.customer(k).is_some() {
                    return Err("counter_busy");
                }
                let i = self.i(ticket)?;
                if self.tickets[i].state != Held || self.tickets[i].at != Some(k) {
                    return Err("not_held_here");
                }
                self.tickets[i].state = Serving;
                self.counters[k].ready = false;
            }
            Command::Recall { counter }
            | Command::Arrived { counter }
            | Command::Finish { counter, .. }
            | Command::NoShow { counter }
            | Command::Hold { counter }
            | Command::Transfer { counter, .. } => {
                let (k, i) = self.here(counter)?;
                return self.act_here(t, k, i, wish);
            }
            Command::RaiseAlert { .. }
            | Command::AckAlert { .. }
            | Command::SetNeeds { .. }
            | Command::Flag { .. }
            | Command::Defer { .. } => return self.act_people(t, wish),
            Command::PlanCounter { .. } | Command::EndCounterPlan { .. } => return self.act_plan(t, wish),
            other => panic!("not in the model: {other:?}"),
        }
        Ok(())
    }

    fn act_call(&mut self, t: i64, k: usize, wish: &Command) -> Result<(), &'static str> {
        if let Command::CallTicket { ticket, reason, .. } = wish {
            let i = self.i(ticket)?;
            if reason.is_empty() {
                return Err("reason_missing");
            } else if self.tickets[i].state != Waiting {
                return Err("wrong_state");
            } else if self.counters[k].state == CounterState::Pausing {
                return Err("counter_paused");
            } else if self.too_soon(k, t) {
                return Err("too_soon");
            }
            if let Some(there) = self.customer(k) {
                self.finish(k, there, t);
            }
            self.call(k, i, t, "manual");
            return Ok(());
        }
        if self.too_soon(k, t) {
            return Err("too_soon");
        }
        if let Some(there) = self.customer(k) {
            self.finish(k, there, t);
        }
        if self.counters[k].state == CounterState::Open && !self.counters[k].ready {
            match self.select(k, t) {
                Some((i, why)) => self.call(k, i, t, why),
                None => self.counters[k].ready = true,
            }
        }
        Ok(())
    }

    fn act_here(&mut self, t: i64, k: usize, i: usize, wish: &Command) -> Result<(), &'static str> {
        let arrived = self.tickets[i].state == Serving;
        match wish {
            Command::Recall { .. } | Command::NoShow { .. } if arrived => return Err("already_arrived"),
            Command::Recall { .. } => return self.recall(t, i),
            Command::NoShow { .. } if !self.is_missing(t, k, i)? => {}
            Command::Arrived { .. } => self.tickets[i].state = Serving,
            Command::Finish { .. } => {
                self.finish(k, i, t);
                let goes_on = self.counters[k].state == CounterState::Open && self.plan.counters[k].auto_next;
                self.counters[k].ready = goes_on;
            }
            Command::NoShow { .. } => {
                self.leave(k, t);
                (self.tickets[i].state, self.tickets[i].at, self.tickets[i].missed) = (NoShow, None, t);
            }
            Command::Hold { .. } => {
                self.leave(k, t);
                self.tickets[i].state = Held;
            }
            Command::Transfer { to, lane, confirm, .. } => {
                let (service, pin) = match to {
                    TransferTo::Service { service, pin } => (service.clone(), pin.clone()),
                    TransferTo::Counter(counter) => (self.tickets[i].service.clone(), Some(counter.clone())),
                };
                let lane = lane.clone().unwrap_or_else(|| self.tickets[i].lane.clone());
                let pin = pin.map(|pin| self.k(&pin)).transpose()?;
                let can = |k: usize| match pin {
                    Some(pin) => pin == k,
                    None => self.delay(k, &service, &lane).is_some(),
                };
                let helps = |k: usize| can(k) && self.counters[k].state != CounterState::Closed;
                if !confirm && !(0..self.counters.len()).any(helps) {
                    return Err("nobody_open");
                }
                self.leave(k, t);
                self.wait(i);
                let ticket = &mut self.tickets[i];
                (ticket.service, ticket.lane) = (service, lane);
                ticket.origin = t - ticket.waited.max(0);
                ticket.pin = pin.map(|k| (k, t + self.plan.rules.pin_ms));
            }
            _ => {}
        }
        Ok(())
    }

    fn act_counter(&mut self, t: i64, k: usize, wish: &Command) -> Result<(), &'static str> {
        use CounterState::{Closed, Open, Paused, Pausing};
        let state = self.counters[k].state;
        match wish {
            Command::OpenCounter { .. } if state == Closed => {
                (self.counters[k].state, self.counters[k].idle) = (Open, t);
            }
            Command::CloseCounter { held_to, reason, authorised, .. } if state != Closed => {
                if self.customer(k).is_some_and(|i| self.tickets[i].state == Serving) {
                    return Err("counter_busy");
                }
                self.may_close(k, reason.as_deref(), *authorised)?;
                let to = match held_to {
                    Some(to) => {
                        let to = self.k(to)?;
                        self.working(to)?;
                        if to == k {
                            return Err("counter_closed");
                        }
                        Some(to)
                    }
                    None => None,
                };
                self.alert_if_last(t, k);
                for i in 0..self.tickets.len() {
                    if self.tickets[i].at == Some(k) && self.tickets[i].state == Called {
                        let before = self.tickets[i].pin_before;
                        self.tickets[i].pin = before.filter(|(pinned, until)| *pinned != k && *until > t);
                    }
                    match (self.tickets[i].at == Some(k), self.tickets[i].state, to) {
                        (true, Held, Some(to)) => self.tickets[i].at = Some(to),
                        (true, Held | Called, _) => self.wait(i),
                        _ => {}
                    }
                }
                self.unpin(|_, pinned, _| pinned == k);
                (self.counters[k].state, self.counters[k].ready) = (Closed, false);
            }
            Command::Pause { .. } | Command::Resume { .. } if state == Closed => return Err("counter_closed"),
            Command::Pause { .. } => {
                if state == Open {
                    self.alert_if_last(t, k);
                }
                let busy = self.customer(k).is_some();
                self.counters[k].state = if busy { Pausing } else { Paused };
                self.counters[k].ready = false;
            }
            Command::Resume { .. } if state != Open => {
                self.counters[k].state = Open;
                if self.customer(k).is_none() {
                    self.counters[k].idle = t;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn act_ticket(&mut self, t: i64, i: usize, wish: &Command) -> Result<(), &'static str> {
        let state = self.tickets[i].state;
        match wish {
            Command::Cancel { .. } => match state {
                Cancelled | Waiting | Held | NoShow => {
                    (self.tickets[i].state, self.tickets[i].at, self.tickets[i].pin) = (Cancelled, None, None);
                }
                _ => return Err("wrong_state"),
            },
            Command::Reinstate { .. } => {
                if state != NoShow {
                    return Err("wrong_state");
                } else if self.day.is_none() {
                    return Err("day_closed");
                }
                let rules = &self.plan.rules;
                let ticket = &mut self.tickets[i];
                match rules.no_show {
                    NoShowPolicy::Void => return Err("void"),
                    NoShowPolicy::Once if ticket.returns > 0 => return Err("returned_before"),
                    NoShowPolicy::Once => ticket.origin += t - ticket.missed + rules.return_penalty_ms,
                    NoShowPolicy::Tail => ticket.origin = t,
                }
                ticket.returns += 1;
                self.wait(i);
            }
            Command::ChangeLane { lane, reason, .. } => {
                if reason.is_empty() {
                    return Err("reason_missing");
                } else if state != Waiting {
                    return Err("wrong_state");
                }
                self.tickets[i].lane = lane.clone();
            }
            _ => {}
        }
        Ok(())
    }

    fn act_day(&mut self, t: i64, wish: &Command) -> Result<(), &'static str> {
        match (wish, self.day.clone()) {
            (Command::OpenDay { day }, Some(open)) => {
                return if day.as_str() == open { Ok(()) } else { Err("day_open") };
            }
            (Command::OpenDay { day }, None) => {
                if self.last_day != day.as_str() {
                    self.tickets.clear();
                    self.quotas.clear();
                }
                day.as_str().clone_into(&mut self.last_day);
                self.day = Some(day.as_str().to_owned());
            }
            (Command::StartDraining, None) => return Err("day_closed"),
            (Command::StartDraining, Some(_)) => self.drain(t, true),
            (Command::CloseDay { force }, Some(_)) => {
                if !force && self.tickets.iter().any(|x| matches!(x.state, Called | Serving | Held)) {
                    return Err("day_busy");
                }
                for ticket in self.tickets.iter_mut().filter(|ticket| ticket.state.is_live()) {
                    (ticket.state, ticket.at, ticket.pin) = (Expired, None, None);
                }
                for counter in &mut self.counters {
                    (counter.state, counter.ready) = (CounterState::Closed, false);
                }
                self.credit.fill(0);
                self.end_plans();
                (self.day, self.draining) = (None, false);
            }
            _ => {}
        }
        Ok(())
    }

    pub fn issue(&mut self, t: i64, wish: &IssueWish, booked: bool) -> Result<(), &'static str> {
        let day = self.day.clone().ok_or("day_closed")?;
        let series = self.plan.service(&wish.service).ok_or("unknown_service")?.series.clone();
        self.issue_hours(t, wish, booked)?;
        let same = |(given, number): &&(String, String)| *given == day && number.starts_with(&series);
        let number = format!("{series}{:03}", self.given.iter().filter(same).count() + 1);
        self.given.push((day.clone(), number.clone()));
        self.seq += 1;
        self.tickets.push(T {
            id: format!("{}-{number}", day.replace('-', "")).into(),
            number,
            service: wish.service.clone(),
            lane: wish.lane.clone(),
            seq: self.seq,
            origin: t,
            state: Waiting,
            at: None,
            pin: None,
            waited: 0,
            missed: 0,
            returns: 0,
            then: wish.then.clone(),
            called: 0,
            times: 0,
            last_called: 0,
            pin_before: None,
            needs: 0,
            flags: Vec::new(),
            deferred: false,
        });
        Ok(())
    }
}
