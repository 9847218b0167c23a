//! What is usual: how many come when and for what, how long that takes. Days are drawn from it.

use super::day::{Customer, Day, Leg, LegEnd, Order};
use super::measure::HALF_HOUR;
use crate::cases::ServiceShape;
use crate::random::Random;
use queue_core::Millis;

/// What is usual on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// First ticket, milliseconds since local midnight.
    pub open: Millis,
    /// Last ticket.
    pub close: Millis,
    /// By class: how many come in each half hour from opening.
    pub arrivals: Vec<Vec<f64>>,
    /// Who they are.
    pub people: People,
    /// What counters are told.
    pub orders: Vec<Order>,
}

/// How long customers take.
#[derive(Clone, Debug, PartialEq)]
pub enum People {
    /// By service.
    Drawn(Vec<ServiceLaw>),
    /// By class: the stays of everybody who was recorded, drawn from with the same chance each.
    Recorded(Vec<Vec<Vec<Leg>>>),
}

/// The stays of one service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServiceLaw {
    /// Length, milliseconds.
    pub length: ServiceShape,
    /// Probability that nobody comes when called.
    pub no_show: f64,
    /// How long a no-show takes, milliseconds.
    pub no_show_length: Millis,
}

impl Profile {
    /// One day. The same seed gives the same day, whatever counters are told.
    pub fn draw(&self, lanes: usize, seed: u64) -> Day {
        let mut customers = Vec::new();
        for (class, rates) in self.arrivals.iter().enumerate() {
            let mut random = Random::new(Random::seed_of(seed, &[u64::try_from(class).unwrap_or(u64::MAX)]));
            let mut from = self.open;
            for rate in rates {
                self.draw_half_hour(class, lanes, (from, *rate), &mut random, &mut customers);
                from += HALF_HOUR;
            }
        }
        customers.sort_by_key(|customer| customer.at);
        Day { customers, orders: self.orders.clone(), close: Some(self.close) }
    }

    /// People come one by one: the gaps between them are exponential.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of half an hour")]
    fn draw_half_hour(
        &self,
        class: usize,
        lanes: usize,
        (from, rate): (Millis, f64),
        random: &mut Random,
        customers: &mut Vec<Customer>,
    ) {
        if rate <= 0.0 {
            return;
        }
        let end = (from + HALF_HOUR).min(self.close);
        let mut at = from as f64;
        loop {
            at += random.exponential() * HALF_HOUR as f64 / rate;
            let now = at as Millis;
            if now >= end {
                return;
            }
            if let Some(legs) = self.people.draw(class, lanes, random) {
                customers.push(Customer { at: now, origin: now, legs, gives_up: None });
            }
        }
    }
}

impl People {
    /// Nothing for a class of which nobody is known.
    fn draw(&self, class: usize, lanes: usize, random: &mut Random) -> Option<Vec<Leg>> {
        match self {
            People::Drawn(services) => Some(vec![services.get(class / lanes)?.draw(class, random)]),
            People::Recorded(people) => {
                let people = people.get(class)?;
                let count = u64::try_from(people.len()).ok().filter(|count| *count > 0)?;
                people.get(usize::try_from(random.bits() % count).ok()?).cloned()
            }
        }
    }
}

impl ServiceLaw {
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds of a service")]
    fn draw(&self, class: usize, random: &mut Random) -> Leg {
        // Drawn for everybody, so that who follows has the same numbers.
        let length = self.length.draw(random) as Millis;
        let is_missed = random.uniform() < self.no_show;
        let (length, end) = if is_missed {
            (self.no_show_length, LegEnd::Missed { back_after: 0, to_the_tail: false })
        } else {
            (length.max(1), LegEnd::Served)
        };
        Leg { class, pin: None, length, turnaround: 0, end }
    }
}
