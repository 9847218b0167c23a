//! Tickets as staff and kiosks see them.

use super::{Time, print_states, ticket_states};
use crate::{
    controller::View,
    journal::{Export, KeptNote},
};
use queue_core::{Branch, LaneId, Need, Promise, ServiceId, Ticket, TicketId, TicketState, Why};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One place in one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketView {
    /// Opaque; authorises nothing.
    pub id: String,
    /// What is printed, shown and spoken, such as `A012`.
    pub number: String,
    /// Service that it waits for, or waited for last.
    pub service: String,
    /// Lane that it waits in.
    pub lane: String,
    /// Where it is in its life.
    #[schema(schema_with = ticket_states)]
    pub state: &'static str,
    /// When the number was taken.
    pub issued_at: Time,
    /// The counter that called, serves or holds it, or did so last.
    #[schema(required)]
    pub counter: Option<String>,
    /// The last call of this leg.
    #[schema(required)]
    pub called_at: Option<Time>,
    /// Since when its counter keeps it on hold; `null` when none does.
    #[schema(required)]
    pub held_at: Option<Time>,
    /// How often this leg was called out so far.
    pub times: u32,
    /// Why it was called and nobody else: `rule` is `points`, `guarantee`, `pin` or `manual`, with its figure or reason.
    #[schema(required, value_type = Option<Object>)]
    pub why: Option<Why>,
    /// Chosen by the customer, such as `zh-CN`.
    #[schema(required)]
    pub language: Option<String>,
    /// What staff should know: `hearing`, `sight`, `mobility`, `interpreter`. Never shown in public.
    pub needs: Vec<&'static str>,
    /// `urgent`, `special`; who answers for it and why stands in the history. Never shown in public.
    pub flags: Vec<&'static str>,
    /// Further services on the same number.
    pub then: Vec<String>,
    /// What became of its newest paper.
    #[schema(schema_with = print_states)]
    pub print: &'static str,
    /// From when its waiting counts: issue, booked time, or so that the minutes before a transfer count again.
    pub waiting_since: Time,
    /// The counter that it waits for, while it waits for one.
    #[schema(required)]
    pub pin: Option<String>,
    /// Notes that staff wrote on it; the ticket's own address has their words.
    pub notes: u32,
}

/// How long it will take, as a range. Seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Estimate {
    /// One customer in ten is called sooner.
    pub low_s: u32,
    /// The middle.
    pub p50_s: u32,
    /// One customer in ten waits longer.
    pub high_s: u32,
}

impl From<Promise> for Estimate {
    fn from(promise: Promise) -> Estimate {
        Estimate { low_s: promise.low_s, p50_s: promise.p50_s, high_s: promise.high_s }
    }
}

/// A number was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Issued {
    /// The ticket.
    pub ticket: TicketView,
    /// How many of the same service are called before it as things stand; 0 when it was called at once.
    pub ahead: usize,
    /// The wait, where the branch can tell.
    #[schema(required)]
    pub estimate: Option<Estimate>,
    /// What becomes of the paper; `none` where none was asked for.
    #[schema(schema_with = print_states)]
    pub print: &'static str,
    /// Whether the customer had it already: nothing is printed for it by itself.
    pub again: bool,
    /// Address of the customer's own page, from the root of the site.
    #[schema(example = "/t/3vQb1M0hJ6Zk7yTq9sWx2A")]
    pub track: String,
    /// The whole address for a phone, where the branch has one for phones (`public_url`).
    #[schema(required)]
    pub track_url: Option<String>,
}

/// Tickets of the day, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketList {
    /// At most `limit`.
    pub tickets: Vec<TicketView>,
    /// Give this as `after` for more; `null` when that was all.
    #[schema(required)]
    pub next: Option<String>,
}

/// A ticket and everything that happened to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketDetail {
    /// As it stands now.
    pub ticket: TicketView,
    /// Oldest first.
    pub history: Vec<HistoryEntry>,
    /// What staff may read of the identity number that it was taken with, such as `110***********1234`, until the
    /// business day is closed.
    #[schema(required)]
    pub identity: Option<String>,
    /// What staff wrote on it, oldest first, as long as it is kept.
    pub notes: Vec<NoteView>,
}

/// A note of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Note)]
pub struct NoteView {
    /// When it was written.
    pub at: Time,
    /// Who wrote it, `role:name`.
    pub by: String,
    /// The words, as text.
    pub text: String,
}

impl From<KeptNote> for NoteView {
    fn from(KeptNote { at, by, text }: KeptNote) -> NoteView {
        NoteView { at: Time(at), by, text }
    }
}

/// A fact about one ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Row of the journal.
    pub seq: i64,
    /// When: RFC 3339, UTC, milliseconds.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who, `role:name`.
    pub actor: String,
    /// What kind of fact, such as `called`.
    pub kind: String,
    /// The fields of that kind of fact, beside the others.
    #[serde(flatten)]
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    pub fields: BTreeMap<String, Value>,
}

impl From<Export> for HistoryEntry {
    fn from(row: Export) -> HistoryEntry {
        let Value::Object(fields) = row.fact else {
            return HistoryEntry {
                seq: row.seq,
                at: row.at,
                actor: row.actor,
                kind: row.kind,
                fields: BTreeMap::new(),
            };
        };
        // The row's own columns win over fields of the same name.
        let own = ["seq", "at", "actor", "kind"];
        let fields = fields.into_iter().filter(|(name, _)| !own.contains(&name.as_str())).collect();
        HistoryEntry { seq: row.seq, at: row.at, actor: row.actor, kind: row.kind, fields }
    }
}

/// Which tickets are asked for.
#[derive(Clone, Debug, Default)]
pub struct TicketSelection {
    /// Only those in one of these states.
    pub states: Vec<TicketState>,
    /// Only those of this service.
    pub service: Option<ServiceId>,
    /// Only those of this lane.
    pub lane: Option<LaneId>,
    /// Only the one of this number, as somebody would say it.
    pub number: Option<String>,
    /// Only those issued after this one.
    pub after: Option<TicketId>,
    /// At most so many.
    pub limit: usize,
}

/// A ticket for staff.
pub fn ticket(branch: &Branch, ticket: &Ticket) -> TicketView {
    TicketView {
        id: ticket.id.as_str().to_owned(),
        number: ticket.number.clone(),
        service: ticket.service.as_str().to_owned(),
        lane: ticket.lane.as_str().to_owned(),
        state: ticket.state.name(),
        issued_at: Time(ticket.issued_at),
        counter: ticket.counter.as_ref().map(|counter| counter.as_str().to_owned()),
        called_at: ticket.called_at.map(Time),
        held_at: ticket.held_at.map(Time),
        times: ticket.times,
        why: ticket.why.clone(),
        language: ticket.language.clone(),
        needs: ticket.needs.iter().copied().map(need).collect(),
        flags: ticket.flags.iter().map(|flag| flag.name()).collect(),
        then: ticket.then.iter().map(|service| service.as_str().to_owned()).collect(),
        print: print(branch, ticket),
        waiting_since: Time(ticket.origin),
        pin: ticket.pin.as_ref().map(|pin| pin.counter.as_str().to_owned()),
        notes: ticket.notes,
    }
}

/// What became of a ticket's newest paper: `queued`, `printed`, `failed`, `uncertain`, or `none`.
pub(super) fn print(branch: &Branch, ticket: &Ticket) -> &'static str {
    ticket.job.and_then(|job| branch.job(job)).map_or("none", |job| job.state.name())
}

pub(super) fn need(need: Need) -> &'static str {
    match need {
        Need::Hearing => "hearing",
        Need::Sight => "sight",
        Need::Mobility => "mobility",
        Need::Interpreter => "interpreter",
    }
}

/// The answer to taking a number, or `None` where the branch has no such ticket.
pub fn issued(view: &View<'_>, id: &TicketId) -> Option<Issued> {
    let found = view.branch.ticket(id)?;
    let shown = ticket(view.branch, found);
    let track = format!("/t/{}", view.track_token(id)?);
    Some(Issued {
        ahead: view.branch.ahead(id).unwrap_or(0),
        estimate: found.promise.map(Estimate::from),
        print: shown.print,
        track_url: view.config.branch.public_url.as_ref().map(|url| format!("{}{track}", url.trim_end_matches('/'))),
        track,
        again: false,
        ticket: shown,
    })
}

/// Tickets of the day in the order of issue, a page at a time. `None` when `after` is no ticket of today.
pub fn tickets(view: &View<'_>, wanted: &TicketSelection) -> Option<TicketList> {
    let after = match &wanted.after {
        Some(id) => view.branch.ticket(id)?.sequence,
        None => 0,
    };
    let mut found: Vec<&Ticket> = view
        .branch
        .tickets()
        .filter(|ticket| ticket.sequence > after)
        .filter(|ticket| wanted.states.is_empty() || wanted.states.contains(&ticket.state))
        .filter(|ticket| wanted.service.as_ref().is_none_or(|service| ticket.service == *service))
        .filter(|ticket| wanted.lane.as_ref().is_none_or(|lane| ticket.lane == *lane))
        .filter(|ticket| wanted.number.as_ref().is_none_or(|number| is_called(number, &ticket.number)))
        .collect();
    found.sort_unstable_by_key(|ticket| ticket.sequence);
    let more = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let next = found.last().filter(|_| more).map(|ticket| ticket.id.as_str().to_owned());
    Some(TicketList { tickets: found.into_iter().map(|found| ticket(view.branch, found)).collect(), next })
}

/// Whether people would say `said` for this number: small letters, spaces and missing noughts do not matter.
fn is_called(said: &str, number: &str) -> bool {
    let parts = |text: &str| {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let (series, digits) = text.split_at(at);
        (series.to_ascii_uppercase(), digits.trim_start_matches('0').to_owned())
    };
    parts(said) == parts(number)
}

#[cfg(test)]
mod tests {
    use super::is_called;

    #[test]
    fn a_number_is_found_as_people_say_it() {
        for said in ["A012", "a12", " A-12", "a 012"] {
            assert!(is_called(said, "A012"), "{said}");
        }
        for said in ["12", "A120", "B012", "A01", ""] {
            assert!(!is_called(said, "A012"), "{said}");
        }
    }
}
