//! How many counters must be open when. It starts from the modified offered load (Jennings, Mandelbaum, Massey, Whitt
//! 1996: how many would be busy at a time if nobody ever waited) and goes on by simulation: a counter more where a
//! target is missed, one less wherever none is missed without it.

use super::day::{Day, Duty, Order};
use super::measure::HALF_HOUR;
use super::play::{Law, Played};
use super::profile::Profile;
use crate::engine::Rule;
use crate::random::Random;
use queue_core::Millis;

/// Share of each lane's customers that is to wait no longer than the target, in every half hour.
pub const GOAL: f64 = 0.9;
/// How much above the goal the search aims, because it looks at a sample of days only.
const MARGIN: f64 = 0.02;
/// Safety staffing over the load, in square roots of it, that the search starts from.
const SAFETY: f64 = 0.5;
/// Customers in the sample of days, about; and least and most days in it.
const SAMPLE: f64 = 60_000.0;
const SAMPLE_DAYS: (usize, usize) = (40, 200);
/// Customers of a lane in a half hour, over the whole sample, below which its share is luck.
const FEW: u32 = 20;
/// Plans that are tried at most: what has been found by then is the answer.
const TRIALS: usize = 1_500;

/// Counters that serve the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// In rank order; the first are opened first.
    pub counters: Vec<usize>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Staffed {
    /// Counters that serve the same.
    pub groups: Vec<Group>,
    /// From opening to closing.
    pub half_hours: Vec<StaffedHalfHour>,
    /// What counters are told in all.
    pub orders: Vec<Order>,
    /// Whether the search came to its end.
    pub complete: bool,
}

/// Half an hour of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct StaffedHalfHour {
    /// Its beginning, milliseconds since local midnight.
    pub from: Millis,
    /// How many counters would be busy if nobody ever waited.
    pub load: f64,
    /// By group: how many are open.
    pub open: Vec<usize>,
    /// By lane: the share within target; none where hardly anybody comes.
    pub in_target: Vec<Option<f64>>,
}

impl Staffed {
    /// Whether every lane keeps the goal in every half hour.
    pub fn reaches(&self, goal: f64) -> bool {
        self.half_hours.iter().flat_map(|half| half.in_target.iter().flatten()).all(|share| *share >= goal)
    }
}

/// The counters of a rule by what they serve, in rank order of their first.
pub fn groups(rule: &Rule) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (place, counter) in rule.counters.iter().enumerate() {
        let alike = groups
            .iter_mut()
            .find(|group| group.counters.first().is_some_and(|first| rule.counters[*first].skills == counter.skills));
        match alike {
            Some(group) => group.counters.push(place),
            None => groups.push(Group { counters: vec![place] }),
        }
    }
    groups
}

/// Searches how many counters must be open when, so that every lane keeps its target for the share `goal` of its
/// customers in every half hour. What cannot be kept with all counters open is answered as close as it comes, as is what
/// was found until `go_on` says no.
pub fn staff(law: &Law, profile: &Profile, goal: f64, seed: u64, go_on: &dyn Fn() -> bool) -> Staffed {
    let mut search = Search::new(law, profile, goal, seed, go_on);
    search.begin();
    search.more();
    search.less();
    search.answer()
}

/// By group and half hour: how many are open.
type Plan = Vec<Vec<usize>>;

/// What a plan achieves: by half hour and lane, customers and those within target.
#[derive(Clone, Debug)]
struct Kept(Vec<Vec<(u32, u32)>>);

struct Search<'a> {
    law: &'a Law,
    profile: &'a Profile,
    goal: f64,
    groups: Vec<Group>,
    days: Vec<Day>,
    halves: usize,
    plan: Plan,
    kept: Kept,
    /// What all counters together cannot keep, by half hour and lane.
    given_up: Vec<Vec<bool>>,
    trials: usize,
    go_on: &'a dyn Fn() -> bool,
}

impl<'a> Search<'a> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of days")]
    fn new(law: &'a Law, profile: &'a Profile, goal: f64, seed: u64, go_on: &'a dyn Fn() -> bool) -> Self {
        let groups = groups(&law.rule);
        let lanes = law.rule.lanes.len();
        let halves = usize::try_from((profile.close - profile.open + HALF_HOUR - 1) / HALF_HOUR).unwrap_or(0);
        let customers: f64 = profile.arrivals.iter().flatten().sum();
        let count = ((SAMPLE / customers.max(1.0)) as usize).clamp(SAMPLE_DAYS.0, SAMPLE_DAYS.1);
        let seeds = (0..).take(count).map(|day| Random::seed_of(seed, &[day]));
        let draw = |seed| Day { orders: Vec::new(), ..profile.draw(lanes, seed) };
        Search {
            law,
            profile,
            goal: (goal + MARGIN).min(1.0),
            plan: vec![vec![0; halves]; groups.len()],
            groups,
            days: seeds.map(draw).collect(),
            halves,
            kept: Kept(vec![vec![(0, 0); lanes]; halves]),
            given_up: vec![vec![false; lanes]; halves],
            trials: 0,
            go_on,
        }
    }

    fn half_of(&self, at: Millis) -> usize {
        let half = usize::try_from((at - self.profile.open) / HALF_HOUR).unwrap_or(0);
        half.min(self.halves.saturating_sub(1))
    }

    /// By half hour and class: how many would be busy if nobody ever waited.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of some days")]
    fn loads(&self) -> Vec<Vec<f64>> {
        let mut loads = vec![vec![0.0; self.law.rule.classes()]; self.halves];
        let weight = 1.0 / (self.days.len().max(1) as f64 * HALF_HOUR as f64);
        for customer in self.days.iter().flat_map(|day| &day.customers) {
            let mut at = customer.at;
            for leg in &customer.legs {
                let end = at + leg.length;
                while at < end {
                    let half = self.half_of(at);
                    let next = self.profile.open + HALF_HOUR * (1 + i64::try_from(half).unwrap_or(0));
                    let until = if half + 1 == self.halves { end } else { end.min(next) };
                    loads[half][leg.class] += (until - at) as f64 * weight;
                    at = until;
                }
            }
        }
        loads
    }

    /// The load of each class spread over the groups that serve it, and some safety.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of counters"
    )]
    fn begin(&mut self) {
        let rule = &self.law.rule;
        let delay = |group: &Group, class| {
            group.counters.first().and_then(|first| rule.counters[*first].skill(class)).map(|skill| skill.delay)
        };
        for (half, loads) in self.loads().into_iter().enumerate() {
            let mut spread = vec![0.0; self.groups.len()];
            for (class, load) in loads.into_iter().enumerate() {
                let least = self.groups.iter().filter_map(|group| delay(group, class)).min();
                let fits = |group: &Group| least.is_some() && delay(group, class) == least;
                let fitting: usize = self.groups.iter().filter(|g| fits(g)).map(|g| g.counters.len()).sum();
                for (place, group) in self.groups.iter().enumerate().filter(|(_, group)| fits(group)) {
                    spread[place] += load * group.counters.len() as f64 / fitting as f64;
                }
            }
            for (place, load) in spread.into_iter().enumerate() {
                let open = (load + SAFETY * load.sqrt()).ceil() as usize;
                self.plan[place][half] = open.min(self.groups[place].counters.len());
            }
        }
        self.kept = self.tried(&self.plan.clone());
    }

    /// Opens counters until every target is kept, from the first half hour that misses one.
    fn more(&mut self) {
        while let Some((half, lane)) = self.first_miss() {
            let before = self.kept.shortfall(self.goal, &self.given_up);
            let mut best: Option<(f64, Plan, Kept)> = None;
            // What was left waiting by an earlier half hour is helped there.
            for earlier in (0..=half).rev() {
                for place in 0..self.groups.len() {
                    let mut plan = self.plan.clone();
                    plan[place][earlier] += 1;
                    if plan[place][earlier] > self.groups[place].counters.len() || self.trials >= TRIALS {
                        continue;
                    }
                    let kept = self.tried(&plan);
                    let shortfall = kept.shortfall(self.goal, &self.given_up);
                    if shortfall < before && best.as_ref().is_none_or(|(least, ..)| shortfall < *least) {
                        best = Some((shortfall, plan, kept));
                    }
                }
                if best.is_some() {
                    break;
                }
            }
            match best {
                Some((_, plan, kept)) => (self.plan, self.kept) = (plan, kept),
                None => self.given_up[half][lane] = true,
            }
        }
    }

    /// Closes every counter that no target needs, last half hours first.
    fn less(&mut self) {
        for half in (0..self.halves).rev() {
            for place in 0..self.groups.len() {
                while self.plan[place][half] > 0 && self.trials < TRIALS {
                    let mut plan = self.plan.clone();
                    plan[place][half] -= 1;
                    let kept = self.tried(&plan);
                    let worst = self.kept.shortfall(self.goal, &[]);
                    if kept.shortfall(self.goal, &[]) > worst + 1e-9 {
                        break;
                    }
                    (self.plan, self.kept) = (plan, kept);
                }
            }
        }
    }

    fn first_miss(&self) -> Option<(usize, usize)> {
        let halves = self.kept.0.iter().enumerate();
        let mut cells = halves.flat_map(|(half, lanes)| (0..lanes.len()).map(move |lane| (half, lane)));
        cells.find(|(half, lane)| {
            !self.given_up[*half][*lane] && self.kept.share(*half, *lane).is_some_and(|share| share < self.goal)
        })
    }

    fn tried(&mut self, plan: &Plan) -> Kept {
        // Nothing is tried after the last.
        self.trials = if (self.go_on)() { self.trials + 1 } else { TRIALS };
        let orders = self.orders(plan);
        let mut kept = vec![vec![(0, 0); self.law.rule.lanes.len()]; self.halves];
        for day in &mut self.days {
            day.orders.clone_from(&orders);
        }
        for day in &self.days {
            let Played { called, .. } = day.play(self.law);
            for (customer, called) in day.customers.iter().zip(called) {
                let lane = customer.legs.first().map_or(0, |leg| self.law.rule.lane(leg.class));
                let target = self.law.targets.get(lane).copied().unwrap_or(Millis::MAX);
                let is_kept = called.is_some_and(|called| called - customer.at <= target);
                let (come, within) = &mut kept[self.half_of(customer.at)][lane];
                *come += 1;
                *within += u32::from(is_kept);
            }
        }
        Kept(kept)
    }

    /// The first counters of each group are open; those of the last half hour stay until everybody was served.
    fn orders(&self, plan: &Plan) -> Vec<Order> {
        let mut orders = Vec::new();
        for (group, open) in self.groups.iter().zip(plan) {
            for (rank, counter) in group.counters.iter().enumerate() {
                let mut was_open = false;
                let mut at = self.profile.open;
                for count in open {
                    let is_open = rank < *count;
                    if is_open != was_open {
                        let duty = if is_open { Duty::Open } else { Duty::Close };
                        orders.push(Order { at, counter: *counter, duty });
                    }
                    was_open = is_open;
                    at += HALF_HOUR;
                }
            }
        }
        orders.sort_by_key(|order| order.at);
        orders
    }

    fn answer(self) -> Staffed {
        let loads = self.loads();
        let orders = self.orders(&self.plan);
        let lanes = self.law.rule.lanes.len();
        let from = (0..self.halves).scan(self.profile.open, |at, _| {
            let from = *at;
            *at += HALF_HOUR;
            Some(from)
        });
        let half_hours = from.enumerate().map(|(half, from)| StaffedHalfHour {
            from,
            load: loads[half].iter().sum(),
            open: self.plan.iter().map(|group| group[half]).collect(),
            in_target: (0..lanes).map(|lane| self.kept.share(half, lane)).collect(),
        });
        Staffed { half_hours: half_hours.collect(), orders, complete: self.trials < TRIALS, groups: self.groups }
    }
}

impl Kept {
    /// The share within target; none where hardly anybody comes.
    fn share(&self, half: usize, lane: usize) -> Option<f64> {
        let (come, within) = self.0[half][lane];
        (come >= FEW).then(|| f64::from(within) / f64::from(come))
    }

    /// How many customers are missing to the goal, over all half hours and lanes that were not given up.
    fn shortfall(&self, goal: f64, given_up: &[Vec<bool>]) -> f64 {
        let mut sum = 0.0;
        for (half, lanes) in self.0.iter().enumerate() {
            for (lane, (come, within)) in lanes.iter().enumerate() {
                let is_given_up = given_up.get(half).is_some_and(|half| half[lane]);
                if *come >= FEW && !is_given_up {
                    sum += (goal * f64::from(*come) - f64::from(*within)).max(0.0);
                }
            }
        }
        sum
    }
}
