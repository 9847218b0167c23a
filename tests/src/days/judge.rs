//! What must be true of a day: the judges of the soak for presses, calls and paper, and here what callers were told, what
//! screens and desk units show in the end, and the chain.

use super::world::{Told, World};
use crate::soak::{self, Record, Row, record};
use queue_core::{CounterId, Event};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the judge found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Everything that must not be, a sentence each; empty when all is well.
    pub breaches: Vec<String>,
    /// The judges of presses, calls and paper.
    pub counts: soak::Verdict,
    /// Hash of the journal's last row.
    pub head: String,
    /// Rows of the journal.
    pub rows: i64,
}

/// What screens and desk units show that is not so. `numbers` is who is at which counter.
pub(super) fn shown_wrong(world: &World, numbers: &BTreeMap<CounterId, Option<String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (screen, shown) in world.boards.borrow().iter() {
        let shown: Value = serde_json::from_str(shown).unwrap_or_default();
        for counter in shown["counters"].as_array().into_iter().flatten() {
            let id = CounterId::from(counter["counter"].as_str().unwrap_or_default());
            let (there, seen) = (numbers.get(&id).cloned().flatten(), counter["number"].as_str().map(str::to_owned));
            if there != seen {
                wrong.push(format!("screen {screen} shows {seen:?} at counter {id}, where {there:?} is"));
            }
        }
    }
    let units = world.config.lines.iter().flat_map(|line| &line.units);
    for (desk, unit) in world.desks.borrow().iter().zip(units) {
        let there = numbers.get(unit.counter.as_str()).cloned().flatten();
        let text = desk.unit().picture().text().trim().to_owned();
        if let Some(number) = there.filter(|number| *number != text) {
            wrong.push(format!("unit {} shows {text:?}, and {number} is at its counter", unit.unit));
        }
    }
    wrong
}

/// Judges the record of the whole day. The lobby has ended.
pub(super) fn judge(world: &World) -> Verdict {
    let mut breaches = world.breaches.borrow().clone();
    let verified = match lobby::journal::verify(world.dir.path()) {
        Ok(verified) => verified,
        Err(cause) => {
            breaches.push(cause.to_string());
            return Verdict { breaches, ..Verdict::default() };
        }
    };
    breaches.extend(verified.broken.map(|broken| format!("row {}: {}", broken.seq, broken.cause)));
    let presses = world.presses.borrow().clone();
    let record = Record {
        rows: record::journal(world.dir.path()),
        latched: u64::try_from(presses.len()).unwrap_or(u64::MAX),
        presses,
        papers: record::tray(&world.printer),
    };
    let counts = soak::judge(&record);
    breaches.extend(counts.breaches.iter().cloned());
    told(&record.rows, &world.told.borrow(), &mut breaches);
    Verdict { breaches, counts, head: verified.head, rows: verified.rows }
}

/// The wish that a request id of the journal stands for: without its scope and, where a defect made it another, its end.
fn wish_of(request: &str) -> &str {
    let key = request.rsplit('/').next().unwrap_or_default();
    key.split('#').next().unwrap_or_default()
}

/// Whoever was answered was told the truth, and the same however often they asked.
fn told(rows: &[Row], told: &[Told], breaches: &mut Vec<String>) {
    let mut facts: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        if let Some(request) = &row.request {
            facts.entry(wish_of(request)).or_default().push(row);
        }
    }
    let mut answers: BTreeMap<&str, &Told> = BTreeMap::new();
    for told in told {
        let first = answers.entry(&told.key).or_insert(told);
        if (first.status, &first.body) != (told.status, &told.body) {
            breaches.push(format!(
                "{} was answered in two ways: {} {}; {} {}",
                told.key, first.status, first.body, told.status, told.body
            ));
        }
    }
    let issued = |wish: &str| {
        let rows = facts.get(wish).into_iter().flatten();
        rows.filter_map(|row| match &row.fact {
            Event::Issued { ticket, number, .. } => Some((ticket.as_str(), number.as_str())),
            _ => None,
        })
        .collect::<Vec<_>>()
    };
    for wish in facts.keys() {
        let tickets = issued(wish);
        if tickets.len() > 1 {
            breaches.push(format!("{wish} became {} tickets: {tickets:?}", tickets.len()));
        }
    }
    for (wish, told) in answers.iter().filter(|(_, told)| told.status == 201) {
        let body: Value = serde_json::from_str(&told.body).unwrap_or_default();
        let ticket =
            (body["ticket"]["id"].as_str().unwrap_or_default(), body["ticket"]["number"].as_str().unwrap_or_default());
        if !issued(wish).contains(&ticket) {
            breaches.push(format!("{wish} was told that it has {ticket:?}, and the journal knows {:?}", issued(wish)));
        }
    }
    for (wish, told) in answers.iter().filter(|(_, told)| told.status == 200) {
        let body: Value = serde_json::from_str(&told.body).unwrap_or_default();
        let called = body["ticket"]["state"] == "called";
        if called && !facts.contains_key(wish) && !known_before(rows, &body) {
            breaches.push(format!(
                "{wish} was told that {} is called, and the journal has nothing of it",
                body["ticket"]["number"]
            ));
        }
    }
}

/// Whether a ticket that somebody was shown as called was called by anybody at all.
fn known_before(rows: &[Row], body: &Value) -> bool {
    let id = body["ticket"]["id"].as_str().unwrap_or_default();
    rows.iter().any(|row| matches!(&row.fact, Event::Called { ticket, .. } if ticket.as_str() == id))
}
