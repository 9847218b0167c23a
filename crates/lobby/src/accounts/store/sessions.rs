//! Sessions of people, and the failures that lock them out for a while.

use super::{Store, staff::roles};
use crate::accounts::{
    AccountsError, Limits, Person, Principal, Role,
    secret::{self, SecretHash},
};
use queue_core::{Millis, Timestamp};
use rusqlite::{OptionalExtension, params};

/// How long ended sessions and forgotten failures are kept.
const DAY: Millis = 24 * 60 * 60_000;
/// The first delay after too many failures; each further failure doubles it.
const FIRST_DELAY: Millis = 30_000;
const LONGEST_DELAY: Millis = 15 * 60_000;
/// So many times as many failures of one device, whatever numbers were typed, lock the device.
const DEVICE_FACTOR: u32 = 10;
/// Stands for every number: no number looks like it.
const ANY: &str = "*";

/// A session as it is stored, with whose it is.
struct Row {
    staff: String,
    role: Option<Role>,
    created_at: Timestamp,
    active_at: Timestamp,
    ends_at: Timestamp,
    roles: Vec<Role>,
    stars: u8,
}

impl Store {
    /// Begins a session and answers the secret of its cookie.
    pub(in crate::accounts) fn begin_session(
        &self,
        staff: &str,
        role: Role,
        place: &str,
        day: Option<&str>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<String, AccountsError> {
        let cookie = secret::token()?;
        self.db.execute("DELETE FROM sessions WHERE ends_at < ?1", [at.plus(-DAY).0])?;
        self.db.execute(
            "INSERT INTO sessions (hash, staff, role, place, day, created_at, active_at, ends_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
            params![secret::hash(&cookie), staff, role.name(), place, day, at.0, at.plus(limits.longest).0],
        )?;
        Ok(cookie)
    }

    /// Whose session this is, if it is good. One that timed out is ended, and that is noted.
    pub(in crate::accounts) fn find_session(
        &self,
        hash: &SecretHash,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<Principal>, AccountsError> {
        let find = "SELECT s.staff, s.role, s.created_at, s.active_at, s.ends_at, p.roles, p.stars
                    FROM sessions s JOIN staff p ON p.number = s.staff
                    WHERE s.hash = ?1 AND s.ended_at IS NULL AND p.disabled_at IS NULL";
        let found = self.db.prepare_cached(find)?.query_row([hash], |row| {
            Ok(Row {
                staff: row.get(0)?,
                role: Role::named(&row.get::<_, String>(1)?),
                created_at: Timestamp(row.get(2)?),
                active_at: Timestamp(row.get(3)?),
                ends_at: Timestamp(row.get(4)?),
                roles: roles(&row.get::<_, String>(5)?),
                stars: row.get(6)?,
            })
        });
        let Some(Row { staff, role: Some(role), created_at, active_at, ends_at, roles, stars }) = found.optional()?
        else {
            return Ok(None);
        };
        let why = if at >= ends_at {
            "longest"
        } else if at.since(active_at) >= limits.idle {
            "idle"
        } else if !roles.contains(&role) {
            "role_taken_away"
        } else {
            let person = Person { roles, stars, since: created_at, until: ends_at };
            return Ok(Some(Principal { role, name: staff, person: Some(person) }));
        };
        self.db.execute("UPDATE sessions SET ended_at = ?2 WHERE hash = ?1", params![hash, at.0])?;
        let actor = format!("{}:{staff}", role.name());
        self.note(at, "session_ended", &actor, "", &staff, why)?;
        Ok(None)
    }

    /// Notes that somebody did something in a session.
    pub(in crate::accounts) fn touch_session(&self, hash: &SecretHash, at: Timestamp) -> Result<(), AccountsError> {
        let touch = "UPDATE sessions SET active_at = ?2 WHERE hash = ?1 AND ended_at IS NULL";
        self.db.execute(touch, params![hash, at.0])?;
        Ok(())
    }

    /// Ends a session; answers whether there was one.
    pub(in crate::accounts) fn end_session(&self, hash: &SecretHash, at: Timestamp) -> Result<bool, AccountsError> {
        let end = "UPDATE sessions SET ended_at = ?2 WHERE hash = ?1 AND ended_at IS NULL";
        Ok(self.db.execute(end, params![hash, at.0])? > 0)
    }

    pub(in crate::accounts) fn end_sessions_of(&self, staff: &str, at: Timestamp) -> Result<(), AccountsError> {
        let end = "UPDATE sessions SET ended_at = ?2 WHERE staff = ?1 AND ended_at IS NULL";
        self.db.execute(end, params![staff, at.0])?;
        Ok(())
    }

    /// The open business day is `day`. Clerks' and greeters' sessions of another day end; those of people who work on
    /// after closing end when the next day opens. Answers how many ended.
    pub(in crate::accounts) fn end_shift(&self, day: Option<&str>, at: Timestamp) -> Result<usize, AccountsError> {
        if let Some(day) = day {
            // Who came before the opening belongs to the day that opens.
            self.db.execute("UPDATE sessions SET day = ?1 WHERE day IS NULL AND ended_at IS NULL", [day])?;
        }
        let over = "SELECT staff, role FROM sessions WHERE ended_at IS NULL AND day IS NOT NULL AND day IS NOT ?1
                    AND (?1 IS NOT NULL OR role IN ('clerk', 'greeter'))";
        let ended = self
            .db
            .prepare(over)?
            .query_map([day], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        self.db.execute(
            "UPDATE sessions SET ended_at = ?2 WHERE ended_at IS NULL AND day IS NOT NULL AND day IS NOT ?1
             AND (?1 IS NOT NULL OR role IN ('clerk', 'greeter'))",
            params![day, at.0],
        )?;
        for (staff, role) in &ended {
            self.note(at, "session_ended", &format!("{role}:{staff}"), "", staff, "day")?;
        }
        Ok(ended.len())
    }

    /// Counts a try as failed before its secret is looked at, so that many at once are not one; [`Store::forgive`]
    /// takes it back. Answers how long the next try has to wait where there were too many.
    pub(in crate::accounts) fn count_try(
        &self,
        account: &str,
        place: &str,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<Millis>, AccountsError> {
        self.db.execute("DELETE FROM tries WHERE last_at < ?1", [at.plus(-DAY).0])?;
        let keys = [(account, limits.lock_after), (ANY, limits.lock_after * DEVICE_FACTOR)];
        let mut wait = 0;
        for (account, _) in keys {
            let locked = "SELECT locked_until FROM tries WHERE account = ?1 AND place = ?2";
            let until = self.db.query_row(locked, [account, place], |row| row.get(0).map(Timestamp)).optional()?;
            wait = wait.max(until.map_or(0, |until| until.since(at)));
        }
        if wait > 0 {
            return Ok(Some(wait));
        }
        for (account, lock_after) in keys {
            let count = "INSERT INTO tries (account, place, failures, last_at, locked_until) VALUES (?1, ?2, 1, ?3, 0)
                         ON CONFLICT (account, place) DO UPDATE SET failures = failures + 1, last_at = ?3
                         RETURNING failures";
            let failures: u32 = self.db.query_row(count, params![account, place, at.0], |row| row.get(0))?;
            if failures >= lock_after {
                let delay = FIRST_DELAY.saturating_mul(1 << (failures - lock_after).min(10)).min(LONGEST_DELAY);
                let lock = "UPDATE tries SET locked_until = ?3 WHERE account = ?1 AND place = ?2";
                self.db.execute(lock, params![account, place, at.plus(delay).0])?;
            }
        }
        Ok(None)
    }

    /// A try was good: what was counted against that number at that place is forgotten.
    pub(in crate::accounts) fn forgive(&self, account: &str, place: &str) -> Result<(), AccountsError> {
        self.db.execute("DELETE FROM tries WHERE account = ?1 AND place = ?2", [account, place])?;
        // Only this one: who has an account of their own does not buy tries at those of others with it.
        let taken = "UPDATE tries SET failures = failures - 1 WHERE account = ?1 AND place = ?2 AND failures > 0";
        self.db.execute(taken, [ANY, place])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::accounts::{SecretKind, Staff};

    const MINUTE: Millis = 60_000;
    const LIMITS: Limits = Limits { idle: 30 * MINUTE, longest: 600 * MINUTE, lock_after: 5 };

    fn store(roles: &[Role]) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let staff = Staff {
            number: "1001".to_owned(),
            name: "Li Na".to_owned(),
            roles: roles.to_vec(),
            stars: 3,
            secret: SecretKind::Pin,
            created_at: Timestamp(0),
            signed_in_at: None,
            disabled_at: None,
        };
        store.insert_staff(&staff, "-").unwrap();
        (dir, store)
    }

    fn begin(store: &Store, role: Role, day: Option<&str>) -> SecretHash {
        secret::hash(&store.begin_session("1001", role, "desk:pc-1", day, Timestamp(0), &LIMITS).unwrap())
    }

    fn lives(store: &Store, session: &SecretHash, at: Millis) -> bool {
        store.find_session(session, Timestamp(at), &LIMITS).unwrap().is_some()
    }

    #[test]
    fn delays_grow_and_failures_are_forgotten_after_a_day() {
        let (_dir, store) = store(&[Role::Clerk]);
        let mut at = 0;
        let mut fail = |store: &Store, account: &str, place: &str| {
            let wait = store.count_try(account, place, Timestamp(at), &LIMITS).unwrap();
            at += wait.unwrap_or(0);
            wait
        };
        for _ in 0..5 {
            assert_eq!(fail(&store, "1001", "a"), None);
        }
        let mut waits = Vec::new();
        for _ in 0..7 {
            waits.push(fail(&store, "1001", "a").unwrap() / 1_000);
            assert_eq!(fail(&store, "1001", "a"), None, "the wait is over");
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(fail(&store, "1001", "b"), None, "another device");
        assert_eq!(fail(&store, "1002", "a"), None, "another number");
        assert!(fail(&store, "1001", "a").is_some());
        assert_eq!(store.count_try("1001", "a", Timestamp(at + 2 * DAY), &LIMITS).unwrap(), None);
    }

    #[test]
    fn a_device_that_tries_many_numbers_is_locked_as_a_whole() {
        let (_dir, store) = store(&[Role::Clerk]);
        let tries = |number: i32| store.count_try(&number.to_string(), "a", Timestamp(0), &LIMITS).unwrap();
        assert_eq!((0..50).filter_map(tries).count(), 0);
        assert_eq!(tries(50), Some(FIRST_DELAY));
        assert_eq!(store.count_try("50", "b", Timestamp(0), &LIMITS).unwrap(), None);
    }

    #[test]
    fn a_session_ends_when_idle_and_at_the_latest_after_its_limit() {
        let (_dir, store) = store(&[Role::Clerk]);
        let session = begin(&store, Role::Clerk, None);
        assert!(lives(&store, &session, 30 * MINUTE - 1));
        store.touch_session(&session, Timestamp(29 * MINUTE)).unwrap();
        assert!(lives(&store, &session, 58 * MINUTE));
        assert!(!lives(&store, &session, 59 * MINUTE));
        assert!(!lives(&store, &session, 58 * MINUTE), "ended for good");
        let session = begin(&store, Role::Clerk, None);
        for act in (0..=600).step_by(20) {
            store.touch_session(&session, Timestamp(act * MINUTE)).unwrap();
        }
        assert!(lives(&store, &session, 600 * MINUTE - 1) && !lives(&store, &session, 600 * MINUTE));
        let why: Vec<_> = store.audit(None, 9).unwrap().into_iter().map(|act| act.detail).collect();
        assert_eq!(why, ["longest", "idle"]);
    }

    #[test]
    fn sessions_end_with_the_shift_or_the_next_day() {
        let (_dir, store) = store(&[Role::Clerk, Role::Manager]);
        let (early, clerk, manager) = (
            begin(&store, Role::Clerk, None),
            begin(&store, Role::Clerk, Some("d1")),
            begin(&store, Role::Manager, Some("d1")),
        );
        let alive = |at| [&early, &clerk, &manager].map(|session| lives(&store, session, at));
        // Whoever came before the opening belongs to the day.
        assert_eq!(store.end_shift(Some("d1"), Timestamp(1)).unwrap(), 0);
        assert_eq!(alive(2), [true, true, true]);
        assert_eq!(store.end_shift(None, Timestamp(3)).unwrap(), 2);
        assert_eq!(alive(4), [false, false, true]);
        assert_eq!(store.end_shift(Some("d2"), Timestamp(5)).unwrap(), 1);
        assert_eq!(alive(6), [false, false, false]);
    }

    #[test]
    fn who_is_disabled_or_loses_a_role_is_out() {
        let (_dir, store) = store(&[Role::Clerk, Role::Greeter]);
        let (clerk, greeter) = (begin(&store, Role::Clerk, None), begin(&store, Role::Greeter, None));
        let change = crate::accounts::StaffChange { roles: Some(vec![Role::Greeter]), ..Default::default() };
        store.change_staff("1001", &change).unwrap();
        assert!(!lives(&store, &clerk, 1) && lives(&store, &greeter, 1));
        store.set_enabled("1001", false, Timestamp(2)).unwrap();
        assert!(!lives(&store, &greeter, 3));
        store.set_enabled("1001", true, Timestamp(4)).unwrap();
        assert!(!lives(&store, &greeter, 5), "one signs in anew");
    }
}
