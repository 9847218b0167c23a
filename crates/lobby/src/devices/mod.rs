//! Everything on a wire or a screen.

pub mod registry;
