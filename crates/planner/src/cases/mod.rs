//! Queues with known answers: Poisson arrivals in classes, identical servers, no preemption. What a simulator is
//! worth shows here first, because Erlang, Cobham, Kleinrock and Pollaczek have the answers in closed form.
//!
//! Times are in whatever unit the case uses; rates are per that unit.

mod service;

pub use service::{Service, ServiceShape};

use crate::random::Random;
use std::collections::VecDeque;

/// Who is served when a server falls free.
#[derive(Clone, Debug, PartialEq)]
pub enum Discipline {
    /// The first class of this list that has anybody waiting.
    Strict(Vec<usize>),
    /// Whoever has most points; within a class the first who came.
    Points(Vec<Points>),
}

/// How a class collects points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Points {
    /// At arrival.
    pub head_start: f64,
    /// A unit of time.
    pub rate: f64,
}

/// One class of customers.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Arrivals a unit of time.
    pub arrival_rate: f64,
    /// How long they occupy a server.
    pub service: Service,
}

/// A queue to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What the file calls it.
    pub id: String,
    /// In the order of the file; at least one.
    pub classes: Vec<Class>,
    /// Identical servers; at least one.
    pub servers: usize,
    /// Who is next.
    pub discipline: Discipline,
    /// Customers that are counted.
    pub customers: u64,
    /// Customers before them that are not: the queue starts empty and has to fill.
    pub warmup: u64,
}

/// What a simulation of a [`Case`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseResult {
    /// Mean time from arrival to start of service, by class, in the case's unit. 0 for a class without customers.
    pub mean_wait: Vec<f64>,
    /// Share of all customers that had to wait.
    pub p_wait: f64,
}

impl Case {
    /// Simulates the case; the same seed gives the same result.
    pub fn simulate(&self, seed: u64) -> CaseResult {
        let mut random = Random::named(seed, &self.id);
        let mut queue = Queue::new(self);
        let total_rate: f64 = self.classes.iter().map(|class| class.arrival_rate).sum();
        let shares: Vec<f64> = self.classes.iter().map(|class| class.arrival_rate / total_rate).collect();
        let mut now = 0.0;
        for number in 0..self.warmup.saturating_add(self.customers) {
            now += random.exponential() / total_rate;
            let class = pick(&shares, &mut random);
            queue.serve_until(now, &mut random);
            queue.arrive(Customer { at: now, counts: number >= self.warmup }, class, &mut random);
        }
        queue.serve_until(f64::INFINITY, &mut random);
        queue.tally.result()
    }
}

/// A class with the probability of its share.
fn pick(shares: &[f64], random: &mut Random) -> usize {
    let last = shares.len() - 1;
    if last == 0 {
        return 0;
    }
    let mut left = random.uniform();
    for (class, share) in shares.iter().enumerate().take(last) {
        left -= share;
        if left < 0.0 {
            return class;
        }
    }
    last
}

#[derive(Clone, Copy)]
struct Customer {
    at: f64,
    counts: bool,
}

/// Sums over the customers that count.
struct Tally {
    waits: Vec<f64>,
    customers: Vec<u64>,
    waited: u64,
}

impl Tally {
    fn add(&mut self, class: usize, customer: Customer, start: f64) {
        if !customer.counts {
            return;
        }
        let wait = start - customer.at;
        self.waits[class] += wait;
        self.customers[class] += 1;
        self.waited += u64::from(wait > 0.0);
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵³")]
    fn result(&self) -> CaseResult {
        let share = |part: f64, of: u64| if of == 0 { 0.0 } else { part / of as f64 };
        let means = self.waits.iter().zip(&self.customers).map(|(wait, customers)| share(*wait, *customers));
        CaseResult { mean_wait: means.collect(), p_wait: share(self.waited as f64, self.customers.iter().sum()) }
    }
}

/// Servers by the instant they fall free, and who waits for them.
struct Queue<'a> {
    case: &'a Case,
    free_at: Vec<f64>,
    waiting: Vec<VecDeque<Customer>>,
    waiting_count: usize,
    tally: Tally,
}

impl<'a> Queue<'a> {
    fn new(case: &'a Case) -> Self {
        let classes = case.classes.len();
        Queue {
            case,
            free_at: vec![0.0; case.servers],
            waiting: vec![VecDeque::new(); classes],
            waiting_count: 0,
            tally: Tally { waits: vec![0.0; classes], customers: vec![0; classes], waited: 0 },
        }
    }

    /// Starts all services that begin by `now`.
    fn serve_until(&mut self, now: f64, random: &mut Random) {
        while self.waiting_count > 0 {
            let (server, start) = self.next_free();
            if start > now {
                return;
            }
            let class = self.choose(start);
            let Some(customer) = self.waiting[class].pop_front() else { return };
            self.waiting_count -= 1;
            self.tally.add(class, customer, start);
            self.free_at[server] = start + self.case.classes[class].service.draw(random);
        }
    }

    /// Everybody who could be served by now is: whoever finds a free server starts at once.
    fn arrive(&mut self, customer: Customer, class: usize, random: &mut Random) {
        let (server, free) = self.next_free();
        if self.waiting_count == 0 && free <= customer.at {
            self.tally.add(class, customer, customer.at);
            self.free_at[server] = customer.at + self.case.classes[class].service.draw(random);
        } else {
            self.waiting[class].push_back(customer);
            self.waiting_count += 1;
        }
    }

    /// The server that falls free first, and when.
    fn next_free(&self) -> (usize, f64) {
        let first = (0, self.free_at[0]);
        let better = |best: (usize, f64), (server, at): (usize, &f64)| if *at < best.1 { (server, *at) } else { best };
        self.free_at.iter().enumerate().skip(1).fold(first, better)
    }

    /// The class to be served; somebody waits.
    fn choose(&self, now: f64) -> usize {
        match &self.case.discipline {
            Discipline::Strict(order) => {
                order.iter().copied().find(|class| !self.waiting[*class].is_empty()).unwrap_or_default()
            }
            Discipline::Points(points) => {
                let heads = self.waiting.iter().zip(points).enumerate();
                let scores = heads.filter_map(|(class, (queue, points))| {
                    let head = queue.front()?;
                    Some((class, points.head_start + points.rate * (now - head.at)))
                });
                let best = scores.reduce(|best, score| if score.1 > best.1 { score } else { best });
                best.map_or(0, |(class, _)| class)
            }
        }
    }
}
