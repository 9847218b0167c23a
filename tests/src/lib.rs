//! A whole lobby for tests: the real program with its real journal in a directory of its own, and firmware-sim as its
//! hardware on pseudo-terminals. Tests speak to both as people and devices do: HTTP, keys, paper.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support")]

pub mod client;
pub mod days;
pub mod fuzz;
pub mod hall;
pub mod soak;
pub mod sound;
pub mod torture;
pub mod voice;
pub mod wait;

pub use client::Client;
pub use hall::{Hall, HallPlan, program};
pub use wait::until;
