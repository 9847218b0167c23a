//! Who was taken out of turn, by whom and why. The rule is the branch's word; every jump stands beside it.

use crate::{
    journal::{self, JournalError},
    views::Time,
};
use queue_core::{BusinessDay, Event, Flag, TicketId, Why};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Somebody who did not wait their turn, or was given another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct JumpReport {
    /// When.
    pub at: Time,
    /// `manual_call`, `urgent`, `special` or `lane_change`.
    pub kind: &'static str,
    /// Whom.
    pub number: String,
    /// Where, if called out of turn.
    #[schema(required)]
    pub counter: Option<String>,
    /// To which lane, if to another one.
    #[schema(required)]
    pub lane: Option<String>,
    /// Why, in the words of whoever did it.
    pub reason: String,
    /// Who did it, `role:name`.
    pub by: String,
    /// On whose authority, where one is given.
    #[schema(required)]
    pub authoriser: Option<String>,
}

/// Kinds of facts that are needed for it.
const KINDS: [&str; 4] = ["issued", "called", "flagged", "lane_changed"];

/// Everybody of that day, in the order of time.
pub(super) fn of_day(db: &Connection, day: &BusinessDay) -> Result<Vec<JumpReport>, JournalError> {
    let mut numbers: BTreeMap<TicketId, String> = BTreeMap::new();
    let mut jumps: Vec<(TicketId, JumpReport)> = Vec::new();
    journal::day_by(db, day, &KINDS, |row, by| {
        let (Some(ticket), at) = (row.fact.ticket().cloned(), Time(row.at)) else { return };
        let jump = |kind, reason: &str| JumpReport {
            at,
            kind,
            number: String::new(),
            counter: None,
            lane: None,
            reason: reason.to_owned(),
            by: by.to_owned(),
            authoriser: None,
        };
        let found = match &row.fact {
            Event::Issued { number, .. } => {
                numbers.insert(ticket, number.clone());
                return;
            }
            Event::Called { counter, why: Why::Manual { reason }, .. } => {
                JumpReport { counter: Some(counter.to_string()), ..jump("manual_call", reason) }
            }
            Event::Flagged { flag, reason, authoriser, .. } => {
                let kind = if *flag == Flag::Urgent { "urgent" } else { "special" };
                JumpReport { authoriser: Some(authoriser.clone()), ..jump(kind, reason) }
            }
            Event::LaneChanged { lane, reason, .. } => {
                // An urgent ticket changes its lane by being flagged: that is one jump.
                let same = |(id, known): &&mut (TicketId, JumpReport)| *id == ticket && known.at == at;
                if let Some((_, flagged)) = jumps.last_mut().filter(|last| same(last)) {
                    flagged.lane = Some(lane.to_string());
                    return;
                }
                JumpReport { lane: Some(lane.to_string()), ..jump("lane_change", reason) }
            }
            _ => return,
        };
        jumps.push((ticket, found));
    })?;
    let named = |(ticket, jump): (TicketId, JumpReport)| {
        let number = numbers.get(&ticket).cloned().unwrap_or_else(|| ticket.to_string());
        JumpReport { number, ..jump }
    };
    Ok(jumps.into_iter().map(named).collect())
}
