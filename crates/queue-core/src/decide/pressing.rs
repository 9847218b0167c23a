//! Keys of desk units. Each press ends in one command or one refusal, and either is a fact with the press's mark, so
//! that after any failure the lobby knows which presses it has already judged.

use super::alerts::not_yet;
use crate::{
    Actor, AlertKind, AlertSubject, Branch, Command, CounterId, CounterState, Desk, DeskId, Event, Millis, Outcome,
    PauseReason, Press, PressMark, PressResult, Rated, Refusal, TicketState, Timestamp, TransferTo,
};

// Key codes as on the wire (HARDWARE §1).
const NEXT: u16 = 1;
const RECALL: u16 = 2;
const NO_SHOW: u16 = 3;
const ARRIVED: u16 = 4;
const FINISH: u16 = 5;
const HOLD: u16 = 6;
const PAUSE: u16 = 7;
const TRANSFER: u16 = 8;
const HELP: u16 = 9;
const DISPUTE: u16 = 10;
const RATE_WORST: u16 = 21;
const RATE_BEST: u16 = 25;
const DIGIT_0: u16 = 30;
const DIGIT_9: u16 = 39;
const OK: u16 = 40;
const CLEAR: u16 = 41;
/// "Call back" of a call box, which has no way to say whom: the ticket that the counter has held longest. Desk units
/// name the ticket; on their map this code is free.
const CALL_BACK: u16 = 50;

/// The digit that a key types.
pub(crate) fn digit(key: u16) -> Option<char> {
    match key {
        DIGIT_0..=DIGIT_9 => char::from_digit(u32::from(key - DIGIT_0), 10),
        _ => None,
    }
}

/// The level that a key of the rater gives, 1 to 5.
pub(crate) fn score(key: u16) -> Option<u8> {
    match key {
        RATE_WORST..=RATE_BEST => u8::try_from(key + 1 - RATE_WORST).ok(),
        _ => None,
    }
}

/// A press that was longer on its way does nothing: whoever pressed has given up meanwhile, or has done it in another way.
const PRESS_KEEPS_MS: Millis = 10_000;

enum Meaning {
    Typed,
    Wishes(Vec<Command>),
    Named(String),
}

impl Branch {
    pub(super) fn decide_press(&self, at: Timestamp, actor: &Actor, press: &Press) -> Vec<Event> {
        let known = self.desks.get(&press.desk).and_then(|desk| desk.mark);
        if known.is_some_and(|known| !press.mark.is_after(known)) {
            return Vec::new(); // judged before, whatever brought it here again
        }
        if let Some(facts) = self.ticked(press) {
            return facts;
        }
        let judged = self.meaning(at, press).and_then(|meaning| match meaning {
            Meaning::Typed => Ok((Vec::new(), PressResult::Typed)),
            Meaning::Named(staff) => Ok((
                vec![Event::StaffNamed { counter: press.counter.clone(), staff, stars: None, from: None }],
                PressResult::Obeyed,
            )),
            Meaning::Wishes(wishes) => {
                let facts = self.decide_in_turn(at, actor, &wishes)?;
                let refused = |refusal: Refusal| PressResult::Refused { code: refusal.code().to_owned() };
                let result = not_yet(&facts).map_or(PressResult::Obeyed, refused);
                Ok((facts, result))
            }
        });
        let (mut facts, result) =
            judged.unwrap_or_else(|refusal| (Vec::new(), PressResult::Refused { code: refusal.code().to_owned() }));
        let (desk, mark, key, age_ms) = (press.desk.clone(), press.mark, press.key, press.age_ms.unwrap_or(0));
        facts.push(Event::Pressed { desk, mark, key, result, age_ms });
        facts
    }

    /// One key can stand for two acts (open and call). The second is judged as if the first had happened.
    fn decide_in_turn(&self, at: Timestamp, actor: &Actor, wishes: &[Command]) -> Result<Vec<Event>, Refusal> {
        let [first, rest @ ..] = wishes else { return Ok(Vec::new()) };
        let mut facts = self.decide(at, actor, first)?;
        if !rest.is_empty() {
            let mut then = self.clone();
            for fact in &facts {
                then.apply(at, fact);
            }
            facts.extend(then.decide_in_turn(at, actor, rest)?);
        }
        Ok(facts)
    }

    fn meaning(&self, at: Timestamp, press: &Press) -> Result<Meaning, Refusal> {
        if press.stale {
            return Err(Refusal::StalePress);
        }
        too_old(press)?;
        if digit(press.key).is_some() || press.key == CLEAR {
            return Ok(Meaning::Typed);
        }
        let counter = press.counter.clone();
        let state = self.known_counter(&counter)?.state;
        let typed = self.typed(at.plus(-press.age_ms.unwrap_or(0)), &press.desk);
        let one = |wish: Command| Ok(Meaning::Wishes(vec![wish]));
        match press.key {
            NEXT if state == CounterState::Closed => Ok(Meaning::Wishes(vec![
                Command::OpenCounter { counter: counter.clone(), staff: None },
                Command::CallNext { counter },
            ])),
            NEXT => one(Command::CallNext { counter }),
            RECALL => one(Command::Recall { counter }),
            NO_SHOW => one(Command::NoShow { counter }),
            ARRIVED => one(Command::Arrived { counter }),
            FINISH if typed == "0" => {
                one(Command::CloseCounter { counter, held_to: None, reason: None, authorised: false })
            }
            FINISH => one(Command::Finish { counter, outcome: Outcome::Done }),
            HOLD if typed.is_empty() => one(Command::Hold { counter }),
            HOLD => self.resume_typed(counter, typed),
            PAUSE => Self::pause_typed(counter, state, typed),
            TRANSFER => self.transfer_typed(counter, typed),
            HELP => one(call_for(AlertKind::Help, counter)),
            DISPUTE => one(call_for(AlertKind::Dispute, counter)),
            CALL_BACK => {
                let held = self.known_counter(&counter)?.held.first().cloned();
                let ticket = held.ok_or_else(|| Refusal::NobodyHeld(counter.clone()))?;
                one(Command::ResumeTicket { counter, ticket })
            }
            RATE_WORST..=RATE_BEST => {
                let score = score(press.key).ok_or(Refusal::UnknownKey(press.key))?;
                one(Command::Rate { of: Rated::At(counter), score })
            }
            OK if typed.is_empty() => Err(Refusal::NothingTyped),
            OK => Ok(Meaning::Named(typed.to_owned())),
            key => Err(Refusal::UnknownKey(key)),
        }
    }

    /// Digits that still count: typed within the time that the branch allows before their key.
    fn typed(&self, at: Timestamp, desk: &DeskId) -> &str {
        let in_time = |desk: &&Desk| at.since(desk.typed_at) <= self.plan.rules.typing_ms;
        self.desks.get(desk).filter(in_time).map_or("", |desk| desk.typed.as_str())
    }

    /// Digits then hold: go on with that held ticket, by the digits of its number.
    fn resume_typed(&self, counter: CounterId, typed: &str) -> Result<Meaning, Refusal> {
        let unknown = || Refusal::UnknownEntry(typed.to_owned());
        let wanted: u32 = typed.parse().map_err(|_| unknown())?;
        let number_of = |number: &str| number.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok();
        let held = self.known_counter(&counter)?.held.iter().filter_map(|id| self.tickets.get(id));
        let mut fitting = held.filter(|ticket| number_of(&ticket.number) == Some(wanted));
        match (fitting.next(), fitting.next()) {
            (Some(ticket), None) => {
                Ok(Meaning::Wishes(vec![Command::ResumeTicket { counter, ticket: ticket.id.clone() }]))
            }
            _ => Err(unknown()),
        }
    }

    /// Digits then pause: for that reason of the list. Alone: the default reason, and again: resume.
    fn pause_typed(counter: CounterId, state: CounterState, typed: &str) -> Result<Meaning, Refusal> {
        if typed.is_empty() && matches!(state, CounterState::Paused | CounterState::Pausing) {
            return Ok(Meaning::Wishes(vec![Command::Resume { counter }]));
        }
        let reason =
            if typed.is_empty() { Some(PauseReason::default()) } else { nth(&PauseReason::LIST, typed).copied() };
        let reason = reason.ok_or_else(|| Refusal::UnknownEntry(typed.to_owned()))?;
        Ok(Meaning::Wishes(vec![Command::Pause { counter, reason }]))
    }

    /// Digits then transfer: to that service of the printed list, which is the menu's order.
    fn transfer_typed(&self, counter: CounterId, typed: &str) -> Result<Meaning, Refusal> {
        if typed.is_empty() {
            return Err(Refusal::NothingTyped);
        }
        let service = nth(&self.plan.services, typed).ok_or_else(|| Refusal::UnknownEntry(typed.to_owned()))?;
        let to = TransferTo::Service { service: service.id.clone(), pin: None };
        Ok(Meaning::Wishes(vec![Command::Transfer { counter, to, lane: None, confirm: false }]))
    }

    pub(super) fn decide_baseline(&self, desk: &DeskId, mark: PressMark, why: &str) -> Vec<Event> {
        if self.desks.get(desk).and_then(|desk| desk.mark) == Some(mark) {
            return Vec::new();
        }
        vec![Event::DeskBaseline { desk: desk.clone(), mark, why: why.to_owned() }]
    }

    pub(super) fn decide_missed(&self, desk: &DeskId, mark: PressMark, count: u32) -> Vec<Event> {
        if self.desks.get(desk).and_then(|desk| desk.mark).is_some_and(|known| !mark.is_after(known)) {
            return Vec::new();
        }
        vec![Event::PressesMissed { desk: desk.clone(), mark, count }]
    }

    /// Whether the unit's lamp "customer is called" should flash: called and not yet arrived.
    pub fn is_called_at(&self, counter: &CounterId) -> bool {
        self.ticket_at(counter).is_some_and(|ticket| ticket.state == TicketState::Called)
    }
}

/// Help that is asked for is never asked for too early; everything else has its moment.
fn too_old(press: &Press) -> Result<(), Refusal> {
    let in_time = press.age_ms.is_some_and(|age| age <= PRESS_KEEPS_MS);
    if in_time || [HELP, DISPUTE].contains(&press.key) {
        return Ok(());
    }
    let seconds = |age: Millis| u64::try_from(age / 1_000).unwrap_or(0);
    Err(Refusal::OldPress { age_s: press.age_ms.map(seconds) })
}

fn call_for(kind: AlertKind, counter: CounterId) -> Command {
    Command::RaiseAlert { subject: AlertSubject::at(kind, counter), reason: None, language: None }
}

/// The entry of a printed list, counted from 1.
fn nth<'a, T>(list: &'a [T], typed: &str) -> Option<&'a T> {
    typed.parse::<usize>().ok()?.checked_sub(1).and_then(|place| list.get(place))
}
