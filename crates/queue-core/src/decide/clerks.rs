//! Who works at a counter. One clerk is named there; another takes the counter over knowingly, or not at all.

use super::Judgement;
use crate::{Actor, Branch, Clerk, Command, Counter, CounterId, CounterState, Event, Refusal, Timestamp};

impl Branch {
    pub(super) fn decide_as_clerk(&self, at: Timestamp, actor: &Actor, clerk: &Clerk, wish: &Command) -> Judgement {
        let Some(id) = wish.counter() else { return self.decide(at, actor, wish) };
        let counter = self.known_counter(id)?;
        held_by_another(counter, clerk)?;
        let opens = matches!(wish, Command::OpenCounter { .. }) && counter.state == CounterState::Closed;
        if opens {
            let (staff, stars) = (Some(clerk.number.clone()), clerk.stars);
            return Ok(vec![Event::CounterOpened { counter: id.clone(), staff, stars }]);
        }
        let facts = self.decide(at, actor, wish)?;
        // Whoever closes a counter leaves it.
        let named = counter.staff.is_none() && !matches!(wish, Command::CloseCounter { .. });
        let named = named.then(|| named_at(id, clerk, None));
        Ok(named.into_iter().chain(facts).collect())
    }

    pub(super) fn decide_name_clerk(&self, id: &CounterId, clerk: &Clerk, from: Option<&str>) -> Judgement {
        let counter = self.known_counter(id)?;
        match counter.staff.as_deref() {
            // Whoever opens it is named with that; looking at a closed counter is not working there.
            None if counter.state == CounterState::Closed => Ok(Vec::new()),
            Some(staff) if staff == clerk.number && counter.stars == clerk.stars => Ok(Vec::new()),
            // Confirmed for the one whom the clerk saw there, not for whoever came meanwhile.
            Some(staff) if staff != clerk.number && from == Some(staff) => Ok(vec![named_at(id, clerk, Some(staff))]),
            _ => {
                held_by_another(counter, clerk)?;
                Ok(vec![named_at(id, clerk, None)])
            }
        }
    }

    pub(super) fn decide_leave(&self, staff: &str) -> Vec<Event> {
        let named = self.counters.values().filter(|counter| counter.staff.as_deref() == Some(staff));
        named.map(|counter| Event::StaffLeft { counter: counter.id.clone(), staff: staff.to_owned() }).collect()
    }
}

fn held_by_another(counter: &Counter, clerk: &Clerk) -> Result<(), Refusal> {
    match &counter.staff {
        Some(staff) if *staff != clerk.number => {
            Err(Refusal::CounterTaken { counter: counter.id.clone(), staff: staff.clone(), since: counter.staff_since })
        }
        _ => Ok(()),
    }
}

fn named_at(counter: &CounterId, clerk: &Clerk, from: Option<&str>) -> Event {
    let from = from.map(str::to_owned);
    Event::StaffNamed { counter: counter.clone(), staff: clerk.number.clone(), stars: clerk.stars, from }
}

impl Command {
    /// The counter at which a clerk wishes something.
    fn counter(&self) -> Option<&CounterId> {
        match self {
            Command::OpenCounter { counter, .. }
            | Command::CloseCounter { counter, .. }
            | Command::Pause { counter, .. }
            | Command::Resume { counter }
            | Command::CallNext { counter }
            | Command::CallTicket { counter, .. }
            | Command::Recall { counter }
            | Command::Arrived { counter }
            | Command::Finish { counter, .. }
            | Command::NoShow { counter }
            | Command::Hold { counter }
            | Command::ResumeTicket { counter, .. }
            | Command::Undo { counter }
            | Command::Transfer { counter, .. }
            | Command::Expecting { counter, .. } => Some(counter),
            _ => None,
        }
    }
}
