//! What the poller reports.

use std::time::Duration;

use serde::Serialize;

use crate::key::Key;
use crate::registers::Status;
use crate::sequence::{BaselineWhy, Mark};

/// One press, reported once in the life of its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// Address of the unit.
    pub unit: u8,
    /// Which press it is; after it is a fact, this is what to remember of the unit.
    pub mark: Mark,
    /// Key code as the unit sent it.
    pub code: u16,
    /// The key; `None` when the map does not know the code.
    pub key: Option<Key>,
    /// One of several *next* found at once after the unit was out of reach, and not the last: not to be obeyed.
    pub stale: bool,
    /// How long ago at most: since the unit was last read without it. `None` where that was never, in this run.
    pub age: Option<Duration>,
}

/// Why a unit cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// No reply.
    #[error("it does not answer")]
    Silent,
    /// Bytes came that are no reply.
    #[error("its replies arrive damaged")]
    Garbled,
    /// It refuses; Modbus exception code.
    #[error("it refuses what the lobby asks (Modbus exception {0})")]
    Refused(u8),
    /// It has another register map.
    #[error("it speaks version {0} of the register map, this lobby speaks version 1")]
    Map(u16),
    /// The port of the line is not open.
    #[error("the port of its line is not open")]
    Port,
}

/// A report of the poller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A key was pressed.
    Press(Press),
    /// More keys were pressed than the ring holds: the oldest `count` are unknown. `mark` is the last of them.
    Missed {
        /// Address of the unit.
        unit: u8,
        /// Presses that nobody will know.
        count: u16,
        /// The last of them.
        mark: Mark,
    },
    /// Counting starts at `mark`; nothing was pressed.
    Baseline {
        /// Address of the unit.
        unit: u8,
        /// Where counting starts.
        mark: Mark,
        /// Why.
        why: BaselineWhy,
    },
    /// The unit answers, for the first time or again.
    Online {
        /// Address of the unit.
        unit: u8,
    },
    /// The unit has not answered for half a second.
    Offline {
        /// Address of the unit.
        unit: u8,
        /// Why, by the last attempt.
        cause: Cause,
    },
    /// What the unit says about itself: on connect and when it changes.
    Status {
        /// Address of the unit.
        unit: u8,
        /// Its words.
        status: Status,
    },
    /// The unit answers, but its sequence has been behind the mark for five seconds: its keys do nothing until it is
    /// powered off and on. Told once.
    OutOfStep {
        /// Address of the unit.
        unit: u8,
        /// What is remembered.
        mark: Mark,
        /// The sequence that the unit gives.
        seq: u16,
    },
    /// The port is open, and this kind of device says nothing until somebody uses it: nothing speaks against it.
    Presumed {
        /// Address of the device.
        unit: u8,
    },
    /// Somebody speaks under an address that the configuration does not know. Told once an address.
    Stranger {
        /// That address.
        unit: u8,
    },
    /// For seconds nothing that arrived on this line was understood: baud or parity are likely wrong. Told once.
    Garbage,
    /// Something was understood again after [`Output::Garbage`].
    Understood,
}

/// Frames of one unit since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Requests sent, retries included.
    pub requests: u64,
    /// Good replies.
    pub replies: u64,
    /// Requests sent a second time.
    pub retries: u64,
    /// Requests that got no byte.
    pub silent: u64,
    /// Requests that got bytes but no reply.
    pub garbled: u64,
    /// Requests that the unit refused.
    pub refused: u64,
    /// Good replies that were too old to say anything.
    pub late: u64,
}
