//! Everything on a wire or a screen.

pub mod agents;
pub mod alerts;
pub mod desks;
pub mod feed;
pub mod health;
pub mod printer;
pub mod registry;
pub mod wires;
pub mod words;

pub use ::wires::{line, models, port};
