//! The crowd's time: the lobby's own clock when the doors opened, and from then on so many times as fast as life.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::Instant;

/// Time of the crowd, counted from the moment at which the doors opened.
#[derive(Debug, Clone)]
pub struct CrowdClock {
    opened: Instant,
    speed: f64,
    origin: Timestamp,
    zone: TimeZone,
}

impl CrowdClock {
    /// The doors open now, at `origin` on the lobby's clock in the branch's time zone.
    pub fn open(speed: f64, origin: Timestamp, zone: TimeZone) -> Self {
        Self { opened: Instant::now(), speed, origin, zone }
    }

    /// Since the doors opened.
    pub fn now(&self) -> Duration {
        self.opened.elapsed().mul_f64(self.speed)
    }

    /// Local hour so long after the doors opened: 13.5 is half past one in the afternoon.
    pub fn hour(&self, at: Duration) -> f64 {
        let moment = self.origin.saturating_add(at).unwrap_or(Timestamp::MAX);
        let time = moment.to_zoned(self.zone.clone()).time();
        f64::from(time.hour()) + f64::from(time.minute()) / 60.0 + f64::from(time.second()) / 3600.0
    }

    /// Waits until so long after the doors opened.
    pub async fn sleep_until(&self, at: Duration) {
        tokio::time::sleep_until(self.opened + at.div_f64(self.speed)).await;
    }
}
