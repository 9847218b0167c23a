//! Paper as state: a ticket that did not come out is a fact, not a line in a log.

use crate::{Actor, JobId, Millis, PrinterId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

/// Most jobs that may wait for one printer. Beyond it a ticket is issued without paper and says so.
pub const PRINT_QUEUE: usize = 32;

/// A spoiled piece of paper is struck off no sooner: until then its customer may come and ask for it.
pub const VOID_AFTER_MS: Millis = 120_000;

/// How a print job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PrintOutcome {
    /// The printer proved, or as far as it can tell showed, that the paper is out.
    Printed,
    /// No paper came out.
    Failed {
        /// Why, as a code: `queue_full`, `paper_out`, `offline`, `too_old`, …
        cause: String,
    },
    /// Nobody can know: bytes were sent and no answer came. Never reprinted by itself.
    Uncertain {
        /// What happened, as a code.
        cause: String,
    },
}

/// Where a print job stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrintState {
    /// Not a byte of it has been sent.
    Queued,
    /// Its first byte may have been sent.
    Started,
    /// It ended so.
    Ended(PrintOutcome),
}

impl PrintState {
    /// The name in JSON: `queued` (also while printing), `printed`, `failed`, `uncertain`.
    pub fn name(&self) -> &'static str {
        match self {
            PrintState::Queued | PrintState::Started => "queued",
            PrintState::Ended(PrintOutcome::Printed) => "printed",
            PrintState::Ended(PrintOutcome::Failed { .. }) => "failed",
            PrintState::Ended(PrintOutcome::Uncertain { .. }) => "uncertain",
        }
    }
}

/// One piece of paper that should come out of one printer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    /// Counts up through the life of the branch.
    pub id: JobId,
    /// Whose paper it is.
    pub ticket: TicketId,
    /// Where it should come out.
    pub printer: PrinterId,
    /// A reprint, marked 补打/COPY.
    pub copy: bool,
    /// When it was asked for.
    pub ordered_at: Timestamp,
    /// Where it stands.
    pub state: PrintState,
    /// When its first byte may have been sent.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it was struck off, by whom and why.
    pub voided: Option<(Timestamp, Actor, Option<String>)>,
}

impl PrintJob {
    /// Whether it failed, or nobody knows.
    pub fn is_doubtful(&self) -> bool {
        matches!(&self.state, PrintState::Ended(outcome) if *outcome != PrintOutcome::Printed)
    }
}
