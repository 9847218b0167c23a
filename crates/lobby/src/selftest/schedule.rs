//! Starts the self-test by itself before the hall opens, where the configuration says when.

use crate::{
    clock::Clock,
    config::Config,
    controller::{Handle, Stopped},
};
use queue_core::{Command, Millis, SelfTestMeans, Timestamp};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Who starts a test that nobody started.
pub(super) const ACTOR: &str = "system:selftest";
/// How long before the first session.
const BEFORE_MS: Millis = 30 * 60_000;
/// How often it is looked, by the lobby's clock.
const LOOK_EVERY_MS: Millis = 20_000;
/// A lobby that starts later than this after the time lets it be: people are in the hall.
const LATE_MS: Millis = 30 * 60_000;

/// When the test of the business day of `now` is due, if any.
pub(super) fn due(config: &Config, now: Timestamp) -> Option<Timestamp> {
    let at = config.selftest.at.as_deref()?;
    let day = config.business_day(now);
    if at == "before_open" {
        let first = config.hours(&day).sessions?.iter().map(|session| session.from).min()?;
        return Some(first.plus(-BEFORE_MS));
    }
    config.on_day(&day, at)
}

/// Whether it should start now: it is time, not long past, and none has run since then.
fn is_due(config: &Config, now: Timestamp, last: Option<Timestamp>) -> bool {
    due(config, now).is_some_and(|due| {
        let late = now.since(due);
        (0..LATE_MS).contains(&late) && last.is_none_or(|last| last < due)
    })
}

/// Starts the test of each day until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub async fn keep(handle: Handle, clock: Clock, stop: CancellationToken) -> Result<(), Stopped> {
    if handle.config().selftest.at.is_none() {
        return Ok(());
    }
    loop {
        let (at, last) = handle.ask(|view| (view.at, view.branch.selftest().map(|test| test.started_at))).await?;
        let config = handle.config();
        if is_due(config, at, last) {
            let chosen = &config.selftest;
            let means = SelfTestMeans { pictures: chosen.pictures, slips: chosen.slips, chime: chosen.chime };
            let start = Command::StartSelfTest { parts: super::parts(config), means };
            if let Err(refusal) = handle.tell(ACTOR, start).await? {
                warn!(%refusal, "the self-test before opening did not start");
            }
        }
        let pause = clock.until(clock.now().plus(LOOK_EVERY_MS));
        if stop.run_until_cancelled(sleep(pause)).await.is_none() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn config(at: &str) -> Config {
        let mut config: Config = toml::from_str(include_str!("../../../../config/bank/branch.toml")).unwrap();
        config.selftest.at = Some(at.to_owned());
        config
    }

    fn moment(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn it_is_due_once_half_an_hour_before_the_first_session() {
        let config = config("before_open");
        // A Monday. The first session, local time.
        let noon = moment("2026-11-23T04:00:00Z");
        let first = config.hours(&config.business_day(noon)).sessions.unwrap()[0].from;
        let due_at = due(&config, noon).unwrap();
        assert_eq!(first.since(due_at), BEFORE_MS);
        assert!(!is_due(&config, due_at.plus(-1), None));
        assert!(is_due(&config, due_at, None));
        assert!(is_due(&config, due_at, Some(due_at.plus(-86_400_000))), "that was yesterday's");
        assert!(!is_due(&config, due_at.plus(60_000), Some(due_at)), "it has run");
        assert!(!is_due(&config, due_at.plus(LATE_MS), None), "too late");
    }

    #[test]
    fn a_time_of_day_is_local() {
        let config = config("07:45");
        let due = due(&config, moment("2026-11-23T04:00:00Z")).unwrap();
        assert_eq!(config.local(due).strftime("%F %R").to_string(), "2026-11-23 07:45");
    }
}
