//! What goes into the voice and what comes out: announcements, outcomes, events, state.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// Text of an announcement by language tag, numbers as printed on the ticket.
pub type Caption = BTreeMap<String, String>;

/// One call to be spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Announcement {
    /// Given by the caller and told back in every event; the journal's number of the call, say.
    pub id: u64,
    /// Ticket number as printed: `A012`.
    pub ticket: String,
    /// Counter label as over the window: `12`.
    pub counter: String,
    /// Languages in the order they are spoken; none for the chime alone.
    pub languages: Vec<String>,
    /// How often the whole is spoken; 2 by the contract, 0 counts as 1.
    pub repeats: u8,
    /// When the call was made, by the lobby's clock.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: Timestamp,
    /// After this it is of no use and is dropped unspoken.
    #[serde(serialize_with = "rfc3339")]
    pub expires_at: Timestamp,
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
    /// The lobby is stopping.
    Stopping,
}

/// What happens to announcements, in order. Each gets at most one `Started` and exactly one `Ended`.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Clips are missing.
    NoVoicePack,
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
