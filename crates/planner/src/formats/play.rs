//! A day of events fed to the engine, by name.

use super::{Act, Branch, BranchConfig, FormatError, TraceEvent};
use crate::engine::{ActError, Call, Engine};
use queue_core::Millis;
use std::{collections::BTreeMap, sync::Arc};

/// One day in one lobby: the engine, and what its tickets are called.
#[derive(Clone, Debug)]
pub struct Player {
    branch: Arc<Branch>,
    engine: Engine,
    by_name: BTreeMap<String, usize>,
    names: Vec<String>,
}

/// The services of a day: those that the file lists, or else those that skills and events name.
///
/// # Errors
/// `event 17: …` for a service that the file does not list, or, where it lists none, that no counter can serve.
pub fn services_of(config: &BranchConfig, events: &[TraceEvent]) -> Result<Vec<String>, FormatError> {
    let mut services: Vec<String> = Vec::new();
    let mut add = |service: &str| {
        if !services.iter().any(|known| known == service) {
            services.push(service.to_owned());
        }
    };
    let listed = config.services.as_ref();
    listed.iter().flat_map(|listed| &listed.0).for_each(|(service, _)| add(service));
    config.skilled_services().for_each(&mut add);
    let is_open = listed.is_none() && config.has_wild_services();
    for (index, event) in events.iter().enumerate() {
        let (Act::Issue { service, .. } | Act::Transfer { service, .. }) = &event.act else { continue };
        if is_open && !services.contains(service) {
            services.push(service.clone());
        } else if !services.contains(service) {
            return Err(FormatError::new(format!("event {index}: service `{service}` is not in the config")));
        }
    }
    Ok(services)
}

impl Player {
    /// A lobby before its first event.
    pub fn new(branch: Arc<Branch>) -> Self {
        let engine = Engine::new(branch.rule.clone(), branch.terms.clone());
        Player { branch, engine, by_name: BTreeMap::new(), names: Vec::new() }
    }

    /// The lobby as it stands.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the file calls a ticket.
    pub fn name(&self, place: usize) -> &str {
        &self.names[place]
    }

    /// Books an event, makes the calls that follow, and hands each to `called` with the place of its ticket.
    ///
    /// # Errors
    /// See [`Player::book`].
    pub fn play(&mut self, event: &TraceEvent, called: impl FnMut(usize, Call)) -> Result<(), FormatError> {
        self.book(event)?;
        self.assign(event.at, called);
        Ok(())
    }

    /// Makes all calls that can be made now.
    pub fn assign(&mut self, at: Millis, called: impl FnMut(usize, Call)) {
        self.engine.assign(at, called);
    }

    /// Books an event without the calls that follow.
    ///
    /// # Errors
    /// A name that is not known, or something that cannot happen in the lobby as it stands; nothing was changed.
    pub fn book(&mut self, event: &TraceEvent) -> Result<(), FormatError> {
        let then_pause = event.then_pause.as_deref().map(|k| self.branch.counter(k)).transpose()?;
        self.act(event)?;
        if let Some(counter) = then_pause {
            self.engine.pause(event.at, counter, event.is_planned());
        }
        Ok(())
    }

    fn act(&mut self, event: &TraceEvent) -> Result<(), FormatError> {
        let at = event.at;
        let branch = &self.branch;
        match &event.act {
            Act::Issue { id, service, lane, appt } => self.issue(at, id, service, lane, *appt)?,
            Act::Open { k } => self.engine.open(at, branch.counter(k)?),
            Act::Finish { k } => self.engine.finish(at, branch.counter(k)?),
            Act::Pause { k } => self.engine.pause(at, branch.counter(k)?, event.is_planned()),
            Act::Miss { k } => {
                self.engine.miss(at, branch.counter(k)?).map_err(|e| said(e).within(k))?;
            }
            Act::Return { id } => {
                self.engine.come_back(at, self.ticket(id)?).map_err(|e| said(e).within(id))?;
            }
            Act::Transfer { k, service, lane, pin } => {
                let lane = lane.as_deref().map(|lane| branch.lane(lane)).transpose()?;
                let pin = pin.as_deref().map(|pin| branch.counter(pin)).transpose()?;
                let (counter, service) = (branch.counter(k)?, branch.service(service)?);
                self.engine.transfer(at, counter, service, lane, pin).map_err(|e| said(e).within(k))?;
            }
            Act::Cancel { id } => self.engine.cancel(self.ticket(id)?),
            Act::Close => self.engine.close(),
            Act::Tick => {}
        }
        Ok(())
    }

    fn issue(
        &mut self,
        at: Millis,
        id: &str,
        service: &str,
        lane: &str,
        appt: Option<Millis>,
    ) -> Result<(), FormatError> {
        if self.by_name.contains_key(id) {
            return Err(FormatError::new(format!("ticket `{id}` was issued before")));
        }
        let terms = self.engine.terms();
        if appt.is_some_and(|appt| at > appt.saturating_add(terms.grace)) && terms.late_lane.is_none() {
            return Err(FormatError::new(
                "the appointment is past its grace, and the config names no lane `appt_late_lane` for it",
            ));
        }
        let (service, lane) = (self.branch.service(service)?, self.branch.lane(lane)?);
        let place = self.engine.issue(at, service, lane, appt).map_err(said)?;
        self.by_name.insert(id.to_owned(), place);
        self.names.push(id.to_owned());
        Ok(())
    }

    /// The place of a ticket in the order of issue.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn ticket(&self, name: &str) -> Result<usize, FormatError> {
        let ticket = self.by_name.get(name).copied();
        ticket.ok_or_else(|| FormatError::new(format!("ticket `{name}` was never issued")))
    }
}

fn said(error: ActError) -> FormatError {
    FormatError::new(error.to_string())
}
