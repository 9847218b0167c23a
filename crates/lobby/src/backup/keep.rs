//! Backups that the lobby makes by itself, once a day, the newest of which are kept.

use super::{BackupError, Lock, io, make};
use crate::{
    clock::Clock,
    config::{BackupConfig, Config},
    devices::registry::Registry,
};
use queue_core::{Millis, Timestamp};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

/// The device that stands for the backups.
const DEVICE: &str = "backup";
/// How often it is looked whether one is due, by the lobby's clock.
const LOOK_EVERY_MS: Millis = 20_000;
/// After a failure it is tried again.
const AGAIN_MS: Millis = 600_000;

/// How the configuration wants them locked.
fn lock(config: &BackupConfig) -> Lock {
    match (&config.recipient, &config.passphrase_file) {
        (Some(key), _) => Lock::Recipient(key.clone()),
        (None, Some(file)) => Lock::Passphrase(file.clone()),
        (None, None) => Lock::Open,
    }
}

/// Makes the backup of each day until `stop`. Ends at once where none are configured.
pub async fn keep(config: Arc<Config>, data: PathBuf, clock: Clock, registry: Registry, stop: CancellationToken) {
    let Some(wanted) = config.backup.clone() else { return };
    let (mut next_try, mut known) = (Timestamp::default(), None);
    loop {
        let now = clock.now();
        let newest = match known {
            Some(newest) => Some(newest),
            None => newest(&wanted.dir, &config.branch.id),
        };
        let due = config.on_day(&config.business_day(now), &wanted.at);
        if now >= next_try && due.is_some_and(|due| is_due(due, now, newest)) {
            match make_one(&config, &wanted, &data, now).await {
                Ok(()) => {
                    known = Some(now);
                    registry.report(DEVICE, DEVICE, "ok", None);
                }
                Err(cause) => {
                    error!(%cause, "there is no backup of today");
                    registry.report(DEVICE, DEVICE, "backup_failed", Some(cause.to_string()));
                    next_try = now.plus(AGAIN_MS);
                }
            }
        }
        if stop.run_until_cancelled(sleep(clock.until(clock.now().plus(LOOK_EVERY_MS)))).await.is_none() {
            return;
        }
    }
}

/// A day's backup is due from its time on until there is one; a lobby that was off at the time makes it when it is on.
fn is_due(due: Timestamp, now: Timestamp, newest: Option<Timestamp>) -> bool {
    const DAY_MS: Millis = 86_400_000;
    let last_due = if now >= due { due } else { due.plus(-DAY_MS) };
    newest.is_none_or(|newest| newest < last_due)
}

async fn make_one(config: &Config, wanted: &BackupConfig, data: &Path, now: Timestamp) -> Result<(), BackupError> {
    let lock = lock(wanted);
    let end = if lock == Lock::Open { "tar" } else { "tar.age" };
    let stamp = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    let name = format!("{}{}.{end}", prefix(&config.branch.id), stamp.strftime("%Y%m%dT%H%M%SZ"));
    let (dir, data, keep, branch) = (wanted.dir.clone(), data.to_owned(), wanted.keep, config.branch.id.clone());
    let made = tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&dir).map_err(io(&dir))?;
        let file = dir.join(name);
        let manifest = make(&data, &file, &lock)?;
        info!(file = %file.display(), rows = manifest.rows, head = manifest.head, "the backup of today is made");
        prune(&dir, &branch, keep);
        Ok(())
    });
    made.await.unwrap_or_else(|cause| {
        let cause = std::io::Error::other(cause.to_string());
        Err(BackupError::Io { path: wanted.dir.clone(), cause })
    })
}

fn prefix(branch: &str) -> String {
    format!("{branch}-")
}

/// The moment in a backup's name.
fn moment(name: &str, branch: &str) -> Option<Timestamp> {
    let stamp = name.strip_prefix(&prefix(branch))?;
    let stamp = stamp.strip_suffix(".tar.age").or_else(|| stamp.strip_suffix(".tar"))?;
    let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?;
    Some(Timestamp(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond()))
}

/// Backups of this branch, oldest first.
fn all(dir: &Path, branch: &str) -> Vec<(Timestamp, PathBuf)> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| Some((moment(entry.file_name().to_str()?, branch)?, entry.path())));
    let mut named: Vec<_> = named.collect();
    named.sort();
    named
}

fn newest(dir: &Path, branch: &str) -> Option<Timestamp> {
    all(dir, branch).last().map(|(at, _)| *at)
}

/// Removes all but the newest. One that cannot be removed is said and kept.
fn prune(dir: &Path, branch: &str, keep: u32) {
    let all = all(dir, branch);
    let over = all.len().saturating_sub(usize::try_from(keep).unwrap_or(usize::MAX));
    for (_, file) in all.into_iter().take(over) {
        if let Err(cause) = fs::remove_file(&file) {
            warn!(%cause, file = %file.display(), "an old backup cannot be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HOUR_MS: Millis = 3_600_000;

    #[test]
    fn one_is_due_once_a_day_from_its_time_on_and_after_a_night_that_was_missed() {
        let due = Timestamp(100 * 24 * HOUR_MS);
        let at = |hours: Millis| due.plus(hours * HOUR_MS);
        assert!(!is_due(due, at(-1), Some(at(-24))), "not before its time");
        assert!(is_due(due, at(0), Some(at(-24))));
        assert!(!is_due(due, at(1), Some(at(0))), "it is made");
        assert!(is_due(due, at(-10), Some(at(-30))), "the lobby was off at the time");
        assert!(is_due(due, at(-10), None), "there is none");
    }

    #[test]
    fn only_the_newest_of_this_branch_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let names = [
            "demo-20261120T143000Z.tar",
            "demo-20261121T143000Z.tar.age",
            "demo-20261122T143000Z.tar",
            "demo-2-20261101T143000Z.tar",
            "demo-notes.tar",
        ];
        for name in names {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        assert_eq!(newest(dir.path(), "demo"), moment("demo-20261122T143000Z.tar", "demo"));
        prune(dir.path(), "demo", 2);
        let mut left: Vec<_> =
            fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        let mut expected = names[1..].to_vec();
        expected.sort_unstable();
        assert_eq!(left, expected);
    }
}
