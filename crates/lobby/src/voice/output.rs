//! Where announcements go, and what its health is.

use super::announcement::{Condition, VoiceCondition};
use super::device::SoundDevice;
use super::pack_slot::PackSlot;
use super::recorder::Recorder;
use super::settings::{VoiceOutput, VoiceSettings};
use super::shelf::Shelf;
use tokio::sync::watch;

/// Remedy of a missing pack.
const BUILD_PACK: &str = "Run \"lobby voice build\" on the lobby's machine; the clips are then found by themselves.";
/// Remedy of a missing device.
const CHECK_DEVICE: &str = "Check the loudspeaker's cable and the sound server, or name another device under [voice] in the configuration; the lobby keeps trying.";
/// Remedy of recordings that cannot be written.
const CHECK_FOLDER: &str = "Make room on the disk and let the lobby's user write to the folder, or name another under [voice] in the configuration.";

/// Remedy of gaps in a pack.
const RECORD_CLIPS: &str = "Run \"lobby voice build\", or record the missing clips; they are then found by themselves.";
/// Remedy of a device that is not there while another one speaks.
const PLUG_DEVICE: &str =
    "Plug the loudspeaker in again; the lobby goes back to it by itself. \"lobby voice devices\" lists what there is.";
/// Remedy of screens that are not there.
const OPEN_SCREENS: &str =
    "Open the page of a screen that has sound = true in the configuration, and connect its loudspeaker.";

/// Where the sound of announcements goes.
pub(super) enum Output {
    Screens { shelf: Shelf, listeners: watch::Receiver<usize> },
    Device(SoundDevice),
    Recorder { recorder: Recorder, fault: Option<String> },
    Off,
}

impl Output {
    /// What the settings ask for; a device begins to open.
    pub(super) fn new(settings: &VoiceSettings) -> Self {
        match &settings.output {
            VoiceOutput::Screens { .. } => {
                Self::Screens { shelf: settings.shelf.clone(), listeners: settings.listeners.clone() }
            }
            VoiceOutput::Device { name } => Self::Device(SoundDevice::new(name.clone())),
            VoiceOutput::Wav { dir } => Self::Recorder { recorder: Recorder::new(dir.clone()), fault: None },
            VoiceOutput::Off => Self::Off,
        }
    }

    /// Waits for the next change of a device; anything else never changes by itself. May be cancelled.
    pub(super) async fn tend(&mut self) {
        match self {
            Self::Device(device) => device.tend().await,
            Self::Screens { listeners, .. } => {
                if listeners.changed().await.is_err() {
                    std::future::pending::<()>().await; // nobody counts screens any more
                }
            }
            Self::Recorder { .. } | Self::Off => std::future::pending().await,
        }
    }

    /// Health of output and pack together; without clips the best device is silent.
    pub(super) fn condition(&self, packs: &PackSlot) -> Condition {
        if matches!(self, Self::Off) {
            return Condition::plain(VoiceCondition::Ok);
        }
        if let Some(cause) = packs.fault() {
            return Condition::fault(VoiceCondition::NoVoicePack, cause, BUILD_PACK);
        }
        let opening = match self {
            Self::Device(device) => {
                if let (None, Some(cause)) = (device.fault(), device.stand_in()) {
                    return Condition::fault(VoiceCondition::OtherSoundDevice, cause, PLUG_DEVICE);
                }
                if let Some(cause) = device.fault() {
                    return Condition::fault(VoiceCondition::NoSoundDevice, cause, CHECK_DEVICE);
                }
                device.is_opening()
            }
            Self::Recorder { fault, .. } => {
                if let Some(cause) = fault {
                    return Condition::fault(VoiceCondition::Error, cause, CHECK_FOLDER);
                }
                false
            }
            Self::Screens { listeners, .. } => {
                if *listeners.borrow() == 0 {
                    let cause = "no screen with sound is connected";
                    return Condition::fault(VoiceCondition::NoSoundScreen, cause, OPEN_SCREENS);
                }
                false
            }
            Self::Off => false,
        };
        if let Some(gaps) = packs.gaps() {
            return Condition::fault(VoiceCondition::ClipsMissing, gaps, RECORD_CLIPS);
        }
        if packs.is_loading() || opening {
            return Condition::plain(VoiceCondition::Starting);
        }
        Condition::plain(VoiceCondition::Ok)
    }
}
