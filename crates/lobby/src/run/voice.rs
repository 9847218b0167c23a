//! The voice of a running lobby: its clips, its queue, its state as that of a device.

use super::{RunError, Tasks};
use crate::{
    clock::Clock,
    config::Config,
    devices::{
        health::{Count, Tally},
        registry::Registry,
    },
    orders::OpenCalls,
    selftest::{Expected, FIRST_TEST_ID},
    voice::{
        self, Announcement, DropReason, Outcome, Voice, VoiceEvent, VoiceOutput, VoiceSettings, VoiceState,
        wording::WordingOptions,
    },
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

/// Makes the clips of the hall's voice where there are none and espeak-ng is installed. The voice looks again by itself.
async fn make_clips(pack: PathBuf, languages: Vec<String>) -> Result<(), RunError> {
    let made = tokio::task::spawn_blocking(move || voice::load_or_build(&pack, &languages).map(drop)).await;
    match made {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => warn!(%cause, "the clips of the voice cannot be made; calls stay on the screens"),
        Err(panic) => warn!(%panic, "making the clips of the voice has failed; calls stay on the screens"),
    }
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "everything that the voice is joined to")]
pub(super) fn start(
    config: &Config,
    clock: &Clock,
    data: &Path,
    registry: &Registry,
    calls: watch::Receiver<OpenCalls>,
    chimes: Expected<Outcome>,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Option<mpsc::Sender<Announcement>> {
    let output: VoiceOutput = config.voice.output.parse().unwrap_or_default();
    if output == VoiceOutput::Off {
        return None;
    }
    let pack = config.voice.pack.clone().unwrap_or_else(|| voice::pack_dir(Some(data)));
    let settings = VoiceSettings {
        languages: config.branch.languages.clone(),
        wording: WordingOptions { one_as_yao: config.voice.yao },
        ..VoiceSettings::new(output, pack.clone())
    };
    tasks.add(make_clips(pack, config.branch.languages.clone()));
    registry.declare("voice-main", "voice");
    let clock = clock.clone();
    let now = Arc::new(move || jiff::Timestamp::from_millisecond(clock.now().0).unwrap_or_default());
    // The chime of a self-test belongs to no call.
    let overtaken = Arc::new(move |call: &Announcement| call.id < FIRST_TEST_ID && !calls.borrow().contains(&call.id));
    let (voice, events) = Voice::start(settings, now, overtaken, stop.clone());
    let jobs = voice.jobs();
    tasks.add(watch_voice(voice.state(), events, registry.clone(), chimes, stop.clone()));
    tasks.add(async {
        if let Err(cause) = voice.stopped().await {
            error!(%cause, "the voice has failed; calls stay on the screens");
        }
        Ok(())
    });
    Some(jobs)
}

/// The voice's state becomes a device's state. Its events are read so that it never waits; it logs them itself.
async fn watch_voice(
    mut state: watch::Receiver<VoiceState>,
    mut events: mpsc::Receiver<VoiceEvent>,
    registry: Registry,
    chimes: Expected<Outcome>,
    stop: CancellationToken,
) -> Result<(), RunError> {
    let tally = registry.tally("voice-main");
    loop {
        let now = state.borrow_and_update().clone();
        registry.report("voice-main", "voice", now.state.as_str(), now.cause);
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            changed = state.changed() => if changed.is_err() { return Ok(()) },
            event = events.recv() => match event {
                None => return Ok(()),
                Some(VoiceEvent::Started { .. }) => {}
                Some(VoiceEvent::Ended { id, outcome }) => {
                    count_call(&tally, &outcome);
                    chimes.tell(id, outcome);
                }
            },
        }
    }
}

fn count_call(tally: &Tally, outcome: &Outcome) {
    match outcome {
        Outcome::Spoken { .. } => {
            tally.contact();
            tally.add(Count::CallsSpoken);
        }
        Outcome::Failed { .. } => tally.add(Count::CallsFailed),
        // Left out on purpose: nobody needs it any more, or the voice is off.
        Outcome::Dropped { reason: DropReason::Expired } => tally.add(Count::CallsDropped),
        Outcome::Dropped { .. } => {}
    }
}
