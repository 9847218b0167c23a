//! When counters usually open and go to lunch. Nobody writes that down; the journal has it.

use planner::estimate::{Fact, Shift};
use std::collections::VecDeque;

/// Days that habits are read from.
const DAYS: usize = 20;
/// Days before which nothing is a habit.
const LEAST_DAYS: usize = 3;
/// A shorter absence is no break of a plan, milliseconds.
const LEAST_BREAK: i64 = 300_000;

/// What each counter did on past days. Instants are milliseconds since local midnight.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    days: VecDeque<Vec<CounterDay>>,
    today: Vec<CounterDay>,
}

#[derive(Clone, Debug, Default)]
struct CounterDay {
    opened: Option<i64>,
    breaks: Vec<(i64, i64)>,
    away_since: Option<i64>,
}

impl Habits {
    pub(crate) fn new(counters: usize) -> Habits {
        Habits { days: VecDeque::new(), today: vec![CounterDay::default(); counters] }
    }

    pub(crate) fn book(&mut self, at: i64, fact: &Fact) {
        match fact {
            Fact::Opened { counter } => {
                let its = &mut self.today[*counter];
                its.opened.get_or_insert(at);
                let away = its.away_since.take().filter(|since| at - since >= LEAST_BREAK);
                its.breaks.extend(away.map(|since| (since, at)));
            }
            Fact::Paused { counter, planned: true } => self.today[*counter].away_since = Some(at),
            Fact::DayEnds => {
                let counters = self.today.len();
                let today = std::mem::replace(&mut self.today, vec![CounterDay::default(); counters]);
                if today.iter().any(|counter| counter.opened.is_some()) {
                    self.days.push_back(today);
                }
                if self.days.len() > DAYS {
                    self.days.pop_front();
                }
            }
            _ => {}
        }
    }

    /// What each counter may be expected to do today: what it did on more than half of the days, at the middle time.
    pub(crate) fn shifts(&self) -> Vec<Shift> {
        let usual = |values: Vec<i64>| {
            let often = self.days.len() >= LEAST_DAYS && values.len() * 2 > self.days.len();
            often.then(|| median(values)).flatten()
        };
        let shift = |counter: usize| {
            let days = || self.days.iter().map(move |day| &day[counter]);
            let nth = |place: usize| {
                let breaks: Vec<(i64, i64)> = days().filter_map(|day| day.breaks.get(place).copied()).collect();
                let start = usual(breaks.iter().map(|(start, _)| *start).collect())?;
                let length = median(breaks.iter().map(|(start, end)| end - start).collect())?;
                Some((start, start + length))
            };
            Shift { open: usual(days().filter_map(|day| day.opened).collect()), breaks: (0..).map_while(nth).collect() }
        };
        (0..self.today.len()).map(shift).collect()
    }
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const MINUTE: i64 = 60_000;

    /// A day on which a counter opens and eats at these times after midnight.
    fn day(habits: &mut Habits, opens: i64, lunch: Option<(i64, i64)>) {
        habits.book(opens, &Fact::Opened { counter: 0 });
        if let Some((start, end)) = lunch {
            habits.book(start, &Fact::Paused { counter: 0, planned: true });
            habits.book(end, &Fact::Opened { counter: 0 });
        }
        habits.book(opens + 8 * HOUR, &Fact::DayEnds);
    }

    #[test]
    fn what_happens_on_most_days_is_expected_at_its_usual_time() {
        let mut habits = Habits::new(2);
        let noon = 12 * HOUR;
        for (late, lunch) in [(0, 0), (5, 10), (20, 20)] {
            assert_eq!(habits.shifts(), [Shift::default(), Shift::default()], "not a habit yet");
            let lunch = (noon + lunch * MINUTE, noon + (lunch + 40) * MINUTE);
            day(&mut habits, 9 * HOUR + late * MINUTE, Some(lunch));
        }
        let expected =
            Shift { open: Some(9 * HOUR + 5 * MINUTE), breaks: vec![(noon + 10 * MINUTE, noon + 50 * MINUTE)] };
        assert_eq!(habits.shifts(), [expected.clone(), Shift::default()]);
        for _ in 0..3 {
            day(&mut habits, 9 * HOUR + 5 * MINUTE, None);
        }
        assert_eq!(habits.shifts()[0], Shift { breaks: Vec::new(), ..expected }, "half of the days are not most");
    }

    #[test]
    fn a_short_absence_and_an_empty_day_count_for_nothing() {
        let mut habits = Habits::new(1);
        for _ in 0..4 {
            day(&mut habits, 9 * HOUR, Some((10 * HOUR, 10 * HOUR + 2 * MINUTE)));
            habits.book(0, &Fact::DayEnds);
        }
        assert_eq!(habits.shifts(), [Shift { open: Some(9 * HOUR), breaks: Vec::new() }]);
    }
}
