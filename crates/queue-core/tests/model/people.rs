//! Acts of people on the naive branch: who counts as missing, alerts, flags, letting others go first.

use super::naive::{A, Naive};
use queue_core::TicketState::{NoShow, Waiting};
use queue_core::*;

impl Naive {
    pub fn recall(&mut self, t: i64, i: usize) -> Result<(), &'static str> {
        let limit = self.plan.rules.recall_limit;
        if limit > 0 && self.tickets[i].times > limit {
            return Err("recall_limit");
        }
        self.tickets[i].times += 1;
        self.tickets[i].last_called = t;
        Ok(())
    }

    /// Whether the customer is missing; somebody with needs is looked for first.
    pub fn is_missing(&mut self, t: i64, k: usize, i: usize) -> Result<bool, &'static str> {
        let (ticket, rules) = (&self.tickets[i], &self.plan.rules);
        if ticket.times < rules.no_show_after_calls || t < ticket.last_called + rules.no_show_gap_ms {
            return Err("too_early");
        }
        if ticket.needs == 0 {
            return Ok(true);
        }
        let mine = |a: &&A| a.kind == AlertKind::Needs && a.k == k && a.ticket.as_ref() == Some(&ticket.id);
        let alerted = self.today().filter(mine).map(|a| a.at).next_back().filter(|at| *at >= ticket.called);
        match alerted {
            Some(at) if t < at + 60_000 => Err("greeter_alerted"),
            Some(_) => Ok(true),
            None => {
                let id = ticket.id.clone();
                self.raise(t, AlertKind::Needs, k, Some(id), true);
                Ok(false)
            }
        }
    }

    fn today(&self) -> impl DoubleEndedIterator<Item = &A> {
        self.alerts.iter().filter(|alert| alert.day == self.last_day)
    }

    pub fn raise(&mut self, at: i64, kind: AlertKind, k: usize, ticket: Option<TicketId>, again: bool) {
        let same = |a: &A| a.open && a.kind == kind && a.k == k && a.ticket == ticket;
        if again || !self.today().any(same) {
            self.alerts.push(A { kind, k, ticket, at, open: true, day: self.last_day.clone() });
        }
    }

    /// Whether somebody waits whom this counter may take and no other open one.
    fn is_last(&self, k: usize) -> bool {
        let open = |j: usize| j != k && self.counters[j].state == CounterState::Open;
        let can = |j: usize, i: usize| {
            let ticket = &self.tickets[i];
            self.delay(j, &ticket.service, &ticket.lane).is_some()
        };
        (0..self.tickets.len())
            .filter(|i| self.tickets[*i].state == Waiting && can(k, *i))
            .any(|i| !(0..self.counters.len()).any(|j| open(j) && can(j, i)))
    }

    pub fn may_close(&self, k: usize, reason: Option<&str>, authorised: bool) -> Result<(), &'static str> {
        match (self.is_last(k), authorised, reason.is_some_and(|reason| !reason.is_empty())) {
            (true, false, _) => Err("last_counter"),
            (true, true, false) => Err("reason_missing"),
            _ => Ok(()),
        }
    }

    pub fn alert_if_last(&mut self, t: i64, k: usize) {
        if self.is_last(k) {
            self.raise(t, AlertKind::LastCounter, k, None, false);
        }
    }

    pub fn act_people(&mut self, t: i64, wish: &Command) -> Result<(), &'static str> {
        match wish {
            Command::RaiseAlert { subject, .. } => {
                let k = self.k(subject.counter.as_ref().unwrap())?;
                let ticket = self.customer(k).map(|i| self.tickets[i].id.clone());
                self.raise(t, subject.alert_kind, k, ticket, false);
            }
            Command::AckAlert { alert } => {
                let place = usize::try_from(alert.0).unwrap().checked_sub(1).ok_or("unknown_alert")?;
                let today = self.last_day.clone();
                let alert = self.alerts.get_mut(place).filter(|alert| alert.day == today).ok_or("unknown_alert")?;
                alert.open = false;
            }
            Command::SetNeeds { ticket, needs } => {
                let i = self.i(ticket)?;
                let state = self.tickets[i].state;
                if !state.is_live() && state != NoShow {
                    return Err("wrong_state");
                }
                self.tickets[i].needs = needs.len();
            }
            Command::Flag { ticket, flag, reason, authoriser } => {
                let i = self.i(ticket)?;
                return self.flag(i, *flag, reason, authoriser);
            }
            Command::Defer { ticket, pass } => {
                let i = self.i(ticket)?;
                return self.defer(i, usize::try_from(*pass).unwrap());
            }
            other => panic!("no act of people: {other:?}"),
        }
        Ok(())
    }

    fn flag(&mut self, i: usize, flag: Flag, reason: &str, authoriser: &str) -> Result<(), &'static str> {
        let state = self.tickets[i].state;
        if reason.is_empty() {
            return Err("reason_missing");
        } else if authoriser.is_empty() {
            return Err("authoriser_missing");
        } else if state != Waiting && (flag == Flag::Urgent || !state.is_live()) {
            return Err("wrong_state");
        } else if self.tickets[i].flags.contains(&flag) {
            return Ok(());
        }
        if flag == Flag::Urgent {
            let lane = self.plan.rules.urgent_lane.clone().filter(|lane| self.plan.lane(lane).is_some());
            let lane = lane.ok_or("no_urgent_lane")?;
            let service = &self.tickets[i].service;
            if !(0..self.counters.len()).any(|k| self.delay(k, service, &lane).is_some()) {
                return Err("no_urgent_lane");
            }
            self.tickets[i].lane = lane;
        }
        self.tickets[i].flags.push(flag);
        Ok(())
    }

    fn defer(&mut self, i: usize, pass: usize) -> Result<(), &'static str> {
        let mine = &self.tickets[i];
        if mine.state != Waiting {
            return Err("wrong_state");
        } else if mine.pin.is_some() {
            return Err("waits_for_counter");
        } else if mine.deferred {
            return Err("deferred_before");
        }
        let place = (mine.origin, mine.seq);
        let mut behind: Vec<(i64, usize)> = self
            .tickets
            .iter()
            .filter(|x| x.state == Waiting && x.pin.is_none() && (&x.service, &x.lane) == (&mine.service, &mine.lane))
            .map(|x| (x.origin, x.seq))
            .filter(|other| *other > place)
            .collect();
        behind.sort_unstable();
        behind.truncate(pass.max(1));
        let (origin, _) = behind.last().ok_or("nobody_behind")?;
        self.tickets[i].origin = origin + 1;
        self.tickets[i].deferred = true;
        Ok(())
    }
}
