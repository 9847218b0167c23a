//! Screens as devices: which are open, and whether those that have a loudspeaker can be heard.

use super::{RunError, Tasks, voice};
use crate::{
    config::Config,
    devices::{health::Count, registry::Registry},
    http::{Screens, Sound},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// For each zone that screens play: where it is told how many of them can be heard.
type Listeners = BTreeMap<String, watch::Sender<usize>>;

/// Begins to follow the screens: who is connected, and for each zone that screens play how many of them can be heard.
pub(super) fn start(
    config: &Arc<Config>,
    registry: &Registry,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> (Screens, BTreeMap<String, watch::Receiver<usize>>) {
    let screens = Screens::default();
    let zones = config.voice_zones().into_iter().filter(voice::is_for_screens);
    let listeners: Listeners = zones.map(|zone| (zone.id, watch::Sender::new(0))).collect();
    let heard = listeners.iter().map(|(zone, count)| (zone.clone(), count.subscribe())).collect();
    tasks.add(watch(config.clone(), screens.clone(), listeners, registry.clone(), stop.clone()));
    (screens, heard)
}

/// Screens of the configuration that have no page open, or that cannot be heard, are shown to staff. A page that does not
/// say which screen it is counts for the first one that shows the whole hall.
async fn watch(
    config: Arc<Config>,
    screens: Screens,
    listeners: Listeners,
    registry: Registry,
    stop: CancellationToken,
) -> Result<(), RunError> {
    let (mut open, mut sound) = (screens.watch(), screens.watch_sound());
    let default = config.screens.iter().find(|screen| screen.counter.is_none()).map(|screen| screen.id.as_str());
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut shown: BTreeSet<String> = BTreeSet::new();
    loop {
        let named: BTreeSet<String> = open.borrow_and_update().keys().cloned().collect();
        let said = sound.borrow_and_update().clone();
        let unnamed = named.iter().any(|name| config.screens.iter().all(|screen| screen.id != *name));
        for screen in &config.screens {
            let id = format!("screen-{}", screen.id);
            let tally = registry.tally(&id);
            if named.contains(&screen.id) || (unnamed && default == Some(&screen.id)) {
                tally.contact();
                if shown.insert(screen.id.clone()) {
                    tally.add(Count::Streams);
                }
                seen.insert(screen.id.clone());
                let (state, cause) = state(said.get(&screen.id).copied().filter(|_| screen.sound));
                registry.report(&id, "screen", state, cause);
            } else if seen.contains(&screen.id) {
                if shown.remove(&screen.id) {
                    tally.contact();
                    tally.add(Count::Dropouts);
                    screens.forget_sound(&screen.id);
                }
                let cause = "its page was closed, or its network is gone".to_owned();
                registry.report(&id, "screen", "offline", Some(cause));
            }
        }
        count_listeners(&config, &listeners, &shown, &said);
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            changed = open.changed() => if changed.is_err() { return Ok(()) },
            changed = sound.changed() => if changed.is_err() { return Ok(()) },
        }
    }
}

/// State and cause of a screen that is there. One that has said nothing yet is taken at its best.
fn state(sound: Option<Sound>) -> (&'static str, Option<String>) {
    match sound {
        None | Some(Sound::Ok) => ("ok", None),
        Some(Sound::Blocked) => {
            let cause = "the browser does not let the page play sound before somebody taps it";
            ("sound_blocked", Some(cause.to_owned()))
        }
        Some(Sound::Failed) => ("sound_failed", Some("the page cannot play the sound".to_owned())),
    }
}

fn count_listeners(config: &Config, listeners: &Listeners, shown: &BTreeSet<String>, said: &BTreeMap<String, Sound>) {
    for zone in config.voice_zones() {
        let Some(told) = listeners.get(&zone.id) else { continue };
        let can_be_heard = |id: &str| shown.contains(id) && said.get(id).is_none_or(|sound| *sound == Sound::Ok);
        let screens = config.screens.iter().filter(|screen| screen.sound && zone.is_played_by(&screen.id));
        let count = screens.filter(|screen| can_be_heard(&screen.id)).count();
        told.send_if_modified(|known| std::mem::replace(known, count) != count);
    }
}
