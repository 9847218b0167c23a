//! An alarm clock for wires where the system has no `timerfd`: tokio's timer, late by a millisecond or two. That is
//! nothing to the one unit of a clerk's own PC.

use std::io;

use tokio::time::Instant;

/// One alarm.
#[derive(Debug)]
pub struct Alarm;

impl Alarm {
    /// An alarm that is not set.
    ///
    /// # Errors
    /// None here; where it is a descriptor, there may be no more of them.
    pub fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// An alarm by the runtime's time, which may be simulated.
    pub fn of_runtime() -> Self {
        Self
    }

    /// Waits until `due`; `None`: for ever. May be dropped and called again.
    ///
    /// # Errors
    /// None here.
    pub async fn wait(&self, due: Option<Instant>) -> io::Result<()> {
        let Some(due) = due else { return std::future::pending().await };
        tokio::time::sleep_until(due).await;
        Ok(())
    }
}
