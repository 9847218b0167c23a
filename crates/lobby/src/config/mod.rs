//! Configuration: one TOML file a branch, parsed once. [`model`] is its shape, [`plan`] what the queue makes of it,
//! `calendar` the hours of a business day;
//! [`check`] finds every mistake at once and says what to write instead.

mod calendar;
mod check;
mod document;
mod lanes;
mod load;
mod mistake;
mod model;
mod model_accounts;
mod model_cards;
mod model_day;
mod model_hall;
mod model_health;
mod model_network;
mod model_screens;
mod model_voice;
mod people;
mod plan;
mod programme;
mod shape;
mod shape_table;
mod time;
mod wires;
mod written;

#[cfg(test)]
mod calendar_tests;
#[cfg(test)]
mod shape_tests;

pub use load::check_file;
pub use mistake::{Mistake, Mistakes};
pub use model::*;
pub use model_accounts::AccountsConfig;
pub use model_cards::*;
pub use model_day::*;
pub use model_hall::*;
pub use model_health::*;
pub use model_network::*;
pub use model_screens::*;
pub use model_voice::{ProgrammeConfig, QuietConfig, SpeedConfig, VoiceConfig, VolumeConfig, ZoneConfig};
pub use plan::digest;
pub use wires::{AgentConfig, DisplayConfig, LineConfig, PrinterConfig, Shows, UnitConfig};
pub(crate) use written::{Written, written};
