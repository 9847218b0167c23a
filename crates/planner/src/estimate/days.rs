//! The judge's view: recorded days of one branch in, an estimate for every ticket at its issue out, each
//! made from the past alone.

use serde::Serialize;

use super::calibrate::{Calibration, Estimate};
use super::days_file::{Day, DaysFile};
use super::learn::{Fact, Learner, Setup};
use super::outlook::Outlook;
use super::play::{PLAYS, Player};
use crate::engine::{Call, Doing, Hall};
use crate::formats::{Act, Branch, FormatError, Player as DayPlayer, TraceEvent};
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
            let mut today = Today::new(file, &mut learner, index, &mut walk);
            today.live(day).map_err(|error| error.within(format!("days[{index}]")))?;
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
    branch: &'a Branch,
    learner: &'a mut Learner,
    index: usize,
    walk: &'a mut Walk,
    player: DayPlayer,
    tickets: Vec<Known>,
}

impl<'a> Today<'a> {
    fn new(file: &'a DaysFile, learner: &'a mut Learner, index: usize, walk: &'a mut Walk) -> Self {
        let player = DayPlayer::new(file.branch.clone());
        Self { setup: &file.setup, branch: &file.branch, learner, index, walk, player, tickets: Vec::new() }
    }

    fn learn(&mut self, at: i64, fact: &Fact) {
        self.learner.book(self.setup, at, fact);
    }

    fn live(&mut self, day: &Day) -> Result<(), FormatError> {
        let mut now = 0;
        self.learn(now, &Fact::DayBegins(day.appointments.clone()));
        for (index, event) in day.events.iter().enumerate() {
            while let Some(wake) = self.player.engine().next_wake(now).filter(|wake| *wake < event.at) {
                now = wake;
                self.assign(now);
            }
            now = event.at;
            self.happen(event).map_err(|error| error.within(format!("event {index}")))?;
            self.assign(now);
            if let Act::Issue { id, .. } = &event.act {
                self.ask(now, id)?;
            }
        }
        self.learn(now, &Fact::DayEnds);
        Ok(())
    }

    /// Books an event with the lobby and what it teaches with the learner.
    fn happen(&mut self, event: &TraceEvent) -> Result<(), FormatError> {
        self.can_happen(event)?;
        self.player.book(event)?;
        let at = event.at;
        match &event.act {
            Act::Open { k } => self.learn(at, &Fact::Opened { counter: self.branch.counter(k)? }),
            Act::Issue { service, appt, .. } => self.issued(at, self.branch.service(service)?, *appt),
            Act::Finish { k } => self.learn(at, &Fact::Finished { counter: self.branch.counter(k)? }),
            Act::Miss { k } => self.learn(at, &Fact::Missed { counter: self.branch.counter(k)? }),
            Act::Transfer { k, service, .. } => {
                let (counter, service) = (self.branch.counter(k)?, self.branch.service(service)?);
                self.learn(at, &Fact::Transferred { counter, service });
            }
            Act::Pause { k } => self.paused(at, self.branch.counter(k)?, event),
            Act::Return { .. } | Act::Cancel { .. } | Act::Close | Act::Tick => {}
        }
        if let Some(k) = &event.then_pause {
            self.paused(at, self.branch.counter(k)?, event);
        }
        Ok(())
    }

    /// Recorded days are of a real lobby: stricter than what a trace may try.
    fn can_happen(&self, event: &TraceEvent) -> Result<(), FormatError> {
        let doing = |k: &str| Ok::<_, FormatError>(self.player.engine().hall().doing(self.branch.counter(k)?));
        let mistake = match &event.act {
            Act::Open { k } if matches!(doing(k)?, Doing::Idle(_) | Doing::Busy(_)) => "this counter is open already",
            Act::Finish { k } | Act::Miss { k } | Act::Transfer { k, .. } if !matches!(doing(k)?, Doing::Busy(_)) => {
                "nobody is at this counter"
            }
            Act::Pause { k } if !matches!(doing(k)?, Doing::Idle(_)) => {
                "only a free counter pauses; a busy one ends its call with \"then\": \"pause\""
            }
            _ => return Ok(()),
        };
        Err(FormatError::new(mistake))
    }

    fn paused(&mut self, at: i64, counter: usize, event: &TraceEvent) {
        self.learn(at, &Fact::Paused { counter, planned: event.is_planned() });
    }

    /// The last ticket of the engine was just issued.
    fn issued(&mut self, at: i64, service: usize, booked: Option<i64>) {
        let rule = &self.setup.rule;
        let lane = self.player.engine().tickets().last().map_or(0, |ticket| rule.lane(ticket.class));
        self.tickets.push(Known { issued: at, joined: at, lane, ask: None, called: false });
        self.learn(at, &Fact::Issued { service, lane, booked });
    }

    fn assign(&mut self, at: i64) {
        let mut calls: Vec<(usize, Call)> = Vec::new();
        self.player.assign(at, |place, call| calls.push((place, call)));
        for (place, call) in calls {
            let known = &mut self.tickets[place];
            if known.called {
                // Sent on by its last counter: the time waited before counts on.
                known.joined = call.serving.ticket.origin;
            } else {
                let Known { ask, lane, issued, .. } = *known;
                let actual_s = seconds(at - issued);
                self.walk.steps.push(Step::Called { place, day: self.index, ask, lane, actual_s });
            }
            known.called = true;
            let waited = at - known.joined;
            let service = self.setup.rule.service(call.serving.class);
            let fact = Fact::Called { counter: call.counter, service, waited, gap: Some(0) };
            self.learn(at, &fact);
        }
    }

    /// Puts the question of a ticket that is still waiting after its issue.
    fn ask(&mut self, at: i64, id: &str) -> Result<(), FormatError> {
        let place = self.player.ticket(id)?;
        let lane = self.tickets[place].lane;
        let mut ask = None;
        if let (false, Ok(tag)) = (self.tickets[place].called, u32::try_from(place)) {
            let parts = [u64::try_from(self.index).unwrap_or(0), u64::from(tag)];
            let hall = self.player.engine().hall();
            let outlook = self.learner.outlook(self.setup, at, hall);
            ask = Some(self.walk.asks.len());
            let seed = Random::seed_of(SEED, &parts);
            self.walk.asks.push(Ask { hall: hall.clone(), outlook, at, seed, tag });
        }
        self.tickets[place].ask = ask;
        self.walk.steps.push(Step::Issue { day: self.index, id: id.to_owned(), lane, ask });
        Ok(())
    }
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
