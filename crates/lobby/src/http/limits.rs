//! How often somebody may call: counted by device, person, link or address, after it is known who that is. What must not
//! be used up is paper, and the lobby's time for everybody else.

use super::error::ApiError;
use crate::{
    accounts::{Principal, Role},
    config::LimitsConfig,
};
use axum::{http::Method, response::Response};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};
use std::{
    collections::{BTreeMap, VecDeque},
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Real time, as paper and processors know it.
type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, MonotonicClock, NoOpMiddleware<Instant>>;

/// How often one caller's excess is noted.
const NOTE_EVERY: Duration = Duration::from_mins(1);
/// Callers that are counted before those who were quiet for long are forgotten.
const REMEMBERED: usize = 10_000;

/// Calls that may end in paper.
const PRINTS: [&str; 3] = ["/api/v1/tickets", "/api/v1/copies", "/api/v1/tickets/{id}/reprint"];
/// Asked by whoever watches over the lobby; never counted.
const WATCHED: [&str; 2] = ["/healthz", "/readyz"];

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// Stands in an answer after which paper comes out.
#[derive(Clone, Copy)]
pub(super) struct Paper;

/// An answer after which paper comes out, if what was wished is done.
pub(super) fn with_paper(mut answer: Response) -> Response {
    if answer.status().is_success() {
        answer.extensions_mut().insert(Paper);
    }
    answer
}

/// Counts calls. In a demo nothing is counted.
#[derive(Debug)]
pub struct Limits(Option<Counted>);

#[derive(Debug)]
struct Counted {
    calls: BTreeMap<Role, Limiter<String>>,
    paper: Roll,
    links: Limiter<String>,
    addresses: Limiter<IpAddr>,
    noted: Mutex<BTreeMap<String, Instant>>,
    refused: AtomicU64,
}

/// A call that was too much.
pub(super) struct TooMuch {
    pub(super) error: ApiError,
    /// Whose it was, as the audit names them.
    pub(super) name: String,
    /// Whether it is worth a line: not each of thousands is.
    pub(super) note: bool,
}

impl Limits {
    /// As configured.
    pub fn new(config: &LimitsConfig, demo: bool) -> Limits {
        if !config.calls.unwrap_or(!demo) {
            return Limits(None);
        }
        Limits(Some(Counted {
            calls: Role::ALL.into_iter().map(|role| (role, limiter(a_minute(config.calls_of(role))))).collect(),
            paper: Roll::new(config),
            links: limiter(a_minute(config.link_calls_per_min)),
            addresses: limiter(a_minute(config.address_calls_per_min)),
            noted: Mutex::default(),
            refused: AtomicU64::new(0),
        }))
    }

    /// Calls that were too much, since the start.
    pub fn refused(&self) -> u64 {
        self.0.as_ref().map_or(0, |counted| counted.refused.load(Ordering::Relaxed))
    }

    /// Counts a call of somebody who is known, at a path as the router writes it.
    pub(super) fn known(&self, who: &Principal, method: &Method, path: &str) -> Result<(), TooMuch> {
        let Some(counted) = &self.0 else { return Ok(()) };
        let actor = who.actor();
        if let Some(limiter) = counted.calls.get(&who.role) {
            counted.count(limiter, &actor, &actor, ApiError::TooManyCalls)?;
        }
        let wait = counted.paper.wait(&actor).filter(|_| *method == Method::POST && PRINTS.contains(&path));
        wait.map_or(Ok(()), |wait| Err(counted.too_much(&actor, wait, ApiError::TooManyTickets)))
    }

    /// Counts a piece of paper that somebody made come out.
    pub(super) fn printed(&self, actor: String) {
        if let Some(counted) = &self.0 {
            counted.paper.took(actor);
        }
    }

    /// Counts a call of somebody who shows nothing, or nothing that is good.
    pub(super) fn unknown(&self, address: Option<IpAddr>, path: &str) -> Result<(), TooMuch> {
        let (Some(counted), Some(address)) = (&self.0, address) else { return Ok(()) };
        if WATCHED.contains(&path) {
            return Ok(());
        }
        let address = address.to_canonical();
        counted.count(&counted.addresses, &address, &format!("network:{address}"), ApiError::TooManyCalls)
    }

    /// Counts a call by the link of a phone: many of them may come from one address.
    pub(super) fn link(&self, token: &str) -> Result<(), TooMuch> {
        let Some(counted) = &self.0 else { return Ok(()) };
        counted.count(&counted.links, &token.to_owned(), "link", ApiError::TooManyCalls)
    }
}

fn some(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

/// So many in a minute, half of which may come at once.
fn a_minute(count: u32) -> Quota {
    Quota::per_minute(some(count)).allow_burst(some(count.div_ceil(2)))
}

fn limiter<K: std::hash::Hash + Eq + Clone>(quota: Quota) -> Limiter<K> {
    RateLimiter::dashmap_with_clock(quota, MonotonicClock)
}

impl Counted {
    fn count<K: std::hash::Hash + Eq + Clone>(
        &self,
        limiter: &Limiter<K>,
        key: &K,
        name: &str,
        error: impl Fn(u64) -> ApiError,
    ) -> Result<(), TooMuch> {
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        let Err(until) = limiter.check_key(key) else { return Ok(()) };
        Err(self.too_much(name, until.wait_time_from(MonotonicClock.now()), error))
    }

    fn too_much(&self, name: &str, wait: Duration, error: impl Fn(u64) -> ApiError) -> TooMuch {
        self.refused.fetch_add(1, Ordering::Relaxed);
        TooMuch { error: error(wait.as_secs() + 1), name: name.to_owned(), note: self.is_news(name) }
    }

    fn is_news(&self, name: &str) -> bool {
        // Whoever panicked here left a map that is whole.
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, last| last.elapsed() < NOTE_EVERY);
        // A flood that lasts is noted once in that time, too: only what is noted counts.
        let news = !noted.contains_key(name);
        if news {
            noted.insert(name.to_owned(), Instant::now());
        }
        news
    }
}

/// When paper came out, by whoever asked for it. Counted afterwards, not by calls: numbers without paper, of a kiosk that has
/// no printer or whose queue is full, use up none.
#[derive(Debug)]
struct Roll {
    /// Most pieces within a time.
    most: [(usize, Duration); 2],
    taken: Mutex<BTreeMap<String, VecDeque<Instant>>>,
}

impl Roll {
    fn new(config: &LimitsConfig) -> Roll {
        let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX).max(1);
        let most = [(count(config.tickets_per_min), MINUTE), (count(config.tickets_per_hour), HOUR)];
        Roll { most, taken: Mutex::default() }
    }

    fn took(&self, actor: String) {
        let longest = self.most.iter().map(|(most, _)| *most).max().unwrap_or(1);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.entry(actor).or_default();
        theirs.push_back(Instant::now());
        while theirs.len() > longest {
            theirs.pop_front();
        }
    }

    /// How long until they may have the next piece; `None` when they may now.
    fn wait(&self, actor: &str) -> Option<Duration> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.get(actor)?;
        let left = |(most, within): &(usize, Duration)| {
            let oldest = theirs.get(theirs.len().checked_sub(*most)?)?;
            within.checked_sub(oldest.elapsed())
        };
        self.most.iter().filter_map(left).max()
    }
}
