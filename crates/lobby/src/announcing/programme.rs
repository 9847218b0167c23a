//! The broadcast programme: notices by the clock, each a fact like any other notice.

use crate::{
    clock::Clock,
    config::{Config, ProgrammeConfig},
    controller::{Handle, Stopped},
};
use queue_core::{Command, NoticeRank, NoticeWish, Timestamp};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Who says it.
const ACTOR: &str = "system:programme";
/// It is looked at least so often, by the lobby's clock: a wall clock may be set meanwhile.
const LOOK_EVERY_MS: i64 = 20_000;

/// Says every entry at its times until `stop`. What was due while the lobby did not run is not made up for.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub async fn keep(handle: Handle, clock: Clock, stop: CancellationToken) -> Result<(), Stopped> {
    let config = handle.config().clone();
    if config.voice.programme.is_empty() || config.voice_zones().is_empty() {
        return Ok(());
    }
    let mut seen = clock.now();
    loop {
        let now = clock.now().max(seen);
        for entry in due(&config, seen, now) {
            if let Err(refusal) = handle.tell(ACTOR, Command::Announce(wish(entry))).await? {
                warn!(entry = entry.id, %refusal, "an entry of the programme is not said");
            }
        }
        seen = now;
        let next = config.voice.programme.iter().filter_map(|entry| config.programme_next(entry, now)).min();
        let look = now.plus(LOOK_EVERY_MS);
        let until = clock.until(next.map_or(look, |next| next.min(look)));
        if stop.run_until_cancelled(sleep(until)).await.is_none() {
            return Ok(());
        }
    }
}

/// Entries with a time after `seen`, up to and with `now`, in the order of the configuration.
fn due(config: &Config, seen: Timestamp, now: Timestamp) -> impl Iterator<Item = &ProgrammeConfig> {
    let entries = config.voice.programme.iter();
    entries.filter(move |entry| config.programme_next(entry, seen).is_some_and(|next| next <= now))
}

fn wish(entry: &ProgrammeConfig) -> NoticeWish {
    NoticeWish {
        texts: entry.text.clone(),
        rank: NoticeRank::Notice,
        zones: entry.zones.clone(),
        repeats: u8::try_from(entry.repeats).unwrap_or(u8::MAX),
        programme: Some(entry.id.clone()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn each_time_is_due_once_also_when_a_fast_clock_jumps_over_it() {
        let mut config: Config = toml::from_str(include_str!("../../../../config/demo/branch.toml")).unwrap();
        let entry = "id = \"hello\"\nat = [\"09:00\"]\ntext = { zh-CN = \"您好\" }";
        config.voice.programme = vec![toml::from_str(entry).unwrap()];
        let moment = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let nine = moment("2026-11-23T09:00:00+08:00");
        let ids =
            |from: Timestamp, to: Timestamp| due(&config, from, to).map(|entry| entry.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(nine.plus(-1), nine), ["hello"]);
        assert_eq!(ids(nine.plus(-60_000), nine.plus(60_000)), ["hello"]);
        assert!(ids(nine, nine.plus(60_000)).is_empty());
        assert!(ids(nine.plus(-2_000), nine.plus(-1)).is_empty());
    }
}
