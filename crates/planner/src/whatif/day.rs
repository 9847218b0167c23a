//! What a day consists of. Instants are milliseconds since local midnight, lanes, services and counters indices.

use crate::change::Span;
use crate::estimate::Staffing;
use queue_core::Millis;

/// A day ready to be played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// In the order of coming.
    pub customers: Vec<Customer>,
    /// In the order of time.
    pub orders: Vec<Order>,
    /// Last-ticket time: finite delays are nought from here on.
    pub close: Option<Millis>,
}

/// Somebody who comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// When the number is taken.
    pub at: Millis,
    /// Where the clock starts: the booked time of an appointment, else `at`.
    pub origin: Millis,
    /// What for, one after the other; at least one.
    pub legs: Vec<Leg>,
    /// Who is not called by then goes.
    pub gives_up: Option<Millis>,
}

/// One stay at a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Service and lane; see [`crate::engine::Rule::class`].
    pub class: usize,
    /// The counter that alone may call it for a while.
    pub pin: Option<usize>,
    /// From call to end.
    pub length: Millis,
    /// From the end until the counter could call again.
    pub turnaround: Millis,
    /// What then.
    pub end: LegEnd,
}

/// How a stay ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegEnd {
    /// Served; the next leg, if there is one, waits with the time kept.
    Served,
    /// Nobody came. The next leg, if there is one, is back after this long, its clock set back by the absence and the
    /// penalty.
    Missed {
        /// Length of the absence.
        back_after: Millis,
        /// Whether the clock starts anew instead.
        to_the_tail: bool,
    },
}

/// Something that a counter is told at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// When.
    pub at: Millis,
    /// The counter.
    pub counter: usize,
    /// What.
    pub duty: Duty,
}

/// What a counter is told. All of it waits for the customer who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Take customers.
    Open,
    /// Take none for this long.
    Pause(Millis),
    /// Take none.
    Close,
}

impl Day {
    /// The same day with counters told otherwise. What a counter was told within the time of a change does not count,
    /// except that whoever is opened keeps the breaks; after it the counter is as it would have been.
    #[must_use]
    pub fn told(&self, told: &[(usize, Staffing, Span)]) -> Day {
        let mut day = self.clone();
        for (counter, staffing, span) in told {
            let from = span.from.unwrap_or_else(|| day.begins());
            let until = span.until.unwrap_or(Millis::MAX);
            let after = day.state_at(*counter, until);
            let keeps_breaks = *staffing == Staffing::Open;
            day.orders.retain(|order| {
                let is_break = matches!(order.duty, Duty::Pause(_));
                order.counter != *counter || !(from..until).contains(&order.at) || (is_break && keeps_breaks)
            });
            let duty = if keeps_breaks { Duty::Open } else { Duty::Close };
            day.orders.push(Order { at: from, counter: *counter, duty });
            if until < Millis::MAX && after != duty {
                day.orders.push(Order { at: until, counter: *counter, duty: after });
            }
            day.orders.sort_by_key(|order| order.at);
        }
        day
    }

    /// When the first thing happens.
    fn begins(&self) -> Millis {
        let first = self.orders.iter().map(|order| order.at).min();
        let comes = self.customers.first().map(|customer| customer.at);
        first.into_iter().chain(comes).min().unwrap_or(0)
    }

    /// Whether a counter is open at an instant as far as it was told.
    fn state_at(&self, counter: usize, at: Millis) -> Duty {
        let mut told = self.orders.iter().filter(|order| order.counter == counter && order.at < at);
        let last = told.rfind(|order| !matches!(order.duty, Duty::Pause(_)));
        last.map_or(Duty::Close, |order| order.duty)
    }
}
