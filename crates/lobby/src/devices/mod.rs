//! Everything on a wire or a screen.

pub mod agents;
pub mod desks;
pub mod printer;
pub mod registry;
pub mod wires;

pub use ::wires::{line, models, port};
