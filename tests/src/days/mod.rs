//! Whole days of a hall in one thread: the real lobby (controller, journal on a real `SQLite`, HTTP routes, desk lines,
//! printers, schedule) on simulated time and simulated wires, with people, screens, and faults, all from one seed. The
//! same seed lives the same day, to the last hash of the journal; a seed that breaks a promise does so again.
//!
//! | file | is |
//! |---|---|
//! | `cast.rs` | whoever acts, one at a time, in an order drawn by the seed |
//! | `cable.rs` | wires with two ends and a plug |
//! | `desks.rs` | a line of desk units at the far end of a cable |
//! | `world.rs` | what everybody stands in; starts of the lobby, kills and power cuts |
//! | `people.rs`, `screens.rs` | customers, clerks, greeters, screens; requests that get lost |
//! | `many.rs` | many days at once, and what they came to |
//! | `faults.rs` | what breaks, and when the lobby is killed |
//! | `judge.rs` | what must be true of the day, beside the judges of `soak` |
//!
//! Left out: what lives on threads of its own (estimates of waits, voice, backups, room on the disk, sign-in).

mod cable;
mod cast;
mod day;
mod desks;
mod faults;
mod judge;
mod many;
mod people;
mod screens;
mod world;

pub use day::{DayPlan, Defect, Lived, live};
pub use many::{Many, Summary};
