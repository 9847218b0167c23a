//! Everything on a wire or a screen.

pub mod alarm;
pub mod desks;
pub mod feed;
pub mod health;
pub mod line;
pub mod models;
pub mod port;
pub mod printer;
pub mod registry;
mod udp;
pub mod wires;
pub mod words;
