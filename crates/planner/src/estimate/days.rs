//! The judge's view: recorded days of one branch in, an estimate for every ticket at its issue out, each
//! made from the past alone.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calibrate::{Calibration, Estimate};
use super::days_file::{Day, DaysFile, End, Event, wrong};
use super::hall::{Call, Doing, Hall, Waiting};
use super::learn::{Fact, Learner, Setup};
use super::outlook::Outlook;
use super::play::{PLAYS, Player};
use crate::formats::FormatError;
use crate::random::Random;

/// The seed of the `days` format's plays; each ticket's own follows from its day and place.
const SEED: u64 = 0x006E_6F77_7365_7276;

/// The answer in the shape of the format.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimates {
    /// One for every ticket, in order of issue.
    pub estimates: Vec<TicketEstimate>,
}

/// What a ticket would have said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TicketEstimate {
    /// Date.
    pub day: String,
    /// Number.
    pub id: String,
    /// As likely shorter as longer, seconds.
    pub p50_s: f64,
    /// Lower bound of the 80 % interval, seconds.
    pub low_s: f64,
    /// Upper bound of the 80 % interval, seconds.
    pub high_s: f64,
}

/// One ticket's question: the state at its issue and what could be expected then. Asks do not depend on
/// each other, so they can be played on as many threads as there are.
#[derive(Debug, Clone)]
pub struct Ask {
    hall: Hall,
    outlook: Outlook,
    at: i64,
    seed: u64,
    tag: u32,
}

impl Ask {
    /// Plays this question forward; not calibrated yet.
    pub fn play(&self, setup: &Setup) -> Estimate {
        let mut player = Player::new(setup, &self.outlook, &self.hall, self.at, self.seed);
        let waits = player.play(&[self.tag], PLAYS);
        waits.first().map_or(Estimate::NOW, super::play::Waits::estimate)
    }
}

/// What happened to the promise, in the order in which it became known.
#[derive(Debug, Clone)]
enum Step {
    /// A ticket is issued: the question, or none if it was called at once.
    Issue { day: usize, id: String, lane: usize, ask: Option<usize> },
    /// A ticket is called for the first time.
    Called { place: usize, day: usize, ask: Option<usize>, lane: usize, actual_s: f64 },
}

/// A file walked through once: all questions, and what became of the tickets.
#[derive(Debug, Clone)]
pub struct Walk {
    asks: Vec<Ask>,
    steps: Vec<Step>,
}

impl Walk {
    /// Replays every day through the rule and the learner.
    ///
    /// # Errors
    /// Names the day and the event that cannot have happened.
    pub fn new(file: &DaysFile) -> Result<Self, FormatError> {
        let mut walk = Self { asks: Vec::new(), steps: Vec::new() };
        let mut learner = Learner::new(&file.setup);
        for (index, day) in file.days.iter().enumerate() {
            let mut today = Today::new(&file.setup, &mut learner, index, &mut walk);
            today.live(day).map_err(|error| FormatError::new(format!("days[{index}].{error}")))?;
        }
        Ok(walk)
    }

    /// The questions, to be answered in this order.
    pub fn asks(&self) -> &[Ask] {
        &self.asks
    }

    /// What every called ticket really waited from issue to first call: day, place in the day's order of issue, seconds.
    pub fn waits(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.steps.iter().filter_map(|step| match step {
            Step::Called { place, day, actual_s, .. } => Some((*day, *place, *actual_s)),
            Step::Issue { .. } => None,
        })
    }

    /// Calibrates the played answers, each by the outcomes that were known at its issue.
    pub fn calibrate(&self, file: &DaysFile, played: &[Estimate]) -> Estimates {
        let mut calibration = Calibration::new(file.setup.rule.lanes.len());
        let mut estimates = Vec::new();
        for step in &self.steps {
            match step {
                Step::Issue { day, id, lane, ask } => {
                    let played = ask.and_then(|ask| played.get(ask));
                    let said = played.map_or(Estimate::NOW, |played| calibration.correct(*lane, *played));
                    let Estimate { low_s, p50_s, high_s } = said;
                    let day = file.days[*day].date.clone();
                    estimates.push(TicketEstimate { day, id: id.clone(), p50_s, low_s, high_s });
                }
                Step::Called { ask, lane, actual_s, .. } => {
                    if let Some(played) = ask.and_then(|ask| played.get(ask)) {
                        calibration.book(*lane, *played, *actual_s);
                    }
                }
            }
        }
        Estimates { estimates }
    }
}

/// An estimate for every ticket at its issue, from the past alone; the same file gives the same answer.
///
/// # Errors
/// Names the day and the event that cannot have happened.
pub fn days(file: &DaysFile) -> Result<Estimates, FormatError> {
    let walk = Walk::new(file)?;
    let played: Vec<Estimate> = walk.asks().iter().map(|ask| ask.play(&file.setup)).collect();
    Ok(walk.calibrate(file, &played))
}

/// One ticket of today.
#[derive(Debug)]
struct Known {
    issued: i64,
    joined: i64,
    lane: usize,
    ask: Option<usize>,
    called: bool,
}

/// A day being replayed.
struct Today<'a> {
    setup: &'a Setup,
    learner: &'a mut Learner,
    index: usize,
    walk: &'a mut Walk,
    hall: Hall,
    tickets: Vec<Known>,
    ids: BTreeMap<String, usize>,
}

impl<'a> Today<'a> {
    fn new(setup: &'a Setup, learner: &'a mut Learner, index: usize, walk: &'a mut Walk) -> Self {
        let hall = Hall::new(&setup.rule);
        Self { setup, learner, index, walk, hall, tickets: Vec::new(), ids: BTreeMap::new() }
    }

    fn book(&mut self, at: i64, fact: &Fact) {
        self.learner.book(self.setup, at, fact);
    }

    fn live(&mut self, day: &Day) -> Result<(), FormatError> {
        let mut now = 0;
        self.book(now, &Fact::DayBegins(day.appointments.clone()));
        for (index, (at, event)) in day.events.iter().enumerate() {
            while let Some(wake) = self.hall.wake(&self.setup.rule, now).filter(|wake| wake < at) {
                now = wake;
                self.assign(now);
            }
            now = *at;
            let happened = self.happen(now, event);
            happened.map_err(|error| FormatError::new(format!("events[{index}]: {error}")))?;
            self.assign(now);
            if let Event::Issue { id, .. } = event {
                self.ask(now, id);
            }
        }
        self.book(now, &Fact::DayEnds);
        Ok(())
    }

    fn happen(&mut self, at: i64, event: &Event) -> Result<(), FormatError> {
        match event {
            Event::Open(counter) => {
                if matches!(self.hall.doing(*counter), Doing::Idle(_) | Doing::Busy(_)) {
                    return wrong("this counter is open already");
                }
                self.book(at, &Fact::Opened { counter: *counter });
                self.hall.set(*counter, Doing::Idle(at));
            }
            Event::Issue { id, service, lane, booked } => self.issue(at, id, *service, *lane, *booked)?,
            Event::End { counter, how, then_pause } => {
                self.end(at, *counter, *how)?;
                if let Some(planned) = then_pause {
                    self.pause(at, *counter, *planned);
                }
            }
            Event::Pause(counter, planned) => {
                if !matches!(self.hall.doing(*counter), Doing::Idle(_)) {
                    return wrong("only a free counter pauses; a busy one ends its call with \"then\": \"pause\"");
                }
                self.pause(at, *counter, *planned);
            }
            Event::Close => self.hall.drain(),
            Event::Tick => {}
        }
        Ok(())
    }

    fn pause(&mut self, at: i64, counter: usize, planned: bool) {
        self.book(at, &Fact::Paused { counter, planned });
        self.hall.set(counter, Doing::Paused(at, planned));
    }

    fn issue(
        &mut self,
        at: i64,
        id: &str,
        service: usize,
        lane: usize,
        booked: Option<i64>,
    ) -> Result<(), FormatError> {
        if self.ids.contains_key(id) {
            return wrong(format!("ticket {id:?} was issued before"));
        }
        let tag = tag(self.tickets.len())?;
        let (lane, origin) = match booked {
            Some(booked) if at <= booked + self.setup.grace => (lane, booked),
            Some(_) => (self.setup.late_lane, at),
            None => (lane, at),
        };
        self.book(at, &Fact::Issued { service, lane, booked });
        self.ids.insert(id.to_owned(), self.tickets.len());
        self.tickets.push(Known { issued: at, joined: at, lane, ask: None, called: false });
        self.hall.wait(self.setup.rule.class(service, lane), Waiting { origin, seq: tag, tag });
        Ok(())
    }

    fn end(&mut self, at: i64, counter: usize, how: End) -> Result<(), FormatError> {
        let Doing::Busy(serving) = self.hall.doing(counter) else {
            return wrong("nobody is at this counter");
        };
        let rule = &self.setup.rule;
        let fact = match how {
            End::Finish => Fact::Finished { counter },
            End::Miss => Fact::Missed { counter },
            End::Transfer(service) => {
                let waited = (serving.since - serving.ticket.origin).max(0);
                let ticket = Waiting { origin: at - waited, ..serving.ticket };
                self.hall.wait(rule.class(service, rule.lane(serving.class)), ticket);
                if let Some(known) = usize::try_from(ticket.tag).ok().and_then(|tag| self.tickets.get_mut(tag)) {
                    known.joined = at - waited;
                }
                Fact::Transferred { counter, service }
            }
        };
        self.book(at, &fact);
        self.hall.set(counter, Doing::Idle(at));
        Ok(())
    }

    fn assign(&mut self, at: i64) {
        let mut calls: Vec<Call> = Vec::new();
        self.hall.assign(&self.setup.rule, at, |call| calls.push(call));
        for call in calls {
            let ticket = usize::try_from(call.serving.ticket.tag).ok();
            let Some(known) = ticket.and_then(|tag| self.tickets.get_mut(tag)) else { continue };
            if !known.called {
                let Known { ask, lane, issued, .. } = *known;
                let (place, actual_s) = (ticket.unwrap_or(0), seconds(at - issued));
                self.walk.steps.push(Step::Called { place, day: self.index, ask, lane, actual_s });
            }
            known.called = true;
            let waited = at - known.joined;
            let service = self.setup.rule.service(call.serving.class);
            let fact = Fact::Called { counter: call.counter, service, waited, gap: Some(0) };
            self.book(at, &fact);
        }
    }

    /// Puts the question of a ticket that is still waiting after its issue.
    fn ask(&mut self, at: i64, id: &str) {
        let Some(place) = self.ids.get(id).copied() else { return };
        let lane = self.tickets[place].lane;
        let mut ask = None;
        if let (false, Ok(tag)) = (self.tickets[place].called, tag(place)) {
            let parts = [u64::try_from(self.index).unwrap_or(0), u64::from(tag)];
            let outlook = self.learner.outlook(self.setup, at, &self.hall);
            ask = Some(self.walk.asks.len());
            let seed = Random::seed_of(SEED, &parts);
            self.walk.asks.push(Ask { hall: self.hall.clone(), outlook, at, seed, tag });
        }
        self.tickets[place].ask = ask;
        self.walk.steps.push(Step::Issue { day: self.index, id: id.to_owned(), lane, ask });
    }
}

fn tag(place: usize) -> Result<u32, FormatError> {
    // The upper half belongs to people whom a play invents.
    let tag = u32::try_from(place).ok().filter(|tag| *tag < u32::MAX / 2);
    tag.ok_or_else(|| FormatError::new("there are too many tickets in this day".to_owned()))
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
