//! The lobby controller.
pub mod config;
pub mod devices;
