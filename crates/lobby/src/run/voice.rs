//! The voices of a running lobby: their clips, their zones, their state as that of devices.

use super::{RunError, Tasks};
use crate::{
    announcing::{
        Voices,
        hall::{self, Hall, Joints, Zone},
        programme,
    },
    clock::Clock,
    config::{Config, ZoneConfig},
    controller::Handle,
    devices::registry::Registry,
    orders::OpenCalls,
    selftest::Expected,
    voice::{
        self, Announcement, Outcome, Shelf, Voice, VoiceEvent, VoiceOutput, VoiceSettings, VoiceState,
        free_text::FreeText, wording::WordingOptions,
    },
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

/// Announcements and events that may wait between the parts.
const QUEUE: usize = 256;
/// Where the sounds of notices lie, in the data directory.
const NOTICES: &str = "voice-notices";
/// And those of guidance at kiosks.
const GUIDANCE: &str = "voice-guidance";

/// Ends of the wires that the voice hangs on, made before the controller.
pub(super) struct VoiceWires {
    pub(super) jobs: mpsc::Receiver<Announcement>,
    pub(super) calls: watch::Receiver<OpenCalls>,
    pub(super) chimes: Expected<Outcome>,
}

/// The way to the voice, unless it is off, and the end that it hangs on.
pub(super) fn wire(
    config: &Config,
    calls: watch::Receiver<OpenCalls>,
    chimes: Expected<Outcome>,
) -> (Option<mpsc::Sender<Announcement>>, VoiceWires) {
    let (sender, jobs) = mpsc::channel(QUEUE);
    let speaks = !config.voice_zones().is_empty();
    (speaks.then_some(sender), VoiceWires { jobs, calls, chimes })
}

/// Where the clips lie, and the languages that are the branch's own.
pub(super) fn pack(config: &Config, data: &Path) -> PathBuf {
    config.voice.pack.clone().unwrap_or_else(|| voice::pack_dir(Some(data)))
}

/// What makes guidance at kiosks into sound.
pub(super) fn guidance(config: &Config, data: &Path) -> FreeText {
    FreeText::new(data.join(GUIDANCE), pack(config, data)).slowly()
}

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

/// Starts every zone and what feeds them.
#[allow(clippy::too_many_arguments, reason = "everything that the voice is joined to")]
pub(super) fn start(
    wires: VoiceWires,
    data: &Path,
    listeners: &BTreeMap<String, watch::Receiver<usize>>,
    handle: &Handle,
    registry: &Registry,
    clock: &Clock,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Voices {
    let config = handle.config().clone();
    let configured = config.voice_zones();
    if configured.is_empty() {
        return Voices::default();
    }
    let VoiceWires { jobs, calls, chimes } = wires;
    let pack = pack(&config, data);
    tasks.add(make_clips(pack.clone(), config.branch.languages.clone()));
    let shelf = Shelf::default();
    let (events, followed) = mpsc::channel(QUEUE);
    let mut zones = Vec::new();
    for (place, zone) in configured.into_iter().enumerate() {
        let device = hall::device(&zone);
        registry.declare(&device, "voice");
        let usual = VoiceSettings::new(zone.output(), pack.clone());
        let heard = listeners.get(&zone.id).cloned().unwrap_or(usual.listeners.clone());
        let settings = settings(&config, &zone, VoiceSettings { shelf: shelf.clone(), listeners: heard, ..usual });
        let now = clock.clone();
        let now = Arc::new(move || jiff::Timestamp::from_millisecond(now.now().0).unwrap_or_default());
        let open = calls.clone();
        // Only calls are overtaken by what happens to tickets.
        let overtaken =
            Arc::new(move |said: &Announcement| said.as_call().is_some() && !open.borrow().contains(&said.id));
        let (voice, told) = Voice::start(settings, now, overtaken, stop.clone());
        tasks.add(report_state(voice.state(), device, registry.clone(), stop.clone()));
        tasks.add(forward(place, told, events.clone()));
        zones.push(Zone { config: zone, voice });
    }
    let joints = Joints {
        handle: handle.clone(),
        clock: clock.clone(),
        registry: registry.clone(),
        calls,
        chimes,
        free_text: FreeText::new(data.join(NOTICES), pack),
        shelf,
    };
    let (hall, voices) = Hall::new(joints, zones);
    let run = hall.run(jobs, followed, stop.clone());
    tasks.add(async {
        if let Err(cause) = run.await {
            error!(%cause, "the voice has stopped; calls stay on the screens");
        }
        Ok(())
    });
    let said = programme::keep(handle.clone(), clock.clone(), stop.clone());
    tasks.add(async { Ok(said.await?) });
    voices
}

fn settings(config: &Config, zone: &ZoneConfig, usual: VoiceSettings) -> VoiceSettings {
    VoiceSettings {
        zone: zone.id.clone(),
        languages: config.branch.languages.clone(),
        wording: WordingOptions { one_as_yao: config.voice.yao },
        greet: config.voice.greet,
        volume: config.volume(zone),
        speed: config.speed(zone),
        gap: Duration::from_millis(config.voice.gap_ms.into()),
        ..usual
    }
}

/// Whether screens play the sound of a zone.
pub(super) fn is_for_screens(zone: &ZoneConfig) -> bool {
    matches!(zone.output(), VoiceOutput::Screens { .. })
}

/// Events of one zone among those of all.
async fn forward(
    place: usize,
    mut told: mpsc::Receiver<VoiceEvent>,
    events: mpsc::Sender<(usize, VoiceEvent)>,
) -> Result<(), RunError> {
    while let Some(event) = told.recv().await {
        if events.send((place, event)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The state of a zone becomes that of a device.
async fn report_state(
    mut state: watch::Receiver<VoiceState>,
    device: String,
    registry: Registry,
    stop: CancellationToken,
) -> Result<(), RunError> {
    loop {
        let now = state.borrow_and_update().clone();
        registry.report(&device, "voice", now.state.as_str(), now.cause);
        match stop.run_until_cancelled(state.changed()).await {
            Some(Ok(())) => {}
            Some(Err(_)) | None => return Ok(()),
        }
    }
}
