//! One day under one rule: no chance in it, so the same day and rule give the same waits.

use super::day::{Customer, Day, Duty, LegEnd};
use crate::engine::{Call, Doing, Hall, Pinned, Rule, Waiting};
use queue_core::{Millis, Plan};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// By what a day is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// Who is next.
    pub rule: Rule,
    /// By lane: the wait to be kept, milliseconds.
    pub targets: Vec<Millis>,
    /// Added to the clock of a no-show who returns, besides the absence.
    pub return_penalty: Millis,
    /// How long a ticket waits for the counter that it was sent to.
    pub pin: Millis,
}

impl Law {
    /// The law of a Plan. A lane without a target keeps it always.
    pub fn of(plan: &Plan) -> Law {
        let target = |target_s: u32| if target_s == 0 { Millis::MAX } else { Millis::from(target_s) * 1_000 };
        Law {
            rule: Rule::new(plan),
            targets: plan.lanes.iter().map(|lane| target(lane.target_s)).collect(),
            return_penalty: plan.rules.return_penalty_ms,
            pin: plan.rules.pin_ms,
        }
    }
}

/// What became of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// By customer: the first call; none for who was never called.
    pub called: Vec<Option<Millis>>,
    /// When nothing happened any more.
    pub end: Millis,
}

/// What is due, in the order in which it happens at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    End(usize),
    Ready(usize),
    Back(usize),
    GivesUp(usize),
    Close,
}

/// What a counter does as soon as its customer has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Free,
    Pause(Millis),
    Close,
}

struct Run<'a> {
    day: &'a Day,
    law: &'a Law,
    hall: Hall,
    due: BinaryHeap<Reverse<(Millis, Due)>>,
    next: Vec<Next>,
    /// By customer: the leg that is waited for or under way, and the clock origin.
    legs: Vec<(usize, Millis)>,
    called: Vec<Option<Millis>>,
}

impl Day {
    /// Plays the day until nothing more can happen.
    pub fn play(&self, law: &Law) -> Played {
        let mut run = Run {
            day: self,
            law,
            hall: Hall::new(&law.rule),
            due: BinaryHeap::new(),
            next: vec![Next::Free; law.rule.counters.len()],
            legs: self.customers.iter().map(|customer| (0, customer.origin)).collect(),
            called: vec![None; self.customers.len()],
        };
        let end = run.run();
        Played { called: run.called, end }
    }
}

impl Run<'_> {
    fn run(&mut self) -> Millis {
        if let Some(close) = self.day.close {
            self.due.push(Reverse((close, Due::Close)));
        }
        let (mut comes, mut orders) = (0, 0);
        let mut calls: Vec<Call> = Vec::new();
        let mut now = Millis::MIN;
        loop {
            self.hall.assign(&self.law.rule, now, |call| calls.push(call));
            for call in calls.drain(..) {
                self.serve(now, call);
            }
            let comer = self.day.customers.get(comes).map_or(Millis::MAX, |customer| customer.at);
            let order = self.day.orders.get(orders).map_or(Millis::MAX, |order| order.at);
            let due = self.due.peek().map_or(Millis::MAX, |Reverse((at, _))| *at);
            let wake = self.hall.wake(&self.law.rule, now).unwrap_or(Millis::MAX);
            let next = comer.min(order).min(due).min(wake);
            if next == Millis::MAX {
                return now;
            }
            now = next;
            if now == due
                && let Some(Reverse((_, due))) = self.due.pop()
            {
                self.happen(now, due);
            } else if now == order {
                let order = self.day.orders[orders];
                orders += 1;
                self.tell(now, order.counter, order.duty);
            } else if now == comer {
                self.come(comes);
                comes += 1;
            }
        }
    }

    fn come(&mut self, place: usize) {
        let Customer { gives_up, .. } = &self.day.customers[place];
        if let Some(gives_up) = gives_up {
            self.due.push(Reverse((*gives_up, Due::GivesUp(place))));
        }
        self.wait(place, Millis::MIN);
    }

    /// The customer waits for the leg that is next.
    fn wait(&mut self, place: usize, now: Millis) {
        let (leg, origin) = self.legs[place];
        let leg = &self.day.customers[place].legs[leg];
        let ticket = Waiting { origin, seq: tag(place), tag: tag(place) };
        match leg.pin {
            Some(counter) => {
                let until = now.saturating_add(self.law.pin);
                self.hall.pin(Pinned { ticket, class: leg.class, counter, until });
            }
            None => self.hall.wait(leg.class, ticket),
        }
    }

    fn serve(&mut self, now: Millis, call: Call) {
        let place = place(call.serving.ticket.tag);
        self.called[place].get_or_insert(now);
        let leg = &self.day.customers[place].legs[self.legs[place].0];
        self.due.push(Reverse((now + leg.length, Due::End(call.counter))));
    }

    fn happen(&mut self, now: Millis, due: Due) {
        match due {
            Due::End(counter) => self.end(now, counter),
            Due::Ready(counter) => self.ready(now, counter),
            Due::Back(place) => self.wait(place, now),
            Due::GivesUp(place) => {
                if self.called[place].is_none() {
                    self.hall.leave(self.day.customers[place].legs[0].class, tag(place));
                }
            }
            Due::Close => self.hall.drain(),
        }
    }

    fn end(&mut self, now: Millis, counter: usize) {
        let Doing::Busy(serving) = self.hall.doing(counter) else { return };
        let place = place(serving.ticket.tag);
        let (leg, origin) = self.legs[place];
        let legs = &self.day.customers[place].legs;
        let ended = legs[leg];
        // Not free yet, and not to be called to.
        self.hall.set(counter, Doing::Paused(now, false));
        self.due.push(Reverse((now + ended.turnaround, Due::Ready(counter))));
        if leg + 1 >= legs.len() {
            return;
        }
        match ended.end {
            LegEnd::Served => {
                let waited = (serving.since - origin).max(0);
                self.legs[place] = (leg + 1, now - waited);
                self.wait(place, now);
            }
            LegEnd::Missed { back_after, to_the_tail } => {
                let back = now + back_after;
                let origin = if to_the_tail { back } else { origin + back_after + self.law.return_penalty };
                self.legs[place] = (leg + 1, origin);
                self.due.push(Reverse((back, Due::Back(place))));
            }
        }
    }

    /// The counter is through with a customer or a pause.
    fn ready(&mut self, now: Millis, counter: usize) {
        match std::mem::replace(&mut self.next[counter], Next::Free) {
            Next::Free => self.hall.set(counter, Doing::Idle(now)),
            Next::Close => self.hall.set(counter, Doing::Closed),
            Next::Pause(length) => self.pause(now, counter, length),
        }
    }

    fn pause(&mut self, now: Millis, counter: usize, length: Millis) {
        self.hall.set(counter, Doing::Paused(now, true));
        self.due.push(Reverse((now + length, Due::Ready(counter))));
    }

    fn tell(&mut self, now: Millis, counter: usize, duty: Duty) {
        match (self.hall.doing(counter), duty) {
            (Doing::Closed, Duty::Open) => self.hall.set(counter, Doing::Idle(now)),
            (Doing::Idle(_) | Doing::Closed, Duty::Close) => self.hall.set(counter, Doing::Closed),
            (Doing::Idle(_), Duty::Pause(length)) => self.pause(now, counter, length),
            // Whoever is closed has no break.
            (Doing::Closed, Duty::Pause(_)) => {}
            (Doing::Idle(_) | Doing::Busy(_) | Doing::Paused(..), Duty::Open) => self.next[counter] = Next::Free,
            (Doing::Busy(_) | Doing::Paused(..), Duty::Close) => self.next[counter] = Next::Close,
            (Doing::Busy(_) | Doing::Paused(..), Duty::Pause(length)) => self.next[counter] = Next::Pause(length),
        }
    }
}

/// Places were counted in 32 bits when the day was made; see [`super::measure`].
fn tag(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn place(tag: u32) -> usize {
    usize::try_from(tag).unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
