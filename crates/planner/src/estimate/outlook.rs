//! What the learner expects from an instant on, as plain numbers: what a play draws from.

use super::arrivals::Appointment;

/// Expectations of one service, ln minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceOutlook {
    /// Centre, with the day's effect.
    pub m: f64,
    /// Spread.
    pub sigma: f64,
    /// By service: the probability of being sent on to it.
    pub transfers: Vec<f64>,
}

/// Expectations of one counter.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterOutlook {
    /// How much slower than usual, ln.
    pub f: f64,
    /// When it should open, if it has not today.
    pub opens: Option<i64>,
    /// Breaks of the plan not yet taken.
    pub breaks: Vec<Break>,
    /// Planned length of the break that it is on.
    pub pause_planned: Option<i64>,
}

/// One planned break, milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// When it may start; it waits for the customer at the counter.
    pub start: i64,
    /// Planned length.
    pub length: i64,
}

impl Break {
    /// Breaks not yet taken, without those whose time has wholly passed.
    pub(super) fn left(plan: &[(i64, i64)], taken: usize, at: i64) -> Vec<Self> {
        let left = plan.iter().skip(taken).filter(|(_, end)| *end > at);
        left.map(|(start, end)| Self { start: *start, length: end - start }).collect()
    }
}

/// All expectations.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// By service.
    pub services: Vec<ServiceOutlook>,
    /// By counter.
    pub counters: Vec<CounterOutlook>,
    /// Standard error of today's effect on services, ln.
    pub pace_error: f64,
    /// Standard error of today's factor on arrivals, as a share of it.
    pub crowd_error: f64,
    /// No-show probability by time waited: under 5, 15, 30 minutes, more.
    pub no_show: [f64; 4],
    /// Mean time that a no-show occupies a counter.
    pub miss_minutes: f64,
    /// Length of a service that ends in a transfer, as a share of a usual one.
    pub transfer_share: f64,
    /// Unplanned pauses a busy minute.
    pub pause_rate: f64,
    /// Their mean length.
    pub pause_minutes: f64,
    /// How late a counter opens.
    pub opening_minutes: f64,
    /// Between finish and the next call.
    pub gap_minutes: f64,
    /// Walk-ins a millisecond, by half hour, from the current one; empty when no more tickets are issued.
    pub rates: Vec<f64>,
    /// Cumulated shares of the classes among walk-ins.
    pub mix: Vec<f64>,
    /// Who is booked and not here, with the probability of coming.
    pub awaited: Vec<(Appointment, f64)>,
    /// Check-in minus booked time of past bookings, rising.
    pub offsets: Vec<i64>,
}
