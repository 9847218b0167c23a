//! The hardware of a hall on pseudo-terminals: printers and lines of desk units, with their faults.
//!
//! A lobby opens the symlinks in the wires directory as if they were serial ports. People and tests press, tear and
//! break at the control port ([`control`]) or, inside one process, at [`Sim`]'s devices:
//!
//! ```no_run
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! use firmware_sim::{Config, Sim};
//! let config = Config::parse("[[line]]\nid = 'desks'\nunits = [1]").unwrap_or_default();
//! let stop = tokio_util::sync::CancellationToken::new();
//! let sim = Sim::start(&config, "var/wires".as_ref(), ([127, 0, 0, 1], 0).into(), stop).await?;
//! if let Some(desk) = sim.desk(1) {
//!     desk.press(counter::Key::Next);
//! }
//! sim.stop().await;
//! # Ok(()) }
//! ```
//!
//! | module | is |
//! |---|---|
//! | [`wire`] | a pseudo-terminal behind a symlink, and serial time |
//! | [`desk`] | a line of desk units or call boxes, and displays; each is the device end of `counter`, so that both ends of the wire are one code |
//! | [`printer`] | buffer, head, knife and status of a ticket printer |
//! | [`escpos`] | the device end of ESC/POS, pure |
//! | [`render`] | a ticket as a picture |
//! | [`control`] | the control port |
//! | [`crowd`] | simulated customers and clerks |
//! | [`faults`] | faults by script, at times drawn by a seed |

pub mod clock;
pub mod config;
pub mod control;
pub mod crowd;
pub mod desk;
pub mod escpos;
pub mod faults;
mod hall;
mod models;
pub mod printer;
pub mod render;
pub mod rng;
mod sim;
pub mod wire;

pub use config::{Config, ConfigError};
pub use crowd::Crowd;
pub use faults::{Faults, Script, Timetable};
pub use hall::Hall;
pub use sim::{Sim, StartError};
