//! The accounts as the HTTP side asks them: without blocking a thread of the runtime, and without a look into the
//! file for every request.

mod people;
mod signin;

pub use people::NewStaff;
pub use signin::{Place, SignIn, SignInRefusal, SignedIn};

use super::{
    AccountsError, By, Principal, Repeats, Role, Store,
    secret::{self, SecretHash},
};
use crate::{clock::Clock, config::AccountsConfig};
use queue_core::{Millis, Timestamp};
use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Semaphore;

/// How long a good credential is believed without another look: a revoked one ends within it.
const BELIEVED: Millis = 1_000;
/// Wrong codes a minute, all callers together, before every code is turned away for a while.
const WRONG_CODES: usize = 10;
const MINUTE: Millis = 60_000;

/// Secrets of people that are hashed at once: each takes a core for a moment, and the hall needs the other.
const HASHED_AT_ONCE: usize = 2;
/// People who sign in at once. More than a hall has are a script, and each waits for the accounts that all others need.
const SIGNING_IN: usize = 128;
/// A failure that was noted is noted again after so long, where the same number fails at the same place for the same cause.
const NOTED_AGAIN: Millis = 10_000;
/// How exactly the last act in a session is kept.
const ACTIVE_STEP: Millis = 15_000;

/// How long people stay signed in, and how often they may err.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without an act a session ends after so long.
    pub idle: Millis,
    /// It ends after so long in any case.
    pub longest: Millis,
    /// So many failures of one number at one device lock it there for a while.
    pub lock_after: u32,
}

impl From<&AccountsConfig> for Limits {
    fn from(config: &AccountsConfig) -> Limits {
        Limits {
            idle: Millis::from(config.idle_min) * MINUTE,
            longest: Millis::from(config.longest_h) * 60 * MINUTE,
            lock_after: config.lock_after,
        }
    }
}

/// The way to the accounts. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    store: Mutex<Store>,
    /// Good credentials only, so that it is no longer than the accounts themselves.
    believed: Mutex<BTreeMap<SecretHash, (Principal, Timestamp)>>,
    wrong_codes: Mutex<VecDeque<Timestamp>>,
    /// When somebody was last seen to act in a session.
    active: Mutex<BTreeMap<SecretHash, Timestamp>>,
    /// The open business day; `None` until it is known or while there is none.
    day: Mutex<Option<String>>,
    hashing: Semaphore,
    signing_in: Semaphore,
    /// When a failure was noted last: by cause and place.
    failures: Mutex<BTreeMap<(&'static str, String), Timestamp>>,
    repeats: Repeats,
    limits: Limits,
    clock: Clock,
    demo: bool,
}

/// What came of an enrolment code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// Good: the secret of the page's cookie, shown to nobody else.
    Page {
        /// Value of the cookie.
        cookie: String,
        /// Whose page it is now.
        principal: Principal,
    },
    /// Wrong, used or too old.
    Refused,
    /// Too many wrong codes came; try again in so many seconds.
    TooMany {
        /// Seconds.
        retry_after_s: u64,
    },
}

impl Accounts {
    /// Opens the accounts of a data directory. With `demo`, the built-in tokens `demo-<role>` are good too.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open(dir: &Path, clock: Clock, demo: bool, limits: Limits) -> Result<Accounts, AccountsError> {
        Ok(Accounts(Arc::new(Inner {
            store: Mutex::new(Store::open(dir)?),
            believed: Mutex::default(),
            wrong_codes: Mutex::default(),
            active: Mutex::default(),
            day: Mutex::default(),
            hashing: Semaphore::new(HASHED_AT_ONCE),
            signing_in: Semaphore::new(SIGNING_IN),
            failures: Mutex::default(),
            repeats: Repeats::default(),
            limits,
            clock,
            demo,
        })))
    }

    /// The built-in token of a role, where this is a demo.
    pub fn demo_token(&self, role: Role) -> Option<String> {
        self.0.demo.then(|| format!("demo-{}", role.name()))
    }

    /// Whose secret (token or cookie value) this is; `None` for one that is wrong or revoked.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be read.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Principal>, AccountsError> {
        if let Some(role) = self.demo_role(secret) {
            return Ok(Some(Principal { role, name: Principal::DEMO.to_owned(), person: None }));
        }
        let hash = secret::hash(secret);
        let now = self.0.clock.now();
        if let Some((principal, seen)) = lock(&self.0.believed).get(&hash)
            && (0..BELIEVED).contains(&now.since(*seen))
        {
            return Ok(Some(principal.clone()));
        }
        let limits = self.0.limits;
        let found = self
            .blocking(move |store| match store.find(&hash, now)? {
                Some(device) => Ok(Some(device)),
                None => store.find_session(&hash, now, &limits),
            })
            .await?;
        let mut believed = lock(&self.0.believed);
        match &found {
            Some(principal) => believed.insert(hash, (principal.clone(), now)),
            None => believed.remove(&hash),
        };
        Ok(found)
    }

    /// Uses an enrolment code up. `place` is where it was typed, for the audit.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be read or written.
    pub async fn redeem(&self, code: &str, place: &str) -> Result<Enrolled, AccountsError> {
        let now = self.0.clock.now();
        if let Some(retry_after_s) = self.too_many_wrong_codes(now) {
            return Ok(Enrolled::TooMany { retry_after_s });
        }
        let (code, place) = (code.to_owned(), place.to_owned());
        let redeemed = self
            .blocking(move |store| {
                let redeemed = store.redeem(&code, now)?;
                match &redeemed {
                    Some((_, principal)) => store.note(now, "page_enrolled", "", &place, &principal.actor(), "")?,
                    None => store.note(now, "code_refused", "", &place, "", "")?,
                }
                Ok(redeemed)
            })
            .await?;
        if let Some((cookie, principal)) = redeemed {
            return Ok(Enrolled::Page { cookie, principal });
        }
        lock(&self.0.wrong_codes).push_back(now);
        Ok(Enrolled::Refused)
    }

    /// Request ids of acts on the accounts.
    pub fn repeats(&self) -> &Repeats {
        &self.0.repeats
    }

    /// Does something to the accounts and notes it: both, or neither. Good credentials are looked up anew afterwards.
    async fn change<T: Send + 'static>(
        &self,
        by: By,
        act: &'static str,
        about: String,
        detail: String,
        change: impl FnOnce(&Store, Timestamp) -> Result<T, AccountsError> + Send + 'static,
    ) -> Result<T, AccountsError> {
        let now = self.0.clock.now();
        let done = self
            .blocking(move |store| store.audited(&by, now, act, (&about, &detail), |store| change(store, now)))
            .await;
        lock(&self.0.believed).clear();
        done
    }

    fn demo_role(&self, secret: &str) -> Option<Role> {
        if !self.0.demo {
            return None;
        }
        Role::named(secret.strip_prefix("demo-")?)
    }

    fn too_many_wrong_codes(&self, now: Timestamp) -> Option<u64> {
        let mut wrong = lock(&self.0.wrong_codes);
        while wrong.front().is_some_and(|first| now.since(*first) >= MINUTE) {
            wrong.pop_front();
        }
        let first = wrong.front().filter(|_| wrong.len() >= WRONG_CODES)?;
        Some(u64::try_from(MINUTE - now.since(*first)).unwrap_or(0).div_ceil(1_000).max(1))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Store) -> Result<T, AccountsError> + Send + 'static,
    ) -> Result<T, AccountsError> {
        let inner = Arc::clone(&self.0);
        let acted = tokio::task::spawn_blocking(move || act(&mut lock(&inner.store))).await;
        acted.map_err(|_| AccountsError::Ended)?
    }
}

/// A lock whose holder panicked guards a value that is still whole: every change here is one statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
