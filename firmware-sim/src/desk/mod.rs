//! Desk units on a line: keys, lamps and digits of the counters.

mod line;
mod unit;

pub use line::Line;
pub use unit::{Desk, DeskFaults, DeskView, Frames, LEFT_TO_PEOPLE, LampsView, Press};
