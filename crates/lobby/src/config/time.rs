//! Local time of the branch.

use super::{Config, calendar};
use jiff::{
    ToSpan as _, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};
use queue_core::{BusinessDay, Millis, Timestamp};

impl Config {
    /// The branch's time zone; UTC where it is unknown, which `lobby check` refuses.
    pub(super) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.branch.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// The moment in the branch's time zone.
    pub fn local(&self, at: Timestamp) -> Zoned {
        jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(self.zone())
    }

    /// The local midnight that a business day begins with; the epoch for a date that the calendar does not have.
    pub fn midnight(&self, day: &BusinessDay) -> Timestamp {
        let date = day.as_str().parse::<Date>().ok();
        let start = date.and_then(|date| date.to_zoned(self.zone()).ok());
        start.map_or(Timestamp::default(), |start| Timestamp(start.timestamp().as_millisecond()))
    }

    /// How long after midnight a day rolls over, in milliseconds.
    pub fn rolls_at_ms(&self) -> Millis {
        let at: Time = calendar::time(&self.day.rolls_at).unwrap_or(Time::midnight());
        (Millis::from(at.hour()) * 60 + Millis::from(at.minute())) * 60_000
    }

    /// The business day that a moment belongs to: the date, or the one before until the day rolls over.
    pub fn business_day(&self, at: Timestamp) -> BusinessDay {
        let local = self.local(at);
        let rolls_at = calendar::time(&self.day.rolls_at).unwrap_or(Time::midnight());
        let date = if local.time() < rolls_at { local.date().saturating_sub(1.day()) } else { local.date() };
        // A date of jiff is always written as YYYY-MM-DD within its years.
        BusinessDay::new(date.to_string()).unwrap_or_default()
    }
}
