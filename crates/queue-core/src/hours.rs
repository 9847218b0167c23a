//! When numbers are given: the sessions of one business day and the issue windows of its services, as instants.
//!
//! Whoever knows the calendar and the time zone (the lobby) makes them; here instants are only compared. Numbers are
//! given inside a session until its last-ticket time. From then on the hall drains: finite delays count as nought and
//! everybody who has a number is still served, beyond the end of the session if need be. The next session ends that.

use crate::{Branch, BusinessDay, Event, IssueWish, Refusal, ServiceId, ServicePlan, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The hours of one business day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// In order and apart from each other; none of them on a day off. `None`: around the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<Vec<Session>>,
    /// When the numbers of a service are given, inside the sessions; a service that is not here has no such limit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<ServiceId, Vec<IssueWindow>>,
}

/// A span in which the branch works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The first number is given.
    pub from: Timestamp,
    /// No number is given from here on; those given before are served.
    pub last_ticket: Timestamp,
    /// Its published end; not before `last_ticket`.
    pub until: Timestamp,
}

/// A span in which numbers of one service are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueWindow {
    /// The first number is given.
    pub from: Timestamp,
    /// None from here on.
    pub until: Timestamp,
}

impl Hours {
    /// The session under way.
    pub fn session_at(&self, at: Timestamp) -> Option<&Session> {
        self.sessions().find(|session| session.from <= at && at < session.until)
    }

    /// When the next session of this business day begins.
    pub fn next_session(&self, at: Timestamp) -> Option<Timestamp> {
        self.sessions().map(|session| session.from).filter(|from| *from > at).min()
    }

    /// Whether the last-ticket time of the newest session has passed.
    pub fn drains(&self, at: Timestamp) -> bool {
        let begun = self.sessions().filter(|session| session.from <= at);
        begun.max_by_key(|session| session.from).is_some_and(|session| session.last_ticket <= at)
    }

    /// When numbers of the service are given; `None` for at any time of the business day.
    pub fn issue_windows(&self, service: &ServiceId) -> Option<Vec<IssueWindow>> {
        let whole = |session: &Session| IssueWindow { from: session.from, until: session.last_ticket };
        let sessions = || self.sessions.as_ref().map(|sessions| sessions.iter().map(whole).collect());
        self.services.get(service).cloned().or_else(sessions)
    }

    /// Whether numbers of the service are given at this instant.
    ///
    /// # Errors
    /// The [`Refusal`] that says why not, and when again if that is on this business day.
    pub fn accept(&self, service: &ServiceId, at: Timestamp) -> Result<(), Refusal> {
        self.in_session(at)?;
        let Some(windows) = self.services.get(service) else { return Ok(()) };
        if windows.iter().any(|window| window.from <= at && at < window.until) {
            return Ok(());
        }
        let next = windows.iter().map(|window| window.from).filter(|from| *from > at).min();
        Err(Refusal::ServiceClosed { service: service.clone(), next })
    }

    /// Whether numbers are given at all at this instant.
    fn in_session(&self, at: Timestamp) -> Result<(), Refusal> {
        if self.sessions.is_none() {
            return Ok(());
        }
        let next = self.next_session(at);
        match self.session_at(at) {
            Some(session) if at < session.last_ticket => Ok(()),
            Some(_) => Err(Refusal::AfterLastTicket { next }),
            None if next.is_none() && self.drains(at) => Err(Refusal::AfterLastTicket { next }),
            None => Err(Refusal::OutsideSession { next }),
        }
    }

    fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.iter().flatten()
    }
}

impl Branch {
    /// The hours of the business day.
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// Puts hours in force, and says at once whether the hall drains by them.
    pub(crate) fn decide_set_hours(
        &self,
        at: Timestamp,
        day: &BusinessDay,
        hours: &Hours,
    ) -> Result<Vec<Event>, Refusal> {
        if let Some(open) = self.day.day.as_ref().filter(|open| self.day.open && *open != day) {
            return Err(Refusal::DayOpen(open.clone()));
        }
        if *hours == self.hours {
            return Ok(Vec::new());
        }
        let mut facts = vec![Event::HoursSet { day: day.clone(), hours: hours.clone() }];
        if self.day.open && hours.drains(at) != self.draining {
            facts.push(if self.draining { Event::DrainingEnded } else { Event::DrainingStarted });
        }
        Ok(facts)
    }

    /// Whether a number is given now: of this service and, since the customer waits for those too, of the further ones.
    /// A number that was booked is given in any session: its booked time is its window, and no quota counts it. Of
    /// several services only the one that the number is of counts against a quota.
    pub(crate) fn refuse_by_hours(
        &self,
        at: Timestamp,
        wish: &IssueWish,
        plan: &ServicePlan,
        booked: bool,
    ) -> Result<(), Refusal> {
        self.hours.in_session(at)?;
        for service in std::iter::once(&wish.service).filter(|_| !booked).chain(&wish.then) {
            self.hours.accept(service, at)?;
        }
        if self.draining {
            return Err(Refusal::AfterLastTicket { next: self.hours.next_session(at) });
        }
        let taken = self.taken.get(&wish.service).copied().unwrap_or(0);
        match plan.quota {
            Some(quota) if taken >= quota && !booked => {
                Err(Refusal::QuotaUsed { service: wish.service.clone(), quota })
            }
            _ => Ok(()),
        }
    }

    /// What the hours alone bring about by now: the hall drains, or a new session has begun.
    pub(crate) fn due_by_hours(&self, at: Timestamp) -> Option<Event> {
        if !self.day.open || self.hours.sessions.is_none() {
            return None;
        }
        match (self.draining, self.hours.drains(at)) {
            (false, true) => Some(Event::DrainingStarted),
            // A hall that was drained by hand goes on draining until a session begins.
            (true, false) => {
                let begun = self.hours.session_at(at).filter(|session| session.from > self.draining_since);
                begun.map(|_| Event::DrainingEnded)
            }
            _ => None,
        }
    }

    /// The first instant after `at` at which [`Branch::due_by_hours`] has something new to say.
    pub(crate) fn next_turn_of_hours(&self, at: Timestamp) -> Option<Timestamp> {
        if !self.day.open {
            return None;
        }
        if self.draining {
            return self.hours.next_session(at);
        }
        let ends = self.hours.sessions().map(|session| session.last_ticket);
        ends.filter(|last| *last > at && self.hours.drains(*last)).min()
    }
}
