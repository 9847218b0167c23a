//! How loud a zone is and how fast it speaks, by the time of day.

use jiff::{Timestamp, civil::Time, tz::TimeZone};

/// One span of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From this time of the clock.
    pub from: Time,
    /// Until this one; before `from` it is that of the next morning.
    pub until: Time,
    /// So much then, in percent; a volume of 0 is quiet: captions only.
    pub percent: u8,
}

/// A percentage that goes by the time of day: the volume of a zone, or its speed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHour {
    /// Outside of all spans, in percent of what the clips have.
    pub usual: u8,
    /// The first that fits counts.
    pub spans: Vec<Span>,
    /// Whose clock the spans go by.
    pub zone: TimeZone,
}

impl Default for ByHour {
    fn default() -> Self {
        Self { usual: 100, spans: Vec::new(), zone: TimeZone::UTC }
    }
}

impl ByHour {
    /// Percent at this moment.
    pub fn at(&self, now: Timestamp) -> u8 {
        let time = now.to_zoned(self.zone.clone()).time();
        let fits = |span: &&Span| {
            if span.from <= span.until {
                (span.from..span.until).contains(&time)
            } else {
                time >= span.from || time < span.until // over midnight
            }
        };
        self.spans.iter().find(fits).map_or(self.usual, |span| span.percent)
    }

    /// Hour of the day at this moment, 0 to 23, for greetings.
    pub fn hour(&self, now: Timestamp) -> u8 {
        u8::try_from(now.to_zoned(self.zone.clone()).hour()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_first_span_that_fits_counts_also_over_midnight() {
        let span = |from: &str, until: &str, percent| Span {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            percent,
        };
        let spans = vec![span("12:00", "14:00", 60), span("22:00", "06:00", 0), span("11:00", "18:00", 90)];
        let volume = ByHour { usual: 100, spans, zone: TimeZone::get("Asia/Shanghai").unwrap() };
        let at = |time: &str| volume.at(format!("2026-11-23T{time}:00+08:00").parse().unwrap());
        assert_eq!([at("09:00"), at("11:59"), at("12:00"), at("13:59"), at("14:00")], [100, 90, 60, 60, 90]);
        assert_eq!([at("21:59"), at("22:00"), at("23:59"), at("05:59"), at("06:00")], [100, 0, 0, 0, 100]);
        assert_eq!(volume.hour("2026-11-23T12:30:00+08:00".parse().unwrap()), 12);
    }
}
