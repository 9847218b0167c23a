//! The voice of the hall: from "A012 to counter 12" to sound, and the caption that goes with it.
//!
//! One announcement passes through these files in this order:
//!
//! - [`wording`] turns number and counter into a [`Sentence`] per language: clips and caption,
//!   by the rules in `grammar/*.toml`, or a branch's own ([`grammar`]);
//! - [`pack`] holds the clips, one WAV each, checked when loaded; `build` makes them with espeak-ng,
//!   `check` judges them, and a branch may replace any of them by its own recording;
//! - [`render`] puts chime, clips and pauses together into samples, `pace` makes them slower or faster;
//! - [`speaker`] takes announcements of one zone; [`queue`] says which is next, drops what nobody needs any more and
//!   joins calls when there is no time; [`phrasing`] words a turn; `speaking` speaks one at a time through the sound
//!   device (`device`, `playing`), screens ([`Shelf`]), or writes it to a folder (`recorder`), and tells what became of it;
//! - [`free_text`] makes notices, and guidance at a kiosk, into sound;
//! - [`cli`] is `lobby voice build|check|devices|grammar|say`.
//!
//! Nothing here knows the branch. A call that cannot be heard still has its caption, so a hall without
//! sound is never a hall without calls.

mod announcement;
pub mod audio;
mod build;
pub mod by_hour;
mod check;
mod chime;
pub mod cli;
mod device;
mod error;
mod find_device;
pub mod free_text;
pub mod grammar;
mod output;
pub mod pace;
pub mod pack;
mod pack_slot;
pub mod phrasing;
mod playing;
pub mod queue;
mod recorder;
pub mod render;
mod settings;
mod shelf;
pub mod speaker;
mod speaking;
mod speech_source;
mod wav;
pub mod wording;

pub use announcement::{
    Announcement, Call, Caption, DropReason, Outcome, Rank, Saying, Speech, VoiceCondition, VoiceEvent, VoiceState,
};
pub(crate) use build::find_espeak;
pub use build::{BuildSummary, build, load_or_build};
pub use check::{Finding, check};
pub use error::VoiceError;
pub use find_device::{device_names, find_device_named, sound_device};
pub use grammar::Grammar;
pub use pack::{ClipId, Pack, pack_dir};
pub use settings::{VoiceOutput, VoiceSettings};
pub use shelf::Shelf;
pub use speaker::{NotQueued, Voice};
pub use wav::bytes as wav_file;
pub use wording::Sentence;
