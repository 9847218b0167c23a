//! Spoken notices: what staff or the programme have said to the hall, and what became of it.
//!
//! A notice is a fact before it is sound. It waits until the voice reports how it ended; so many may wait and no more.

use crate::{Actor, Branch, Millis, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Notices that may wait to be spoken. A hall that heard more in a row would hear no calls.
pub const NOTICES_WAITING: usize = 20;
/// Notices that a branch remembers: those that wait, and the newest of the others.
pub(crate) const NOTICES_KEPT: usize = 60;
/// How long an emergency stands on the screens at least, counted from its asking: whoever did not hear it can read it.
const EMERGENCY_STANDS_MS: Millis = 60_000;

/// A notice. Counts up through the whole life of a branch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticeId(pub u64);

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How pressing a notice is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeRank {
    /// Between calls, never over them.
    #[default]
    Notice,
    /// At once, whatever is being said.
    Emergency,
}

impl NoticeRank {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            NoticeRank::Notice => "notice",
            NoticeRank::Emergency => "emergency",
        }
    }
}

/// What is to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeWish {
    /// The sentence, by language tag.
    pub texts: BTreeMap<String, String>,
    /// How pressing it is.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub rank: NoticeRank,
    /// Where; everywhere when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// How often.
    pub repeats: u8,
    /// The entry of the programme that it is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_usual(rank: &NoticeRank) -> bool {
    *rank == NoticeRank::Notice
}

/// How a notice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeOutcome {
    /// It was heard, in one zone at least.
    Spoken,
    /// It was left out on purpose.
    Dropped,
    /// It should have been heard and was not.
    Failed,
}

impl NoticeOutcome {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            NoticeOutcome::Spoken => "spoken",
            NoticeOutcome::Dropped => "dropped",
            NoticeOutcome::Failed => "failed",
        }
    }
}

/// A notice as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Which.
    pub id: NoticeId,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Who asked.
    pub by: Actor,
    /// What is said.
    pub wish: NoticeWish,
    /// How it ended and when; nothing while it waits or is being said.
    pub ended: Option<(Timestamp, NoticeOutcome, Option<String>)>,
}

impl Notice {
    /// Until when an emergency stands on the screens once it has ended.
    pub(crate) fn stands_until(&self) -> Timestamp {
        self.asked_at.plus(EMERGENCY_STANDS_MS)
    }

    fn stands(&self, at: Timestamp) -> bool {
        self.wish.rank == NoticeRank::Emergency && (self.ended.is_none() || at < self.stands_until())
    }
}

impl Branch {
    /// What everybody must read at this moment: the newest emergency that waits, is being said, or was asked for less than
    /// a minute ago.
    pub fn emergency(&self, at: Timestamp) -> Option<&Notice> {
        self.notices().rev().find(|notice| notice.stands(at))
    }

    /// When the screens are themselves again.
    pub(crate) fn next_emergency_end(&self, at: Timestamp) -> Option<Timestamp> {
        self.emergency(at).filter(|notice| notice.ended.is_some()).map(Notice::stands_until)
    }
}
