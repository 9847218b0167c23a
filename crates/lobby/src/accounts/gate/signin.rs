//! Signing in and out.

use super::{ACTIVE_STEP, Accounts, Inner, NOTED_AGAIN, lock};
use crate::accounts::{AccountsError, By, Role, SecretKind, Staff, Store, hashing, secret, staff};
use queue_core::Timestamp;
use std::{sync::Arc, time::Duration};

/// Whoever waits longer until their secret is looked at tries again.
const HASH_WITHIN: Duration = Duration::from_secs(10);

/// Where somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The enrolled device, such as `screen:tablet-1`, else the address in the network.
    pub name: String,
    /// Whether it is an enrolled device, or a demo on loopback: only there a PIN is good.
    pub enrolled: bool,
}

/// Who wants to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Staff number as typed.
    pub staff: String,
    /// PIN or password as typed.
    pub secret: String,
    /// What for; everything that they may do without it.
    pub role: Option<Role>,
    /// Where.
    pub place: Place,
}

/// Somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Whose sessions these are.
    pub staff: Staff,
    /// One session a role: its cookie's secret, shown to nobody else.
    pub cookies: Vec<(Role, String)>,
    /// When they began.
    pub since: Timestamp,
    /// When they end at the latest.
    pub until: Timestamp,
}

/// Why somebody is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// Unknown, disabled, or another secret: nobody learns which.
    Wrong,
    /// A PIN, and this is no enrolled device.
    PinNeedsDevice,
    /// Right, but they may not do that.
    NotTheirRole(Role),
    /// Too many failures; the next try counts in so many seconds.
    Locked {
        /// Seconds.
        retry_after_s: u64,
    },
    /// Too many are signing in at this moment.
    Busy,
}

impl Accounts {
    /// Looks at number and secret and begins a session for each role that was asked for.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be read or written.
    pub async fn sign_in(&self, wish: SignIn) -> Result<Result<SignedIn, SignInRefusal>, AccountsError> {
        let Ok(_turn) = self.0.signing_in.try_acquire() else { return Ok(Err(SignInRefusal::Busy)) };
        // What nobody's number looks like is counted as one, so that it does not fill the disk.
        let number = if staff::check_number(&wish.staff).is_ok() { wish.staff.clone() } else { "?".to_owned() };
        // Judged by what was typed, so that it tells nothing of the account.
        if !wish.place.enrolled && SecretKind::of(&wish.secret) == SecretKind::Pin {
            self.note_failure(&number, &wish.place, "pin_needs_device").await?;
            return Ok(Err(SignInRefusal::PinNeedsDevice));
        }
        let (now, limits) = (self.0.clock.now(), self.0.limits);
        let (account, place) = (number.clone(), wish.place.name.clone());
        let wait = self.blocking(move |store| store.count_try(&account, &place, now, &limits)).await?;
        if let Some(wait) = wait {
            let retry_after_s = u64::try_from(wait).unwrap_or(0).div_ceil(1_000).max(1);
            self.note_failure(&number, &wish.place, "locked").await?;
            return Ok(Err(SignInRefusal::Locked { retry_after_s }));
        }
        let Ok(known) = tokio::time::timeout(HASH_WITHIN, self.proven(&number, &wish.secret)).await else {
            return Ok(Err(SignInRefusal::Busy));
        };
        let Some(staff) = known?.filter(Staff::is_enabled) else {
            self.note_failure(&number, &wish.place, "wrong").await?;
            return Ok(Err(SignInRefusal::Wrong));
        };
        let roles = match wish.role {
            Some(role) if staff.roles.contains(&role) => vec![role],
            Some(role) => {
                let place = wish.place.name.clone();
                let number = number.clone();
                self.blocking(move |store| store.forgive(&number, &place)).await?;
                self.note_failure(&staff.number, &wish.place, "not_their_role").await?;
                return Ok(Err(SignInRefusal::NotTheirRole(role)));
            }
            None => staff.roles.clone(),
        };
        self.begin(staff, roles, wish.place).await.map(Ok)
    }

    /// Whoever has that number and that secret. Takes as long where there is nobody.
    async fn proven(&self, number: &str, secret: &str) -> Result<Option<Staff>, AccountsError> {
        // The semaphore is never closed.
        let _turn = self.0.hashing.acquire().await.map_err(|_| AccountsError::Ended)?;
        let (wanted, secret) = (number.to_owned(), secret.to_owned());
        let known = self.blocking(move |store| store.staff_with_secret(&wanted)).await?;
        let checked = tokio::task::spawn_blocking(move || {
            let good = hashing::verify(&secret, known.as_ref().map_or(hashing::NOBODY, |(_, hash)| hash));
            known.map(|(staff, _)| staff).filter(|_| good)
        });
        checked.await.map_err(|_| AccountsError::Ended)
    }

    async fn begin(&self, staff: Staff, roles: Vec<Role>, place: Place) -> Result<SignedIn, AccountsError> {
        let (limits, day) = (self.0.limits, lock(&self.0.day).clone());
        let by =
            By { who: format!("{}:{}", roles.first().map_or("", |role| role.name()), staff.number), place: place.name };
        let names = staff::role_names(&roles);
        let number = staff.number.clone();
        let place = by.place.clone();
        self.change(by, "signed_in", number, names, move |store, now| {
            store.forgive(&staff.number, &place)?;
            store.note_sign_in(&staff.number, now)?;
            let begin = |role: Role| {
                let cookie = store.begin_session(&staff.number, role, &place, day.as_deref(), now, &limits)?;
                Ok((role, cookie))
            };
            let cookies = roles.into_iter().map(begin).collect::<Result<Vec<_>, AccountsError>>()?;
            Ok(SignedIn { staff, cookies, since: now, until: now.plus(limits.longest) })
        })
        .await
    }

    async fn note_failure(&self, number: &str, place: &Place, why: &'static str) -> Result<(), AccountsError> {
        let (number, place, now) = (number.to_owned(), place.name.clone(), self.0.clock.now());
        // What was looked at is noted each time. Who is turned away unseen may come ten thousand times, and fills no disk.
        if why != "wrong" && why != "not_their_role" {
            let mut failures = lock(&self.0.failures);
            failures.retain(|_, last| (0..NOTED_AGAIN).contains(&now.since(*last)));
            if failures.contains_key(&(why, place.clone())) {
                return Ok(());
            }
            failures.insert((why, place.clone()), now);
        }
        self.blocking(move |store| store.note(now, "signin_failed", "", &place, &number, why)).await
    }

    /// Notes that somebody took data away: what, and why where they said so.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be written; then nothing may be given out.
    pub(crate) async fn note_export(&self, by: By, what: String, reason: Option<String>) -> Result<(), AccountsError> {
        let now = self.0.clock.now();
        let note = move |store: &mut Store| {
            store.note(now, "exported", &by.who, &by.place, &what, crate::accounts::told(reason.as_deref()))
        };
        self.blocking(note).await
    }

    /// Notes that somebody called more often than they may.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be written.
    pub(crate) async fn note_excess(&self, who: &str, place: &str, path: &str) -> Result<(), AccountsError> {
        let (who, place, path, now) = (who.to_owned(), place.to_owned(), path.to_owned(), self.0.clock.now());
        self.blocking(move |store| store.note(now, "calls_refused", &who, &place, &path, "")).await
    }

    /// Ends the session of that cookie; answers whether there was one.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be written.
    pub async fn sign_out(&self, cookie: &str, by: By) -> Result<bool, AccountsError> {
        let (hash, now) = (secret::hash(cookie), self.0.clock.now());
        let ended = self
            .blocking(move |store| {
                let ended = store.end_session(&hash, now)?;
                if ended {
                    store.note(now, "signed_out", &by.who, &by.place, "", "")?;
                }
                Ok(ended)
            })
            .await;
        lock(&self.0.believed).remove(&hash);
        lock(&self.0.active).remove(&hash);
        ended
    }

    /// Somebody acted in the session of that cookie, so it is not idle.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be written.
    pub async fn acted(&self, cookie: &str) -> Result<(), AccountsError> {
        let (hash, now) = (secret::hash(cookie), self.0.clock.now());
        {
            let mut active = lock(&self.0.active);
            if active.get(&hash).is_some_and(|last| (0..ACTIVE_STEP).contains(&now.since(*last))) {
                return Ok(());
            }
            // Of sessions that timed out nobody says so; those are let go here.
            active.retain(|_, last| now.since(*last) < self.0.limits.idle);
            active.insert(hash, now);
        }
        self.blocking(move |store| store.touch_session(&hash, now)).await
    }

    /// The enrolled page or token that a device shows, as `role:name`.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be read.
    pub async fn device(&self, secret: &str) -> Result<Option<String>, AccountsError> {
        let hash = secret::hash(secret);
        self.blocking(move |store| store.device(&hash)).await
    }

    /// Whether PINs are good everywhere: a demo listens on loopback only.
    pub fn is_demo(&self) -> bool {
        self.0.demo
    }

    /// Seconds without an act after which a session ends.
    pub fn idle_s(&self) -> i64 {
        self.0.limits.idle / 1_000
    }

    /// The open business day is `day`: sessions of another one end.
    ///
    /// # Errors
    /// [`AccountsError`] when the accounts cannot be written.
    pub(crate) async fn day_is(&self, day: Option<String>) -> Result<(), AccountsError> {
        lock(&self.0.day).clone_from(&day);
        let now = self.0.clock.now();
        let ended = self.blocking(move |store| store.end_shift(day.as_deref(), now)).await?;
        if ended > 0 {
            lock(&self.0.believed).clear();
        }
        Ok(())
    }

    /// The hash of a new secret, at most two at once.
    pub(super) async fn hashed(&self, secret: String) -> Result<String, AccountsError> {
        let _turn = self.0.hashing.acquire().await.map_err(|_| AccountsError::Ended)?;
        tokio::task::spawn_blocking(move || hashing::hash(&secret)).await.map_err(|_| AccountsError::Ended)?
    }

    /// Asks the accounts something.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T, AccountsError> + Send + 'static,
    ) -> Result<T, AccountsError> {
        let inner: Arc<Inner> = Arc::clone(&self.0);
        let asked = tokio::task::spawn_blocking(move || ask(&lock(&inner.store))).await;
        asked.map_err(|_| AccountsError::Ended)?
    }
}
