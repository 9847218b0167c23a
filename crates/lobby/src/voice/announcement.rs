//! What goes into the voice and what comes out: announcements, outcomes, events, state.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// Text of an announcement by language tag, numbers as printed on the ticket.
pub type Caption = BTreeMap<String, String>;

/// What is spoken first when several wait, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Between calls, never over them.
    Notice,
    /// A number called again.
    Recall,
    /// A number called.
    Call,
    /// At once: it cuts off what is being said.
    Emergency,
}

/// A number that is to come to a counter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Ticket number as printed: `A012`.
    pub ticket: String,
    /// Counter label as over the window: `12`.
    pub counter: String,
    /// What it is for; a zone may speak some services only.
    #[serde(skip)]
    pub service: String,
    /// How its customer waited; some lanes are not called by voice.
    #[serde(skip)]
    pub lane: String,
    /// Language of its customer, where known: the one that counts when there is no time for all.
    #[serde(skip)]
    pub language: Option<String>,
    /// Its customer waited long.
    #[serde(skip)]
    pub long_wait: bool,
}

/// A sentence that is no call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Speech {
    /// The words, by language.
    pub text: Caption,
    /// The same as sound, 48 kHz mono, by language, in the order of speaking. A language that could not be made is not in it.
    #[serde(skip)]
    pub sounds: Vec<(String, Arc<[i16]>)>,
    /// Why languages are missing there.
    #[serde(skip)]
    pub unspoken: Option<String>,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Saying {
    /// A call or a recall.
    Call(Call),
    /// A notice.
    Speech(Speech),
    /// The chime alone, for a test.
    Chime {},
}

/// Something to be spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Announcement {
    /// Given by the caller and told back in every event; the journal's number of the fact, say.
    pub id: u64,
    /// What.
    #[serde(flatten)]
    pub saying: Saying,
    /// How pressing it is.
    pub rank: Rank,
    /// Zones that say it; empty for those that its counter or service belongs to.
    #[serde(skip)]
    pub zones: Vec<String>,
    /// Languages in the order they are spoken; of no use to a chime.
    pub languages: Vec<String>,
    /// How often the whole is spoken; 2 by the contract, 0 counts as 1.
    pub repeats: u8,
    /// When it was asked for, by the lobby's clock.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: Timestamp,
    /// After this it is of no use and is dropped unspoken.
    #[serde(serialize_with = "rfc3339")]
    pub expires_at: Timestamp,
}

impl Announcement {
    /// The call in it, if it is one.
    pub fn as_call(&self) -> Option<&Call> {
        match &self.saying {
            Saying::Call(call) => Some(call),
            Saying::Speech(_) | Saying::Chime {} => None,
        }
    }

    /// Its name in logs: `A012 to counter 12`, `notice`, `chime`.
    pub fn name(&self) -> String {
        match &self.saying {
            Saying::Call(call) => format!("{} to counter {}", call.ticket, call.counter),
            Saying::Speech(_) => "notice".to_owned(),
            Saying::Chime {} => "chime".to_owned(),
        }
    }
}

/// What became of an announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It was spoken, or written as a recording.
    Spoken {
        /// How often; fewer than asked when the ticket arrived meanwhile.
        times: u8,
    },
    /// It was not spoken, on purpose.
    Dropped {
        /// Why.
        reason: DropReason,
    },
    /// It should have been spoken and could not be. Its caption was shown all the same.
    Failed {
        /// Why, as a sentence.
        cause: String,
    },
}

/// Why an announcement was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// It waited longer than its use.
    Expired,
    /// Its ticket arrived, finished or was called anew meanwhile.
    Overtaken,
    /// The configuration says `off`; the caption was shown.
    Off,
    /// Quiet hours; the caption was shown.
    Quiet,
    /// Too many were waiting.
    Full,
    /// The lobby is stopping.
    Stopping,
}

/// What happens to announcements, in order. Each gets exactly one `Ended`, and a `Started` whenever it begins to be heard:
/// again after it had to make room for something more pressing.
#[derive(Debug, Clone, PartialEq)]
pub enum VoiceEvent {
    /// It begins to be heard, or only shown where there is no sound.
    Started {
        /// Which one.
        id: u64,
        /// When its first sample was handed to the sound device, for the figure call → first sample.
        first_sample_at: Instant,
        /// To be shown until it ends.
        caption: Caption,
    },
    /// Screens are to play it now.
    Audio {
        /// Which one.
        id: u64,
        /// Counts the clips of this announcement, from 1.
        pass: u32,
        /// Length of the clip, in seconds.
        seconds: f64,
    },
    /// It is over.
    Ended {
        /// Which one.
        id: u64,
        /// How it went.
        outcome: Outcome,
    },
}

/// Health of the voice, for `/api/v1/devices`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceCondition {
    /// Calls are heard (or written, or switched off, as configured).
    Ok,
    /// Clips are being loaded or the device is being opened.
    Starting,
    /// No sound device can be opened.
    NoSoundDevice,
    /// There are no clips.
    NoVoicePack,
    /// Some clips are missing: calls are spoken with gaps.
    ClipsMissing,
    /// The device that was named is not there; another one speaks.
    OtherSoundDevice,
    /// No screen that could play the sound is connected.
    NoSoundScreen,
    /// Recordings cannot be written.
    Error,
}

impl VoiceCondition {
    /// The word of `/api/v1/devices`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Starting => "starting",
            Self::NoSoundDevice => "no_sound_device",
            Self::NoVoicePack => "no_voice_pack",
            Self::ClipsMissing => "clips_missing",
            Self::OtherSoundDevice => "other_sound_device",
            Self::NoSoundScreen => "no_sound_screen",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for VoiceCondition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A level: what is so now, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoiceState {
    /// The condition.
    pub state: VoiceCondition,
    /// Since when, by the lobby's clock.
    #[serde(serialize_with = "rfc3339")]
    pub since: Timestamp,
    /// What is wrong, as a sentence.
    pub cause: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
}

/// RFC 3339 in UTC with milliseconds, as everywhere in the API.
pub(super) fn rfc3339<S: Serializer>(at: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(&format_args!("{at:.3}"))
}

/// A condition with its reason, before it gets its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) state: VoiceCondition,
    pub(super) cause: Option<String>,
    pub(super) remedy: Option<String>,
}

impl Condition {
    pub(super) fn plain(state: VoiceCondition) -> Self {
        Self { state, cause: None, remedy: None }
    }

    pub(super) fn fault(state: VoiceCondition, cause: &str, remedy: &str) -> Self {
        Self { state, cause: Some(cause.to_owned()), remedy: Some(remedy.to_owned()) }
    }

    /// The state this is, since `since`.
    pub(super) fn since(self, since: Timestamp) -> VoiceState {
        VoiceState { state: self.state, since, cause: self.cause, remedy: self.remedy }
    }

    /// Whether a state says the same.
    pub(super) fn matches(&self, state: &VoiceState) -> bool {
        (self.state, &self.cause, &self.remedy) == (state.state, &state.cause, &state.remedy)
    }
}
