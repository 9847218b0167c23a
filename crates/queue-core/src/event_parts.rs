//! What facts are made of: reasons, outcomes, counts. Frozen like the facts themselves (`event.rs`).

use crate::{Pin, ServiceId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

/// Why a counter is paused. The sign over the counter and the reports show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// 小休
    #[default]
    #[serde(alias = "break")]
    Rest,
    /// 用餐
    #[serde(alias = "lunch")]
    Meal,
    /// 会议
    Meeting,
    /// 离席
    Away,
    /// 系统故障
    System,
}

impl PauseReason {
    /// The reasons in the order of the list beside the desk unit: digit 1 is the first.
    pub const LIST: [PauseReason; 5] =
        [PauseReason::Rest, PauseReason::Meal, PauseReason::Meeting, PauseReason::Away, PauseReason::System];

    /// The name in JSON, such as `meal`.
    pub fn name(self) -> &'static str {
        match self {
            PauseReason::Rest => "rest",
            PauseReason::Meal => "meal",
            PauseReason::Meeting => "meeting",
            PauseReason::Away => "away",
            PauseReason::System => "system",
        }
    }
}

/// How a service ended for the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What the customer came for is done.
    #[default]
    Done,
    /// Papers were missing.
    PapersMissing,
    /// The customer comes back.
    ComeBack,
}

/// Why this ticket and no other was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Why {
    /// Most points of all that the counter may take.
    Points {
        /// Points at the call, in 1/100 points.
        points: i64,
    },
    /// The lane was owed a call by its guarantee.
    Guarantee,
    /// It waited for this counter.
    Pin,
    /// A person chose it.
    Manual {
        /// What the person said.
        reason: String,
    },
}

/// What became of a press on a desk unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum PressResult {
    /// Became a command; its facts stand beside this one.
    Obeyed,
    /// A digit, or a clear: waits for its key.
    Typed,
    /// Became nothing.
    Refused {
        /// Stable code of the refusal, such as `stale` or `counter_paused`.
        code: String,
    },
    /// Counted for the walk of its line, and not obeyed.
    Ticked,
}

/// The day in numbers when it was closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DayCounts {
    /// Numbers issued.
    pub issued: u64,
    /// Served to the end.
    pub done: u64,
    /// Called and did not come, for good.
    pub no_show: u64,
    /// Given back.
    pub cancelled: u64,
    /// Still open at the end.
    pub expired: u64,
}

/// A call that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncalled {
    /// Who waits again, with clock and order as before.
    pub ticket: TicketId,
    /// For that counter, as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
}

/// How long a customer was told to wait on taking a number. Whole seconds from the issue to the first call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// One customer in ten is called sooner.
    pub low_s: u32,
    /// The middle.
    pub p50_s: u32,
    /// One customer in ten waits longer.
    pub high_s: u32,
    /// What was foreseen before past errors corrected it: the corrections are learned from it.
    pub raw: Foreseen,
}

/// A foreseen wait as it was before any correction. Whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as in the promise that it became")]
pub struct Foreseen {
    pub low_s: u32,
    pub p50_s: u32,
    pub high_s: u32,
}

impl Promise {
    /// Upper bounds are told in steps of this, seconds. DISCIPLINE §2.
    const BOUND_STEP_S: u32 = 300;

    /// The middle as people are told: whole minutes, at least one.
    pub fn about_min(&self) -> u32 {
        (self.p50_s.saturating_add(30) / 60).max(1)
    }

    /// The upper bound as people are told, rounded up to five minutes. Seconds.
    pub fn bound_s(&self) -> u32 {
        self.high_s.div_ceil(Self::BOUND_STEP_S).max(1).saturating_mul(Self::BOUND_STEP_S)
    }
}

/// The next service of a ticket that carries several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurtherLeg {
    /// What it waits for now.
    pub service: ServiceId,
    /// So that the minutes waited before count again.
    pub origin: Timestamp,
    /// What is left after this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<ServiceId>,
}
