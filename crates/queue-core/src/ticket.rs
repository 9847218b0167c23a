//! One place in one queue.

use crate::{CounterId, IdentityHash, JobId, LaneId, Millis, Promise, Served, ServiceId, TicketId, Timestamp, Why};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where a ticket is in its life. A ticket is in exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// In its queue, or pinned to a counter.
    Waiting,
    /// Its number stands over a counter.
    Called,
    /// The customer is at the counter.
    Serving,
    /// Kept by its counter while the customer fetches or fills in something.
    Held,
    /// Served to the end.
    Done,
    /// Called and did not come.
    NoShow,
    /// Given back by the customer or by staff.
    Cancelled,
    /// Still open when the day was closed.
    Expired,
}

impl TicketState {
    /// The name in JSON, such as `no_show`.
    pub fn name(self) -> &'static str {
        match self {
            TicketState::Waiting => "waiting",
            TicketState::Called => "called",
            TicketState::Serving => "serving",
            TicketState::Held => "held",
            TicketState::Done => "done",
            TicketState::NoShow => "no_show",
            TicketState::Cancelled => "cancelled",
            TicketState::Expired => "expired",
        }
    }

    /// Whether the customer is still to be served.
    pub fn is_live(self) -> bool {
        matches!(self, TicketState::Waiting | TicketState::Called | TicketState::Serving | TicketState::Held)
    }
}

/// What staff should know to serve somebody well. Never shown in public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Hard of hearing: will not hear the call.
    Hearing,
    /// Poor sight: will not read the screen.
    Sight,
    /// Needs time or help to walk.
    Mobility,
    /// Needs an interpreter.
    Interpreter,
}

/// A mark that somebody answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Cannot wait like others: goes on in the branch's lane for urgent tickets, with its time kept.
    Urgent,
    /// A special case: staff should know, the order stays.
    Special,
}

impl Flag {
    /// The name in JSON, such as `urgent`.
    pub fn name(self) -> &'static str {
        match self {
            Flag::Urgent => "urgent",
            Flag::Special => "special",
        }
    }
}

/// A ticket that waits for one counter for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Who it waits for.
    pub counter: CounterId,
    /// From then on it waits in its queue like any other.
    pub until: Timestamp,
}

/// One ticket as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Opaque and unique in the life of the branch.
    pub id: TicketId,
    /// What is printed, shown and spoken, such as `A012`; unique in its business day.
    pub number: String,
    /// What it waits for now.
    pub service: ServiceId,
    /// How it waits.
    pub lane: LaneId,
    /// Order of issue; kept through transfers and returns.
    pub sequence: u64,
    /// When the number was taken.
    pub issued_at: Timestamp,
    /// From when its waiting counts.
    pub origin: Timestamp,
    /// Where it is in its life.
    pub state: TicketState,
    /// The counter that called, serves or holds it, or did so last.
    pub counter: Option<CounterId>,
    /// The last call of this leg.
    pub called_at: Option<Timestamp>,
    /// How often this leg was called out, recalls included.
    pub times: u32,
    /// Why it was called, in this leg.
    pub why: Option<Why>,
    /// When the customer was at the counter.
    pub arrived_at: Option<Timestamp>,
    /// What it had waited when it was called, in milliseconds.
    pub waited_ms: Millis,
    /// Since when it is away as a no-show.
    pub missed_at: Option<Timestamp>,
    /// Since when a counter keeps it on hold.
    pub held_at: Option<Timestamp>,
    /// How often it came back from a no-show.
    pub returns: u32,
    /// Waits for that counter for a while.
    pub pin: Option<Pin>,
    /// Chosen by the customer, such as `zh-CN`.
    pub language: Option<String>,
    /// Where it was taken.
    pub kiosk: Option<String>,
    /// What staff should know.
    pub needs: Vec<Need>,
    /// Further services on the same number, at most [`Ticket::MAX_THEN`].
    pub then: Vec<ServiceId>,
    /// Whose it is, where an identity was asked for.
    pub identity: Option<IdentityHash>,
    /// Its newest print job.
    pub job: Option<JobId>,
    /// The wait that the customer was told on taking it.
    pub promise: Option<Promise>,
    // Acts of people.
    /// The last call or recall, of this leg while it is called.
    pub last_called_at: Option<Timestamp>,
    /// The pin that it had before it was called: it is given back when its counter closes.
    pub pin_before: Option<Pin>,
    /// Marks that somebody answers for.
    pub flags: BTreeSet<Flag>,
    /// Its customer has let others go first.
    pub deferred: bool,
    // Ratings.
    /// The service that was finished last on it.
    pub served: Option<Served>,
    // Words and plans at the counter.
    /// Notes that staff wrote on it.
    pub notes: u32,
}

impl Ticket {
    /// Most further services that one number carries.
    pub const MAX_THEN: usize = 4;

    /// How long it has waited at `at`, in milliseconds; negative before a booked time.
    pub fn waited(&self, at: Timestamp) -> Millis {
        at.since(self.origin)
    }
}
