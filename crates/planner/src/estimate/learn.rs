//! What a branch teaches about itself, online and robustly (DISCIPLINE §2): how long services take and by
//! whom, today's pace, who does not come, how often and how long counters pause, who arrives when.

use super::arrivals::{Appointment, Arrivals, Bookings};
use super::calibrate::Estimate;
use super::outlook::{Break, CounterOutlook, Outlook, ServiceOutlook};
use super::play::{PLAYS, Player, Waits};
use crate::engine::{Hall, Rule};

/// Residuals are clipped here, in standard deviations.
const CLIP: f64 = 2.5;
/// Variance of a standard normal clipped at 2.5: makes the clipped σ² unbiased.
const CLIPPED_VARIANCE: f64 = 0.977;
/// σ of ln minutes before anything is known.
const PRIOR_SIGMA: f64 = 0.7;

/// What never changes within a day: the rule, hours, and what was configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// Lanes, counters and skills.
    pub rule: Rule,
    /// Configured mean of each service, minutes.
    pub mean_minutes: Vec<f64>,
    /// Opening time and planned breaks of each counter, milliseconds since local midnight; none: not planned.
    pub shifts: Vec<Shift>,
    /// First ticket, milliseconds since local midnight.
    pub open: i64,
    /// Last ticket, milliseconds since local midnight.
    pub close: i64,
    /// The lane of punctual appointments, if there is one.
    pub appointment_lane: Option<usize>,
    /// The lane of late ones.
    pub late_lane: usize,
    /// How late a punctual appointment may be, milliseconds.
    pub grace: i64,
}

/// The plan of one counter's day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shift {
    /// When it opens.
    pub open: Option<i64>,
    /// Planned breaks: start and end, in order.
    pub breaks: Vec<(i64, i64)>,
}

/// One thing that happened. Durations and instants are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A business day begins with these appointments known.
    DayBegins(Vec<Appointment>),
    /// It is over.
    DayEnds,
    /// Somebody books a time of today.
    Booked(Appointment),
    /// And takes it back.
    Unbooked(Appointment),
    /// A counter opens or comes back.
    Opened {
        /// The counter.
        counter: usize,
    },
    /// A ticket is issued.
    Issued {
        /// Its service.
        service: usize,
        /// Its lane.
        lane: usize,
        /// Its booked time, for an appointment.
        booked: Option<i64>,
    },
    /// A ticket is called.
    Called {
        /// The counter.
        counter: usize,
        /// Its service.
        service: usize,
        /// How long it waited.
        waited: i64,
        /// How long the counter left it waiting after the last finish, if it could have called at once.
        gap: Option<i64>,
    },
    /// Service is over.
    Finished {
        /// The counter.
        counter: usize,
    },
    /// Nobody came.
    Missed {
        /// The counter.
        counter: usize,
    },
    /// The ticket goes on to another service.
    Transferred {
        /// The counter.
        counter: usize,
        /// The new service.
        service: usize,
    },
    /// A counter pauses.
    Paused {
        /// The counter.
        counter: usize,
        /// Whether it is a break of the plan.
        planned: bool,
    },
}

#[derive(Debug, Clone)]
struct Service {
    m: f64,
    variance: f64,
    n: f64,
    served: f64,
    /// By service: how many went on to it.
    transfers: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Clerk {
    f: f64,
    n: f64,
    /// The call under way: instant, service, wait.
    call: Option<(i64, usize, i64)>,
    /// The pause under way: since, planned.
    pause: Option<(i64, bool)>,
    opened: bool,
    breaks_taken: usize,
}

/// Everything learned so far. The same facts in the same order give the same estimates.
#[derive(Debug, Clone)]
pub struct Learner {
    services: Vec<Service>,
    clerks: Vec<Clerk>,
    today_sum: f64,
    today_n: f64,
    /// Misses and calls by time waited: under 5, 15, 30 minutes, more.
    misses: [(f64, f64); 4],
    miss_minutes: Mean,
    transfer_share: Mean,
    pauses: f64,
    busy_minutes: f64,
    pause_minutes: Mean,
    opening_minutes: Mean,
    gap_minutes: Mean,
    arrivals: Arrivals,
    bookings: Bookings,
}

/// A running mean with a prior.
#[derive(Debug, Clone, Copy)]
struct Mean {
    sum: f64,
    n: f64,
}

impl Mean {
    fn book(&mut self, value: f64) {
        self.sum += value;
        self.n += 1.0;
    }
    fn get(self) -> f64 {
        self.sum / self.n
    }
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
pub(super) fn minutes(ms: i64) -> f64 {
    ms as f64 / 60_000.0
}

/// Which of the four bounds on the wait a no-show rate is kept for.
pub(super) fn patience(waited: i64) -> usize {
    [5, 15, 30].iter().take_while(|bound| waited >= **bound * 60_000).count()
}

impl Learner {
    /// Knows the configuration and nothing else.
    pub fn new(setup: &Setup) -> Self {
        let variance = PRIOR_SIGMA * PRIOR_SIGMA;
        let services = setup.mean_minutes.iter().map(|mean| Service {
            m: mean.max(0.05).ln() - variance / 2.0,
            variance,
            n: 10.0,
            served: 0.0,
            transfers: vec![0.0; setup.mean_minutes.len()],
        });
        let clerk = Clerk { f: 0.0, n: 30.0, call: None, pause: None, opened: false, breaks_taken: 0 };
        Self {
            services: services.collect(),
            clerks: vec![clerk; setup.rule.counters.len()],
            today_sum: 0.0,
            today_n: 0.0,
            misses: [(2.0, 25.0); 4],
            miss_minutes: Mean { sum: 7.5, n: 10.0 },
            transfer_share: Mean { sum: 2.0, n: 4.0 },
            pauses: 0.5,
            busy_minutes: 120.0,
            pause_minutes: Mean { sum: 30.0, n: 5.0 },
            opening_minutes: Mean { sum: 5.0, n: 5.0 },
            gap_minutes: Mean { sum: 0.0, n: 20.0 },
            arrivals: Arrivals::new(setup.open, setup.close, setup.rule.classes()),
            bookings: Bookings::new(),
        }
    }

    /// Books one fact at an instant, milliseconds since local midnight of the business day.
    pub fn book(&mut self, setup: &Setup, at: i64, fact: &Fact) {
        match fact {
            Fact::DayBegins(appointments) => self.begin_day(appointments),
            Fact::DayEnds => {
                self.arrivals.end_day();
                self.bookings.end_day();
            }
            Fact::Booked(appointment) => self.bookings.add(*appointment),
            Fact::Unbooked(appointment) => self.bookings.remove(*appointment),
            Fact::Opened { counter } => self.opened(setup, at, *counter),
            Fact::Issued { service, booked: Some(booked), .. } => self.bookings.book(at, *service, *booked),
            Fact::Issued { service, lane, booked: None } => {
                self.arrivals.book(at, setup.rule.class(*service, *lane));
            }
            Fact::Called { counter, service, waited, gap } => {
                self.clerks[*counter].call = Some((at, *service, *waited));
                if let Some(gap) = gap {
                    self.gap_minutes.book(minutes(*gap));
                }
            }
            Fact::Finished { counter } => {
                if let Some((service, spent)) = self.end_call(at, *counter, false) {
                    self.services[service].served += 1.0;
                    self.served(*counter, service, spent);
                }
            }
            Fact::Missed { counter } => {
                if let Some((_, spent)) = self.end_call(at, *counter, true) {
                    self.miss_minutes.book(spent);
                }
            }
            Fact::Transferred { counter, service: to } => {
                if let Some((service, spent)) = self.end_call(at, *counter, false) {
                    let its = &mut self.services[service];
                    its.served += 1.0;
                    its.transfers[*to] += 1.0;
                    let usual = (its.m + self.clerks[*counter].f + its.variance / 2.0).exp();
                    self.transfer_share.book((spent / usual).min(3.0));
                }
            }
            Fact::Paused { counter, planned } => {
                let clerk = &mut self.clerks[*counter];
                clerk.pause = Some((at, *planned));
                clerk.breaks_taken += usize::from(*planned);
                self.pauses += if *planned { 0.0 } else { 1.0 };
            }
        }
    }

    /// Today's hours, where they are not those of every day: first and last ticket, milliseconds since local midnight.
    pub fn set_hours(&mut self, open: i64, close: i64) {
        self.arrivals.set_hours(open, close);
    }

    fn begin_day(&mut self, appointments: &[Appointment]) {
        self.today_sum = 0.0;
        self.today_n = 0.0;
        self.bookings.begin_day(appointments);
        for clerk in &mut self.clerks {
            clerk.call = None;
            clerk.pause = None;
            clerk.opened = false;
            clerk.breaks_taken = 0;
        }
    }

    fn opened(&mut self, setup: &Setup, at: i64, counter: usize) {
        let clerk = &mut self.clerks[counter];
        if let Some((since, planned)) = clerk.pause.take() {
            if !planned {
                self.pause_minutes.book(minutes(at - since));
            }
        } else if let (false, Some(open)) = (clerk.opened, setup.shifts[counter].open) {
            self.opening_minutes.book(minutes(at - open).clamp(0.0, 60.0));
        }
        clerk.opened = true;
    }

    /// Ends the call at a counter: its service and minutes. A miss counts for its time waited.
    fn end_call(&mut self, at: i64, counter: usize, missed: bool) -> Option<(usize, f64)> {
        let (since, service, waited) = self.clerks[counter].call.take()?;
        let spent = minutes(at - since);
        let (misses, calls) = &mut self.misses[patience(waited)];
        *calls += 1.0;
        *misses += if missed { 1.0 } else { 0.0 };
        self.busy_minutes += spent;
        Some((service, spent))
    }

    fn served(&mut self, counter: usize, service: usize, spent: f64) {
        let x = spent.max(1.0 / 60.0).ln();
        let day = self.day_effect();
        let its = &mut self.services[service];
        let clerk = &mut self.clerks[counter];
        let limit = CLIP * its.variance.sqrt();
        self.today_sum += (x - its.m - clerk.f).clamp(-limit, limit);
        self.today_n += 1.0;
        let r = (x - its.m - clerk.f - day).clamp(-limit, limit);
        its.n = (its.n + 1.0).min(400.0);
        clerk.n = (clerk.n + 1.0).min(300.0);
        its.m += r / its.n;
        its.variance += (r * r / CLIPPED_VARIANCE - its.variance) / its.n;
        clerk.f += r / clerk.n;
    }

    /// How long everyone who waits in a hall has still to wait, by tag: one pass for all, not calibrated.
    pub fn estimate_all(&self, setup: &Setup, hall: &Hall, at: i64, seed: u64) -> Vec<(u32, Estimate)> {
        let mut tags: Vec<u32> = hall.waiting().map(|(_, ticket)| ticket.tag).collect();
        tags.sort_unstable();
        let outlook = self.outlook(setup, at, hall);
        let waits = Player::new(setup, &outlook, hall, at, seed).play(&tags, PLAYS);
        tags.into_iter().zip(waits.iter().map(Waits::estimate)).collect()
    }

    /// D: how much slower than usual today is, ln.
    fn day_effect(&self) -> f64 {
        self.today_sum / (self.today_n + 25.0)
    }

    /// Standard error of D: its 25 prior customers and those of today, at the usual spread.
    fn day_error(&self) -> f64 {
        let services = self.services.iter().map(|its| its.variance * its.n).sum::<f64>();
        let n = self.services.iter().map(|its| its.n).sum::<f64>();
        (services / n / (self.today_n + 25.0)).sqrt()
    }

    fn no_show(&self) -> [f64; 4] {
        self.misses.map(|(misses, calls)| (misses / calls).min(0.6))
    }

    /// What can be expected from here on: everything a play needs, as a copy that can leave the learner's thread.
    pub fn outlook(&self, setup: &Setup, at: i64, hall: &Hall) -> Outlook {
        let services = self.services.iter().map(|its| ServiceOutlook {
            m: its.m + self.day_effect(),
            sigma: its.variance.sqrt(),
            transfers: its.transfers.iter().map(|n| n / (its.served + 25.0)).collect(),
        });
        let counters = self.clerks.iter().zip(&setup.shifts).map(|(clerk, shift)| CounterOutlook {
            f: clerk.f,
            opens: shift.open.filter(|_| !clerk.opened),
            breaks: Break::left(&shift.breaks, clerk.breaks_taken, at),
            pause_planned: clerk
                .pause
                .filter(|(_, planned)| *planned)
                .and_then(|_| shift.breaks.get(clerk.breaks_taken.checked_sub(1)?))
                .map(|(start, end)| end - start),
        });
        Outlook {
            services: services.collect(),
            counters: counters.collect(),
            pace_error: self.day_error(),
            crowd_error: self.arrivals.factor_error(),
            no_show: self.no_show(),
            miss_minutes: self.miss_minutes.get(),
            transfer_share: self.transfer_share.get(),
            pause_rate: self.pauses / self.busy_minutes,
            pause_minutes: self.pause_minutes.get(),
            opening_minutes: self.opening_minutes.get(),
            gap_minutes: self.gap_minutes.get(),
            rates: if hall.draining() { Vec::new() } else { self.arrivals.rates(at) },
            mix: self.arrivals.mix(),
            awaited: if hall.draining() { Vec::new() } else { self.bookings.awaited(at) },
            offsets: self.bookings.offsets(),
        }
    }
}

#[cfg(test)]
#[path = "learn_tests.rs"]
pub(crate) mod tests;
