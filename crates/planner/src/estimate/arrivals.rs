//! How many people come, when, and for what: half-hour totals of past days, smoothed, times today's factor;
//! and who has booked but has not come yet.

use std::collections::VecDeque;

/// Half an hour in milliseconds.
pub(super) const HALF_HOUR: i64 = 1_800_000;
/// Half hours of a business day, counted from local midnight; it may run past the next one.
const BINS: usize = 96;
/// Days that the mean is taken over.
const DAYS: usize = 20;
/// Arrivals of prior weight in today's factor.
const PRIOR_ARRIVALS: f64 = 40.0;
/// Walk-ins a half hour that a first day starts from.
const FIRST_DAY_RATE: f64 = 8.0;
/// Punctualities of appointments that are remembered.
const OFFSETS: usize = 200;

/// One appointment known before it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appointment {
    /// Booked time, milliseconds since local midnight.
    pub at: i64,
    /// The service.
    pub service: usize,
}

/// Walk-ins: when and for what.
#[derive(Debug, Clone)]
pub(super) struct Arrivals {
    open: i64,
    close: i64,
    days: VecDeque<Vec<f64>>,
    today: Vec<f64>,
    mix: Vec<f64>,
}

fn bin(at: i64) -> usize {
    usize::try_from(at / HALF_HOUR).unwrap_or(0).min(BINS - 1)
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
fn share_of_half_hour(ms: i64) -> f64 {
    ms as f64 / HALF_HOUR as f64
}

impl Arrivals {
    pub(super) fn new(open: i64, close: i64, classes: usize) -> Self {
        let mix = vec![0.1; classes];
        Self { open, close, days: VecDeque::new(), today: vec![0.0; BINS], mix }
    }

    /// Today's first and last ticket, where they are not those of every day.
    pub(super) fn set_hours(&mut self, open: i64, close: i64) {
        self.open = open;
        self.close = close;
    }

    pub(super) fn book(&mut self, at: i64, class: usize) {
        self.today[bin(at)] += 1.0;
        self.mix[class] += 1.0;
    }

    /// The day is over: it is one of the past days now.
    pub(super) fn end_day(&mut self) {
        let today = std::mem::replace(&mut self.today, vec![0.0; BINS]);
        if today.iter().any(|count| *count > 0.0) {
            self.days.push_back(today);
            if self.days.len() > DAYS {
                self.days.pop_front();
            }
        }
    }

    fn mean(&self, bin: usize) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "at most twenty days")]
        let days = self.days.len() as f64;
        self.days.iter().map(|day| day[bin]).sum::<f64>() / days
    }

    /// How much of a half hour lies within opening hours.
    fn open_share(&self, bin: usize) -> f64 {
        let start = i64::try_from(bin).unwrap_or(0) * HALF_HOUR;
        let from = start.max(self.open);
        let to = (start + HALF_HOUR).min(self.close);
        share_of_half_hour((to - from).max(0))
    }

    /// Expected walk-ins of a half hour of an ordinary day: ¼ ½ ¼ of the means, without closed neighbours.
    fn expected(&self, bin: usize) -> f64 {
        let mut sum = 0.0;
        let mut weights = 0.0;
        for (near, weight) in [(bin.checked_sub(1), 0.25), (Some(bin), 0.5), (Some(bin + 1), 0.25)] {
            let Some(near) = near.filter(|near| *near < BINS) else { continue };
            let open = self.open_share(near);
            if open > 0.0 {
                sum += weight * self.mean(near);
                weights += weight * open;
            }
        }
        if weights > 0.0 { sum / weights * self.open_share(bin) } else { 0.0 }
    }

    /// (seen + 40) / (expected + 40) so far today.
    pub(super) fn factor(&self, at: i64) -> f64 {
        if self.days.is_empty() {
            return 1.0;
        }
        let now = bin(at);
        let seen: f64 = self.today.iter().sum();
        let mut expected: f64 = (0..now).map(|bin| self.expected(bin)).sum();
        expected += self.expected(now) * share_of_half_hour(at % HALF_HOUR);
        (seen + PRIOR_ARRIVALS) / (expected + PRIOR_ARRIVALS)
    }

    /// Standard error of today's factor, as a share of it: people come one by one.
    pub(super) fn factor_error(&self) -> f64 {
        (self.today.iter().sum::<f64>() + PRIOR_ARRIVALS).sqrt().recip()
    }

    /// Expected walk-ins a millisecond in every half hour from the one that holds `at`; 0 outside opening hours.
    #[allow(clippy::cast_precision_loss, reason = "half an hour fits a double exactly")]
    pub(super) fn rates(&self, at: i64) -> Vec<f64> {
        let per_ms = |total: f64, open: f64| if open > 0.0 { total / open / HALF_HOUR as f64 } else { 0.0 };
        let first = bin(at);
        if self.days.is_empty() {
            let passed = share_of_half_hour((at - self.open).max(0)) + 1.0;
            let rate = (self.today.iter().sum::<f64>() + FIRST_DAY_RATE) / passed;
            return (first..BINS).map(|bin| per_ms(rate * self.open_share(bin), self.open_share(bin))).collect();
        }
        let factor = self.factor(at);
        let open = (first..BINS).map(|bin| (bin, self.open_share(bin)));
        open.map(|(bin, open)| factor * per_ms(self.expected(bin), open)).collect()
    }

    /// Cumulated shares of the classes.
    pub(super) fn mix(&self) -> Vec<f64> {
        let total: f64 = self.mix.iter().sum();
        let mut sum = 0.0;
        let shares = self.mix.iter().map(|weight| {
            sum += weight / total;
            sum
        });
        shares.collect()
    }
}

/// Booked people: who is still awaited today, how punctual they are, how many never come.
#[derive(Debug, Clone)]
pub(super) struct Bookings {
    awaited: Vec<Appointment>,
    /// Check-in minus booked time, milliseconds; the oldest goes first.
    offsets: VecDeque<i64>,
    came: f64,
    booked: f64,
}

impl Bookings {
    pub(super) fn new() -> Self {
        // Before anyone came: five minutes early, give or take.
        let offsets = (-15..=5).map(|minute| minute * 60_000).collect();
        Self { awaited: Vec::new(), offsets, came: 9.0, booked: 10.0 }
    }

    pub(super) fn begin_day(&mut self, appointments: &[Appointment]) {
        self.awaited = appointments.to_vec();
    }

    /// Somebody more is awaited today.
    pub(super) fn add(&mut self, appointment: Appointment) {
        self.awaited.push(appointment);
    }

    /// Somebody is not awaited any more, by their own word.
    pub(super) fn remove(&mut self, appointment: Appointment) {
        if let Some(place) = self.awaited.iter().position(|awaited| *awaited == appointment) {
            self.awaited.remove(place);
        }
    }

    /// Somebody checks in for `booked`.
    pub(super) fn book(&mut self, at: i64, service: usize, booked: i64) {
        self.came += 1.0;
        self.booked += 1.0;
        let same = |other: &Appointment| other.at == booked && other.service == service;
        if let Some(place) = self.awaited.iter().position(same) {
            self.awaited.remove(place);
        }
        self.offsets.push_back(at - booked);
        if self.offsets.len() > OFFSETS {
            self.offsets.pop_front();
        }
    }

    /// Whoever has not come by the end of the day did not come.
    pub(super) fn end_day(&mut self) {
        #[allow(clippy::cast_precision_loss, reason = "a day's bookings")]
        let missing = self.awaited.len() as f64;
        self.booked += missing;
        self.awaited.clear();
    }

    /// Who may still come: the booking, and the probability that it is kept given that nobody came yet.
    #[allow(clippy::cast_precision_loss, reason = "at most two hundred offsets")]
    pub(super) fn awaited(&self, at: i64) -> Vec<(Appointment, f64)> {
        let came = self.came / self.booked;
        let chance = |booked: &Appointment| {
            let later = self.offsets.iter().filter(|offset| booked.at + **offset > at).count();
            let later = came * later as f64 / self.offsets.len() as f64;
            later / (later + 1.0 - came).max(1e-9)
        };
        let awaited = self.awaited.iter().map(|booked| (*booked, chance(booked)));
        awaited.filter(|(_, chance)| *chance > 0.001).collect()
    }

    /// Check-in minus booked time of past bookings, in rising order.
    pub(super) fn offsets(&self) -> Vec<i64> {
        let mut offsets: Vec<i64> = self.offsets.iter().copied().collect();
        offsets.sort_unstable();
        offsets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 2 * HALF_HOUR;

    #[test]
    fn half_hours_are_smoothed_and_scaled_by_today() {
        let mut arrivals = Arrivals::new(9 * HOUR, 11 * HOUR, 2);
        for (half_hour, count) in [(0, 8), (1, 16), (2, 8), (3, 0)] {
            for _ in 0..count {
                arrivals.book(9 * HOUR + half_hour * HALF_HOUR, 0);
            }
        }
        arrivals.end_day();
        // 9:30: a quarter of 8, half of 16, a quarter of 8. 9:00 has no neighbour before opening.
        assert!((arrivals.expected(19) - 12.0).abs() < 1e-9);
        assert!((arrivals.expected(18) - (0.5 * 8.0 + 0.25 * 16.0) / 0.75).abs() < 1e-9);
        for _ in 0..20 {
            arrivals.book(9 * HOUR, 1);
        }
        let expected = arrivals.expected(18);
        let factor = (20.0 + 40.0) / (expected + 40.0);
        assert!((arrivals.factor(9 * HOUR + HALF_HOUR) - factor).abs() < 1e-9);
        let rates = arrivals.rates(9 * HOUR + HALF_HOUR);
        assert!((rates[0] * 1_800_000.0 - factor * 12.0).abs() < 1e-9);
        assert!(rates[3..].iter().all(|rate| *rate == 0.0), "nobody comes after closing");
        let mix = arrivals.mix();
        assert!((mix[0] - 32.1 / 52.2).abs() < 1e-9 && (mix[1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_first_day_has_its_own_rate_and_an_empty_day_is_not_a_day() {
        let mut arrivals = Arrivals::new(9 * HOUR, 10 * HOUR, 1);
        arrivals.end_day();
        assert!(arrivals.days.is_empty());
        assert!((arrivals.rates(9 * HOUR)[0] * 1_800_000.0 - 8.0).abs() < 1e-9);
        assert!((arrivals.factor(9 * HOUR) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_booking_grows_unlikely_as_its_time_passes() {
        let mut bookings = Bookings::new();
        let booked = Appointment { at: 10 * HOUR, service: 0 };
        bookings.begin_day(&[booked]);
        let early = bookings.awaited(9 * HOUR)[0].1;
        let late = bookings.awaited(10 * HOUR + 120_000)[0].1;
        assert!((early - 0.9).abs() < 1e-9 && late < early);
        assert!(bookings.awaited(11 * HOUR).is_empty());
        bookings.book(10 * HOUR, 0, 10 * HOUR);
        assert!(bookings.awaited(9 * HOUR).is_empty());
        bookings.end_day();
        assert!((bookings.booked - 11.0).abs() < 1e-9);
    }
}
