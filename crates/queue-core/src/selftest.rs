//! The self-test of the hall before it opens: what was looked at, what came of it, and what a person ticked.

use crate::{Actor, DeviceId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A self-test. Counts up through the whole life of a branch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SelfTestId(pub u64);

impl fmt::Display for SelfTestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a self-test may do beyond looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SelfTestMeans {
    /// A test picture on the displays of the counters.
    pub pictures: bool,
    /// A slip out of every printer.
    pub slips: bool,
    /// A chime from the loudspeakers.
    pub chime: bool,
}

/// Something that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestPart {
    /// Such as `kiosk-1`, `journal` or `manual-tv`.
    pub item: DeviceId,
    /// Such as `printer`, `journal` or `manual`: what only a person can look at.
    pub of: String,
}

impl SelfTestPart {
    /// The kind of what only a person can look at.
    pub const MANUAL: &str = "manual";

    /// Whether only a person can look at it.
    pub fn is_manual(&self) -> bool {
        self.of == SelfTestPart::MANUAL
    }
}

/// What came of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfTestOutcome {
    /// Works.
    Ok,
    /// Does not.
    Failed,
    /// Was not looked at, or cannot be judged from here.
    Skipped,
}

impl SelfTestOutcome {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            SelfTestOutcome::Ok => "ok",
            SelfTestOutcome::Failed => "failed",
            SelfTestOutcome::Skipped => "skipped",
        }
    }
}

/// What came of one part, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestResult {
    /// Which.
    pub item: DeviceId,
    /// How it went.
    pub outcome: SelfTestOutcome,
    /// What was found, as a stable code: a state of the device such as `paper_out`, or `no_answer`, `in_use`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What happened, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// The fact that a self-test has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestBegun {
    /// Which.
    pub test: SelfTestId,
    /// Who wanted it.
    pub by: Actor,
    /// What it may do.
    pub means: SelfTestMeans,
    /// What it looks at, in the order of the test.
    pub parts: Vec<SelfTestPart>,
}

/// The fact that a person has looked at something that only people can look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestTicked {
    /// Of which test.
    pub test: SelfTestId,
    /// What.
    pub item: DeviceId,
    /// Who.
    pub by: Actor,
    /// Whether it is well.
    pub ok: bool,
    /// What they said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a person found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestTick {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// Whether it is well.
    pub ok: bool,
    /// What they said about it.
    pub note: Option<String>,
}

/// One part as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTestItem {
    /// What.
    pub part: SelfTestPart,
    /// What came of it; nothing while the test runs, and for what only a person can look at.
    pub result: Option<SelfTestResult>,
    /// What a person found; the newest.
    pub tick: Option<SelfTestTick>,
}

impl SelfTestItem {
    /// What counts: the word of a person, else what came of it.
    pub fn outcome(&self) -> Option<SelfTestOutcome> {
        let ticked = |tick: &SelfTestTick| if tick.ok { SelfTestOutcome::Ok } else { SelfTestOutcome::Failed };
        self.tick.as_ref().map(ticked).or_else(|| self.result.as_ref().map(|result| result.outcome))
    }

    /// Whether a person may say how it is: nothing here can.
    pub fn may_be_ticked(&self) -> bool {
        let skipped = |result: &SelfTestResult| result.outcome == SelfTestOutcome::Skipped;
        self.part.is_manual() || self.result.as_ref().is_some_and(skipped)
    }
}

/// A self-test as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTest {
    /// Which.
    pub id: SelfTestId,
    /// When it began.
    pub started_at: Timestamp,
    /// Who wanted it.
    pub by: Actor,
    /// What it might do.
    pub means: SelfTestMeans,
    /// When it had run through; ticks may follow.
    pub finished_at: Option<Timestamp>,
    /// In the order of the test.
    pub items: Vec<SelfTestItem>,
}
