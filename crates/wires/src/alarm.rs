//! An alarm clock for wires. Tokio's timer wakes at whole milliseconds, one to two late; on a line where an exchange
//! takes six, that would cost every fifth poll. On simulated time the timer of the runtime is the only one there is.

use std::io;
use std::time::{Duration, Instant as SystemInstant};

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::net::unix::pipe::Receiver;
use tokio::time::{Instant, sleep_until};

/// One alarm, exact to some ten microseconds on a machine that is not busy.
#[derive(Debug)]
pub struct Alarm {
    /// A timer's descriptor: reading halves of pipes are what tokio has for anything that can be waited for. `None`: the
    /// runtime's own timer.
    timer: Option<Receiver>,
}

impl Alarm {
    /// An alarm that is not set.
    ///
    /// # Errors
    /// When the process may open no more files.
    pub fn new() -> io::Result<Self> {
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        Ok(Self { timer: Some(Receiver::from_owned_fd_unchecked(timer)?) })
    }

    /// An alarm by the runtime's time, which may be simulated. Exact to a millisecond.
    pub fn of_runtime() -> Self {
        Self { timer: None }
    }

    /// Waits until `due`; `None`: for ever. May be dropped and called again.
    ///
    /// # Errors
    /// What the system says; nothing is expected.
    pub async fn wait(&self, due: Option<Instant>) -> io::Result<()> {
        let Some(due) = due else { return std::future::pending().await };
        let Some(timer) = &self.timer else {
            sleep_until(due).await;
            return Ok(());
        };
        let due = due.into_std();
        let left = due.saturating_duration_since(SystemInstant::now());
        if left.is_zero() {
            return Ok(());
        }
        let once = Itimerspec { it_interval: timespec(Duration::ZERO), it_value: timespec(left) };
        timerfd_settime(timer, TimerfdTimerFlags::empty(), &once)?;
        while SystemInstant::now() < due {
            timer.readable().await?;
            match timer.try_read(&mut [0; 8]) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {} // perhaps of an alarm that nobody waited for to the end: the clock decides
            }
        }
        Ok(())
    }
}

fn timespec(time: Duration) -> Timespec {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timespec { tv_sec: seconds, tv_nsec: time.subsec_nanos().into() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn an_alarm_never_rings_early_and_can_be_given_up() {
        let alarm = Alarm::new().unwrap();
        for wait in [0, 300, 1_750, 12_000] {
            // Given up while it runs, then left to ring unheard, then heard.
            let given_up = alarm.wait(Some(Instant::now() + Duration::from_hours(1)));
            tokio::select! {
                biased;
                _ = given_up => unreachable!("an hour has not passed"),
                () = std::future::ready(()) => {}
            }
            let due = Instant::now() + Duration::from_micros(wait);
            alarm.wait(Some(due)).await.unwrap();
            assert!(Instant::now() >= due);
        }
    }
}
