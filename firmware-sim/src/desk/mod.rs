//! Desk units and call boxes on a line: keys, lamps and digits of the counters; and displays that only show.

mod body;
mod display;
mod line;
mod log;
mod unit;

pub use display::{Display, DisplayView};
pub use line::Line;
pub use log::{Latched, PressLog, PressedBy};
pub use unit::{Desk, DeskFaults, DeskView, Frames, LEFT_TO_PEOPLE, LampsView, Press};
