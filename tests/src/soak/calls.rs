//! Every number was called in its order: the journal is played once more, and each call is judged by the rule as the
//! hall stood at that moment; and by a plainer rule that knows nothing of the core's queues.

use super::record::Row;
use queue_core::{Branch, Event, Pin, TicketId, TicketState, Why};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the customers had of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallCounts {
    /// Numbers taken.
    pub issued: usize,
    /// Calls.
    pub called: usize,
    /// Of them by hand, outside the order, with a reason.
    pub by_hand: usize,
    /// Served.
    pub finished: usize,
    /// Did not come.
    pub no_show: usize,
    /// Gave the number back.
    pub cancelled: usize,
    /// Business days that were opened.
    pub days: usize,
}

/// Judges calls, numbers and commands.
pub fn judge(rows: &[Row], breaches: &mut Vec<String>) -> CallCounts {
    let mut counts = CallCounts::default();
    let mut branch = Branch::default();
    let mut numbers: BTreeMap<(String, String), TicketId> = BTreeMap::new();
    let mut wishes: BTreeSet<&str> = BTreeSet::new();
    let mut under_way = None;
    for row in rows {
        let mut breach = |why: String| breaches.push(format!("row {}: {why}", row.seq));
        // One wish is one command: its facts stand together.
        let request = row.request.as_deref();
        if request != under_way
            && let Some(request) = request
            && !wishes.insert(request)
        {
            breach(format!("the wish {request} was granted a second time"));
        }
        under_way = request;
        match &row.fact {
            Event::Issued { ticket, number, .. } => {
                counts.issued += 1;
                let day = row.day.clone().unwrap_or_default();
                if let Some(other) = numbers.insert((day, number.clone()), ticket.clone()) {
                    breach(format!("two customers have {number}: {other} and {ticket}"));
                }
            }
            Event::Called { .. } => {
                counts.called += 1;
                match called(&branch, row) {
                    Ok(by_hand) => counts.by_hand += usize::from(by_hand),
                    Err(why) => breach(why),
                }
            }
            Event::Finished { .. } => counts.finished += 1,
            Event::NoShow { .. } => counts.no_show += 1,
            Event::Cancelled { .. } => counts.cancelled += 1,
            Event::DayOpened { .. } => counts.days += 1,
            _ => {}
        }
        branch.apply(row.at, &row.fact);
    }
    counts
}

/// Whether a call was right, and whether it was by hand.
fn called(branch: &Branch, row: &Row) -> Result<bool, String> {
    let Event::Called { ticket, counter, why, .. } = &row.fact else { return Ok(false) };
    let wanted = branch.ticket(ticket).ok_or_else(|| format!("{ticket} was called, and there is no such number"))?;
    let number = &wanted.number;
    if wanted.state != TicketState::Waiting {
        return Err(format!("{number} was called while it was {}", wanted.state.name()));
    }
    if let Some(other) = branch.ticket_at(counter) {
        return Err(format!("{number} was called to counter {counter}, where {} stood", other.number));
    }
    if matches!(why, Why::Manual { .. }) {
        return Ok(true);
    }
    match branch.choose(counter, row.at) {
        Some(choice) if choice.ticket == *ticket && choice.why == *why => {}
        Some(choice) => {
            let next = branch.ticket(&choice.ticket).map_or("nobody", |next| next.number.as_str());
            return Err(format!(
                "{number} was called to counter {counter} by {why:?}; by the rule it was {next}'s turn, by {:?}",
                choice.why
            ));
        }
        None => return Err(format!("{number} was called to counter {counter}, which could take nobody")),
    }
    // The plainer rule: nobody of the same service and lane, or pinned to the same counter, had waited longer.
    let pinned = |pin: &Option<Pin>| pin.as_ref().map(|pin| pin.counter.clone());
    let alike = |other: &&queue_core::Ticket| {
        let pin = pinned(&other.pin);
        pin == pinned(&wanted.pin)
            && (pin.is_some() || (&other.service, &other.lane) == (&wanted.service, &wanted.lane))
    };
    let waiting = branch.tickets().filter(|other| other.state == TicketState::Waiting);
    let first = waiting.filter(alike).min_by_key(|other| (other.origin, other.sequence));
    match first {
        Some(first) if first.id != *ticket => Err(format!("{number} was called before {}", first.number)),
        _ => Ok(false),
    }
}
