//! A numbered place of service.

use crate::{CounterId, LastAct, PauseReason, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

/// Whether a counter takes customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CounterState {
    /// Nobody works there.
    #[default]
    Closed,
    /// Takes customers.
    Open,
    /// Will be paused after the customer who is there.
    Pausing,
    /// Gets no calls; its sign names who takes over.
    Paused,
}

impl CounterState {
    /// The name in JSON, such as `pausing`.
    pub fn name(self) -> &'static str {
        match self {
            CounterState::Closed => "closed",
            CounterState::Open => "open",
            CounterState::Pausing => "pausing",
            CounterState::Paused => "paused",
        }
    }
}

/// Who works at a counter, as signs show it: never a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clerk {
    /// Staff number.
    pub number: String,
    /// Star level, 0 to 5, where known.
    pub stars: Option<u8>,
}

/// A counter as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The number over the counter.
    pub id: CounterId,
    /// Whether it takes customers.
    pub state: CounterState,
    /// Given the next eligible ticket by itself.
    pub ready: bool,
    /// Since when it has been without a customer; the longest idle is called into first.
    pub idle_since: Timestamp,
    /// The called or serving ticket.
    pub ticket: Option<TicketId>,
    /// Tickets that it keeps, in the order they were held.
    pub held: Vec<TicketId>,
    /// Staff number of who works there, where known.
    pub staff: Option<String>,
    /// Star level of that one, 0 to 5, where known.
    pub stars: Option<u8>,
    /// Since when that one is named here.
    pub staff_since: Option<Timestamp>,
    /// Why it is paused or about to be.
    pub reason: Option<PauseReason>,
    /// Its last call, for the minimum gap.
    pub last_call: Option<Timestamp>,
    /// What it can take back.
    pub last_act: Option<Box<LastAct>>,
    // Ratings.
    /// Whose service was finished here last.
    pub served: Option<TicketId>,
}

impl Counter {
    /// A counter that nobody has opened yet.
    pub fn new(id: CounterId) -> Self {
        Counter {
            id,
            state: CounterState::Closed,
            ready: false,
            idle_since: Timestamp::default(),
            ticket: None,
            held: Vec::new(),
            staff: None,
            stars: None,
            staff_since: None,
            reason: None,
            last_call: None,
            last_act: None,
            served: None,
        }
    }
    pub(crate) fn name(&mut self, at: Timestamp, staff: &str, stars: Option<u8>) {
        if self.staff.as_deref() != Some(staff) {
            self.staff = Some(staff.to_owned());
            self.staff_since = Some(at);
        }
        self.stars = stars;
    }
}
