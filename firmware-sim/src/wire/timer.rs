//! A timer that is exact to some ten microseconds: at 115 200 baud a character takes 87 µs, and tokio's timer
//! knows milliseconds only.

use std::io;
use std::time::{Duration, Instant};

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::net::unix::pipe::Receiver;

/// One timer of the system, used for one wait at a time.
///
/// Its descriptor travels as the reading end of a pipe: that is all tokio needs to wait for it without unsafe.
#[derive(Debug)]
pub struct ExactTimer {
    ticks: Receiver,
}

impl ExactTimer {
    /// Makes the timer. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the system has no descriptor left.
    pub fn new() -> io::Result<Self> {
        let fd = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        Ok(Self { ticks: Receiver::from_owned_fd_unchecked(fd)? })
    }

    /// Waits until `due`; at once when it is past. Safe to cancel and to call again.
    ///
    /// # Errors
    /// Whatever the system says.
    pub async fn until(&self, due: Instant) -> io::Result<()> {
        let wait = due.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(());
        }
        let once = Itimerspec { it_interval: timespec(Duration::ZERO), it_value: timespec(wait) };
        timerfd_settime(&self.ticks, TimerfdTimerFlags::empty(), &once)?;
        while Instant::now() < due {
            self.ticks.readable().await?;
            match self.ticks.try_read(&mut [0_u8; 8]) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {} // a tick, perhaps of a wait that was given up: the clock decides
            }
        }
        Ok(())
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
