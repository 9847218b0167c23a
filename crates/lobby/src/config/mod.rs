//! Configuration: one TOML file a branch, parsed once. [`model`] is its shape, [`plan`] what the queue makes of it.

mod model;
mod plan;
mod time;

pub use model::*;
pub use plan::digest;
