//! The voice of the hall: from "A012 to counter 12" to sound, and the caption that goes with it.
//!
//! One announcement passes through these files in this order:
//!
//! - [`wording`] turns number and counter into a [`Sentence`] per language: clips and caption,
//!   by the rules in `grammar/*.toml` ([`grammar`]);
//! - [`pack`] holds the clips, one WAV each, checked when loaded; `build` makes them with espeak-ng,
//!   `check` judges them, and a branch may replace any of them by its own recording;
//! - [`render`] puts chime, clips and pauses together into samples;
//! - [`speaker`] takes announcements into a bounded queue; `speaking` speaks one at a time through the
//!   sound device (`device`), or writes it to a folder (`recorder`), and tells what became of it;
//! - [`cli`] is `lobby voice build|check|say`.
//!
//! Nothing here knows the branch. A call that cannot be heard still has its caption, so a hall without
//! sound is never a hall without calls.

mod aloud;
mod announcement;
pub mod audio;
mod build;
mod check;
mod chime;
pub mod cli;
mod device;
mod error;
pub mod grammar;
mod output;
pub mod pack;
mod pack_slot;
mod recorder;
pub mod render;
mod settings;
pub mod speaker;
mod speaking;
mod speech_source;
mod wav;
pub mod wording;

pub use aloud::aloud;
pub use announcement::{Announcement, Caption, DropReason, Outcome, VoiceCondition, VoiceEvent, VoiceState};
pub(crate) use build::find_espeak;
pub use build::{BuildSummary, build, load_or_build};
pub use check::{Finding, check};
pub use device::sound_device;
pub use error::VoiceError;
pub use grammar::Grammar;
pub use pack::{ClipId, Pack, pack_dir};
pub use settings::{VoiceOutput, VoiceSettings};
pub use speaker::{NotQueued, Voice};
pub use wording::Sentence;
