//! A day of events fed to the engine, by name.

use super::{Act, BranchConfig, FormatError, TimeUnit, TraceEvent};
use crate::engine::{Call, CounterIx, Engine, LaneIx, ServiceIx, TicketIx};
use std::{collections::BTreeMap, sync::Arc};

/// One day in one lobby: the engine, and what its tickets are called.
#[derive(Clone, Debug)]
pub struct Player {
    engine: Engine,
    by_name: BTreeMap<String, TicketIx>,
    names: Vec<String>,
    has_late_lane: bool,
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
    ///
    /// # Errors
    /// See [`BranchConfig::rules`].
    pub fn new(config: &BranchConfig, unit: TimeUnit, services: &[String]) -> Result<Self, FormatError> {
        let rules = config.rules(unit, services)?;
        let has_late_lane = rules.appointments.late_lane.is_some();
        let engine = Engine::new(Arc::new(rules));
        Ok(Player { engine, by_name: BTreeMap::new(), names: Vec::new(), has_late_lane })
    }

    /// The lobby as it stands.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the file calls a ticket.
    pub fn name(&self, ticket: TicketIx) -> &str {
        &self.names[ticket.index()]
    }

    /// Books an event, makes the calls that follow, and hands each to `called`.
    ///
    /// # Errors
    /// A name that is not known, or something that cannot happen in the lobby as it stands; nothing was changed.
    pub fn play(&mut self, event: &TraceEvent, called: impl FnMut(Call)) -> Result<(), FormatError> {
        let then_pause = event.then_pause.as_deref().map(|k| self.counter(k)).transpose()?;
        self.book(event)?;
        if let Some(counter) = then_pause {
            self.engine.pause(counter);
        }
        self.engine.assign(event.at, called);
        Ok(())
    }

    fn book(&mut self, event: &TraceEvent) -> Result<(), FormatError> {
        let at = event.at;
        match &event.act {
            Act::Issue { id, service, lane, appt } => {
                if self.by_name.contains_key(id) {
                    return Err(FormatError::new(format!("ticket `{id}` was issued before")));
                }
                let late = appt.is_some_and(|a| at > a.saturating_add(self.engine.rules().appointments.grace_ms));
                if late && !self.has_late_lane {
                    return Err(FormatError::new(
                        "the appointment is past its grace, and the config names no lane `appt_late_lane` for it",
                    ));
                }
                let (service, lane) = (self.service(service)?, self.lane(lane)?);
                let ticket = self.engine.issue(at, service, lane, *appt).map_err(said)?;
                self.by_name.insert(id.clone(), ticket);
                self.names.push(id.clone());
            }
            Act::Open { k } => self.engine.open(at, self.counter(k)?),
            Act::Finish { k } => self.engine.finish(at, self.counter(k)?),
            Act::Pause { k } => self.engine.pause(self.counter(k)?),
            Act::Miss { k } => {
                self.engine.miss(at, self.counter(k)?).map_err(|e| said(e).within(k))?;
            }
            Act::Return { id } => {
                self.engine.come_back(at, self.ticket(id)?).map_err(|e| said(e).within(id))?;
            }
            Act::Transfer { k, service, lane, pin } => {
                let lane = lane.as_deref().map(|lane| self.lane(lane)).transpose()?;
                let pin = pin.as_deref().map(|pin| self.counter(pin)).transpose()?;
                let (counter, service) = (self.counter(k)?, self.service(service)?);
                self.engine.transfer(at, counter, service, lane, pin).map_err(|e| said(e).within(k))?;
            }
            Act::Cancel { id } => self.engine.cancel(self.ticket(id)?),
            Act::Close => self.engine.close(),
            Act::Tick => {}
        }
        Ok(())
    }

    fn service(&self, name: &str) -> Result<ServiceIx, FormatError> {
        self.engine.rules().service(name).ok_or_else(|| unknown("service", name))
    }

    fn lane(&self, name: &str) -> Result<LaneIx, FormatError> {
        self.engine.rules().lane(name).ok_or_else(|| unknown("lane", name))
    }

    fn counter(&self, name: &str) -> Result<CounterIx, FormatError> {
        self.engine.rules().counter(name).ok_or_else(|| unknown("counter", name))
    }

    fn ticket(&self, name: &str) -> Result<TicketIx, FormatError> {
        let ticket = self.by_name.get(name).copied();
        ticket.ok_or_else(|| FormatError::new(format!("ticket `{name}` was never issued")))
    }
}

fn unknown(what: &str, name: &str) -> FormatError {
    FormatError::new(format!("{what} `{name}` is not in the config"))
}

fn said(error: crate::engine::ActError) -> FormatError {
    FormatError::new(error.to_string())
}
