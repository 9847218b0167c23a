//! What a course costs the people: how many of those who wait now or come within the next two hours wait past their
//! lane's target, and how long all of them wait. One number to compare courses by, from plays with common numbers.

use super::forecast::{Course, PATIENCE, Present, STEP, STEPS};
use super::play::{FIRST_STRANGER, Player, Watch};
use crate::engine::{Hall, Serving};
use crate::random::Random;
use std::collections::BTreeMap;

/// What a course costs, on average over the plays.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Toll {
    /// People counted: who waits now, and who comes within the next two hours.
    pub people: f64,
    /// Those of them who wait longer than their target.
    pub late: f64,
    /// All their waits, seconds; of who is not called for hours, as far as was played.
    pub wait_s: f64,
}

impl Toll {
    /// Mean wait, seconds; nought where nobody is counted.
    pub fn mean_wait_s(&self) -> f64 {
        if self.people > 0.0 { self.wait_s / self.people } else { 0.0 }
    }
}

/// Plays a course so many times. The same seed gives every customer the same time of coming, service and patience,
/// whatever the course.
pub fn toll(present: Present<'_>, course: Course<'_>, seed: u64, plays: u64) -> Toll {
    let Present { outlook, hall, at } = present;
    let mut player = Player::new(course.setup, outlook, hall, at, seed).told(course.staffing);
    let mut count = Count::new(course, hall, at);
    for play in 0..plays {
        count.begin();
        player.play_in_common(Random::seed_of(seed, &[play]), &mut count);
        count.end();
    }
    count.toll(plays)
}

/// Somebody who is counted.
#[derive(Debug, Clone, Copy)]
struct Person {
    /// From when waiting counts.
    origin: i64,
    lane: usize,
    called: bool,
}

/// Looks on at plays for everybody's first call.
struct Count<'a> {
    course: Course<'a>,
    at: i64,
    /// Who waits at the beginning of every play.
    here: Vec<Person>,
    /// Their places by the number that a play knows them by.
    places: BTreeMap<u32, usize>,
    /// Everybody of this play, those who wait at its beginning first.
    people: Vec<Person>,
    missing: usize,
    now: i64,
    toll: Toll,
}

impl<'a> Count<'a> {
    fn new(course: Course<'a>, hall: &Hall, at: i64) -> Self {
        let lane = |class| course.setup.rule.lane(class);
        let waiting: Vec<_> = hall.waiting().collect();
        let here =
            waiting.iter().map(|(class, ticket)| Person { origin: ticket.origin, lane: lane(*class), called: false });
        let places = waiting.iter().enumerate().map(|(place, (_, ticket))| (ticket.seq, place));
        Self {
            course,
            at,
            here: here.collect(),
            places: places.collect(),
            people: Vec::new(),
            missing: 0,
            now: at,
            toll: Toll::default(),
        }
    }

    fn begin(&mut self) {
        self.people.clone_from(&self.here);
        (self.missing, self.now) = (self.here.len(), self.at);
    }

    /// A play is over: whoever was not called waits until now at least.
    fn end(&mut self) {
        for place in 0..self.people.len() {
            if !self.people[place].called {
                self.waited(place, self.now);
            }
        }
    }

    fn waited(&mut self, place: usize, until: i64) {
        let Person { origin, lane, .. } = self.people[place];
        // An appointment that is called before its time has not waited.
        let wait = (until - origin).max(0);
        let target = self.course.targets.get(lane).copied().unwrap_or(i64::MAX);
        self.toll.people += 1.0;
        self.toll.late += f64::from(u8::from(wait > target));
        self.toll.wait_s += seconds(wait);
    }

    fn place(&self, seq: u32) -> Option<usize> {
        match seq.checked_sub(FIRST_STRANGER) {
            Some(number) => usize::try_from(number).ok()?.checked_add(self.here.len()),
            None => self.places.get(&seq).copied(),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "some tens of plays")]
    fn toll(self, plays: u64) -> Toll {
        let plays = plays.max(1) as f64;
        let Toll { people, late, wait_s } = self.toll;
        Toll { people: people / plays, late: late / plays, wait_s: wait_s / plays }
    }
}

impl Watch for Count<'_> {
    fn called(&mut self, at: i64, serving: Serving) {
        let place = self.place(serving.ticket.seq);
        let Some(place) = place.filter(|place| self.people.get(*place).is_some_and(|person| !person.called)) else {
            return;
        };
        self.people[place].called = true;
        self.missing -= 1;
        self.waited(place, at);
    }

    fn joined(&mut self, at: i64, class: usize, _: u32) {
        if at < self.at + span() {
            let lane = self.course.setup.rule.lane(class);
            self.people.push(Person { origin: at, lane, called: false });
            self.missing += 1;
        }
    }

    fn passes(&mut self, next: i64, _: &Hall) -> bool {
        let end = self.at + span();
        self.now = next.min(end + PATIENCE);
        next < end || (self.missing > 0 && next < end + PATIENCE)
    }
}

/// Two hours.
fn span() -> i64 {
    i64::try_from(STEPS).unwrap_or(i64::MAX).saturating_mul(STEP)
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
