//! Hours in the naive branch: sessions asked one by one, and draining as a list of what began when.

use super::naive::Naive;
use queue_core::*;

impl Naive {
    fn newest(&self, t: i64) -> Option<Session> {
        let sessions = self.hours.sessions.clone().unwrap_or_default();
        sessions.into_iter().rfind(|session| session.from.0 <= t)
    }

    fn later(&self, t: i64) -> bool {
        self.hours.sessions.iter().flatten().any(|session| session.from.0 > t)
    }

    fn should_drain(&self, t: i64) -> bool {
        self.newest(t).is_some_and(|session| t >= session.last_ticket.0)
    }

    pub fn set_hours(&mut self, t: i64, day: &BusinessDay, hours: &Hours) -> Result<(), &'static str> {
        if self.day.as_ref().is_some_and(|open| open != day.as_str()) {
            return Err("day_open");
        }
        if self.hours == *hours {
            return Ok(());
        }
        self.hours = hours.clone();
        if self.day.is_some() {
            self.drain(t, self.should_drain(t));
        }
        Ok(())
    }

    pub fn drain(&mut self, t: i64, drains: bool) {
        if drains && !self.draining {
            self.drained = t;
        }
        self.draining = drains;
    }

    /// What the clock alone does to a hall with sessions.
    pub fn wake_hours(&mut self, t: i64) {
        if self.day.is_none() || self.hours.sessions.is_none() {
            return;
        }
        if self.should_drain(t) {
            self.drain(t, true);
        } else if self.newest(t).is_some_and(|session| session.from.0 > self.drained) {
            self.drain(t, false);
        }
    }

    pub fn issue_hours(&mut self, t: i64, wish: &IssueWish, booked: bool) -> Result<(), &'static str> {
        if self.hours.sessions.is_some() {
            match self.newest(t) {
                Some(now) if t < now.last_ticket.0 => {}
                Some(now) if t < now.until.0 || !self.later(t) => return Err("after_last_ticket"),
                _ => return Err("outside_session"),
            }
        }
        for service in [std::slice::from_ref(&wish.service), &wish.then].concat() {
            if !(booked && service == wish.service && !wish.then.contains(&service))
                && let Some(windows) = self.hours.services.get(&service)
                && windows.iter().all(|window| t < window.from.0 || window.until.0 <= t)
            {
                return Err("service_closed");
            }
        }
        if self.draining {
            return Err("after_last_ticket");
        }
        if booked {
            return Ok(());
        }
        let quota = self.plan.service(&wish.service).unwrap().quota;
        let given = self.quotas.iter().filter(|service| **service == wish.service).count();
        if quota.is_some_and(|quota| given >= quota as usize) {
            return Err("quota_used");
        }
        self.quotas.push(wish.service.clone());
        Ok(())
    }
}
